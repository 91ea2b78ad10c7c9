"""Credentials: for the system administrator only, and in nobody's log, message or copy."""

import json
import logging
from contextlib import contextmanager
from pathlib import Path

from psycopg2.errors import UniqueViolation

from odoo import Command, modules
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.google_ads.google_ads_credentials_mixin import SECRETS
from .google_account_case import CUSTOMER, GoogleMixin

GROUPS = (
    "base.group_public",
    "base.group_portal",
    "base.group_user",
    "base.group_erp_manager",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "mail.group_mail_template_editor",
    "conversion_tracking.group_user",
    "conversion_tracking.group_manager",
    "conversion_tracking.group_administrator",
)


@tagged("post_install", "-at_install")
class TestGoogleAdsSecrets(GoogleMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.values = {
            "service_account_json": cls.key,
            "oauth_client_id": "client-id-of-ours",
            "oauth_client_secret": "GOCSPX-secret-of-ours",
            "oauth_refresh_token": "1//refresh-token-of-ours",
        }
        cls.account = cls.accounts.create({"customer_id": CUSTOMER, **cls.values})
        # What must never be seen, also when JSON or a log has escaped the key's line breaks.
        key = cls.google.service_account_info["private_key"].splitlines()[1]
        cls.secrets = [key, *list(cls.values.values())[1:]]

    def user(self, *groups):
        login = "-".join(groups)
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "email": "user@example.com",
                "group_ids": [Command.set([self.env.ref(group).id for group in groups])],
            }
        )

    def assertHidden(self, *texts):
        for text in texts:
            for secret in self.secrets:
                self.assertNotIn(secret, str(text))

    @contextmanager
    def everything_logged(self):
        """All log lines of the block, debug included.

        Except the statements themselves (``--log-sql``): whoever asks for them gets all values.
        """
        lines = []

        class Collector(logging.Handler):
            def emit(self, record):
                if record.name != "odoo.sql_db" or record.levelno > logging.DEBUG:
                    lines.append(record.getMessage())

        root, collector = logging.getLogger(), Collector(level=logging.DEBUG)
        levels = {name: logging.getLogger(name).level for name in ("", "odoo", "google")}
        root.addHandler(collector)
        for name in levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield lines
        finally:
            root.removeHandler(collector)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)

    # -- every group x every secret x every way -------------------------------------------

    def ways(self, user, secret):
        """How somebody may try to get at a secret: {name: attempt}."""
        account = self.account.with_user(user)
        actions = self.env["google.ads.conversion.action"].with_user(user)
        domain = [(secret, "like", "%")]
        template = self.env["mail.template"].create(
            {
                "name": "Curious",
                "model_id": self.env["ir.model"]._get_id("google.ads.account"),
                "subject": f"{{{{ object.{secret} }}}}",
                "body_html": f'<p t-out="object.{secret}"/>',
            }
        )
        server_action = self.env["ir.actions.server"].create(
            {
                "name": "Curious",
                "model_id": self.env["ir.model"]._get_id("google.ads.account"),
                "state": "code",
                "code": f"raise UserError(record.{secret})",
            }
        )
        context = {"active_model": account._name, "active_id": account.id}
        return {
            "attribute": lambda: account[secret],
            "read": lambda: account.read([secret]),
            "web_read": lambda: account.web_read({secret: {}}),
            "search": lambda: account.search(domain),
            "search_read": lambda: account.search_read([], [secret]),
            "name_search": lambda: account.name_search("Google", domain),
            "grouping": lambda: account._read_group([], [secret]),
            "ordering": lambda: account.search([], order=secret),
            "filtered_domain": lambda: account.filtered_domain(domain),
            "export": lambda: account.export_data([secret]),
            "export through a relation": lambda: actions.search([]).export_data(
                [f"account_id/{secret}"]
            ),
            "search through a relation": lambda: actions.search(
                [(f"account_id.{secret}", "like", "%")]
            ),
            "write": lambda: account.write({secret: "$OTHER"}),
            "mail template": lambda: template.with_user(user).send_mail(account.id),
            "rendering": lambda: template.with_user(user)._render_field("subject", account.ids),
            "server action": lambda: server_action.with_user(user).with_context(**context).run(),
        }

    @mute_logger("odoo.addons.mail.models.mail_render_mixin", "odoo.addons.base.models.ir_rule")
    def test_every_way_is_refused_for_every_group(self):
        self.account._create_default_actions()
        self.env.flush_all()
        for group in GROUPS:
            user = self.user(group)
            for secret in SECRETS:
                for way, attempt in self.ways(user, secret).items():
                    with self.subTest(group=group, secret=secret, way=way):
                        self.env.invalidate_all()
                        with self.assertRaises(UserError) as caught:
                            attempt()
                        self.assertHidden(caught.exception)

    def test_other_fields_are_described_without_the_secrets(self):
        user = self.user("conversion_tracking.group_administrator")
        described = self.accounts.with_user(user).fields_get()
        self.assertIn("customer_id", described)
        self.assertFalse(set(SECRETS) & set(described))
        self.assertTrue(self.account.with_user(user).service_account_email)
        self.assertHidden(self.account.with_user(user).read())

    def test_the_system_administrator_exports_no_secret_either(self):
        self.account._create_default_actions()
        for secret in SECRETS:
            self.assertFalse(self.accounts.fields_get([secret])[secret]["exportable"])
            with self.assertRaisesRegex(AccessError, "never exported"):
                self.account.export_data(["name", secret])
            with self.assertRaisesRegex(AccessError, "never exported"):
                self.account.action_ids.export_data([f"account_id/{secret}"])

    def test_the_page_gives_no_secret_back(self):
        view = self.accounts.get_view(view_type="form")
        shown = self.account.read(
            [name for name in view["models"]["google.ads.account"] if name not in SECRETS[1:2]]
        )
        secret = [one for one in self.secrets if one != "client-id-of-ours"]
        for text in secret:
            self.assertNotIn(text, str(shown))

    # -- logs, messages, copies -----------------------------------------------------------

    def test_no_secret_is_logged(self):
        with self.everything_logged() as lines:
            account = self.accounts.create({"key_text": self.key, "customer_id": "2222222222"})
            account.write(self.values)
            account.service_account_json = self.key
            account.action_test_connection()
            self.google.update(
                f"identities/{self.google.service_account_info['client_email']}/revoked", True
            )
            account.action_test_connection()
        self.assertTrue(lines)
        self.assertHidden(*lines)

    def test_a_statement_that_fails_logs_no_secret(self):
        """A number used twice: PostgreSQL's refusal is logged with the whole statement."""
        with self.everything_logged() as lines:
            with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                self.accounts.create({"customer_id": CUSTOMER, **self.values})
            other = self.accounts.create({})
            with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
                other.write({"customer_id": CUSTOMER, **self.values})
        self.assertTrue([line for line in lines if "bad query" in line])
        self.assertHidden(*[line for line in lines if "bad query" in line])

    def test_no_secret_in_messages_and_tracking(self):
        self.account.write({"oauth_refresh_token": "1//another", "customer_id": "3333333333"})
        self.account.flush_recordset()
        messages = self.account.message_ids
        self.assertHidden(*messages.mapped("body"), messages.tracking_value_ids.read())
        self.assertFalse(set(SECRETS) & set(messages.tracking_value_ids.mapped("field_id.name")))

    def test_no_secret_in_error_messages(self):
        for text in (self.key[:-40], self.key.replace("service_account", "x", 1)):
            with self.assertRaises(ValidationError) as caught:
                self.account.key_text = text
            self.assertHidden(caught.exception)
            self.assertIsNone(caught.exception.__cause__)

    def test_a_copy_has_no_credentials(self):
        copy = self.account.copy()
        self.assertFalse(copy.has_credentials)
        self.assertFalse(any(copy[secret] for secret in SECRETS))
        self.assertEqual((copy.state, copy.customer_id), ("draft", False))

    def test_a_neutralized_database_has_no_credentials(self):
        self.account.state = "connected"
        self.env.flush_all()
        folder = Path(modules.get_module_path("conversion_tracking"))
        self.env.cr.execute((folder / "data" / "neutralize.sql").read_text())
        self.env.invalidate_all()
        self.assertFalse(any(self.account[secret] for secret in SECRETS))
        self.assertFalse(self.account.key_entered_at or self.account.login_at)
        self.assertEqual(self.account.state, "draft")

    # -- companies and roles --------------------------------------------------------------

    def test_accounts_of_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.accounts.create({"company_id": other.id})
        foreign._create_default_actions()
        user = self.user("conversion_tracking.group_administrator")
        found = self.accounts.with_user(user).search([])
        self.assertIn(self.account, found)
        self.assertNotIn(foreign, found)
        self.assertFalse(foreign.action_ids.with_user(user).search([]) & foreign.action_ids)
        with self.assertRaises(AccessError):
            foreign.with_user(user).action_test_connection()

    def test_only_administrators_change_accounts(self):
        for group in ("conversion_tracking.group_user", "conversion_tracking.group_manager"):
            account = self.account.with_user(self.user(group))
            self.assertEqual(account.name, "Google Ads")
            for attempt in (
                lambda account=account: account.write({"name": "X"}),
                account.action_connect,
                account.action_choose_customer,
                account.action_create_actions,
                account.action_read_actions,
                account.action_test_connection,
                account.action_pause,
                account.action_resume,
                account.action_sign_in,
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_an_administrator_works_with_credentials_without_seeing_them(self):
        user = self.user("conversion_tracking.group_administrator")
        account = self.account.with_user(user)
        account.login_customer_id = "1112223333"
        account.action_connect()
        account.action_create_actions()
        account.action_test_connection()
        self.assertEqual(account.state, "connected")
        self.assertEqual(account.setup_step, "done")

    def test_the_key_is_json_and_stays_as_it_was(self):
        self.assertEqual(json.loads(self.account.service_account_json), json.loads(self.key))
