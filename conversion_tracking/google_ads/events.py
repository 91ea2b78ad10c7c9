"""The conversion events that are delivered to Google, and what becomes of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .errors import Fault

CONSENT_STATES = ("granted", "denied", "unknown")
EVENT_SOURCES = ("WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER")  # Data Manager's


# One event and one outcome are made for each row that is delivered. Nobody changes them, but frozen
# ones would take three times as long to make.


@dataclass(slots=True)
class ConversionEvent:
    """One conversion of one person, with its values as they were when it happened.

    :param transaction_id: our stable id; Google counts it once per conversion action
    :param conversion_action_id: Google's numeric id of the action that counts it
    :param occurred_at: aware datetime, any time zone
    :param gclid, gbraid, wbraid: click ids, to the letter
    :param value: amount in units of ``currency`` (not micros), or None
    :param currency: ISO 4217 code; None leaves it to the action's default currency
    :param consent: the stored choice for ``ad_user_data``: granted, denied or unknown
    :param email, phone: clear text, hashed only while a payload is built
    :param country_code: ISO 3166 code that a national phone number belongs to
    :param event_source: where it happened, one of :data:`EVENT_SOURCES`
    :raise ValueError: something Google cannot accept in any case

    Click ids, e-mail and phone are personal data and therefore never part of the repr.
    """

    transaction_id: str
    conversion_action_id: str
    occurred_at: datetime
    gclid: str = field(default="", repr=False)
    gbraid: str = field(default="", repr=False)
    wbraid: str = field(default="", repr=False)
    value: Decimal | float | None = None
    currency: str | None = None
    consent: str = "unknown"
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    country_code: str = ""
    event_source: str = "WEB"

    def __post_init__(self):
        if not self.transaction_id:
            raise ValueError("A conversion event needs a transaction id.")
        if not (self.conversion_action_id.isascii() and self.conversion_action_id.isdigit()):
            raise ValueError("The id of a conversion action consists of digits.")
        if self.occurred_at.tzinfo is None:
            raise ValueError("The time of a conversion event needs a time zone.")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("The value of a conversion event is a finite number.")
        if self.consent not in CONSENT_STATES:
            raise ValueError(f"Unknown consent state {self.consent!r}.")
        if self.event_source not in EVENT_SOURCES:
            raise ValueError(f"Unknown event source {self.event_source!r}.")

    @property
    def click_id(self) -> tuple[str, str] | None:
        """Name and text of the one click id that is sent, None without any.

        Google's pages disagree on which click ids may travel together (the Google Ads API allows
        gclid with gbraid, Data Manager asks for exactly one); a single one is always accepted.
        """
        for name in ("gclid", "wbraid", "gbraid"):
            if text := getattr(self, name):
                return name, text
        return None

    @property
    def identifies_person(self) -> bool:
        """Whether e-mail and phone may leave the house: only with consent granted."""
        return self.consent == "granted"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction of an event that Google has already counted.

    :param event: the original event, with its original values
    :param kind: ``restatement`` (a new total value) or ``retraction`` (never happened)
    :param adjusted_at: aware datetime of the correction, later than any earlier correction
    :param value: the new total, not a difference; None for a retraction
    """

    event: ConversionEvent
    kind: str
    adjusted_at: datetime
    value: Decimal | float | None = None
    currency: str | None = None

    def __post_init__(self):
        if self.kind not in ("restatement", "retraction"):
            raise ValueError(f"Unknown kind of adjustment {self.kind!r}.")
        if self.adjusted_at.tzinfo is None:
            raise ValueError("The time of an adjustment needs a time zone.")
        if (self.kind == "restatement") != (self.value is not None):
            raise ValueError("A restatement has a value, a retraction has none.")


@dataclass(slots=True)
class Outcome:
    """What became of one event.

    ``state`` is one of

    - ``accepted``: Google took the request; the result is read later by ``request_id``;
    - ``delivered``: counted, now or before (then ``fault`` says why: duplicate or warning);
    - ``refused``: not counted as far as we know; ``fault.error_class`` says what to do next;
    - ``unclear``: Google told numbers only and this event may belong to either side.

    :param index: the event's place in the request ``request_id``, which Google's later answer
        refers to; None when no request carried it
    """

    state: str
    fault: Fault | None = None
    request_id: str = ""
    index: int | None = None


def judged(fault: Fault, request_id: str = "", index: int | None = None) -> Outcome:
    """The outcome of an event that Google has spoken ``fault`` about."""
    state = "delivered" if fault.is_delivered else "refused"
    return Outcome(state, fault, request_id, index)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The answer to one request: an outcome for each of its events, in their order."""

    request_id: str
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """What Google made of an accepted request.

    :param state: ``processing`` or ``done``
    :param outcomes: when done, an outcome for each event of the request, in their order
    :param counts: when done, number of records by Google's error code, for the record
    """

    state: str
    outcomes: Sequence[Outcome] = ()
    counts: dict[str, int] = field(default_factory=dict)
