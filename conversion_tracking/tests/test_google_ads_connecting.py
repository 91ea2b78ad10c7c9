"""From credentials to an account that works, and every bad input on the way."""

import base64
import json
import os
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..google_ads import patience
from ..models.google_ads.google_ads_credentials_mixin import SECRETS
from .google_account_case import CUSTOMER, MANAGER, SERVICE_ACCOUNT, GoogleMixin


@tagged("post_install", "-at_install")
class TestGoogleAdsConnecting(GoogleMixin, TransactionCase):
    def test_next_step_is_clear_at_any_time(self):
        account = self.accounts.create({})
        self.assertEqual(account.setup_step, "credentials")
        account.key_text = self.key
        self.assertEqual(account.setup_step, "account")
        account.write({"customer_id": CUSTOMER, "login_customer_id": MANAGER})
        account.action_connect()
        self.assertEqual(account.setup_step, "actions")
        account.action_create_actions()
        self.assertEqual(account.setup_step, "check")
        account.action_test_connection()
        self.assertEqual(account.setup_step, "done", account.check_ids.mapped("remedy"))
        self.assertIn("next delivery", account.next_step)

    def test_key_is_uploaded_or_pasted_and_names_whom_to_invite(self):
        for name, value in (
            ("key_text", self.key),
            ("key_file", base64.b64encode(self.key.encode())),
        ):
            account = self.accounts.create({name: value})
            self.assertEqual(account.service_account_email, SERVICE_ACCOUNT)
            self.assertEqual(account.service_account_project, "tulip-solar-crm")
            self.assertFalse(account.key_text)
            self.assertFalse(account.key_file)

    def test_unusable_keys_are_refused_with_what_to_do(self):
        info = self.google.service_account_info
        cases = {
            self.key[:800]: "not complete",
            "not JSON": "not complete",
            json.dumps({**info, "type": "authorized_user"}): "choose OAuth",
            json.dumps({**info, "type": "x"}): "not the key file of a service account",
            json.dumps({**info, "private_key": "-----BEGIN PRIVATE KEY-----"}): "damaged",
            json.dumps({**info, "project_id": "another-project"}): "does not belong to",
            json.dumps({**info, "client_email": "nobody"}): "not an e-mail address",
            json.dumps({**info, "token_uri": "http://example.com"}): "https://",
        }
        for text, words in cases.items():
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words) as caught:
                self.accounts.create({"key_text": text})
            self.assertNotIn(info["private_key_id"], str(caught.exception))

    def test_key_comes_from_the_environment(self):
        account = self.accounts.create({"key_text": "$CONVERSION_TRACKING_TEST_KEY"})
        self.assertEqual(account.service_account_json, "$CONVERSION_TRACKING_TEST_KEY")
        with self.assertRaisesRegex(
            UserError, "no environment variable CONVERSION_TRACKING_TEST_KEY"
        ):
            account.action_choose_customer()
        with patch.dict(os.environ, {"CONVERSION_TRACKING_TEST_KEY": self.key}):
            account.invalidate_recordset()
            self.assertEqual(account.service_account_email, SERVICE_ACCOUNT)
            self.assertTrue(account.action_choose_customer())

    def test_other_variables_of_the_server_are_never_read(self):
        words = "begins with CONVERSION_TRACKING_"
        names = ("PATH", "PGPASSWORD", "conversion_tracking_key", "CONVERSION_TRACKING", "_")
        account = self.accounts.create({"credential_type": "oauth"})
        for name in names:
            for field in (*SECRETS, "client_secret_text"):
                with (
                    self.subTest(name, field=field),
                    self.assertRaisesRegex(ValidationError, words),
                ):
                    account.write({field: f" ${name}\n"})
            with self.assertRaisesRegex(ValidationError, words):
                self.accounts.create({"key_text": f"${name}"})

    def test_a_variable_entered_before_the_rule_is_not_read_either(self):
        account = self.accounts.create({"key_text": "$CONVERSION_TRACKING_TEST_KEY"})
        self.env.cr.execute(
            "UPDATE google_ads_account SET service_account_json = '$OTHER' WHERE id = %s",
            [account.id],
        )
        account.invalidate_recordset()
        with patch.dict(os.environ, {"OTHER": self.key}):
            self.assertFalse(account.service_account_email)
            self.assertFalse(account.key_text)
            with self.assertRaisesRegex(UserError, "begins with CONVERSION_TRACKING_"):
                account.action_choose_customer()

    def test_a_variable_that_holds_something_else(self):
        account = self.accounts.create({"key_text": "$CONVERSION_TRACKING_TEST_KEY"})
        for content in ("x", "[]", "[" * 5000, '{"a":' * 2000, "null", '{"client_email": [1]}'):
            with patch.dict(os.environ, {"CONVERSION_TRACKING_TEST_KEY": content}):
                account.invalidate_recordset()
                self.assertFalse(account.service_account_email)
                with self.assertRaises(UserError):
                    account.action_choose_customer()

    def test_a_key_file_that_is_none(self):
        for file in ("[" * 9000, '{"web":' * 2000, "\x00", "é" * 30_000):
            for kind in ("service_account", "oauth"):
                content = base64.b64encode(file.encode())
                with self.subTest(file[:9], kind=kind), self.assertRaises(ValidationError):
                    self.accounts.create({"credential_type": kind, "key_file": content})

    # -- choosing the account -------------------------------------------------------------

    def choose(self, account, customer):
        action = account.action_choose_customer()
        choice = self.env[action["res_model"]].browse(action["res_id"])
        choice.line_ids.filtered(lambda line: line.customer_id == customer).action_choose()
        return choice

    def test_choosing_an_account_fills_in_the_rest(self):
        account = self.new_account()
        choice = self.choose(account, CUSTOMER)
        line = choice.line_ids.filtered(lambda line: line.customer_id == CUSTOMER)
        self.assertEqual(
            (line.name, line.currency, line.timezone, line.manager_name),
            ("Tulip Solar B.V.", "EUR", "Europe/Amsterdam", "Northlight Marketing"),
        )
        self.assertEqual(account.state, "connected")
        self.assertEqual(account.name, "Tulip Solar B.V.")
        self.assertEqual(account.login_customer_id, MANAGER)
        self.assertEqual(account.conversion_customer_id, CUSTOMER)
        self.assertEqual(account.currency_id.name, "EUR")
        self.assertEqual(account.timezone, "Europe/Amsterdam")
        self.assertTrue(account.next_delivery_at)

    def test_two_accounts_below_one_manager(self):
        first, second = self.new_account(), self.new_account()
        self.choose(first, CUSTOMER)
        choice = second.action_choose_customer()
        lines = self.env[choice["res_model"]].browse(choice["res_id"]).line_ids
        other = lines.filtered(lambda line: not line.is_manager and line.customer_id != CUSTOMER)
        other[0].action_choose()
        self.assertEqual({first.state, second.state}, {"connected"})
        self.assertEqual(second.login_customer_id, MANAGER)

    def test_another_customer_begins_anew(self):
        """Conversions never go to actions of the account that was connected before."""
        account = self.ready_account()
        account.action_test_connection()
        account.customer_number = "345-678-9012"
        self.assertEqual((account.state, account.conversion_customer_id), ("draft", False))
        self.assertEqual(account.action_ids.mapped("state"), ["draft"] * 3)
        self.assertFalse(account.check_ids)

    def test_a_manager_is_not_an_account_that_runs_ads(self):
        account = self.new_account(customer_id=MANAGER)
        with self.assertRaisesRegex(UserError, "is a manager account"):
            account.action_connect()
        self.assertEqual(account.state, "draft")

    def test_login_that_nobody_invited(self):
        self.google.update(f"identities/{SERVICE_ACCOUNT}/accounts", {})
        account = self.new_account(customer_id=CUSTOMER)
        with self.assertRaisesRegex(UserError, f"invite|{SERVICE_ACCOUNT}"):
            account.action_choose_customer()

    def test_wrong_customer_id(self):
        account = self.new_account(customer_id="999-999-9999", login_customer_id=MANAGER)
        with self.assertRaisesRegex(UserError, "no account with this customer id"):
            account.action_connect()

    def test_revoked_key(self):
        account = self.new_account(customer_id=CUSTOMER, login_customer_id=MANAGER)
        self.google.update(f"identities/{SERVICE_ACCOUNT}/revoked", True)
        with self.assertRaisesRegex(UserError, "revoked or it expired"):
            account.action_connect()

    def test_key_of_another_project(self):
        """A key that is whole, but of a service account that Google does not know."""
        info = self.google.service_account_info
        key = json.dumps({**info, "client_email": "x@example.com"})
        account = self.new_account(service_account_json=key, customer_id=CUSTOMER)
        with self.assertRaisesRegex(UserError, "does not know this service account"):
            account.action_connect()

    def test_no_network(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("conversion_tracking.google_ads_endpoint", "127.0.0.1:9")
        account = self.new_account(customer_id=CUSTOMER, login_customer_id=MANAGER)
        with self.assertRaisesRegex(UserError, "cannot reach Google|did not answer in time"):
            account.action_connect()

    def test_a_hang_ends_in_time_with_a_message(self):
        account = self.new_account(customer_id=CUSTOMER, login_customer_id=MANAGER)
        self.google.fault("hang", seconds=30, api="google_ads", times=None)
        with (
            patch.object(patience, "PATIENCE_SECONDS", 1.0),
            self.assertRaisesRegex(UserError, "did not answer in time"),
        ):
            account.action_connect()
