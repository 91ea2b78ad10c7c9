"""What Google says of uploads as a whole stands on the account that delivers the old way."""

from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .google_case import ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsDiagnostics(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(cls.env, f"ct_diagnostics_{name}", groups=groups)
            for name, groups in {
                "manager": "conversion_tracking.group_manager",
                "user": "conversion_tracking.group_user",
                "sales_manager": "sales_team.group_sale_manager",
            }.items()
        }

    def summary(self, event=None):
        """The row of an event's conversion action, or of all together."""
        action = ACTIONS[event] if event else False
        return self.account.upload_summary_ids.filtered(lambda one: one.google_action_id == action)

    def asked(self):
        return [one for one in self.google.requests() if "offline_conversion_upload" in one["body"]]

    def read_uploads(self):
        self.run_cron("ir_cron_read_uploads")
        self.account.invalidate_recordset()

    def test_deliveries_by_the_data_manager_have_no_summary_and_the_page_says_so(self):
        self.read_uploads()
        self.assertFalse(self.asked())
        self.assertFalse(self.account.uploads_read_at)
        with self.assertRaisesRegex(UserError, "Data Manager API"):
            self.account.action_read_uploads()

    def test_what_was_delivered_the_old_way_by_action_and_day(self):
        self.use_google_ads_upload()
        self.lead_from_ad().action_set_won()
        self.lead_from_ad("AbC-2")
        self.deliver()
        self.later(hours=2)
        self.read_uploads()
        self.assertEqual(len(self.asked()), 2)
        self.assertEqual(self.account.upload_summary_ids[0], self.summary(), "all come first")
        whole, sales = self.summary(), self.summary("deal_won")
        counted = len(self.delivered())
        self.assertEqual((whole.status, whole.successful), ("excellent", counted))
        self.assertEqual((whole.failed, whole.pending), (0, 0))
        self.assertEqual((sales.status, sales.successful), ("excellent", 1))
        self.assertEqual(sales.day_ids.mapped("successful"), [1])
        self.assertEqual(whole.display_name, "All conversion actions")
        self.assertFalse(whole.alert_text)
        delivered_at = self.now.replace(tzinfo=None) - timedelta(hours=2)
        self.assertLess(abs(whole.last_upload_at - delivered_at), timedelta(minutes=2))
        self.assertGreaterEqual(self.account.operations_used, 2)

    def test_what_google_warns_of_is_explained_with_what_to_do(self):
        self.use_google_ads_upload()
        lead = self.lead_from_ad()
        self.google.update("clicks/AbC-1/att_denied", True)
        self.deliver()
        self.later(hours=2)
        self.read_uploads()
        row = self.rows_of(lead, "lead_created")
        self.assertEqual(row.state, "failed")
        summary = self.summary("lead_created")
        self.assertEqual((summary.status, summary.failed), ("needs_attention", 1))
        self.assertIn("100% of the uploads", summary.alert_text)
        self.assertIn(row.error_code, summary.alert_text)
        self.assertIn(row.error_meaning, summary.alert_text)
        self.assertEqual(self.summary().day_ids.failed, 1)
        told = self.account.upload_warning
        self.assertIn(summary.alert_text, told)
        self.assertEqual(told.count(row.error_code), 1, "of the action, not of all again")

    def test_reading_again_replaces_what_was_said_before(self):
        self.use_google_ads_upload()
        self.lead_from_ad()
        self.deliver()
        self.later(minutes=1)
        self.read_uploads()
        self.assertEqual(self.summary().pending, 1)
        self.later(days=1)
        self.read_uploads()
        self.assertEqual((self.summary().pending, self.summary().successful), (0, 1))
        self.assertEqual(len(self.account.upload_summary_ids), 2)
        self.later(days=30)
        self.read_uploads()
        self.assertEqual(self.summary().status, "no_recent_upload")
        self.assertFalse(self.summary().day_ids)

    def test_a_manager_reads_at_once_others_do_not_see_it(self):
        self.use_google_ads_upload()
        self.lead_from_ad()
        self.deliver()
        manager = self.account.with_user(self.people["manager"])
        manager.action_read_uploads()
        self.assertEqual(manager.upload_summary_ids[:1].pending, 1)
        form = etree.fromstring(manager.get_view(view_type="form")["arch"])
        self.assertTrue(form.xpath("//field[@name='upload_summary_ids']"))
        for name in ("user", "sales_manager"):
            with self.subTest(name):
                account = self.account.with_user(self.people[name])
                with self.assertRaises(AccessError):
                    account.action_read_uploads()
                with self.assertRaises(AccessError):
                    account.read(["upload_summary_ids"])
                form = etree.fromstring(account.get_view(view_type="form")["arch"])
                self.assertFalse(form.xpath("//field[@name='upload_summary_ids']"))
                account.web_read({"name": {}, "unmapped_count": {}, "read_problem": {}})

    def test_another_company_does_not_see_it(self):
        summary = self.env["google.ads.upload.summary"].create(
            {
                "account_id": self.account.id,
                "status": "good",
                "day_ids": [(0, 0, {"day": "2026-01-01"})],
            }
        )
        company = self.env["res.company"].create({"name": "Another company"})
        self.people["manager"].write({"company_ids": company.ids, "company_id": company.id})
        for rows in (summary, summary.day_ids):
            found = rows.with_user(self.people["manager"]).search([("id", "in", rows.ids)])
            self.assertFalse(found)

    def test_a_refusal_is_said_and_what_was_known_stays(self):
        self.use_google_ads_upload()
        self.lead_from_ad()
        self.deliver()
        self.later(hours=2)
        self.read_uploads()
        known = self.account.upload_summary_ids
        self.google.update("project/google_ads_enabled", False)
        self.read_uploads()
        self.assertEqual(self.account.upload_summary_ids, known)
        self.assertIn("Upload diagnostics: ", self.account.read_problem)
        self.account.transport = "data_manager"
        self.read_uploads()
        self.assertFalse(self.account.read_problem, "nobody needs it any more")
