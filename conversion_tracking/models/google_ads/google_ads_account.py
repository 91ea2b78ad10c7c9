from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...google_ads.connection import normalise_customer_id
from ...google_ads.input_error import InputError
from .google_ads_access_mixin import DELIVERING_STATES

ACTIVITY = "conversion_tracking.mail_activity_google_ads"
# What ``google.ads.person`` remembers of accounts.
PERSON_FIELDS = frozenset(("send_identifiers", "state", "active", "company_id"))


class GoogleAdsAccount(models.Model):
    """A Google Ads account: how Odoo signs in to it, and what it delivers there.

    Times are in UTC, as everywhere in Odoo; ``timezone`` is the one of Google's reports.
    """

    _name = "google.ads.account"
    _description = "Google Ads Account"
    # Each mixin is one concern of the account. They call each other by methods only, except
    # these three, in which one extends what the next does: create, write, _enter_key.
    _inherit = [
        "conversion.cached.mixin",
        "conversion.company.mixin",
        "conversion.guard.mixin",
        "google.ads.setup.mixin",
        "google.ads.connection.test.mixin",
        "google.ads.actions.mixin",
        "google.ads.oauth.mixin",
        "google.ads.credentials.mixin",
        "google.ads.sign.in.mixin",
        "google.ads.quota.mixin",
        "google.ads.mapping.mixin",
        "google.ads.diagnostics.mixin",
        "google.ads.access.mixin",
        "google.ads.schedule.mixin",
        "google.ads.health.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "company_id, name, id"
    _rec_names_search = ["name", "customer_id"]

    name = fields.Char(
        required=True,
        tracking=True,
        default=lambda self: self._default_name(),
        help="As shown in Odoo. Filled in with the account's name at Google.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="Leads of this company are reported to this account.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self._default_user_id(),
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets an activity when Google no longer accepts what Odoo sends.",
    )

    # The account at Google
    customer_id = fields.Char(
        "Customer ID (digits)",
        copy=False,
        tracking=True,
        help="Ten digits, without dashes.",
    )
    customer_number = fields.Char(
        "Customer ID",
        compute="_compute_customer_number",
        inverse="_inverse_customer_number",
        help="Shown at the top right of Google Ads, such as 123-456-7890.",
    )
    login_customer_id = fields.Char(
        "Manager ID",
        copy=False,
        tracking=True,
        help="The manager account (MCC) through which the login reaches this account. Empty when "
        "the login is a user of the account itself.",
    )
    conversion_customer_id = fields.Char(
        "Conversion customer",
        copy=False,
        tracking=True,
        help="The account that owns the conversion actions and receives the conversions: this one, "
        "or a manager above it. Google decides it, Odoo reads it.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        copy=False,
        help="Currency of costs and values in Google's reports.",
    )
    timezone = fields.Char(
        "Time zone", copy=False, help="Time zone in which Google counts the days of this account."
    )

    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("connected", "Connected"),
            ("paused", "Paused"),
            ("error", "Connection failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Paused: deliveries wait until somebody has removed the reason shown, or resumes "
        "them. Nothing is lost meanwhile.",
    )
    pause_reason = fields.Text(readonly=True, copy=False)
    pause_code = fields.Char(readonly=True, copy=False)

    # Delivery
    transport = fields.Selection(
        [
            ("data_manager", "Data Manager API"),
            ("google_ads_upload", "Google Ads API upload (only if allowed before June 2026)"),
        ],
        string="Way of delivery",
        default="data_manager",
        required=True,
        tracking=True,
        help="Since June 2026 Google accepts the Google Ads API upload only from those who used it "
        "before. Data Manager is for everybody.",
    )
    send_identifiers = fields.Boolean(
        "Send hashed e-mail and phone",
        tracking=True,
        help="Google finds more clicks by them, and people without a click id are reported by "
        "them alone, also those of the last 63 days since the account was connected. Sent only "
        "for people who gave consent, only as SHA-256 hashes, made when they are sent. Needs "
        "accepted customer data terms and enhanced conversions for leads in Google Ads.",
    )
    unknown_consent = fields.Selection(
        [("hold", "Hold the conversion back"), ("send", "Send it without a consent signal")],
        string="Without an answer on consent",
        default="hold",
        required=True,
        tracking=True,
        help="Google demands consent for visitors in the EEA, the United Kingdom and Switzerland. "
        "Denied consent is never sent.",
    )
    delivery_interval_hours = fields.Integer(
        "Deliver every (hours)", default=24, required=True, tracking=True
    )
    next_delivery_at = fields.Datetime(
        "Next delivery",
        copy=False,
        help="Set to the time of connecting, so that daily deliveries happen at that hour.",
    )
    last_success_at = fields.Datetime(
        "Last accepted delivery",
        readonly=True,
        copy=False,
        help="When Google last accepted conversions.",
    )
    make_campaigns = fields.Boolean(
        "Create missing campaigns",
        default=True,
        help="Costs of a Google campaign go to the campaign in Odoo with the same Google id or "
        "name. Without one, it is created; switched off, such costs are left out.",
    )
    action_ids = fields.One2many(
        "google.ads.conversion.action", "account_id", string="Conversion actions"
    )

    _customer_unique = models.UniqueIndex(
        "(customer_id, company_id) WHERE active AND customer_id IS NOT NULL",
        "This company already has this Google Ads account.",
    )
    _interval_possible = models.Constraint(
        "CHECK (delivery_interval_hours BETWEEN 1 AND 168)",
        "Deliver every 1 to 168 hours (a week).",
    )

    @api.model
    def _default_name(self):
        return self.env._("Google Ads")

    @api.model
    def _default_company_id(self):
        return self.env.company

    @api.model
    def _default_user_id(self):
        return self.env.user

    # ------------------------------------------------------------
    # Ids as people write them
    # ------------------------------------------------------------

    @api.depends("customer_id")
    def _compute_customer_number(self):
        for account in self:
            account.customer_number = with_dashes(account.customer_id)

    def _inverse_customer_number(self):
        for account in self:
            account.customer_id = account.customer_number
        # Show it the way Google does, however it was typed.
        self.invalidate_recordset(["customer_number"], flush=False)

    @api.depends("name", "customer_id")
    def _compute_display_name(self):
        for account in self:
            number = with_dashes(account.customer_id)
            account.display_name = f"{account.name} ({number})" if number else account.name

    @api.model
    def _search_display_name(self, operator, value):
        """Also find an account by its number as Google shows it, with dashes."""
        domain = super()._search_display_name(operator, value)
        if isinstance(value, str) and "like" in operator and not operator.startswith("not"):
            digits = value.replace("-", "").strip()
            if digits.isdigit():
                domain = Domain(domain) | Domain("customer_id", "ilike", digits)
        return domain

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalised(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalised(vals))

    @api.model
    def _is_remembered(self, vals):
        return not PERSON_FIELDS.isdisjoint(vals)

    def _normalised(self, vals):
        """The values with ids as ten digits.

        :raise ValidationError: an id that cannot be one, with where to find it
        """
        vals = dict(vals)
        for name in ("customer_id", "login_customer_id", "conversion_customer_id"):
            if vals.get(name):
                try:
                    vals[name] = normalise_customer_id(vals[name])
                except InputError as error:
                    raise ValidationError(self._explain_input(error)) from None
        return vals

    # ------------------------------------------------------------
    # Pause and resume
    # ------------------------------------------------------------

    def _pause(self, fault, reason=None):
        """Stop deliveries until somebody has done what ``fault`` asks for (circuit breaker).

        :param fault: a ``google_ads.errors.Fault``; the responsible gets one activity, however
            often it is found again
        :param reason: in words, by default those of the fault
        """
        for account in self.sudo():
            text = reason or account._in_responsible_language()._explain(fault)
            account.write({"state": "paused", "pause_reason": text, "pause_code": fault.code})
            account._ask_responsible(text)

    def _resume(self):
        """Deliver again; what was waiting goes with the next delivery."""
        accounts = self.sudo().filtered("customer_id")
        accounts.write({"state": "connected", "pause_reason": False, "pause_code": False})
        accounts._forget_outages()
        accounts.activity_feedback([ACTIVITY], feedback=self.env._("Deliveries were resumed."))

    def _ask_responsible(self, reason):
        """Give the responsible an activity, or the one that is open already the new reason."""
        self.ensure_one()
        note = plaintext2html(reason)
        if asked := self.activity_search([ACTIVITY]):
            asked.note = note
            return
        user = self.user_id if self.user_id.active else self.env.ref("base.user_admin")
        self.activity_schedule(ACTIVITY, note=note, user_id=user.id)

    # ------------------------------------------------------------
    # For deliveries and readers
    # ------------------------------------------------------------

    @api.model
    def _find_for(self, company):
        """The account that conversions of ``company`` go to first; empty when there is none.

        Always the same one, whether it is paused or not: its conversions wait. A click of
        another account of the company moves on, see :meth:`_get_next`.
        """
        return self.sudo().search(
            [("company_id", "=", company.id), ("state", "in", DELIVERING_STATES)],
            order="id",
            limit=1,
        )

    def _is_delivering(self):
        """Whether events are collected for this account, also while it is paused."""
        self.ensure_one()
        return self.active and self.state in DELIVERING_STATES

    def _get_next(self):
        """The account of the same company that is tried for a click that is not this one's."""
        self.ensure_one()
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", DELIVERING_STATES),
                ("id", ">", self.id),
            ],
            order="id",
            limit=1,
        )

    def _get_action_like(self, action):
        """The action of this account that counts what ``action`` counts; empty without one."""
        return self.action_ids.filtered(
            lambda one: (one.event, one.stage_id) == (action.event, action.stage_id)
        )[:1]


def with_dashes(digits):
    """A customer id as Google shows it: 123-456-7890; False for none."""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else False
