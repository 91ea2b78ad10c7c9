"""What goes wrong while Google is read: nothing is lost or doubled, and the account says so."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.google_ads import google_ads_click_reader
from ..models.google_ads.google_ads_quota_mixin import RESERVED_FOR_OTHERS
from .google_case import ACCOUNT
from .test_google_ads_click_reader import CAMPAIGN, ClickReaderCase
from .test_google_ads_next_account import OTHER, OTHER_CAMPAIGN, TwoAccountsCase

PATH = f"accounts/{ACCOUNT}/campaigns/{CAMPAIGN}"


class FaultCase(ClickReaderCase, TwoAccountsCase):
    def setUp(self):
        super().setUp()
        self.other.state = "draft"
        rates = [
            {"currency_id": self.env.ref(f"base.{code}").id, "name": "2020-01-01", "rate": 0.9}
            for code in ("EUR", "GBP")
        ]
        self.env["res.currency.rate"].create(rates)

    def read_costs(self, **later):
        self.later(**(later or {"days": 1}))
        self.run_cron("ir_cron_read_costs")
        self.env.invalidate_all()

    def numbers(self, account=None):
        """Google's numbers and the cost lines made of them, by campaign and day."""
        domain = [("account_id", "=", (account or self.account).id)]
        days = self.env["google.ads.campaign.day"].search(domain)
        lines = self.env["utm.campaign.cost"].search(
            [("google_campaign_line_id", "in", days.google_campaign_id.ids)]
        )
        return (
            sorted((day.google_campaign_id.google_id, day.day, day.cost) for day in days),
            sorted((line.external_key, line.actual_amount) for line in lines),
        )

    def visits(self, count, *, days_ago):
        """Visits by ads on one day, which Google lists."""
        visits = self.env["conversion.touchpoint"]
        for number in range(count):
            gclid = f"Visit-{days_ago}-{number}"
            clicked = self.midnight - timedelta(days=days_ago) + timedelta(hours=10)
            self.click(gclid, clicked)
            visits |= self.visit(gclid, clicked)
        return visits


@tagged("post_install", "-at_install")
class TestBrokenAnswers(FaultCase):
    def test_an_answer_that_breaks_off_takes_no_days_away(self):
        self.read_costs(minutes=1)
        before = self.numbers()
        self.assertTrue(all(before))
        self.google.switch("stream_batch_rows", 7)
        self.google.fault("truncate", method="SearchStream", times=None)
        self.read_costs(minutes=1)
        self.assertEqual(self.numbers(), before)
        self.assertFalse(self.account.read_problem, "it passes by itself")
        self.google.clear_faults()
        self.read_costs(minutes=1)
        self.assertEqual(self.numbers(), before)

    def test_what_does_not_pass_for_days_is_said_until_it_has_passed(self):
        self.google.fault("truncate", method="SearchStream", times=None)
        for _day in range(3):
            self.read_costs()
        self.assertFalse(self.account.read_problem)
        self.read_costs()
        self.assertIn("Costs: ", self.account.read_problem)
        self.assertEqual(len(self.account.activity_ids), 1)
        self.google.clear_faults()
        self.read_costs()
        self.assertFalse(self.account.read_problem)
        self.assertFalse(self.account.read_outages)
        self.google.fault("truncate", method="SearchStream")
        self.read_costs()
        self.assertFalse(self.account.read_problem, "a new one, which may pass")

    def test_clicks_that_came_before_the_break_are_kept_and_none_is_doubled(self):
        visits = self.visits(6, days_ago=1)
        self.google.fault("truncate", method="SearchStream", skip=1)
        with patch.object(google_ads_click_reader, "MAX_OPERANDS", 2):
            self.read_clicks()
        found = visits.filtered(lambda one: one.click_info == "found")
        self.assertEqual(len(found), 2)
        self.assertEqual(set((visits - found).mapped("click_info")), {"pending"})
        self.read_clicks()
        self.assertEqual(set(visits.mapped("click_info")), {"found"})
        clicks = self.env["google.ads.click"].search([("gclid", "in", visits.mapped("gclid"))])
        self.assertEqual(len(clicks), 6)

    def test_a_busy_day_is_done_over_several_days_when_operations_are_few(self):
        visits = self.visits(6, days_ago=1)
        self.account.daily_operations = RESERVED_FOR_OTHERS["clicks"] + 2
        with patch.object(google_ads_click_reader, "MAX_OPERANDS", 1):
            for left in (4, 2, 0):
                self.read_clicks()
                pending = visits.filtered(lambda one: one.click_info == "pending")
                self.assertEqual(len(pending), left)
                self.later(hours=25)
        self.assertFalse(self.account.read_problem)

    def test_time_grows_with_the_clicks_of_a_day(self):
        """Each answer is compared with what was asked, not with all that is looked for."""
        visits, compared = self.visits(6, days_ago=1), []
        reader = self.registry["google.ads.click.reader"]
        settle = reader._settle

        def counted(self, account, touchpoints, clicks):
            compared.append(len(touchpoints))
            return settle(self, account, touchpoints, clicks)

        self.patch(reader, "_settle", counted)
        with patch.object(google_ads_click_reader, "MAX_OPERANDS", 2):
            self.read_clicks()
        self.assertEqual(compared, [2, 2, 2])
        self.assertEqual(set(visits.mapped("click_info")), {"found"})

    def test_a_place_that_google_lost_while_reading(self):
        self.read_costs(minutes=1)
        before = self.numbers()
        self.google.switch("stream_batch_rows", 7)
        for code in ("EXPIRED_PAGE_TOKEN", "INVALID_PAGE_TOKEN"):
            self.google.fault(
                "error", code=f"RequestError.{code}", method="SearchStream", after_batches=1
            )
            self.read_costs(minutes=1)
            self.assertEqual(self.numbers(), before, code)
            self.assertFalse(self.account.read_problem)
        self.read_costs(minutes=1)
        self.assertEqual(self.numbers(), before)

    def test_a_login_that_runs_out_in_the_middle_is_renewed(self):
        visits = self.visits(4, days_ago=1)
        self.google.fault("expire_token", method="SearchStream", skip=1)
        with patch.object(google_ads_click_reader, "MAX_OPERANDS", 1):
            self.read_clicks()
        self.assertEqual(set(visits.mapped("click_info")), {"found"})

    def test_members_of_tomorrow_are_readable_in_every_field(self):
        self.google.update(f"{PATH}/channel_type", 99)
        self.google.update(f"{PATH}/status", 98)
        words = {"network": 97, "device": 96, "click_type": 95, "slot": 94}
        self.google.add_click(
            "New-1", account=ACCOUNT, campaign=CAMPAIGN, clicked=self.midnight, **words
        )
        visit = self.visit("New-1", self.midnight)
        self.read_clicks()
        click = visit.google_ads_click_id
        self.assertEqual(click.campaign_type, "Unknown (99)")
        self.assertEqual(
            {name: click[name] for name in words},
            {name: f"Unknown ({number})" for name, number in words.items()},
        )
        self.read_costs(minutes=1)
        campaign = self.env["google.ads.campaign"].search([("google_id", "=", CAMPAIGN)])
        self.assertEqual((campaign.channel_type, campaign.status), ("Unknown (99)", "Unknown (98)"))
        self.assertFalse(campaign.campaign_id.campaign_type)
        self.assertFalse(self.account.read_problem)


@tagged("post_install", "-at_install")
class TestOneAccountOfSeveral(FaultCase):
    def setUp(self):
        super().setUp()
        self.other.state = "connected"

    def test_one_that_loses_access_half_way_stops_no_other(self):
        ours = self.visits(2, days_ago=1) | self.visits(1, days_ago=3)
        self.click("Theirs-1", self.midnight, account=OTHER, campaign=OTHER_CAMPAIGN)
        theirs = self.visit("Theirs-1", self.midnight)
        self.google.fault(
            "error",
            code="AuthorizationError.USER_PERMISSION_DENIED",
            method="SearchStream",
            skip=1,
        )
        with patch.object(google_ads_click_reader, "MAX_OPERANDS", 1):
            self.read_clicks()
        self.assertEqual(theirs.google_ads_click_id.account_id, self.other)
        self.assertEqual(len(ours.filtered("google_ads_click_id")), 1, "before it was refused")
        self.assertEqual(set(self.account.read_problems), {"clicks"})
        self.assertIn("invite the e-mail", self.account.read_problem)
        self.assertFalse(self.other.read_problem)
        self.read_clicks()
        self.assertEqual(len(ours.filtered("google_ads_click_id")), 3)
        self.assertFalse(self.account.read_problem)

    def test_costs_of_the_others_are_read_and_days_of_the_refused_one_stay(self):
        self.read_costs(minutes=1)
        ours, theirs = self.numbers(), self.numbers(self.other)
        self.google.update(f"accounts/{OTHER}/campaigns/{OTHER_CAMPAIGN}/days", [[1, 77, 7, 70]])
        self.google.fault(
            "error", code="AuthorizationError.USER_PERMISSION_DENIED", method="SearchStream"
        )
        self.read_costs(minutes=1)
        self.assertEqual(self.numbers(), ours)
        self.assertNotEqual(self.numbers(self.other), theirs)
        self.assertIn("Costs: ", self.account.read_problem)
        self.assertFalse(self.other.read_problem)

    def test_a_click_window_that_cannot_be_stops_no_other(self):
        ours, theirs = (
            account.action_ids.filtered(lambda one: one.event == "deal_won")
            for account in (self.account, self.other)
        )
        self.google.update(
            f"accounts/{OTHER}/conversion_actions/{theirs.google_id}/window_days", 30
        )
        for days in (0, 400):
            path = f"accounts/{ACCOUNT}/conversion_actions/{ours.google_id}/window_days"
            self.google.update(path, days)
            self.run_cron("ir_cron_read_actions")
            self.assertEqual(ours.lookback_days, 90)
            self.assertEqual(theirs.lookback_days, 30)

    def test_a_time_zone_that_the_server_does_not_know(self):
        visits = self.visits(1, days_ago=1)
        for zone in ("Mars/Olympus", "Europe"):
            self.account.timezone = zone
            self.read_costs(minutes=1)
            self.read_clicks()
            self.assertEqual(set(self.account.read_problems), {"clicks", "costs"}, zone)
            self.assertIn(zone, self.account.read_problem)
            self.assertFalse(self.other.read_problem)
            self.assertTrue(all(self.numbers(self.other)))
        self.account.timezone = "Europe/Amsterdam"
        self.read_costs(minutes=1)
        self.read_clicks()
        self.assertEqual(visits.click_info, "found")
        self.assertFalse(self.account.read_problem)
