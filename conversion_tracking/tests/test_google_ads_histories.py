"""Random lives of leads under random faults: Google counts just what happened, always.

People win, lose, reopen, merge, delete, withdraw consent and retry; a second company has an account
of its own. At last the way of delivery changes, and what somebody removed at Google is repaired.
``SEEDS`` in the environment plays more of them (``make torture``).
"""

import logging
import os
import random
from dataclasses import dataclass
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..google_ads import lifecycle
from .google_case import ACCOUNT, ACTIONS, GoogleCase

_logger = logging.getLogger(__name__)

HISTORIES = 8
STEPS = 14
# For ``make torture``: how many histories of each kind, and for how many seconds at most.
SEEDS = int(os.environ.get("SEEDS", HISTORIES))
SECONDS = float(os.environ.get("SECONDS", "inf"))
OTHER_COMPANY = 0.3  # share of leads
FAULTS = (
    ("drop_before", {"method": "ingest"}),
    ("drop_after", {"method": "ingest"}),
    ("truncate", {"method": "ingest"}),
    ("status", {"method": "ingest", "code": 503}),
    ("status", {"method": "ingest", "code": 429, "delay": 600}),
    ("expire_token", {"method": "ingest"}),
    ("drop_before", {"method": "status"}),
    ("truncate", {"method": "status"}),
    ("status", {"method": "status", "code": 500}),
    ("drop_after", {"method": "UploadClickConversions"}),
    ("truncate", {"method": "UploadConversionAdjustments"}),
    ("status", {"method": "UploadClickConversions", "code": 503}),
    ("drop_after", {"method": "UploadConversionAdjustments"}),
)


@dataclass
class Life:
    """What a person who watched one lead knows of it."""

    lead: object
    number: int
    value: float = 0.0
    qualified: bool = False
    won: bool = False
    ever_won: bool = False
    silent: dict | None = None  # what Google had when nothing more may be told
    head: object = None  # the life it was merged into, which it shares from then on


class HistoryCase(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Windmill"})
        cls.env.user.company_ids |= cls.company
        cls.neighbour = cls.account.copy(
            {"company_id": cls.company.id, "customer_id": ACCOUNT, "name": "Windmill"}
        )
        cls.neighbour.write(
            {
                "state": "connected",
                "login_customer_id": cls.account.login_customer_id,
                "conversion_customer_id": ACCOUNT,
                "service_account_json": cls.account.service_account_json,
            }
        )
        for action in cls.neighbour._create_default_actions():
            action.write({"google_id": ACTIONS[action.event], "state": "ready"})

    def setUp(self):
        super().setUp()
        self.lives = []

    # What happens

    def create_lead(self, chance):
        value = chance.randint(1, 500)
        lead = self.lead_from_ad(
            f"Life-{len(self.lives)}-{chance.random()}".replace(".", "-"),
            expected_revenue=value,
            name=f"Life {len(self.lives)}",
            company_id=(
                self.company if chance.random() < OTHER_COMPANY else self.account.company_id
            ).id,
            team_id=False,
            user_id=False,
        )
        self.lives.append(Life(lead, lead.id, value))

    def qualify(self, life):
        life.lead.convert_opportunity(False)
        life.qualified = True

    def win(self, life):
        life.lead.action_set_won()
        life.qualified = life.won = life.ever_won = True

    def lose(self, life):
        if life.won:
            self.reopen(life)
        life.lead.action_set_lost()

    def reopen(self, life):
        if not life.lead.active:
            life.lead.action_restore()
        life.lead.stage_id = self.env.ref("crm.stage_lead1")
        life.won = False

    def change_value(self, life, chance):
        life.value = chance.randint(1, 500)
        life.lead.expected_revenue = life.value

    def delete(self, life):
        self.fall_silent(life)
        life.lead.unlink()

    def withdraw_consent(self, life):
        self.fall_silent(life)
        life.lead.consent = "denied"

    def fall_silent(self, life):
        """Nothing more may be told of it, nor of what was merged into it."""
        life.silent = self.counted_of(life)
        for one in self.lives:
            if one.head is life and one.silent is None:
                self.fall_silent(one)

    def merge(self, one, other):
        """Of two deals one is left, won or not; what both were told of is corrected."""
        pair = one.lead | other.lead
        merged = pair.merge_opportunity()
        head, tail = (one, other) if merged == one.lead else (other, one)
        tail.lead, tail.head = self.env["crm.lead"], head
        # The tail's own events happened; of the two the merged deal is qualified but once.
        head.value = merged.expected_revenue
        head.won = merged.won_status == "won"
        head.ever_won |= tail.ever_won
        if tail.qualified and not head.qualified:
            head.qualified = None

    def retry(self, chance):
        """Somebody presses Retry on whatever is not delivered, several at once."""
        rows = self.conversions.search([("state", "in", ("held", "unclear", "failed"))])
        rows = rows.filtered(lambda row: row.error_code not in ("CONSENT_UNKNOWN",))
        chosen = rows.filtered(lambda _row: chance.random() < 0.7)
        if chosen.filtered(lambda row: not row._is_outdated()):
            chosen.action_retry()

    # What Google has

    def counted_of(self, life):
        """{transaction id: (count, value)} of one lead."""
        return {
            row["transaction_id"]: (row["count"], row["value"])
            for row in self.google.ledger()["accepted"]
            if f"-lead-{life.number}-" in row["transaction_id"]
        }

    def assertTold(self, life):
        counted = self.counted_of(life)
        if life.silent is not None:
            self.assertEqual(counted, life.silent, "nothing more may be told")
            return
        names = {name.partition("-lead-")[2].partition("-")[2] for name in counted}
        self.assertIn("lead_created", names)
        if life.qualified is not None:
            self.assertEqual("lead_qualified" in names, life.qualified)
        if life.head:
            return  # told of together with the life that it was merged into
        family = [one for one in self.lives if self.get_head(one) is life]
        deals = [
            pair
            for one in family
            for name, pair in self.counted_of(one).items()
            if "-deal_won" in name
        ]
        upload = self.account.transport == "google_ads_upload"
        if life.won:
            self.assertEqual(
                [pair for pair in deals if pair[0] and pair[1]], [(1, life.value)][: life.value > 0]
            )
        else:
            self.assertEqual(sum(value for _count, value in deals), 0)
            self.assertEqual(sum(count for count, _value in deals) if upload else 0, 0)
        if not life.ever_won:
            self.assertFalse(deals)
        elif not upload:
            self.assertLessEqual(len(deals), len(family))

    def get_head(self, life):
        """The life that this one is part of by now."""
        while life.head:
            life = life.head
        return life

    # A history

    def live(self, chance):
        for _step in range(STEPS):
            self.later(hours=chance.choice((1, 3, 9)))
            alive = [one for one in self.lives if one.lead and one.silent is None]
            if not alive or chance.random() < 0.25:
                self.create_lead(chance)
                continue
            pair = self.choose_pair(alive, chance)
            if pair:
                self.merge(*pair)
            else:
                life = chance.choice(alive)
                chance.choice(self.get_steps(life, chance))(life)
            if chance.random() < 0.5:
                self.work(chance)
        self.google.clear_faults()
        self.settle(times=8)

    def choose_pair(self, alive, chance):
        """Two leads of one company to merge, now and then."""
        if chance.random() > 0.15:
            return None
        active = [one for one in alive if one.lead.active]
        first = active and chance.choice(active)
        others = [
            one
            for one in active
            if one is not first and one.lead.company_id == first.lead.company_id
        ]
        return others and (first, chance.choice(others))

    def get_steps(self, life, chance):
        """What can happen to a lead now."""
        luck = chance.random()
        if luck < 0.1:
            return [self.delete]
        if luck < 0.2:
            return [self.withdraw_consent]
        steps = [
            lambda one: self.change_value(one, chance),
            lambda one: self.work(chance),
            lambda _one: self.retry(chance),
        ]
        if life.lead.active and not life.won:
            steps += [self.qualify, self.win]
        if life.lead.active and life.qualified is not None:
            steps += [self.win, self.lose]
        if life.won or not life.lead.active:
            steps += [self.reopen]
        return steps

    def work(self, chance):
        if chance.random() < 0.5:
            kind, options = chance.choice(FAULTS)
            self.google.fault(kind, **options)
        self.deliver(hours=chance.choice((1, 7, 25)))
        if chance.random() < 0.7:
            self.poll()

    @mute_logger("odoo.addons.conversion_tracking.models.google_ads.google_ads_delivery")
    def play(self, seed, transport):
        self.google.reset()
        self.setUpQualification()
        self.google.set_clock(self.now)
        for action in ACTIONS.values():
            # A history takes weeks, and each lead is its own click.
            path = f"accounts/1234567890/conversion_actions/{action}/window_days"
            self.google.update(path, 90)
        self.google.update("project/old_upload_allowed", True)
        for account in self.account | self.neighbour:
            for action in account.action_ids:
                action.write({"google_id": ACTIONS[action.event], "found": False})
        (self.account | self.neighbour).transport = transport
        chance = random.Random(seed)
        self.lives = []
        with patch.object(lifecycle, "random", random.Random(seed)):
            self.live(chance)
        for life in self.lives:
            self.assertTold(life)
        accounts = self.account | self.neighbour
        rows = self.conversions.search([("account_id", "in", accounts.ids)])
        self.assertFalse(rows.filtered(lambda row: row.state in ("waiting", "sending", "sent")))
        self.assertEqual(accounts.mapped("state"), ["connected"] * 2)
        self.assert_another_way_counts_nothing_anew(accounts)
        self.assert_a_repair_counts_nothing_anew(chance)

    def settle(self, times=3):
        for _number in range(times):
            self.deliver(hours=25)
            self.poll()

    def assert_another_way_counts_nothing_anew(self, accounts):
        """What one of Google's APIs took is never told again by the other."""
        before = self.delivered()
        other = {"data_manager": "google_ads_upload", "google_ads_upload": "data_manager"}
        for account in accounts:
            account.transport = other[account.transport]
        self.settle()
        self.assertEqual(self.delivered(), before)
        for account in accounts:
            account.transport = other[account.transport]

    def assert_a_repair_counts_nothing_anew(self, chance):
        """A conversion action made in the place of a removed one gets new deals only."""
        before = self.delivered()
        sales = self.account.action_ids.filtered(lambda one: one.event == "deal_won")
        path = f"accounts/{ACCOUNT}/conversion_actions/{sales.google_id}"
        self.google.update(f"{path}/status", "REMOVED")
        self.account.action_read_actions()
        sales.action_repair()
        for life in self.lives:
            known = life.silent is None and life.won and life.lead
            if known and life.lead.company_id == self.account.company_id:
                self.change_value(life, chance)
        self.settle()
        self.assertEqual(
            {key: value for key, value in self.delivered().items() if key[1] == sales.google_id}, {}
        )
        self.assertLessEqual(before.keys(), self.delivered().keys())

    def play_all(self, first, transport):
        """Histories with the seeds from ``first`` on, as many as time allows."""
        until = _get_real_time() + SECONDS
        played = 0
        for seed in range(first, first + SEEDS):
            if _get_real_time() > until:
                break
            with self.subTest(seed=seed):
                self.play(seed, transport)
            played += 1
        if SEEDS != HISTORIES:
            _logger.warning("%s histories by %s were played", played, transport)


def _get_real_time():
    return os.times().elapsed  # the clocks of the time module stand still in a history


@tagged("post_install", "-at_install")
class TestHistoriesByDataManager(HistoryCase):
    def test_google_counts_what_happened(self):
        self.play_all(0, "data_manager")


@tagged("post_install", "-at_install")
class TestHistoriesByTheGoogleAdsApi(HistoryCase):
    def test_google_counts_what_happened(self):
        self.play_all(1000, "google_ads_upload")
