"""Costs out of vendor bills and credit notes: in one click, and nothing twice."""

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignCostBill(AccountTestInvoicingCommon, CampaignCase):
    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("conversion_tracking.group_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.fair, cls.search = cls.make_campaign("Fair"), cls.make_campaign("Search")

    def make_bill(self, *amounts, move_type="in_invoice", post=True, **values):
        bill = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-02-03",
                "invoice_line_ids": [
                    Command.create({"name": f"Item {n}", "price_unit": amount, "tax_ids": []})
                    for n, amount in enumerate(amounts, 1)
                ],
                **values,
            }
        )
        if post:
            bill.action_post()
        return bill

    def credit(self, bill, *amounts):
        """A posted credit note that belongs to ``bill``."""
        values = {"move_type": "in_refund", "reversed_entry_id": bill.id}
        return self.make_bill(*amounts, **values)

    def open_wizard(self, bill):
        action = bill.action_add_to_campaign()
        return Form(self.env[action["res_model"]].with_context(**action["context"]))

    def add(self, bill, campaign):
        """Press the button and take what is proposed."""
        wizard = self.open_wizard(bill)
        wizard.campaign_id = campaign
        return self.costs_of(wizard.save().action_add())

    def costs_of(self, action):
        return self.env["utm.campaign.cost"].search(action["domain"]).sorted("id")

    # ------------------------------------------------------------
    # Bills
    # ------------------------------------------------------------

    def test_a_bill_becomes_cost_of_one_campaign_in_one_click(self):
        bill = self.make_bill(400, 80)
        costs = self.add(bill, self.fair)
        self.assertEqual(costs.mapped("actual_amount"), [400, 80])
        self.assertEqual(costs.mapped("name"), ["Item 1", "Item 2"])
        self.assertEqual(set(costs.mapped("source")), {"bill"})
        self.assertEqual(costs.mapped("date"), [bill.invoice_date] * 2)
        self.assertEqual(bill.campaign_cost_count, 2)
        self.assertEqual(self.costs_of(bill.action_open_campaign_costs()), costs)
        self.assertMeasures(self.fair, cost_actual=480)

    def test_only_what_is_left_is_proposed(self):
        bill = self.make_bill(400, 80)
        wizard = self.open_wizard(bill)
        wizard.campaign_id = self.fair
        with wizard.line_ids.edit(0) as line:
            self.assertEqual((line.rest, line.amount), (400, 400))
            line.amount = 250
        wizard.save().action_add()
        again = self.open_wizard(bill)
        self.assertEqual(len(again.line_ids), 1)
        with again.line_ids.edit(0) as line:
            self.assertEqual((line.rest, line.amount), (150, 150))
        again.campaign_id = self.search
        again.save().action_add()
        self.assertMeasures(self.fair, cost_actual=330)
        self.assertMeasures(self.search, cost_actual=150)
        self.assertFalse(self.open_wizard(bill).line_ids)

    def test_lines_go_to_several_campaigns(self):
        bill = self.make_bill(400, 80)
        wizard = self.open_wizard(bill)
        wizard.campaign_id = self.fair
        with wizard.line_ids.edit(1) as line:
            line.campaign_id = self.search
        with wizard.line_ids.edit(0) as line:
            line.amount = 300
        with wizard.line_ids.new() as line:
            line.bill_line_id = bill.invoice_line_ids[0]
            line.amount = 100
            line.campaign_id = self.search
        wizard.save().action_add()
        self.assertMeasures(self.fair, cost_actual=300)
        self.assertMeasures(self.search, cost_actual=180)

    def test_nothing_is_counted_twice(self):
        bill = self.make_bill(400)
        first, second = self.open_wizard(bill), self.open_wizard(bill)
        for wizard in (first, second):
            wizard.campaign_id = self.fair
        first, second = first.save(), second.save()
        first.action_add()
        with self.assertRaisesRegex(ValidationError, "Lower the actual amount"):
            second.action_add()

    def test_a_campaign_must_be_chosen(self):
        wizard = self.open_wizard(self.make_bill(400)).save()
        with self.assertRaisesRegex(UserError, "Choose the campaign"):
            wizard.action_add()

    def test_only_posted_vendor_bills_are_added(self):
        for bill in (
            self.make_bill(400, post=False),
            self.make_bill(400, move_type="out_invoice"),
        ):
            with self.subTest(bill.move_type), self.assertRaisesRegex(UserError, "posted vendor"):
                bill.action_add_to_campaign()

    def test_a_customer_s_invoice_is_no_cost(self):
        line = self.make_bill(400, move_type="out_invoice").invoice_line_ids
        with self.assertRaisesRegex(ValidationError, "no line of a vendor bill"):
            self.add_cost(self.fair, 1, bill_line_id=line.id)

    def test_a_bill_line_set_by_hand_costs_what_is_left_of_it(self):
        line = self.make_bill(400).invoice_line_ids
        self.add_cost(self.fair, 250, bill_line_id=line.id)
        form = Form(self.env["utm.campaign.cost"].with_context(default_campaign_id=self.fair.id))
        form.bill_line_id = line
        self.assertEqual(form.actual_amount, 150)
        form.save()

    def test_a_share_of_a_bill_stays_what_was_entered(self):
        line = self.make_bill(400).invoice_line_ids
        cost = self.add_cost(self.fair, 250, bill_line_id=line.id)
        cost.write({"hours": 0, "hourly_cost": 60})
        self.assertEqual(cost.actual_amount, 250)
        form = Form(cost)
        form.bill_line_id = self.make_bill(500).invoice_line_ids
        self.assertEqual(form.actual_amount, 500)

    def test_the_date_is_the_bill_s_until_another_is_entered(self):
        line = self.make_bill(400).invoice_line_ids
        cost = self.add_cost(self.fair, 100, bill_line_id=line.id, date="2026-05-01")
        self.assertEqual(str(cost.date), "2026-05-01")
        other = self.add_cost(self.fair, 100, bill_line_id=line.id)
        self.assertEqual(str(other.date), "2026-02-03")
        other.date = "2026-06-01"
        other.actual_amount = 90
        self.assertEqual(str(other.date), "2026-06-01")

    def test_the_currency_is_the_bill_s(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        cost = self.add(self.make_bill(400, currency_id=pounds.id), self.fair)
        self.assertEqual((cost.actual_amount, cost.actual_company_amount), (400, 800))
        with self.assertRaisesRegex(ValidationError, "is in GBP"):
            cost.currency_id = self.company.currency_id

    def test_a_discount_on_a_bill_lowers_the_cost(self):
        costs = self.add(self.make_bill(400, -50), self.fair)
        self.assertEqual(costs.mapped("actual_amount"), [400, -50])
        with self.assertRaisesRegex(ValidationError, "below zero"):
            costs[1].actual_amount = 50

    # ------------------------------------------------------------
    # Credit notes
    # ------------------------------------------------------------

    def test_a_credit_note_lowers_the_cost_of_its_bill_s_campaign(self):
        bill = self.make_bill(400)
        self.add(bill, self.fair)
        note = self.credit(bill, 150)
        wizard = self.open_wizard(note)
        self.assertEqual(wizard.campaign_id, self.fair)
        cost = self.costs_of(wizard.save().action_add())
        self.assertEqual(cost.actual_amount, -150)
        self.assertMeasures(self.fair, cost_actual=250)
        self.assertEqual((bill.campaign_cost_count, note.campaign_cost_count), (1, 1))

    def test_a_credit_note_that_is_not_posted_lowers_nothing(self):
        bill = self.make_bill(400)
        self.add(bill, self.fair)
        note = self.credit(bill, 150)
        self.add(note, self.fair)
        note.button_draft()
        self.assertMeasures(self.fair, cost_actual=400)

    def test_a_credit_note_counts_once_and_below_zero(self):
        line = self.make_bill(100, move_type="in_refund").invoice_line_ids
        cost = self.add_cost(self.fair, -60, bill_line_id=line.id)
        with self.assertRaisesRegex(ValidationError, "gives money back"), self.cr.savepoint():
            cost.actual_amount = 60
        with self.assertRaisesRegex(ValidationError, "Lower the actual amount"):
            self.add_cost(self.search, -40.01, bill_line_id=line.id)

    def test_a_credit_note_larger_than_its_bill_is_proposed_as_far_as_the_bill(self):
        """What goes beyond is a decision of whoever enters it: then it counts as it is."""
        bill = self.make_bill(400)
        self.add(bill, self.fair)
        note = self.credit(bill, 300, 200)
        wizard = self.open_wizard(note)
        amounts = []
        for number in range(2):
            with wizard.line_ids.edit(number) as line:
                amounts.append((line.rest, line.amount))
        self.assertEqual(amounts, [(-300, -300), (-200, -100)])
        wizard.save().action_add()
        self.assertMeasures(self.fair, cost_actual=0)
        again = self.open_wizard(note)
        with again.line_ids.edit(0) as line:
            self.assertEqual((line.rest, line.amount), (-100, 0))
            line.amount = -100
        again.save().action_add()
        self.assertMeasures(self.fair, cost_actual=-100)

    def test_a_credit_note_of_a_bill_without_campaign_proposes_nothing(self):
        note = self.credit(self.make_bill(400), 100)
        wizard = self.open_wizard(note)
        with wizard.line_ids.edit(0) as line:
            self.assertEqual((line.rest, line.amount), (-100, 0))

    def test_a_credit_note_of_no_bill_is_proposed_whole(self):
        cost = self.add(self.make_bill(100, move_type="in_refund"), self.fair)
        self.assertEqual(cost.actual_amount, -100)

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def make_user(self, login, *groups):
        user = new_test_user(self.env, login, groups=",".join(("base.group_user", *groups)))
        user.write({"company_ids": self.company.ids, "company_id": self.company.id})
        return user

    def test_who_reads_bills_and_writes_costs_presses_the_button(self):
        bill = self.make_bill(400)
        user = self.make_user(
            "both", "conversion_tracking.group_manager", "account.group_account_readonly"
        )
        arch = bill.with_user(user).get_view(view_type="form")["arch"]
        self.assertIn("action_add_to_campaign", arch)
        self.env = self.env(user=user)
        self.add(bill.with_user(user), self.fair.with_user(user))
        self.assertMeasures(self.fair, cost_actual=400)

    def test_nobody_else_has_the_button(self):
        bill = self.make_bill(400)
        clerk = self.make_user("clerk", "account.group_account_invoice")
        marketer = self.make_user(
            "reader", "conversion_tracking.group_user", "account.group_account_invoice"
        )
        for user in (clerk, marketer):
            with self.subTest(user.login):
                seen = bill.with_user(user)
                self.assertNotIn("action_add_to_campaign", seen.get_view(view_type="form")["arch"])
                with self.assertRaises(AccessError):
                    seen.action_add_to_campaign()
        self.assertNotIn("campaign_cost_count", bill.with_user(clerk).fields_get())
        self.assertEqual(bill.with_user(marketer).campaign_cost_count, 0)

    def test_what_is_left_of_a_bill_is_not_told_to_who_cannot_read_it(self):
        bill = self.make_bill(400)
        manager = self.make_user("unread", "conversion_tracking.group_manager")
        wizards = self.env["utm.campaign.cost.bill"].with_user(manager)
        with self.assertRaises(AccessError):
            wizards.create({"move_id": bill.id})
        with self.assertRaises(AccessError):
            lines = self.env["utm.campaign.cost.bill.line"].with_user(manager)
            lines.new({"bill_line_id": bill.invoice_line_ids.id}).mapped("rest")

    def test_a_bill_of_another_company_is_no_cost_of_ours(self):
        theirs = self.setup_other_company()["company"]
        line = self.make_bill(400).invoice_line_ids
        with self.assertRaises(UserError):
            self.add_cost(self.fair, 1, bill_line_id=line.id, company_id=theirs.id)

    def test_bills_of_a_list_are_counted_together(self):
        bills = self.env["account.move"].concat(*(self.make_bill(10) for _n in range(5)))
        self.add(bills[0], self.fair)
        self.env.invalidate_all()
        bills.mapped("move_type")
        with self.assertQueryCount(1):
            self.assertEqual(bills.mapped("campaign_cost_count"), [1, 0, 0, 0, 0])
