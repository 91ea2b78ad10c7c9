from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .conversion_touchpoint import CLICK_ID_GROUPS, CONSENTS

# https://support.google.com/google-ads/answer/13321563: conversions up to 90 days after the click
CLICK_LIFETIME = timedelta(days=90)
# Google knows a click six hours after it happened; earlier it answers TOO_RECENT_CLICK.
CLICK_SETTLED = timedelta(hours=6)

STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("success", "Success"),
    ("held", "Held"),
    ("unclear", "Unclear"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
# What a person may change; everything else is what happened.
USER_FIELDS = {"note"}


class GoogleAdsConversion(models.Model):
    """The outbox: one row for each conversion event to deliver, values frozen.

    A row is written in the transaction that changed the CRM record, so that no event is
    lost, and carries an id of its own, so that none is counted twice. Only the system
    writes states; :mod:`.google_ads_delivery` moves rows through them.
    """

    _name = "google.ads.conversion"
    _description = "Google Ads Conversion"
    _order = "event_time desc, id desc"
    _rec_name = "transaction_id"

    # What happened
    action_id = fields.Many2one(
        "google.ads.conversion.action",
        string="Conversion action",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="action_id.account_id", string="Google Ads account", store=True, index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    event = fields.Selection(related="action_id.event", store=True)
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    event_time = fields.Datetime(required=True, readonly=True, help="When it happened.")
    value = fields.Monetary(readonly=True, help="Value reported, in the currency beside it.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    transaction_id = fields.Char(
        required=True,
        readonly=True,
        help="Our id of the event. Google counts it once for each conversion action.",
    )

    # The click and the permission, frozen
    form_key = fields.Char(readonly=True, help="The form and page the person submitted.")
    click_time = fields.Datetime(readonly=True, help="When the ad was clicked.")
    gclid = fields.Char(readonly=True, groups=CLICK_ID_GROUPS)
    gbraid = fields.Char(readonly=True, groups=CLICK_ID_GROUPS)
    wbraid = fields.Char(readonly=True, groups=CLICK_ID_GROUPS)
    consent = fields.Selection(CONSENTS, readonly=True)

    # Delivery
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="waiting",
        help="Waiting: will be sent at the time shown. Sent: Google took it and still has to say "
        "what became of it. Success: Google counts it. Held: somebody has to decide or to "
        "repair something. Unclear: Google told numbers only and this event may belong to "
        "either side. Failed: Google refused it for good.",
    )
    next_try_at = fields.Datetime("Next try", readonly=True)
    attempts = fields.Integer(readonly=True)
    claimed_at = fields.Datetime(readonly=True)
    claim = fields.Char(readonly=True, groups="base.group_system")
    sent_at = fields.Datetime("Sent on", readonly=True)
    uploaded_at = fields.Datetime(
        "Uploaded on", readonly=True, help="When Google confirmed that it counts the conversion."
    )
    request_id = fields.Char(readonly=True, help="Google's id of the request that carried it.")
    request_index = fields.Integer(readonly=True)
    request_size = fields.Integer(readonly=True)
    next_poll_at = fields.Datetime(readonly=True)
    polls = fields.Integer(readonly=True)

    # What Google said
    error_code = fields.Char("Code", readonly=True)
    error_class = fields.Char(readonly=True)
    error_meaning = fields.Char("Reason", readonly=True)
    error_remedy = fields.Char("What to do", readonly=True)
    error_raw = fields.Text("Google's own words", readonly=True)
    error_at = fields.Datetime("Said on", readonly=True)
    note = fields.Char()

    _transaction_uniq = models.UniqueIndex(
        "(action_id, transaction_id)", "This event is in the outbox already."
    )
    _due_idx = models.Index("(account_id, next_try_at) WHERE state = 'waiting'")
    _poll_idx = models.Index("(next_poll_at) WHERE state = 'sent'")

    def write(self, vals):
        if not self.env.su and not USER_FIELDS.issuperset(vals):
            raise AccessError(
                self.env._(
                    "What was reported to Google cannot be edited. Use Retry or Cancel instead."
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------
    # Filling the outbox
    # ------------------------------------------------------------

    @api.model
    def _report(self, records, event):
        """Put an event of leads or contacts into the outbox, where it can be uploaded.

        :param records: leads or contacts
        :param event: ``lead_created``, ``lead_qualified``, ``deal_won`` or ``stage``
        """
        rows = []
        for record in records.sudo():
            for action in self._find_actions(record, event):
                values = self._prepare_event(record, action, event)
                if not self._get_obstacle(values, action):
                    rows.append(values)
        return self._create_new(rows)

    @api.model
    def _find_actions(self, record, event):
        """Conversion actions that count ``event`` of ``record``."""
        account = self.env["google.ads.account"]._find_for(record)
        actions = account.sudo().action_ids.filtered(lambda action: action.event == event)
        if event == "stage":
            return actions.filtered(lambda action: action.stage_id == record.stage_id)
        return actions

    @api.model
    def _get_value(self, record, action):
        """Value to report and its currency; no currency means that no value is reported.

        Orders and invoices are converted to the company's currency at their own dates.
        Override for another basis.
        """
        currency = action.company_id.currency_id
        basis = action.value_basis
        if basis == "fixed":
            return action.fixed_value, action.currency_id
        if record._name != "crm.lead" or basis == "none":
            return 0.0, currency.browse()
        if basis == "expected_revenue":
            return record.expected_revenue, record.company_currency
        orders = record.order_ids.filtered(lambda order: order.state == "sale")
        if basis == "orders_untaxed":
            return sum(
                order.currency_id._convert(
                    order.amount_untaxed, currency, order.company_id, order.date_order
                )
                for order in orders
            ), currency
        invoices = orders.invoice_ids.filtered(lambda move: move.state == "posted")
        return sum(invoices.mapped("amount_untaxed_signed")), currency

    @api.model
    def _create_new(self, rows):
        """Create the rows that are not in the outbox yet.

        An action that counts one takes each form once for the same click: two submissions
        of one form and three of another are 2 conversions, and 5 where every one counts
        (https://help.zoho.com, pushing conversion data to Google Ads).
        """
        known = self.sudo().search_fetch(
            Domain("transaction_id", "in", [row["transaction_id"] for row in rows])
            | (
                Domain("form_key", "in", [row["form_key"] for row in rows if row["form_key"]])
                & Domain("gclid", "in", [row["gclid"] for row in rows if row["gclid"]])
            ),
            ["action_id", "transaction_id", "form_key", "gclid"],
        )
        taken = set()
        for one in known:
            taken |= self._get_keys(one.action_id, one.transaction_id, one.form_key, one.gclid)
        new = []
        for row in rows:
            action = self.env["google.ads.conversion.action"].browse(row["action_id"])
            keys = self._get_keys(action, row["transaction_id"], row["form_key"], row["gclid"])
            if not keys & taken:
                taken |= keys
                new.append(row)
        return self.sudo().create(new)

    @api.model
    def _get_keys(self, action, transaction_id, form_key, gclid):
        """Under which names an event is in the outbox already."""
        keys = {(action.id, transaction_id)}
        if action.counting == "one" and form_key and gclid:
            keys.add((action.id, form_key, gclid))
        return keys

    @api.model
    def _prepare_event(self, record, action, event):
        """Values of a row, frozen now."""
        now = fields.Datetime.now()
        is_lead = record._name == "crm.lead"
        click = record.google_click_id
        value, currency = self._get_value(record, action)
        click_time = click.occurred_at
        settled = click_time + CLICK_SETTLED if click_time else now
        return {
            "action_id": action.id,
            "lead_id": record.id if is_lead else False,
            "partner_id": record.partner_id.id if is_lead else record.id,
            "event_time": now,
            "value": value,
            "currency_id": currency.id,
            "transaction_id": self._get_transaction_id(record, action, event),
            "click_time": click_time,
            "gclid": click.gclid,
            "gbraid": click.gbraid,
            "wbraid": click.wbraid,
            "consent": (record.consent if is_lead else click.consent) or "unknown",
            "form_key": self._get_form_key(record) if event == "lead_created" else False,
            "next_try_at": max(now, settled),
        }

    @api.model
    def _get_form_key(self, record):
        """The form a record came through, ``False`` for another way in."""
        owner = "lead_id" if record._name == "crm.lead" else "partner_id"
        form = self.env["conversion.touchpoint"].search(
            [("kind", "=", "conversion"), (owner, "=", record.id)], limit=1
        )
        return f"{form.form} {form.page or ''}" if form else False

    @api.model
    def _get_transaction_id(self, record, action, event):
        """Stable id of the event, without personal data. Google refuses purely numeric ids."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")[:8]
        kind = {"crm.lead": "lead", "res.partner": "contact"}[record._name]
        name = f"{event}-{action.stage_id.id}" if event == "stage" else event
        return f"odoo-{database}-{kind}-{record.id}-{name}"

    @api.model
    def _get_obstacle(self, values, action):
        """Why an event cannot be uploaded at all, as a code; ``None`` when it can."""
        if not (values["gclid"] or values["gbraid"] or values["wbraid"]):
            return "no_click_id"
        if values["consent"] == "denied":
            return "no_consent"
        if values["event_time"] < values["click_time"]:
            return "event_before_click"
        if values["event_time"] - values["click_time"] > CLICK_LIFETIME:
            return "click_too_old"
        if not values["gclid"] and action.counting == "one":
            return "ios_click"
        return None

    # ------------------------------------------------------------
    # What a user can do
    # ------------------------------------------------------------

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("conversion_tracking.group_manager"):
            raise AccessError(
                self.env._("Only managers of Conversion Tracking can retry or cancel deliveries.")
            )

    def action_retry(self):
        """Send again as soon as possible."""
        self._check_manager()
        if done := self.filtered(lambda one: one.state in ("sending", "sent", "success")):
            raise UserError(
                self.env._(
                    "%(conversion)s is on its way or delivered already. Retry is for conversions "
                    "that wait, are held, failed or were cancelled.",
                    conversion=done[0].display_name,
                )
            )
        self.sudo().write({"state": "waiting", "next_try_at": fields.Datetime.now(), "attempts": 0})
        self.env.ref("conversion_tracking.ir_cron_deliver")._trigger()

    def action_cancel(self):
        """Do not send; can be taken back with Retry."""
        self._check_manager()
        if sent := self.filtered(lambda one: one.state in ("sending", "sent", "success")):
            raise UserError(
                self.env._(
                    "%(conversion)s has been given to Google and cannot be cancelled any more.",
                    conversion=sent[0].display_name,
                )
            )
        self.sudo().write({"state": "cancelled", "next_try_at": False})

    # ------------------------------------------------------------
    # Towards the engine
    # ------------------------------------------------------------

    def _is_allowed_by_consent(self):
        """Whether consent allows to send this row now: ``True``, ``False`` (denied), or
        ``None`` while somebody has to decide what an unanswered question means."""
        self.ensure_one()
        consent = self._get_consent()
        if consent == "unknown":
            return True if self.account_id.unknown_consent == "send" else None
        return consent == "granted"

    def _get_consent(self):
        """The consent of today if there is one: it may have been withdrawn since."""
        return self.lead_id.consent or self.consent

    def _to_event(self):
        """This row as a plain conversion event; personal data are hashed when it is sent."""
        from ..google_ads.events import ConversionEvent

        person = self.lead_id or self.partner_id
        identifiers = {}
        if self.account_id.send_identifiers and person:
            identifiers = {
                "email": person.email_normalized or "",
                "phone": person.phone_sanitized or "",
                "country_code": person.country_id.code or self.company_id.country_id.code or "",
            }
        return ConversionEvent(
            transaction_id=self.transaction_id,
            conversion_action_id=self.action_id.google_id,
            occurred_at=fields.Datetime.context_timestamp(
                self.with_context(tz="UTC"), self.event_time
            ),
            gclid=self.gclid or "",
            gbraid=self.gbraid or "",
            wbraid=self.wbraid or "",
            value=self.value if self.currency_id else None,
            currency=self.currency_id.name or None,
            consent=self._get_consent(),
            **identifiers,
        )

    @api.model
    def _due_domain(self, account):
        return (
            Domain("account_id", "=", account.id)
            & Domain("state", "=", "waiting")
            & Domain("action_id.state", "=", "ready")
            & Domain("next_try_at", "<=", fields.Datetime.now())
        )
