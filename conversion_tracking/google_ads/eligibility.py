"""May an event be uploaded? An ordered list of rules: the first that applies says why not.

Each rule is written twice, side by side: as a predicate for the event that is just happening, and
as SQL for reports on all events. A test shows that both agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .catalogue import _

# https://support.google.com/google-ads/answer/13321563: conversions up to 90 days after the click
CLICK_LIFETIME = timedelta(days=90)
# https://support.google.com/google-ads/answer/15081888: 63 days where it is found by the person
PERSON_LIFETIME = timedelta(days=63)
# A record is dated by the begin of the transaction that made it, a click by the moment it was seen:
# the click of a lead that is imported by its landing address seems to come after the lead.
SAME_MOMENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that may be uploaded or not. Reports have a column for each of these names.

    :param consent: ``granted``, ``denied`` or ``unknown``
    :param event_time: in UTC, without a time zone; so are ``now`` and ``click_time``, which is
        None without a click. Of a click that was imported without its time it is the latest that
        it can have been: what is over 90 days ago then really is, of the rest Google decides
    :param has_gclid, has_braid: which click ids of Google the person came with (gbraid, wbraid)
    :param other_platform: whether the lead was created by a click of another ad platform
    :param has_action: whether a conversion action counts the event
    :param counts_one: whether that action counts one conversion a click
    :param counted_already: whether the same form was counted for the same click
    :param sends_identity: whether the account reports people without a click by hashed e-mail and
        phone alone
    :param has_identity: whether there is an e-mail or phone that tells who they are
    """

    consent: str
    event_time: datetime
    now: datetime
    click_time: datetime | None
    has_gclid: bool
    has_braid: bool
    other_platform: bool = False
    has_action: bool = True
    counts_one: bool = False
    counted_already: bool = False
    sends_identity: bool = False
    has_identity: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason why an event cannot be uploaded.

    :param code: its stable name
    :param label: plain English, translatable in Odoo by this very text
    :param applies: whether it holds for a candidate
    :param sql: the same over columns named as the candidate's fields
    """

    code: str
    label: str
    applies: Callable[[Candidate], bool]
    sql: str


def _has_click(event):
    return event.has_gclid or event.has_braid


def _interval(delta):
    return f"interval '{int(delta.total_seconds())} seconds'"


_CLICK = "(has_gclid OR has_braid)"
_NO_CLICK = f"NOT {_CLICK}"


RULES = (
    Rule(
        "no_consent",
        _("No consent"),
        lambda event: event.consent == "denied",
        "consent = 'denied'",
    ),
    Rule(
        "other_platform",
        _("Click of another platform"),
        lambda event: not _has_click(event) and event.other_platform and not event.sends_identity,
        f"{_NO_CLICK} AND other_platform AND NOT sends_identity",
    ),
    Rule(
        "no_click_id",
        _("No click id"),
        lambda event: not _has_click(event) and not event.sends_identity,
        f"{_NO_CLICK} AND NOT sends_identity",
    ),
    Rule(
        "no_click_no_consent",
        _("No click id, no consent to send e-mail or phone"),
        lambda event: not _has_click(event) and event.consent != "granted",
        f"{_NO_CLICK} AND consent IS DISTINCT FROM 'granted'",
    ),
    Rule(
        "no_click_no_identity",
        _("No click id, no usable e-mail or phone"),
        lambda event: not _has_click(event) and not event.has_identity,
        f"{_NO_CLICK} AND NOT has_identity",
    ),
    Rule(
        "event_before_click",
        _("Before the click"),
        lambda event: _has_click(event) and event.event_time <= event.click_time - SAME_MOMENT,
        f"{_CLICK} AND event_time <= click_time - {_interval(SAME_MOMENT)}",
    ),
    Rule(
        "click_too_old",
        _("Click over 90 days ago"),
        lambda event: _has_click(event) and event.event_time - event.click_time > CLICK_LIFETIME,
        f"{_CLICK} AND event_time - click_time > {_interval(CLICK_LIFETIME)}",
    ),
    Rule(
        "not_configured",
        _("Not configured"),
        lambda event: not event.has_action,
        "NOT has_action",
    ),
    Rule(
        "ios_click",
        _("iOS click on an action that counts one"),
        lambda event: event.has_braid and not event.has_gclid and event.counts_one,
        "has_braid AND NOT has_gclid AND counts_one",
    ),
    Rule(
        "counted_once",
        _("Form counted already for this click"),
        lambda event: event.counts_one and event.counted_already,
        "counts_one AND counted_already",
    ),
    Rule(
        "click_too_old",
        _("Click over 90 days ago"),
        lambda event: _has_click(event) and event.now - event.click_time > CLICK_LIFETIME,
        f"{_CLICK} AND now - click_time > {_interval(CLICK_LIFETIME)}",
    ),
    Rule(
        "no_click_too_old",
        _("No click id, over 63 days ago"),
        lambda event: not _has_click(event) and event.now - event.event_time > PERSON_LIFETIME,
        f"{_NO_CLICK} AND now - event_time > {_interval(PERSON_LIFETIME)}",
    ),
)
LABELS = {rule.code: rule.label for rule in RULES}


def find_obstacle(event: Candidate) -> str | None:
    """The code of the reason why ``event`` cannot be uploaded; None when it can."""
    return next((rule.code for rule in RULES if rule.applies(event)), None)


def obstacle_sql() -> str:
    """The same as an SQL expression over a row with the columns of :class:`Candidate`."""
    cases = " ".join(f"WHEN {rule.sql} THEN '{rule.code}'" for rule in RULES)
    return f"CASE {cases} END"
