"""Questions to the reports, and SQL by hand that answers the same."""

from benchmarks.question import Question, by_hand, key_of

# ------------------------------------------------------------
# Campaign ROI
# ------------------------------------------------------------

MEASURES = ("lead_count", "qualified_count", "won_count", "revenue", "cost_actual", "profit")
OF_ALL = """
SELECT key, sum(leads), sum(qualified), sum(won), sum(revenue), sum(cost), sum(revenue) - sum(cost)
  FROM ({facts}) AS fact GROUP BY key
"""
LEADS = """
SELECT {key} AS key, count(*) AS leads,
       count(*) FILTER (WHERE COALESCE(qualified_at, date_conversion) IS NOT NULL) AS qualified,
       count(*) FILTER (WHERE won_status = 'won') AS won,
       COALESCE(sum(expected_revenue) FILTER (WHERE won_status = 'won'), 0) AS revenue, 0 AS cost
  FROM crm_lead WHERE company_id IS NULL OR company_id IN %(companies)s GROUP BY 1
"""
EVENTS = """
SELECT {key} AS key, {leads} AS leads, {qualified} AS qualified, {won} AS won,
       {revenue} AS revenue, 0 AS cost
  FROM crm_lead
 WHERE (company_id IS NULL OR company_id IN %(companies)s) AND {condition} GROUP BY 1
"""
COSTS = """
SELECT {key} AS key, 0 AS leads, 0 AS qualified, 0 AS won, 0 AS revenue,
       sum(actual_company_amount) AS cost
  FROM utm_campaign_cost WHERE company_id IN %(companies)s AND {condition} GROUP BY 1
"""
MONTH = "date_trunc('month', {} AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date"
MONTH_OF_COST = "date_trunc('month', date)::date"
# what the reports open with
LAST_YEAR = [("date", ">=", "today -12m")]


def _report(groupby, domain=()):
    """The report, grouped as its pivot asks."""

    def ask(env):
        groups = env["campaign.roi.report"].formatted_read_group(
            domain, [groupby], [*(f"{name}:sum" for name in MEASURES), "roi_percent:avg"]
        )
        return [
            (key_of(group[groupby]), *(group[f"{name}:sum"] for name in MEASURES))
            for group in groups
        ]

    return ask


def _cohort(groupby):
    """The last year's leads, and what became of them."""
    ask = _report(groupby, LAST_YEAR)
    return lambda env: ask(env(context={**env.context, "reading": "cohort"}))


def _report_by(column, of_cost):
    facts = (LEADS.format(key=column), COSTS.format(key=of_cost, condition="TRUE"))
    return by_hand(OF_ALL.format(facts=" UNION ALL ".join(facts)))


def _report_by_day(key, of_cost, *, of_year=False):
    """Each fact on its own day, of all times or the last twelve months.

    :param key: what facts are grouped by; ``{}`` stands for their moment
    """
    nothing = dict.fromkeys(("leads", "qualified", "won", "revenue"), "0")
    qualified_at = "COALESCE(qualified_at, date_conversion)"
    events = (
        ("create_date", "TRUE", {"leads": "count(*)"}),
        (qualified_at, f"{qualified_at} IS NOT NULL", {"qualified": "count(*)"}),
        (
            "COALESCE(won_at, date_closed, create_date)",
            "won_status = 'won'",
            {"won": "count(*)", "revenue": "sum(expected_revenue)"},
        ),
    )
    facts = [
        EVENTS.format(
            key=key.format(moment),
            condition=f"{condition} AND {moment} >= %(year_at)s" if of_year else condition,
            **{**nothing, **columns},
        )
        for moment, condition, columns in events
    ]
    since = "date >= %(year)s" if of_year else "TRUE"
    facts.append(COSTS.format(key=of_cost, condition=since))
    return by_hand(OF_ALL.format(facts=" UNION ALL ".join(facts)))


# Each lead with an equal share of what its campaign cost, and the costs that no lead can carry.
BY_SOURCE = """
WITH spent AS (SELECT campaign_id, sum(actual_company_amount) AS cost FROM utm_campaign_cost
                WHERE company_id IN %(companies)s GROUP BY 1),
     came AS (SELECT campaign_id, count(*) AS leads FROM crm_lead
               WHERE company_id IS NULL OR company_id IN %(companies)s GROUP BY 1)
SELECT key, sum(leads), sum(qualified), sum(won), sum(revenue), sum(cost), sum(revenue) - sum(cost)
  FROM (SELECT l.source_id AS key, count(*) AS leads,
               count(COALESCE(l.qualified_at, l.date_conversion)) AS qualified,
               count(*) FILTER (WHERE l.won_status = 'won') AS won,
               COALESCE(sum(l.expected_revenue) FILTER (WHERE l.won_status = 'won'), 0) AS revenue,
               COALESCE(sum(unit.cost), 0) AS cost
          FROM crm_lead l
     LEFT JOIN (SELECT campaign_id, spent.cost / came.leads AS cost
                  FROM spent JOIN came USING (campaign_id)) unit ON unit.campaign_id = l.campaign_id
         WHERE (l.company_id IS NULL OR l.company_id IN %(companies)s) AND {leads}
         GROUP BY 1
         UNION ALL
        SELECT NULL, 0, 0, 0, 0, sum(actual_company_amount) FROM utm_campaign_cost cost
         WHERE company_id IN %(companies)s AND {costs}
           AND NOT EXISTS (SELECT 1 FROM came WHERE came.campaign_id = cost.campaign_id)) AS fact
 GROUP BY key
"""


# ------------------------------------------------------------
# Attribution
# ------------------------------------------------------------


def _models(domain=()):
    def ask(env):
        groups = env["conversion.credit.report"].formatted_read_group(
            domain, ["channel", "attribution_model"], ["revenue:sum"]
        )
        return [
            (group["channel"], group["attribution_model"], group["revenue:sum"]) for group in groups
        ]

    return ask


SHARED = ("first_touch", "last_touch", "linear", "position_based", "w_shaped", "time_decay")
MODELS_COMPARED = f"""
WITH deal AS (SELECT id, expected_revenue, lead_creation_touch_id FROM crm_lead
               WHERE won_status = 'won'
                 AND (company_id IS NULL OR company_id IN %(companies)s) {{condition}}),
     shared AS (
         SELECT COALESCE(touch.channel, 'unattributed') AS channel,
                {
    ", ".join(
        f"sum(deal.expected_revenue * COALESCE(credit.{name}::numeric, 1)) AS {name}"
        for name in SHARED
    )
}
           FROM deal
      LEFT JOIN conversion_credit credit ON credit.lead_id = deal.id
      LEFT JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id
          GROUP BY 1)
SELECT COALESCE(touch.channel, 'unattributed'), 'lead_creation', sum(deal.expected_revenue)
  FROM deal LEFT JOIN conversion_touchpoint touch ON touch.id = deal.lead_creation_touch_id
 GROUP BY 1
 UNION ALL
SELECT channel, model, revenue
  FROM shared, LATERAL (VALUES {", ".join(f"('{name}', {name})" for name in SHARED)})
       AS share (model, revenue)
"""


def _deals(env):
    """The first page of the audit."""
    env["conversion.deal.report"].web_search_read(
        [], {"date": {}, "revenue": {}, "touch_count": {}, "days": {}, "journey": {}}, limit=80
    )


def _pages(domain=()):
    def ask(env):
        cohort = env["campaign.roi.report"].with_context(reading="cohort")
        groups = cohort.formatted_read_group(
            domain, ["landing_page"], ["lead_count:sum", "won_count:sum"]
        )
        return [
            (group["landing_page"], group["lead_count:sum"], group["won_count:sum"])
            for group in groups
        ]

    return ask


PAGES = """
SELECT touch.landing_page, count(*), count(*) FILTER (WHERE lead.won_status = 'won')
  FROM crm_lead lead
  LEFT JOIN conversion_touchpoint touch ON touch.id = lead.lead_creation_touch_id
 WHERE (lead.company_id IS NULL OR lead.company_id IN %(companies)s) {condition}
 GROUP BY 1
"""


def _responses(domain=()):
    """Steps, how many took them, and how soon half of them did."""

    def ask(env):
        groups = env["campaign.response.report"].formatted_read_group(
            domain, ["step"], ["count:sum", "days:avg"]
        )
        return [(group["step"], group["count:sum"], group["days:avg"]) for group in groups]

    return ask


RESPONSES = """
SELECT step, count(*), percentile_cont(0.5) WITHIN GROUP (
           ORDER BY EXTRACT(epoch FROM at - create_date)::float8 / 86400)
  FROM (
        SELECT step, at, create_date FROM crm_lead, LATERAL (VALUES
               ('lead', create_date), ('qualified', COALESCE(qualified_at, date_conversion)),
               ('won', CASE WHEN won_status = 'won'
                            THEN COALESCE(won_at, date_closed, create_date) END)
               ) AS reached (step, at)
         WHERE company_id IS NULL OR company_id IN %(companies)s
         UNION ALL
        SELECT step, at, l.create_date
          FROM sale_order s JOIN crm_lead l ON l.id = s.opportunity_id, LATERAL (VALUES
               ('quotation', CASE WHEN s.state <> 'cancel' THEN s.create_date END),
               ('order', CASE WHEN s.state NOT IN ('draft', 'sent', 'cancel')
                              THEN s.date_order END)) AS reached (step, at)
         WHERE s.company_id IN %(companies)s) AS taken
 WHERE at IS NOT NULL {condition}
 GROUP BY step
"""


REPORTS = (
    # as they open
    Question(
        "ROI of the last year by campaign",
        _report("campaign_id", LAST_YEAR),
        _report_by_day("campaign_id", "campaign_id", of_year=True),
    ),
    Question(
        "ROI of the last year by month",
        _report("date:month", LAST_YEAR),
        _report_by_day(MONTH, MONTH_OF_COST, of_year=True),
    ),
    Question(
        "sources of the last year",
        _cohort("source_id"),
        by_hand(BY_SOURCE.format(leads="l.create_date >= %(year_at)s", costs="date >= %(year)s")),
    ),
    Question(
        "landing pages of the last year",
        _pages(LAST_YEAR),
        by_hand(PAGES.format(condition="AND lead.create_date >= %(year_at)s")),
    ),
    Question(
        "attribution models of the last year",
        _models(LAST_YEAR),
        by_hand(
            MODELS_COMPARED.format(
                condition="AND COALESCE(won_at, date_closed, create_date) >= %(year_at)s"
            )
        ),
    ),
    Question(
        "responses of the last year",
        _responses(LAST_YEAR),
        by_hand(RESPONSES.format(condition="AND at >= %(year_at)s")),
    ),
    Question("deals and their touches, a page", _deals),
    # of all times
    Question(
        "campaign ROI by campaign", _report("campaign_id"), _report_by("campaign_id", "campaign_id")
    ),
    Question("campaign ROI by month", _report("date:month"), _report_by_day(MONTH, MONTH_OF_COST)),
    Question(
        "campaign ROI by source",
        _report("source_id"),
        by_hand(BY_SOURCE.format(leads="TRUE", costs="TRUE")),
    ),
    Question("landing pages", _pages(), by_hand(PAGES.format(condition=""))),
    Question(
        "attribution models compared", _models(), by_hand(MODELS_COMPARED.format(condition=""))
    ),
    Question("responses", _responses(), by_hand(RESPONSES.format(condition=""))),
)
