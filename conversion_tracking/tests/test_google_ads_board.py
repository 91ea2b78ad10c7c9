from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsBoard(GoogleCase):
    """Delivery at a glance: what became of the events of the period, and why not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.report_since = fields.Datetime.now() - timedelta(days=1)
        cls.manager = new_test_user(
            cls.env, "board_google", groups="base.group_user,conversion_tracking.group_manager"
        )
        cls.seller = new_test_user(
            cls.env, "board_seller", groups="base.group_user,sales_team.group_sale_salesman"
        )

    def read_section(self, **asked):
        self.env.flush_all()
        board = self.env["conversion.board"].with_user(self.manager)
        question = board._read_asked({"period": "last_7_days", **asked})
        return board._read_section(board._get_sections()["google_ads"], question)

    def values(self, payload):
        return {row["key"]: row["value"] for row in payload["rows"]}

    def test_every_event_is_told_once_and_opens(self):
        before = self.values(self.read_section())
        self.lead_from_ad()
        self.env["crm.lead"].create({"name": "Typed"})
        payload = self.read_section()
        shown = self.values(payload)
        self.assertEqual(shown["under_way"] - before["under_way"], 1)
        self.assertEqual(shown["left_out"] - before["left_out"], 1)
        self.assertEqual(shown["reason_no_click_id"] - before.get("reason_no_click_id", 0), 1)
        for row in payload["rows"]:
            if opened := row["open"]:
                records = self.env[opened["model"]].with_user(self.manager)
                self.assertEqual(records.search_count(opened["domain"]), row["value"], row["key"])

    def test_other_days_do_not_count(self):
        self.lead_from_ad()
        shown = self.values(
            self.read_section(period="custom", **{"from": "1999-01-01", "to": "1999-12-31"})
        )
        self.assertEqual(set(shown.values()), {0})

    def test_what_is_not_connected_says_what_to_do(self):
        self.env["google.ads.account"].search([]).active = False
        payload = self.read_section()
        self.assertFalse(payload["rows"])
        self.assertIn("Connect one", payload["note"])

    def test_salespeople_do_not_see_it(self):
        board = self.env["conversion.board"].with_user(self.seller)
        self.assertNotIn("google_ads", board._get_sections())
