"""Everyday work on many leads costs a fixed number of queries more than without this add-on."""

from contextlib import contextmanager
from types import FunctionType
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.conversion_bundle_mixin import BUNDLE
from ..models.conversion_guard_mixin import MODULE
from .google_case import ACTIONS

OURS = f"odoo.addons.{MODULE}."
WORKED_ON = (
    "crm.lead",
    "res.partner",
    "crm.lead2opportunity.partner",
    "crm.lead2opportunity.partner.mass",
)
FEW, MANY = 10, 40


@tagged("post_install", "-at_install")
class TestBatches(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["google.ads.account"].create(
            {"name": "Solar", "customer_id": "1234567890", "state": "connected"}
        )
        for action in cls.account._create_default_actions():
            action.write({"google_id": ACTIONS[action.event], "state": "ready"})
        cls.stages = cls.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        cls.env["google.ads.conversion.action"].create(
            {
                **{"name": "Proposal", "event": "stage", "account_id": cls.account.id},
                **{"stage_id": cls.stages[1].id, "google_id": "6490000099", "state": "ready"},
            }
        )
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_manager,base.group_partner_manager"
        )
        cls.team = cls.env["crm.team"].create({"name": "Roofs", "member_ids": cls.seller.ids})
        cls.env = cls.env(user=cls.seller)

    def values(self, number, **values):
        """Values of leads, each in its own way: from ads, typed, with a company."""
        kinds = (
            {"landing_url": "https://shop.example/?gclid=AbC-{}", "consent": "granted"},
            {"partner_name": "Company {}"},
        )
        return [
            {
                **{"name": f"Roof {n}", "contact_name": f"Ann {n}", "type": "lead"},
                **{"email_from": f"ann{n}@example{n}.com", "expected_revenue": 100 + n},
                **{"stage_id": self.stages[0].id, "team_id": self.team.id, "user_id": False},
                **{name: str(value).format(n) for name, value in kinds[n % 2].items()},
                **values,
            }
            for n in range(number)
        ]

    def make(self, number, **values):
        leads = self.env["crm.lead"].sudo().create(self.values(number, **values))
        return leads.with_env(self.env)

    @contextmanager
    def plain_odoo(self):
        """Odoo without what this add-on does when leads and contacts are worked on."""
        taken = []
        for model in WORKED_ON:
            classes = type(self.env[model]).__mro__
            theirs = [one for one in classes if not one.__module__.startswith(OURS)]
            for one in set(classes).difference(theirs):
                for name, value in list(vars(one).items()):
                    if isinstance(value, FunctionType) and any(name in vars(t) for t in theirs):
                        taken.append((one, name, value))
                        delattr(one, name)
        try:
            yield
        finally:
            for one, name, value in taken:
                setattr(one, name, value)

    def count(self, work, leads):
        """Queries of ``work(leads)``, which leaves nothing behind."""
        with self.env.cr.savepoint() as savepoint:
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work(leads)
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            savepoint.rollback()
        self.env.invalidate_all()
        return count

    def assertFixed(self, work, make):
        """``work`` on many leads needs as many queries more than plain Odoo as on a few."""
        more = {}
        leads = make(2)
        with self.plain_odoo():
            self.count(work, leads)  # what is asked once and remembered
        self.count(work, leads)
        for number in (FEW, MANY):
            leads = make(number)
            self.env.flush_all()
            with self.plain_odoo():
                plain = self.count(work, leads)
            more[number] = self.count(work, leads) - plain
        # Odoo writes records together that changed in the same fields: a group more or less
        self.assertAlmostEqual(more[FEW], more[MANY], delta=2, msg=f"queries more: {more}")

    # Work

    def convert(self, leads):
        wizard = self.env["crm.lead2opportunity.partner.mass"].with_context(
            active_model="crm.lead", active_ids=leads.ids
        )
        wizard.create(
            {"deduplicate": False, "user_ids": self.seller.ids, "force_assignment": True}
        ).action_mass_convert()

    def test_converting(self):
        self.assertFixed(self.convert, self.make)

    def test_converting_does_all_of_it(self):
        leads = self.make(4)
        self.convert(leads)
        known = leads.sudo()
        self.assertTrue(all(known.mapped("qualified_at")))
        for lead in known:
            self.assertEqual(lead.partner_id.first_touch_id, lead.first_touch_id)
            self.assertEqual(lead.lead_creation_touch_id.partner_id, lead.partner_id)
        from_ads = known[::2]
        self.assertEqual(
            set(from_ads.google_conversion_ids.mapped("event")), {"lead_created", "lead_qualified"}
        )
        self.assertEqual(from_ads.google_conversion_ids.partner_id, from_ads.partner_id)
        self.assertEqual(
            known[1].partner_id.parent_id.company_source_touch_id, known[1].lead_creation_touch_id
        )

    def test_no_context_holds_back_what_follows(self):
        leads = self.make(2).with_context(**{BUNDLE: {}})
        leads.convert_opportunity(self.env["res.partner"])
        self.assertTrue(all(leads.sudo().mapped("qualified_at")))

    def test_what_is_deleted_on_the_way_is_left_out(self):
        leads = self.make(3)
        with leads._bundled() as together:
            together.type = "opportunity"
            together.date_conversion = "2026-01-01 10:00:00"
            together[:1].sudo().unlink()
        self.assertEqual(leads.exists(), leads[1:])
        together[1:].stage_id = self.stages[1]
        reached = leads[1:].sudo().google_conversion_ids.mapped("event")
        self.assertIn("stage", reached, "what comes after the block is followed at once")
        self.assertTrue(all(leads[1:].sudo().mapped("qualified_at")))

    def test_making_contacts(self):
        self.assertFixed(lambda leads: leads._handle_partner_assignment(), self.make)

    def test_assigning(self):
        self.assertFixed(
            lambda leads: leads._handle_salesmen_assignment(self.seller.ids, self.team.id),
            self.make,
        )

    def test_converting_without_contacts(self):
        self.assertFixed(
            lambda leads: leads.convert_opportunity(self.env["res.partner"]), self.make
        )

    def deals(self, number):
        leads = self.make(number, type="opportunity")
        leads._handle_partner_assignment()
        return leads

    def won(self, number):
        leads = self.deals(number)
        leads.action_set_won()
        return leads

    def test_winning(self):
        self.assertFixed(lambda leads: leads.action_set_won(), self.deals)

    def test_winning_writes_each_deal_once(self):
        """Leads have many indexes, each of which a second time costs as much as the first."""
        made = self.deals(FEW).sudo()
        clicked = made.filtered("google_touch_id")
        deals = made - clicked
        self.env.flush_all()
        written = []

        def note(cursor, query, *args, **kwargs):
            if str(getattr(query, "code", query)).lstrip().startswith('UPDATE "crm_lead"'):
                written.append(query)
            return execute(cursor, query, *args, **kwargs)

        execute = Cursor.execute
        with patch.object(Cursor, "execute", note):
            deals.action_set_won()
            self.env.flush_all()
        self.assertEqual(len(written), 1)
        self.assertTrue(all(deal.won_at and deal.qualified_at for deal in deals))
        clicked.action_set_won()
        told = clicked[0].google_conversion_ids.sorted("id").mapped("event")
        self.assertEqual(told, ["lead_created", "lead_qualified", "deal_won"])

    def test_losing(self):
        self.assertFixed(lambda leads: leads.action_set_lost(), self.deals)

    def test_reopening(self):
        self.assertFixed(lambda leads: leads.write({"stage_id": self.stages[0].id}), self.won)

    def test_winning_again(self):
        def reopened(number):
            leads = self.won(number)
            leads.stage_id = self.stages[0]
            return leads

        self.assertFixed(lambda leads: leads.action_set_won(), reopened)

    def test_reaching_a_stage(self):
        self.assertFixed(lambda leads: leads.write({"stage_id": self.stages[1].id}), self.deals)

    def test_creating(self):
        def create(leads):
            values = self.values(len(leads))
            for one in values:
                one.pop("consent", None)  # which the system writes
            leads.create(values)

        self.assertFixed(create, self.make)

    @mute_logger("odoo.models")
    def test_importing(self):
        def load(leads):
            rows = [[f"Roof {n}", f"new{n}@example{n}.com"] for n in range(len(leads))]
            self.assertTrue(leads.load(["name", "email_from"], rows)["ids"])

        self.assertFixed(load, self.make)

    def test_merging(self):
        for make in (self.deals, self.won):
            self.assertFixed(lambda leads: leads._merge_opportunity(max_length=0), make)

    def test_deleting(self):
        self.assertFixed(lambda leads: leads.sudo().unlink(), self.deals)
