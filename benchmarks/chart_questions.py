"""The board's charts for its last ninety days, and SQL by hand for the same numbers."""

from benchmarks.question import Question, by_hand
from benchmarks.screen_questions import COVERAGE

PERIOD = {"period": "last_90_days"}
TEXTS = ("landing_pages", "forms", "referrers")


def read(board, keys):
    """Sections of the board, ``{key: payload}``, asked for as the client does."""
    sections = {}
    while keys:
        answer = board.get_board(PERIOD, keys)
        sections |= answer["sections"]
        keys = answer["pending"]
    return sections


def _charts(env):
    board = env["conversion.board"]
    shown = read(board, [key for key, one in board._get_sections().items() if one.group == "chart"])
    rows = [
        ("channel", row["key"], *(row["values"][name] for name in ("leads", "won", "revenue")))
        for row in shown["channel_result"]["rows"]
    ]
    rows += [("funnel", step["key"], step["value"]) for step in shown["funnel"]["steps"]]
    rows += [
        ("pipeline", row["key"], row["values"]["open_deals"])
        for row in shown["pipeline"]["rows"]
        if row["key"] != "rest"
    ]
    for name in TEXTS:
        # those that brought as many are in no order
        rows += [(name, row["values"]["leads"]) for row in shown[name]["rows"]]
    rows += [
        ("google", row["key"], row["value"])
        for row in shown["google_ads"]["rows"]
        if not row["key"].startswith("reason_")
    ]
    return [row for row in rows if row[-1]]


OF_COMPANIES = "(l.company_id IS NULL OR l.company_id IN %(companies)s)"
WON_AT = "COALESCE(l.won_at, l.date_closed, l.create_date)"
WEEK = "date_trunc('week', {} AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)"
# Each lead carries an equal share of what its campaign cost.
CHANNELS = f"""
WITH unit AS (
    SELECT campaign_id, spent.cost / came.leads AS cost
      FROM (SELECT campaign_id, sum(actual_company_amount) AS cost FROM utm_campaign_cost
             WHERE company_id IN %(companies)s GROUP BY 1) AS spent
      JOIN (SELECT campaign_id, count(*) AS leads FROM crm_lead l
             WHERE {OF_COMPANIES} GROUP BY 1) AS came USING (campaign_id))
SELECT l.lead_creation_channel, {WEEK.format("l.create_date")}, count(*), 0, 0, sum(unit.cost)
  FROM crm_lead l LEFT JOIN unit ON unit.campaign_id = l.campaign_id
 WHERE l.create_date >= %(from_at)s AND l.create_date < %(to_at)s AND {OF_COMPANIES}
 GROUP BY 1, 2
 UNION ALL
SELECT l.lead_creation_channel, {WEEK.format(WON_AT)}, 0, count(*), sum(l.expected_revenue), 0
  FROM crm_lead l
 WHERE l.won_status = 'won' AND {WON_AT} >= %(from_at)s AND {WON_AT} < %(to_at)s
   AND {OF_COMPANIES}
 GROUP BY 1, 2
"""
CAMPAIGNS = f"""
SELECT campaign_id, sum(leads), sum(won), sum(revenue), sum(cost)
  FROM (SELECT campaign_id, count(*) AS leads, 0 AS won, 0 AS revenue, 0 AS cost FROM crm_lead l
         WHERE create_date >= %(from_at)s AND create_date < %(to_at)s AND {OF_COMPANIES} GROUP BY 1
         UNION ALL
        SELECT campaign_id, 0, count(*), sum(expected_revenue), 0 FROM crm_lead l
         WHERE won_status = 'won' AND {WON_AT} >= %(from_at)s AND {WON_AT} < %(to_at)s
           AND {OF_COMPANIES} GROUP BY 1
         UNION ALL
        SELECT campaign_id, 0, 0, 0, sum(actual_company_amount) FROM utm_campaign_cost
         WHERE date >= %(from)s AND company_id IN %(companies)s GROUP BY 1) AS fact
 GROUP BY 1 ORDER BY 5 DESC LIMIT 10
"""
FUNNEL = f"""
SELECT count(*), count(*) FILTER (WHERE COALESCE(won, quoted, qualified) IS NOT NULL),
       count(*) FILTER (WHERE COALESCE(won, quoted) IS NOT NULL), count(won),
       sum(expected_revenue) FILTER (WHERE COALESCE(won, quoted, qualified) IS NOT NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY qualified - create_date),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY quoted - COALESCE(qualified, create_date)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY won - COALESCE(quoted, qualified, create_date))
  FROM (SELECT l.create_date, l.expected_revenue, q.at AS quoted,
               COALESCE(l.qualified_at, l.date_conversion) AS qualified,
               CASE WHEN l.won_status = 'won' THEN {WON_AT} END AS won
          FROM crm_lead l
          LEFT JOIN (SELECT opportunity_id, min(create_date) AS at FROM sale_order
                      WHERE state <> 'cancel' GROUP BY 1) AS q ON q.opportunity_id = l.id
         WHERE l.create_date >= %(from_at)s AND l.create_date < %(to_at)s AND {OF_COMPANIES}
       ) AS life
"""
PIPELINE = f"""
SELECT source_id, count(*), sum(expected_revenue) FROM crm_lead l
 WHERE type = 'opportunity' AND active AND won_status = 'pending' AND {OF_COMPANIES}
 GROUP BY 1 ORDER BY 3 DESC NULLS LAST LIMIT 10
"""
RANKED = f"""
SELECT GROUPING(landing_page, page, site), landing_page, page, site, count(*),
       count(*) FILTER (WHERE won_status = 'won')
  FROM (SELECT l.won_status, t.landing_page, substring(t.referrer from '://(?:www\\.)?([^/]+)')
               AS site,
               (SELECT form.page FROM conversion_touchpoint form
                 WHERE form.lead_id = l.id AND form.kind = 'conversion'
                 ORDER BY form.occurred_at, form.id LIMIT 1) AS page
          FROM crm_lead l LEFT JOIN conversion_touchpoint t ON t.id = l.lead_creation_touch_id
         WHERE l.create_date >= %(from_at)s AND l.create_date < %(to_at)s AND {OF_COMPANIES}
       ) AS lead
 GROUP BY GROUPING SETS (landing_page, page, site)
"""
IN_PERIOD = "AND e.at >= %(from_at)s AND e.at < %(to_at)s"


def _by_hand(env):
    channels, _campaigns, funnel, pipeline, ranked, covered = (
        by_hand(query)(env)
        for query in (
            *(CHANNELS, CAMPAIGNS, FUNNEL, PIPELINE, RANKED),
            COVERAGE.format(condition=IN_PERIOD),
        )
    )
    results, outcomes = {}, {}
    for channel, _week, *values in channels:
        sums = results.setdefault(channel, [0, 0, 0])
        results[channel] = [one + (value or 0) for one, value in zip(sums, values, strict=False)]
    for outcome, _status, number in covered:
        outcomes[outcome] = outcomes.get(outcome, 0) + number
    rows = [("channel", channel, *sums) for channel, sums in results.items()]
    steps = ("lead", "qualified", "quotation", "won")
    rows += [("funnel", step, number) for step, number in zip(steps, funnel[0], strict=False)]
    rows += [("pipeline", source, number) for source, number, _amount in pipeline]
    for name, mark in zip(TEXTS, (0b011, 0b101, 0b110), strict=True):
        found = [row for row in ranked if row[0] == mark and any(row[1:4])]
        counts = sorted((row[4] for row in found), reverse=True)
        rows += [(name, number) for number in counts[:10]]
    rows += [("google", outcome, number) for outcome, number in outcomes.items()]
    return [row for row in rows if row[-1]]


CHARTS = (Question("the board's charts", _charts, _by_hand, 1.5, 1.5),)
