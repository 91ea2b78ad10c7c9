"""The sandbox's Data Manager API: what becomes of events after they were taken in."""

import hashlib
from datetime import timedelta

import pytest
from sandbox_messages import ads_account
from sandbox_world import CUSTOMER, GCLID, LEADS, SALES, UK_CUSTOMER

ANN = hashlib.sha256(b"ann@example.com").hexdigest()


@pytest.fixture
def status(google, web):
    """Retrieve a status; return the answer's JSON, or its list of destinations."""

    def get(request_id, **parameters):
        answer = web.get(
            f"{google.data_manager_endpoint}/v1/requestStatus:retrieve",
            params={"requestId": request_id, **parameters},
            timeout=10,
        )
        return answer.json().get("requestStatusPerDestination", answer.json())

    return get


@pytest.fixture
def outcome(google, ingest, status):
    """Ingest, wait half an hour, and return the single destination's status."""

    def run(request):
        answer = ingest(request)
        assert answer.status_code == 200, answer.text
        google.advance(timedelta(minutes=30))
        [destination] = status(answer.json()["requestId"])
        return destination

    return run


@pytest.fixture
def reason(outcome, google):
    """Ingest one event that fails; return the reason without its prefix."""

    def run(request):
        result = outcome(request)
        assert result["requestStatus"] == "FAILED", result
        [count] = result["errorInfo"]["errorCounts"]
        return count["reason"].removeprefix("PROCESSING_ERROR_REASON_")

    return run


def ago(google, **delta):
    return (google.now() - timedelta(**delta)).isoformat()


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


# -- people --------------------------------------------------------------------------------


def hashed(body, *hashes, **values):
    identifiers = [{"emailAddress": value} for value in hashes]
    values = {"adIdentifiers": None, "userData": {"userIdentifiers": identifiers}} | values
    return body(**values) | {"encoding": "HEX"}


def test_hashed_email_finds_the_click(google, ingest, body):
    """Without a click id, the person's own click is found by e-mail or phone."""
    assert ingest(hashed(body, ANN)).status_code == 200
    [conversion] = google.ledger()["accepted"]
    assert (conversion["click_id"], conversion["click"]) == (None, "Cj0KCQiA-demo-Click_2")


def test_hash_of_an_unnormalised_address_never_matches(google, reason, body):
    """A well-formed hash of a badly normalised address is taken and finds nothing."""
    wrong = hashlib.sha256(b"Ann@Example.com ").hexdigest()
    assert reason(hashed(body, wrong)) == "CLICK_NOT_FOUND"


def test_hash_only_reaches_back_sixty_three_days(google, reason, body):
    """For e-mail and phone the click must be younger than for click ids."""
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/window_days", 90)
    google.update("clicks/Cj0KCQiA-demo-Click_2/clicked", {"days_ago": 64})
    assert reason(hashed(body, ANN)) == "EVENT_TOO_OLD"


def test_gmail_dots_and_tags_do_not_matter_to_google(google, ingest, body):
    """Google knows a Gmail address without dots and tag."""
    google.add_click(
        "Cj0KCQiA-mine-Gmail",
        account=CUSTOMER,
        campaign="20111000001",
        clicked={"days_ago": 2},
        person={"email": "Cloudy.SanFrancisco+shopping@gmail.com"},
    )
    plain = hashlib.sha256(b"cloudysanfrancisco@gmail.com").hexdigest()
    ingest(hashed(body, plain))
    assert google.ledger()["accepted"][0]["click"] == "Cj0KCQiA-mine-Gmail"


# -- consent -------------------------------------------------------------------------------


def test_denied_consent_fails(google, reason, body):
    """A person who said no is not counted."""
    assert reason(body(consent={"adUserData": "CONSENT_DENIED"})) == "DENIED_CONSENT"


def test_unknown_consent_fails_in_europe(google, reason, body):
    """Without a signal, a click from the Netherlands is not counted."""
    assert reason(body(consent=None)) == "UNKNOWN_CONSENT"


def test_unknown_consent_passes_elsewhere(google, ingest, body):
    """A click from the United States needs no signal."""
    google.update(f"clicks/{GCLID}/location_of_presence/country", "2840")
    ingest(body(consent=None))
    assert google.ledger()["accepted"][0]["consent"] is None


def test_consent_has_two_defaults(google, ingest, body):
    """The request's consent, then the account's, stand in for a missing one."""
    ingest(body(consent=None) | {"consent": {"adUserData": "CONSENT_GRANTED"}})
    google.update(f"accounts/{CUSTOMER}/default_consent", "GRANTED")
    earlier = ago(google, hours=3)
    ingest(body(consent=None, transactionId="odoo-2", eventTimestamp=earlier))
    assert google.ledger(summary=True)["counted"] == 2


def test_event_consent_wins_over_the_request(google, reason, body):
    """A single person's refusal is stronger than the request's default."""
    request = body(consent={"adUserData": "CONSENT_DENIED"})
    assert reason(request | {"consent": {"adUserData": "CONSENT_GRANTED"}}) == "DENIED_CONSENT"


# -- the same transaction again ------------------------------------------------------------


def test_same_transaction_again_changes_the_value_only(google, ingest, body):
    """A repeated transaction id adjusts value and currency; the count stays one."""
    ingest(body())
    ingest(body(conversionValue=900, currency="USD", eventTimestamp=ago(google, hours=2)))
    [conversion] = google.ledger()["accepted"]
    assert (conversion["value"], conversion["currency"]) == (900.0, "USD")
    assert (conversion["count"], conversion["deliveries"]) == (1, 2)
    assert [a["type"] for a in conversion["adjustments"]] == ["RESTATEMENT"]


def test_identical_delivery_is_no_adjustment(google, ingest, body):
    """The very same event twice, as after a lost answer, leaves one untouched conversion."""
    request = body()
    ingest(request)
    ingest(request)
    [conversion] = google.ledger()["accepted"]
    assert (conversion["deliveries"], conversion["adjustments"]) == (2, [])


def test_value_can_be_restated_to_zero_unless_switched(google, ingest, body):
    """Nothing is said of zero by Google; a switch refuses it."""
    ingest(body())
    assert ingest(body(conversionValue=0)).status_code == 200
    assert google.ledger()["accepted"][0]["value"] == 0.0
    google.switch("value_zero_allowed", False)
    assert ingest(body(conversionValue=0)).status_code == 400


def test_same_id_under_another_action_is_another_conversion(google, ingest, body):
    """The id is unique within its conversion action."""
    ingest(body())
    request = body(eventTimestamp=ago(google, hours=2))
    request["destinations"][0]["productDestinationId"] = LEADS
    ingest(request)
    assert [c["action"] for c in google.ledger()["accepted"]] == [SALES, LEADS]


def test_counting_one_counts_a_click_once(google, ingest, body):
    """Where one per click counts, a click's second conversion is kept but counts 0."""
    for number in (1, 2):
        request = body(transactionId=f"odoo-{number}", eventTimestamp=ago(google, hours=number))
        request["destinations"][0]["productDestinationId"] = LEADS
        ingest(request)
    assert [c["count"] for c in google.ledger()["accepted"]] == [1, 0]


def test_default_value_of_the_action(google, ingest, body):
    """A missing value becomes the action's default; some actions always use that."""
    place = f"accounts/{CUSTOMER}/conversion_actions/{SALES}"
    google.update(f"{place}/default_value", 55.0)
    ingest(body(conversionValue=None, currency=None))
    google.update(f"{place}/always_default", True)
    ingest(body(transactionId="odoo-2", eventTimestamp=ago(google, hours=2)))
    assert [c["value"] for c in google.ledger()["accepted"]] == [55.0, 55.0]


def test_each_destination_gets_its_events(google, ingest, body, status):
    """References send events to some destinations; none sends to all."""
    request = body(
        events=[
            {"transactionId": "odoo-1"},
            {"transactionId": "odoo-2", "destinationReferences": ["leads"]},
        ]
    )
    request["events"][1]["eventTimestamp"] = ago(google, hours=2)
    first = request["destinations"][0] | {"reference": "sales"}
    request["destinations"] = [first, first | {"reference": "leads", "productDestinationId": LEADS}]
    request_id = ingest(request).json()["requestId"]
    counts = [entry["eventsIngestionStatus"]["recordCount"] for entry in status(request_id)]
    assert counts == ["1", "2"]


def test_cross_account_tracking_takes_the_clicks_of_both(google, ingest, body):
    """Clicks of an account belong to its conversion customer."""
    google.update(f"accounts/{UK_CUSTOMER}/conversion_customer", CUSTOMER)
    ingest(body(adIdentifiers={"gclid": "CjwKCAjw-demo-UK_10"}))
    assert google.ledger()["accepted"][0]["account"] == CUSTOMER
    request = body()
    request["destinations"][0]["operatingAccount"] = ads_account(UK_CUSTOMER)
    assert ingest(request).status_code == 400
