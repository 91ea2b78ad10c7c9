from odoo import api, fields, models
from odoo.fields import Domain

from ...google_ads.lifecycle import GIVEN_TO_GOOGLE, SUCCESS
from ...groups import TOUCHPOINT_READERS

# What can happen to every lead; stages are only counted where an action asks for one.
LEAD_EVENTS = ("lead_created", "lead_qualified", "deal_won")

# Reasons that a salesperson understands better as the way on which the person did come.
NOT_GOOGLE = ("no_click_id", "other_platform")


class CrmLead(models.Model):
    """What happens to a lead, told to the outbox; and what became of it at Google."""

    _inherit = "crm.lead"

    google_conversion_ids = fields.One2many(
        "google.ads.conversion",
        "lead_id",
        "Reported to Google Ads",
        readonly=True,
        groups=TOUCHPOINT_READERS,
    )
    google_report = fields.Text(
        "Report to Google Ads",
        compute="_compute_google_report",
        compute_sudo=True,
        help="Each of the three events of a lead: what became of it, or why it is not uploaded.",
        groups=TOUCHPOINT_READERS,
    )

    # Next to none, for which reports would read every lead, see ``google.ads.event.lead``.
    _won_undated_idx = models.Index(
        "(id) WHERE won_status = 'won' AND won_at IS NULL AND date_closed IS NULL"
    )

    @api.depends("google_conversion_ids.state", "qualified_at", "won_at", "consent")
    @api.depends_context("lang")
    def _compute_google_report(self):
        """A line for each event, in the words of the coverage report."""
        coverage = self.env["google.ads.coverage"]
        labels = {
            name: dict(coverage._fields[name]._description_selection(self.env))
            for name in ("event", "status")
        }
        for lead in self:
            found = (
                self.env["google.ads.event"]._get_events_of(lead._origin) if lead._origin else {}
            )
            lines = []
            for event in LEAD_EVENTS:
                status, conversion_id = found.get(event, (None, None))
                text = labels["status"].get(status) or self.env._("Not yet")
                came = lead.lead_creation_touch_id
                if status in NOT_GOOGLE and came and not lead.google_touch_id:
                    text = self.env._("came through %(touch)s, not Google", touch=came._describe())
                row = self.env["google.ads.conversion"].browse(conversion_id)
                if row.error_meaning:
                    text = f"{text}. {row.error_meaning}"
                lines.append(f"{labels['event'][event]}: {text}")
            lead.google_report = "\n".join(lines)

    @api.depends("google_conversion_ids.state", "qualified_at", "won_status")
    def _compute_attribution_summary(self):
        return super()._compute_attribution_summary()

    def _get_summary_clauses(self):
        """And how much of what happened Google counts."""
        clauses = super()._get_summary_clauses()
        rows = self.google_conversion_ids.filtered(lambda row: row.kind == "conversion")
        if not clauses or not (self.google_touch_id or rows):
            return clauses
        happened = [True, bool(self.qualified_at), self.won_status == "won"]
        counted = {row.event for row in rows if row.state == SUCCESS and row.event in LEAD_EVENTS}
        return [
            *clauses,
            self.env._(
                "reported %(counted)s of %(happened)s to Google Ads",
                counted=len(counted),
                happened=max(sum(happened), len(counted)),
            ),
        ]

    def _conversion_happened(self, event):
        self.env["google.ads.reporter"]._report(self, event)
        return super()._conversion_happened(event)

    def _conversion_undone(self, event):
        """A deal that is reopened or lost is not reported, unless Google has it already."""
        self._get_google_conversions(event)._withdraw("NO_LONGER_WON")
        return super()._conversion_undone(event)

    def _link_journey_to_contact(self, previous=None):
        """A contact also shows what was reported of its leads before they were its own."""
        had = previous or {}
        conversions = self._get_google_conversions().filtered(
            lambda row: not row.partner_id or row.partner_id == had.get(row.lead_id)
        )
        losers = conversions.partner_id
        for conversion in conversions:
            conversion.partner_id = conversion.lead_id.partner_id
        for partner in losers:
            left = partner.google_conversion_ids.filtered(lambda row: row.kind == "conversion")
            partner.google_conversion_id = left.sorted("id")[-1:]
        conversions._show_on_records()
        return super()._link_journey_to_contact(previous)

    def unlink(self):
        conversions = self._get_google_conversions()
        result = super().unlink()
        conversions._withdraw("RECORD_DELETED")
        conversions._forget()
        return result

    def _merge_dependences(self, opportunities):
        """What was reported of the others happened all the same, and is the merged lead's now."""
        result = super()._merge_dependences(opportunities)
        opportunities._get_google_conversions().lead_id = self
        return result

    def _merge_opportunity(self, *args, **kwargs):
        """Of deals that were merged one is reported; what Google counts already is corrected."""
        merged = super()._merge_opportunity(*args, **kwargs)
        deals = merged._get_google_conversions("deal_won")
        for rows in deals.grouped("action_id").values():
            if merged.won_status != "won":
                rows._withdraw("NO_LONGER_WON")
                continue
            given = rows.filtered(lambda row: row.state in GIVEN_TO_GOOGLE) or rows
            kept = given.filtered(lambda row: row.res_id == merged.id) or given
            (rows - kept.sorted("id")[:1])._withdraw("MERGED")
        return merged

    def _get_google_conversions(self, event=None):
        """The rows of these leads in the outbox, of one event or of all."""
        domain = Domain("lead_id", "in", self.ids)
        if event:
            domain &= Domain("event", "=", event)
        # all who ask look at these, or write the first
        looked_at = ["lead_id", "partner_id", "state", "kind"]
        return self.env["google.ads.conversion"].sudo().search_fetch(domain, looked_at)
