"""Every click is found: in whose account, on which day, and its conversions follow it."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from ..models.google_ads.google_ads_quota_mixin import RESERVED_FOR_OTHERS
from .google_case import ACCOUNT, GoogleCase
from .test_google_ads_next_account import OTHER, OTHER_CAMPAIGN, TwoAccountsCase

CAMPAIGN = "20111000001"
THIRD = "4567890123"  # in New York, of another company


class ClickReaderCase(GoogleCase):
    """The account in Amsterdam; its clicks and visits at times of the test's choice."""

    def setUp(self):
        super().setUp()
        midnight = self.now.astimezone(ZoneInfo("Europe/Amsterdam")).replace(
            hour=0, minute=0, second=0
        )
        self.midnight = midnight.astimezone(timezone.utc) - timedelta(days=5)

    def click(self, gclid, clicked, account=ACCOUNT, campaign=CAMPAIGN):
        self.google.add_click(gclid, account=account, campaign=campaign, clicked=clicked)

    def visit(self, gclid, landed, company=None):
        """A visit by the click ``gclid``, ``landed`` aware."""
        return self.env["conversion.touchpoint"].create(
            {
                "occurred_at": landed.astimezone(timezone.utc).replace(tzinfo=None),
                "gclid": gclid,
                "channel": "paid_search",
                "click_platform": "google",
                "company_id": (company or self.account.company_id).id,
            }
        )

    def read_clicks(self):
        """Run the job of the day; the number of searches in clicks that Google was asked for."""
        before = len(self.google.requests())
        self.run_cron("ir_cron_read_clicks")
        self.env.invalidate_all()
        asked = self.google.requests()[before:]
        return sum("FROM click_view" in request["body"] for request in asked)


@tagged("post_install", "-at_install")
class TestClickDays(ClickReaderCase):
    def assertFound(self, touchpoint):
        self.assertEqual(touchpoint.click_info, "found")
        self.assertEqual(touchpoint.google_ads_click_id.gclid, touchpoint.gclid)

    def test_a_click_on_the_day_of_its_landing_is_asked_for_once(self):
        self.click("Noon-1", self.midnight + timedelta(hours=12))
        visit = self.visit("Noon-1", self.midnight + timedelta(hours=12, seconds=2))
        self.assertEqual(self.read_clicks(), 1)
        self.assertFound(visit)
        self.assertEqual(self.read_clicks(), 0)

    def test_a_click_seconds_before_midnight(self):
        self.click("Late-1", self.midnight - timedelta(seconds=2))
        visit = self.visit("Late-1", self.midnight + timedelta(seconds=1))
        self.read_clicks()
        self.assertFound(visit)
        zone = ZoneInfo(self.account.timezone)
        day_before = (self.midnight - timedelta(hours=1)).astimezone(zone).date()
        self.assertEqual(visit.google_ads_click_id.day, day_before)

    def test_a_tab_that_was_opened_again_the_next_morning(self):
        self.click("Tab-1", self.midnight - timedelta(hours=3))
        visit = self.visit("Tab-1", self.midnight + timedelta(hours=9))
        self.read_clicks()
        self.assertFound(visit)

    def test_a_clock_that_is_a_minute_slow(self):
        self.click("Slow-1", self.midnight + timedelta(seconds=30))
        visit = self.visit("Slow-1", self.midnight - timedelta(seconds=30))
        self.read_clicks()
        self.assertFound(visit)

    def test_the_days_are_those_of_the_account(self):
        """An hour before midnight in Amsterdam it is already tomorrow in UTC+2, or not yet."""
        self.account.timezone = "Pacific/Auckland"
        self.google.update(f"accounts/{ACCOUNT}/time_zone", "Pacific/Auckland")
        self.click("Far-1", self.midnight)
        visit = self.visit("Far-1", self.midnight)
        self.assertEqual(self.read_clicks(), 1)
        self.assertFound(visit)

    def test_never_more_than_ninety_days_back(self):
        self.visit("Old-1", self.now - timedelta(days=89, hours=23))
        ancient = self.visit("Old-2", self.now - timedelta(days=90, minutes=1))
        self.read_clicks()
        self.assertFalse(self.account.read_problem)
        self.assertEqual(ancient.click_info, "expired")

    def test_a_click_that_google_lists_late(self):
        visit = self.visit("Slowly-1", self.now - timedelta(hours=2))
        self.read_clicks()
        self.assertEqual(visit.click_info, "pending")
        self.assertEqual(self.read_clicks(), 0, "asked a moment ago")
        self.click("Slowly-1", self.now - timedelta(hours=2))
        self.later(days=1)
        self.read_clicks()
        self.assertFound(visit)

    def test_a_click_that_nobody_has_is_asked_for_a_last_time_and_given_up(self):
        visit = self.visit("Nobody-1", self.now - timedelta(hours=2))
        for _day in range(5):
            self.read_clicks()
            self.later(days=1)
        self.assertEqual(visit.click_info, "not_found")
        self.assertEqual(self.read_clicks(), 0)

    def test_a_stream_that_breaks_loses_nothing(self):
        self.click("First-1", self.midnight)
        first = self.visit("First-1", self.midnight)
        self.click("Second-1", self.midnight + timedelta(days=2))
        second = self.visit("Second-1", self.midnight + timedelta(days=2))
        self.google.update("project/google_ads_enabled", False)
        self.read_clicks()
        self.assertEqual({first.click_info, second.click_info}, {"pending"})
        self.account.invalidate_recordset()
        self.assertTrue(self.account.read_problem)
        self.google.update("project/google_ads_enabled", True)
        self.read_clicks()
        self.assertFound(first)
        self.assertFound(second)
        self.assertFalse(self.account.read_problem)

    def test_reading_stops_politely_when_the_operations_of_the_day_are_used_up(self):
        for number in range(6):
            self.click(f"Few-{number}", self.midnight - timedelta(days=number))
            self.visit(f"Few-{number}", self.midnight - timedelta(days=number))
        self.account.daily_operations = RESERVED_FOR_OTHERS["clicks"] + 2
        self.assertEqual(self.read_clicks(), 2)
        found = self.env["google.ads.click"].search([("gclid", "like", "Few-")])
        self.assertEqual(len(found), 2)
        self.assertFalse(self.account.read_problem, "it goes on by itself")
        self.assertEqual(self.account.operations_used, 2)
        before = len(self.google.requests())
        self.run_cron("ir_cron_read_costs")
        self.assertGreater(len(self.google.requests()), before, "costs have what they need")
        for _day in range(3):
            self.later(hours=25)
            self.read_clicks()
        self.assertEqual(len(found.search([("gclid", "like", "Few-")])), 6)

    def test_without_an_account_it_says_not_connected_until_there_is_one(self):
        company = self.env["res.company"].create({"name": "Company without ads"})
        self.click("Theirs-1", self.midnight, account=OTHER, campaign=OTHER_CAMPAIGN)
        visit = self.visit("Theirs-1", self.midnight, company)
        self.read_clicks()
        self.assertEqual(visit.click_info, "not_connected")
        self.account.copy(
            {
                "customer_id": OTHER,
                "login_customer_id": self.account.login_customer_id,
                "company_id": company.id,
                "service_account_json": self.account.service_account_json,
                "timezone": "Europe/London",
                "state": "connected",
            }
        )
        self.read_clicks()
        self.assertFound(visit)

    def test_a_place_is_asked_for_once(self):
        place = {"country": "2528", "region": "20759", "city": "1010543"}
        for number in (1, 2):
            self.google.add_click(
                f"Place-{number}",
                account=ACCOUNT,
                campaign=CAMPAIGN,
                clicked=self.midnight,
                location_of_presence=place,
            )
            self.visit(f"Place-{number}", self.midnight)
            self.read_clicks()
        clicks = self.env["google.ads.click"].search([("gclid", "like", "Place-")])
        self.assertEqual(len(set(clicks.mapped("location"))), 1)
        self.assertTrue(clicks[0].location)
        asked = [one for one in self.google.requests() if "geo_target_constant" in one["body"]]
        self.assertEqual(len(asked), 1)


@tagged("post_install", "-at_install")
class TestClickOwners(ClickReaderCase, TwoAccountsCase):
    """Two accounts of one company: whose click it is, Google says."""

    def test_the_click_is_found_in_the_account_that_has_it(self):
        lead = self.lead_of(self.other, "Theirs-1")
        self.later(hours=30)
        self.read_clicks()
        self.assertEqual(lead.click_info, "found")
        self.assertEqual(lead.google_ads_click_id.account_id, self.other)

    def test_what_waits_moves_to_the_owner_before_anybody_is_asked_in_vain(self):
        lead = self.lead_of(self.other, "Theirs-1")
        row = self.rows_of(lead)
        self.assertEqual(row.account_id, self.account)
        self.later(hours=30)
        self.read_clicks()
        row.invalidate_recordset()
        self.assertEqual((row.account_id, row.state), (self.other, "waiting"))
        self.deliver(minutes=1)
        self.poll()
        self.assertOf(self.other, row)

    def test_what_happens_afterwards_goes_to_the_owner_at_once(self):
        lead = self.lead_of(self.other, "Theirs-1")
        self.later(hours=30)
        self.read_clicks()
        lead.action_set_won()
        self.assertEqual(self.rows_of(lead).account_id, self.other)
        line = self.env["google.ads.coverage"].search([("lead_id", "=", lead.id)])
        self.assertEqual(line.account_id, self.other)

    def test_one_that_was_told_to_another_account_stays_and_says_so(self):
        row, clicked = self.rows_of(self.lead_of(self.account, "Ours-1")), self.now
        self.deliver_and_poll()
        self.assertEqual((row.account_id, row.state), (self.account, "success"))
        self.env["conversion.touchpoint"].search([("gclid", "=", "Ours-1")]).write(
            {"click_info": "pending", "click_asked": False, "google_ads_click_id": False}
        )
        self.env["google.ads.click"].search([]).unlink()
        self.google.add_click("Ours-1", account=OTHER, campaign=OTHER_CAMPAIGN, clicked=clicked)
        self.read_clicks()
        row.invalidate_recordset()
        self.assertEqual((row.account_id, row.state), (self.account, "success"))
        self.assertEqual(row.click_account_id, self.other)

    def test_not_found_means_that_every_account_was_asked(self):
        visit = self.visit("Nobody-1", self.now - timedelta(days=4))
        key = self.other.service_account_json
        self.other.service_account_json = "$CONVERSION_TRACKING_KEY_THAT_NOBODY_SET"
        self.read_clicks()
        self.assertEqual(visit.click_info, "pending", "the second could not be asked")
        self.other.service_account_json = key
        self.read_clicks()
        self.assertEqual(visit.click_info, "not_found")

    def test_an_account_that_comes_later_is_asked_for_what_nobody_had(self):
        self.other.state = "draft"
        lead = self.lead_of(self.other, "Theirs-1")
        self.later(days=4)
        self.read_clicks()
        lead.invalidate_recordset()
        self.assertEqual(lead.click_info, "not_found")
        self.other.state = "connected"
        self.read_clicks()
        lead.invalidate_recordset()
        self.assertEqual(lead.google_ads_click_id.account_id, self.other)


@tagged("post_install", "-at_install")
class TestManyClicks(ClickReaderCase):
    """Three accounts in three time zones, two of them in one company; 60 days."""

    DAYS, CLICKS, OURS, AT_MIDNIGHT = 60, 20_000, 2_000, 40

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Tulip Solar Inc."})
        london = cls.connect(OTHER, "Europe/London", cls.account.company_id)
        new_york = cls.connect(THIRD, "America/New_York", cls.company)
        cls.three = cls.account | london | new_york

    @classmethod
    def connect(cls, customer, time_zone, company):
        return cls.account.copy(
            {
                "customer_id": customer,
                "login_customer_id": cls.account.login_customer_id,
                "company_id": company.id,
                "service_account_json": cls.account.service_account_json,
                "timezone": time_zone,
                "state": "connected",
            }
        )

    def setUp(self):
        super().setUp()
        world = self.google.state()["accounts"][OTHER]
        self.google.update(
            f"accounts/{THIRD}", {**world, "currency": "USD", "time_zone": "America/New_York"}
        )

        # Google's library measures its patience by the clock, which stands still here.
        accounts = self.registry["google.ads.account"]
        connect = accounts._get_connection
        self.patch(accounts, "_get_connection", lambda one, **_options: connect(one, timeout=600))

    def test_all_are_found_and_a_second_run_asks_nothing(self):
        campaigns = {ACCOUNT: CAMPAIGN, OTHER: OTHER_CAMPAIGN, THIRD: OTHER_CAMPAIGN}
        clicks, visits = {}, []
        step = timedelta(days=self.DAYS) / self.CLICKS
        for number in range(self.CLICKS):
            account = self.three[number % 3]
            clicked = self.now - timedelta(days=self.DAYS) + number * step
            if number < self.AT_MIDNIGHT * 10:  # those of them that are ours: every tenth
                clicked = self.before_midnight(account, number)
            gclid = f"Many-{number}"
            clicks[gclid] = {
                "account": account.customer_id,
                "campaign": campaigns[account.customer_id],
                "clicked": clicked,
            }
            if number % (self.CLICKS // self.OURS) == 0:
                visits.append((gclid, clicked + timedelta(seconds=20), account))
        self.google.add_clicks(clicks)
        touchpoints = self.env["conversion.touchpoint"].create(
            [
                {
                    "occurred_at": landed.astimezone(timezone.utc).replace(tzinfo=None),
                    "gclid": gclid,
                    "channel": "paid_search",
                    "company_id": account.company_id.id,
                }
                for gclid, landed, account in visits
            ]
        )
        self.assertEqual(len(touchpoints), self.OURS)
        asked = self.read_clicks()
        self.assertEqual(set(touchpoints.mapped("click_info")), {"found"})
        for touchpoint, (_gclid, _landed, account) in zip(touchpoints, visits, strict=True):
            self.assertEqual(touchpoint.google_ads_click_id.account_id, account)
        # a day of an account needs one question for its own visits, and up to two for the days
        # beside it; the first account of a company is asked for the visits of the second, too
        self.assertLess(asked, 3 * 2 * (self.DAYS + 2))
        self.assertEqual(self.read_clicks(), 0)

    def before_midnight(self, account, number):
        """Seconds before a midnight of the account."""
        zone = ZoneInfo(account.timezone)
        day = (self.now - timedelta(days=2 + number % 50)).astimezone(zone)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        return (midnight - timedelta(seconds=10)).astimezone(timezone.utc)
