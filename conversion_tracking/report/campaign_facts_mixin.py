from odoo import api, models
from odoo.tools import SQL

from .fact_rows_mixin import CREDITED, KINDS
from .lead_sql import (
    BILLED,
    CAME_AT,
    EVERY,
    FORM_PAGE,
    FURTHEST_STEP,
    IS_BILLED,
    IS_ORDER,
    IS_WON,
    LEADS,
    ORDERED,
    QUALIFIED_AT,
    REFERRING_SITE,
    WON_AT,
)

AMOUNTS_OF = {
    "lead": frozenset(["lead_count"]),
    "qualified": frozenset(["qualified_count"]),
    "won": frozenset(["won_count", "revenue", "recurring_revenue"]),
    "order": frozenset(["revenue"]),
    "invoice": frozenset(["revenue"]),
    "cost": frozenset(["cost_planned", "cost_actual"]),
}
# what a fact knows by its touch
OF_TOUCH = {
    **{name: SQL.identifier("touch", name) for name in ("landing_page", "term", "content")},
    "referring_site": REFERRING_SITE,
}


class CampaignFactsMixin(models.AbstractModel):
    """The facts of the ROI report, each kind a small SQL of its own, all with the same columns.

    Only the kinds that a question needs are read. Where no day is asked for, a lead and what
    became of it are one row, read in one go. Amounts are without tax, in the currency of the
    reader's company at the day of the fact.
    """

    _name = "campaign.facts.mixin"
    _description = "Facts of Campaigns"
    _inherit = ["cost.facts.mixin"]

    @property
    def _table_query(self):
        kinds = self._get_kinds()
        return SQL(" UNION ALL ").join(getattr(self, f"_get_{kind}_fact")(kind) for kind in kinds)

    @api.model
    def _get_kinds(self):
        """The kinds of facts that answer what is asked."""
        kinds = self._get_all_kinds()
        facts = self._asked().facts
        if facts is not None:
            # the report itself looks at the fact: of none that there is, any kind gives nothing
            kinds = [kind for kind in kinds if self._get_fact(kind) in facts] or kinds[:1]
        asked = self._asked()
        if asked.summed and "__count" not in asked.columns:
            # a fact that adds nothing to what is asked for need not be found
            needed = self._get_needed_amounts(asked.columns)
            kinds = [kind for kind in kinds if self._get_amounts(kind) & needed] or kinds[:1]
        return kinds

    @api.model
    def _get_amounts(self, kind):
        """The amounts that a kind of fact tells."""
        amounts = AMOUNTS_OF[self._get_fact(kind)]
        if kind.startswith("outcome"):
            amounts = frozenset.union(*(AMOUNTS_OF[fact] for fact in ("lead", "qualified", "won")))
        return amounts | AMOUNTS_OF["cost"] if kind.endswith("_with_cost") else amounts

    @api.model
    def _get_all_kinds(self):
        """The same before it was looked at which facts are wanted. Override to add kinds."""
        asked = self._asked()
        if asked.ids is not None:
            known = {number & 15 for number in asked.ids} & set(range(len(KINDS)))
            return [KINDS[number] for number in sorted(known)] or ["cost"]
        kinds = ["cost"]
        with_cost = "_with_cost" if self._is_cost_shared() and self._get_shared() else ""
        if (asked.exact or asked.columns & {"date", "fact"}) and self._get_choice(
            "reading"
        ) == "period":
            kinds += [f"lead{with_cost}", "qualified", "won"]
        else:
            kinds += [f"outcome{with_cost}"]
        basis = self._get_choice("revenue_basis")
        if basis == "expected":
            return [*kinds, "credit"] if self._is_credited() else kinds
        kind = {"orders": "order", "invoiced": "invoice"}[basis]
        return [*kinds, f"{kind}_credit" if self._is_credited() else kind]

    @api.model
    def _is_credited(self):
        """Whether revenue is shared over touches, not counted where the lead came in."""
        return self._get_choice("attribution_model") != "lead_creation"

    # ------------------------------------------------------------
    # Leads and what became of them
    # ------------------------------------------------------------

    def _get_lead_fact(self, kind, **columns):
        return self._select_lead(kind, lead_count=SQL("TRUE"), **columns)

    def _get_qualified_fact(self, kind):
        return self._select_lead(
            kind,
            SQL("%s IS NOT NULL", QUALIFIED_AT),
            moment=QUALIFIED_AT,
            qualified_count=SQL("TRUE"),
        )

    def _get_won_fact(self, kind):
        return self._select_lead(
            kind,
            IS_WON,
            moment=WON_AT,
            won_count=SQL("TRUE"),
            **self._get_won_amounts(),
        )

    def _get_outcome_fact(self, kind, **columns):
        """A lead and what became of it, on the day it came in."""
        amounts = {
            name: SQL("CASE WHEN %s THEN %s END", IS_WON, amount)
            for name, amount in self._get_won_amounts().items()
        }
        return self._select_lead(
            kind,
            lead_count=SQL("TRUE"),
            qualified_count=SQL("%s IS NOT NULL", QUALIFIED_AT),
            won_count=IS_WON,
            **amounts,
            **columns,
        )

    def _get_won_amounts(self):
        amounts = {"recurring_revenue": self._get_expected("recurring_revenue_monthly")}
        if self._get_choice("revenue_basis") == "expected" and not self._is_credited():
            amounts["revenue"] = self._get_expected("expected_revenue")
        return amounts

    def _get_expected(self, column):
        amount = SQL("COALESCE(%s, 0)", SQL.identifier("lead", column))
        return self._in_report_currency(amount, SQL("lead.company_id"), self._get_day(WON_AT))

    def _get_order_fact(self, kind, **columns):
        date = self._get_day(SQL("sale.date_order"))
        return self._select_lead(
            kind,
            SQL("%s AND %s", IS_WON, IS_ORDER),
            source=SQL("sale_order sale JOIN crm_lead lead ON lead.id = sale.opportunity_id"),
            record=SQL("sale.id"),
            moment=SQL("sale.date_order"),
            company_id=SQL("sale.company_id"),
            revenue=self._in_report_currency(ORDERED, SQL("sale.company_id"), date),
            **columns,
        )

    def _get_invoice_fact(self, kind, **columns):
        date = SQL("move.invoice_date")
        return self._select_lead(
            kind,
            SQL("%s AND %s", IS_WON, IS_BILLED),
            source=BILLED,
            record=SQL("item.id"),
            moment=date,
            day=date,
            company_id=SQL("item.company_id"),
            revenue=self._in_report_currency(SQL("-item.balance"), SQL("item.company_id"), date),
            **columns,
        )

    # ------------------------------------------------------------
    # Revenue shared over touches
    # ------------------------------------------------------------

    def _get_credit_fact(self, kind):
        return self._select_lead(
            kind,
            IS_WON,
            moment=WON_AT,
            revenue=self._get_expected("expected_revenue"),
        )

    def _get_order_credit_fact(self, kind):
        return self._get_order_fact(kind)

    def _get_invoice_credit_fact(self, kind):
        return self._get_invoice_fact(kind)

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _select_lead(self, kind, where=EVERY, *, source=LEADS, moment=CAME_AT, day=None, **columns):
        """SQL of a kind of fact about leads, ``lead`` in ``source``: with the dimensions of the
        lead, or of the touches that are credited with it.

        :param moment: when it happened, for the reading by period
        :param day: its day, where it is not the moment's in the reader's time zone
        """
        if self._get_choice("reading") == "cohort":
            moment, day = CAME_AT, None
        values = {
            "record": SQL("lead.id"),
            "date": day or self._get_day(moment),
            "lead_date": self._get_day(CAME_AT),
            "lead_id": SQL("lead.id"),
            "came_at": CAME_AT,
            "qualified_at": QUALIFIED_AT,
            "won_at": SQL("CASE WHEN %s THEN %s END", IS_WON, WON_AT),
            "expected_revenue": self._get_expected("expected_revenue"),
            **{
                name: SQL.identifier("lead", name)
                for name in ("campaign_id", "source_id", "medium_id")
                + ("team_id", "user_id", "company_id")
            },
            "channel": SQL("lead.lead_creation_channel"),
            "form_page": FORM_PAGE,
            "furthest_step": FURTHEST_STEP,
            **columns,
        }
        joins = [source]
        pointer = SQL("lead.lead_creation_touch_id")
        if kind in CREDITED:
            self.env["conversion.credit"].sudo()._settle()
            pointer = SQL("credit.touchpoint_id")
            share = SQL.identifier("credit", self._get_choice("attribution_model"))
            joins.append(
                SQL(
                    "LEFT JOIN conversion_credit credit ON credit.lead_id = lead.id AND %s > 0",
                    share,
                )
            )
            values["position"] = SQL("COALESCE(credit.position, 0)")
            values["revenue"] = SQL("(%s)::float8 * COALESCE(%s, 1)", values["revenue"], share)
            for name in ("channel", "campaign_id", "source_id", "medium_id"):
                values[name] = SQL.identifier("touch", name)
            # of a person who was erased nobody learns which campaigns they met
            values["lead_id"] = SQL("CASE WHEN touch.is_anonymous IS NOT TRUE THEN lead.id END")
        # PostgreSQL leaves out a join of which nothing is read, but then looks at every lead, where
        # an index alone would do
        if kind in CREDITED or self._leave_asked(OF_TOUCH):
            values |= OF_TOUCH
            joins.append(SQL("LEFT JOIN conversion_touchpoint touch ON touch.id = %s", pointer))
        if kind.endswith("_with_cost"):
            joins.append(
                SQL(
                    "LEFT JOIN (%s) share ON share.campaign_id = lead.campaign_id",
                    self._get_share(),
                )
            )
        where = SQL("%s AND %s", where, self._in_range(moment, is_day=day is not None))
        return self._select_fact(kind, SQL(" ").join(joins), where, **values)
