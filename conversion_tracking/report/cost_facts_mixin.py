from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .lead_sql import EVERY

# What a lead has and a cost has not: by these, a campaign's cost is shared over its leads.
LEAD_COLUMNS = frozenset(
    ("source_id", "medium_id", "channel", "landing_page", "form_page", "referring_site")
    + ("team_id", "user_id", "lead_id", "furthest_step", "term", "content")
)


class CostFactsMixin(models.AbstractModel):
    """Costs as facts: of campaigns, or shared over their leads."""

    _name = "cost.facts.mixin"
    _description = "Facts of Costs"
    _inherit = ["fact.rows.mixin"]

    @api.model
    def _is_cost_shared(self):
        return bool(self._asked().columns & LEAD_COLUMNS)

    def _get_cost_fact(self, kind):
        """Cost lines; where cost is shared over leads, those of campaigns that have none."""
        where = EVERY
        if self._is_cost_shared() and self._asked().ids is None:
            # looked up once for each campaign, of which there are fewer than of costs
            where = SQL(
                "cost.campaign_id IN (SELECT campaign.id FROM utm_campaign campaign"
                " WHERE NOT EXISTS (SELECT 1 FROM crm_lead lead"
                " WHERE lead.campaign_id = campaign.id AND %s))",
                self._in_companies("lead", or_none=True),
            )
        return self._select_fact(
            kind,
            SQL("utm_campaign_cost cost"),
            SQL("%s AND %s", where, self._in_range(SQL("cost.date"), is_day=True)),
            record=SQL("cost.id"),
            date=SQL("cost.date"),
            lead_date=SQL("cost.date"),
            campaign_id=SQL("cost.campaign_id"),
            company_id=SQL("cost.company_id"),
            cost_id=SQL("cost.id"),
            cost_planned=self._get_cost("cost.planned_company_amount"),
            cost_actual=self._get_cost("cost.actual_company_amount"),
        )

    def _get_lead_with_cost_fact(self, kind):
        return self._get_lead_fact(kind, **self._get_shares())

    def _get_outcome_with_cost_fact(self, kind):
        return self._get_outcome_fact(kind, **self._get_shares())

    def _get_shares(self):
        return {
            f"cost_{name}": SQL("COALESCE(%s, 0)", SQL.identifier("share", name))
            for name in self._get_shared()
        }

    def _get_shared(self):
        """Which of a campaign's costs are asked for, ``planned`` and ``actual``."""
        asked = self._asked()
        needed = self._get_needed_amounts(asked.columns)
        return [
            name for name in ("planned", "actual") if not asked.summed or f"cost_{name}" in needed
        ]

    def _get_share(self):
        """SQL of what one lead of each campaign carries of its cost."""
        shared = self._get_shared()
        sums = {
            name: SQL("SUM(%s)", self._get_cost(f"cost.{name}_company_amount")) for name in shared
        }
        shares = {
            name: SQL("MIN(%s / came.number)", SQL.identifier("spent", name)) for name in shared
        }
        return SQL(
            """
            SELECT spent.campaign_id, %(shares)s
              FROM (SELECT campaign_id, %(sums)s
                      FROM utm_campaign_cost cost WHERE %(cost_companies)s
                     GROUP BY campaign_id) spent
              JOIN (SELECT campaign_id, COUNT(*) AS number
                      FROM crm_lead lead WHERE %(lead_companies)s
                     GROUP BY campaign_id) came ON came.campaign_id = spent.campaign_id
             -- there is one row each; so the database knows that, too
             GROUP BY spent.campaign_id
            """,
            shares=self._name_columns(shares),
            sums=self._name_columns(sums),
            cost_companies=self._in_companies("cost"),
            lead_companies=self._in_companies("lead", or_none=True),
        )

    def _in_companies(self, alias, *, or_none=False):
        """SQL condition that a record is one of the reader's companies; none for who has all:
        adding up a million costs takes half as long without it."""
        others = Domain("id", "not in", self.env.companies.ids)
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        if self.env.su or not companies.search_count(others, limit=1):
            return EVERY
        company = SQL.identifier(alias, "company_id")
        condition = SQL("%s IN %s", company, tuple(self.env.companies.ids))
        return SQL("(%s OR %s IS NULL)", condition, company) if or_none else condition

    def _get_cost(self, column):
        alias, name = column.split(".")
        return self._in_report_currency(
            SQL.identifier(alias, name), SQL("cost.company_id"), SQL("cost.date")
        )
