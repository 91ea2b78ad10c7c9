from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...google_ads.eligibility import LABELS
from ...groups import LEAD_READERS
from ...models.google_ads.google_ads_conversion import MATCHED_BY, STATES
from ...models.google_ads.google_ads_conversion_action import EVENTS
from ...models.google_ads.google_ads_event_count import DIMENSIONS

# Why an event is not uploaded; the first that applies is given.
REASONS = [
    *LABELS.items(),
    ("success_person", "No click id, reported by e-mail or phone"),
    ("too_recent", "Too recent (waiting)"),
    ("wrong_account", "Click of another Google Ads account"),
    ("missing", "Missing in the outbox"),
]
# Google counts it, found by a click id or by e-mail and phone.
DELIVERED = ("delivered", "delivered_person")
OUTCOMES = [
    ("delivered", "Delivered"),
    ("delivered_person", "Delivered by e-mail or phone"),
    ("unmatched", "Told by e-mail or phone, no ad click known"),
    ("under_way", "Under way"),
    ("attention", "Needs attention"),
    ("left_out", "Not uploaded"),
]


class GoogleAdsCoverage(models.Model):
    """Every event that could be reported to Google Ads, each once: uploaded, or why not."""

    _name = "google.ads.coverage"
    _description = "Google Ads Coverage"
    _inherit = ["conversion.subject.mixin", "conversion.report.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "event"

    event = fields.Selection(EVENTS, readonly=True)
    date = fields.Datetime(readonly=True)
    status = fields.Selection(
        [*REASONS, *STATES],
        readonly=True,
        help="The one reason why it cannot be uploaded, or what became of it in the outbox.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    matched_by = fields.Selection(
        MATCHED_BY, readonly=True, help="How Google finds the ad. Empty for what it was not told."
    )
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    conversion_id = fields.Many2one("google.ads.conversion", readonly=True)
    action_id = fields.Many2one("google.ads.conversion.action", "Conversion action", readonly=True)
    account_id = fields.Many2one("google.ads.account", "Google Ads account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)

    @property
    def _table_query(self):
        if self._is_counted():
            columns = self._asked().columns | self._get_rule_columns()
            return self.env["google.ads.event.count"]._get_query(columns, self._in_range)
        return self.env["google.ads.event"]._get_query(happened=self._in_range)

    @api.model
    def _reads_days(self):
        return True

    @api.model
    def _is_counted(self):
        """Whether only numbers of events are asked for, by what they can be counted by."""
        asked = self._asked()
        known = {*DIMENSIONS, "event", "status", "outcome", "__count"}
        return asked.summed and asked.columns | self._get_rule_columns() <= known

    @api.model
    def _is_sum(self, spec):
        return spec == "__count"

    def _read_group_select(self, aggregate_spec, query):
        """A row that was counted before counts as many as it has."""
        if aggregate_spec == "__count" and self._is_counted():
            count = SQL.identifier(self._table, "event_count")
            return SQL("COALESCE(SUM(%s), 0)::bigint", count)
        return super()._read_group_select(aggregate_spec, query)

    def action_open_record(self):
        """Open the lead or contact of this event, or else what was reported of it."""
        self.ensure_one()
        row = self.sudo()
        for record in (row.lead_id or row.partner_id, row.conversion_id):
            record = record.with_user(self.env.uid)
            if record and record.has_access("read"):
                return record.get_formview_action()
        raise UserError(
            self.env._(
                "Only those who see this lead in CRM can open it. Nothing was reported of it."
            )
        )
