from datetime import timezone

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..groups import RESULT_READERS
from ..models.conversion_board import FILTERS

# Fields of leads by which reports show them also to those who may open none.
SHOWN_BY_REPORTS = frozenset(
    ("active", "campaign_id", "channel", "closed_date", "company_id", "create_date")
    + ("date_closed", "date_conversion", "expected_revenue", "id", "lead_creation_touch_id")
    + ("lost_date", "medium_id", "opened_date", "qualified_at", "qualified_date")
    + ("recurring_revenue_monthly", "source_id", "stage_id", "team_id", "type", "user_id")
    + ("won_at", "won_date", "won_status")
)
PLAIN_OPERATORS = ("=", "!=", "in", "not in", "<", "<=", ">", ">=")


class ConversionKpiRecordsMixin(models.AbstractModel):
    """Which records a key figure counts, for a reader, a time and the filters of a board."""

    _name = "conversion.kpi.records.mixin"
    _description = "Records of a Key Figure"
    _inherit = ["conversion.report.mixin"]

    @api.model
    def _get_rows(self, kpi):
        """The records that a reader may count.

        :raise UserError: when the reader may count none
        """
        rows = self.env[kpi.model].with_context(active_test=False)
        if self._opens(kpi):
            return rows
        if kpi.model == "crm.lead" and self.env.user.has_groups(RESULT_READERS):
            if self._is_shown_by_reports(kpi):
                return rows.sudo()
            raise UserError(
                self.env._(
                    "This is counted by fields that only those may see who may open leads. Ask "
                    "your administrator for access to CRM."
                )
            )
        raise UserError(
            self.env._(
                "You may not read %(records)s. Ask your administrator for access, or take this "
                "figure off your board.",
                records=kpi._get_model_label(),
            )
        )

    @api.model
    def _opens(self, kpi):
        """Whether the reader counts the records that they may open.

        Who sees the results of all leads, but may open none or only the own ones, counts leads as
        reports do, by what reports show of them: the charts beside the cards do, too.
        """
        if not self.env[kpi.model].has_access("read"):
            return False
        return (
            self.env.su
            or kpi.model != "crm.lead"
            or self.env["conversion.board"]._opens_leads()
            or not self._is_shown_by_reports(kpi)
        )

    @api.model
    def _is_shown_by_reports(self, kpi):
        """Whether a key figure looks at nothing but what reports show of leads.

        Neither by a path nor by a condition on other records: as superuser, anything could be
        found out by them.
        """
        conditions = list(kpi._get_domain().iter_conditions())
        names = {condition.field_expr for condition in conditions}
        names |= {kpi.measure_field, kpi.since_field, *self._get_date_fields(kpi)} - {False}
        return names <= SHOWN_BY_REPORTS and all(
            condition.operator in PLAIN_OPERATORS for condition in conditions
        )

    @api.model
    def _get_date_fields(self, kpi):
        return [kpi.date_field, kpi.until_field] if kpi.reading == "state" else [kpi.date_field]

    @api.model
    def _get_domain(self, kpi):
        """Which records a key figure counts, whenever it was."""
        domain = Domain(kpi._get_domain())
        if kpi.kind == "duration" and kpi.since_field != "create_date":
            domain &= Domain(kpi.since_field, "!=", False)
        if not self._opens(kpi):
            # read as superuser, for whom the rules of companies do not hold
            domain &= Domain("company_id", "in", [*self.env.companies.ids, False])
        if kpi.kind in ("sum", "average"):
            domain &= self._get_convertible(kpi)
        return domain

    @api.model
    def _get_time_domain(self, kpi, first, end):
        """Records that something happened to between two moments, or (states) that were there
        between them, both in what the date field holds."""
        date = Domain(kpi.date_field, "<", end)
        if kpi.reading == "state":
            until = kpi.until_field
            return date & (Domain(until, "=", False) | Domain(until, ">=", first))
        return Domain(kpi.date_field, ">=", first) & date

    @api.model
    def _get_thresholds(self, kpi, span):
        """Thresholds as the date fields of the key figure hold them."""
        if self.env[kpi.model]._fields[kpi.date_field].type == "datetime":
            return span.thresholds
        return tuple(self._get_local_day(moment) for moment in span.thresholds)

    @api.model
    def _get_local_day(self, moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(self.env.tz).date()

    @api.model
    def _get_convertible(self, kpi):
        """Domain of the records whose amounts can be shown in the reader's currency."""
        missing = self._get_missing_currencies(kpi)
        if not missing:
            return Domain.TRUE
        currency = kpi._get_currency_field()
        if currency:
            return Domain(currency, "not in", missing.ids)
        companies = self.env.companies.filtered(lambda one: one.currency_id in missing)
        return Domain("company_id", "not in", companies.ids)

    @api.model
    def _get_missing_currencies(self, kpi):
        """Currencies without a rate, amounts in which a key figure leaves out."""
        nothing = self.env["res.currency"]
        if kpi.kind not in ("sum", "average"):
            return nothing
        if self.env[kpi.model]._fields[kpi.measure_field].type != "monetary":
            return nothing
        if not kpi._get_currency_field():
            return self._get_currencies_without_rate()
        known = (
            self.env["res.currency.rate"]
            .sudo()
            .search([("company_id", "in", (self.env.company.root_id.id, False))])
        )
        currencies = nothing.sudo().with_context(active_test=False).search([])
        return currencies - known.currency_id - self.env.company.currency_id

    @api.model
    def _get_filter_domain(self, kpi, span):
        """The records of the key figure's model that the filters leave."""
        paths = self._get_filter_paths(kpi.model)
        return Domain.AND(
            Domain(paths[name], "in", values)
            for name, values in span.filters.items()
            if name in paths
        )

    @api.model
    def _get_filter_paths(self, model):
        """By which field a filter of the board is applied to a model. Override for others."""
        if model == "crm.lead":
            return FILTERS
        known = self.env[model]._fields
        paths = {name: path for name, path in FILTERS.items() if path in known}
        return {**paths, "channel": "channel"} if "channel" in known else paths
