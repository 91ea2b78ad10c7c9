"""The sandbox's Data Manager API: the form of a request's fields."""

import hashlib
from datetime import timedelta

import pytest
from sandbox_messages import ads_account
from sandbox_world import CUSTOMER, GCLID, SALES, UK_CUSTOMER

HASH = hashlib.sha256(b"alexz@example.com").hexdigest()


# -- required fields and their form --------------------------------------------------------


@pytest.mark.parametrize("field", ["destinations", "events"])
def test_both_lists_are_required(violations, body, field):
    """A request needs destinations and events."""
    assert (field, "REQUIRED_FIELD_MISSING") in violations(body() | {field: []})


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"operatingAccount": None}, ".operating_account", "REQUIRED_FIELD_MISSING"),
        (
            {"operatingAccount": {"accountId": CUSTOMER}},
            ".operating_account.account_type",
            "REQUIRED_FIELD_MISSING",
        ),
        (
            {"operatingAccount": ads_account("123-456-7890")},
            ".operating_account.account_id",
            "INVALID_NUMBER_FORMAT",
        ),
        (
            {"operatingAccount": ads_account(CUSTOMER, "DATA_PARTNER")},
            ".operating_account.account_type",
            "DESTINATION_ACCOUNT_TYPE_MISMATCH",
        ),
        ({"productDestinationId": None}, ".product_destination_id", "REQUIRED_FIELD_MISSING"),
        (
            {"productDestinationId": f"customers/{CUSTOMER}/conversionActions/{SALES}"},
            ".product_destination_id",
            "INVALID_CONVERSION_ACTION_ID",
        ),
        (
            {"linkedAccount": ads_account(UK_CUSTOMER)},
            ".linked_account",
            "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
        ),
    ],
)
def test_destination_is_checked(violations, body, change, field, reason):
    """Operating account and numeric action id are required, ids have no dashes."""
    request = body()
    request["destinations"][0] |= change
    assert violations(request) == [(f"destinations.destinations[0]{field}", reason)]


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"eventTimestamp": None}, ".event_timestamp", "REQUIRED_FIELD_MISSING"),
        ({"eventSource": None}, ".event_source", "REQUIRED_FIELD_MISSING"),
        ({"eventSource": "EVENT_SOURCE_UNSPECIFIED"}, ".event_source", "REQUIRED_FIELD_MISSING"),
        ({"adIdentifiers": None}, "", "NO_IDENTIFIERS_PROVIDED"),
        ({"adIdentifiers": {"gclid": ""}}, "", "NO_IDENTIFIERS_PROVIDED"),
        ({"adIdentifiers": {"gclid": GCLID, "wbraid": "w"}}, ".ad_identifiers", "INVALID_EVENT"),
        ({"currency": "EURO"}, ".currency", "INVALID_CURRENCY_CODE"),
        ({"conversionValue": "NaN"}, ".conversion_value", "INVALID_NUMBER_FORMAT"),
        ({"destinationReferences": ["x"]}, ".destination_references", "INVALID_DESTINATION"),
        (
            {"thirdPartyUserData": {"userIdentifiers": []}},
            ".third_party_user_data",
            "THIRD_PARTY_USER_DATA_NOT_ALLOWED",
        ),
        (
            {"customVariables": [{"variable": "Segment", "value": "ann@example.com"}]},
            ".custom_variables[0].value",
            "CUSTOM_VARIABLE_VALUE_CONTAINS_PII",
        ),
    ],
)
def test_event_is_checked(violations, body, change, field, reason):
    """Time, source and an identifier are required; other fields must have their form."""
    assert violations(body(**change)) == [(f"events.events[0]{field}", reason)]


def test_future_events_are_refused(google, violations, body):
    """An event that lies after the request is no event."""
    later = (google.now() + timedelta(hours=1)).isoformat()
    assert violations(body(eventTimestamp=later)) == [
        ("events.events[0].event_timestamp", "EVENT_TIME_INVALID")
    ]


@pytest.mark.parametrize(
    ("change", "place", "name"),
    [
        ({"currencyCode": "EUR"}, "events[0]", "currencyCode"),
        ({"gclid": GCLID}, "events[0]", "gclid"),
        ({"adIdentifiers": {"gclId": GCLID}}, "events[0].ad_identifiers", "gclId"),
        ({"consent": {"adUserdata": 1}}, "events[0].consent", "adUserdata"),
    ],
)
def test_unknown_json_fields_are_refused(violations, ingest, body, change, place, name):
    """A misspelt or misplaced field refuses the request and is named."""
    assert violations(body(**change)) == [(place, None)]
    assert (
        f"Unknown name \"{name}\" at '{place}'" in ingest(body(**change)).json()["error"]["message"]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"consent": {"adUserData": "GRANTED"}},
        {"eventSource": "WEBSITE"},
        {"conversionValue": "many"},
        {"transactionId": 42},
        {"eventTimestamp": "2026-11-20 09:00:00"},
        {"eventTimestamp": "2026-02-30T09:00:00Z"},
        {"adIdentifiers": []},
    ],
)
def test_wrong_types_and_names_are_refused(violations, body, change):
    """Enum names of the other API, times without offset and wrong types are refused."""
    [(field, reason)] = violations(body(**change))
    assert field.startswith("events[0]")
    assert reason is None


def test_enums_may_be_names_or_numbers(google, ingest, body):
    """Google's REST client sends numbers, people write names."""
    assert ingest(body(eventSource=1, consent={"adUserData": 1})).status_code == 200
    assert google.ledger()["accepted"][0]["consent"] == "GRANTED"


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"'])
def test_what_is_no_json_object_is_refused(google, web, text):
    """Anything but a JSON object is a bad request."""
    url = f"{google.data_manager_endpoint}/v1/events:ingest"
    assert web.post(url, data=text, timeout=10).status_code == 400


# -- identifiers of people -----------------------------------------------------------------


def with_hash(value, name="emailAddress"):
    return {"userData": {"userIdentifiers": [{name: value}]}}


def test_encoding_is_required_with_user_data(violations, body):
    """As soon as there are hashed identifiers, their encoding must be told."""
    assert violations(body(**with_hash(HASH))) == [("encoding", "REQUIRED_FIELD_MISSING")]


@pytest.mark.parametrize(
    ("value", "encoding", "reason"),
    [
        ("ann@example.com", "HEX", "INVALID_HEX_ENCODING"),
        (HASH[:-2], "HEX", "INVALID_SHA256_FORMAT"),
        (HASH.upper(), "HEX", "INVALID_SHA256_FORMAT"),
        ("", "HEX", "INVALID_SHA256_FORMAT"),
        ("!!!", "BASE64", "INVALID_BASE64_ENCODING"),
        ("YWJj", "BASE64", "INVALID_SHA256_FORMAT"),
    ],
)
def test_hashes_are_checked(violations, body, value, encoding, reason):
    """Only a SHA-256 in the announced encoding is taken; clear text is not."""
    request = body(**with_hash(value)) | {"encoding": encoding}
    place = "events.events[0].user_data.user_identifiers[0].email_address"
    assert violations(request) == [(place, reason)]


def test_good_hashes_are_taken(google, ingest, body):
    """Hexadecimal and Base64 are both fine."""
    import base64

    encoded = base64.b64encode(bytes.fromhex(HASH)).decode()
    for number, (value, encoding) in enumerate([(HASH, "HEX"), (encoded, "BASE64")]):
        earlier = (google.now() - timedelta(hours=2, seconds=number)).isoformat()
        request = body(transactionId=f"odoo-{number}", eventTimestamp=earlier)
        request["events"][0] |= with_hash(value, "phoneNumber")
        assert ingest(request | {"encoding": encoding}).status_code == 200
    assert [c["identifiers"] for c in google.ledger()["accepted"]] == [1, 1]


def test_one_identifier_has_one_kind(violations, body):
    """E-mail and phone are two entries, never one."""
    both = {"emailAddress": HASH, "phoneNumber": HASH}
    request = body(userData={"userIdentifiers": [both]}) | {"encoding": "HEX"}
    assert violations(request) == [("events[0].user_data.user_identifiers[0].phone_number", None)]


def test_address_must_be_complete(violations, body):
    """An address needs hashed names, a region and a postal code."""
    address = {"givenName": HASH, "regionCode": "nl"}
    request = body(userData={"userIdentifiers": [{"address": address}]}) | {"encoding": "HEX"}
    place = "events.events[0].user_data.user_identifiers[0].address"
    assert violations(request) == [
        (f"{place}.family_name", "REQUIRED_FIELD_MISSING"),
        (f"{place}.postal_code", "REQUIRED_FIELD_MISSING"),
        (f"{place}.region_code", "INVALID_REGION_CODE"),
    ]


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("terms_accepted", False, "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED"),
        (
            "enhanced_conversions",
            False,
            "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
        ),
        (
            "data_policy_prohibits",
            True,
            "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS",
        ),
    ],
)
def test_hashes_need_terms_and_setting(google, violations, ingest, body, setting, value, reason):
    """Hashed identifiers need accepted terms and enhanced conversions; click ids do not."""
    google.update(f"accounts/{CUSTOMER}/{setting}", value)
    request = body(**with_hash(HASH)) | {"encoding": "HEX"}
    assert violations(request) == [("destinations.destinations[0]", reason)]
    assert ingest(body()).status_code == 200
