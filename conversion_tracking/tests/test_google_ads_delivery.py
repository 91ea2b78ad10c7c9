from odoo.tests import tagged

from .google_case import ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsDelivery(GoogleCase):
    def test_a_lead_is_reported_when_created_qualified_and_won(self):
        lead = self.lead_from_ad(expected_revenue=1200)
        self.later(hours=1)
        lead.convert_opportunity(False)
        self.later(hours=1)
        lead.action_set_won()
        rows = lead.google_conversion_ids
        self.assertEqual(set(rows.mapped("event")), {"lead_created", "lead_qualified", "deal_won"})
        self.run_cron("ir_cron_deliver")
        self.assertEqual(set(rows.mapped("state")), {"waiting"}, "the click is too young")

        self.later(hours=30)
        self.run_cron("ir_cron_deliver")
        self.assertEqual(set(rows.mapped("state")), {"sent"}, rows.mapped("error_meaning"))
        self.later(minutes=40)
        self.run_cron("ir_cron_poll")
        self.assertEqual(set(rows.mapped("state")), {"success"}, rows.mapped("error_meaning"))
        won = rows.filtered(lambda row: row.event == "deal_won")
        self.assertEqual(self.delivered()[won.transaction_id, ACTIONS["deal_won"]], 1200)
        self.assertTrue(self.account.last_success_at)

    def test_denied_consent_is_never_sent(self):
        lead = self.lead_from_ad(consent="denied")
        self.assertFalse(lead.google_conversion_ids)

    def test_consent_withdrawn_before_delivery_stops_it(self):
        lead = self.lead_from_ad()
        lead.consent = "denied"
        self.later(hours=30)
        self.run_cron("ir_cron_deliver")
        self.assertEqual(lead.google_conversion_ids.state, "cancelled")
        self.assertFalse(self.delivered())

    def test_revoked_login_pauses_the_account_once_and_loses_nothing(self):
        lead = self.lead_from_ad()
        self.google.remove("identities/" + self.google.service_account_info["client_email"])
        self.later(hours=30)
        self.run_cron("ir_cron_deliver")
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(lead.google_conversion_ids.state, "waiting")
        self.assertEqual(len(self.account.activity_ids), 1)

    def test_click_details_appear_on_the_lead(self):
        lead = self.lead_from_ad()
        self.assertEqual(lead.click_info, "pending")
        self.later(hours=26)
        self.run_cron("ir_cron_read_clicks")
        self.assertEqual(lead.click_info, "found")
        self.assertEqual(lead.google_campaign, "Solar panels - Search NL")
