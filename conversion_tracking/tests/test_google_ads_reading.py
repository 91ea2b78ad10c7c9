"""Clicks and costs come back from Google; one account that cannot be read stops no other."""

from datetime import timedelta

from odoo.tests import tagged

from .google_case import ACCOUNT, GoogleCase

CAMPAIGN = "20111000001"  # of the sandbox's world


@tagged("post_install", "-at_install")
class TestGoogleAdsReading(GoogleCase):
    def setUp(self):
        super().setUp()
        euro = {"currency_id": self.env.ref("base.EUR").id, "name": "2020-01-01", "rate": 0.9}
        self.env["res.currency.rate"].create(euro)

    def broken_account(self):
        """An account, asked before the other, whose key the server does not have."""
        company = self.env["res.company"].create({"name": "A company"})
        return self.env["google.ads.account"].create(
            {
                "name": "A broken account",
                "customer_id": "2345678901",
                "company_id": company.id,
                "service_account_json": "$CONVERSION_TRACKING_KEY_THAT_NOBODY_SET",
                "user_id": self.env.ref("base.user_admin").id,
                "state": "connected",
            }
        )

    def test_clicks_come_back_on_the_lead_with_the_campaign_google_names(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2")
        self.assertEqual(set(leads.mapped("click_info")), {"pending"})
        self.later(hours=30)
        self.run_cron("ir_cron_read_clicks")
        leads.invalidate_recordset()
        self.assertEqual(set(leads.mapped("click_info")), {"found"})
        [campaign] = leads.campaign_id
        self.assertEqual(campaign.google_campaign_id, CAMPAIGN)
        self.assertEqual(set(leads.mapped("google_campaign")), {campaign.title})
        clicks = self.env["google.ads.click"].search([("account_id", "=", self.account.id)])
        self.assertEqual(set(clicks.mapped("gclid")), {"AbC-1", "AbC-2"})

    def test_a_click_that_google_does_not_know_is_given_up_after_three_days(self):
        url = "https://shop.example/?gclid=Nobody-1"
        lead = self.env["crm.lead"].create({"name": "Roof", "landing_url": url})
        self.later(hours=30)
        self.run_cron("ir_cron_read_clicks")
        self.assertEqual(lead.click_info, "pending")
        self.later(days=3)
        self.run_cron("ir_cron_read_clicks")
        lead.invalidate_recordset()
        self.assertEqual(lead.click_info, "not_found")

    def test_the_form_after_a_click_asks_nothing_of_google(self):
        touchpoints = self.env["conversion.touchpoint"].create(
            [
                {"occurred_at": "2026-01-01", "gclid": "AbC", "kind": kind, "channel": "display"}
                for kind in ("visit", "conversion")
            ]
        )
        self.assertEqual(touchpoints.mapped("click_info"), ["pending", False])

    def test_costs_become_cost_lines_and_are_brought_up_to_date(self):
        self.run_cron("ir_cron_read_costs")
        lines = self.env["utm.campaign.cost"].search([("source", "=", "google_ads")])
        self.assertTrue(lines)
        total = sum(lines.mapped("actual_amount"))
        self.assertTrue(all(line.campaign_id.google_campaign_id for line in lines))
        lines[0].actual_amount = 0
        self.run_cron("ir_cron_read_costs")
        again = self.env["utm.campaign.cost"].search([("source", "=", "google_ads")])
        self.assertEqual(again, lines)
        self.assertAlmostEqual(sum(again.mapped("actual_amount")), total)

    def test_an_unreadable_key_stops_no_other_account(self):
        broken = self.broken_account()
        lead = self.lead_from_ad()
        touch = self.env["conversion.touchpoint"].create(
            {
                "occurred_at": lead.google_touch_id.occurred_at - timedelta(hours=1),
                "channel": "paid_search",
                "gclid": "Of-the-broken-one",
                "company_id": broken.company_id.id,
            }
        )
        self.later(hours=30)
        for job in ("clicks", "costs", "actions"):
            self.run_cron(f"ir_cron_read_{job}")
        self.run_cron("ir_cron_deliver")
        self.poll()
        lead.invalidate_recordset()
        self.assertEqual(lead.click_info, "found")
        self.assertCounted(self.rows_of(lead))
        self.assertTrue(
            self.env["utm.campaign.cost"].search([("company_id", "=", self.account.company_id.id)])
        )
        self.assertFalse(self.account.read_problem)
        broken.invalidate_recordset()
        self.assertEqual(broken.state, "paused", "nothing can be sent without a login")
        self.assertIn("environment variable", broken.pause_reason)
        self.assertEqual(len(broken.activity_ids), 1)
        self.assertEqual(set(broken.read_problems), {"clicks", "costs", "actions"})
        self.assertEqual(touch.click_info, "pending", "asked again when the key is there")

    def test_a_problem_of_reading_ends_when_just_that_is_read_again(self):
        self.google.update("project/google_ads_enabled", False)
        for job in ("costs", "actions"):
            self.run_cron(f"ir_cron_read_{job}")
        self.account.invalidate_recordset()
        self.assertEqual(set(self.account.read_problems), {"costs", "actions"})
        self.google.update("project/google_ads_enabled", True)
        self.run_cron("ir_cron_read_costs")
        self.account.invalidate_recordset()
        self.assertEqual(set(self.account.read_problems), {"actions"})
        self.assertTrue(self.account.read_problem)
        self.assertEqual(self.account.customer_id, ACCOUNT)
