"""Delivery through the Data Manager API, with Google's client against the strict sandbox."""

import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sandbox_world import GCLID, LEADS, SALES, SERVICE_ACCOUNT, UK_CUSTOMER

from google_ads.errors import TransportFault
from google_ads.events import Adjustment
from google_ads.transports.base import deliver, deliver_adjustments
from google_ads.transports.data_manager import DataManagerTransport

HALF_AN_HOUR = timedelta(minutes=31)


@pytest.fixture
def transport(connect):
    return DataManagerTransport(connect())


def codes(outcomes):
    return [outcome.fault and outcome.fault.code for outcome in outcomes]


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def counted(google):
    """How often Google counts each event."""
    return Counter(entry["transaction_id"] for entry in google.ledger()["accepted"])


def final(transport, google, outcomes):
    """The final outcome of each event that was accepted."""
    google.advance(HALF_AN_HOUR)
    sizes = Counter(outcome.request_id for outcome in outcomes)
    told = {
        request_id: transport.status(request_id, size).outcomes
        for request_id, size in sizes.items()
    }
    return [told[outcome.request_id][outcome.index] for outcome in outcomes]


# -- what goes well ---------------------------------------------------------------------


def test_events_are_accepted_now_and_delivered_half_an_hour_later(google, transport, event):
    outcomes = deliver(transport, [event(1), event(2, conversion_action_id=LEADS), event(3)])
    assert states(outcomes) == ["accepted"] * 3
    assert outcomes[0].request_id == outcomes[2].request_id != outcomes[1].request_id
    assert transport.status(outcomes[0].request_id, 2).state == "processing"
    assert states(final(transport, google, outcomes)) == ["delivered"] * 3
    assert counted(google) == {sent.transaction_id: 1 for sent in (event(1), event(2), event(3))}


def test_google_gets_the_values_as_they_were(google, transport, event):
    deliver(transport, [event(1, value=1234.5, currency="EUR")])
    [entry] = google.ledger()["accepted"]
    assert entry["action"] == SALES
    assert entry["value"] == 1234.5
    assert entry["currency"] == "EUR"
    assert entry["click_id"] == GCLID


@pytest.mark.parametrize(
    "click", [{"wbraid": "Clo-demo-wbraid_9"}, {"gbraid": "0AAAAA-demo-gbraid_8"}]
)
def test_click_ids_of_iphones(google, transport, event, click):
    outcomes = deliver(transport, [event(1, gclid="", **click)])
    assert states(final(transport, google, outcomes)) == ["delivered"]


def test_a_person_without_a_click_id_is_matched_by_hashes(google, transport, event):
    matched = event(1, gclid="", email="Ann@Example.com ", phone="020 123 4567", country_code="NL")
    outcomes = deliver(transport, [matched])
    [outcome] = final(transport, google, outcomes)
    assert (outcome.state, outcome.fault) == ("delivered", None)


def test_a_person_whom_no_click_matches_is_not_counted(google, transport, event):
    outcomes = deliver(transport, [event(1, gclid="", email="nobody@example.com")])
    [outcome] = final(transport, google, outcomes)
    assert outcome.state == "refused"
    assert outcome.fault.error_class == "unmatched"


def test_no_clear_email_or_phone_leaves_the_house(google, transport, event, caplog):
    caplog.set_level(logging.DEBUG)
    secret = {"email": "ann.secret@example.com", "phone": "+31201234567", "country_code": "NL"}
    deliver(transport, [event(1, **secret), event(2, gclid="", **secret)])
    for text in (*map(str, google.requests()), caplog.text):
        assert "ann.secret" not in text
        assert "201234567" not in text


@pytest.mark.parametrize("consent", ["unknown", "denied"])
def test_without_consent_no_hash_is_sent_either(google, transport, event, consent):
    from google_ads.hashing import sha256_hex

    deliver(transport, [event(1, email="ann@example.com", consent=consent)])
    assert sha256_hex("ann@example.com") not in "".join(map(str, google.requests()))


def test_a_check_changes_nothing(google, transport, event):
    delivery = transport.send([event(1)], validate_only=True)
    assert states(delivery.outcomes) == ["accepted"]
    assert google.ledger()["accepted"] == []


def test_a_changed_value_corrects_the_conversion_and_counts_it_once(google, transport, event):
    won = event(1, value=1000.0)
    deliver(transport, [won])
    google.advance(HALF_AN_HOUR)
    correction = Adjustment(won, "restatement", google.now(), value=800.0)
    assert states(deliver_adjustments(transport, [correction])) == ["accepted"]
    google.advance(HALF_AN_HOUR)
    [entry] = google.ledger()["accepted"]
    assert (entry["value"], entry["count"]) == (800.0, 1)
    deliver_adjustments(transport, [Adjustment(won, "retraction", google.now())])
    google.advance(HALF_AN_HOUR)
    [entry] = google.ledger()["accepted"]
    assert entry["value"] == 0


# -- refusals -----------------------------------------------------------------------------


def test_bad_events_are_taken_out_and_the_others_go_in_the_same_run(google, transport, event):
    events = [event(number) for number in range(20)]
    events[3] = replace(events[3], gclid="")  # nothing identifies this person
    events[17] = replace(events[17], currency="EURO")
    outcomes = deliver(transport, events)
    assert [i for i, state in enumerate(states(outcomes)) if state == "refused"] == [3, 17]
    assert outcomes[3].fault.code == "NO_IDENTIFIERS_PROVIDED"
    assert outcomes[17].fault.error_class == "permanent"
    final(transport, google, [outcome for outcome in outcomes if outcome.state == "accepted"])
    assert sum(counted(google).values()) == 18


def test_a_bad_event_that_google_does_not_name_is_found(google, transport, event):
    events = [event(number) for number in range(64)]
    google.fault(
        "error",
        code="ErrorReason.INVALID_EVENT",
        transaction_id=events[41].transaction_id,
        indexed=False,
        times=None,
    )
    outcomes = deliver(transport, events)
    assert [i for i, state in enumerate(states(outcomes)) if state == "refused"] == [41]
    assert counted(google) == {sent.transaction_id: 1 for i, sent in enumerate(events) if i != 41}


def test_an_action_that_was_removed_does_not_hold_up_another(google, transport, event):
    google.update(f"accounts/1234567890/conversion_actions/{LEADS}/status", "REMOVED")
    outcomes = deliver(transport, [event(1, conversion_action_id=LEADS), event(2)])
    assert states(outcomes) == ["refused", "accepted"]
    assert outcomes[0].fault.error_class == "configuration"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"identities/{SERVICE_ACCOUNT}/accounts", {}),
        ("project/data_manager_enabled", False),
        ("accounts/1234567890/managers", []),
    ],
)
def test_what_is_wrong_with_the_account_says_what_to_do(google, transport, event, path, value):
    google.update(path, value)
    outcomes = deliver(transport, [event(1), event(2)])
    assert states(outcomes) == ["refused"] * 2
    assert {outcome.fault.error_class for outcome in outcomes} == {"configuration"}
    assert len(google.requests()) <= 2  # the fault is not looked for in the events
    assert google.ledger()["accepted"] == []


def test_another_account_than_the_one_that_owns_the_action(connect, event):
    [outcome] = deliver(DataManagerTransport(connect(UK_CUSTOMER)), [event(1)])
    assert outcome.fault.error_class == "configuration"


def test_clicks_that_cannot_be_counted_are_told_later_each_by_itself(google, transport, event):
    events = [
        event(1),
        event(2, gclid="Cj0KCQiA-demo-Recent_6", occurred_at=google.now()),
        event(3, gclid="CjwKCAjw-demo-UK_10"),
        event(4, gclid="Cj0KCQiA-demo-Click_1", occurred_at=google.now() - timedelta(hours=20)),
    ]
    outcomes = deliver(transport, events)
    told = dict(
        zip(
            ["first", "recent", "foreign", "early"], final(transport, google, outcomes), strict=True
        )
    )
    assert told["first"].state == "delivered"
    assert told["recent"].fault.error_class == "waiting"
    assert told["foreign"].fault.error_class == "configuration"
    assert told["early"].fault.code == "PROCESSING_ERROR_REASON_CONVERSION_PRECEDES_CLICK"
    assert states(told.values()) == ["delivered", "refused", "refused", "refused"]


def test_without_indices_mixed_results_stay_unclear(google, transport, event):
    google.switch("data_manager_profile", "v1.8")
    outcomes = deliver(transport, [event(1), event(2, gclid="CjwKCAjw-demo-UK_10")])
    assert states(final(transport, google, outcomes)) == ["unclear"] * 2


@pytest.mark.parametrize(
    ("code", "state", "error_class"),
    [
        ("ProcessingErrorReason.PROCESSING_ERROR_REASON_DUPLICATE_GCLID", "delivered", "duplicate"),
        ("ProcessingErrorReason.PROCESSING_ERROR_REASON_UNKNOWN_CONSENT", "refused", "consent"),
        ("ProcessingErrorReason.PROCESSING_ERROR_REASON_INTERNAL_ERROR", "refused", "retry"),
        ("ProcessingErrorReason.999", "refused", "unknown"),
    ],
)
def test_reasons_told_later(google, transport, event, code, state, error_class):
    source, _dot, name = code.partition(".")
    google.fault("error", code=f"{source}.{name}", transaction_id=event(1).transaction_id)
    outcomes = deliver(transport, [event(1), event(2)])
    first, second = final(transport, google, outcomes)
    assert (first.state, first.fault.error_class) == (state, error_class)
    assert (second.state, second.fault) == ("delivered", None)


# -- the line and the machine -------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "options", "code"),
    [
        ("drop_before", {}, "CONNECTION_LOST"),
        ("drop_after", {}, "CONNECTION_LOST"),
        ("truncate", {}, "ANSWER_UNREADABLE"),
        ("status", {"code": 429, "delay": 30}, "RESOURCE_EXHAUSTED"),
        ("status", {"code": 503}, "INTERNAL_ERROR"),
        ("hang", {"seconds": 3}, "NO_ANSWER_IN_TIME"),
        ("hang", {"seconds": 3, "accept": False}, "NO_ANSWER_IN_TIME"),
    ],
)
def test_a_lost_answer_is_sent_again_and_counted_once(google, connect, event, fault, options, code):
    transport = DataManagerTransport(connect(timeout=1))
    google.fault(fault, api="data_manager", method="ingest", **options)
    events = [event(number) for number in range(5)]
    outcomes = deliver(transport, events)
    assert states(outcomes) == ["refused"] * 5
    assert {outcome.fault.error_class for outcome in outcomes} == {"retry"}
    assert set(codes(outcomes)) == {code}
    if options.get("delay"):
        assert outcomes[0].fault.retry_after == 30
    again = deliver(transport, events)
    assert states(again) == ["accepted"] * 5
    assert states(final(transport, google, again)) == ["delivered"] * 5
    ledger = google.ledger()["accepted"]
    assert sorted(entry["transaction_id"] for entry in ledger) == sorted(
        sent.transaction_id for sent in events
    )
    assert {entry["count"] for entry in ledger} == {1}


def test_a_token_that_expires_during_the_run_is_replaced(google, transport, event):
    transport.max_batch = 1
    google.fault("expire_token", api="data_manager", method="ingest", skip=1)
    assert states(deliver(transport, [event(1), event(2), event(3)])) == ["accepted"] * 3


def test_a_revoked_login_stops_the_run_with_the_remedy(google, connect, event):
    email = google.service_account_info["client_email"]
    google.update(f"identities/{email}/revoked", True)
    [outcome] = deliver(DataManagerTransport(connect()), [event(1)])
    assert outcome.fault.code == "LOGIN_REVOKED"
    assert email not in outcome.fault.raw


def test_an_unknown_code_is_held_and_shown(google, transport, event):
    google.fault("error", code="ErrorReason.999", row=0)
    [outcome, other] = deliver(transport, [event(1), event(2)])
    assert (outcome.state, outcome.fault.error_class) == ("refused", "unknown")
    assert "999" in outcome.fault.code
    assert other.state == "accepted"


def test_a_minute_limit_of_google_is_not_run_against(google, transport, event):
    google.switch("data_manager_per_minute", 3)
    transport.max_batch = 1
    outcomes = deliver(transport, [event(number) for number in range(10)])
    assert states(outcomes) == ["accepted"] * 3 + ["refused"] * 7
    assert len(google.requests()) <= 6
    assert outcomes[-1].fault.error_class == "retry"


@pytest.mark.parametrize("fault", ["drop_before", "truncate", "hang"])
def test_a_status_that_cannot_be_read_is_asked_for_again(google, connect, event, fault):
    transport = DataManagerTransport(connect(timeout=1))
    outcomes = deliver(transport, [event(1)])
    google.fault(fault, api="data_manager", method="status", seconds=3)
    with pytest.raises(TransportFault) as caught:
        transport.status(outcomes[0].request_id, 1)
    assert caught.value.fault.error_class == "retry"
    assert states(final(transport, google, outcomes)) == ["delivered"]


def test_a_status_of_a_request_that_google_does_not_know(transport):
    with pytest.raises(TransportFault) as caught:
        transport.status("no-such-request", 1)
    assert caught.value.fault.code == "INVALID_REQUEST_ID"


def test_a_status_that_google_has_forgotten(google, transport, event):
    [outcome] = deliver(transport, [event(1)])
    google.advance(timedelta(days=51))
    with pytest.raises(TransportFault) as caught:
        transport.status(outcome.request_id, 1)
    assert caught.value.fault.code == "REQUEST_TOO_OLD"


def test_nobody_listens(connect, event):
    transport = DataManagerTransport(connect(data_manager_endpoint="https://127.0.0.1:9"))
    [outcome] = deliver(transport, [event(1)])
    assert outcome.fault.code == "NOT_REACHABLE"


def test_a_certificate_that_is_not_trusted_stops_everything(google, connect, event, monkeypatch):
    import certifi

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    [outcome] = deliver(DataManagerTransport(connect()), [event(1)])
    assert (outcome.fault.code, outcome.fault.error_class) == ("CERTIFICATE", "configuration")
    assert google.ledger()["accepted"] == []
