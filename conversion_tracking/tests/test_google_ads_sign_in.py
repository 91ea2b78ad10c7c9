"""How Odoo signs in, since when and until when: said to everybody, and in time."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from .google_account_case import GoogleMixin


@tagged("post_install", "-at_install")
class TestGoogleAdsSignIn(GoogleMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketing = new_test_user(
            cls.env, "si_marketing", groups="conversion_tracking.group_user"
        )

    def login(self, **ends_in):
        """An account with a Google login that ends by then; without arguments, at no known time."""
        account = self.accounts.create(
            {
                "credential_type": "oauth",
                "oauth_refresh_token": "1//a-login",
                "user_id": self.env.ref("base.user_admin").id,
            }
        )
        if ends_in:
            account.sudo().login_ends_at = fields.Datetime.now() + timedelta(**ends_in)
        return account

    def assertSays(self, account, sentence, *, ends_soon=False):
        """This sentence, red or not, is what marketing reads."""
        account = account.with_user(self.marketing)
        self.assertEqual((account.sign_in, account.sign_in_ends_soon), (sentence, ends_soon))
        self.assertEqual(bool(account._find_login_alarm()), ends_soon)

    def test_nobody_signed_in_yet(self):
        self.assertSays(self.accounts.create({}), False)
        self.assertSays(self.accounts.create({"credential_type": "oauth"}), False)

    def test_a_login_ends(self):
        self.assertSays(self.login(days=3, minutes=5), "Google login, ends in 3 days")
        self.assertSays(self.login(days=3), "Google login, ends in 3 days", ends_soon=True)
        self.assertSays(
            self.login(minutes=-90), "Google login, ended 90 minutes ago", ends_soon=True
        )
        self.assertSays(self.login(seconds=0), "Google login, ended 1 minute ago", ends_soon=True)

    def test_the_responsible_is_warned_once_also_while_the_account_is_paused(self):
        account = self.login(days=2)
        account.sudo().state = "paused"
        for _day in range(2):
            self.accounts._cron_watch()
        [activity] = account.activity_ids
        self.assertEqual(activity.user_id, account.user_id)
        self.assertIn("press Sign in with Google again", activity.note)

    def test_a_login_without_an_end_says_how_old_it_is(self):
        account = self.login()
        account.sudo().login_at -= timedelta(days=12)
        self.assertSays(account, "Google login, signed in 12 days ago, no end known")
        account.sudo().login_at = False  # it is older than this add-on's memory
        self.assertSays(account, "Google login, no end known")

    def test_another_login_has_no_end_of_the_old_one(self):
        account = self.login(days=1)
        account.sudo().login_at -= timedelta(days=6)
        account.oauth_refresh_token = "1//a-login"
        self.assertSays(account, "Google login, ends in 24 hours", ends_soon=True)
        account.oauth_refresh_token = "1//another"
        self.assertSays(account, "Google login, signed in 1 minute ago, no end known")
        account.oauth_refresh_token = False
        self.assertFalse(account.login_at)

    def test_a_key_says_how_old_it_is(self):
        account = self.accounts.create({"key_text": self.key})
        self.assertSays(account, "Service account, key entered 1 minute ago")
        account.sudo().key_entered_at -= timedelta(days=12)
        account.key_text = self.key
        self.assertSays(account, "Service account, key entered 12 days ago")
        account.key_text = f"{self.key} "
        self.assertSays(account, "Service account, key entered 1 minute ago")
        account.sudo().key_entered_at = False
        self.assertSays(account, "Service account")
        account.service_account_json = False
        self.assertSays(account, False)

    def test_a_key_of_the_environment_changes_unseen(self):
        account = self.accounts.create({"key_text": self.key})
        account.key_text = "$CONVERSION_TRACKING_KEY"
        self.assertFalse(account.key_entered_at)
        self.assertSays(account, "Service account, key from the environment of the Odoo server")

    def test_a_login_that_is_not_used_alarms_nobody(self):
        account = self.login(days=-1)
        account.write({"credential_type": "service_account", "key_text": self.key})
        self.assertSays(account, "Service account, key entered 1 minute ago")

    def test_the_responsible_is_asked_once_and_told_what_to_do(self):
        account = self.login(days=2)
        self.assertIn("ends on", account._find_login_alarm())
        account._ask_responsible(account._find_login_alarm())
        account.sudo().login_ends_at -= timedelta(days=2)
        account._ask_responsible(account._find_login_alarm())
        [activity] = account.activity_ids
        self.assertEqual(activity.user_id, account.user_id)
        for words in ("ended on", "conversions wait", "Sign in with Google again", "Publish app"):
            self.assertIn(words, activity.note)

    def test_the_sentence_is_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        account = self.login(days=3)
        self.assertIn("in 3 days", account.sign_in)
        self.assertIn("in 3 Tagen", account.with_context(lang="de_DE").sign_in)

    def test_nobody_enters_these_times_and_no_copy_has_them(self):
        administrator = new_test_user(
            self.env, "si_administrator", groups="conversion_tracking.group_administrator"
        )
        account = self.login(days=3)
        account.service_account_json = self.key
        for name in ("key_entered_at", "login_at", "login_ends_at"):
            self.assertTrue(account[name])
            with self.assertRaises(AccessError):
                account.with_user(administrator).write({name: False})
            self.assertFalse(account.copy()[name])
