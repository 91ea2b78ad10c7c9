"""The sandbox's Data Manager API: people, consent, and the same transaction again."""

import hashlib

from sandbox_messages import ads_account, ago
from sandbox_world import ANN, CUSTOMER, GCLID, LEADS, SALES, UK_CUSTOMER

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
