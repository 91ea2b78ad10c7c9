"""Random lives of leads and contacts: the rows that are kept are those that would be written from
nothing, always."""

import os
import random

from odoo.tests import tagged
from odoo.tools import mute_logger

from .credit_case import CreditCase

# ``SEEDS`` in the environment plays more of them
SEEDS = int(os.environ.get("SEEDS", 12))
STEPS = 20
PEOPLE = ("ann", "bob", "eve")


@tagged("post_install", "-at_install")
class TestCreditHistories(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Windmill"})

    def setUp(self):
        super().setUp()
        self.begin(0)

    def begin(self, seed):
        """A life with people of its own."""
        self.alive, self.contacts = self.leads, self.env["res.partner"]
        self.emails = [*(f"{name}@{seed}.example.com" for name in PEOPLE), False]
        self.phones = [f"+49 30 1234{seed:02}", f"+49 30 5678{seed:02}", False]
        return random.Random(seed)

    # What happens

    def create_lead(self, chance):
        self.alive |= self.make_lead(
            chance.choice(self.emails),
            phone=chance.choice(self.phones),
            type=chance.choice(("lead", "opportunity")),
            company_id=chance.choice((self.company, self.env.company)).id,
            partner_id=chance.choice([*self.contacts.ids, False, False]),
            team_id=False,
            user_id=False,
        )

    def create_contact(self, chance):
        self.contacts |= self.env["res.partner"].create(
            {
                "name": "Ann",
                "email": chance.choice(self.emails),
                "phone": chance.choice(self.phones),
            }
        )

    def add_touch(self, chance):
        values = {
            "days": chance.randint(-1, 40),
            "kind": chance.choice(("visit", "visit", "visit", "conversion")),
            "channel": chance.choice(("paid_search", "email", "offline", "direct")),
        }
        if self.contacts and chance.random() < 0.3:
            self.touch(partner=self.pick(chance, self.contacts), **values)
        elif self.alive:
            lead = self.pick(chance, self.alive)
            touch = self.touch(lead, **values)
            if chance.random() < 0.3:
                lead.lead_creation_touch_id = touch

    def change_touch(self, chance):
        if touches := self.touchpoints.search([("lead_id", "in", self.alive.ids)]):
            touch = self.pick(chance, touches)
            name, value = chance.choice(
                [
                    ("channel", "direct"),
                    ("channel", "email"),
                    ("kind", "conversion"),
                    ("occurred_at", self.now),
                    ("lead_id", self.pick(chance, self.alive).id),
                    ("partner_id", self.pick(chance, self.contacts).id),
                    ("company_id", self.company.id),
                ]
            )
            touch[name] = value

    def erase_touch(self, chance):
        if touches := self.touchpoints.search([("lead_id", "in", self.alive.ids)]):
            self.pick(chance, touches).unlink()

    def win(self, chance):
        for lead in self.picked(chance):
            lead.action_set_won()
            if chance.random() < 0.5:
                lead.won_at = self.now

    def lose(self, chance):
        for lead in self.picked(chance):
            lead.stage_id = self.env.ref("crm.stage_lead1")
            lead.action_set_lost()

    def reopen(self, chance):
        for lead in self.picked(chance):
            lead.action_unarchive()
            lead.stage_id = self.env.ref("crm.stage_lead2")

    def archive(self, chance):
        self.picked(chance).action_archive()

    def assign(self, chance):
        for lead in self.picked(chance):
            lead.partner_id = self.pick(chance, self.contacts)

    def correct_lead(self, chance):
        for lead in self.picked(chance):
            lead[chance.choice(("email_from", "phone"))] = False
            lead.email_from = chance.choice(self.emails)

    def correct_contact(self, chance):
        contact = self.pick(chance, self.contacts)
        name, values = chance.choice((("email", self.emails), ("phone", self.phones)))
        contact[name] = chance.choice(values)

    def merge_leads(self, chance):
        company = chance.choice((self.company, self.env.company))
        same = self.alive.filtered(lambda lead: lead.company_id == company)
        if len(same) > 1:
            pair = same.browse(chance.sample(same.ids, 2))
            merged = pair.merge_opportunity()
            self.alive -= pair - merged

    def merge_contacts(self, chance):
        if len(self.contacts) > 1:
            pair = self.contacts.browse(chance.sample(self.contacts.ids, 2))
            self.env["base.partner.merge.automatic.wizard"]._merge(pair.ids, pair[0])
            self.contacts -= pair[1]

    def delete_lead(self, chance):
        lead = self.picked(chance)
        self.alive -= lead
        lead.unlink()

    def delete_contact(self, chance):
        contact = self.pick(chance, self.contacts)
        self.contacts -= contact
        contact.unlink()

    def end_transaction(self, _chance):
        self.env.cr.flush()

    def picked(self, chance):
        return self.pick(chance, self.alive)

    @staticmethod
    def pick(chance, records):
        return records.browse(chance.sample(records.ids, 1)) if records else records

    # What is seen

    @mute_logger("odoo.models.unlink", "odoo.addons.base.wizard.base_partner_merge")
    def test_what_is_kept_is_what_would_be_written_from_nothing(self):
        acts = [
            *[self.create_lead] * 3,
            self.create_contact,
            *[self.add_touch] * 5,
            self.change_touch,
            self.erase_touch,
            *[self.win] * 4,
            self.lose,
            self.reopen,
            self.archive,
            self.assign,
            self.correct_lead,
            self.correct_contact,
            self.merge_leads,
            self.merge_contacts,
            self.delete_lead,
            self.delete_contact,
            self.end_transaction,
        ]
        credited = 0
        for seed in range(SEEDS):
            chance = self.begin(seed)
            happened = []
            for _step in range(STEPS):
                act = chance.choice(acts)
                happened.append(act.__name__)
                act(chance)
                if chance.random() < 0.5:
                    with self.subTest(seed=seed, happened=happened):
                        self.assertBothAgree()
            with self.subTest(seed=seed, happened=happened):
                self.assertBothAgree()
            credited += len(self.rows())
        self.assertGreater(credited, SEEDS, "hardly any deal was credited")
