from odoo import api, fields, models
from odoo.tools import SQL

from ..models.campaign_measures_mixin import MEASURES, RATIOS, SUMS

# The last four bits of a row's id say which kind of fact it is.
KINDS = (
    "lead",
    "qualified",
    "won",
    "order",
    "invoice",
    "cost",
    "outcome",
    "credit",
    "order_credit",
    "invoice_credit",
    "lead_with_cost",
    "outcome_with_cost",
)
CREDITED = frozenset(("credit", "order_credit", "invoice_credit"))
POSITION_BITS = 12  # a deal shared by more touches than 4,095 shows the others under one id
# Every fact gives these columns; what it does not know is empty or zero.
COLUMNS = {
    "id": SQL("NULL::bigint"),
    **dict.fromkeys(("date", "lead_date"), SQL("NULL::date")),
    **dict.fromkeys(("channel", "landing_page", "form_page"), SQL("NULL::varchar")),
    **dict.fromkeys(("term", "content"), SQL("NULL::varchar")),
    **dict.fromkeys(("referring_site", "furthest_step"), SQL("NULL::varchar")),
    **dict.fromkeys(
        ("campaign_id", "source_id", "medium_id", "team_id", "user_id", "company_id")
        + ("lead_id", "cost_id"),
        SQL("NULL::integer"),
    ),
    # of a lead, for its funnel
    **dict.fromkeys(("came_at", "qualified_at", "won_at"), SQL("NULL::timestamp")),
    "expected_revenue": SQL("0::numeric"),
    **dict.fromkeys(("lead_count", "qualified_count", "won_count"), SQL("FALSE")),
    **dict.fromkeys(
        ("revenue", "recurring_revenue", "cost_planned", "cost_actual"), SQL("0::numeric")
    ),
    **dict.fromkeys(RATIOS, SQL("NULL::float8")),
    "fact_count": SQL("TRUE"),
}
# What facts themselves know; profit and the like are made of these. Counts are given as conditions.
COUNTS = ("lead_count", "qualified_count", "won_count", "fact_count")
AMOUNTS = (*COUNTS, "revenue", "recurring_revenue", "cost_planned", "cost_actual")
# read with any question
ALWAYS = ("fact", "roi_currency_id", "profit", "cost_variance", *AMOUNTS)


class FactRowsMixin(models.AbstractModel):
    """From what a kind of fact knows to its rows: ids, columns, and sums taken early."""

    _name = "fact.rows.mixin"
    _description = "Rows of Facts"
    _inherit = ["conversion.report.mixin"]

    fact_count = fields.Integer("Facts", readonly=True)

    @api.model
    def _reads_days(self):
        return True

    @api.model
    def _is_measure(self, name):
        return name in MEASURES

    @api.model
    def _is_sum(self, spec):
        name, _colon, function = spec.partition(":")
        # a currency has no sum: there is one for all rows
        known = name in RATIOS or (name in SUMS and function == "sum")
        return known or spec in ("__count", "roi_currency_id:array_agg_distinct")

    def _read_group_select(self, aggregate_spec, query):
        """Rows that were added up before count as many as they were."""
        if aggregate_spec == "__count":
            count = SQL.identifier(self._table, "fact_count")
            return SQL("COALESCE(SUM(%s), 0)::bigint", count)
        return super()._read_group_select(aggregate_spec, query)

    def _select_fact(self, kind, source, where, *, record, position=None, **columns):
        """SQL of one kind of fact, with every column of the report.

        :param source: SQL after ``FROM``
        :param record: SQL of the id of the record that the fact is about
        :param position: SQL of the number of the touch, where a record has several rows
        """
        values = {**COLUMNS, **columns}
        row = record
        if position:
            last = 2**POSITION_BITS - 1
            row = SQL("((%s::bigint << %s) + LEAST(%s, %s))", record, POSITION_BITS, position, last)
        number = KINDS.index(kind)
        values |= {
            "id": SQL("%s::bigint * 16 + %s", row, number),
            "fact": SQL("%s::varchar", self._get_fact(kind)),
            "roi_currency_id": SQL("%s", self.env.company.currency_id.id),
        }
        asked = self._asked()
        if asked.ids is not None:
            shift = 4 + (POSITION_BITS if position else 0)
            records = [one >> shift for one in asked.ids if one & 15 == number]
            where = SQL("%s AND %s IN %s", where, record, tuple(records) or (0,))
        grouped = SQL()
        if asked.summed:
            values, grouped = self._sum_up(values)
        else:
            values |= {name: SQL("CASE WHEN %s THEN 1 ELSE 0 END", values[name]) for name in COUNTS}
        values |= self._get_differences(values)
        columns = self._name_columns(self._leave_asked(values, *ALWAYS))
        return SQL("SELECT %s FROM %s WHERE %s %s", columns, source, where, grouped)

    def _get_fact(self, kind):
        """The value of ``fact`` of a kind's rows."""
        fact = kind.removesuffix("_with_cost").replace("outcome", "lead")
        return fact.removesuffix("_credit").replace("credit", "won")

    def _sum_up(self, values):
        """Add a kind of fact up by the columns that are asked for, before it meets the others.

        :return: the values, and SQL that follows the conditions
        """
        by = (self._asked().columns | self._get_rule_columns()) & values.keys()
        # what is the same in all rows of a kind needs no group
        by -= {*MEASURES, "fact", "roi_currency_id"}
        needed = self._get_needed_amounts(self._asked().columns) | {"fact_count"}
        kept = {name: values[name] for name in ("fact", "roi_currency_id", *by)}
        for name in COUNTS:
            kept[name] = self._count(values[name]) if name in needed else SQL("0")
        for name in needed - set(COUNTS):
            if values[name] is not COLUMNS[name]:
                kept[name] = SQL("COALESCE(SUM(%s), 0)", values[name])
        keys = [values[name] for name in sorted(by) if values[name] is not COLUMNS.get(name)]
        grouped = SQL("GROUP BY %s", SQL(", ").join(keys)) if keys else SQL("HAVING COUNT(*) > 0")
        return {**COLUMNS, **kept}, grouped

    @api.model
    def _count(self, condition):
        """SQL of how many rows a condition holds for; nothing is asked of each where all know."""
        known = {"TRUE": SQL("COUNT(*)"), "FALSE": SQL("0::bigint")}
        return known.get(condition.code) or SQL("COUNT(*) FILTER (WHERE %s)", condition)

    @api.model
    def _get_needed_amounts(self, names):
        """The amounts that measures, among other columns, are made of."""
        asked = frozenset(names)
        for name, (above, below, _factor) in RATIOS.items():
            if name in asked:
                asked = asked | {above, below}
        parts = {
            "profit": ("revenue", "cost_actual"),
            "cost_variance": ("cost_planned", "cost_actual"),
        }
        for name in asked & parts.keys():
            asked = asked.union(parts[name])
        return {name for name in AMOUNTS if name in asked}

    def _get_differences(self, values):
        return {
            "profit": SQL("COALESCE(%s, 0) - %s", values["revenue"], values["cost_actual"]),
            "cost_variance": SQL("%s - %s", values["cost_planned"], values["cost_actual"]),
        }
