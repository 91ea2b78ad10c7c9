from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignRevenue(AccountTestInvoicingCommon, CampaignCase):
    """What counts as revenue, and costs that come from vendor bills."""

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.quick_ref("conversion_tracking.group_manager")
            | cls.quick_ref("sales_team.group_sale_manager")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.campaign = cls.make_campaign("Search", 100)
        cls.product_a.invoice_policy = "order"
        cls.product_a.taxes_id = [Command.clear()]

    def make_order(self, lead, price, currency=None, confirm=True):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": self.product_a.id, "price_unit": price})
                ],
                **({"currency_id": currency.id} if currency else {}),
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def invoice(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def use(self, basis):
        self.env["ir.config_parameter"].sudo().set_param("conversion_tracking.revenue_basis", basis)

    def make_bill(self, amount, **values):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-02-03",
                "invoice_line_ids": [
                    Command.create({"name": "Stand", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        bill.action_post()
        return bill

    # ------------------------------------------------------------
    # Revenue
    # ------------------------------------------------------------

    def test_expected_revenue_is_the_default(self):
        lead = self.win(self.campaign, 500)
        self.make_order(lead, 300)
        self.assertMeasures(self.campaign, revenue=500, roi_percent=400)

    def test_confirmed_orders_of_won_deals(self):
        won = self.win(self.campaign, 500)
        self.make_order(won, 300)
        self.make_order(won, 200)
        self.make_order(won, 70, confirm=False)
        self.make_order(won, 9)._action_cancel()
        self.make_order(self.make_lead(self.campaign), 1000)
        self.use("orders")
        self.assertMeasures(self.campaign, won_count=1, revenue=500, roi_percent=400)

    def test_orders_in_another_currency_are_converted_at_their_date(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Pounds", "currency_id": pounds.id}
        )
        self.partner_a.property_product_pricelist = pricelist
        order = self.make_order(self.win(self.campaign, 0), 300)
        self.assertEqual(order.currency_id, pounds)
        self.use("orders")
        self.assertMeasures(self.campaign, revenue=600)

    def test_posted_invoices_less_credit_notes(self):
        won = self.win(self.campaign, 500)
        first, second = (self.invoice(self.make_order(won, price)) for price in (300, 200))
        self.make_order(won, 70)._create_invoices()
        self.use("invoiced")
        self.assertMeasures(self.campaign, revenue=500)
        credit = second._reverse_moves([{"invoice_date": second.invoice_date}])
        self.assertMeasures(self.campaign, revenue=500)
        credit.action_post()
        self.assertMeasures(self.campaign, revenue=300, roi_percent=200)
        first.button_draft()
        self.assertMeasures(self.campaign, revenue=0, roi_percent=-100)

    def test_a_credit_note_larger_than_the_invoices_is_a_loss(self):
        won = self.win(self.campaign, 500)
        invoice = self.invoice(self.make_order(won, 300))
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        credit.invoice_line_ids.price_unit = 350
        credit.action_post()
        self.use("invoiced")
        self.assertMeasures(self.campaign, won_count=1, revenue=-50, profit=-150, roi_percent=-150)

    def test_orders_without_a_deal_are_told_and_not_counted(self):
        self.win(self.campaign, 500)
        order = self.make_order(self.env["crm.lead"], 700)
        order.campaign_id = self.campaign
        for basis, revenue in {"expected": 500, "orders": 0}.items():
            self.use(basis)
            self.assertMeasures(self.campaign, revenue=revenue)
        self.assertEqual(self.campaign.orders_without_deal, 1)
        action = self.campaign.action_open_orders_without_deal()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), order)
        order.opportunity_id = self.win(self.campaign, 0)
        self.assertMeasures(self.campaign, revenue=700)
        self.campaign.invalidate_recordset()
        self.assertFalse(self.campaign.orders_without_deal)

    def test_an_invoice_for_two_deals_counts_for_each_its_own(self):
        other = self.make_campaign("Fair", 10)
        orders = self.make_order(self.win(self.campaign, 0), 300)
        orders |= self.make_order(self.win(other, 0), 200)
        self.assertEqual(len(self.invoice(orders)), 1)
        self.use("invoiced")
        self.assertMeasures(self.campaign, revenue=300)
        self.assertMeasures(other, revenue=200)

    def test_the_reader_can_switch_what_counts(self):
        lead = self.win(self.campaign, 500)
        self.invoice(self.make_order(lead, 300))
        self.make_order(lead, 50)
        domain = [("campaign_id", "=", self.campaign.id)]
        for basis, revenue in {"expected": 500, "orders": 350, "invoiced": 300}.items():
            report = self.report.with_context(revenue_basis=basis)
            [(shown, won)] = report._read_group(domain, [], ["revenue:sum", "won_count:sum"])
            self.assertEqual((shown, won), (revenue, 1), basis)
            facts = report.search([*domain, ("revenue", "!=", 0)])
            self.assertEqual(facts.lead_id, lead)
            seen = self.campaign.with_context(revenue_basis=basis)
            self.assertEqual(seen.revenue, revenue)
        for odd in ("x", "", 1, True, ["orders"], {"orders": 1}, [{}]):
            with self.subTest(odd):
                report = self.report.with_context(revenue_basis=odd)
                self.assertEqual(report._get_choice("revenue_basis"), "expected")
                campaign = self.campaign.with_context(revenue_basis=odd)
                self.assertEqual(campaign.read(["revenue"]), self.campaign.read(["revenue"]))
                self.assertTrue(campaign.cost_revenue_by_month)

    def test_the_setting_decides(self):
        settings = (
            self.env["res.config.settings"].sudo().create({"conversion_revenue_basis": "invoiced"})
        )
        settings.execute()
        self.assertEqual(self.report._get_choice("revenue_basis"), "invoiced")

    # ------------------------------------------------------------
    # Vendor bills
    # ------------------------------------------------------------

    def test_a_bill_line_fills_in_the_cost(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        bill = self.make_bill(400, currency_id=pounds.id)
        cost = self.env["utm.campaign.cost"].create(
            {"campaign_id": self.campaign.id, "bill_line_id": bill.invoice_line_ids.id}
        )
        self.assertEqual((cost.name, cost.source), ("Stand", "bill"))
        self.assertEqual((cost.date, cost.currency_id), (bill.invoice_date, pounds))
        self.assertEqual((cost.actual_amount, cost.actual_company_amount), (400, 800))

    def test_campaigns_share_a_bill_line_but_no_more_than_it_is(self):
        line = self.make_bill(400).invoice_line_ids
        shared = {"bill_line_id": line.id, "name": "Stand"}
        self.add_cost(self.campaign, 250, **shared)
        other = self.make_campaign("Fair")
        self.add_cost(other, 150, **shared)
        with self.assertRaisesRegex(ValidationError, "Lower the actual amount"):
            self.add_cost(other, 0.01, **shared)

    def test_a_bill_that_is_no_longer_posted_costs_nothing(self):
        bill = self.make_bill(400)
        cost = self.add_cost(self.campaign, 400, bill_line_id=bill.invoice_line_ids.id)
        self.assertMeasures(self.campaign, cost_actual=500)
        bill.button_draft()
        self.assertMeasures(self.campaign, cost_actual=100)
        self.assertFalse(cost.is_bill_posted)
        bill.action_post()
        self.assertMeasures(self.campaign, cost_actual=500)

    def test_managers_without_accounting_do_not_see_bills(self):
        bill = self.make_bill(400)
        self.add_cost(self.campaign, 400, bill_line_id=bill.invoice_line_ids.id)
        manager = self.people["marketing_manager"]
        manager.write({"company_ids": self.company.ids, "company_id": self.company.id})
        costs = self.env["utm.campaign.cost"].with_user(manager)
        self.assertNotIn("bill_line_id", costs.fields_get())
        [cost] = costs.search([("source", "=", "bill")])
        self.assertTrue(cost.is_bill_posted)
        cost.actual_amount = 300
        self.assertMeasures(self.campaign, cost_actual=400)
