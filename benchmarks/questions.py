"""What the web client asks of a large database, and SQL by hand that answers the same.

A question is two functions of an Odoo environment: ``ours``, and ``plain`` where there is something
to compare with. Both give rows, which must agree; or ``None``, where there is nothing to compare.
What lists and forms ask is read from their views, so that it changes with them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from benchmarks.dataset import MANAGER, SELLER


@dataclass
class Question:
    """:ivar seconds, ratio: the goals; no ratio where nothing is to be compared with"""

    name: str
    ours: Callable
    plain: Callable | None = None
    seconds: float = 1.0
    ratio: float | None = 1.3
    login: str = MANAGER


def _sql(query):
    def ask(env):
        values = {"companies": tuple(env.companies.ids), "tz": str(env.tz), "user": env.uid}
        env.cr.execute(query, values)
        return env.cr.fetchall()

    return ask


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
  FROM utm_campaign_cost WHERE company_id IN %(companies)s GROUP BY 1
"""
MONTH = "date_trunc('month', {} AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date"


def _report(groupby):
    """The report, grouped as its pivot asks."""

    def ask(env):
        groups = env["campaign.roi.report"].formatted_read_group(
            [], [groupby], [*(f"{name}:sum" for name in MEASURES), "roi_percent:avg"]
        )
        return [
            (_key(group[groupby]), *(group[f"{name}:sum"] for name in MEASURES)) for group in groups
        ]

    return ask


def _key(value):
    """What a group is called in SQL: the id of a record, the first day of a period."""
    return value[0] if isinstance(value, (list, tuple)) else value


def _report_by(column, of_cost):
    facts = (LEADS.format(key=column), COSTS.format(key=of_cost))
    return _sql(OF_ALL.format(facts=" UNION ALL ".join(facts)))


def _report_by_month():
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
        EVENTS.format(key=MONTH.format(moment), condition=condition, **{**nothing, **columns})
        for moment, condition, columns in events
    ]
    facts.append(COSTS.format(key="date_trunc('month', date)::date"))
    return _sql(OF_ALL.format(facts=" UNION ALL ".join(facts)))


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
         WHERE l.company_id IS NULL OR l.company_id IN %(companies)s
         GROUP BY 1
         UNION ALL
        SELECT NULL, 0, 0, 0, 0, spent.cost FROM spent
         WHERE NOT EXISTS (SELECT 1 FROM came WHERE came.campaign_id = spent.campaign_id)) AS fact
 GROUP BY key
"""


# ------------------------------------------------------------
# Attribution
# ------------------------------------------------------------


def _models(env):
    groups = env["conversion.credit.report"].formatted_read_group(
        [], ["channel", "attribution_model"], ["revenue:sum"]
    )
    return [
        (group["channel"], group["attribution_model"], group["revenue:sum"]) for group in groups
    ]


SHARED = ("first_touch", "last_touch", "linear", "position_based", "w_shaped", "time_decay")
MODELS_COMPARED = f"""
WITH deal AS (SELECT id, expected_revenue, lead_creation_touch_id FROM crm_lead
               WHERE won_status = 'won'
                 AND (company_id IS NULL OR company_id IN %(companies)s)),
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


def _pages(env):
    groups = env["campaign.roi.report"].formatted_read_group(
        [], ["landing_page"], ["lead_count:sum", "won_count:sum"]
    )
    return [
        (group["landing_page"], group["lead_count:sum"], group["won_count:sum"]) for group in groups
    ]


PAGES = """
SELECT touch.landing_page, count(*), count(*) FILTER (WHERE lead.won_status = 'won')
  FROM crm_lead lead
  LEFT JOIN conversion_touchpoint touch ON touch.id = lead.lead_creation_touch_id
 WHERE lead.company_id IS NULL OR lead.company_id IN %(companies)s
 GROUP BY 1
"""


# ------------------------------------------------------------
# Lists and forms
# ------------------------------------------------------------


def _once(find):
    """Remember what ``find`` gave: the client looks views and records up before it asks."""
    found = {}

    def get(env, *arguments):
        key = (env.uid, *arguments)
        if key not in found:
            found[key] = find(env, *arguments)
        return found[key]

    return get


@_once
def _specification(env, model, kind, view=None):
    """What ``web_read`` is asked by a view: its fields, and those of the lists in it."""
    view_id = env.ref(view).id if view else False
    shown = env[model].get_views([(view_id, kind)])
    return _of_node(etree.fromstring(shown["views"][kind]["arch"]), env[model])


def _of_node(node, model):
    asked = {}
    for field in node.xpath("descendant::field[not(ancestor::field)]"):
        name = field.get("name")
        if name not in model._fields or field.get("optional") == "hide":
            continue
        kind, comodel = model._fields[name].type, model._fields[name].comodel_name
        asked[name] = {}
        if kind == "many2one":
            asked[name] = {"fields": {"display_name": {}}}
        elif kind in ("one2many", "many2many"):
            # a nested view is read as a document of its own
            nested = etree.fromstring(etree.tostring(field[0])) if len(field) else None
            fields = {} if nested is None else _of_node(nested, model.env[comodel])
            asked[name] = {"fields": fields or {"display_name": {}}, "limit": 40}
    return asked


@_once
def _search_id(env, model, domain):
    """Id of the last record that a tuple of conditions holds for, archived or not."""
    records = env[model].with_context(active_test=False)
    return records.search(list(domain), order="id desc", limit=1).id


def _campaign_list(env):
    campaigns = env["utm.campaign"]
    asked = _specification(
        env, "utm.campaign", "list", "conversion_tracking.utm_campaign_view_list"
    )
    campaigns.web_search_read([], asked, limit=80, order="cost_actual desc, id")


def _campaign_list_by_hand(env):
    env.cr.execute(
        """
        SELECT c.*, l.*, k.*
          FROM utm_campaign c
          LEFT JOIN (SELECT campaign_id, count(*) AS leads,
                            count(COALESCE(qualified_at, date_conversion)) AS qualified,
                            count(*) FILTER (WHERE won_status = 'won') AS won,
                            sum(expected_revenue) FILTER (WHERE won_status = 'won') AS revenue
                       FROM crm_lead GROUP BY 1) l ON l.campaign_id = c.id
          LEFT JOIN (SELECT campaign_id, sum(actual_company_amount) AS cost
                       FROM utm_campaign_cost GROUP BY 1) k ON k.campaign_id = c.id
         WHERE c.is_auto_campaign IS NOT TRUE AND c.active
         ORDER BY k.cost DESC NULLS LAST, c.id LIMIT 80
        """
    )
    env.cr.fetchall()


def _campaign_groups(env):
    measures = [f"{name}:sum" for name in MEASURES]
    groups = env["utm.campaign"].formatted_read_group([], ["campaign_type"], measures)
    return [(group["campaign_type"], *(group[name] for name in measures)) for group in groups]


CAMPAIGN_GROUPS = _sql(
    f"""
    SELECT c.campaign_type, sum(leads), sum(qualified), sum(won), sum(revenue), sum(cost),
           sum(revenue) - sum(cost)
      FROM ({LEADS.format(key="campaign_id")} UNION ALL {COSTS.format(key="campaign_id")}) AS fact
      JOIN utm_campaign c ON c.id = fact.key AND c.active
     GROUP BY 1
    """
)


def _campaign_form(env):
    campaign = _search_id(env, "utm.campaign", (("title", "=", "Campaign 3"),))
    asked = _specification(env, "utm.campaign", "form")
    env["utm.campaign"].browse(campaign).web_read(asked)


def _lead_form(*sides):
    """A won deal's form; only the fields that are ours, or core's, or both."""

    def ask(env):
        lead = env["crm.lead"].browse(_search_id(env, "crm.lead", (("won_status", "=", "won"),)))
        asked = _specification(env, "crm.lead", "form")
        lead.web_read(
            {
                name: value
                for name, value in asked.items()
                if ("conversion_tracking" in lead._fields[name]._modules) in sides
            }
        )

    return ask


def _google_report(env):
    lead = _search_id(env, "crm.lead", (("google_touch_id", "!=", False),))
    env["crm.lead"].browse(lead).read(["google_report"])


def _by_first_touch(env):
    groups = env["crm.lead"].formatted_read_group(
        [("type", "=", "opportunity")],
        ["first_touch_source_id"],
        ["__count", "expected_revenue:sum"],
    )
    return [
        (_key(group["first_touch_source_id"]), group["__count"], group["expected_revenue:sum"])
        for group in groups
    ]


BY_FIRST_TOUCH = _sql(
    """
    SELECT t.source_id, count(*), sum(l.expected_revenue)
      FROM crm_lead l LEFT JOIN conversion_touchpoint t ON t.id = l.first_touch_id
     WHERE l.active AND l.type = 'opportunity'
       AND (l.company_id IS NULL OR l.company_id IN %(companies)s)
     GROUP BY 1
    """
)


def _seller_list(with_ours):
    def ask(env):
        leads = env["crm.lead"]
        asked = _specification(env, "crm.lead", "list", "crm.crm_case_tree_view_oppor")
        ours = ("first_touch_channel", "first_touch_source_id", "lead_creation_source_id")
        if with_ours:
            asked |= {name: {} for name in ours}
        leads.web_search_read([("type", "=", "opportunity")], asked, limit=80)

    return ask


OF_SELLER_BY_FIRST_TOUCH = """
    SELECT t.source_id, count(*), sum(l.expected_revenue)
      FROM crm_lead l LEFT JOIN conversion_touchpoint t ON t.id = l.first_touch_id
     WHERE l.active AND l.type = 'opportunity' AND (l.user_id = %(user)s OR l.user_id IS NULL)
       AND (l.company_id IS NULL OR l.company_id IN %(companies)s)
     GROUP BY 1
"""


# ------------------------------------------------------------
# Google Ads
# ------------------------------------------------------------


def _coverage(env):
    groups = env["google.ads.coverage"].formatted_read_group([], ["outcome", "status"], ["__count"])
    return [(group["outcome"], group["status"], group["__count"]) for group in groups]


COVERAGE = _sql(
    """
    SELECT CASE WHEN status = 'success' THEN 'delivered'
                WHEN status IN ('waiting', 'sending', 'sent') THEN 'under_way'
                WHEN status IN ('held', 'unclear', 'failed') THEN 'attention'
                ELSE 'left_out' END, status, count(*)
      FROM (SELECT COALESCE(o.state,
                   CASE WHEN l.consent = 'denied' THEN 'no_consent'
                        WHEN g.gclid IS NULL AND c.click_platform <> 'google' THEN 'other_platform'
                        WHEN g.gclid IS NULL THEN 'no_click_id'
                        WHEN e.at <= g.occurred_at - interval '1 hour' THEN 'event_before_click'
                        WHEN e.at - g.occurred_at > interval '90 days' THEN 'click_too_old'
                        WHEN now() AT TIME ZONE 'UTC' - g.occurred_at > interval '90 days'
                            THEN 'click_too_old'
                        ELSE 'missing' END) AS status
              FROM crm_lead l
              LEFT JOIN conversion_touchpoint g ON g.id = l.google_touch_id
              LEFT JOIN conversion_touchpoint c ON c.id = l.lead_creation_touch_id
         CROSS JOIN LATERAL (VALUES
                   ('lead_created', l.create_date), ('lead_qualified', l.qualified_at),
                   ('deal_won', CASE WHEN l.won_status = 'won' THEN l.won_at END)) AS e (event, at)
              LEFT JOIN google_ads_conversion o
                     ON o.res_id = l.id AND o.res_model = 'crm.lead' AND o.event = e.event
             WHERE e.at IS NOT NULL
               AND (l.company_id IS NULL OR l.company_id IN %(companies)s)) AS line
     GROUP BY 1, 2
    """
)

QUESTIONS = (
    Question(
        "campaign ROI by campaign", _report("campaign_id"), _report_by("campaign_id", "campaign_id")
    ),
    Question("campaign ROI by month", _report("date:month"), _report_by_month()),
    Question("campaign ROI by source", _report("source_id"), _sql(BY_SOURCE)),
    Question("landing pages", _pages, _sql(PAGES)),
    Question("attribution models compared", _models, _sql(MODELS_COMPARED)),
    Question("deals and their touches, a page", _deals),
    Question("campaign list, sorted", _campaign_list, _campaign_list_by_hand, 0.5),
    Question("campaign list, totals by type", _campaign_groups, CAMPAIGN_GROUPS, 0.5),
    Question("one campaign", _campaign_form, seconds=0.05),
    Question("coverage by outcome and status", _coverage, COVERAGE, 1.5, None),
    # beside core's own part of the form
    Question(
        "a lead's page with its journey",
        _lead_form(True, False),
        _lead_form(False),
        0.05,
        None,
    ),
    Question("the part of it that is ours", _lead_form(True), seconds=0.05),
    Question("what was reported of a lead", _google_report, seconds=0.01),
    Question("leads by first-touch source", _by_first_touch, BY_FIRST_TOUCH),
    # a salesperson, with and without what is ours
    Question(
        "a salesperson's list", _seller_list(True), _seller_list(False), ratio=1.3, login=SELLER
    ),
    Question(
        "a salesperson's groups",
        _by_first_touch,
        _sql(OF_SELLER_BY_FIRST_TOUCH),
        login=SELLER,
    ),
)
