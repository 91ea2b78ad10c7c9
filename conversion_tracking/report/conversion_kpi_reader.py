from contextlib import suppress
from datetime import date, datetime

from psycopg2 import InternalError, OperationalError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.tools import SQL

from ..kpi.tally import Tally, get_flow, get_state
from ..models.conversion_milestones_mixin import MILESTONES, get_first_known


def _show(leaf):
    """A leaf of a domain as it can be sent, with a moment or day as text."""
    if isinstance(leaf, str):
        return leaf
    name, operator, value = leaf
    if isinstance(value, datetime):
        value = value.isoformat(" ")
    elif isinstance(value, date):
        value = value.isoformat()
    return [name, operator, value]


def _take_out_shared(domains):
    """What all domains ask, and for each what it asks besides."""
    asked = [
        list(domain.children) if isinstance(domain, DomainAnd) else [domain] for domain in domains
    ]
    shared = [one for one in asked[0] if all(one in others for others in asked[1:])]
    return Domain.AND(shared), [
        Domain.AND(one for one in conditions if one not in shared) for conditions in asked
    ]


class ConversionKpiReader(models.AbstractModel):
    """Reads key figures for a span of time: their values and the records behind them.

    Figures of the same model and dates are read by one query, that groups the records by
    interval; formulas are evaluated with the values of each interval. Whatever cannot be
    computed raises an error that says why, for the figure alone.
    """

    _name = "conversion.kpi.reader"
    _description = "Reader of Key Figures"
    _inherit = ["conversion.kpi.records.mixin"]

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
        for one in self._get_beside(kpi):
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

    @api.model
    def _get_beside(self, kpi):
        """Figures shown beside a figure that the reader may see."""
        return kpi.sudo().beside_ids.filtered(
            lambda one: (
                one != kpi
                and one._is_for_reader()
                and one.sudo(False).with_env(self.env).has_access("read")
            )
        )

    # ------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------

    @api.model
    def _read_together(self, kpis, span):
        """Read key figures of the same model and dates; one that fails does not stop the others."""
        try:
            with self.env.cr.savepoint(flush=False):
                span.known.update(self._tally(kpis, span))
        except (OperationalError, InternalError):
            raise  # a conflict, or a cursor that cannot write: Odoo tries the request again
        except Exception as error:  # whatever a condition makes of Odoo and the database
            if len(kpis) > 1:
                for kpi in kpis:
                    self._read_together([kpi], span)
            else:
                span.known[kpis[0]] = kpis[0]._explain(error)

    @api.model
    def _tally(self, kpis, span):
        """Tallies of key figures of the same model and dates, in one query."""
        kpi = kpis[0]
        # each may be counted or not; their rows are the same
        rows, *_same = [self._get_rows(one) for one in kpis]
        thresholds = self._get_thresholds(kpi, span)
        shared, domains = _take_out_shared([self._get_domain(one) for one in kpis])
        # a state is only looked at where intervals end
        first = thresholds[1 if kpi.reading == "state" else 0]
        during = self._get_time_domain(kpi, first, thresholds[-1])
        filters = self._get_filter_domain(kpi, span)
        query = rows._search(shared & Domain.OR(domains) & during & filters)
        if query.is_empty():
            return {one: [Tally()] * span.intervals for one in kpis}
        moments = [self._get_moment(rows, kpi.date_field, query)]
        if kpi.reading == "state":
            # also of records that have none: they have not ended
            moments.append(rows._field_to_sql(rows._table, kpi.until_field, query))
        is_day = rows._fields[kpi.date_field].type == "date"
        keys = [self._get_place(moment, thresholds, is_day) for moment in moments]
        columns = [
            column
            for one, domain in zip(kpis, domains, strict=True)
            for column in self._get_sums(one, rows, query, domain)
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
    def _get_place(self, moment, thresholds, is_day):
        """SQL of the number of thresholds that are not after a moment."""
        kind = SQL("date[]" if is_day else "timestamp[]")
        return SQL("width_bucket(%s, %s::%s)", moment, list(thresholds), kind)

    @api.model
    def _get_moment(self, rows, name, query):
        """SQL of a date by which records were found.

        Where only leads of one case have a date, those that were found are of that case: without
        it, PostgreSQL can read all from an index.
        """
        cases = MILESTONES.get(name, ()) if rows._name == "crm.lead" else ()
        if len(cases) == 1:
            return get_first_known(rows._table, cases[0].columns, rows)
        return rows._field_to_sql(rows._table, name, query)

    @api.model
    def _get_sums(self, kpi, rows, query, domain):
        """SQL of number and total of the records of a query that are in ``domain``."""
        condition = SQL()
        domain = domain.optimize_full(rows)
        if not domain.is_true():
            condition = SQL("FILTER (WHERE %s)", domain._to_sql(rows, rows._table, query))
        amount = self._get_amount(kpi, rows, query)
        total = SQL("SUM(%s) %s", amount, condition) if amount else SQL("NULL")
        return SQL("COUNT(*) %s", condition), total

    @api.model
    def _get_amount(self, kpi, rows, query):
        """SQL of what is added up of each record; nothing for a count."""
        date = self._get_moment(rows, kpi.date_field, query)
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

    # ------------------------------------------------------------
    # What a value opens
    # ------------------------------------------------------------

    @api.model
    def _get_open(self, kpi, span):
        """What the value of a period opens: records, as many as were counted, or ``None``."""
        if not self._opens(kpi):
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
