from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .google_case import ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsCorrections(GoogleCase):
    """What Google counts of a won deal follows the deal for 54 days."""

    def setUp(self):
        super().setUp()
        self.lead = self.lead_from_ad(type="opportunity", expected_revenue=100)
        self.stage = self.lead.stage_id
        self.lead.action_set_won()

    @property
    def won(self):
        return self.rows_of(self.lead, "deal_won").sorted("id")

    def counted(self):
        """What Google has of the sales action: list of (count, value)."""
        return [
            (row["count"], row["value"])
            for row in self.google.ledger()["accepted"]
            if row["action"] == ACTIONS["deal_won"]
        ]

    def reopen(self):
        self.lead.stage_id = self.stage

    def lose(self):
        self.reopen()
        self.lead.action_set_lost()

    # Data Manager

    def test_a_new_value_is_told_with_the_same_id(self):
        self.deliver_and_poll()
        self.lead.expected_revenue = 250
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 250)])
        [correction] = self.won.correction_ids
        self.assertEqual((correction.kind, correction.state), ("restatement", "success"))
        self.assertEqual(self.won.value, 100, "what was reported first stays written")
        self.assertEqual(correction.transaction_id, self.won.transaction_id)

    def test_nothing_changed_nothing_is_told(self):
        self.deliver_and_poll()
        self.lead.description = "Called"
        self.deliver_and_poll()
        self.assertFalse(self.won.correction_ids)

    def test_a_value_that_changed_before_delivery_follows_it(self):
        self.lead.expected_revenue = 250
        self.deliver()
        self.assertEqual(self.counted(), [(1, 100)], "frozen when it was won")
        self.assertFalse(self.won.correction_ids, "only what is known to be delivered")
        self.poll()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 250)])

    def test_a_lost_deal_is_worth_nothing(self):
        self.deliver_and_poll()
        self.lose()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 0)], "Data Manager takes no conversion back")
        self.assertEqual(self.won.correction_ids.kind, "retraction")

    def test_won_again_gets_its_value_back(self):
        self.deliver_and_poll()
        self.reopen()
        self.deliver_and_poll()
        self.lead.expected_revenue = 130
        self.lead.action_set_won()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 130)])
        self.assertEqual(len(self.won), 1)

    def test_reopened_and_won_again_between_deliveries_is_nothing_new(self):
        self.deliver_and_poll()
        self.reopen()
        self.lead.action_set_won()
        self.deliver_and_poll()
        self.assertFalse(self.won.correction_ids)

    def test_a_newer_change_takes_the_place_of_one_that_waits(self):
        self.deliver_and_poll()
        self.lead.expected_revenue = 250
        self.account._start_delivery()
        first = self.won.correction_ids
        self.lead.expected_revenue = 300
        self.deliver_and_poll()
        self.assertEqual((first.state, first.error_code), ("cancelled", "REPLACED"))
        self.assertEqual(self.counted(), [(1, 300)])
        with self.assertRaisesRegex(Exception, "newer correction"):
            first.action_retry()

    def test_a_change_taken_back_before_delivery_is_nothing(self):
        self.deliver_and_poll()
        self.lead.expected_revenue = 250
        self.account._start_delivery()
        self.lead.expected_revenue = 100
        self.deliver_and_poll()
        self.assertEqual(self.won.correction_ids.state, "cancelled")
        self.assertEqual(self.google.ledger()["accepted"][-1]["deliveries"], 1)

    def test_no_correction_after_54_days(self):
        self.deliver_and_poll()
        self.later(days=54)
        self.lead.expected_revenue = 250
        self.deliver_and_poll()
        self.assertFalse(self.won.correction_ids)

    def test_a_lost_answer_does_not_lose_the_correction(self):
        self.deliver_and_poll()
        self.lead.expected_revenue = 250
        self.google.fault("drop_after", api="data_manager", method="ingest")
        self.deliver_and_poll()
        self.lead.expected_revenue = 300
        for _number in range(3):
            self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 300)])

    def test_without_consent_nothing_more_is_told(self):
        self.deliver_and_poll()
        self.lead.write({"expected_revenue": 250, "consent": "denied"})
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 100)])
        self.assertEqual(self.won.correction_ids.error_code, "CONSENT_WITHDRAWN")

    def test_a_deleted_deal_stays_as_it_was_counted(self):
        self.deliver_and_poll()
        self.lead.expected_revenue = 250
        self.account._start_delivery()
        self.lead.unlink()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 100)])

    def test_an_action_without_value_has_nothing_to_correct(self):
        self.won.action_id.value_basis = "none"
        self.reopen()
        self.lead.action_set_won()
        self.deliver_and_poll()
        self.reopen()
        self.deliver_and_poll()
        self.assertFalse(self.won.correction_ids)

    # Orders and invoices

    def order(self, amount=300):
        product = self.env["product.product"].create({"name": "Panel", "invoice_policy": "order"})
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "opportunity_id": self.lead.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": amount, "tax_ids": []})
                ],
            }
        )

    def test_a_cancelled_order(self):
        self.won.action_id.value_basis = "orders_untaxed"
        order = self.order()
        order.action_confirm()
        self.reopen()
        self.lead.action_set_won()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 300)])
        order._action_cancel()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 0)])

    def test_a_changed_order(self):
        self.won.action_id.value_basis = "orders_untaxed"
        order = self.order()
        order.action_confirm()
        self.deliver_and_poll()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 300)])
        order.order_line.price_unit = 280
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 280)])

    def test_an_invoice_and_its_credit_note(self):
        self.won.action_id.value_basis = "invoiced"
        order = self.order()
        order.action_confirm()
        self.reopen()
        self.lead.action_set_won()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 0)], "nothing invoiced yet")
        invoice = order._create_invoices()
        invoice.action_post()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 300)])
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        credit.invoice_line_ids.price_unit = 120
        credit.action_post()
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 180)])

    # The Google Ads API

    def test_the_google_ads_api_restates_and_retracts(self):
        self.use_google_ads_upload()
        self.deliver()
        self.assertEqual(self.counted(), [(1, 100)])
        self.lead.expected_revenue = 250
        self.deliver()
        self.assertEqual(self.counted(), [(1, 250)])
        self.lose()
        self.deliver()
        self.assertEqual(self.counted(), [(0, 0)])
        kinds = self.won.correction_ids.sorted("id").mapped(lambda row: (row.kind, row.state))
        self.assertEqual(kinds, [("restatement", "success"), ("retraction", "success")])

    def test_won_again_after_a_retraction_is_a_new_conversion(self):
        self.use_google_ads_upload()
        self.deliver()
        for number in (2, 3):
            self.reopen()
            self.deliver()
            self.lead.expected_revenue += 10
            self.lead.action_set_won()
            self.deliver()
            self.assertTrue(self.won[-1].transaction_id.endswith(f"deal_won-{number}"))
        self.assertEqual(self.counted(), [(0, 0), (0, 0), (1, 120)])

    def test_won_again_and_reopened_before_delivery_after_a_retraction(self):
        self.use_google_ads_upload()
        self.deliver()
        for _number in range(3):
            self.reopen()
            self.deliver()
            self.lead.action_set_won()
        self.assertEqual(len(self.won), 2)
        self.deliver()
        self.assertEqual(self.counted(), [(0, 0), (1, 100)])

    def test_won_again_while_the_answer_to_a_retraction_is_lost(self):
        self.use_google_ads_upload()
        self.deliver()
        self.reopen()
        self.google.fault("drop_after", method="UploadConversionAdjustments")
        self.deliver()
        self.lead.action_set_won()
        for _number in range(4):
            self.deliver()
        self.assertEqual(self.counted(), [(0, 0), (1, 100)])

    def test_won_again_while_a_retraction_waits_to_be_tried_again(self):
        self.use_google_ads_upload()
        self.deliver()
        self.reopen()
        self.google.fault("status", code=503, method="UploadConversionAdjustments")
        self.deliver()
        self.lead.action_set_won()
        self.deliver(hours=2)
        for _number in range(3):
            self.deliver()
        counts = [count for count, _value in self.counted()]
        self.assertEqual(sum(counts), 1, "won, so counted once")

    def test_a_correction_does_not_change_ways(self):
        self.deliver_and_poll()
        self.use_google_ads_upload()
        self.lead.expected_revenue = 250
        self.deliver()
        self.assertFalse(self.won.correction_ids)
        self.account.transport = "data_manager"
        self.deliver_and_poll()
        self.assertEqual(self.counted(), [(1, 250)])

    def test_each_error_of_corrections(self):
        from ..google_ads.catalogue import ACTION_CODES, CATALOGUE, entry

        self.use_google_ads_upload()
        self.deliver()
        states = {"retry": "waiting", "waiting": "waiting", "permanent": "failed"}
        states |= {"duplicate": "success", "warning": "success"}
        states |= {"configuration": "waiting", "unknown": "held", "consent": "held"}
        source = "ConversionAdjustmentUploadError"
        for code in [*CATALOGUE[source], "999"]:
            with self.subTest(code):
                self.google.fault(
                    "error",
                    code=f"{source}.{code}",
                    method="UploadConversionAdjustments",
                    transaction_id=self.won.transaction_id,
                )
                self.lead.expected_revenue += 1
                self.account.next_delivery_at = False
                self.deliver(hours=4)
                correction = self.won.correction_ids.sorted("id")[-1]
                self.assertEqual(correction.error_code, code)
                expected = states[entry(source, code).error_class]
                self.assertEqual(correction.state, "held" if code in ACTION_CODES else expected)
                self.google.clear_faults()
                if correction.state != "success":
                    correction._stop("cancelled", "REPLACED")
                if self.account.state == "paused":
                    self.account._resume()
        self.assertEqual(self.counted(), [(1, 100)])

    def test_the_day_of_the_correction_is_after_the_one_before(self):
        self.use_google_ads_upload()
        self.deliver()
        times = []
        for value in (110, 120):
            self.lead.expected_revenue = value
            self.account._start_delivery()
            self.run_cron("ir_cron_deliver")
            times.append(self.won.correction_ids.sorted("id")[-1].event_time)
        self.assertEqual(times[1] - times[0], timedelta(seconds=1))
        self.assertEqual(self.counted(), [(1, 120)])
