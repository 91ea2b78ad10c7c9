from odoo import api, models
from odoo.tools import SQL

from ...kpi.period import shift
from ..lead_sql import EVERY
from .google_ads_coverage import DELIVERED

# The last two bits of a row's id say what it is about.
GOOGLE, EVENT, CLICK = range(3)
OF_GOOGLE = ("google_clicks", "google_conversions", "google_value")
OF_CLICK = ("clicked_count", "event_after_count")
OF_EVENT = (
    *("lead_count", "event_count", "delivered_count", "under_way_count", "attention_count"),
    *("left_out_count", "click_before_count", "won_count", "person_count"),
)
AMOUNTS = ("google_value", "delivered_value", "revenue")
# What only events have: Google's numbers cannot be told by it.
EVENT_COLUMNS = {
    **dict.fromkeys(("event", "status", "outcome"), SQL("NULL::varchar")),
    **dict.fromkeys(("lead_id", "partner_id", "conversion_id"), SQL("NULL::integer")),
    "click_date": SQL("NULL::date"),
}
NOT_DELIVERED = {
    "under_way": ("under_way",),
    "attention": ("attention",),
    # what Google was told and does not count is none of its conversions either
    "left_out": ("left_out", "unmatched"),
}
# A click is looked for by when we saw it; Google may have it on the day before or after.
AROUND = 2


class GoogleAdsComparisonFactsMixin(models.AbstractModel):
    """The rows that Google's numbers are compared by, each kind a small SQL of its own.

    *Google*: its numbers of one campaign on one day. *Event*: something that could be reported, on
    the day it happened, with what became of it. *Click*: the same once more for a delivered event,
    on the day of its click, where Google counts it.
    """

    _name = "google.ads.comparison.facts.mixin"
    _description = "Facts of Google and Odoo"
    _inherit = ["google.ads.amounts.mixin", "won.deals.mixin"]
    _only_of_leads = frozenset(EVENT_COLUMNS)
    _told_by_google = frozenset((*OF_GOOGLE, *OF_CLICK, "difference", "value_difference"))
    _count_of_leads = "event_count"

    @property
    def _table_query(self):
        parts = [self._get_events()]
        if self._tells_google():
            parts += [self._get_google(), self._get_clicks()]
        return SQL(" UNION ALL ").join(parts)

    # ------------------------------------------------------------
    # Google's numbers
    # ------------------------------------------------------------

    def _get_google(self):
        happened = self._in_range(SQL("day.day"), is_day=True)
        money = SQL(
            "SELECT day.currency_id, day.day FROM google_ads_campaign_day day WHERE %s", happened
        )
        return SQL(
            """
            SELECT %(columns)s
              FROM google_ads_campaign_day day
         LEFT JOIN (%(factors)s) factor
                ON factor.currency_id = day.currency_id AND factor.day = day.day
             WHERE %(happened)s AND %(wanted)s
            """,
            columns=self._name_columns(
                GOOGLE,
                SQL("day.id"),
                SQL("'google'"),
                date=SQL("day.day"),
                account_id=SQL("day.account_id"),
                company_id=SQL("day.company_id"),
                campaign_id=SQL("day.campaign_id"),
                google_campaign_id=SQL("day.google_campaign_id"),
                google_clicks=SQL("day.clicks"),
                google_conversions=SQL("day.conversions"),
                google_value=self._convert(SQL("day.conversions_value"), SQL("day.currency_id")),
            ),
            factors=self._get_factors(money),
            happened=happened,
            wanted=self._is_wanted(SQL("day.id"), GOOGLE),
        )

    # ------------------------------------------------------------
    # Events
    # ------------------------------------------------------------

    def _get_events(self):
        events = self._list_events(EVENT, happened=self._in_range)
        is_delivered = SQL("e.outcome IN %s", DELIVERED)
        return self._select_events(
            EVENT,
            events,
            self._is_wanted(SQL("e.id"), EVENT),
            date=self._get_day(SQL("e.date")),
            event=SQL("e.event"),
            status=SQL("e.status"),
            outcome=SQL("e.outcome"),
            lead_id=SQL("e.lead_id"),
            partner_id=SQL("e.partner_id"),
            conversion_id=SQL("e.conversion_id"),
            click_date=self._get_click_day(),
            event_count=SQL("1"),
            lead_count=SQL("(e.event = 'lead_created' AND landing.id IS NOT NULL)::int"),
            delivered_count=SQL("(%s)::int", is_delivered),
            click_before_count=SQL(
                "(%s AND %s < %s)::int", is_delivered, self._get_click_day(), self._asked().first
            )
            if self._asked().first
            else SQL("0"),
            delivered_value=SQL("CASE WHEN %s THEN %s END", is_delivered, self._get_value()),
            won_count=SQL("(e.event = 'deal_won')::int"),
            revenue=SQL("CASE WHEN e.event = 'deal_won' THEN %s END", self._get_revenue()),
            **{
                f"{name}_count": SQL("(e.outcome IN %s)::int", outcomes)
                for name, outcomes in NOT_DELIVERED.items()
            },
            person_count=SQL("(e.outcome = 'delivered_person')::int"),
        )

    def _get_clicks(self):
        """Delivered events on the day of their click, whenever they happened."""
        first, last = self._asked().first, self._asked().last
        told = SQL(
            "o.state = 'success' AND o.click_time >= %s AND o.click_time < %s",
            shift(first, -AROUND) if first else "-infinity",
            shift(last, AROUND + 1) if last else "infinity",
        )
        events = self._list_events(CLICK, told=told, lists=("reported",))
        day = self._get_click_day()
        return self._select_events(
            CLICK,
            events,
            SQL(
                "e.outcome = 'delivered' AND %s AND %s",
                self._in_range(day, is_day=True),
                self._is_wanted(SQL("e.id"), CLICK),
            ),
            date=day,
            clicked_count=SQL("1"),
            event_after_count=SQL("(%s > %s)::int", self._get_day(SQL("e.date")), last)
            if last
            else SQL("0"),
        )

    def _list_events(self, kind, **options):
        """SQL of what happened to leads and contacts, and what became of it. Those of contacts and
        stages are few, and asked for by themselves, so that each part is planned for what it has.

        :param kind: of the rows that are made of it
        :param options: as for ``google.ads.event._get_query``
        """
        events = self.env["google.ads.event"]
        conditions = {
            "milestone": self._is_about(SQL("lead_id"), kind),
            "contact": SQL("lead_id IS NULL"),
        }
        if self.env["google.ads.event.list"]._counts_stages():
            conditions["stage"] = SQL("lead_id IS NOT NULL")
        return SQL(" UNION ALL ").join(
            SQL("SELECT * FROM (%s) part", events._get_query(condition, kinds=(kind,), **options))
            for kind, condition in conditions.items()
        )

    def _select_events(self, kind, events, where, **columns):
        """SQL of rows about events, ``e``, of who clicked a Google ad, came by a campaign that one
        of Google's stands for, or was reported by e-mail and phone alone.

        Whose click Google described is counted for that campaign; of the others Google's campaign
        is known where only one stands for theirs.
        """
        company = SQL("COALESCE(e.company_id, owner.company_id)")
        # OFFSET: look each up by its id; the database expects far more events, and would read all
        return SQL(
            """
            SELECT %(columns)s
              FROM (%(events)s) e
         LEFT JOIN google_ads_account owner ON owner.id = e.account_id
         LEFT JOIN LATERAL (SELECT * FROM conversion_touchpoint
                             WHERE id = e.google_touch_id
                            OFFSET 0) landing ON TRUE
         LEFT JOIN LATERAL (SELECT * FROM google_ads_click
                             WHERE id = landing.google_ads_click_id
                            OFFSET 0) click ON TRUE
         LEFT JOIN google_ads_campaign clicked
                ON clicked.account_id = click.account_id
               AND clicked.google_id = click.google_campaign_id
   CROSS JOIN LATERAL (SELECT COUNT(*) AS number, MIN(id) AS id
                         FROM google_ads_campaign
                        WHERE campaign_id = COALESCE(landing.campaign_id, e.campaign_id)
                          AND company_id = %(company)s) mapped
                   %(more)s
             WHERE (landing.id IS NOT NULL OR mapped.number > 0
                    OR e.matched_by = 'person') AND %(where)s
            """,
            columns=self._name_columns(
                kind,
                SQL("e.id"),
                SQL("'event'") if kind == EVENT else SQL("'click'"),
                account_id=SQL("COALESCE(click.account_id, e.account_id)"),
                company_id=company,
                campaign_id=SQL(
                    "COALESCE(clicked.campaign_id, landing.campaign_id, e.campaign_id)"
                ),
                google_campaign_id=SQL(
                    "COALESCE(clicked.id, CASE WHEN mapped.number = 1 THEN mapped.id END)"
                ),
                **columns,
            ),
            events=events,
            company=company,
            more=self._get_joins() if kind == EVENT else SQL(),
            where=where,
        )

    @api.model
    def _get_click_day(self):
        """Day of the click, as Google dates it where it described it."""
        return SQL("COALESCE(click.day, %s)", self._get_day(SQL("landing.occurred_at")))

    def _get_joins(self):
        """What the value of an event is read from."""
        totals = self._get_totals(self._get_choice("revenue_basis"))
        money = SQL(
            "SELECT told.currency_id, told.event_time::date AS day FROM google_ads_conversion told"
            " WHERE told.value != 0"
        )
        return SQL(
            """
            LEFT JOIN LATERAL (SELECT * FROM google_ads_conversion
                                WHERE id = e.conversion_id AND e.outcome IN %(delivered)s
                               OFFSET 0) sent ON TRUE
            LEFT JOIN (%(factors)s) factor
                   ON factor.currency_id = sent.currency_id AND factor.day = sent.event_time::date
            LEFT JOIN LATERAL (SELECT * FROM crm_lead
                                WHERE id = e.lead_id AND e.event = 'deal_won'
                               OFFSET 0) lead ON TRUE
                   %(totals)s
            """,
            delivered=DELIVERED,
            factors=self._get_factors(money),
            totals=SQL("LEFT JOIN (%s) total ON total.lead_id = e.lead_id", totals)
            if totals
            else SQL(),
        )

    @api.model
    def _get_value(self):
        """What Google was told last of the value of an event."""
        value = SQL(
            """
            COALESCE((SELECT correction.value
                        FROM google_ads_conversion correction
                       WHERE correction.origin_id = sent.id AND correction.state = 'success'
                       ORDER BY correction.id DESC
                       LIMIT 1), sent.value)
            """
        )
        return self._convert(value, SQL("sent.currency_id"))

    def _get_revenue(self):
        if self._get_choice("revenue_basis") != "expected":
            return SQL("COALESCE(total.revenue, 0)")
        return self._in_report_currency(
            SQL("COALESCE(lead.expected_revenue, 0)"),
            SQL("lead.company_id"),
            self._get_day(SQL("e.date")),
        )

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _is_wanted(self, record, kind):
        """SQL condition that a row of a kind is asked for by its id, where any is."""
        ids = self._asked().ids
        if ids is None:
            return EVERY
        return SQL("%s IN %s", record, tuple(one >> 2 for one in ids if one & 3 == kind) or (0,))

    def _is_about(self, lead, kind):
        """The same of the lead of an event, so that the others need not be looked at."""
        ids = self._asked().ids
        if ids is None:
            return EVERY
        events = self.env["google.ads.event.list"]
        leads = {events._get_lead_id(one >> 2) for one in ids if one & 3 == kind}
        return SQL("%s IN %s", lead, tuple(leads) or (0,))

    def _name_columns(self, kind, record, fact, **values):
        """SQL of every column of the report; what a kind of row does not know is empty."""
        ids = ("account_id", "company_id", "campaign_id", "google_campaign_id")
        counts = (*OF_EVENT, *OF_CLICK, "google_clicks")
        columns = {
            **EVENT_COLUMNS,
            **dict.fromkeys((*ids, *counts), SQL("NULL::integer")),
            **dict.fromkeys(AMOUNTS, SQL("NULL::numeric")),
            "google_conversions": SQL("NULL::float8"),
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            "id": SQL("%s::bigint * 4 + %s", record, kind),
            "fact": fact,
            **values,
        }
        columns["difference"] = SQL(
            "COALESCE(%s, 0) - COALESCE(%s, 0)",
            columns["google_conversions"],
            columns["delivered_count"],
        )
        columns["value_difference"] = SQL(
            "COALESCE(%s, 0) - COALESCE(%s, 0)", columns["google_value"], columns["delivered_value"]
        )
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in sorted(columns.items())
        )
