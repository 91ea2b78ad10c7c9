"""What becomes of events that the Data Manager API has taken in, and their status.

The outcome is settled when the request arrives; ``status`` keeps it to itself until the
processing time has passed, as Google does.

Sources: ``ProcessingErrorReason`` in ``google.ads.datamanager_v1.types``;
developers.google.com/data-manager/api/devguides/diagnostics and
.../events/google-ads/conversion-adjustments.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from google.ads import datamanager_v1

from .data_manager_events import has_other_identifier, hex_of
from .events import CLICK_KINDS, Event, recorded_value
from .ledger import Conversion

_CONSENT = {1: "GRANTED", 2: "DENIED"}
_PREFIX = "PROCESSING_ERROR_REASON_"
_JUDGEMENTS = {
    "UNKNOWN": "INVALID_CLICK",
    "NO_MATCH": "CLICK_NOT_FOUND",
    "WRONG_ACCOUNT": "INVALID_OPERATING_ACCOUNT_FOR_CLICK",
    "TRACKING_OFF": "INVALID_CLICK",
    "PRECEDES": "CONVERSION_PRECEDES_CLICK",
    "TOO_RECENT": "TOO_RECENT_CLICK",
    "EXPIRED": "EVENT_TOO_OLD",
    "BRAID_ON_ONE_PER_CLICK": "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID",
}


@dataclass
class Outcome:
    """What happened to the events of one destination.

    ``errors`` maps a ``ProcessingErrorReason`` (name, or number if newer than the
    library) to the rows that had it.
    """

    destination: dict
    rows: int = 0
    errors: dict = field(default_factory=dict)

    def state(self):
        """Return the name of the ``RequestStatus``."""
        failed = sum(len(rows) for rows in self.errors.values())
        if not failed:
            return "SUCCESS"
        return "FAILED" if failed == self.rows else "PARTIAL_SUCCESS"


@dataclass
class Processed:
    """The outcomes of one request, by destination, and when it came in."""

    received: datetime
    outcomes: list


class Processing:
    """Takes events into the ledger or refuses them, one by one."""

    def __init__(self, sandbox):
        self._sandbox = sandbox

    def run(self, request, forced):
        """Process a valid request.

        :param forced: {row: reason} of injected errors
        :return: ``Processed``
        """
        now = self._sandbox.clock.now()
        outcomes = []
        for destination in request["destinations"]:
            outcome = Outcome(destination)
            outcomes.append(outcome)
            account = destination["operating_account"]["account_id"]
            action_id = destination["product_destination_id"]
            for row, event in enumerate(request["events"]):
                references = event.get("destination_references")
                if references and destination.get("reference") not in references:
                    continue
                outcome.rows += 1
                neutral = _neutral(event, account, action_id, request)
                reason = forced.get(row) or self._take_in(neutral, now)
                if reason:
                    outcome.errors.setdefault(reason, []).append(row)
                    self._sandbox.ledger.refuse(
                        "data_manager", account, action_id, neutral.transaction_id, reason, now
                    )
        return Processed(now, outcomes)

    def _take_in(self, event, now):
        """Put one event into the ledger; return why not, or ``None``."""
        _, action = self._sandbox.world.action(event.action)
        account = self._sandbox.world.accounts[event.account]
        if action.get("attribution_model") == "EXTERNAL":
            return _PREFIX + "EXTERNAL_ATTRIBUTION_DATA_MISSING"
        refusal = self._consent_refusal(event, account)
        if refusal:
            return _PREFIX + refusal
        ledger = self._sandbox.ledger
        known = ledger.find(event.action, event.transaction_id)
        value, currency = recorded_value(event, action, account)
        if known:
            self._deliver_again(known, event, value, currency, now)
            return None
        oldest = now - timedelta(days=self._sandbox.switches.event_maximum_days)
        if event.time < oldest:
            return _PREFIX + "EVENT_TOO_OLD"
        click, judgement = self._sandbox.click_rules.judge(event, action)
        if judgement == "UNPARSEABLE":
            kind = next(kind for kind in CLICK_KINDS if event.click_ids.get(kind))
            return f"{_PREFIX}INVALID_{kind.upper()}"
        if judgement:
            return _PREFIX + _JUDGEMENTS[judgement]
        per_action = event.action if self._sandbox.switches.duplicate_click_per_action else None
        if ledger.find_click(per_action, click, event.time):
            return _PREFIX + "DUPLICATE_GCLID"
        ledger.add(
            Conversion.of(event, click, value, currency, now),
            one_per_click=action["counting"] == "ONE_PER_CLICK",
        )
        return None

    def _deliver_again(self, known, event, value, currency, now):
        """Adjust a known conversion: value and currency; identifiers if it had none."""
        known.deliveries += 1
        if event.value is not None and (value, currency) != (known.value, known.currency):
            known.adjust("RESTATEMENT", now, now, value, currency)
        known.identifiers = known.identifiers or len(event.hashes)

    def _consent_refusal(self, event, account):
        consent = event.consent or account.get("default_consent")
        if consent == "DENIED":
            return "DENIED_CONSENT"
        countries = self._sandbox.switches.consent_countries.split()
        if consent is None and self._country(event, account) in countries:
            return "UNKNOWN_CONSENT"
        return None

    def _country(self, event, account):
        """Return the country code of the person: from the click, the address, the account."""
        for click_id in event.click_ids.values():
            place = self._sandbox.world.clicks.get(click_id, {}).get("location_of_presence", {})
            target = self._sandbox.world.state["geo_targets"].get(place.get("country"))
            if target:
                return target["country_code"]
        return event.region or account.get("country")

    # -- status ---------------------------------------------------------------------------

    def status(self, processed, *, enums_as_numbers):
        """Return the JSON of ``RetrieveRequestStatusResponse``."""
        age = self._sandbox.clock.now() - processed.received
        ready = age >= timedelta(minutes=self._sandbox.switches.processing_minutes)
        entries = []
        for outcome in processed.outcomes:
            state = outcome.state() if ready else "PROCESSING"
            entry = {
                "destination": _destination_json(outcome.destination, enums_as_numbers),
                "requestStatus": (
                    datamanager_v1.RequestStatusPerDestination.RequestStatus[state].value
                    if enums_as_numbers
                    else state
                ),
                "eventsIngestionStatus": {"recordCount": str(outcome.rows)},
            }
            if ready and outcome.errors:
                entry["errorInfo"] = {
                    "errorCounts": [
                        self._error_count(reason, rows, enums_as_numbers)
                        for reason, rows in outcome.errors.items()
                    ]
                }
            entries.append(entry)
        return {"requestStatusPerDestination": entries}

    def _error_count(self, reason, rows, enums_as_numbers):
        count = {"recordCount": str(len(rows)), "reason": reason_json(reason, enums_as_numbers)}
        if self._sandbox.switches.data_manager_profile == "v1.9":
            count["recordIndices"] = rows
        return count


def reason_json(reason, enums_as_numbers):
    """Return a processing error reason as Google's REST writes it."""
    if reason.isdigit():
        return int(reason) if enums_as_numbers else f"{_PREFIX}NEWER_THAN_CLIENT_{reason}"
    return datamanager_v1.ProcessingErrorReason[reason].value if enums_as_numbers else reason


def _neutral(event, account, action_id, request):
    identifiers = event.get("ad_identifiers", {})
    entries = event.get("user_data", {}).get("user_identifiers", ())
    consent = (event.get("consent") or request.get("consent") or {}).get("ad_user_data")
    return Event(
        api="data_manager",
        account=account,
        action=action_id,
        transaction_id=event.get("transaction_id", ""),
        time=event["event_timestamp"],
        value=event.get("conversion_value"),
        currency=event.get("currency"),
        click_ids={kind: identifiers[kind] for kind in CLICK_KINDS if identifiers.get(kind)},
        hashes=[
            hex_of(entry[name], request.get("encoding"))
            for entry in entries
            for name in ("email_address", "phone_number")
            if name in entry
        ],
        consent=_CONSENT.get(consent),
        region=next((e["address"]["region_code"] for e in entries if "address" in e), None),
        other_identifier=has_other_identifier(event),
    )


def _destination_json(destination, enums_as_numbers):
    result = {"productDestinationId": destination["product_destination_id"]}
    if destination.get("reference"):
        result["reference"] = destination["reference"]
    for name, json_name in (
        ("operating_account", "operatingAccount"),
        ("login_account", "loginAccount"),
    ):
        if name in destination:
            result[json_name] = {
                "accountType": 1 if enums_as_numbers else "GOOGLE_ADS",
                "accountId": destination[name]["account_id"],
            }
    return result
