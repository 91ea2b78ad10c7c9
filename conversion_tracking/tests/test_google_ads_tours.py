"""An administrator at the screen: connecting, and what a failing test says."""

from odoo.tests import HttpCase, tagged

from .google_account_case import CUSTOMER, GoogleMixin

TWO_MINUTES = 120


@tagged("post_install", "-at_install")
class TestGoogleAdsTours(GoogleMixin, HttpCase):
    def test_from_an_empty_account_to_three_ready_actions(self):
        self.accounts.search([]).action_archive()
        self.env["ir.config_parameter"].set_param("conversion_tracking.tour_key", self.key)
        before = set(self.google_actions())
        self.start_tour(
            "/odoo/google-ads-accounts", "google_ads_connect", login="admin", timeout=TWO_MINUTES
        )
        account = self.accounts.search([("customer_id", "=", CUSTOMER)])
        self.assertEqual(account.state, "connected")
        self.assertEqual(account.action_ids.mapped("state"), ["ready"] * 3)
        self.assertEqual(
            set(self.google_actions()) - before, set(account.action_ids.mapped("google_id"))
        )

    def test_six_prerequisites_fail_each_with_its_remedy(self):
        account = self.ready_account(send_identifiers=True)
        actions = {action.event: action.google_id for action in account.action_ids}
        world = f"accounts/{CUSTOMER}"
        for path, value in (
            (f"{world}/auto_tagging", False),
            (f"{world}/terms_accepted", False),
            (f"{world}/enhanced_conversions", False),
            (f"{world}/conversion_actions/{actions['deal_won']}/name", "Sales 2025"),
            (f"{world}/conversion_actions/{actions['lead_created']}/status", "REMOVED"),
            ("project/data_manager_enabled", False),
        ):
            self.google.update(path, value)
        self.start_tour(
            f"/odoo/google-ads-accounts/{account.id}",
            "google_ads_failing_checks",
            login="admin",
            timeout=TWO_MINUTES,
        )
        failed = account.check_ids.filtered(lambda check: check.state == "failed")
        self.assertEqual(len(failed), 6, failed.mapped("key"))
        self.assertTrue(all(failed.mapped("remedy")))
