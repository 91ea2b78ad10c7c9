"""One bad event never stops another: batches are taken apart until each event has its outcome."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads.errors import TransportFault, make_fault
from google_ads.events import Adjustment, ConversionEvent, Delivery, Outcome
from google_ads.transports.base import MAX_REQUESTS_PER_BATCH, deliver, deliver_adjustments, split

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
BAD_EVENT = make_fault("INVALID_EVENT", "ErrorReason")
RATE_LIMIT = make_fault("RESOURCE_EXHAUSTED", "ErrorReason", retry_after=30)
ACTION_GONE = make_fault("INVALID_CONVERSION_ACTION_ID", "ErrorReason")


def event(number, action="7", consent="granted"):
    return ConversionEvent(f"odoo-{number}", action, NOON, gclid=f"x{number}", consent=consent)


class Google:
    """Takes a request whole or not at all, as Data Manager does."""

    max_batch = 2_000

    def __init__(self, bad=(), names_them=True, refusals=None, fault=BAD_EVENT):
        self.bad = {f"odoo-{number}" for number in bad}
        self.names_them = names_them
        self.refusals = refusals or {}
        self.fault = fault
        self.taken = Counter()
        self.requests = 0

    def send(self, events, validate_only=False):
        self.requests += 1
        if refusal := self.refusals.get(events[0].conversion_action_id):
            raise TransportFault(refusal)
        indices = [i for i, sent in enumerate(events) if sent.transaction_id in self.bad]
        if indices and self.names_them:
            raise TransportFault(
                *(make_fault("INVALID_EVENT", "ErrorReason", index=i) for i in indices)
            )
        if indices:
            raise TransportFault(self.fault)
        self.taken.update(sent.transaction_id for sent in events)
        request_id = f"request-{self.requests}"
        return Delivery(
            request_id, [Outcome("accepted", None, request_id, i) for i in range(len(events))]
        )

    def adjust(self, adjustments, validate_only=False):
        return self.send([adjustment.event for adjustment in adjustments])


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def test_named_events_are_taken_out_and_the_rest_goes_in_the_same_run():
    google = Google(bad=[3, 7])
    outcomes = deliver(google, [event(n) for n in range(10)])
    assert [i for i, state in enumerate(states(outcomes)) if state == "refused"] == [3, 7]
    assert google.requests == 2
    assert outcomes[3].fault.code == "INVALID_EVENT"
    assert [outcomes[i].index for i in (0, 4, 9)] == [0, 3, 7]


def test_an_unnamed_bad_event_is_found_by_halving():
    google = Google(bad=[1234], names_them=False)
    outcomes = deliver(google, [event(n) for n in range(2_000)])
    assert Counter(states(outcomes)) == {"accepted": 1_999, "refused": 1}
    assert outcomes[1234].fault.code == "INVALID_EVENT"
    assert google.requests <= 23


@given(st.integers(1, 60), st.data())
def test_every_good_event_is_taken_once_and_every_bad_one_is_told(size, data):
    bad = data.draw(st.sets(st.integers(0, size - 1)))
    google = Google(bad=bad, names_them=data.draw(st.booleans()))
    google.max_batch = data.draw(st.integers(1, size))
    outcomes = deliver(google, [event(n) for n in range(size)])
    assert len(outcomes) == size
    for number, outcome in enumerate(outcomes):
        if number in bad:
            assert outcome.state == "refused"
        elif outcome.fault is None:
            assert outcome.state == "accepted"
            assert outcome.request_id
        else:  # more bad events than one run may look for
            assert outcome.fault.code == "NOT_ISOLATED"
    accepted = {f"odoo-{n}" for n, outcome in enumerate(outcomes) if outcome.state == "accepted"}
    assert google.taken == Counter(accepted)


def test_a_batch_that_is_bad_all_through_costs_a_bounded_number_of_requests():
    google = Google(bad=range(2_000), names_them=False)
    outcomes = deliver(google, [event(n) for n in range(2_000)])
    assert google.requests == MAX_REQUESTS_PER_BATCH
    told = Counter(outcome.fault.code for outcome in outcomes)
    assert told["INVALID_EVENT"] > 20  # so each run makes the rest smaller
    assert told["NOT_ISOLATED"] + told["INVALID_EVENT"] == 2_000


def test_a_rate_limit_ends_the_run_and_sends_nothing_more():
    google = Google(refusals={"7": RATE_LIMIT})
    outcomes = deliver(google, [event(1), event(2), event(3, action="8")])
    assert google.requests == 1
    assert {outcome.fault for outcome in outcomes} == {RATE_LIMIT}
    assert not google.taken


def test_an_action_that_google_refuses_does_not_hold_up_another():
    google = Google(refusals={"7": ACTION_GONE})
    outcomes = deliver(google, [event(1), event(2, action="8"), event(3)])
    assert states(outcomes) == ["refused", "accepted", "refused"]
    assert outcomes[0].fault == outcomes[2].fault == ACTION_GONE


def test_events_already_taken_keep_their_outcome_when_the_run_ends():
    google = Google()
    google.max_batch = 2
    send, calls = google.send, []

    def limited(events, validate_only=False):
        calls.append(len(events))
        if len(calls) == 2:
            raise TransportFault(RATE_LIMIT)
        return send(events)

    google.send = limited
    outcomes = deliver(google, [event(n) for n in range(6)])
    assert states(outcomes) == ["accepted"] * 2 + ["refused"] * 4
    assert calls == [2, 2]


def test_denied_consent_is_never_sent():
    google = Google()
    outcomes = deliver(google, [event(1, consent="denied"), event(2, consent="unknown")])
    assert states(outcomes) == ["refused", "accepted"]
    assert outcomes[0].fault.error_class == "consent"
    assert google.taken == {"odoo-2": 1}


def test_the_same_event_twice_is_a_fault_of_the_caller():
    with pytest.raises(ValueError):
        deliver(Google(), [event(1), event(1)])
    assert states(deliver(Google(), [event(1), event(1, action="8")])) == ["accepted"] * 2


def test_two_events_of_one_click_in_one_second_do_not_share_a_request():
    google, first = Google(), event(1)
    twin = replace(event(2), gclid=first.gclid)
    later = replace(event(3), gclid=first.gclid, occurred_at=NOON + timedelta(seconds=1))
    outcomes = deliver(google, [first, twin, later, replace(event(4), gclid="")])
    requests = [outcome.request_id for outcome in outcomes]
    assert requests[0] == requests[2] == requests[3] != requests[1]


def test_nothing_to_send_asks_nothing():
    google = Google()
    assert deliver(google, []) == []
    assert google.requests == 0


def test_corrections_are_taken_apart_like_events():
    google = Google(bad=[1])
    corrections = [Adjustment(event(n), "restatement", NOON, value=5) for n in range(3)]
    outcomes = deliver_adjustments(google, corrections)
    assert states(outcomes) == ["accepted", "refused", "accepted"]


@given(st.integers(1, 2_000), st.lists(st.integers(-2, 2_002), max_size=20))
def test_split_accounts_for_every_event_once(size, indices):
    faults = [make_fault("INVALID_EVENT", "ErrorReason", index=index) for index in indices]
    refused, batches, stop = split(size, faults or [BAD_EVENT])
    assert stop is None
    assert sorted([*refused, *(i for batch in batches for i in batch)]) == list(range(size))
    assert all(len(batch) < size for batch in batches)


@pytest.mark.parametrize("fault", [RATE_LIMIT, ACTION_GONE])
def test_split_does_not_look_for_an_event_behind_a_fault_of_the_account(fault):
    assert split(5, [fault]) == ({}, [], fault)
