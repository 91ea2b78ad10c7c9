from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...google_ads import catalogue
from ...google_ads.lifecycle import NO_FAULT, SUCCESS, UNDER_WAY
from ...groups import ACCOUNT_READERS, CLICK_ID_READERS, LEAD_READERS, SYSTEM
from ..conversion_touchpoint import CONSENTS
from .google_ads_conversion_action import EVENTS

STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("success", "Success"),
    ("unmatched", "No click known"),
    ("held", "Held"),
    ("unclear", "Unclear"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
MATCHED_BY = [("click", "Click id"), ("person", "E-mail or phone")]
TRANSPORTS = [("data_manager", "Data Manager API"), ("google_ads_upload", "Google Ads API upload")]
# What an event can be about, with the word for it in its id at Google.
SUBJECTS = {"crm.lead": "lead", "res.partner": "contact"}
# What a person may change; everything else is what happened.
USER_FIELDS = {"note"}
DEFAULT_RETENTION_DAYS = 400
VACUUM_BATCH = 1_000


class GoogleAdsConversion(models.Model):
    """The outbox: one row for each conversion event to deliver, values frozen.

    A row is written in the transaction that changed the CRM record, so that no event is
    lost, and carries an id of its own, so that none is counted twice. Only the system
    writes states; ``google.ads.delivery`` moves rows through them, as ``google_ads.lifecycle``
    says.

    A correction of an event that Google counts already, a new value or the deal taken
    back, is a row of its own that points to the event's row.
    """

    _name = "google.ads.conversion"
    _description = "Google Ads Conversion"
    _inherit = [
        "google.ads.queue.mixin",
        "google.ads.payload.mixin",
        "google.ads.forget.mixin",
        "google.ads.retry.mixin",
        "conversion.subject.mixin",
        "conversion.guard.mixin",
    ]
    _order = "event_time desc, id desc"

    # What happened
    kind = fields.Selection(
        [
            ("conversion", "Conversion"),
            ("restatement", "New value"),
            ("retraction", "No longer won"),
        ],
        "Reports",
        required=True,
        readonly=True,
        default="conversion",
        help="Conversion: the event itself. New value: the value of a won deal changed after "
        "Google had counted it. No longer won: the deal was lost or reopened; with the Data "
        "Manager API its value becomes 0 and the conversion itself stays counted, because Google "
        "offers nothing else there.",
    )
    origin_id = fields.Many2one(
        "google.ads.conversion",
        "Corrects",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    correction_ids = fields.One2many("google.ads.conversion", "origin_id", "Corrections")
    action_id = fields.Many2one(
        "google.ads.conversion.action",
        string="Conversion action",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="action_id.account_id",
        string="Google Ads account",
        store=True,
        groups=ACCOUNT_READERS,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    # Which event it is, for good: merging and deleting change lead and contact, never these.
    res_model = fields.Selection(
        [("crm.lead", "Lead"), ("res.partner", "Contact")], "About", required=True, readonly=True
    )
    res_id = fields.Many2oneReference(
        "Record id", model_field="res_model", required=True, readonly=True
    )
    occurrence = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        help="A deal that was taken back for good and won again is a new event for Google: the "
        "second, the third, ...",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=LEAD_READERS,
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    event_time = fields.Datetime(required=True, readonly=True, help="When it happened.")
    value = fields.Monetary(
        readonly=True, help="Value reported, in the currency beside it, as it was at that time."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    google_action_id = fields.Char(
        "Action at Google",
        readonly=True,
        help="Google's number of the conversion action that it was given to. Corrections go there, "
        "and nowhere else.",
    )
    transaction_id = fields.Char(
        required=True,
        readonly=True,
        help="Our id of the event, made of what it is about. Google counts it once for each "
        "conversion action.",
    )

    # The click and the permission, frozen
    form_key = fields.Char(readonly=True, help="The form and page the person submitted.")
    click_time = fields.Datetime(readonly=True, help="When the ad was clicked.")
    click_account_id = fields.Many2one(
        "google.ads.account",
        "Account of the click",
        compute="_compute_click_account_id",
        compute_sudo=True,
        help="Another account of the company that has this click, as Google said later. What was "
        "told already stays where it is: nobody could take it back.",
        groups=ACCOUNT_READERS,
    )
    gclid = fields.Char(readonly=True, groups=CLICK_ID_READERS)
    gbraid = fields.Char(readonly=True, groups=CLICK_ID_READERS)
    wbraid = fields.Char(readonly=True, groups=CLICK_ID_READERS)
    matched_by = fields.Selection(
        MATCHED_BY,
        required=True,
        readonly=True,
        default="click",
        help="How Google finds the ad: by the click id, or, where there is none, by hashed e-mail "
        "and phone of people who gave consent.",
    )
    consent = fields.Selection(CONSENTS, readonly=True)

    # Delivery
    state = fields.Selection(
        STATES,
        "Status",
        group_expand="_expand_states",
        required=True,
        readonly=True,
        default="waiting",
        help="Waiting: will be sent at the time shown. Sent: Google took it and still has to say "
        "what became of it. Success: Google counts it. No click known: Google took e-mail and "
        "phone, and knows no ad click of that person. Held: somebody has to decide or to "
        "repair something. Unclear: Google never said what became of it. Failed: Google refused "
        "it for good.",
    )
    next_try_at = fields.Datetime("Next try", readonly=True)
    out_of_turn = fields.Boolean(
        readonly=True,
        help="Goes when its time has come, without waiting for the account's hour: it was tried "
        "before, or somebody wants it sent.",
    )
    attempts = fields.Integer(readonly=True)
    may_have_arrived = fields.Boolean(
        readonly=True,
        help="An answer of Google was lost, so that the event may be counted already.",
    )
    transport = fields.Selection(TRANSPORTS, "Way of delivery", readonly=True)
    claim = fields.Char(readonly=True, groups=SYSTEM)
    claimed_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
    uploaded_at = fields.Datetime(
        "Uploaded on", readonly=True, help="When Google confirmed that it counts the conversion."
    )
    request_id = fields.Char(readonly=True, help="Google's id of the request that carried it.")
    request_index = fields.Integer(readonly=True)
    request_size = fields.Integer(readonly=True)
    batch = fields.Char(
        readonly=True,
        help="Half of an earlier request that is sent by itself, because Google did not tell which "
        "of its events it refused.",
    )
    next_poll_at = fields.Datetime("Next question", readonly=True)
    polls = fields.Integer(readonly=True)
    value_checked_at = fields.Datetime(readonly=True)

    # What Google said
    error_code = fields.Char("Code", readonly=True)
    error_source = fields.Char(readonly=True)
    error_class = fields.Char(readonly=True)
    # Text, not Char: lists show it whole
    error_meaning = fields.Text("Reason", compute="_compute_error_texts")
    error_remedy = fields.Text("What to do", compute="_compute_error_texts")
    error_raw = fields.Text("Google's own words", readonly=True)
    error_at = fields.Datetime("Said on", readonly=True)
    note = fields.Char()

    _event_uniq = models.UniqueIndex(
        "(res_id, res_model, action_id, occurrence) WHERE kind = 'conversion'",
        "This event is in the outbox already.",
    )
    # A claim changes nothing that an index knows, neither the state nor the worker: PostgreSQL then
    # leaves all indexes alone (a heap-only tuple, for which ``init`` keeps room).
    # In the order in which rows are claimed, so that a claim reads no more than it takes.
    _due_idx = models.Index(
        "(account_id, action_id, next_try_at, id) WHERE next_try_at IS NOT NULL"
    )
    _poll_idx = models.Index("(next_poll_at) WHERE next_poll_at IS NOT NULL")
    _click_idx = models.Index("(gclid) WHERE gclid IS NOT NULL")
    _person_idx = models.Index("(lead_id) WHERE matched_by = 'person'")
    _error_idx = models.Index("(account_id, error_at) WHERE error_code IS NOT NULL")

    def init(self):
        """Leave room on each page of the table for the copies that claims make of its rows."""
        self.env.cr.execute("ALTER TABLE google_ads_conversion SET (fillfactor = 45)")

    @api.model
    def _expand_states(self, states, _domain):
        """Groups in the order in which a conversion passes through the states."""
        return [state for state, _label in STATES if state in states]

    @api.depends("action_id")
    def _compute_display_name(self):
        """Without the deal's name: contacts show this name to people who do not see the deal."""
        for one in self:
            one.display_name = f"{one.sudo().action_id.name} #{one.id}"

    @api.depends("gclid", "account_id")
    def _compute_click_account_id(self):
        clicks = self.env["google.ads.click"].search(
            [("gclid", "in", self.filtered("gclid").mapped("gclid"))]
        )
        accounts = clicks.grouped("gclid")
        for one in self:
            owners = accounts.get(one.gclid, clicks.browse()).account_id
            foreign = one.account_id not in owners
            one.click_account_id = (
                foreign
                and owners.filtered(lambda owner, one=one: owner.company_id == one.company_id)[:1]
            )

    @api.depends("error_code", "error_source")
    @api.depends_context("lang")
    def _compute_error_texts(self):
        """From the catalogue, so that everybody reads them in their own language."""
        for one in self:
            texts = ("", "")
            if one.error_code:
                texts = catalogue.entry(one.error_source or "", one.error_code)[1:]
            one.error_meaning, one.error_remedy = (
                self.env._(text) if text else False  # pylint: disable=translation-contains-variable
                for text in texts
            )

    @api.model_create_multi
    def create(self, vals_list):
        conversions = super().create(vals_list)
        conversions._show_on_records()
        return conversions

    def _show_on_records(self):
        """Show the state of the newest event on its lead and contact, where lists group by it."""
        for conversion in self.filtered(lambda one: one.kind == "conversion").sorted("id").sudo():
            for record in (conversion.lead_id, conversion.partner_id):
                if record.google_conversion_id.id < conversion.id:
                    record.google_conversion_id = conversion

    def write(self, vals):
        if not self.env.su and not USER_FIELDS.issuperset(vals):
            raise AccessError(
                self.env._(
                    "What was reported to Google cannot be edited. Use Retry or Cancel instead."
                )
            )
        return super().write(vals)

    def _get_click_id(self):
        """The one click id that Google is given, to the letter."""
        self.ensure_one()
        return self.gclid or self.gbraid or self.wbraid

    # ------------------------------------------------------------
    # Retention: errors are kept for a time that is set, what Google counts for good
    # ------------------------------------------------------------

    @api.model
    def _get_retention(self):
        """How long errors are kept."""
        text = (
            self.env["ir.config_parameter"].sudo().get_param("conversion_tracking.error_days") or ""
        )
        days = int(text) if text.isdigit() and int(text) else DEFAULT_RETENTION_DAYS
        return timedelta(days=days)

    @api.autovacuum
    def _gc_errors(self):
        """Forget old errors: rows that Google never counted go, remarks on others are emptied.

        :return: rows done and whether there are more, for Odoo to call again
        """
        old = Domain("error_at", "<", fields.Datetime.now() - self._get_retention())
        rows = self.sudo().search(
            old & Domain("state", "not in", UNDER_WAY), order="error_at", limit=VACUUM_BATCH
        )
        counted = rows.filtered(lambda one: one.state == SUCCESS)
        counted.write(NO_FAULT)
        (rows - counted).unlink()
        return len(rows), len(rows) == VACUUM_BATCH
