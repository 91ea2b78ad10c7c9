from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsHealth(GoogleCase):
    """An account says how its deliveries fare, and calls for its responsible."""

    def rows_with(self, state, number, moment):
        values = {"state": state}
        if state == "success":
            values["uploaded_at"] = moment
        else:
            values |= {"error_code": "SOME", "error_at": moment}
        rows = self.conversions
        for _number in range(number):
            rows |= self.rows_of(self.lead_from_ad(f"H-{self.conversions.search_count([])}"))
        rows.write(values)
        return rows

    def test_the_health_line_counts_by_when_google_answered(self):
        now = fields.Datetime.now()
        self.rows_with("success", 1, now - timedelta(hours=23))
        self.rows_with("success", 2, now - timedelta(days=6))
        self.rows_with("success", 3, now - timedelta(days=29))
        self.rows_with("success", 1, now - timedelta(days=31))
        self.rows_with("failed", 1, now - timedelta(hours=1))
        self.rows_with("held", 1, now - timedelta(days=2))
        self.rows_of(self.lead_from_ad("Waits-1"))
        account = self.account
        self.assertEqual(
            (account.delivered_24h, account.delivered_7d, account.delivered_30d), (1, 3, 6)
        )
        self.assertEqual((account.failed_24h, account.failed_7d, account.failed_30d), (1, 2, 2))
        self.assertEqual((account.waiting_count, account.attention_count), (1, 2))

    def test_nothing_delivered_for_days_calls_for_somebody(self):
        self.google.fault("status", code=503, times=None, method="ingest")
        self.rows_of(self.lead_from_ad())
        self.deliver(days=2, hours=23)
        self.run_cron("ir_cron_watch")
        self.assertFalse(self.account.activity_ids)
        self.later(hours=2)
        self.run_cron("ir_cron_watch")
        self.run_cron("ir_cron_watch")
        [activity] = self.account.activity_ids
        self.assertIn("3 days", activity.note)
        self.assertEqual(activity.user_id, self.account.user_id)

    def test_no_alarm_when_nothing_waits_or_all_is_well(self):
        self.later(days=10)
        self.assertIsNone(self.account._find_alarm())
        self.rows_of(self.lead_from_ad())
        self.account.last_success_at = fields.Datetime.now()
        self.assertIsNone(self.account._find_alarm())

    def test_days_of_silence_can_be_switched_off(self):
        self.account.alert_days = 0
        self.rows_of(self.lead_from_ad())
        self.later(days=10)
        self.assertIsNone(self.account._find_alarm())

    def test_too_many_errors_call_for_somebody(self):
        now = fields.Datetime.now()
        self.rows_with("success", 5, now)
        self.rows_with("failed", 4, now)
        self.assertIsNone(self.account._find_alarm(), "too few answers to say anything")
        self.rows_with("failed", 2, now)
        self.account.invalidate_recordset()
        self.assertIn("55%", self.account._find_alarm())
        self.account.alert_share = 60
        self.assertIsNone(self.account._find_alarm())
