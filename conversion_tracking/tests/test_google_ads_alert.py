"""Google counts other conversions than Odoo delivered: the responsible of the account is told."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsAlert(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.report_since = fields.Datetime.now() - timedelta(days=60)
        cls.campaign = cls.env["google.ads.campaign"].create(
            {"account_id": cls.account.id, "google_id": "20111000001", "name": "Solar"}
        )

    def delivered_rows(self, number):
        """Conversions of clicks two weeks ago that Google confirmed."""
        lead = self.lead_from_ad()
        [row] = self.rows_of(lead)
        moment = fields.Datetime.now() - timedelta(days=14)
        row.write({"state": "success", "click_time": moment, "uploaded_at": moment})
        for count in range(number - 1):
            [values] = row.sudo().copy_data()
            row.create(
                {
                    **values,
                    "res_id": row.res_id + 1000 + count,
                    "state": "success",
                    "click_time": moment,
                    "transaction_id": f"T-{count}",
                }
            )

    def google_counts(self, conversions, days_ago=14):
        self.env["google.ads.campaign.day"].create(
            {
                "google_campaign_id": self.campaign.id,
                "day": fields.Date.today() - timedelta(days=days_ago),
                "conversions": conversions,
            }
        )

    def watch(self):
        self.run_cron("ir_cron_watch_alerts")
        self.env.invalidate_all()
        return self.env["conversion.alert"].search([("ended_at", "=", False)])

    def test_fewer_than_were_delivered(self):
        self.delivered_rows(20)
        self.google_counts(14)
        self.google_counts(100, days_ago=3)  # not settled
        self.assertFalse(self.watch(), "30 percent are the limit")
        self.campaign.day_ids.filtered(lambda day: day.conversions == 14).conversions = 13
        alert = self.watch()
        self.assertEqual((alert.kind, alert.name), ("google_apart", self.account.display_name))
        self.assertIn("20 conversions were delivered", alert.text)
        self.assertIn("counts 13", alert.text)
        self.assertEqual(alert.activity_ids.user_id, self.account.user_id)
        action = alert.action_open_records()
        days = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(days.mapped("conversions")), 13)
        days.conversions = 20
        self.assertFalse(self.watch())

    def test_more_than_were_delivered_may_be_counted_twice(self):
        self.delivered_rows(20)
        self.google_counts(40)
        self.assertIn("counts them twice", self.watch().text)
        self.env.ref("conversion_tracking.alert_rule_google_apart").share = 100
        self.assertFalse(self.watch())

    def test_what_cannot_be_compared_tells_nothing(self):
        self.delivered_rows(19)
        self.google_counts(0)
        self.assertFalse(self.watch(), "too few")
        self.env.ref("conversion_tracking.alert_rule_google_apart").minimum = 5
        self.assertTrue(self.watch())
        self.account.report_since = fields.Datetime.now() - timedelta(days=20)
        self.assertFalse(self.watch(), "connected in these days")
        self.account.report_since = fields.Datetime.now() - timedelta(days=60)
        self.campaign.day_ids.unlink()
        self.assertFalse(self.watch(), "Google's numbers are not read")
