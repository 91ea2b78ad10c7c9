"""The sandbox's Google Ads API: what queries find."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sandbox_world import CUSTOMER, GCLID, MANAGER, UK_CUSTOMER

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CUSTOMER_QUERY = """
    SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone,
           customer.manager, customer.test_account, customer.status,
           customer.auto_tagging_enabled,
           customer.conversion_tracking_setting.google_ads_conversion_customer,
           customer.conversion_tracking_setting.conversion_tracking_status,
           customer.conversion_tracking_setting.conversion_tracking_id,
           customer.conversion_tracking_setting.cross_account_conversion_tracking_id,
           customer.conversion_tracking_setting.accepted_customer_data_terms,
           customer.conversion_tracking_setting.enablement_setting,
           customer.conversion_tracking_setting.effective_enablement_setting
    FROM customer
"""
CLICK_QUERY = """
    SELECT click_view.gclid, click_view.resource_name, click_view.page_number,
           click_view.ad_group_ad, click_view.keyword, click_view.keyword_info.text,
           click_view.keyword_info.match_type, click_view.area_of_interest.country,
           click_view.area_of_interest.region, click_view.area_of_interest.city,
           click_view.location_of_presence.country, click_view.location_of_presence.region,
           click_view.location_of_presence.city, click_view.location_of_presence.most_specific,
           click_view.user_list, campaign.id, campaign.name,
           campaign.advertising_channel_type, ad_group.id, ad_group.name, segments.date,
           segments.ad_network_type, segments.click_type, segments.device, segments.slot,
           metrics.clicks
    FROM click_view WHERE segments.date = '{day}'
"""


@pytest.fixture
def day(google):
    """Return the account's calendar day so many days ago."""
    return lambda ago=0: google.now().astimezone(AMSTERDAM).date() - timedelta(days=ago)


@pytest.fixture
def click_day(google):
    """Return the account's calendar day of a click."""

    def find(click_id):
        clicked = datetime.fromisoformat(google.state()["clicks"][click_id]["clicked"])
        return clicked.astimezone(AMSTERDAM).date()

    return find


# -- resources -----------------------------------------------------------------------------


def test_customer_says_where_conversions_go(google, query):
    """The account's settings that decide whether uploads can work."""
    [row] = query(CUSTOMER_QUERY)
    customer, setting = row.customer, row.customer.conversion_tracking_setting
    assert (customer.currency_code, customer.time_zone) == ("EUR", "Europe/Amsterdam")
    assert customer.auto_tagging_enabled
    assert setting.google_ads_conversion_customer == f"customers/{CUSTOMER}"
    assert setting.conversion_tracking_status.name == "CONVERSION_TRACKING_MANAGED_BY_SELF"
    assert setting.accepted_customer_data_terms
    assert setting.effective_enablement_setting.name == "ON"
    google.update(f"accounts/{CUSTOMER}/auto_tagging", False)
    google.update(f"accounts/{CUSTOMER}/terms_accepted", False)
    google.update(f"accounts/{CUSTOMER}/enhanced_conversions", False)
    [row] = query(CUSTOMER_QUERY)
    assert not row.customer.auto_tagging_enabled
    assert not row.customer.conversion_tracking_setting.accepted_customer_data_terms
    name = row.customer.conversion_tracking_setting.effective_enablement_setting.name
    assert name == "OFF"


def test_managers_share_of_tracking_depends_on_the_login(google, ads, query):
    """By this or by another manager: that depends on the login customer."""
    google.update(f"accounts/{UK_CUSTOMER}/conversion_customer", MANAGER)
    [row] = query(CUSTOMER_QUERY, UK_CUSTOMER)
    setting = row.customer.conversion_tracking_setting
    assert setting.conversion_tracking_status.name.endswith("MANAGED_BY_THIS_MANAGER")
    email = google.service_account_info["client_email"]
    google.update(f"identities/{email}/accounts", {UK_CUSTOMER: "ADMIN"})
    service = ads(login_customer_id=None).get_service("GoogleAdsService")
    [row] = service.search(customer_id=UK_CUSTOMER, query=CUSTOMER_QUERY, timeout=20)
    setting = row.customer.conversion_tracking_setting
    assert setting.conversion_tracking_status.name.endswith("MANAGED_BY_ANOTHER_MANAGER")


def test_clients_of_a_manager(query):
    """The manager lists itself and its accounts by level."""
    rows = query(
        "SELECT customer_client.id, customer_client.descriptive_name, customer_client.level, "
        "customer_client.manager FROM customer_client WHERE customer_client.status = 'ENABLED' "
        "ORDER BY customer_client.level, customer_client.id DESC",
        MANAGER,
    )
    clients = [(row.customer_client.id, row.customer_client.level) for row in rows]
    assert clients == [(int(MANAGER), 0), (int(UK_CUSTOMER), 1), (int(CUSTOMER), 1)]
    only_clients = query(
        "SELECT customer_client.id FROM customer_client WHERE customer_client.manager = FALSE",
        MANAGER,
    )
    assert len(only_clients) == 2


def test_conversion_actions(google, query):
    """Only actions that match are returned, with their settings."""
    rows = query(
        "SELECT conversion_action.id, conversion_action.resource_name, conversion_action.name, "
        "conversion_action.type, conversion_action.status, conversion_action.category, "
        "conversion_action.counting_type, conversion_action.primary_for_goal, "
        "conversion_action.owner_customer, conversion_action.value_settings.default_value, "
        "conversion_action.click_through_lookback_window_days, "
        "conversion_action.value_settings.default_currency_code, "
        "conversion_action.value_settings.always_use_default_value, "
        "conversion_action.attribution_model_settings.attribution_model "
        "FROM conversion_action WHERE conversion_action.type = 'UPLOAD_CLICKS' "
        "AND conversion_action.status = 'ENABLED'"
    )
    actions = {row.conversion_action.name: row.conversion_action for row in rows}
    assert set(actions) == {"Imported leads 2024", "Imported sales 2024"}
    leads = actions["Imported leads 2024"]
    assert leads.counting_type.name == "ONE_PER_CLICK"
    assert leads.type_.name == "UPLOAD_CLICKS"
    assert leads.owner_customer == f"customers/{CUSTOMER}"
    assert leads.value_settings.default_value == 10.0


def test_campaign_costs_by_day(google, query, day):
    """Costs come by campaign and day, in micros of the account's currency."""
    google.update(
        f"accounts/{CUSTOMER}/campaigns/20111000001/days",
        [[0, 1.25, 1, 10], [1, 62.4, 24, 610], [8, 5.0, 2, 20]],
    )
    rows = query(
        "SELECT campaign.id, campaign.name, segments.date, metrics.cost_micros, metrics.clicks, "
        "metrics.impressions FROM campaign WHERE segments.date BETWEEN "
        f"'{day(7)}' AND '{day()}' AND campaign.id = 20111000001 "
        "ORDER BY segments.date"
    )
    found = [(r.segments.date, r.metrics.cost_micros, r.metrics.clicks) for r in rows]
    assert found == [
        (str(day(1)), 62_400_000, 24),
        (str(day()), 1_250_000, 1),
    ]


def test_ad_groups_have_days_of_their_own(google, query, query_error, day):
    """Or an even share of their campaign's; what was uploaded counts for the ad group clicked."""
    group = f"accounts/{CUSTOMER}/campaigns/20111000001/ad_groups/150111000001"
    google.update(f"{group}/days", [[1, 7.5, 3, 40]])
    text = (
        "SELECT ad_group.id, ad_group.name, ad_group.status, campaign.id, segments.date, "
        "metrics.cost_micros, metrics.clicks FROM ad_group WHERE segments.date = '{}' "
        "AND campaign.id = 20111000001 ORDER BY ad_group.id"
    )
    first, second = query(text.format(day(1)))
    assert (first.ad_group.name, first.metrics.cost_micros) == ("Solar panels price", 7_500_000)
    assert first.campaign.resource_name == f"customers/{CUSTOMER}/campaigns/20111000001"
    assert second.ad_group.resource_name == f"customers/{CUSTOMER}/adGroups/150111000002"
    assert second.metrics.clicks == 4
    for field in ("segments.device", "metrics.ctr", "ad_group_ad.ad.id", "ad_group.keyword"):
        query_error(f"SELECT {field} FROM ad_group")
    error = query_error("SELECT ad_group.id, segments.date FROM ad_group")
    assert error == "EXPECTED_FILTERS_ON_DATE_RANGE"


def test_days_without_activity_are_left_out(google, query, day):
    """Once a date is selected, rows with nothing but zeros do not come."""
    place = f"accounts/{CUSTOMER}/campaigns/20111000001/days"
    google.update(place, [[1, 0, 0, 0], [2, 0, 0, 5]])
    text = (
        "SELECT segments.date, {metrics} FROM campaign WHERE segments.date "
        "DURING LAST_7_DAYS AND campaign.id = 20111000001"
    )
    both = query(text.format(metrics="metrics.cost_micros, metrics.impressions"))
    assert [row.segments.date for row in both] == [str(day(2))]
    assert query(text.format(metrics="metrics.cost_micros")) == []


def test_without_date_the_costs_are_added_up(google, query):
    """A metric without a segment is the campaign's total of the period, zero included."""
    google.update(
        f"accounts/{CUSTOMER}/campaigns/20111000001/days", [[1, 1.0, 1, 1], [2, 2.5, 1, 1]]
    )
    google.update(f"accounts/{CUSTOMER}/campaigns/20111000002/days", [])
    rows = query(
        "SELECT campaign.id, metrics.cost_micros FROM campaign "
        "WHERE segments.date DURING LAST_7_DAYS AND campaign.id IN (20111000001, 20111000002)"
    )
    assert [row.metrics.cost_micros for row in rows] == [3_500_000, 0]
    expensive = query(
        "SELECT campaign.id FROM campaign WHERE segments.date DURING LAST_7_DAYS "
        "AND campaign.id IN (20111000001, 20111000002) AND metrics.cost_micros > 1000000"
    )
    assert [row.campaign.id for row in expensive] == [20111000001]


def test_platform_reports_the_conversions_it_counted(google, ingest, body, query, day):
    """What was uploaded shows in the campaign's metrics, on the day of the click."""
    google.set_clock(google.now().astimezone(AMSTERDAM).replace(hour=20, minute=0))
    google.update(f"clicks/{GCLID}/clicked", {"hours_ago": 10})
    ingest(body())
    [row] = query(
        "SELECT segments.date, metrics.conversions, metrics.conversions_value FROM campaign "
        f"WHERE segments.date = '{day()}' AND campaign.id = 20111000001"
    )
    assert (row.metrics.conversions, row.metrics.conversions_value) == (1.0, 1200.0)


def test_ads_and_geo_targets(query):
    """Names for the identifiers that clicks carry."""
    [ad] = query(
        "SELECT ad_group_ad.resource_name, ad_group_ad.ad.id, ad_group_ad.ad.name, "
        "ad_group_ad.ad.type, ad_group_ad.ad.final_urls, ad_group.name, campaign.name "
        "FROM ad_group_ad WHERE ad_group_ad.ad.id = 680111000004"
    )
    assert ad.ad_group_ad.ad.name == "Webinar spot 30s"
    assert list(ad.ad_group_ad.ad.final_urls) == ["https://www.example.com/webinar"]
    assert ad.campaign.name == "Spring webinar - Video"
    rows = query(
        "SELECT geo_target_constant.resource_name, geo_target_constant.name, "
        "geo_target_constant.country_code, geo_target_constant.target_type, "
        "geo_target_constant.canonical_name FROM geo_target_constant "
        "WHERE geo_target_constant.resource_name IN "
        "('geoTargetConstants/1010543', 'geoTargetConstants/2528')"
    )
    names = {r.geo_target_constant.name: r.geo_target_constant.target_type for r in rows}
    assert names == {"Netherlands": "Country", "Amsterdam": "City"}


# -- clicks --------------------------------------------------------------------------------


def test_click_of_a_day(google, query, click_day):
    """A click shows campaign, ad group, keyword, place, network, device and slot."""
    rows = query(CLICK_QUERY.format(day=click_day(GCLID)))
    [row] = [row for row in rows if row.click_view.gclid == GCLID]
    assert row.click_view.resource_name == (
        f"customers/{CUSTOMER}/clickViews/{click_day(GCLID)}~{GCLID}"
    )
    assert row.campaign.name == "Solar panels - Search NL"
    assert row.ad_group.name == "Solar panels price"
    assert row.click_view.keyword_info.text == "solar panels price"
    assert row.click_view.keyword_info.match_type.name == "PHRASE"
    assert row.click_view.ad_group_ad.endswith("adGroupAds/150111000001~680111000001")
    assert row.click_view.location_of_presence.most_specific == "geoTargetConstants/1010543"
    assert row.segments.ad_network_type.name == "SEARCH"
    assert (row.segments.device.name, row.segments.slot.name) == ("DESKTOP", "SEARCH_TOP")
    assert row.metrics.clicks == 1


def test_clicks_can_be_narrowed_by_id(query, click_day):
    """A list of click ids narrows the day."""
    text = (
        f"SELECT click_view.gclid FROM click_view WHERE segments.date = '{click_day(GCLID)}' "
        f"AND click_view.gclid IN ('{GCLID}', 'another')"
    )
    assert [row.click_view.gclid for row in query(text)] == [GCLID]


def test_performance_max_has_no_ad_group(query, click_day):
    """Its clicks carry the campaign, and 0 for the ad group."""
    rows = query(CLICK_QUERY.format(day=click_day("Cj0KCQiA-demo-PMax_4")))
    [row] = [row for row in rows if row.click_view.gclid == "Cj0KCQiA-demo-PMax_4"]
    assert row.campaign.advertising_channel_type.name == "PERFORMANCE_MAX"
    assert row.ad_group.id == 0
    assert row.ad_group.name == ""


def test_ios_clicks_are_not_shown(query, click_day):
    """Clicks with only gbraid or wbraid are not among the clicks."""
    rows = query(CLICK_QUERY.format(day=click_day("Clo-demo-wbraid_9")))
    assert not [row for row in rows if "braid" in row.click_view.gclid]


@pytest.mark.parametrize(
    "where",
    [
        "",
        "WHERE segments.date DURING LAST_7_DAYS",
        "WHERE segments.date >= '2026-11-01'",
        "WHERE segments.date IN ('2026-11-01', '2026-11-02')",
        "WHERE campaign.id = 1",
    ],
)
def test_clicks_need_exactly_one_day(query_error, where):
    """Anything but a filter on a single day is refused."""
    error = query_error(f"SELECT click_view.gclid FROM click_view {where}")
    assert error == "EXPECTED_FILTER_ON_A_SINGLE_DAY"


def test_clicks_go_back_ninety_days(query, query_error, day):
    """The ninetieth day is still there, the one before is not."""
    text = "SELECT click_view.gclid FROM click_view WHERE segments.date = '{}'"
    assert query(text.format(day(90))) == []
    assert query_error(text.format(day(91))) == "DATE_TOO_OLD"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("metrics.cost_micros", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("segments.hour", "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE"),
        ("conversion_action.name", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("click_view.gbraid", "UNRECOGNIZED_FIELD"),
        ("click_view.wbraid", "UNRECOGNIZED_FIELD"),
        ("click_view.nonsense", "UNRECOGNIZED_FIELD"),
        ("nonsense.id", "UNRECOGNIZED_FIELD"),
        ("click_view", "UNRECOGNIZED_FIELD"),
        ("click_view.keyword_info", "PROHIBITED_FIELD_IN_SELECT_CLAUSE"),
    ],
)
def test_fields_that_clicks_do_not_have(query_error, day, field, name):
    """There is no cost of a click, and no gbraid or wbraid in the report."""
    assert query_error(f"SELECT {field} FROM click_view WHERE segments.date = '{day()}'") == name


def test_the_field_that_v26_removed_is_unknown(query_error):
    """The old flag for enhanced conversions for leads fails the whole query."""
    assert (
        query_error(
            "SELECT customer.conversion_tracking_setting."
            "enhanced_conversions_for_leads_enabled FROM customer"
        )
        == "UNRECOGNIZED_FIELD"
    )


def test_costs_never_age(google, query):
    """Days are relative to when the world was begun: yesterday always has costs."""
    rows = query(
        "SELECT segments.date, metrics.cost_micros FROM campaign "
        "WHERE segments.date DURING YESTERDAY"
    )
    assert len(rows) >= 3
    assert date.fromisoformat(rows[0].segments.date) < google.now().astimezone(AMSTERDAM).date()
