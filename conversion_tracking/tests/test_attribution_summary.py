"""What a salesperson reads first on a lead: where it came from, and whether Google knows."""

from odoo.tests import tagged

from .google_case import GoogleCase

LINKEDIN = "https://shop.example/?utm_source=LinkedIn&utm_medium=social"


@tagged("post_install", "-at_install")
class TestAttributionSummary(GoogleCase):
    def lead_from(self, url, **values):
        return self.env["crm.lead"].create({"name": "Roof", "landing_url": url, **values})

    def date(self):
        return f"{self.now.day} {self.now:%b} {self.now.year}"

    def test_nothing_is_known(self):
        lead = self.env["crm.lead"].create({"name": "Roof"})
        lead.write({"first_touch_id": False, "lead_creation_touch_id": False})
        self.assertFalse(lead.attribution_summary)

    def test_a_lead_that_no_ad_of_google_brought(self):
        lead = self.lead_from(LINKEDIN)
        self.assertEqual(
            lead.attribution_summary, f"Came by LinkedIn (Organic social) on {self.date()}."
        )
        self.assertEqual(
            lead.google_report.splitlines()[0],
            "Lead or contact created: came through LinkedIn (Organic social), not Google",
        )
        self.assertEqual(len(lead.google_report.splitlines()), 3)

    def test_a_lead_told_from_first_touch_to_google(self):
        self.lead_from(LINKEDIN, email_from="ann@example.com")
        lead = self.lead_from_ad(email_from="ann@example.com")
        begun = self.date()
        self.assertEqual(
            lead.attribution_summary,
            f"Came by LinkedIn (Organic social) on {begun}, became a lead by google (Paid search), "
            "reported 0 of 1 to Google Ads.",
        )
        self.later(hours=30)
        self.run_cron("ir_cron_read_clicks")
        lead.action_set_won()
        self.deliver_and_poll()
        lead.invalidate_recordset()
        campaign = lead.google_ads_click_id.campaign_name
        self.assertIn(f"became a lead by the Google ad “{campaign}”", lead.attribution_summary)
        self.assertTrue(
            lead.attribution_summary.endswith("reported 3 of 3 to Google Ads."),
            lead.attribution_summary,
        )
