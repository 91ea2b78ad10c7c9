"""What went wrong, in one shape for both APIs, the token server and the network between.

::

    ValueError
    └── InputError               somebody typed or pasted what cannot work
        └── CredentialsError     ... into the credentials (:mod:`.credentials`)
    Exception
    └── TransportFault           a request failed as a whole, for one or several faults
    Fault                        one thing that went wrong, of a request or of one event in it

A fault is no exception: events of one request each have their own. Codes are looked up in
:mod:`.catalogue`; :mod:`.library_errors` makes faults of what Google's libraries raise.
"""

import re
from dataclasses import dataclass, replace

from . import catalogue
from .catalogue import CONNECTION

RAW_LIMIT = 2000  # characters of Google's own text that are kept

# Order in which several faults of one event are told: what a person has to act on comes first.
_SEVERITY = (
    "configuration",
    "permanent",
    "unknown",
    "consent",
    "retry",
    "waiting",
    "unmatched",
    "warning",
    "duplicate",
)
_SECRETS = re.compile(
    r"""
    -----BEGIN.*?(?:-----END[^-]*-----|\Z)      # private keys
    | \beyJ[\w-]{8,}(?:\.[\w-]*)*               # signed tokens
    | \bya29\.[\w.-]+ | \b1//[\w-]+             # Google's access and refresh tokens
    | \bBearer\s+\S+
    | [^\s@<>"'()]+@[^\s@<>"'()]+               # e-mail addresses
    | (?<![\w.-])(?:\+|\(?0)\d[\d\s()./-]{5,}\d # phone numbers
    | \b[0-9a-fA-F]{40,}\b                      # hashes of either, also when cut
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong.

    :param code: Google's name for it, or ours with the source ``Connection``
    :param source: the enum that the code is a member of
    :param error_class: one of :data:`.catalogue.ERROR_CLASSES`
    :param meaning, remedy: plain English; translatable in Odoo by these very texts
    :param retry_after: seconds to wait at least, when Google said so
    :param index: place of the event in its request; None when the request as a whole failed
    :param raw: Google's own words, without personal data and secrets
    """

    code: str
    source: str
    error_class: str
    meaning: str
    remedy: str
    retry_after: float | None = None
    index: int | None = None
    raw: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether Google counts the event all the same."""
        return self.error_class in ("duplicate", "warning")

    @property
    def stops_account(self) -> bool:
        """Whether nothing can be delivered until somebody has changed something."""
        of_one_event = (*catalogue.WRONG_ACCOUNT_CODES, *catalogue.IOS_CLICK_CODES)
        narrower = self.stops_action or self.code in of_one_event
        return self.error_class == "configuration" and not narrower

    @property
    def loses_answer(self) -> bool:
        """Whether nobody knows if Google counts the event."""
        return self.code in catalogue.LOST_ANSWER_CODES

    @property
    def is_outage(self) -> bool:
        """Whether the other side, or the way there, is down for the moment."""
        return self.error_class == "retry" and self.code != "NOT_ISOLATED"

    @property
    def is_status_gone(self) -> bool:
        """Whether Google has forgotten the request that it was asked about, or never knew it."""
        return self.code in catalogue.STATUS_GONE_CODES

    @property
    def stops_action(self) -> bool:
        """Whether only this conversion action's events cannot be delivered."""
        return self.code in catalogue.ACTION_CODES


class TransportFault(Exception):
    """A request failed as a whole; ``faults`` name the events that caused it, where known.

    ``fault`` is the one to show for the request.
    """

    def __init__(self, *faults: Fault):
        self.faults = faults
        self.fault = worst(faults)
        super().__init__(f"{self.fault.source}.{self.fault.code}: {self.fault.meaning}")

    def __reduce__(self):
        return type(self), self.faults


def make_fault(code, source=CONNECTION, *, retry_after=None, index=None, raw="") -> Fault:
    """The fault with ``code``, its class and texts taken from the catalogue."""
    known = catalogue.entry(source, code)
    return Fault(
        code,
        source,
        known.error_class,
        known.meaning,
        known.remedy,
        retry_after=retry_after,
        index=index,
        raw=scrub(raw),
    )


def worst(faults) -> Fault:
    """The fault a person should see when there are several."""
    return min(faults, key=lambda fault: _SEVERITY.index(fault.error_class))


def scrub(text) -> str:
    """Text of the other side without e-mail addresses, phone numbers, hashes, tokens and keys."""
    # Cut first: the pattern takes quadratic time on a long text without spaces.
    return _SECRETS.sub("[removed]", str(text)[:RAW_LIMIT])


def at_index(fault: Fault, index: int) -> Fault:
    """The same fault, told of the event at ``index``."""
    return replace(fault, index=index)
