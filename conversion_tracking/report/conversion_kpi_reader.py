from contextlib import suppress
from datetime import date, datetime, timezone

from psycopg2 import DataError, ProgrammingError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..groups import RESULT_READERS
from ..kpi.tally import Tally, get_flow, get_state
from ..models.conversion_board import FILTERS

# Fields of leads by which reports show them also to those who may open none.
SHOWN_BY_REPORTS = frozenset(
    ("active", "campaign_id", "channel", "closed_date", "company_id", "create_date")
    + ("date_closed", "date_conversion", "expected_revenue", "id", "lead_creation_touch_id")
    + ("lost_date", "medium_id", "opened_date", "qualified_at", "qualified_date")
    + ("recurring_revenue_monthly", "source_id", "stage_id", "team_id", "type", "user_id")
    + ("won_at", "won_date", "won_status")
)


def _show(leaf):
    """A leaf of a domain as it can be sent, with a moment or day as text."""
    if isinstance(leaf, str):
        return leaf
    name, operator, value = leaf
    if isinstance(value, datetime):
        value = fields.Datetime.to_string(value)
    elif isinstance(value, date):
        value = fields.Date.to_string(value)
    return [name, operator, value]


class ConversionKpiReader(models.AbstractModel):
    """Reads key figures for a span of time: their values and the records behind them.

    Figures of the same model and dates are read by one query, that groups the records by
    interval; formulas are evaluated with the values of each interval. Whatever cannot be
    computed raises an error that says why, for the figure alone.
    """

    _name = "conversion.kpi.reader"
    _description = "Reader of Key Figures"
    _inherit = ["conversion.report.mixin"]

    @api.model
    def _get_values(self, kpi, span):
        """Values of a key figure: before, in each interval of the period, and in all of it.

        :return: tuple of the value of the period before, of the period, and a list by interval;
            ``None`` where there is none
        :raise UserError: why it cannot be computed, and what to do
        """
        if kpi.kind == "formula":
            operands = self._get_operands(kpi, span)
            values = {code: self._get_values(one, span) for code, one in operands.items()}
            formula = kpi._get_formula()
            factor = 100 if kpi.unit == "percent" else 1

            def evaluate(pick):
                result = formula.evaluate({code: pick(value) for code, value in values.items()})
                return None if result is None else result * factor

            count = span.intervals - 1
            return (
                evaluate(lambda value: value[0]),
                evaluate(lambda value: value[1]),
                [evaluate(lambda value, place=place: value[2][place]) for place in range(count)],
            )
        before, *steps = (kpi._get_value(tally) for tally in self._get_tallies(kpi, span))
        return before, kpi._get_value(self._get_total(kpi, span)), steps

    @api.model
    def _get_total(self, kpi, span):
        """The :class:`Tally` of the whole period."""
        tallies = self._get_tallies(kpi, span)[1:]
        return tallies[-1] if kpi.reading == "state" else sum(tallies, Tally())

    @api.model
    def _get_tallies(self, kpi, span):
        """A :class:`Tally` for each interval of a key figure that counts records."""
        if kpi not in span.known:
            kpi._check_computable()
            mates = [one for one in self._get_wanted(span) if self._shares_query(one, kpi)]
            self._read_together([kpi, *(one for one in mates if one != kpi)], span)
        result = span.known[kpi]
        if isinstance(result, Exception):
            raise result
        return result

    @api.model
    def _get_wanted(self, span):
        """The figures of the span, and those that they are made of, which count records."""
        if "wanted" not in span.known:
            wanted = {}
            for kpi in span.wanted:
                with suppress(UserError):  # its own card says so
                    wanted |= dict.fromkeys(self._get_sources(kpi, span))
            span.known["wanted"] = list(wanted)
        return span.known["wanted"]

    @api.model
    def _get_sources(self, kpi, span):
        """The figures that a figure's card is made of and that count records."""
        sources = []
        if kpi.kind == "formula":
            for one in self._get_operands(kpi, span).values():
                sources += self._get_sources(one, span)
        else:
            sources.append(kpi)
        for one in kpi.beside_ids - kpi:
            sources += self._get_sources(one, span) if one.kind != "formula" else []
        return sources

    @api.model
    def _shares_query(self, one, other):
        names = ("model", "reading", "date_field", "until_field")  # of what it is grouped by
        if any(one[name] != other[name] for name in names):
            return False
        try:
            one._check_computable()
        except UserError:
            return False
        return True

    @api.model
    def _get_operands(self, kpi, span):
        """The key figures that a formula names, by code.

        :raise UserError: when one is missing, or the formula leads back to itself
        """
        if "family" not in span.known:
            span.known["family"] = kpi._get_family()
        return kpi._get_operands(span.known["family"])

    # ------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------

    @api.model
    def _read_together(self, kpis, span):
        """Read key figures of the same model and dates; one that fails does not stop the others."""
        try:
            with self.env.cr.savepoint(flush=False):
                span.known.update(self._tally(kpis, span))
        except (DataError, ProgrammingError, UserError, ValueError, TypeError) as error:
            if len(kpis) > 1:
                for kpi in kpis:
                    self._read_together([kpi], span)
            else:
                span.known[kpis[0]] = kpis[0]._explain(error)

    @api.model
    def _tally(self, kpis, span):
        """Tallies of key figures of the same model and dates, in one query."""
        kpi = kpis[0]
        rows = self._get_rows(kpi)
        thresholds = self._get_thresholds(kpi, span)
        domains = {one: self._get_domain(one) for one in kpis}
        during = self._get_time_domain(kpi, thresholds[0], thresholds[-1])
        if kpi.reading == "state":
            # only at the ends of intervals somebody looks
            during = self._get_time_domain(kpi, thresholds[1], thresholds[-1])
        different = []
        for domain in domains.values():
            if domain not in different:  # lists in them have no hash
                different.append(domain)
        together = Domain.OR(different)
        filters = self._get_filter_domain(kpi, span)
        query = rows._search(together & during & filters)
        if query.is_empty():
            return {one: [Tally()] * span.intervals for one in kpis}
        keys = [
            self._get_place(rows, name, query, thresholds)
            for name in self._get_date_fields(kpi)
        ]
        columns = [
            column for one in kpis for column in self._get_sums(one, rows, query, domains, together)
        ]
        query.groupby = SQL(", ").join(SQL("%s", number + 1) for number in range(len(keys)))
        self._tune()
        groups = self.env.execute_query(query.select(*keys, *columns))
        collect = get_state if kpi.reading == "state" else get_flow
        size = len(keys)
        return {
            one: collect(
                [
                    (*group[:size], group[size + place], float(group[size + place + 1] or 0))
                    for group in groups
                ],
                span.intervals,
            )
            for place, one in zip(range(0, 2 * len(kpis), 2), kpis, strict=True)
        }

    @api.model
    def _get_rows(self, kpi):
        """The records that a reader may count.

        Who sees the results of all leads but may open none counts them as reports do, by what
        reports show of them.
        :raise UserError: when the reader may count none
        """
        rows = self.env[kpi.model].with_context(active_test=False)
        if rows.has_access("read"):
            return rows
        if kpi.model == "crm.lead" and self.env.user.has_groups(RESULT_READERS):
            if self._get_field_names(kpi) <= SHOWN_BY_REPORTS:
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
    def _get_field_names(self, kpi):
        """Names of fields of the key figure's model that it looks at."""
        conditions = Domain(kpi._get_domain()).iter_conditions()
        paths = [condition.field_expr for condition in conditions]
        names = (kpi.measure_field, kpi.since_field, *self._get_date_fields(kpi))
        # a path leads to other records, of which reports show nothing
        return {*paths, *filter(None, names)}

    @api.model
    def _get_date_fields(self, kpi):
        return [kpi.date_field, kpi.until_field] if kpi.reading == "state" else [kpi.date_field]

    @api.model
    def _get_domain(self, kpi):
        """Which records a key figure counts, whenever it was."""
        domain = Domain(kpi._get_domain())
        rows = self.env[kpi.model]
        if kpi.kind == "duration":
            domain &= Domain(kpi.since_field, "!=", False)
        if not rows.has_access("read"):
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
    def _get_place(self, rows, name, query, thresholds):
        """SQL of the number of thresholds that are not after a moment."""
        kind = SQL("timestamp[]" if rows._fields[name].type == "datetime" else "date[]")
        moment = rows._field_to_sql(rows._table, name, query)
        return SQL("width_bucket(%s, %s::%s)", moment, list(thresholds), kind)

    @api.model
    def _get_sums(self, kpi, rows, query, domains, together):
        """SQL of number and total of a key figure's records among those of its query."""
        condition = SQL()
        if domains[kpi] != together:
            domain = domains[kpi].optimize_full(rows)
            condition = SQL("FILTER (WHERE %s)", domain._to_sql(rows, rows._table, query))
        amount = self._get_amount(kpi, rows, query)
        total = SQL("SUM(%s) %s", amount, condition) if amount else SQL("NULL")
        return SQL("COUNT(*) %s", condition), total

    @api.model
    def _get_amount(self, kpi, rows, query):
        """SQL of what is added up of each record; nothing for a count."""
        date = rows._field_to_sql(rows._table, kpi.date_field, query)
        if kpi.kind == "duration":
            since = rows._field_to_sql(rows._table, kpi.since_field, query)
            # imported deals may be older than their record
            return SQL("GREATEST(EXTRACT(EPOCH FROM %s - %s) / 86400, 0)", date, since)
        if kpi.kind not in ("sum", "average"):
            return None
        amount = rows._field_to_sql(rows._table, kpi.measure_field, query)
        if rows._fields[kpi.measure_field].type != "monetary":
            return SQL("COALESCE(%s, 0)", amount)
        if rows._fields[kpi.date_field].type == "datetime":
            date = self._get_day(date)
        amount = SQL("COALESCE(%s, 0)", amount)
        currency = kpi._get_currency_field()
        if not currency:
            company = rows._field_to_sql(rows._table, "company_id", query)
            return self._in_report_currency(amount, company, date)
        own = self.env.company.currency_id
        column = rows._field_to_sql(rows._table, currency, query)
        return SQL(
            "CASE WHEN %(column)s = %(own)s THEN %(amount)s"
            " ELSE %(amount)s * COALESCE(%(to_rate)s, 1.0) / %(from_rate)s END",
            column=column,
            own=own.id,
            amount=amount,
            to_rate=self._get_rate(SQL("%s", own.id), date),
            from_rate=self._get_rate(column, date),
        )

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
        known = self.env["res.currency.rate"].sudo().search(
            [("company_id", "in", (self.env.company.root_id.id, False))]
        )
        currencies = nothing.sudo().with_context(active_test=False).search([])
        return currencies - known.currency_id - self.env.company.currency_id

    # ------------------------------------------------------------
    # What a board asks
    # ------------------------------------------------------------

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

    @api.model
    def _get_open(self, kpi, span):
        """What the value of a period opens: records, as many as were counted, or ``None``."""
        if not self.env[kpi.model].has_access("read"):
            return None
        thresholds = self._get_thresholds(kpi, span)
        domain = (
            self._get_domain(kpi)
            & self._get_time_domain(
                kpi, thresholds[-1] if kpi.reading == "state" else thresholds[1], thresholds[-1]
            )
            & self._get_filter_domain(kpi, span)
        )
        return {
            "name": kpi.name,
            "model": kpi.model,
            "domain": [_show(leaf) for leaf in domain],
            "context": {"active_test": False},
            "count": self._get_total(kpi, span).number,
        }
