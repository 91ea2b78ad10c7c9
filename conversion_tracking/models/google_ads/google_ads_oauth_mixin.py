from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ...google_ads import credentials as google_credentials
from ...google_ads.credentials import CredentialsError
from ...google_ads.errors import TransportFault
from ...google_ads.json_object import read_json_object
from .google_ads_credentials_mixin import SECRET_OPTIONS

START_PATH = "/conversion_tracking/google_ads/oauth/start"
CALLBACK_PATH = "/conversion_tracking/google_ads/oauth/callback"
OAUTH_SECRETS = ("oauth_client_id", "oauth_client_secret", "oauth_refresh_token")


class GoogleAdsOAuthMixin(models.AbstractModel):
    """Signing in as a person: the OAuth client, Google's consent page, the lasting login."""

    _name = "google.ads.oauth.mixin"
    _description = "Google Login"

    oauth_auth_uri = fields.Char(
        "Consent page",
        **SECRET_OPTIONS,
        help="From the client's file; empty for Google's own.",
    )
    oauth_token_uri = fields.Char(
        "Token server", **SECRET_OPTIONS, help="From the client's file; empty for Google's own."
    )
    oauth_redirect_uri = fields.Char(
        "Redirect URI",
        compute="_compute_oauth_redirect_uri",
        help="Enter it in the Google Cloud console, at the OAuth client of the type Web "
        "application, as an authorised redirect URI.",
    )

    def _compute_oauth_redirect_uri(self):
        for account in self:
            account.oauth_redirect_uri = account.get_base_url() + CALLBACK_PATH

    def _enter_key(self, text):
        """Store the file of an OAuth client when that is the way to sign in."""
        if self.credential_type != "oauth":
            super()._enter_key(text)
            return
        client = self._parse_oauth_client(text)
        self.write(
            {
                "oauth_client_id": client["client_id"],
                "oauth_client_secret": client["client_secret"],
                "oauth_auth_uri": client.get("auth_uri"),
                "oauth_token_uri": client.get("token_uri"),
            }
        )

    def _parse_oauth_client(self, text):
        """The client in the file of the Google Cloud console.

        :raise ValidationError: another file, or not whole; the message never quotes it
        """
        client = (read_json_object(text) or {}).get("web")
        complete = isinstance(client, dict) and all(
            isinstance(client.get(name), str) and client[name].strip()
            for name in ("client_id", "client_secret")
        )
        if not complete:
            raise ValidationError(
                self.env._(
                    "This is not the file of an OAuth client of the type Web application. In the "
                    "Google Cloud console open APIs & Services > Credentials, create one and use "
                    "its JSON file, or type client ID and client secret."
                )
            )
        for name in ("auth_uri", "token_uri"):
            if not str(client.get(name, "https://")).startswith("https://"):
                raise ValidationError(
                    self.env._("The %(name)s of the file must start with https://.", name=name)
                )
        return client

    def action_sign_in(self):
        """Go to Google's consent page."""
        self.ensure_one()
        self.check_access("write")
        return {"type": "ir.actions.act_url", "url": f"{START_PATH}/{self.id}", "target": "self"}

    def _get_consent_address(self, state):
        """Address of Google's consent page.

        :raise UserError: the OAuth client is not entered yet
        """
        try:
            client_id = self._get_oauth_client()[0]
        except CredentialsError as error:
            raise UserError(self._explain_input(error)) from None
        return google_credentials.authorization_url(
            client_id,
            self.oauth_redirect_uri,
            state,
            self.oauth_auth_uri or google_credentials.AUTHORIZATION_URI,
        )

    def _finish_consent(self, code):
        """Trade the code of the consent page for a lasting login.

        :raise UserError: refused, a permission was not ticked, or no answer; with what to do
        """
        try:
            client_id, client_secret = self._get_oauth_client()
            login = google_credentials.exchange_code(
                client_id,
                client_secret,
                code,
                self.oauth_redirect_uri,
                self.oauth_token_uri or google_credentials.TOKEN_URI,
            )
        except CredentialsError as error:
            raise UserError(self._explain_input(error)) from None
        except TransportFault as failure:
            raise UserError(self._explain(failure.fault)) from None
        self.oauth_refresh_token = login.refresh_token
        self._note_end(login.lasts)

    def _get_oauth_client(self):
        """Client id and secret.

        :raise CredentialsError: one of them is missing
        """
        client = [self._get_secret(name) for name in OAUTH_SECRETS[:2]]
        if not all(client):
            raise CredentialsError(
                self.env._("Enter client ID and client secret of the OAuth client first.")
            )
        return client

    def _get_page(self):
        """Address of this account in Odoo."""
        self.ensure_one()
        return f"/odoo/google-ads-accounts/{self.id}"

    def _get_oauth_credentials(self):
        """google-auth credentials of the lasting login.

        :raise CredentialsError: nobody has signed in yet
        """
        client_id, client_secret = self._get_oauth_client()
        refresh_token = self._get_secret("oauth_refresh_token")
        if not refresh_token:
            raise CredentialsError(self.env._("Press Sign in with Google first."))
        token_uri = self.sudo().oauth_token_uri or google_credentials.TOKEN_URI
        return google_credentials.oauth(client_id, client_secret, refresh_token, token_uri)
