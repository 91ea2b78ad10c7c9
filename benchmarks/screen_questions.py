"""Questions of lists and forms; what they ask is read from their views, so that it changes with
them."""

from lxml import etree

from benchmarks.dataset import SELLER
from benchmarks.question import Question, by_hand, key_of
from benchmarks.report_questions import COSTS, LEADS, MEASURES

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


CAMPAIGN_GROUPS = by_hand(
    f"""
    SELECT c.campaign_type, sum(leads), sum(qualified), sum(won), sum(revenue), sum(cost),
           sum(revenue) - sum(cost)
      FROM ({LEADS.format(key="campaign_id")} UNION ALL
            {COSTS.format(key="campaign_id", condition="TRUE")}) AS fact
      JOIN utm_campaign c ON c.id = fact.key AND c.active
     GROUP BY 1
    """
)


def _campaign_form(title):
    def ask(env):
        campaign = _search_id(env, "utm.campaign", (("title", "=", title),))
        asked = _specification(env, "utm.campaign", "form")
        env["utm.campaign"].browse(campaign).web_read(asked)

    return ask


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
        (key_of(group["first_touch_source_id"]), group["__count"], group["expected_revenue:sum"])
        for group in groups
    ]


BY_FIRST_TOUCH = by_hand(
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


def _coverage(domain=()):
    def ask(env):
        groups = env["google.ads.coverage"].formatted_read_group(
            domain, ["outcome", "status"], ["__count"]
        )
        return [(group["outcome"], group["status"], group["__count"]) for group in groups]

    return ask


COVERAGE = """
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
             WHERE e.at IS NOT NULL {condition}
               AND (l.company_id IS NULL OR l.company_id IN %(companies)s)) AS line
     GROUP BY 1, 2
"""


def _compared(env):
    rows, *_more = env["google.ads.comparison"].formatted_read_grouping_sets(
        [("date", ">=", "today -30d")],
        [["campaign_id"], [], ["campaign_id", "status"]],
        [
            "google_clicks:sum",
            "google_conversions:sum",
            "delivered_count:sum",
            "event_count:sum",
            "google_value:sum",
            "delivered_value:sum",
            "won_count:sum",
            "revenue:sum",
        ],
    )
    return [
        (
            key_of(row["campaign_id"]),
            row["google_conversions:sum"],
            row["delivered_count:sum"],
            row["event_count:sum"],
        )
        for row in rows
    ]


COMPARED = """
    SELECT campaign_id, sum(google), sum(delivered), sum(event)
      FROM (SELECT campaign_id, conversions AS google, 0 AS delivered, 0 AS event
              FROM google_ads_campaign_day
             WHERE day >= %(month)s AND company_id IN %(companies)s
             UNION ALL
            SELECT COALESCE(g.campaign_id, l.campaign_id), 0, (o.state = 'success')::int, 1
              FROM crm_lead l
              LEFT JOIN conversion_touchpoint g ON g.id = l.google_touch_id
         CROSS JOIN LATERAL (VALUES
                   ('lead_created', l.create_date), ('lead_qualified', l.qualified_at),
                   ('deal_won', CASE WHEN l.won_status = 'won' THEN l.won_at END)) AS e (event, at)
              LEFT JOIN google_ads_conversion o
                     ON o.res_id = l.id AND o.res_model = 'crm.lead' AND o.event = e.event
             WHERE e.at >= %(month_at)s
               AND (l.company_id IS NULL OR l.company_id IN %(companies)s)
               AND (g.id IS NOT NULL
                    OR l.campaign_id IN (SELECT campaign_id FROM google_ads_campaign))) AS fact
     GROUP BY 1
"""

SCREENS = (
    Question("campaign list, sorted", _campaign_list, _campaign_list_by_hand, 0.5),
    Question("campaign list, totals by type", _campaign_groups, CAMPAIGN_GROUPS, 0.5),
    # of 200 leads and 200 costs, as the campaigns of the dataset have on average
    Question("one campaign", _campaign_form("Campaign 1000"), seconds=0.05),
    Question("the largest campaign", _campaign_form("Campaign 3"), seconds=0.05),
    Question(
        "coverage of the last ninety days",
        _coverage([("date", ">=", "today -90d")]),
        by_hand(COVERAGE.format(condition="AND e.at >= %(days_at)s")),
        1.5,
        None,
    ),
    Question("coverage", _coverage(), by_hand(COVERAGE.format(condition="")), 1.5, None),
    # by campaign and reason, with what was clicked before and after
    Question("Google and Odoo compared", _compared, by_hand(COMPARED), 1.0, 2.0),
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
        by_hand(OF_SELLER_BY_FIRST_TOUCH),
        login=SELLER,
    ),
)
