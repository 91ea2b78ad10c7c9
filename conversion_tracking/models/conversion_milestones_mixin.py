from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..groups import TOUCHPOINT_READERS

WON = Domain("won_status", "=", "won")
LOST = Domain("won_status", "=", "lost")
PUT_AWAY = Domain("won_status", "=", "pending") & Domain("active", "=", False)
COMPARISONS = ("<", "<=", ">", ">=")
# Leads from before the add-on was installed only have core's dates.
QUALIFIED_COLUMNS = ("qualified_at", "date_conversion")
WON_COLUMNS = ("won_at", "date_closed", "create_date")
LOST_COLUMNS = ("date_closed", "create_date")


@dataclass(frozen=True)
class Case:
    """For some leads, the moment is in the first of these columns that has one."""

    leads: Domain
    columns: tuple


MILESTONES = {
    "qualified_date": (Case(Domain.TRUE, QUALIFIED_COLUMNS),),
    "won_date": (Case(WON, WON_COLUMNS),),
    "lost_date": (Case(LOST, LOST_COLUMNS),),
    "opened_date": (Case(Domain("type", "=", "opportunity"), ("date_conversion", "create_date")),),
    "closed_date": (Case(WON, WON_COLUMNS), Case(LOST | PUT_AWAY, LOST_COLUMNS)),
}


def get_first_known(alias, columns, model=None):
    """SQL of the first of these columns of ``alias`` that is not empty.

    :param model: leads, whose values Odoo then writes before it reads
    """
    return SQL(
        "COALESCE(%s)",
        SQL(", ").join(
            SQL.identifier(alias, name, to_flush=model._fields[name] if model is not None else None)
            for name in columns
        ),
    )


class ConversionMilestonesMixin(models.AbstractModel):
    """When what happened to a lead, so that key figures and filters count it by its date.

    The dates are read from columns that there are, also of leads from before the add-on: a
    table of a million leads gets no new ones. As reports, they only tell what holds now: a
    deal that was reopened is neither won nor closed.
    """

    _name = "conversion.milestones.mixin"
    _description = "Dates of What Happened to a Lead"

    qualified_date = fields.Datetime(
        "Lead qualified on",
        compute="_compute_milestones",
        compute_sudo=True,
        search="_search_qualified_date",
        help="When the lead first became an opportunity or reached a stage that counts as "
        "qualified.",
        groups=TOUCHPOINT_READERS,
    )
    opened_date = fields.Datetime(
        "Deal opened on",
        compute="_compute_milestones",
        compute_sudo=True,
        search="_search_opened_date",
        help="When the lead became an opportunity, or the opportunity was created as such. "
        "Empty for leads.",
        groups=TOUCHPOINT_READERS,
    )
    won_date = fields.Datetime(
        "Deal won on",
        compute="_compute_milestones",
        compute_sudo=True,
        search="_search_won_date",
        groups=TOUCHPOINT_READERS,
    )
    lost_date = fields.Datetime(
        "Deal lost on",
        compute="_compute_milestones",
        compute_sudo=True,
        search="_search_lost_date",
        groups=TOUCHPOINT_READERS,
    )
    closed_date = fields.Datetime(
        "Deal closed on",
        compute="_compute_milestones",
        compute_sudo=True,
        search="_search_closed_date",
        help="When the deal was won, lost or archived. Empty for open deals.",
        groups=TOUCHPOINT_READERS,
    )

    @api.depends(
        *("active", "type", "won_status", "create_date", "date_closed", "date_conversion"),
        *("qualified_at", "won_at"),
    )
    def _compute_milestones(self):
        for name, cases in MILESTONES.items():
            self[name] = False
            for case in cases:
                for lead in self.filtered_domain(case.leads):
                    known = (lead[column] for column in case.columns)
                    lead[name] = next(filter(None, known), False)

    def _search_qualified_date(self, operator, value):
        return self._search_milestone("qualified_date", operator, value)

    def _search_opened_date(self, operator, value):
        return self._search_milestone("opened_date", operator, value)

    def _search_won_date(self, operator, value):
        return self._search_milestone("won_date", operator, value)

    def _search_lost_date(self, operator, value):
        return self._search_milestone("lost_date", operator, value)

    def _search_closed_date(self, operator, value):
        return self._search_milestone("closed_date", operator, value)

    @api.model
    def _search_milestone(self, name, operator, value):
        cases = MILESTONES[name]
        if operator == "in":
            unknown = ~Domain.OR(self._is_known(case) for case in cases)
            moments = [moment for moment in value if moment]
            found = [self._compare(case, "=", one) for case in cases for one in moments]
            return Domain.OR([*found, unknown] if False in value else found)
        if operator in COMPARISONS:
            return Domain.OR(self._compare(case, operator, value) for case in cases)
        return NotImplemented

    @api.model
    def _is_known(self, case):
        # every lead was created
        if "create_date" in case.columns:
            return case.leads
        return case.leads & Domain.OR(Domain(name, "!=", False) for name in case.columns)

    @api.model
    def _compare(self, case, operator, value):
        moment = fields.Datetime.to_datetime(value)

        def to_sql(model, alias, _query):
            first = get_first_known(alias, case.columns, model)
            return SQL("%s %s %s", first, SQL(operator), moment)

        return case.leads & Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        cases = MILESTONES.get(field_expr)
        if not cases:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        rows = self.sudo()
        return SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL(
                    "WHEN %s THEN %s",
                    case.leads.optimize_full(rows)._to_sql(rows, alias, query),
                    get_first_known(alias, case.columns, self),
                )
                for case in cases
            ),
        )
