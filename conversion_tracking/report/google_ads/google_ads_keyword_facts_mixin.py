from odoo import api, models
from odoo.tools import SQL

from ..lead_sql import CAME_AT, EVERY, IS_WON, QUALIFIED_AT, WON_AT

# What Google says of a click; names of campaigns and ad groups are those that they have now.
CLICK_TEXTS = ("ad_name", "keyword", "match_type", "network", "device")
NAMES = {
    "campaign_name": "COALESCE(known.name, click.campaign_name)",
    "campaign_type": "COALESCE(known.channel_type, click.campaign_type)",
    "ad_group_name": "COALESCE(ad_group.name, click.ad_group_name)",
}
# The last two bits of a row's id say what it is made of.
LEAD, AD_GROUP, CAMPAIGN = range(3)
COUNTS = ("lead_count", "qualified_count", "won_count")


class GoogleAdsKeywordFactsMixin(models.AbstractModel):
    """The rows of the keyword report: leads by what Google said of their click, and costs."""

    _name = "google.ads.keyword.facts.mixin"
    _description = "Facts of Keywords and Ads"
    _inherit = ["google.ads.amounts.mixin", "won.deals.mixin"]

    @api.model
    def _shows_cost(self):
        """Whether there is a cost of what is asked, for this reader."""
        return self._tells_google() and self._has_field_access(self._fields["cost_actual"], "read")

    @property
    def _table_query(self):
        parts = [self._get_leads()]
        if self._shows_cost():
            parts += self._get_costs()
        return SQL(" UNION ALL ").join(parts)

    def _get_leads(self):
        totals = self._get_totals(self._get_choice("revenue_basis"))
        expected = self._in_report_currency(
            SQL("COALESCE(lead.expected_revenue, 0)"),
            SQL("lead.company_id"),
            self._get_day(WON_AT),
        )
        revenue = SQL(
            "CASE WHEN %s THEN %s ELSE 0 END",
            IS_WON,
            SQL("COALESCE(total.revenue, 0)") if totals else expected,
        )
        of_lead = ("campaign_id", "team_id", "user_id", "company_id", "partner_id")
        return SQL(
            """
            SELECT %(columns)s
              FROM google_ads_click click
              JOIN conversion_touchpoint landing ON landing.google_ads_click_id = click.id
              JOIN crm_lead lead ON lead.google_touch_id = landing.id
         LEFT JOIN google_ads_campaign known
                ON known.account_id = click.account_id
               AND known.google_id = click.google_campaign_id
         LEFT JOIN google_ads_ad_group ad_group
                ON ad_group.account_id = click.account_id
               AND ad_group.google_id = click.google_ad_group_id
                   %(totals)s
             WHERE %(happened)s AND %(wanted)s
            """,
            columns=self._name_columns(
                id=self._get_row_id(SQL("lead.id"), LEAD),
                fact=SQL("'lead'"),
                lead_id=SQL("lead.id"),
                date=self._get_day(CAME_AT),
                account_id=SQL("click.account_id"),
                lead_count=SQL("1"),
                qualified_count=SQL("(%s IS NOT NULL)::int", QUALIFIED_AT),
                won_count=SQL("(%s)::int", IS_WON),
                revenue=revenue,
                profit=revenue,
                **{name: SQL(text) for name, text in NAMES.items()},
                **{name: SQL.identifier("click", name) for name in CLICK_TEXTS},
                **{name: SQL.identifier("lead", name) for name in of_lead},
            ),
            totals=SQL("LEFT JOIN (%s) total ON total.lead_id = lead.id", totals)
            if totals
            else SQL(),
            happened=self._in_range(CAME_AT),
            wanted=self._is_wanted(SQL("lead.id"), LEAD),
        )

    def _get_costs(self):
        """Costs of ad groups, and of campaigns what no ad group explains: of Performance Max, which
        has none, all of it."""
        yield self._get_cost(
            AD_GROUP,
            SQL("google_ads_ad_group_day"),
            SQL(
                "JOIN google_ads_ad_group ad_group ON ad_group.id = day.ad_group_id"
                " JOIN google_ads_campaign known ON known.id = ad_group.google_campaign_id"
            ),
            SQL("day.cost"),
            ad_group_name=SQL("ad_group.name"),
        )
        yield self._get_cost(
            CAMPAIGN,
            SQL("google_ads_campaign_day"),
            SQL(
                """
                JOIN google_ads_campaign known ON known.id = day.google_campaign_id
           LEFT JOIN (SELECT ad_group.google_campaign_id, day.day, SUM(day.cost) AS cost
                        FROM google_ads_ad_group_day day
                        JOIN google_ads_ad_group ad_group ON ad_group.id = day.ad_group_id
                       WHERE %s
                       GROUP BY 1, 2) explained
                  ON explained.google_campaign_id = day.google_campaign_id
                 AND explained.day = day.day
           LEFT JOIN res_currency money ON money.id = day.currency_id
                """,
                self._in_range(SQL("day.day"), is_day=True),
            ),
            # less than a cent is how the campaign's cost was rounded
            SQL(
                "CASE WHEN ABS(day.cost - COALESCE(explained.cost, 0)) >= money.rounding"
                " THEN day.cost - COALESCE(explained.cost, 0) ELSE 0 END"
            ),
        )

    def _get_cost(self, kind, table, joins, cost, **columns):
        """SQL of costs, one row for each of ``table`` that is not zero."""
        happened = self._in_range(SQL("day.day"), is_day=True)
        money = SQL("SELECT day.currency_id, day.day FROM %s day WHERE %s", table, happened)
        amount = self._convert(cost, SQL("day.currency_id"))
        return SQL(
            """
            SELECT %(columns)s
              FROM %(table)s day %(joins)s
         LEFT JOIN (%(factors)s) factor
                ON factor.currency_id = day.currency_id AND factor.day = day.day
             WHERE %(cost)s <> 0 AND %(happened)s AND %(wanted)s
            """,
            columns=self._name_columns(
                id=self._get_row_id(SQL("day.id"), kind),
                fact=SQL("'cost'"),
                date=SQL("day.day"),
                account_id=SQL("day.account_id"),
                company_id=SQL("day.company_id"),
                campaign_id=SQL("known.campaign_id"),
                campaign_name=SQL("known.name"),
                campaign_type=SQL("known.channel_type"),
                cost_actual=amount,
                profit=SQL("-%s", amount),
                **columns,
            ),
            table=table,
            joins=joins,
            factors=self._get_factors(money),
            cost=cost,
            happened=happened,
            wanted=self._is_wanted(SQL("day.id"), kind),
        )

    @api.model
    def _get_row_id(self, record, kind):
        return SQL("%s::bigint * 4 + %s", record, kind)

    def _is_wanted(self, record, kind):
        """SQL condition that a row of a kind is asked for by its id, where any is."""
        ids = self._asked().ids
        if ids is None:
            return EVERY
        return SQL("%s IN %s", record, tuple(one >> 2 for one in ids if one & 3 == kind) or (0,))

    def _name_columns(self, **values):
        """SQL of every column of the report; what a kind of row does not know is empty."""
        texts = (*NAMES, *CLICK_TEXTS)
        ids = ("lead_id", "account_id", "campaign_id", "team_id", "user_id", "partner_id")
        columns = {
            **dict.fromkeys(texts, SQL("NULL::varchar")),
            **dict.fromkeys((*ids, *COUNTS), SQL("NULL::integer")),
            **dict.fromkeys(("revenue", "cost_actual"), SQL("NULL::numeric")),
            **dict.fromkeys(
                ("won_rate", "roi_percent", "cost_per_lead", "cost_per_won"), SQL("NULL::float8")
            ),
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            **values,
        }
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in sorted(columns.items())
        )
