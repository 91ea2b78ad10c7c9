"""What is sent to the Data Manager API is what Google's own message classes would send."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from google.ads import datamanager_v1
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from google_ads.connection import Connection
from google_ads.events import CONSENT_STATES, EVENT_SOURCES, ConversionEvent
from google_ads.transports.data_manager import ingest_request

AMSTERDAM = timezone(timedelta(hours=1))
CONNECTION = Connection(None, "123-456-7890", "111-222-3333")


def event(**values):
    defaults = {
        "transaction_id": "odoo-3f9a1c2b-lead-42-won",
        "conversion_action_id": "7723667014",
        "occurred_at": datetime(2026, 11, 20, 10, 0, tzinfo=AMSTERDAM),
    }
    return ConversionEvent(**defaults | values)


def as_google_reads_it(request):
    """Parsed by Google's message class, which refuses unknown fields and malformed values."""
    message = datamanager_v1.IngestEventsRequest.pb(datamanager_v1.IngestEventsRequest())
    return datamanager_v1.IngestEventsRequest.wrap(json_format.ParseDict(request, message))


def test_a_request_as_in_googles_guide():
    sent = event(
        gclid="Cj0K",
        value=Decimal("1200.00"),
        currency="EUR",
        consent="granted",
        email="alexz@example.com",
        phone="(800) 555-0100",
        country_code="US",
    )
    assert ingest_request(CONNECTION, [sent]) == {
        "destinations": [
            {
                "reference": "action",
                "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "1234567890"},
                "loginAccount": {"accountType": "GOOGLE_ADS", "accountId": "1112223333"},
                "productDestinationId": "7723667014",
            }
        ],
        "events": [
            {
                "destinationReferences": ["action"],
                "transactionId": "odoo-3f9a1c2b-lead-42-won",
                "eventTimestamp": "2026-11-20T09:00:00Z",
                "eventSource": "WEB",
                "adIdentifiers": {"gclid": "Cj0K"},
                "conversionValue": 1200.0,
                "currency": "EUR",
                "consent": {"adUserData": "CONSENT_GRANTED"},
                "userData": {
                    "userIdentifiers": [
                        {
                            "emailAddress": (
                                "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"
                            )
                        },
                        {
                            "phoneNumber": (
                                "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"
                            )
                        },
                    ]
                },
            }
        ],
        "encoding": "HEX",
        "validateOnly": False,
    }


def test_what_is_unknown_is_left_out():
    [row] = ingest_request(CONNECTION, [event(gclid="Cj0K")])["events"]
    assert set(row) == {
        "destinationReferences",
        "transactionId",
        "eventTimestamp",
        "eventSource",
        "adIdentifiers",
    }


def test_without_a_manager_there_is_no_login_account():
    request = ingest_request(Connection(None, "1234567890"), [event(gclid="x")])
    assert "loginAccount" not in request["destinations"][0]


def test_a_value_of_zero_is_a_value():
    [row] = ingest_request(CONNECTION, [event(gclid="x", value=0)])["events"]
    assert row["conversionValue"] == 0


def test_event_sources_are_those_of_the_library():
    members = set(datamanager_v1.EventSource.__members__)
    assert {*EVENT_SOURCES, "EVENT_SOURCE_UNSPECIFIED"} == members


@pytest.mark.parametrize("actions", [[], ["1", "2"]])
def test_one_action_a_request(actions):
    with pytest.raises(ValueError):
        ingest_request(CONNECTION, [event(conversion_action_id=action) for action in actions])


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
events = st.builds(
    ConversionEvent,
    transaction_id=texts.filter(bool),
    conversion_action_id=st.just("7723667014"),
    occurred_at=st.datetimes(
        datetime(2026, 1, 1),
        datetime(2027, 1, 1),
        timezones=st.sampled_from([timezone.utc, AMSTERDAM]),
    ),
    gclid=texts,
    gbraid=texts,
    wbraid=texts,
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 10**9),
    currency=st.none() | st.sampled_from(["EUR", "USD"]),
    consent=st.sampled_from(CONSENT_STATES),
    email=st.emails() | texts,
    phone=texts,
    country_code=st.sampled_from(["", "NL"]),
    event_source=st.sampled_from(EVENT_SOURCES),
)


@given(st.lists(events, min_size=1, max_size=4))
def test_googles_classes_read_every_request_as_it_was_meant(sent):
    read = as_google_reads_it(ingest_request(CONNECTION, sent))
    assert read.encoding == datamanager_v1.Encoding.HEX
    account = read.destinations[0].operating_account
    assert account.account_type == datamanager_v1.ProductAccount.AccountType.GOOGLE_ADS
    for event, row in zip(sent, read.events, strict=True):
        assert row.transaction_id == event.transaction_id
        assert row.event_timestamp == event.occurred_at
        assert row.event_source.name == event.event_source
        assert ("conversion_value" in row) == (event.value is not None)
        assert row.conversion_value == (event.value or 0)
        sent_ids = [
            (name, getattr(row.ad_identifiers, name))
            for name in ("gclid", "gbraid", "wbraid")
            if getattr(row.ad_identifiers, name)
        ]
        assert sent_ids == ([event.click_id] if event.click_id else [])
        assert bool(row.consent.ad_user_data) == (event.consent != "unknown")
        if event.consent != "granted":
            assert not row.user_data.user_identifiers
