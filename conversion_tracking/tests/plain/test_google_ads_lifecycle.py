"""The life of a row: every move of the drawing, and none beside it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads import catalogue, lifecycle
from google_ads.catalogue import ACTION_CODES, CATALOGUE, OUTBOX
from google_ads.errors import make_fault
from google_ads.events import Outcome, RequestStatus
from google_ads.lifecycle import (
    CANCELLED,
    CLICK_SETTLED,
    FAILED,
    FIRST_POLL,
    GIVEN_TO_GOOGLE,
    HELD,
    LONGEST_PAUSE,
    MAX_ATTEMPTS,
    MOVES,
    SENDING,
    SENT,
    STATES,
    SUCCESS,
    UNCLEAR,
    UNMATCHED,
    WAITING,
)

NOW = datetime(2026, 11, 20, 12)
DRAWING = Path(__file__).parents[2] / "readme" / "DEVELOP.md"
FAULTS = [make_fault(code, source) for source, codes in CATALOGUE.items() for code in codes]
# What is ours Google never says; denied consent is seen before anything is sent.
FAULTS_OF_GOOGLE = [
    fault for fault in FAULTS if fault.source != OUTBOX and fault.code != "CONSENT_DENIED"
]


def row(**values):
    """A row as a claim reads it: its click was known to Google long ago."""
    return {
        "click_time": NOW - timedelta(days=2),
        "attempts": 0,
        "sent_at": NOW - timedelta(hours=1),
        "polls": 0,
        "request_index": 0,
        **values,
    }


def refused(code, source="Connection", **options):
    return Outcome("refused", make_fault(code, source, **options), "request", 0)


def after(outcome, **values):
    return lifecycle.after_outcome(row(**values), outcome, NOW)


# -- the drawing ----------------------------------------------------------------------------


def test_the_drawing_shows_every_move_and_no_other():
    [drawing] = re.findall(r"stateDiagram-v2\n(.*?)```", DRAWING.read_text(), re.DOTALL)
    drawn = set(re.findall(r"^ +(\w+) --> (\w+)", drawing, re.MULTILINE))
    assert drawn == {(origin, goal) for origin, goals in MOVES.items() for goal in goals}


def test_every_state_has_its_moves_and_one_group():
    assert set(MOVES) == set(STATES)
    groups = (*lifecycle.UNDER_WAY, *lifecycle.ATTENTION, SUCCESS, UNMATCHED, CANCELLED)
    assert sorted(groups) == sorted(STATES)
    assert set(lifecycle.WITHDRAWABLE).isdisjoint(GIVEN_TO_GOOGLE)


@pytest.mark.parametrize("state", STATES)
def test_what_was_given_to_google_cannot_be_cancelled_by_hand(state):
    stopped = CANCELLED in MOVES[state] and state not in GIVEN_TO_GOOGLE
    assert stopped == (state not in (*GIVEN_TO_GOOGLE, CANCELLED))


# -- outcomes of sending --------------------------------------------------------------------


def test_accepted_is_sent_and_asked_about_after_half_an_hour():
    values = after(Outcome("accepted", None, "request", 3))
    assert values["state"] == SENT
    assert values["next_poll_at"] == NOW + FIRST_POLL
    assert values["may_have_arrived"]
    assert not values["next_try_at"]


def test_a_person_of_whom_google_knows_no_click_is_not_counted():
    for source in ("ConversionUploadError", "ProcessingErrorReason"):
        prefix = "PROCESSING_ERROR_REASON_" if source == "ProcessingErrorReason" else ""
        values = after(refused(f"{prefix}CLICK_NOT_FOUND", source))
        assert values["state"] == UNMATCHED
        assert not values["next_try_at"]
        assert "uploaded_at" not in values


def test_delivered_keeps_the_time_at_which_it_was_sent():
    values = after(Outcome("delivered", None, "request", 0))
    assert (values["state"], values["uploaded_at"]) == (SUCCESS, NOW)
    assert values["sent_at"] == NOW - timedelta(hours=1)
    assert after(Outcome("delivered"), sent_at=None)["sent_at"] == NOW


def test_unclear_is_never_guessed():
    assert after(Outcome("unclear", refused("UNKNOWN").fault))["state"] == UNCLEAR


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (refused("NOT_REACHABLE"), WAITING),
        (refused("LOGIN_REVOKED"), WAITING),  # the account pauses, the row only waits
        (refused("PACE", OUTBOX, retry_after=5), WAITING),
        (refused("TOO_RECENT_EVENT", "ConversionUploadError"), WAITING),
        (refused("EXPIRED_EVENT", "ConversionUploadError"), FAILED),
        (refused("INVALID_CUSTOMER_FOR_CLICK", "ConversionUploadError"), HELD),
        (refused("A_CODE_OF_TOMORROW", "ConversionUploadError"), HELD),
        (refused("CONSENT_DENIED"), CANCELLED),
        (refused(ACTION_CODES[4], "ConversionUploadError"), HELD),
    ],
)
def test_a_refusal_goes_where_its_class_says(outcome, state):
    assert after(outcome)["state"] == state


@given(
    st.sampled_from(FAULTS),
    st.sampled_from(["accepted", "delivered", "refused"]),
    st.integers(0, MAX_ATTEMPTS),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=89)),
)
def test_no_outcome_leaves_the_drawing_or_a_row_that_nobody_looks_at(fault, state, attempts, age):
    outcome = Outcome(state, fault if state == "refused" else None, "request", 0)
    values = after(outcome, attempts=attempts, click_time=(age is not None and NOW - age) or None)
    assert values["state"] in MOVES[SENDING]
    if values["state"] == WAITING:
        assert values["next_try_at"] >= NOW
        assert values["out_of_turn"]
    elif values["state"] == SENT:
        assert values["next_poll_at"] > NOW
    else:
        assert not values["next_try_at"]
        assert not values["next_poll_at"]


# -- when again -----------------------------------------------------------------------------


def test_the_pause_doubles_up_to_a_day_and_is_given_up_at_last():
    pauses = [lifecycle.get_pause(attempts) for attempts in range(30)]
    assert timedelta(minutes=3) < pauses[0] < timedelta(minutes=7)
    assert max(pauses) <= LONGEST_PAUSE * 1.25
    assert pauses[2] > pauses[0]
    last = after(refused("NOT_REACHABLE"), attempts=MAX_ATTEMPTS - 1)
    assert (last["state"], last["next_try_at"]) == (HELD, False)


def test_what_google_asks_to_wait_is_waited():
    values = after(refused("TOO_MANY_REQUESTS", retry_after=90_000))
    assert values["next_try_at"] - NOW >= timedelta(seconds=90_000)


def test_too_early_is_no_attempt_and_waits_for_the_click():
    clicked = NOW - timedelta(hours=2)
    values = after(refused("TOO_RECENT_EVENT", "ConversionUploadError"), click_time=clicked)
    assert values["next_try_at"] == clicked + CLICK_SETTLED
    assert "attempts" not in values


@pytest.mark.parametrize("code", catalogue.LOST_ANSWER_CODES)
def test_a_lost_answer_is_remembered(code):
    assert after(refused(code))["may_have_arrived"]


def test_a_worker_that_was_stopped_may_have_sent():
    values = lifecycle.release(NOW)
    assert values["state"] in MOVES[SENDING]
    assert values["may_have_arrived"]
    assert not values["claim"]


# -- what became of a request ---------------------------------------------------------------


def status(*outcomes):
    return RequestStatus("done", outcomes)


def after_status(*outcomes):
    rows = [row(request_index=index) for index in range(len(outcomes))]
    return lifecycle.after_status(rows, "r1", status(*outcomes), NOW)


def test_a_request_that_google_works_at_is_asked_about_later():
    [values] = lifecycle.after_status([row()], "r1", RequestStatus("processing"), NOW)
    assert values["next_poll_at"] == NOW + 2 * FIRST_POLL
    assert "state" not in values


def test_nobody_asks_for_longer_than_a_week():
    [values] = lifecycle.after_status(
        [row(sent_at=NOW - timedelta(days=8))], "r1", RequestStatus("processing"), NOW
    )
    assert (values["state"], values["error_code"]) == (UNCLEAR, "NO_STATUS")


def test_rows_that_google_does_not_tell_apart_go_again_in_two_halves():
    unclear = Outcome("unclear", refused("UNKNOWN").fault)
    values = after_status(unclear, Outcome("delivered"), unclear, unclear)
    assert [one["state"] for one in values] == [WAITING, SUCCESS, WAITING, WAITING]
    assert [one["batch"] for one in values] == ["r1/0", False, "r1/0", "r1/1"]


def test_a_single_row_without_a_clear_answer_is_unclear():
    [values] = after_status(Outcome("unclear", refused("UNKNOWN").fault))
    assert (values["state"], values["may_have_arrived"]) == (UNCLEAR, False)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["delivered", "refused", "unclear"]), st.sampled_from(FAULTS_OF_GOOGLE)
        ),
        min_size=1,
        max_size=20,
    )
)
def test_a_status_moves_each_row_along_the_drawing(answers):
    outcomes = [Outcome(state, fault if state != "delivered" else None) for state, fault in answers]
    values = after_status(*outcomes)
    assert len(values) == len(outcomes)
    assert {one["state"] for one in values} <= MOVES[SENT]
    apart = [one["batch"] for one in values if one.get("error_code") == "NOT_TOLD_APART"]
    if len(apart) > 1:  # each half is smaller, so that halving ends
        assert len(set(apart)) == 2


# -- the account ----------------------------------------------------------------------------


def test_one_event_of_another_account_does_not_stop_this_one():
    found = lifecycle.consequence_of_sending(
        [refused("INVALID_CUSTOMER_FOR_CLICK", "ConversionUploadError", index=0)], 0
    )
    assert not (found.stop or found.action or found.pause)


def test_a_login_that_is_gone_stops_the_account_once_and_is_no_outage():
    found = lifecycle.consequence_of_sending([refused("LOGIN_REVOKED")] * 3, 4)
    assert found.stop.code == "LOGIN_REVOKED"
    assert not (found.pause or found.has_answered)


def test_a_broken_action_is_told_and_the_account_goes_on():
    code = "INVALID_CONVERSION_ACTION_ID"
    [source] = [name for name, codes in CATALOGUE.items() if code in codes][:1]
    found = lifecycle.consequence_of_sending([refused(code, source, index=0)], 0)
    assert (found.stop, found.action.code) == (None, code)


def test_outages_in_a_row_double_the_pause_of_the_account():
    first, fifth = (
        lifecycle.consequence_of_sending([refused("SERVICE_UNAVAILABLE")], outages)
        for outages in (0, 4)
    )
    assert first.is_outage
    assert fifth.pause > first.pause


def test_keeping_to_the_pace_is_no_outage():
    found = lifecycle.consequence_of_sending([refused("PACE", OUTBOX, retry_after=7)], 3)
    assert (found.pause, found.is_outage) == (timedelta(seconds=7), False)


def test_what_google_takes_ends_an_outage():
    found = lifecycle.consequence_of_sending([Outcome("accepted"), refused("UNKNOWN", index=1)], 3)
    assert found.has_answered
    assert not found.has_delivered


def test_a_status_that_cannot_be_had_is_no_reason_to_send_less():
    assert lifecycle.consequence_of_status([refused("SERVICE_UNAVAILABLE")]).pause is None
