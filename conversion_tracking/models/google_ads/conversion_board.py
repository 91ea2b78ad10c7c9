from odoo import api, models
from odoo.fields import Domain

from ...kpi.section import Section

REPORT = "google.ads.coverage"
TONES = {
    "delivered": "success",
    "delivered_person": "success",
    "under_way": "info",
    "attention": "warning",
    "left_out": "muted",
}
MOST_REASONS = 5
# What of the board's filters an event knows.
FILTERS = {
    "team": "team_id",
    "user": "user_id",
    "source": "source_id",
    "campaign": "campaign_id",
    "company": "company_id",
}


class ConversionBoard(models.AbstractModel):
    _inherit = "conversion.board"

    @api.model
    def _get_sections(self):
        sections = super()._get_sections()
        if self.env[REPORT].has_access("read"):
            title = self.env._("Delivery to Google Ads")
            sections["google_ads"] = Section(
                "google_ads", title, "status", "chart", self._read_google_ads
            )
        return sections

    @api.model
    def _read_google_ads(self, question):
        """What became of the events of the period that could be told to Google Ads."""
        if not self.env["google.ads.account"].search_count([], limit=1):
            return {
                "rows": [],
                "note": self.env._(
                    "No Google Ads account is connected. Connect one under Conversion Tracking > "
                    "Google Ads > Accounts, and Google learns which clicks became customers."
                ),
            }
        domain = self._get_events_domain(question)
        report = self.env[REPORT]
        found = {}
        for outcome, status, number in report._read_group(
            domain, ["outcome", "status"], ["__count"]
        ):
            found.setdefault(outcome, {})[status] = number
        outcomes = report._fields["outcome"]._description_selection(self.env)
        rows = [
            self._get_status_row(
                outcome,
                label,
                sum(found.get(outcome, {}).values()),
                domain & Domain("outcome", "=", outcome),
            )
            for outcome, label in outcomes
        ]
        # the last one says why
        rows += self._get_reason_rows(found.get("left_out", {}), domain)
        return {"rows": rows, "note": self._get_events_note(question)}

    @api.model
    def _get_events_domain(self, question):
        """Events on days of the period, as far as the filters can be asked of them."""
        return self._get_days_domain("date", question.period) & Domain.AND(
            Domain(FILTERS[name], "in", values)
            for name, values in question.filters.items()
            if name in FILTERS
        )

    @api.model
    def _get_events_note(self, question):
        note = self.env._(
            "Leads created, leads qualified and deals won in this period, each an event of its own."
        )
        if question.filters.keys() - FILTERS.keys():
            note += " " + self.env._("Medium and channel do not filter them.")
        return note

    @api.model
    def _get_reason_rows(self, found, domain):
        """The reasons why most events were not uploaded, and how many had another."""
        labels = dict(self.env[REPORT]._fields["status"]._description_selection(self.env))
        ranked = sorted(found.items(), key=lambda one: -one[1])
        shown, rest = ranked[:MOST_REASONS], ranked[MOST_REASONS:]
        left_out = domain & Domain("outcome", "=", "left_out")
        rows = [
            self._get_status_row(
                f"reason_{status}",
                self.env._("Not uploaded: %(reason)s", reason=labels[status]),
                number,
                left_out & Domain("status", "=", status),
                tone="danger" if status == "missing" else "muted",
            )
            for status, number in shown
        ]
        if rest:
            rows.append(
                self._get_status_row(
                    "reason_rest",
                    self.env._("Not uploaded: for other reasons"),
                    sum(number for _status, number in rest),
                    left_out & Domain("status", "in", [status for status, _number in rest]),
                )
            )
        return rows

    @api.model
    def _get_status_row(self, key, label, number, domain, tone=None):
        tone = tone or TONES.get(key, "muted")
        return {
            "key": key,
            "label": label,
            "value": number,
            # nothing to worry about where there is nothing
            "tone": tone if number else "muted",
            "open": self._get_open(label, domain, number, REPORT),
        }
