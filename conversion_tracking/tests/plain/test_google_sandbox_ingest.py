"""The sandbox's Data Manager API: what it takes in and what it refuses."""

from datetime import timedelta

import pytest
import requests
from google.api_core import exceptions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_messages import ads_account
from sandbox_world import CUSTOMER, GCLID, MANAGER, SALES, UK_CUSTOMER


@pytest.fixture
def client(google, sign_in):
    """Google's own Data Manager client over REST, unmodified."""
    from google.ads import datamanager_v1
    from google.ads.datamanager_v1.services.ingestion_service.transports import (
        IngestionServiceRestTransport,
    )

    transport = IngestionServiceRestTransport(
        host=google.data_manager_endpoint.removeprefix("https://"),
        credentials=sign_in("datamanager"),
    )
    return datamanager_v1.IngestionServiceClient(transport=transport)


def library_request(google, **values):
    """Return a request made of the library's own messages."""
    from google.ads import datamanager_v1 as dm

    owner = dm.ProductAccount(account_type="GOOGLE_ADS", account_id=CUSTOMER)
    login = dm.ProductAccount(account_type="GOOGLE_ADS", account_id=MANAGER)
    event = {
        "transaction_id": "odoo-3f9a1c2b-lead-42-won",
        "event_timestamp": google.now() - timedelta(hours=1),
        "event_source": dm.EventSource.WEB,
        "ad_identifiers": dm.AdIdentifiers(gclid=GCLID),
        "consent": dm.Consent(ad_user_data=dm.ConsentStatus.CONSENT_GRANTED),
        "conversion_value": 1200.0,
        "currency": "EUR",
    } | values
    return dm.IngestEventsRequest(
        destinations=[
            dm.Destination(
                operating_account=owner, login_account=login, product_destination_id=SALES
            )
        ],
        events=[dm.Event(**event)],
    )


# -- with Google's client ------------------------------------------------------------------


def test_google_client_delivers_an_event(google, client):
    """The library's REST client, which sends enums as numbers, is understood."""
    answer = client.ingest_events(request=library_request(google))
    assert answer.request_id
    [conversion] = google.ledger()["accepted"]
    assert conversion["transaction_id"] == "odoo-3f9a1c2b-lead-42-won"
    assert (conversion["account"], conversion["action"]) == (CUSTOMER, SALES)
    assert (conversion["value"], conversion["currency"]) == (1200.0, "EUR")
    assert (conversion["click_id"], conversion["consent"]) == (GCLID, "GRANTED")
    assert conversion["count"] == 1


def test_google_client_sees_the_violations(google, client):
    """A refused request reaches the library's client with all details."""
    with pytest.raises(exceptions.BadRequest) as caught:
        client.ingest_events(request=library_request(google, event_source=0))
    types = {detail["@type"].rpartition(".")[2] for detail in caught.value.details}
    assert types == {"ErrorInfo", "RequestInfo", "BadRequest"}
    assert "REQUIRED_FIELD_MISSING" in str(caught.value.details)


def test_google_client_reads_a_status(google, client):
    """The status of a request is read by the library's client."""
    request_id = client.ingest_events(request=library_request(google)).request_id
    google.advance(timedelta(minutes=31))
    answer = client.retrieve_request_status(request={"request_id": request_id})
    [status] = answer.request_status_per_destination
    assert status.request_status.name == "SUCCESS"
    assert status.events_ingestion_status.record_count == 1
    assert status.destination.product_destination_id == SALES


# -- who may call --------------------------------------------------------------------------


def refusal(answer):
    error = answer.json()["error"]
    return answer.status_code, error["status"], error["details"][0]["reason"]


def test_without_a_token_nothing_is_looked_at(google, body):
    """A call without or with an unknown token is unauthenticated."""
    url = f"{google.data_manager_endpoint}/v1/events:ingest"
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="}):
        answer = requests.post(url, json=body(), headers=headers, timeout=10)
        assert answer.status_code == 401
        assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
        assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_the_scope_for_data_manager_is_needed(google, sign_in, body):
    """A token for Google Ads only has insufficient scopes."""
    from google.auth.transport.requests import AuthorizedSession

    with AuthorizedSession(sign_in("adwords")) as session:
        url = f"{google.data_manager_endpoint}/v1/events:ingest"
        answer = session.post(url, json=body())
    assert refusal(answer) == (403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


def test_the_api_must_be_enabled_in_the_project(google, ingest, body):
    """A project without the Data Manager API is told so."""
    google.update("project/data_manager_enabled", False)
    assert refusal(ingest(body())) == (403, "PERMISSION_DENIED", "SERVICE_DISABLED")


def test_the_caller_needs_write_access(google, ingest, body):
    """No access, a role that may only read, a foreign manager, a closed account: denied."""
    email = google.service_account_info["client_email"]
    place = f"identities/{email}/accounts"
    denied = (403, "PERMISSION_DENIED", "PERMISSION_DENIED")
    google.update(place, {MANAGER: "READ_ONLY"})
    assert refusal(ingest(body())) == denied
    google.update(place, {})
    assert refusal(ingest(body())) == denied
    google.update(place, {MANAGER: "ADMIN"})
    google.update(f"accounts/{CUSTOMER}/managers", [])
    assert refusal(ingest(body())) == denied
    google.update(f"accounts/{CUSTOMER}/managers", [MANAGER])
    google.update(f"accounts/{CUSTOMER}/status", "CANCELED")
    assert refusal(ingest(body())) == denied
    google.update(f"accounts/{CUSTOMER}/status", "ENABLED")
    assert ingest(body()).status_code == 200


def test_without_login_account_direct_access_is_needed(google, ingest, body):
    """A service account that comes through the manager must name it."""
    request = body()
    del request["destinations"][0]["loginAccount"]
    assert refusal(ingest(request))[0] == 403
    email = google.service_account_info["client_email"]
    google.update(f"identities/{email}/accounts", {CUSTOMER: "STANDARD"})
    assert ingest(request).status_code == 200


# -- the whole or nothing ------------------------------------------------------------------


def test_one_bad_event_refuses_all_and_is_named_by_its_index(violations, body):
    """There is no partial success: one violation refuses the request, with the place."""
    request = body(events=[{"transactionId": f"odoo-{n}"} for n in range(3)])
    del request["events"][1]["eventSource"]
    assert violations(request) == [("events.events[1].event_source", "REQUIRED_FIELD_MISSING")]


def test_all_violations_are_listed(violations, body):
    """Every fault of every event is in the answer."""
    request = body(events=[{"currency": "EURO"}, {"eventTimestamp": None}])
    assert violations(request) == [
        ("events.events[0].currency", "INVALID_CURRENCY_CODE"),
        ("events.events[1].event_timestamp", "REQUIRED_FIELD_MISSING"),
    ]


def test_optional_faults_are_only_warnings(google, ingest, body):
    """What is wrong with optional fields is warned of; the event is taken."""
    request = body(
        customVariables=[
            {"variable": "Segment", "value": "retail"},
            {"variable": "Region", "value": "north"},
            {"variable": "Unheard of", "value": "x"},
        ],
        cartData={"merchantId": "12-34", "items": [{"quantity": 1}]},
    )
    warnings = ingest(request).json()["fieldWarnings"]
    assert [(w["field"], w["reason"]) for w in warnings] == [
        (
            "events.events[0].custom_variables[1].variable",
            "WARNING_REASON_CUSTOM_VARIABLE_NOT_ENABLED",
        ),
        ("events.events[0].custom_variables[2].variable", "WARNING_REASON_GENERIC"),
        ("events.events[0].cart_data.merchant_id", "WARNING_REASON_INVALID_MERCHANT_ID"),
        (
            "events.events[0].cart_data.items[0].merchant_product_id",
            "WARNING_REASON_CART_DATA_ITEM_MERCHANT_PRODUCT_ID_MISSING",
        ),
        (
            "events.events[0].cart_data.items[0].unit_price",
            "WARNING_REASON_CART_DATA_ITEM_UNIT_PRICE_MISSING",
        ),
    ]
    assert google.ledger(summary=True)["conversions"] == 1


def test_cart_of_an_ios_click_is_warned_of(ingest, body):
    """Cart data does not go with gbraid or wbraid."""
    request = body(adIdentifiers={"wbraid": "Clo-demo-wbraid_9"}, cartData={"items": []})
    [warning] = ingest(request).json()["fieldWarnings"]
    assert warning["reason"].endswith("CART_DATA_NOT_SUPPORTED_WITH_GBRAID_OR_WBRAID")


# -- limits --------------------------------------------------------------------------------


def test_two_thousand_events_are_the_most(google, violations, ingest, body):
    """2,000 events are taken, 2,001 refused as a whole."""
    start = google.now() - timedelta(hours=2)
    parts = [
        {
            "transactionId": f"odoo-{number}",
            "eventTimestamp": (start + timedelta(seconds=number)).isoformat(),
        }
        for number in range(2001)
    ]
    request = body(events=parts)
    assert violations(request) == [("events", "TOO_MANY_EVENTS")]
    request["events"].pop()
    assert ingest(request).status_code == 200
    assert google.ledger(summary=True)["counted"] == 2000


def test_ten_destinations_and_ten_identifiers_are_the_most(violations, body):
    """Eleven destinations, or eleven identifiers of a person, are too many."""
    request = body()
    request["destinations"] = [
        request["destinations"][0] | {"reference": str(n)} for n in range(11)
    ]
    assert ("destinations", "TOO_MANY_DESTINATIONS") in violations(request)
    request = body(userData={"userIdentifiers": [{"emailAddress": "0" * 64}] * 11})
    assert violations(request | {"encoding": "HEX"}) == [
        ("events.events[0].user_data.user_identifiers", "TOO_MANY_USER_IDENTIFIERS")
    ]


def test_destination_references_are_unique(violations, body):
    """Two destinations cannot have the same reference."""
    request = body()
    request["destinations"] *= 2
    assert violations(request) == [
        ("destinations.destinations[1].reference", "DUPLICATE_DESTINATION_REFERENCE")
    ]


def test_requests_per_minute_are_limited(google, ingest, body):
    """Beyond the limit a request gets 429 and a delay; the minute passes by the clock."""
    google.switch("data_manager_per_minute", 2)
    assert [ingest(body()).status_code for _ in range(2)] == [200, 200]
    answer = ingest(body())
    assert refusal(answer) == (429, "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    google.advance(timedelta(seconds=60))
    assert ingest(body()).status_code == 200


def test_requests_per_day_are_limited(google, ingest, body):
    """The daily limit slides over 24 hours."""
    google.switch("data_manager_per_day", 2)
    assert [ingest(body()).status_code for _ in range(3)] == [200, 200, 429]
    google.advance(timedelta(hours=23))
    assert ingest(body()).status_code == 429
    google.advance(timedelta(hours=1))
    assert ingest(body()).status_code == 200


# -- whose action --------------------------------------------------------------------------


def test_the_operating_account_must_own_the_action(google, ingest, violations, body):
    """Neither the manager nor a sibling account can be named instead of the owner."""
    for other in (MANAGER, UK_CUSTOMER):
        request = body()
        request["destinations"][0]["operatingAccount"] = ads_account(other)
        assert violations(request) == [
            ("destinations.destinations[0].product_destination_id", "INVALID_CONVERSION_ACTION_ID")
        ]


@pytest.mark.parametrize(
    ("action_id", "reason"),
    [
        ("6490000001", "INVALID_CONVERSION_ACTION_TYPE"),  # a website tag's
        ("6490000004", "INVALID_CONVERSION_ACTION_ID"),  # removed
        ("1", "INVALID_CONVERSION_ACTION_ID"),  # never was
    ],
)
def test_the_action_must_take_uploads(violations, body, action_id, reason):
    """Removed, unknown and other kinds of actions are refused."""
    request = body()
    request["destinations"][0]["productDestinationId"] = action_id
    assert violations(request) == [("destinations.destinations[0].product_destination_id", reason)]


def test_a_new_action_needs_six_hours(google, violations, ingest, body):
    """An action younger than six hours is refused, one of six hours is not."""
    place = f"accounts/{CUSTOMER}/conversion_actions/{SALES}/created"
    google.update(place, {"hours_ago": 5})
    assert violations(body()) == [
        (
            "destinations.destinations[0].product_destination_id",
            "CONVERSION_ACTION_TOO_RECENTLY_CREATED",
        )
    ]
    google.advance(timedelta(hours=1, seconds=1))
    assert ingest(body()).status_code == 200


# -- transaction ids -----------------------------------------------------------------------


@pytest.mark.parametrize("transaction_id", ["42", "1234567890", "a", "ab"])
def test_numeric_or_short_ids_are_refused_only_for_real(
    google, violations, ingest, body, transaction_id
):
    """Such ids pass a validation and fail the real request, as was seen on the live API."""
    request = body(transactionId=transaction_id)
    assert ingest(request | {"validateOnly": True}).status_code == 200
    assert violations(request) == [("events[0]", "INVALID_EVENT")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.from_regex(r"odoo-[0-9a-f]{8}-(lead|contact)-[0-9]{1,9}-(created|won)", fullmatch=True))
def test_prefixed_ids_pass(ingest, body, transaction_id):
    """Ids with a prefix are taken, whatever number they contain."""
    assert ingest(body(transactionId=transaction_id)).status_code == 200


def test_validation_changes_nothing(google, web, ingest, body):
    """A validated request leaves no conversion, and its id has no status."""
    answer = ingest(body() | {"validateOnly": True})
    assert google.ledger(summary=True)["conversions"] == 0
    status = web.get(
        f"{google.data_manager_endpoint}/v1/requestStatus:retrieve",
        params={"requestId": answer.json()["requestId"]},
    )
    assert "INVALID_REQUEST_ID" in status.text
