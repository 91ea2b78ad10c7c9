"""Accounts, clicks and costs are read through Google's own client from the strict sandbox."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sandbox_world import CUSTOMER, GCLID, MANAGER, SERVICE_ACCOUNT
from sandbox_world import UK_CUSTOMER as UK

from google_ads.errors import TransportFault
from google_ads.names import readable
from google_ads.reading import (
    account_day,
    chunks,
    list_customers,
    read_campaign_costs,
    read_clicks,
    read_customer,
)

PERFORMANCE_MAX = "Cj0KCQiA-demo-PMax_4"  # clicked three days ago


@pytest.fixture
def today(google):
    """Today in the account's time zone, on the sandbox's clock."""
    return account_day(google.now(), "Europe/Amsterdam")


def refusal(call):
    with pytest.raises(TransportFault) as caught:
        call()
    return caught.value.fault


# -- accounts -------------------------------------------------------------------------------


def test_accounts_below_a_manager_are_listed_with_the_way_to_them(connect):
    customers = {customer.id: customer for customer in list_customers(connect(""))}
    assert set(customers) == {MANAGER, CUSTOMER, UK}
    assert customers[MANAGER].manager
    assert customers[MANAGER].login_customer_id is None
    tulip = customers[CUSTOMER]
    assert (tulip.name, tulip.currency, tulip.time_zone, tulip.manager) == (
        "Tulip Solar B.V.",
        "EUR",
        "Europe/Amsterdam",
        False,
    )
    assert tulip.login_customer_id == MANAGER


def test_an_account_reached_both_ways_is_reached_directly(google, connect):
    google.update(
        f"identities/{SERVICE_ACCOUNT}/accounts", {MANAGER: "STANDARD", CUSTOMER: "STANDARD"}
    )
    customers = {customer.id: customer for customer in list_customers(connect(""))}
    assert customers[CUSTOMER].login_customer_id is None
    assert customers[UK].login_customer_id == MANAGER


def test_one_closed_account_does_not_hide_the_others(google, connect):
    google.update(f"identities/{SERVICE_ACCOUNT}/accounts", {UK: "STANDARD", CUSTOMER: "STANDARD"})
    google.update(f"accounts/{UK}/status", "CANCELED")
    assert [customer.id for customer in list_customers(connect(""))] == [CUSTOMER]


def test_a_login_that_is_no_user_of_google_ads(google, connect):
    google.update(f"identities/{SERVICE_ACCOUNT}/accounts", {})
    fault = refusal(lambda: list_customers(connect("")))
    assert (fault.code, fault.error_class) == ("NOT_ADS_USER", "configuration")


def test_everything_that_delivery_depends_on(connect):
    customer = read_customer(connect())
    assert customer.id == CUSTOMER
    assert customer.conversion_customer_id == CUSTOMER
    assert customer.auto_tagging
    assert customer.accepted_customer_data_terms
    assert customer.enhanced_conversions
    assert customer.status == "ENABLED"


def test_conversions_tracked_by_the_manager(google, connect):
    google.update(f"accounts/{CUSTOMER}/conversion_customer", MANAGER)
    assert read_customer(connect()).conversion_customer_id == MANAGER
    google.update(f"accounts/{CUSTOMER}/conversion_customer", None)
    assert read_customer(connect()).conversion_customer_id == ""


@pytest.mark.parametrize(
    ("customer", "manager", "code"),
    [
        ("999-999-9999", MANAGER, "CUSTOMER_NOT_FOUND"),
        (CUSTOMER, None, "USER_PERMISSION_DENIED"),
        (CUSTOMER, UK, None),
    ],
)
def test_wrong_ids_are_explained(connect, customer, manager, code):
    fault = refusal(lambda: read_customer(connect(customer, login_customer_id=manager)))
    assert fault.error_class == "configuration"
    assert code is None or fault.code == code
    assert fault.remedy


# -- clicks ---------------------------------------------------------------------------------


def test_a_click_in_words(connect, google):
    day = account_day(google.now() - timedelta(hours=8), "Europe/Amsterdam")
    [click] = read_clicks(connect(), day, [GCLID])
    assert click.gclid == GCLID
    assert click.day == day
    assert (click.campaign_id, click.campaign_name) == ("20111000001", "Solar panels - Search NL")
    assert (click.ad_group_id, click.ad_group_name) == ("150111000001", "Solar panels price")
    assert click.ad_id == "680111000001"
    assert click.ad_name == "Solar panels from 2,990 | Installed in 3 weeks"
    assert (click.keyword, click.match_type) == ("solar panels price", "Phrase")
    assert (click.network, click.device, click.slot) == ("Search", "Desktop", "Search top")
    assert (click.campaign_type, click.click_type, click.page_number) == ("Search", "Headline", 1)
    assert (click.city, click.region, click.country) == (
        "Amsterdam",
        "North Holland",
        "Netherlands",
    )
    assert click.interest == "Amsterdam"


def test_performance_max_has_no_ad_group(connect, today):
    [click] = read_clicks(connect(), today - timedelta(days=3), [PERFORMANCE_MAX])
    assert click.campaign_type == "Performance Max"
    assert (click.ad_group_id, click.ad_group_name, click.ad_id, click.keyword) == ("",) * 4


def test_the_whole_day(connect, today):
    clicks = list(read_clicks(connect(), today - timedelta(days=3)))
    assert PERFORMANCE_MAX in [click.gclid for click in clicks]


def test_many_click_ids_are_asked_for_in_portions(google, connect, today):
    day = today - timedelta(days=10)
    noon = datetime(day.year, day.month, day.day, 11, tzinfo=timezone.utc)
    known = [f"Cj0KCQiA-many_{number}" for number in range(250)]
    google.add_clicks(
        {
            gclid: {
                "kind": "gclid",
                "account": CUSTOMER,
                "campaign": "20111000001",
                "clicked": noon.isoformat(),
                "ad_group": "150111000001",
                "ad": "680111000001",
            }
            for gclid in known
        }
    )
    found = list(read_clicks(connect(), day, [*known[:220], "Cj0KCQiA-unknown"]))
    assert sorted(click.gclid for click in found) == sorted(known[:220])
    assert {click.ad_name for click in found} == {"Solar panels from 2,990 | Installed in 3 weeks"}


@pytest.mark.parametrize("nasty", ["x' OR '1'='1", "a,b", "a\nb", "", "é"])
def test_what_cannot_be_a_click_id_is_never_part_of_a_query(google, connect, today, nasty):
    assert list(read_clicks(connect(), today, [nasty])) == []
    assert google.requests() == []


def test_nothing_asked_nothing_sent(google, connect, today):
    assert list(read_clicks(connect(), today, [])) == []
    assert google.requests() == []


def test_a_day_that_google_has_forgotten(connect, today):
    fault = refusal(lambda: list(read_clicks(connect(), today - timedelta(days=120), [GCLID])))
    assert (fault.code, fault.error_class) == ("DATE_TOO_OLD", "permanent")


def test_days_are_those_of_the_account():
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
    assert account_day(moment, "Europe/Amsterdam") == date(2026, 11, 21)
    assert account_day(moment, "America/New_York") == date(2026, 11, 20)


# -- costs ----------------------------------------------------------------------------------


def test_costs_of_each_campaign_and_day(connect, today):
    costs = list(read_campaign_costs(connect(), today - timedelta(days=6), today))
    by_key = {(cost.campaign_id, cost.day): cost for cost in costs}
    assert len(by_key) == len(costs)
    yesterday = by_key["20111000001", today - timedelta(days=1)]
    assert yesterday.cost == Decimal("20.95")
    assert (yesterday.currency, yesterday.clicks, yesterday.impressions) == ("EUR", 8, 260)
    assert yesterday.campaign_name == "Solar panels - Search NL"
    assert (yesterday.campaign_type, yesterday.campaign_status) == ("Search", "Enabled")
    assert {cost.day for cost in costs} <= {today - timedelta(days=n) for n in range(7)}


def test_a_manager_account_has_no_costs(connect, today):
    fault = refusal(lambda: list(read_campaign_costs(connect(MANAGER), today, today)))
    assert (fault.code, fault.error_class) == ("REQUESTED_METRICS_FOR_MANAGER", "configuration")


def test_costs_come_in_several_batches(google, connect, today):
    google.switch("stream_batch_rows", 7)
    costs = list(read_campaign_costs(connect(), today - timedelta(days=30), today))
    assert len({(cost.campaign_id, cost.day) for cost in costs}) == len(costs) > 60


# -- the line and the machine ---------------------------------------------------------------


def test_a_passing_fault_before_the_first_row_is_tried_once_more(google, connect):
    google.fault("status", code=503, api="google_ads")
    assert read_customer(connect()).id == CUSTOMER
    google.fault("status", code=503, api="google_ads", times=2)
    assert refusal(lambda: read_customer(connect())).error_class == "retry"


def test_a_pause_that_google_asks_for_is_not_run_against(google, connect):
    google.fault("status", code=429, delay=40, api="google_ads")
    fault = refusal(lambda: read_customer(connect()))
    assert (fault.error_class, fault.retry_after) == ("retry", 40)
    assert len(google.requests()) <= 2


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_a_lost_answer(google, connect, fault):
    google.fault(fault, api="google_ads", times=2)
    assert refusal(lambda: read_customer(connect())).error_class == "retry"


def test_silence_ends_in_time(google, connect):
    google.fault("hang", seconds=5, api="google_ads")
    fault = refusal(lambda: read_customer(connect(timeout=0.5)))
    assert fault.code == "NO_ANSWER_IN_TIME"


def test_a_token_that_expires_during_the_work_is_replaced(google, connect):
    connection = connect()
    read_customer(connection)
    google.fault("expire_token", api="google_ads")
    assert read_customer(connection).id == CUSTOMER


def test_a_revoked_login_is_told_as_such(google, connect):
    google.update(f"identities/{SERVICE_ACCOUNT}/revoked", True)
    assert refusal(lambda: read_customer(connect())).code == "LOGIN_REVOKED"


def test_a_silent_token_server_is_told_as_such(google, connect, monkeypatch):
    from google_ads import access_token

    monkeypatch.setattr(access_token, "TIMEOUT", 0.5)
    google.fault("hang", seconds=3, api="oauth")
    assert refusal(lambda: read_customer(connect())).code == "NO_ANSWER_IN_TIME"


def test_an_unknown_error_of_google_is_held_and_shown(google, connect):
    google.fault("error", code="RequestError.999", api="google_ads")
    fault = refusal(lambda: read_customer(connect()))
    assert fault.error_class == "unknown"


def test_nobody_listens(connect):
    fault = refusal(lambda: read_customer(connect(google_ads_endpoint="127.0.0.1:9", timeout=3)))
    assert (fault.code, fault.error_class) == ("NOT_REACHABLE", "retry")


def test_a_project_with_test_access_only(google, connect):
    google.update("project/access_level", "TEST")
    fault = refusal(lambda: read_customer(connect()))
    assert fault.code == "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION"


def test_two_accounts_keep_their_managers_apart(connect):
    tulip, alone = connect(), connect(MANAGER, login_customer_id=None)
    assert read_customer(tulip).id == CUSTOMER
    assert read_customer(alone).id == MANAGER
    assert read_customer(tulip).id == CUSTOMER


def test_only_the_token_server_and_the_endpoints_are_called(google, connect, event, monkeypatch):
    """google-auth would look up a "regional access boundary" at Google with our token."""
    import requests

    called = set()
    send = requests.Session.send

    def spy(session, request, **options):
        called.add(request.url.split("/")[2])
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", spy)
    from google_ads.data_manager import DataManagerTransport

    connection = connect()
    read_customer(connection)
    DataManagerTransport(connection).send([event()])
    assert called == {google.data_manager_endpoint.removeprefix("https://")}


# -- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("SEARCH", "Search"),
        ("SEARCH_PARTNERS", "Search partners"),
        ("PERFORMANCE_MAX", "Performance Max"),
        ("YOUTUBE", "YouTube"),
        ("UNSPECIFIED", ""),
        ("A_MEMBER_OF_TOMORROW", "A member of tomorrow"),
        ("999", "999"),
    ],
)
def test_googles_members_in_words(member, words):
    assert readable(member) == words


def test_chunks():
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
