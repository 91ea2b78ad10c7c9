"""Costs in foreign money: at the rate of their day, or said to have none."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignCostRates(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pounds = cls.env.ref("base.GBP")
        cls.pounds.active = True
        cls.pounds.rate_ids.unlink()
        cls.campaign = cls.make_campaign("Fair")

    def add_pounds(self, amount, **values):
        return self.add_cost(
            self.campaign, amount, **{"currency_id": self.pounds.id, "date": "2026-03-01", **values}
        )

    def add_rate(self, day, rate, **values):
        rates = self.env["res.currency.rate"]
        return rates.create({"currency_id": self.pounds.id, "name": day, "rate": rate, **values})

    def test_without_any_rate_an_amount_is_not_taken_one_for_one(self):
        cost = self.add_pounds(100, planned_amount=50)
        self.assertTrue(cost.is_rate_missing)
        self.assertEqual((cost.planned_company_amount, cost.actual_company_amount), (0, 0))
        self.assertIn("No rate of GBP: add one in Accounting", cost.hint)
        self.assertMeasures(self.campaign, cost_actual=0, cost_planned=0)
        self.assertEqual(cost.search([("is_rate_missing", "=", True)]), cost)

    def test_the_company_s_own_money_needs_no_rate(self):
        self.company.currency_id.rate_ids.unlink()
        cost = self.add_cost(self.campaign, 100)
        self.assertFalse(cost.is_rate_missing)
        self.assertEqual(cost.actual_company_amount, 100)

    def test_the_first_rate_converts_the_lines_that_waited(self):
        waiting = self.add_pounds(100)
        self.add_rate("2026-01-01", 0.5)
        self.assertFalse(waiting.is_rate_missing)
        self.assertFalse(waiting.hint)
        self.assertMeasures(self.campaign, cost_actual=200)

    def test_a_date_before_the_first_rate_uses_the_first(self):
        self.add_rate("2026-06-01", 0.5)
        self.assertEqual(self.add_pounds(100).actual_company_amount, 200)

    def test_lines_that_have_been_converted_keep_their_amount(self):
        self.add_rate("2026-01-01", 0.5)
        cost = self.add_pounds(100)
        self.env.flush_all()
        later = self.add_rate("2026-02-01", 0.1)
        self.assertEqual(cost.actual_company_amount, 200)
        later.rate = 0.2
        self.assertEqual(cost.actual_company_amount, 200)
        self.pounds.rate_ids.unlink()
        self.assertEqual((cost.actual_company_amount, cost.is_rate_missing), (200, False))

    def test_a_rate_of_another_company_is_none_of_ours(self):
        theirs = self.env["res.company"].create({"name": "Other"})
        cost = self.add_pounds(100)
        rate = self.add_rate("2026-01-01", 0.5, company_id=theirs.id)
        self.assertTrue(cost.is_rate_missing)
        rate.company_id = False
        self.assertFalse(cost.is_rate_missing)
        self.assertEqual(cost.actual_company_amount, 200)

    def test_another_currency_stays_without(self):
        francs = self.env.ref("base.CHF")
        francs.active = True
        francs.rate_ids.unlink()
        cost = self.add_pounds(100, currency_id=francs.id)
        self.add_rate("2026-01-01", 0.5)
        self.assertTrue(cost.is_rate_missing)
        cost.currency_id = self.pounds
        self.assertEqual((cost.is_rate_missing, cost.actual_company_amount), (False, 200))

    def test_whoever_keeps_the_rates_need_not_see_costs(self):
        cost = self.add_pounds(100)
        clerk = new_test_user(self.env, "rates", groups="base.group_user,base.group_system")
        clerk.group_ids -= self.env.ref("conversion_tracking.group_administrator")
        rates = self.env["res.currency.rate"].with_user(clerk)
        with self.assertRaises(AccessError):
            cost.with_user(clerk).read(["name"])
        rates.create({"currency_id": self.pounds.id, "name": "2026-01-01", "rate": 0.5})
        self.assertEqual(cost.actual_company_amount, 200)

    def test_rates_of_many_lines_are_looked_up_together(self):
        self.add_rate("2026-01-01", 0.5)
        costs = self.env["utm.campaign.cost"].concat(*(self.add_pounds(n) for n in range(1, 11)))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            costs.modified(["currency_id"])
            self.env.flush_all()

    def test_the_original_is_shown_where_it_differs(self):
        self.add_rate("2026-01-01", 0.5)
        self.assertEqual(self.add_pounds(1234.5).original_amount, "1,234.50 GBP")
        self.assertEqual(self.add_pounds(0, planned_amount=7).original_amount, "7.00 GBP")
        self.assertFalse(self.add_cost(self.campaign, 100).original_amount)
        self.pounds.active = False
        self.assertEqual(self.add_pounds(3).original_amount, "3.00 GBP")
