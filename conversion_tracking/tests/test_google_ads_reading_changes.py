"""Campaigns, ads and currencies change at Google and here: what was read stays right."""

from datetime import timedelta

from odoo.tests import tagged

from .google_case import ACCOUNT
from .test_google_ads_click_reader import CAMPAIGN
from .test_google_ads_reading_faults import PATH, FaultCase


@tagged("post_install", "-at_install")
class TestChangesAtGoogle(FaultCase):
    def test_a_campaign_that_was_renamed_keeps_its_costs_and_its_place(self):
        self.read_costs(minutes=1)
        before = self.numbers()
        campaign = self.env["google.ads.campaign"].search([("google_id", "=", CAMPAIGN)])
        here = campaign.campaign_id
        self.google.update(f"{PATH}/name", "Quite another name")
        self.read_costs(minutes=1)
        self.assertEqual((campaign.name, campaign.campaign_id), ("Quite another name", here))
        self.assertEqual(self.numbers(), before)

    def test_a_campaign_that_was_removed_keeps_what_it_cost(self):
        visits = self.visits(1, days_ago=1)
        self.read_costs(minutes=1)
        before = self.numbers()
        self.google.update(f"{PATH}/status", "REMOVED")
        self.read_costs(minutes=1)
        self.read_clicks()
        campaign = self.env["google.ads.campaign"].search([("google_id", "=", CAMPAIGN)])
        self.assertEqual(campaign.status, "Removed")
        self.assertEqual(self.numbers(), before)
        self.assertEqual(visits.click_info, "found")
        self.assertEqual(visits.campaign_id, campaign.campaign_id)

    def test_an_ad_that_is_gone_is_asked_for_once(self):
        for number in range(3):
            clicked = self.midnight - timedelta(days=number)
            self.google.add_click(
                f"Gone-{number}",
                account=ACCOUNT,
                campaign=CAMPAIGN,
                clicked=clicked,
                ad_group="150111000001",
                ad="999",
            )
            self.visit(f"Gone-{number}", clicked)
        self.read_clicks()
        asked = [one for one in self.google.requests() if "FROM ad_group_ad" in one["body"]]
        self.assertEqual(len(asked), 1)
        clicks = self.env["google.ads.click"].search([("gclid", "like", "Gone-")])
        self.assertEqual((len(clicks), set(clicks.mapped("ad_name"))), (3, {False}))


@tagged("post_install", "-at_install")
class TestCurrencies(FaultCase):
    def use_currency(self, code):
        self.google.update(f"accounts/{ACCOUNT}/currency", code)

    def test_a_currency_that_is_not_switched_on_waits_for_a_rate(self):
        krone = self.env.ref("base.NOK")
        krone.rate_ids.unlink()
        krone.active = False
        self.use_currency("NOK")
        self.read_costs(minutes=1)
        self.assertIn("NOK, which is not switched on", self.account.read_problem)
        days, lines = self.numbers()
        self.assertTrue(days)
        self.assertTrue(lines)
        costs = self.env["utm.campaign.cost"].search([("currency_id", "=", krone.id)])
        self.assertEqual(set(costs.mapped("actual_company_amount")), {0}, "never 1 to 1")
        krone.active = True
        self.read_costs(minutes=1)
        self.assertIn("There is no rate of NOK: ", self.account.read_problem)
        self.env["res.currency.rate"].create(
            {"currency_id": krone.id, "name": "2020-01-01", "rate": 10}
        )
        self.read_costs(minutes=1)
        self.assertFalse(self.account.read_problem)
        for cost in costs:
            self.assertAlmostEqual(cost.actual_company_amount, cost.actual_amount / 10, delta=0.01)

    def test_days_of_a_currency_that_is_made_later_count_however_old_they_are(self):
        self.use_currency("XQZ")
        self.read_costs(minutes=1)
        days, lines = self.numbers()
        self.assertTrue(days)
        self.assertFalse(lines)
        self.assertIn("XQZ", self.account.read_problem)
        self.later(days=40)
        new = self.env["res.currency"].create({"name": "XQZ", "symbol": "q"})
        rate = {"currency_id": new.id, "name": "2020-01-01", "rate": 2}
        self.env["res.currency.rate"].create(rate)
        self.read_costs(minutes=1)
        self.assertEqual(len(self.numbers()[1]), sum(cost != 0 for *_key, cost in days))
        self.assertFalse(self.account.read_problem)
