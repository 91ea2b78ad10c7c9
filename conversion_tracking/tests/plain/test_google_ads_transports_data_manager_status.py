"""What Google says later about an accepted request becomes an outcome for each event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads.errors import TransportFault
from google_ads.transports.data_manager_status import request_status

PREFIX = "PROCESSING_ERROR_REASON_"


def answer(state, *errors):
    error_counts = [
        {"reason": f"{PREFIX}{reason}", "recordCount": str(number)}
        | ({"recordIndices": indices} if indices is not None else {})
        for reason, number, indices in errors
    ]
    destination = {"requestStatus": state, "errorInfo": {"errorCounts": error_counts}}
    return {"requestStatusPerDestination": [destination]}


def outcomes(state, *errors, count=4):
    status = request_status(answer(state, *errors), "r-1", count)
    assert status.state == "done"
    assert len(status.outcomes) == count
    return [
        (outcome.state, outcome.fault and outcome.fault.code.removeprefix(PREFIX))
        for outcome in status.outcomes
    ]


DELIVERED = ("delivered", None)


@pytest.mark.parametrize("state", ["PROCESSING", 2, "REQUEST_STATUS_UNKNOWN", None, "THINKING", 9])
def test_not_ready_yet(state):
    assert request_status(answer(state), "r-1", 4).state == "processing"


def test_success_means_every_event():
    assert outcomes("SUCCESS") == [DELIVERED] * 4
    assert outcomes(1) == [DELIVERED] * 4


def test_indices_tell_each_event():
    told = outcomes("PARTIAL_SUCCESS", ("INVALID_GCLID", 2, [0, 3]), ("CLICK_NOT_FOUND", 1, ["1"]))
    assert told == [
        ("refused", "INVALID_GCLID"),
        ("refused", "CLICK_NOT_FOUND"),
        DELIVERED,
        ("refused", "INVALID_GCLID"),
    ]


def test_outcomes_know_their_place():
    status = request_status(answer("PARTIAL_SUCCESS", ("INVALID_GCLID", 1, [2])), "r-1", 4)
    assert [(o.request_id, o.index) for o in status.outcomes] == [("r-1", i) for i in range(4)]
    assert status.outcomes[2].fault.index == 2
    assert status.counts == {f"{PREFIX}INVALID_GCLID": 1}


def test_one_reason_for_all_needs_no_index():
    assert (
        outcomes("FAILED", ("TOO_RECENT_CLICK", 4, None)) == [("refused", "TOO_RECENT_CLICK")] * 4
    )


def test_a_duplicate_is_delivered():
    assert (
        outcomes("FAILED", ("DUPLICATE_TRANSACTION_ID", 4, None), count=4)
        == [("delivered", "DUPLICATE_TRANSACTION_ID")] * 4
    )


@pytest.mark.parametrize(
    "errors",
    [
        [("INVALID_GCLID", 2, None)],
        [("INVALID_GCLID", 2, None), ("TOO_RECENT_CLICK", 2, None)],
        [("INVALID_GCLID", 3, [0]), ("TOO_RECENT_CLICK", 1, None)],
        [],
    ],
)
def test_counts_alone_are_never_guessed_from(errors):
    told = outcomes("PARTIAL_SUCCESS", *errors)
    assert {state for state, _code in told} <= {"unclear", "refused"}
    assert told.count(DELIVERED) == 0
    assert sum(state == "unclear" for state, _code in told) >= 3


def test_failure_without_any_reason_is_held():
    status = request_status(answer("FAILED"), "r-1", 2)
    assert [outcome.state for outcome in status.outcomes] == ["refused"] * 2
    assert status.outcomes[0].fault.error_class == "unknown"


def test_a_reason_of_tomorrow_is_held_and_shown():
    [(state, code)] = outcomes("FAILED", ("QUANTUM_CLICK", 1, [0]), count=1)
    assert (state, code) == ("refused", "QUANTUM_CLICK")
    by_number = answer("FAILED")
    by_number["requestStatusPerDestination"][0]["errorInfo"] = {
        "errorCounts": [{"reason": 999, "recordCount": 1, "recordIndices": [0]}]
    }
    fault = request_status(by_number, "r-1", 1).outcomes[0].fault
    assert (fault.code, fault.error_class) == ("999", "unknown")


def test_the_worst_of_two_reasons_is_told():
    told = outcomes("PARTIAL_SUCCESS", ("CLICK_NOT_FOUND", 1, [0]), ("INVALID_GCLID", 1, [0]))
    assert told[0] == ("refused", "INVALID_GCLID")


@pytest.mark.parametrize(
    "nonsense", [{}, {"requestStatusPerDestination": []}, {"requestId": "r-1"}]
)
def test_an_answer_that_is_none(nonsense):
    with pytest.raises(TransportFault) as raised:
        request_status(nonsense, "r-1", 1)
    assert raised.value.fault.code == "ANSWER_UNREADABLE"


@given(
    st.sampled_from(["SUCCESS", "FAILED", "PARTIAL_SUCCESS", 1, 3, 4]),
    st.integers(1, 20),
    st.lists(
        st.tuples(
            st.sampled_from(["INVALID_GCLID", "TOO_RECENT_CLICK", "DUPLICATE_GCLID", "NEW"]),
            st.integers(0, 25),
            st.none() | st.lists(st.integers(-1, 25), max_size=5),
        ),
        max_size=4,
    ),
)
def test_every_event_gets_an_outcome_whatever_google_says(state, count, errors):
    for event_state, code in outcomes(state, *errors, count=count):
        assert event_state in ("delivered", "refused", "unclear")
        assert code or event_state == "delivered"
