from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsOutbox(GoogleCase):
    """Rows say what happened: nobody edits them, managers can retry, cancel and note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        sales = "sales_team.group_sale_salesman"
        cls.seller = new_test_user(cls.env, "ct_seller", groups=sales)
        cls.other_seller = new_test_user(cls.env, "ct_other_seller", groups=sales)
        cls.user = new_test_user(cls.env, "ct_user", groups="conversion_tracking.group_user")
        cls.manager = new_test_user(
            cls.env, "ct_manager", groups="conversion_tracking.group_manager"
        )
        cls.administrator = new_test_user(
            cls.env,
            "ct_administrator",
            groups="conversion_tracking.group_administrator,base.group_system",
        )

    def setUp(self):
        super().setUp()
        self.lead = self.lead_from_ad(user_id=self.seller.id)
        self.row = self.rows_of(self.lead)

    # Protected

    def test_nobody_edits_what_happened(self):
        for user in (self.seller, self.user, self.manager, self.administrator):
            row = self.row.with_user(user)
            for values in (
                {"state": "success"},
                {"value": 5},
                {"gclid": "x"},
                {"note": "", "attempts": 0},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    row.write(values)

    def test_nobody_makes_or_deletes_a_row(self):
        values = self.row.copy_data()[0]
        for user in (self.seller, self.user, self.manager, self.administrator):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.conversions.with_user(user).create(values)
                with self.assertRaises(AccessError):
                    self.row.with_user(user).unlink()

    def test_nobody_imports_rows(self):
        for user in (self.manager, self.administrator):
            rows = self.conversions.with_user(user)
            for header, line in (
                ([".id", "state"], [str(self.row.id), "success"]),
                (["transaction_id", "action_id/.id"], ["mine", str(self.row.action_id.id)]),
            ):
                with self.subTest(user=user.login, header=header):
                    result = rows.load(header, [line])
                    self.assertFalse(result["ids"])
        self.assertEqual(self.row.state, "waiting")

    def test_the_same_event_cannot_be_there_twice(self):
        values = {"action_id": self.row.action_id.id, "event": "lead_created"}
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.conversions.create(
                {
                    **values,
                    "res_model": self.row.res_model,
                    "res_id": self.row.res_id,
                    "transaction_id": self.row.transaction_id,
                    "event_time": self.row.event_time,
                }
            )

    # Seen by

    def test_salespeople_see_the_reports_of_their_own_leads(self):
        self.assertEqual(self.row.with_user(self.seller).state, "waiting")
        with self.assertRaises(AccessError):
            self.row.with_user(self.other_seller).read(["state"])
        self.assertEqual(self.row.with_user(self.user).state, "waiting")

    def test_click_ids_are_for_managers(self):
        for user in (self.seller, self.user):
            with self.assertRaises(AccessError):
                self.row.with_user(user).read(["gclid"])
        self.assertEqual(self.row.with_user(self.manager).gclid, "AbC-1")

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        stranger = new_test_user(
            self.env,
            "ct_stranger",
            groups="conversion_tracking.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.conversions.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.row.with_user(stranger).action_cancel()

    def test_portal_users_read_nothing(self):
        portal = new_test_user(self.env, "ct_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.conversions.with_user(portal).search([])

    # Note, cancel, retry

    def test_a_manager_notes_cancels_and_retries(self):
        row = self.row.with_user(self.manager)
        row.note = "Asked the agency"
        row.action_cancel()
        self.assertEqual(self.row.state, "cancelled")
        self.deliver()
        self.assertFalse(self.delivered())
        row.action_retry()
        self.assertEqual(self.row.state, "waiting")
        self.run_cron("ir_cron_deliver")
        self.assertEqual(self.row.state, "sent", "not only at the account's hour")

    def test_a_retry_still_waits_for_the_click_to_settle(self):
        self.row.action_retry()
        settled = self.row.click_time + timedelta(hours=6)
        self.assertEqual(self.row.next_try_at, settled)

    def test_users_and_salespeople_cannot_retry_or_cancel(self):
        for user in (self.seller, self.user):
            row = self.row.with_user(user)
            with self.assertRaisesRegex(AccessError, "Only managers"):
                row.action_retry()
            with self.assertRaisesRegex(AccessError, "Only managers"):
                row.action_cancel()

    def test_what_google_has_is_neither_retried_nor_cancelled(self):
        self.deliver()
        for state in ("sent", "success"):
            self.assertEqual(self.row.state, state)
            with self.assertRaisesRegex(UserError, "on its way or delivered"):
                self.row.action_retry()
            with self.assertRaisesRegex(UserError, "given to Google"):
                self.row.action_cancel()
            self.poll()

    # Texts

    def test_reasons_are_told_in_the_reader_s_language(self):
        self.lead.consent = "denied"
        self.deliver()
        self.assertEqual(self.row.error_meaning, "The visitor does not consent.")
        self.assertIn("must not be sent", self.row.error_remedy)
        self.assertEqual(self.row.display_name, f"Odoo Leads/Contacts #{self.row.id}")

    # Retention

    def forget(self):
        self.env["google.ads.conversion"]._gc_errors()
        self.conversions.invalidate_model()

    def test_errors_are_kept_400_days_and_counted_events_for_good(self):
        counted = self.rows_of(self.lead_from_ad("AbC-2"))
        self.row._stop("failed", "RECORD_DELETED")
        counted.write(
            {"state": "success", "error_code": "REMARK", "error_at": fields.Datetime.now()}
        )
        self.later(days=399)
        self.forget()
        self.assertTrue(self.row.exists())
        self.later(days=2)
        self.forget()
        self.assertFalse(self.row.exists())
        self.assertEqual((counted.state, counted.error_code), ("success", False))

    def test_the_time_that_errors_are_kept_can_be_set(self):
        self.env["ir.config_parameter"].set_param("conversion_tracking.error_days", "7")
        self.row._stop("failed", "RECORD_DELETED")
        self.later(days=8)
        self.forget()
        self.assertFalse(self.row.exists())

    def test_a_broken_setting_keeps_errors_400_days(self):
        for text in ("", "0", "-3", "soon"):
            self.env["ir.config_parameter"].set_param("conversion_tracking.error_days", text)
            self.assertEqual(self.conversions._get_retention(), timedelta(days=400))
