"""Delivery through the Google Ads API's old upload services, for accounts that may use them."""

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sandbox_world import CUSTOMER, LEADS, SALES

from google_ads.events import Adjustment
from google_ads.hashing import sha256_hex
from google_ads.transports.base import deliver, deliver_adjustments
from google_ads.transports.google_ads_upload import GoogleAdsUploadTransport, google_time


@pytest.fixture
def transport(google, connect):
    google.update("project/old_upload_allowed", True)
    return GoogleAdsUploadTransport(connect())


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def codes(outcomes):
    return [outcome.fault and outcome.fault.code for outcome in outcomes]


def counted(google):
    return Counter(entry["transaction_id"] for entry in google.ledger()["accepted"])


# -- events -------------------------------------------------------------------------------


def test_events_are_delivered_at_once(google, transport, event):
    outcomes = deliver(transport, [event(1), event(2, conversion_action_id=LEADS)])
    assert states(outcomes) == ["delivered"] * 2
    assert counted(google) == {event(1).transaction_id: 1, event(2).transaction_id: 1}
    entry = next(e for e in google.ledger()["accepted"] if e["action"] == SALES)
    assert (entry["value"], entry["currency"]) == (1200.0, "EUR")


def test_rows_that_google_refuses_do_not_stop_the_others(google, transport, event):
    events = [event(number) for number in range(6)]
    events[0] = replace(events[0], gclid="short")
    events[2] = replace(events[2], gclid="Cj0KCQiA-demo-Old_7")
    events[5] = replace(events[5], gclid="Cj0KCQiA-demo-Recent_6", occurred_at=google.now())
    outcomes = deliver(transport, events)
    assert states(outcomes) == [
        "refused",
        "delivered",
        "refused",
        "delivered",
        "delivered",
        "refused",
    ]
    assert codes(outcomes)[0::5] == ["UNPARSEABLE_GCLID", "TOO_RECENT_EVENT"]
    assert [outcomes[i].fault.error_class for i in (0, 2, 5)] == [
        "permanent",
        "permanent",
        "waiting",
    ]
    assert outcomes[0].fault.index == 0


def test_the_first_row_is_a_row(transport, event):
    delivery = transport.send([event(1, gclid="short"), event(2)])
    assert states(delivery.outcomes) == ["refused", "delivered"]


def test_the_same_event_again_is_delivered_and_counted_once(google, transport, event):
    deliver(transport, [event(1)])
    [outcome] = deliver(transport, [event(1)])
    assert outcome.state == "delivered"
    assert outcome.fault.error_class == "duplicate"
    assert counted(google) == {event(1).transaction_id: 1}


def test_two_events_of_one_click_in_one_second_are_both_settled(google, transport, event):
    first = event(1)
    second = replace(event(2), occurred_at=first.occurred_at)
    outcomes = deliver(transport, [first, second])
    assert states(outcomes) == ["delivered"] * 2
    assert outcomes[1].fault.code == "CLICK_CONVERSION_ALREADY_EXISTS"


def test_hashes_only_with_consent_and_never_clear(google, transport, event, caplog):
    caplog.set_level(logging.DEBUG)
    person = {"email": "Ann@example.com", "phone": "020 123 4567", "country_code": "NL"}
    granted = event(1, gclid="", **person)
    unknown = event(2, consent="unknown", email="joe@example.com")
    assert states(deliver(transport, [granted, unknown])) == ["delivered"] * 2
    sent = "".join(map(str, google.requests()))
    assert sha256_hex("ann@example.com") in sent
    assert sha256_hex("+31201234567") in sent
    assert sha256_hex("joe@example.com") not in sent
    for text in (sent, caplog.text):
        for clear in ("ann@example", "Ann@example", "joe@example", "123 4567", "201234567"):
            assert clear not in text


def test_a_check_changes_nothing(google, transport, event):
    delivery = transport.send([event(1), event(2, gclid="short")], validate_only=True)
    assert states(delivery.outcomes) == ["accepted", "refused"]
    assert google.ledger()["accepted"] == []


def test_the_way_is_closed_to_new_users_and_another_is_offered(google, transport, event):
    google.update("project/old_upload_allowed", False)
    [outcome] = deliver(transport, [event(1)])
    assert outcome.fault.code == "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"
    assert outcome.fault.error_class == "configuration"
    assert "Data Manager API" in outcome.fault.remedy


def test_an_error_that_names_no_row_concerns_them_all(google, transport, event):
    google.fault("error", code="InternalError.TRANSIENT_ERROR", api="google_ads")
    outcomes = deliver(transport, [event(1), event(2)])
    assert states(outcomes) == ["refused"] * 2
    assert {outcome.fault.error_class for outcome in outcomes} == {"retry"}


@pytest.mark.parametrize(
    ("code", "state", "error_class"),
    [
        ("ConversionUploadError.ORDER_ID_ALREADY_IN_USE", "delivered", "duplicate"),
        ("ConversionUploadError.CLICK_NOT_FOUND", "refused", "unmatched"),
        ("ConversionUploadError.EXPIRED_EVENT", "refused", "permanent"),
        ("ConversionUploadError.INVALID_CUSTOMER_FOR_CLICK", "refused", "configuration"),
        ("ConversionUploadError.999", "refused", "unknown"),
    ],
)
def test_each_code_has_its_consequence(google, transport, event, code, state, error_class):
    google.fault("error", code=code, row=1)
    first, second, third = deliver(transport, [event(1), event(2), event(3)])
    assert (second.state, second.fault.error_class) == (state, error_class)
    assert code.endswith(f".{second.fault.code}")
    assert states([first, third]) == ["delivered"] * 2


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("drop_before", {}),
        ("drop_after", {}),
        ("truncate", {}),
        ("status", {"code": 503}),
        ("status", {"code": 429, "delay": 30}),
        ("hang", {"seconds": 3}),
        ("hang", {"seconds": 3, "accept": False}),
    ],
)
def test_a_lost_answer_is_sent_again_and_counted_once(
    google, transport, connect, event, fault, options
):
    transport = GoogleAdsUploadTransport(connect(timeout=1))
    google.fault(fault, api="google_ads", method="UploadClickConversions", **options)
    events = [event(number) for number in range(3)]
    outcomes = deliver(transport, events)
    assert states(outcomes) == ["refused"] * 3
    assert {outcome.fault.error_class for outcome in outcomes} == {"retry"}
    if "delay" in options:
        assert outcomes[0].fault.retry_after == 30
    assert states(deliver(transport, events)) == ["delivered"] * 3
    assert counted(google) == {sent.transaction_id: 1 for sent in events}


def test_a_token_that_expires_during_the_run_is_replaced(google, transport, event):
    google.fault("expire_token", api="google_ads", method="UploadClickConversions")
    assert states(deliver(transport, [event(1)])) == ["delivered"]


def test_there_is_no_later_status(transport):
    with pytest.raises(ValueError):
        transport.status("1", 1)


def test_times_are_written_the_one_way_google_reads():
    moment = datetime(2026, 11, 20, 9, 30, 15, 999, tzinfo=timezone.utc)
    assert google_time(moment) == "2026-11-20 09:30:15+00:00"
    historic = timezone(timedelta(minutes=53, seconds=28))  # an offset that Google refuses
    assert google_time(moment.astimezone(historic)) == "2026-11-20 09:30:15+00:00"


# -- corrections --------------------------------------------------------------------------


def test_a_changed_value_and_a_cancelled_order(google, transport, event):
    won, cancelled = event(1), event(2)
    deliver(transport, [won, cancelled])
    google.advance(timedelta(hours=30))
    outcomes = deliver_adjustments(
        transport,
        [
            Adjustment(won, "restatement", google.now(), value=900.0),
            Adjustment(cancelled, "retraction", google.now()),
        ],
    )
    assert states(outcomes) == ["delivered"] * 2
    ledger = {entry["transaction_id"]: entry for entry in google.ledger()["accepted"]}
    assert ledger[won.transaction_id]["value"] == 900.0
    assert ledger[cancelled.transaction_id]["count"] == 0


def test_corrections_that_come_too_late_or_twice(google, transport, event):
    won, old = event(1), event(2)
    deliver(transport, [won, old])
    google.advance(timedelta(hours=30))
    correction = Adjustment(won, "retraction", google.now())
    assert states(deliver_adjustments(transport, [correction])) == ["delivered"]
    [again] = deliver_adjustments(transport, [replace(correction, adjusted_at=google.now())])
    assert (again.state, again.fault.code) == ("delivered", "CONVERSION_ALREADY_RETRACTED")
    google.advance(timedelta(days=55))
    [late] = deliver_adjustments(transport, [Adjustment(old, "retraction", google.now())])
    assert (late.state, late.fault.code) == ("refused", "CONVERSION_EXPIRED")


def test_a_correction_of_what_google_does_not_know(google, transport, event):
    [outcome] = deliver_adjustments(transport, [Adjustment(event(9), "retraction", google.now())])
    assert (outcome.state, outcome.fault.code) == ("refused", "CONVERSION_NOT_FOUND")
    assert outcome.fault.error_class == "retry"


def test_an_action_that_always_uses_its_default_value(google, transport, event):
    deliver(transport, [event(1)])
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/always_default", True)
    google.advance(timedelta(hours=30))
    correction = Adjustment(event(1), "restatement", google.now(), value=5)
    [outcome] = deliver_adjustments(transport, [correction])
    assert (outcome.state, outcome.fault.error_class) == ("refused", "configuration")
