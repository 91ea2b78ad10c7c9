from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import unique

from ..kpi.period import get_begin, shift

ASKED = "conversion_report_asked"
# By these, a few values leave a small part of the facts.
NARROW = ("id", "campaign_id", "lead_id")
FEW = 5
# compiling what is asked once takes the database longer than asking it
OF_A_FEW = "SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off"
OF_MANY = f"{OF_A_FEW}; SET LOCAL work_mem = '64MB'; SET LOCAL parallel_tuple_cost = 0.001"


@dataclass(frozen=True)
class Asked:
    """What a question needs of a report: names of columns, and the ids of rows if it gives them.

    ``first`` and ``last``: the days it is about, where it names any. ``narrow`` when it is about
    a few records only. ``exact`` when it says no more of days, so that facts on others need not be
    left out once more. ``facts``: the kinds that are wanted, where it names any. ``complete`` when
    ``columns`` are all that will be read, and ``summed`` when only sums of them are, that can be
    taken before the facts are put together.
    """

    columns: frozenset
    ids: tuple | None = None
    first: date | None = None
    last: date | None = None
    narrow: bool = False
    exact: bool = False
    facts: frozenset | None = None
    complete: bool = False
    summed: bool = False


class ConversionReportMixin(models.AbstractModel):
    """What reports in SQL share: what a question needs.

    A report of a million leads is fast when its SQL only reads what is asked for. So each
    question is looked at before the SQL is written: see :meth:`_get_asked`.
    """

    _name = "conversion.report.mixin"
    _description = "Report of Conversion Tracking"
    _inherit = ["conversion.choices.mixin", "conversion.amounts.mixin"]

    # made of several columns, some of them of other models: nothing that could be looked for
    display_name = fields.Char(search=None)

    # ------------------------------------------------------------
    # What is asked for
    # ------------------------------------------------------------

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        report = self._asking(domain, groupby, aggregates)
        report._tune()
        rows = super(ConversionReportMixin, report)._read_group(
            domain, groupby, aggregates, *args, **kwargs
        )
        return self._forget_asked(rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), *args, **kwargs):
        specs = unique(spec for groupby in grouping_sets for spec in groupby)
        report = self._asking(domain, specs, aggregates)
        report._tune()
        sets = super(ConversionReportMixin, report)._read_grouping_sets(
            domain, grouping_sets, aggregates, *args, **kwargs
        )
        return [self._forget_asked(rows) for rows in sets]

    def _read_group_orderby(self, order, groupby_terms, query):
        """Groups of a selection come in its own order, not by their technical names."""
        named = {
            name: term
            for name, term in groupby_terms.items()
            if name in self._fields and self._fields[name].type == "selection"
        }
        for name, term in named.items():
            values = self._fields[name].get_values(self.env)
            groupby_terms[name] = SQL("array_position(%s, %s::text)", values, term)
        sql = super()._read_group_orderby(order, groupby_terms, query)
        groupby_terms.update(named)
        return sql

    def _forget_asked(self, rows):
        """The records of groups know nothing of the question: another may be asked with them."""
        first = rows[0] if rows else ()
        # they stand in the same places of all rows
        places = {n for n, value in enumerate(first) if isinstance(value, models.BaseModel)}
        if not places:
            return rows
        return [
            tuple(value.with_env(self.env) if n in places else value for n, value in enumerate(row))
            for row in rows
        ]

    @api.model
    def _search(self, domain, *args, **kwargs):
        report = self
        if not isinstance(self.env.context.get(ASKED), Asked):
            report = self.with_context(**{ASKED: self._get_asked(domain)})
        if report._asked().exact:
            # not a second time: it takes long, and the database cannot guess how many are left
            domain = Domain(domain).map_conditions(
                lambda one: Domain.TRUE if one.field_expr == "date" else one
            )
        return super(ConversionReportMixin, report)._search(domain, *args, **kwargs)

    @api.model
    def _tune(self):
        """Let the database add up in memory and on all its processors, in this transaction.

        It takes every moment for a day of its own, and so a sum by days for far too large. It was
        made for disks, and more is found sooner by an index today.
        """
        self.env.cr.execute(OF_A_FEW if self._asked().narrow else OF_MANY)

    def _asking(self, domain, groupby, aggregates):
        """This report, knowing which groups and aggregates are asked for."""
        by = self._get_names(groupby)
        asked = self._get_asked(domain, [*by, *self._get_names(aggregates)])
        summed = all(self._is_sum(spec) for spec in aggregates)
        # sums have neither ids nor amounts of single rows
        single = any(
            name == "id" or self._is_measure(name) for name in self._get_asked(domain, by).columns
        )
        asked = replace(asked, ids=None, complete=True, summed=summed and not single)
        return self.with_context(**{ASKED: asked})

    @api.model
    def _get_names(self, specs):
        """Names of fields in specifications such as ``date:month`` and ``revenue:sum``."""
        return [spec.partition(":")[0].partition(".")[0] for spec in specs]

    @api.model
    def _is_measure(self, name):
        """Whether a column is one of the numbers that are added up. Override."""
        return False

    @api.model
    def _is_sum(self, spec):
        """Whether an aggregate can be taken from sums. Override."""
        return False

    @api.model
    def _get_asked(self, domain, names=()):
        """What ``domain`` and the columns ``names`` need, with what access rules look at."""
        conditions = list(Domain(domain).iter_conditions())
        paths = [condition.field_expr for condition in conditions]
        exact = self._is_exact(domain)
        looked_at = [path for path in paths if not (exact and path == "date")]
        columns = {self._get_column(path.partition(".")[0]) for path in (*looked_at, *names)}
        ids = None
        if paths == ["id"] and conditions[0].operator == "in":
            # anybody can ask for rows that cannot be
            ids = tuple(one for one in conditions[0].value if isinstance(one, int) and one > 0)
        narrow = any(self._is_narrow(condition) for condition in conditions)
        return Asked(
            frozenset(columns),
            ids,
            *self._get_range(domain),
            narrow,
            exact,
            self._get_facts(domain),
        )

    @api.model
    def _reads_days(self):
        """Whether this report leaves days out where it reads, see :meth:`_in_range`. Override."""
        return False

    @api.model
    def _is_exact(self, domain):
        """Whether ``domain`` says of days only which is the first and which the last; where dates
        are moments, from which on and until when."""
        if not self._reads_days():
            return False
        tokens = list(Domain(domain).optimize_full(self))
        if "|" in tokens or "!" in tokens:
            return False
        operators = {token[1] for token in tokens if token != "&" and token[0] == "date"}
        until = "<" if self._fields["date"].type == "datetime" else "<="
        return bool(operators) and operators <= {">=", until}

    @api.model
    def _get_facts(self, domain):
        """The values of ``fact`` that ``domain`` leaves; ``None`` where it says nothing of it."""
        tokens = list(Domain(domain).optimize(self))
        if "|" in tokens or "!" in tokens:
            return None
        wanted = [one[2] for one in tokens if one != "&" and one[:2] == ("fact", "in")]
        return frozenset.intersection(*map(frozenset, wanted)) if wanted else None

    @api.model
    def _is_narrow(self, condition):
        """Whether a condition leaves a few campaigns or leads."""
        if condition.field_expr not in NARROW or condition.operator not in ("=", "in"):
            return False
        value = condition.value
        return isinstance(value, int) or (isinstance(value, Collection) and len(value) <= FEW)

    @api.model
    def _get_range(self, domain):
        """First and last day that ``domain`` leaves; ``None`` where it sets no bound."""
        domain = Domain(domain).optimize(self)
        if "!" in list(domain):
            return None, None
        # what holds for all rows of the domain, said by their day alone
        days = domain.map_conditions(
            lambda one: one if one.field_expr == "date" else Domain.TRUE
        ).optimize_full(self)
        if "|" in list(days) or "!" in list(days):
            return None, None
        firsts, lasts = [], []
        for condition in days.iter_conditions():
            values = condition.value if condition.operator == "in" else [condition.value]
            if condition.operator in ("in", ">", ">=") and all(values):
                firsts.append(min(values))
            if condition.operator in ("in", "<", "<=") and all(values):
                lasts.append(max(values))
        return max(firsts, default=None), min(lasts, default=None)

    @api.model
    def _in_range(self, moment, is_day=False):
        """SQL condition that a moment may be on a day that is asked for.

        Wider than that by a day, for every time zone, where more is asked than the days: it lets
        the database look into an index, and leaves the answer to the day itself.

        :param is_day: ``moment`` is a day already
        """
        asked, conditions = self._asked(), [SQL("TRUE")]
        first, end = asked.first, asked.last
        if not asked.exact:
            first, end = first and shift(first, -1), end and shift(end, 2)
        elif self._fields["date"].type == "date":
            end = end and shift(end, 1)
            if not is_day:
                zone = ZoneInfo(str(self.env.tz))
                first, end = (day and get_begin(day, zone) for day in (first, end))
        if first:
            conditions.append(SQL("%s >= %s", moment, first))
        if end:
            conditions.append(SQL("%s < %s", moment, end))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_day(self, moment):
        """The same in fewer words about a few records: more to read takes the database longer."""
        if self._asked().narrow:
            return SQL("timezone(%s, timezone('UTC', %s))::date", str(self.env.tz), moment)
        return super()._get_day(moment)

    @api.model
    def _get_rule_columns(self):
        """The columns that the reader's access rules look at."""
        if self.env.su:
            return frozenset()
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        paths = [condition.field_expr for condition in rules.iter_conditions()]
        return frozenset(self._get_column(path.partition(".")[0]) for path in paths)

    @api.model
    def _get_column(self, name):
        """The column of the report that a field is read from."""
        field = self._fields.get(name)
        return field.related.partition(".")[0] if field is not None and field.related else name

    @api.model
    def _asked(self):
        asked = self.env.context.get(ASKED)
        return asked if isinstance(asked, Asked) else Asked(frozenset())

    @api.model
    def _leave_asked(self, values, *needed):
        """Those of the columns ``{name: SQL of its value}`` that may be read, or are ``needed``."""
        asked = self._asked()
        if not asked.complete:
            return values
        read = asked.columns | self._get_rule_columns() | set(needed)
        return {name: value for name, value in values.items() if name in read}

    def _name_columns(self, values):
        """SQL of columns in an order of their own, from ``{name: SQL of its value}``."""
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in sorted(values.items())
        )
