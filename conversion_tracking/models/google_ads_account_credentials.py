import os

from odoo import fields, models

from ..google_ads import credentials as google_credentials

SECRETS = (
    "service_account_json",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_refresh_token",
)


class GoogleAdsAccountCredentials(models.Model):
    """How Odoo signs in. Secrets are for the system administrator only."""

    _inherit = "google.ads.account"

    credential_type = fields.Selection(
        [("service_account", "Service account (recommended)"), ("oauth", "Google login (OAuth)")],
        string="Sign in with",
        default="service_account",
        required=True,
        copy=False,
        help="A service account is a user of its own for programs: no password, no expiry. With a "
        "Google login somebody agrees on Google's page; since August 2026 that person needs a "
        "passkey.",
    )
    service_account_json = fields.Text(
        "Service account key",
        groups="base.group_system",
        copy=False,
        exportable=False,
        help="Content of the JSON key file, or $NAME to take it from the environment variable NAME "
        "of the server.",
    )
    oauth_client_id = fields.Char(
        "Client ID", groups="base.group_system", copy=False, exportable=False
    )
    oauth_client_secret = fields.Char(
        "Client secret", groups="base.group_system", copy=False, exportable=False
    )
    oauth_refresh_token = fields.Char(
        "Refresh token", groups="base.group_system", copy=False, exportable=False
    )

    def _get_secret(self, name):
        """A secret's value; ``$NAME`` stands for the environment variable NAME."""
        value = (self.sudo()[name] or "").strip()
        if value.startswith("$"):
            return os.environ.get(value[1:], "")
        return value

    def _get_credentials(self):
        """google-auth credentials of this account.

        :raise google_ads.credentials.CredentialsError: missing or unusable
        """
        self.ensure_one()
        if self.credential_type == "service_account":
            return google_credentials.service_account(
                google_credentials.parse_service_account(self._get_secret("service_account_json"))
            )
        return google_credentials.oauth(
            *(self._get_secret(name) for name in SECRETS[1:]),
        )
