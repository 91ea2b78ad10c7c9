"""One cost over months and campaigns: the parts are the whole."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignCostSpread(AccountTestInvoicingCommon, CampaignCase):
    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("conversion_tracking.group_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.fair, cls.search = cls.make_campaign("Fair"), cls.make_campaign("Search")

    def spread(self, costs, months=1, shares=(), **values):
        """The lines that come of it, the oldest first."""
        wizard = self.env["utm.campaign.cost.spread"].create(
            {
                "cost_ids": costs.ids,
                "months": months,
                "share_ids": [
                    Command.create({"campaign_id": campaign.id, "share": share})
                    for campaign, share in shares
                ],
                **values,
            }
        )
        action = wizard.action_spread()
        return costs.search(action["domain"]).sorted("id")

    def test_over_three_months_with_the_rest_on_the_last(self):
        cost = self.add_cost(self.fair, 100, planned_amount=90, date="2026-01-31", name="Media")
        parts = self.spread(cost, 3)
        self.assertEqual(parts[0], cost)
        self.assertEqual(parts.mapped("actual_amount"), [33.33, 33.33, 33.34])
        self.assertEqual(parts.mapped("planned_amount"), [30, 30, 30])
        days = [str(day) for day in parts.mapped("date")]
        self.assertEqual(days, ["2026-01-31", "2026-02-28", "2026-03-31"])
        self.assertEqual(set(parts.mapped("name")), {"Media"})
        self.assertMeasures(self.fair, cost_actual=100, cost_planned=90)

    def test_over_campaigns_in_proportion(self):
        cost = self.add_cost(self.fair, 100)
        self.spread(cost, shares=[(self.fair, 2), (self.search, 1)])
        self.assertMeasures(self.fair, cost_actual=66.66)
        self.assertMeasures(self.search, cost_actual=33.34)

    def test_over_months_and_campaigns(self):
        cost = self.add_cost(self.fair, 100, date="2026-01-10")
        parts = self.spread(
            cost, 2, shares=[(self.search, 75), (self.fair, 25)], start_date="2026-04-01"
        )
        told = [(part.campaign_id, str(part.date), part.actual_amount) for part in parts]
        self.assertEqual(
            told,
            [
                (self.search, "2026-04-01", 37.5),
                (self.search, "2026-05-01", 37.5),
                (self.fair, "2026-04-01", 12.5),
                (self.fair, "2026-05-01", 12.5),
            ],
        )

    def test_each_part_is_converted_at_its_own_day(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2026-01-01": 0.5, "2026-02-01": 0.25})
        cost = self.add_cost(self.fair, 10, date="2026-01-15", currency_id=pounds.id)
        self.assertEqual(self.spread(cost, 2).mapped("actual_company_amount"), [10, 20])

    def test_a_currency_without_cents(self):
        yen = self.env.ref("base.JPY")
        self.set_rates(yen, {"2026-01-01": 100})
        cost = self.add_cost(self.fair, 1000, currency_id=yen.id)
        self.assertEqual(self.spread(cost, 3).mapped("actual_amount"), [333, 333, 334])

    def test_staff_time_is_spread_with_its_hours(self):
        cost = self.env["utm.campaign.cost"].create(
            {"campaign_id": self.fair.id, "name": "Booth", "hours": 10, "hourly_cost": 33.33}
        )
        parts = self.spread(cost, 3)
        self.assertEqual(parts.mapped("hours"), [3.33, 3.33, 3.34])
        self.assertEqual(set(parts.mapped("source")), {"staff"})
        self.assertMeasures(self.fair, cost_actual=333.3)

    # ------------------------------------------------------------
    # Bills
    # ------------------------------------------------------------

    def make_bill_cost(self, amount):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-02-03",
                "invoice_line_ids": [
                    Command.create({"name": "Licence", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        return self.add_cost(self.fair, amount, bill_line_id=bill.invoice_line_ids.id)

    def test_parts_of_a_bill_stay_linked_and_count_it_once(self):
        cost = self.make_bill_cost(1000)
        parts = self.spread(cost, 12)
        self.assertEqual(parts.bill_line_id, cost.bill_line_id)
        self.assertEqual(len(set(parts.mapped("date"))), 12)
        self.assertEqual(set(parts.mapped("source")), {"bill"})
        self.assertMeasures(self.fair, cost_actual=1000)

    def test_who_reads_no_bills_spreads_one_without_losing_the_link(self):
        cost = self.make_bill_cost(1000)
        manager = self.people["marketing_manager"]
        manager.write({"company_ids": self.company.ids, "company_id": self.company.id})
        self.env = self.env(user=manager)
        parts = self.spread(cost.with_user(manager), 2)
        self.assertEqual(parts.sudo().bill_line_id, cost.sudo().bill_line_id)
        self.assertEqual(len(parts.sudo().filtered("bill_line_id")), 2)

    # ------------------------------------------------------------
    # What is not spread
    # ------------------------------------------------------------

    def test_what_is_read_is_not_spread(self):
        cost = self.add_cost(self.fair, 10)
        cost.sudo().external_key = "1/2/2026-01-01"
        with self.assertRaisesRegex(UserError, "whole again tomorrow"):
            self.spread(cost, 2)

    def test_corrections_and_what_they_correct_are_not_spread(self):
        cost = self.add_cost(self.fair, 10)
        correction = self.add_cost(self.fair, -4, corrects_id=cost.id)
        for one in (cost, correction):
            with self.assertRaisesRegex(UserError, "delete the correction"):
                self.spread(one, 2)

    @mute_logger("odoo.sql_db")
    def test_months_and_shares_are_possible(self):
        cost = self.add_cost(self.fair, 10)
        for values in (
            {"months": 0},
            {"months": 121},
            {"shares": [(self.fair, -1), (self.search, 2)]},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.spread(cost, **values)

    def test_only_managers_spread(self):
        cost = self.add_cost(self.fair, 10)
        self.env = self.env(user=self.people["marketing"])
        with self.assertRaises(AccessError):
            self.spread(cost.with_user(self.people["marketing"]), 2)

    def test_the_window_begins_with_the_selected_lines(self):
        costs = self.add_cost(self.fair, 10, date="2026-03-01") | self.add_cost(
            self.search, 20, date="2026-02-01"
        )
        form = Form(self.env["utm.campaign.cost.spread"].with_context(default_cost_ids=costs.ids))
        self.assertEqual(str(form.start_date), "2026-02-01")
        form.months = 2
        form.save().action_spread()
        self.assertMeasures(self.fair, cost_actual=10)
        self.assertMeasures(self.search, cost_actual=20)
