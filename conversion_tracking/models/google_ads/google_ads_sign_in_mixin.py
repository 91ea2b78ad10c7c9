from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse, get_lang

from .google_ads_credentials_mixin import is_variable

# Who has to sign in again may be away for a weekend.
ENDING_SOON = timedelta(days=3)


class GoogleAdsSignInMixin(models.AbstractModel):
    """Since when the key or login is there, and until when: no secret, everybody may know."""

    _name = "google.ads.sign.in.mixin"
    _description = "Age and End of the Google Sign-in"

    key_entered_at = fields.Datetime(
        "Key entered on",
        readonly=True,
        copy=False,
        help="Since when the present key of the service account is there. Empty when it comes from "
        "the environment of the Odoo server, where it changes unseen.",
    )
    login_at = fields.Datetime(
        "Signed in on",
        readonly=True,
        copy=False,
        help="Since when the present Google login is there.",
    )
    login_ends_at = fields.Datetime(
        "Login ends on",
        readonly=True,
        copy=False,
        help="When Google lets the login end. Empty when no end is known.",
    )
    sign_in = fields.Char(
        "Signed in by",
        compute="_compute_sign_in",
        help="How Odoo signs in, since when, and until when.\n"
        "A Google login ends after 7 days while its app in the Google Cloud console is in testing, "
        "and when whoever signed in chose an end.\n"
        "The key of a service account has no end, unless your organisation sets one (policy "
        "constraints/iam.serviceAccountKeyExpiryHours): the key does not tell. Google then answers "
        '"Invalid JWT Signature", and Odoo says that the key was deleted or has expired: upload '
        "a new one.",
    )
    sign_in_ends_soon = fields.Boolean(compute="_compute_sign_in")

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    def _note_entry(self, secret, value):
        """Remember since when a secret is there.

        What a variable stands for changes unseen, so nothing is known of its age.

        :param secret: name of the field whose value is another one now
        """
        now = bool(value) and not is_variable(value) and fields.Datetime.now()
        if secret == "service_account_json":
            self.sudo().key_entered_at = now
        elif secret == "oauth_refresh_token":
            # What was known of the end was about another login.
            self.sudo().write({"login_at": now, "login_ends_at": False})

    def _note_end(self, lasts):
        """Remember when the login ends.

        :param lasts: timedelta from now on; None when no end is known
        """
        self.sudo().login_ends_at = lasts and fields.Datetime.now() + lasts

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    @api.depends(
        "credential_type", "has_credentials", "key_entered_at", "login_at", "login_ends_at"
    )
    @api.depends_context("lang")
    def _compute_sign_in(self):
        for account in self:
            account.sign_in = account.has_credentials and account._describe_sign_in()
            account.sign_in_ends_soon = account._is_login_ending(ENDING_SOON)

    def _describe_sign_in(self):
        """How Odoo signs in, since when, and until when: a sentence without its full stop."""
        if self.credential_type == "oauth":
            return self._describe_login()
        if self.key_entered_at:
            return self.env._(
                "Service account, key entered %(ago)s", ago=self._from_now(self.key_entered_at)
            )
        if is_variable(self.sudo().service_account_json):
            return self.env._("Service account, key from the environment of the Odoo server")
        return self.env._("Service account")

    def _describe_login(self):
        if self._is_login_ending():
            return self.env._("Google login, ended %(ago)s", ago=self._from_now(self.login_ends_at))
        if self.login_ends_at:
            return self.env._(
                "Google login, ends %(in_days)s", in_days=self._from_now(self.login_ends_at)
            )
        if self.login_at:
            return self.env._(
                "Google login, signed in %(ago)s, no end known", ago=self._from_now(self.login_at)
            )
        return self.env._("Google login, no end known")

    def _is_login_ending(self, within=timedelta(0)):
        """Whether the login that is used is over by then; by default: by now."""
        if not self.login_ends_at or self.credential_type != "oauth" or not self.has_credentials:
            return False
        return self.login_ends_at <= fields.Datetime.now() + within

    @api.model
    def _from_now(self, moment):
        """``12 days ago`` or ``in 3 days``, in the user's language."""
        return format_timedelta(
            # what happens at this moment has happened
            moment - fields.Datetime.now() or timedelta(seconds=-1),
            granularity="minute",
            # days until they are two weeks: "1 week" may be 6 days or 10
            threshold=2,
            add_direction=True,
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    # ------------------------------------------------------------
    # Warning
    # ------------------------------------------------------------

    def _find_login_alarm(self):
        """What to do about a login that ends within days or is over.

        :return: text in the language of the environment, with the time as the responsible's
            clock shows it; ``None`` when there is nothing to do
        """
        self.ensure_one()
        if not self._is_login_ending(ENDING_SOON):
            return None
        facts = {
            "account": self.display_name,
            "moment": format_datetime(
                self.env, self.login_ends_at, tz=self.user_id.tz or "UTC", dt_format="short"
            ),
        }
        if self._is_login_ending():
            problem = self.env._(
                "The Google login of %(account)s ended on %(moment)s: Odoo can no longer deliver "
                "or read. Nothing is lost; conversions wait.",
                **facts,
            )
        else:
            problem = self.env._(
                "The Google login of %(account)s ends on %(moment)s. After that Odoo can no longer "
                "deliver or read.",
                **facts,
            )
        remedy = self.env._(
            "Ask a system administrator to open the account and press Sign in with Google again. "
            "So that logins last, publish the app in the Google Cloud console before (Google Auth "
            "Platform > Audience > Publish app): in testing they end after 7 days. If Google's "
            "page asks for how long, choose no end."
        )
        return f"{problem}\n{remedy}"
