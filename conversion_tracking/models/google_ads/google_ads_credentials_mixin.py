import base64
import binascii
import contextlib
import os
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...google_ads import credentials as google_credentials
from ...google_ads.credentials import CredentialsError
from ...google_ads.json_object import read_json_object
from ...groups import SYSTEM

SECRETS = (
    "service_account_json",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_refresh_token",
)
# Only what was put there for this add-on: the server's environment also holds the passwords of
# its database and of its neighbours, and a secret goes to whichever token server is entered.
PREFIX = "CONVERSION_TRACKING_"
_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
SECRET_OPTIONS = {"groups": SYSTEM, "copy": False, "exportable": False}


class GoogleAdsCredentialsMixin(models.AbstractModel):
    """How Odoo signs in. Secrets are for the system administrator only: they are entered here and
    nowhere shown again, neither in exports, logs, messages, nor copies.
    """

    _name = "google.ads.credentials.mixin"
    _description = "Credentials of Google Ads"

    credential_type = fields.Selection(
        [("service_account", "Service account (recommended)"), ("oauth", "Google login (OAuth)")],
        string="Sign in with",
        default="service_account",
        required=True,
        copy=False,
        help="A service account is a user of its own, made for programs: no password, and no "
        "expiry unless your organisation sets one. With a Google login somebody agrees on Google's "
        "page; since August 2026 that person needs a passkey.",
    )

    # Stored
    service_account_json = fields.Text("Key of the service account", **SECRET_OPTIONS)
    oauth_client_id = fields.Char("Client ID", **SECRET_OPTIONS)
    oauth_client_secret = fields.Char("Client secret", **SECRET_OPTIONS)
    oauth_refresh_token = fields.Char("Lasting Google login", **SECRET_OPTIONS)

    # Entered
    key_file = fields.Binary(
        "Upload the key file",
        compute="_compute_entries",
        inverse="_inverse_key_file",
        **SECRET_OPTIONS,
        help="The JSON file that the Google Cloud console gave you.",
    )
    key_text = fields.Text(
        "or paste its content",
        compute="_compute_entries",
        inverse="_inverse_key_text",
        **SECRET_OPTIONS,
        help="Everything from the first { to the last }. Or $CONVERSION_TRACKING_KEY: then the key "
        "comes from the environment variable CONVERSION_TRACKING_KEY of the Odoo server and is not "
        "in the database. Any name works that begins with CONVERSION_TRACKING_.",
    )
    client_secret_text = fields.Char(
        "New client secret",
        compute="_compute_entries",
        inverse="_inverse_client_secret_text",
        **SECRET_OPTIONS,
        help="Shown only while you type it. $CONVERSION_TRACKING_SECRET takes it from the "
        "environment variable CONVERSION_TRACKING_SECRET of the Odoo server; any name works that "
        "begins with CONVERSION_TRACKING_.",
    )

    # Shown
    service_account_email = fields.Char(
        "E-mail to invite",
        compute="_compute_service_account",
        help="Invite this address in Google Ads like a colleague: Admin > Access and security > "
        "Users > +, access level Standard.",
    )
    service_account_project = fields.Char("Cloud project", compute="_compute_service_account")
    has_credentials = fields.Boolean(compute="_compute_has_credentials")

    # ------------------------------------------------------------
    # Entering
    # ------------------------------------------------------------

    @api.depends("service_account_json", "oauth_client_secret")
    def _compute_entries(self):
        """Empty: secrets go in and never come back. A variable's name is no secret."""
        for account in self:
            account.key_file = False
            account.key_text = _variable_or_nothing(account.service_account_json)
            account.client_secret_text = _variable_or_nothing(account.oauth_client_secret)

    def _inverse_key_file(self):
        for account in self:
            if account.key_file:
                account._enter_key(_decode(account.key_file))
        self.invalidate_recordset(["key_file", "key_text"], flush=False)

    def _inverse_key_text(self):
        for account in self:
            if account.key_text:
                account._enter_key(account.key_text)
        self.invalidate_recordset(["key_text"], flush=False)

    def _inverse_client_secret_text(self):
        for account in self:
            if account.client_secret_text:
                account.oauth_client_secret = account.client_secret_text
        self.invalidate_recordset(["client_secret_text"], flush=False)

    def _enter_key(self, text):
        """Store the content of a key file."""
        self.service_account_json = text

    @api.model_create_multi
    def create(self, vals_list):
        secrets = [_take_secrets(vals) for vals in vals_list]
        accounts = super().create([vals for vals, _taken in secrets])
        for account, (_vals, taken) in zip(accounts, secrets, strict=True):
            account._write_secrets(taken)
        return accounts

    def write(self, vals):
        vals, taken = _take_secrets(vals)
        result = super().write(vals)
        self._write_secrets(taken)
        return result

    def _write_secrets(self, secrets):
        """Write secrets by themselves, in a statement that cannot fail.

        A statement that fails, for a number used twice or a concurrent change, ends in the
        server's log with all its values. The lock is refused first, and carries none.
        """
        if not secrets:
            return
        self._check_secrets(secrets)
        self.flush_recordset()
        self.lock_for_update(allow_referencing=True)
        changed = {name: self._filter_changed(name, value) for name, value in secrets.items()}
        super().write(secrets)
        self.flush_recordset(secrets)
        for name, accounts in changed.items():
            accounts._note_entry(name, secrets[name])

    def _filter_changed(self, name, value):
        """The accounts whose secret is another one than ``value``."""
        return self.filtered(lambda account: (account.sudo()[name] or "") != (value or ""))

    def _check_secrets(self, secrets):
        """:raise ValidationError: a variable that is not ours, or a key file that cannot work

        The message never quotes the key.
        """
        if any(_is_foreign_variable(value) for value in secrets.values()):
            raise ValidationError(self._explain_foreign_variable())
        key = (secrets.get("service_account_json") or "").strip()
        if not key or is_variable(key):
            return
        try:
            google_credentials.parse_service_account(key)
        except CredentialsError as error:
            raise ValidationError(self._explain_input(error)) from None

    # ------------------------------------------------------------
    # Using
    # ------------------------------------------------------------

    def _get_secret(self, name):
        """A secret's value; ``$CONVERSION_TRACKING_...`` stands for the environment variable.

        :raise CredentialsError: the server has no such variable, or it is not meant for us
        """
        value = (self.sudo()[name] or "").strip()
        if _is_foreign_variable(value):
            raise CredentialsError(self._explain_foreign_variable())
        if not is_variable(value):
            return value
        if not os.environ.get(value[1:]):
            raise CredentialsError(
                self.env._(
                    "The Odoo server has no environment variable %(name)s. Set it and restart "
                    "Odoo, or enter the credentials themselves.",
                    name=value[1:],
                )
            )
        return os.environ[value[1:]].strip()

    def _explain_foreign_variable(self):
        return self.env._(
            "Only environment variables whose name begins with %(prefix)s are read, for example "
            "$%(prefix)sKEY. Give the variable of the Odoo server such a name and restart Odoo, or "
            "enter the credentials themselves.",
            prefix=PREFIX,
        )

    def _get_credentials(self):
        """google-auth credentials of this account.

        :raise CredentialsError: missing or unusable, with what to do
        """
        self.ensure_one()
        if self.credential_type == "service_account":
            info = google_credentials.parse_service_account(
                self._get_secret("service_account_json")
            )
            return google_credentials.service_account(info)
        return self._get_oauth_credentials()

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    @api.depends("credential_type", "service_account_json")
    def _compute_service_account(self):
        for account in self:
            info = {}
            if account.credential_type == "service_account":
                # A variable may be missing, or hold something else.
                with contextlib.suppress(CredentialsError):
                    info = read_json_object(account._get_secret("service_account_json")) or {}
            texts = {name: value for name, value in info.items() if isinstance(value, str)}
            account.service_account_email = texts.get("client_email")
            account.service_account_project = texts.get("project_id")

    @api.depends("credential_type", "service_account_json", "oauth_refresh_token")
    def _compute_has_credentials(self):
        for account in self:
            name = SECRETS[0] if account.credential_type == "service_account" else SECRETS[-1]
            account.has_credentials = bool(account.sudo()[name])

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Refuse secrets in exports, also in those that reach an account through a relation."""
        if any(path and path[0] in SECRETS for path in fields):
            raise AccessError(self.env._("Credentials of Google Ads accounts are never exported."))
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)


def _take_secrets(vals):
    """The values without and the values of secrets."""
    taken = {name: vals[name] for name in SECRETS if name in vals}
    return {name: value for name, value in vals.items() if name not in taken}, taken


def _decode(file):
    """Text of an uploaded file; anything else than a file of text is not JSON either."""
    try:
        return base64.b64decode(file).decode(errors="replace")
    except binascii.Error:
        return "damaged"


def is_variable(value):
    """Whether a secret's value stands for a variable of the server's environment."""
    return isinstance(value, str) and bool(_VARIABLE.fullmatch(value.strip()))


def _is_foreign_variable(value):
    return is_variable(value) and not value.strip().startswith(f"${PREFIX}")


def _variable_or_nothing(value):
    is_ours = is_variable(value) and value.startswith(f"${PREFIX}")
    return value if is_ours else False
