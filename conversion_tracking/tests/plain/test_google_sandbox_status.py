"""The sandbox's Data Manager API: what becomes of events after they were taken in."""

from datetime import timedelta

import pytest
from sandbox_messages import ago
from sandbox_world import CUSTOMER, GCLID, LEADS, SALES

# -- when and for how long -----------------------------------------------------------------


def test_the_answer_says_nothing_of_the_events(ingest, body):
    """A successful request answers with its id only, even if its events will fail."""
    answer = ingest(body(adIdentifiers={"gclid": "Cj0KCQiA-demo-Recent_6"}))
    assert list(answer.json()) == ["requestId"]


def test_half_an_hour_passes_before_the_outcome(google, ingest, body, status):
    """For thirty minutes the request is processing, then its outcome stands."""
    request_id = ingest(body()).json()["requestId"]
    google.advance(timedelta(minutes=29))
    [waiting] = status(request_id)
    assert waiting["requestStatus"] == "PROCESSING"
    assert "errorInfo" not in waiting
    google.advance(timedelta(minutes=1))
    [done] = status(request_id)
    assert done["requestStatus"] == "SUCCESS"
    assert done["eventsIngestionStatus"] == {"recordCount": "1"}
    assert done["destination"]["productDestinationId"] == SALES


def test_status_is_kept_for_fifty_days(google, ingest, body, status):
    """An old request's status is gone, which is told apart from an unknown id."""
    request_id = ingest(body()).json()["requestId"]
    google.advance(timedelta(days=50, seconds=1))
    assert "REQUEST_TOO_OLD" in str(status(request_id))
    assert "INVALID_REQUEST_ID" in str(status("never-given"))


def test_enums_are_numbers_when_asked_for(google, ingest, body, status):
    """With the parameter that Google's client sends, enums come as numbers."""
    request = body(adIdentifiers={"gclid": "Cj0KCQiA-demo-Recent_6"})
    request_id = ingest(request).json()["requestId"]
    google.advance(timedelta(minutes=30))
    [entry] = status(request_id, **{"$alt": "json;enum-encoding=int"})
    assert entry["requestStatus"] == 3
    assert entry["errorInfo"]["errorCounts"][0]["reason"] == 40


# -- what goes wrong in processing ---------------------------------------------------------


def test_mixed_events_are_a_partial_success_with_row_indices(google, outcome, body):
    """Some rows fail: the status counts them by reason and names their indices."""
    result = outcome(
        body(
            events=[
                {"transactionId": "odoo-1"},
                {"transactionId": "odoo-2", "adIdentifiers": {"gclid": "Cj0KCQiA-nobody-knows"}},
                {"transactionId": "odoo-3", "adIdentifiers": {"gclid": "Cj0KCQiA-demo-Recent_6"}},
                {"transactionId": "odoo-4", "adIdentifiers": {"gclid": "Cj0KCQiA-nobody-at-all"}},
            ]
        )
    )
    assert result["requestStatus"] == "PARTIAL_SUCCESS"
    assert result["eventsIngestionStatus"] == {"recordCount": "4"}
    assert result["errorInfo"]["errorCounts"] == [
        {
            "reason": "PROCESSING_ERROR_REASON_INVALID_CLICK",
            "recordCount": "2",
            "recordIndices": [1, 3],
        },
        {
            "reason": "PROCESSING_ERROR_REASON_TOO_RECENT_CLICK",
            "recordCount": "1",
            "recordIndices": [2],
        },
    ]
    ledger = google.ledger()
    assert [c["transaction_id"] for c in ledger["accepted"]] == ["odoo-1"]
    assert [r["transaction_id"] for r in ledger["refused"]] == ["odoo-2", "odoo-3", "odoo-4"]


def test_row_indices_are_missing_in_the_older_profile(google, outcome, body):
    """Before REST v1.9 there were only counts."""
    google.switch("data_manager_profile", "v1.8")
    result = outcome(body(adIdentifiers={"gclid": "Cj0KCQiA-nobody-knows"}))
    assert result["errorInfo"]["errorCounts"] == [
        {"reason": "PROCESSING_ERROR_REASON_INVALID_CLICK", "recordCount": "1"}
    ]


def test_click_must_be_six_hours_old(google, ingest, body, reason):
    """A younger click fails in the status; the same event sent later is taken."""
    request = body(
        adIdentifiers={"gclid": "Cj0KCQiA-demo-Recent_6"}, eventTimestamp=ago(google, minutes=30)
    )
    assert reason(request) == "TOO_RECENT_CLICK"
    google.advance(timedelta(hours=5))
    assert ingest(request).status_code == 200
    assert google.ledger(summary=True)["counted"] == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"adIdentifiers": {"gclid": "short"}}, "INVALID_GCLID"),
        ({"adIdentifiers": {"gclid": "with spaces in it"}}, "INVALID_GCLID"),
        ({"adIdentifiers": {"gbraid": "x!"}}, "INVALID_GBRAID"),
        ({"adIdentifiers": {"wbraid": "x!"}}, "INVALID_WBRAID"),
        ({"adIdentifiers": {"gclid": GCLID.lower()}}, "INVALID_CLICK"),  # case matters
        ({"adIdentifiers": {"gclid": "0AAAAA-demo-gbraid_8"}}, "INVALID_CLICK"),
        ({"adIdentifiers": {"gclid": "Cj0KCQiA-demo-Old_7"}}, "EVENT_TOO_OLD"),
        (
            {"adIdentifiers": {"gclid": "CjwKCAjw-demo-UK_10"}},
            "INVALID_OPERATING_ACCOUNT_FOR_CLICK",
        ),
    ],
)
def test_click_ids_are_looked_up_exactly(reason, body, change, expected):
    """Damaged, unknown, expired and other accounts' clicks fail each in their own way."""
    assert reason(body(**change)) == expected


def test_event_before_its_click_fails(google, reason, body):
    """The event cannot precede the click."""
    assert reason(body(eventTimestamp=ago(google, hours=9))) == "CONVERSION_PRECEDES_CLICK"


def test_click_window_of_the_action_is_respected(google, reason, body):
    """A click longer ago than the action's window no longer counts."""
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/window_days", 1)
    request = body(adIdentifiers={"gclid": "Cj0KCQiA-demo-Brand_3"})
    assert reason(request) == "EVENT_TOO_OLD"


def test_old_event_fails(google, reason, body):
    """An event of long ago is too old whatever its click."""
    assert reason(body(eventTimestamp=ago(google, days=91))) == "EVENT_TOO_OLD"


@pytest.mark.parametrize("kind", ["gbraid", "wbraid"])
def test_ios_clicks_need_an_action_that_counts_every(outcome, body, kind):
    """iOS click ids cannot go to an action that counts one per click."""
    click = {"gbraid": "0AAAAA-demo-gbraid_8", "wbraid": "Clo-demo-wbraid_9"}[kind]
    request = body(adIdentifiers={kind: click})
    assert outcome(request)["requestStatus"] == "SUCCESS"
    request["destinations"][0]["productDestinationId"] = LEADS
    [count] = outcome(request)["errorInfo"]["errorCounts"]
    assert count["reason"].endswith("ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID")


def test_action_with_external_attribution_fails(google, reason, body):
    """Data Manager has no external attribution data, so such an action takes nothing."""
    place = f"accounts/{CUSTOMER}/conversion_actions/{SALES}/attribution_model"
    google.update(place, "EXTERNAL")
    assert reason(body()) == "EXTERNAL_ATTRIBUTION_DATA_MISSING"


def test_same_click_and_second_under_another_id_is_a_duplicate(google, outcome, body):
    """Two conversions of one click at the same second cannot both be."""
    same = ago(google, hours=2)
    result = outcome(
        body(
            events=[
                {"transactionId": "odoo-1", "eventTimestamp": same},
                {"transactionId": "odoo-2", "eventTimestamp": same},
            ]
        )
    )
    [count] = result["errorInfo"]["errorCounts"]
    assert (count["reason"], count["recordIndices"]) == (
        "PROCESSING_ERROR_REASON_DUPLICATE_GCLID",
        [1],
    )
