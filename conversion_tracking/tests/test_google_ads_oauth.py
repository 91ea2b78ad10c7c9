"""Signing in with a Google login: there, back, and every way it goes wrong."""

import json
import os
import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..models.google_ads.google_ads_oauth_mixin import CALLBACK_PATH, START_PATH
from .google_account_case import CUSTOMER, GoogleMixin

CLIENT_ID = "418209911234-sandbox.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-sandbox-secret"


@tagged("post_install", "-at_install")
class TestGoogleAdsOAuth(GoogleMixin, HttpCase):
    def setUp(self):
        super().setUp()
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "auth_uri": self.google.auth_uri,
            "token_uri": self.google.token_uri,
        }
        self.account = self.accounts.create(
            {"credential_type": "oauth", "key_text": json.dumps({"web": client})}
        )
        self.authenticate("admin", "admin")

    def start(self):
        """Press Sign in with Google; the address of the consent page."""
        answer = self.url_open(f"{START_PATH}/{self.account.id}", allow_redirects=False)
        self.assertEqual(answer.status_code, 303, answer.text)
        return answer.headers["Location"]

    def agree(self, address):
        """Press Allow on Google's page (the sandbox's default); where it sends the browser."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        return answer.headers["Location"]

    def come_back(self, address):
        """Follow Google's answer; the text of Odoo's page, or where it leads."""
        parts = urlsplit(address)
        self.assertEqual(parts.path, CALLBACK_PATH)
        answer = self.url_open(f"{parts.path}?{parts.query}", allow_redirects=False)
        return answer.headers.get("Location") or answer.text

    def assertRefused(self, page, words):
        self.assertIn("was not connected", page)
        self.assertIn(words, " ".join(page.split()))
        self.assertFalse(self.account.oauth_refresh_token)

    def test_consent_gives_a_login_that_lists_accounts(self):
        self.assertFalse(self.account.has_credentials)
        page = self.come_back(self.agree(self.start()))
        self.assertIn(f"/odoo/google-ads-accounts/{self.account.id}", page)
        self.account.invalidate_recordset()
        self.assertTrue(self.account.has_credentials)
        choice = self.account.action_choose_customer()
        lines = self.env[choice["res_model"]].browse(choice["res_id"]).line_ids
        lines.filtered(lambda line: line.customer_id == CUSTOMER).action_choose()
        self.assertEqual(self.account.state, "connected")

    def test_both_permissions_and_a_lasting_login_are_asked_for(self):
        query = parse_qs(urlsplit(self.start()).query)
        self.assertEqual(query["access_type"], ["offline"])
        self.assertIn("auth/adwords", query["scope"][0])
        self.assertIn("auth/datamanager", query["scope"][0])
        self.assertEqual(query["redirect_uri"], [self.account.oauth_redirect_uri])

    def test_cancel_on_googles_page(self):
        self.google.switch("consent", "deny")
        self.assertRefused(self.come_back(self.agree(self.start())), "You pressed Cancel")

    def test_one_permission_not_ticked(self):
        self.google.switch("consent_scopes", ["https://www.googleapis.com/auth/adwords"])
        page = self.come_back(self.agree(self.start()))
        self.assertRefused(page, "Manage your data with the Data Manager API")

    def test_an_answer_counts_once(self):
        answer = self.agree(self.start())
        self.come_back(answer)
        self.account.oauth_refresh_token = False
        self.assertRefused(self.come_back(answer), "used already")

    def test_an_answer_with_a_foreign_state(self):
        self.start()
        self.assertRefused(
            self.come_back(f"{CALLBACK_PATH}?code=4/stolen&state=guessed"), "somebody else"
        )

    def test_strange_answers_are_explained(self):
        states = ("", "?state=", "?state=%C3%A9", "?state=%FF%00%ED%A0%80", "?state[]=a&state=")
        for query in (*states, "?state=a&state=b", f"?state={'x' * 9000}", "?error=%00", "?code"):
            with self.subTest(query[:30]):
                self.start()
                self.assertRefused(self.come_back(CALLBACK_PATH + query), "somebody else")
                self.assertRefused(self.come_back(CALLBACK_PATH + query), "somebody else")

    def test_strange_codes_are_explained(self):
        for code in (
            "",
            "&code=",
            "&code=%00",
            "&code=%C3%A9",
            "&code=a%20b",
            f"&code={'x' * 9000}",
        ):
            with self.subTest(code[:30]):
                [state] = parse_qs(urlsplit(self.start()).query)["state"]
                page = self.come_back(f"{CALLBACK_PATH}?state={state}{code}")
                self.assertRefused(page, "Google refused the login")

    def test_an_answer_is_not_posted(self):
        answer = self.url_open(CALLBACK_PATH, data={"state": "x"}, files={"code": b"x"})
        self.assertEqual(answer.status_code, 405)

    def test_an_answer_for_another_user(self):
        """Another administrator opens the link that Google's page led to."""
        answer = self.agree(self.start())
        other = self.env["res.users"].create(
            {
                "name": "Other",
                "login": "other_administrator",
                "password": "other_administrator",
                "group_ids": [
                    (4, self.ref("base.group_system")),
                    (4, self.ref("conversion_tracking.group_administrator")),
                ],
            }
        )
        self.authenticate(other.login, other.login)
        self.assertRefused(self.come_back(answer), "somebody else")

    def test_an_answer_too_late(self):
        answer = self.agree(self.start())
        later = time.time() + 601
        with patch(
            "odoo.addons.conversion_tracking.controllers.google_ads.google_ads_oauth.time"
        ) as clock:
            clock.time.return_value = later
            self.assertRefused(self.come_back(answer), "open for too long")

    def test_a_wrong_client_secret(self):
        self.account.client_secret_text = "GOCSPX-wrong"
        page = self.come_back(self.agree(self.start()))
        self.assertRefused(page, "does not know this client id and secret")
        self.assertNotIn("GOCSPX", page)

    def test_the_client_secret_comes_from_the_environment(self):
        self.account.client_secret_text = "$CONVERSION_TRACKING_TEST_SECRET"
        self.assertEqual(self.account.oauth_client_secret, "$CONVERSION_TRACKING_TEST_SECRET")
        with patch.dict(os.environ, {"CONVERSION_TRACKING_TEST_SECRET": CLIENT_SECRET}):
            self.come_back(self.agree(self.start()))
            self.account.invalidate_recordset()
            self.assertTrue(self.account.action_choose_customer())

    def test_a_client_that_was_not_entered(self):
        self.account.client_secret_text = False
        self.account.oauth_client_secret = False
        answer = self.url_open(f"{START_PATH}/{self.account.id}")
        self.assertRefused(answer.text, "Enter client ID and client secret")

    def test_an_app_in_testing_says_when_the_login_ends(self):
        self.google.update(f"oauth_clients/{CLIENT_ID}/publishing_status", "testing")
        self.come_back(self.agree(self.start()))
        self.account.invalidate_recordset()
        in_a_week = fields.Datetime.now() + timedelta(days=7)
        self.assertAlmostEqual(self.account.login_ends_at, in_a_week, delta=timedelta(minutes=2))
        self.assertEqual(self.account.sign_in, "Google login, ends in 7 days")
        self.google.update(f"oauth_clients/{CLIENT_ID}/publishing_status", "production")
        self.come_back(self.agree(self.start()))
        self.account.invalidate_recordset()
        self.assertFalse(self.account.login_ends_at)
        self.assertIn("no end known", self.account.sign_in)

    def test_an_expired_login_says_to_sign_in_again(self):
        self.come_back(self.agree(self.start()))
        self.account.write({"customer_id": CUSTOMER})
        self.account.invalidate_recordset()
        self.google.update("identities/marketing@example.com/refresh_tokens", {})
        self.account.action_test_connection()
        login = self.account.check_ids.filtered(lambda check: check.key == "credentials")
        self.assertEqual(login.state, "failed")
        self.assertIn("revoked or it expired", login.meaning)
        self.assertIn("Connect the account again", login.remedy)
        self.assertEqual(self.account.state, "error")

    def test_only_the_system_administrator_signs_in(self):
        manager = self.env["res.users"].create(
            {
                "name": "Marketing",
                "login": "marketing_administrator",
                "password": "marketing_administrator",
                "group_ids": [(4, self.ref("conversion_tracking.group_administrator"))],
            }
        )
        self.authenticate(manager.login, manager.login)
        answer = self.url_open(f"{START_PATH}/{self.account.id}", allow_redirects=False)
        self.assertEqual(answer.status_code, 403)

    def test_other_files_are_refused(self):
        for text in (self.key, '{"installed": {"client_id": "x"}}', "{", '{"web": {}}'):
            with self.assertRaisesRegex(Exception, "not the file of an OAuth client"):
                self.account.key_text = text
