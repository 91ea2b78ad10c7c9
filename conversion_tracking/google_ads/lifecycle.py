"""The life of a row of the outbox: which outcome moves it where, when it is tried again, and when
an account pauses.

Every rule of the drawing in the developers' documentation is code here and nowhere else. A row is
anything with the columns ``attempts``, ``click_time``, ``sent_at`` and ``polls`` by name; what a
function changes is a dict of columns and their new values. Times are in UTC, without a time zone.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .catalogue import OUTBOX
from .errors import Fault, make_fault
from .events import Outcome, RequestStatus

WAITING, SENDING, SENT, SUCCESS = "waiting", "sending", "sent", "success"
UNMATCHED = "unmatched"
HELD, UNCLEAR, FAILED, CANCELLED = "held", "unclear", "failed", "cancelled"
STATES = (WAITING, SENDING, SENT, SUCCESS, UNMATCHED, HELD, UNCLEAR, FAILED, CANCELLED)
# On the way, so that nobody has to do anything.
UNDER_WAY = (WAITING, SENDING, SENT)
# Somebody has to decide, to repair something, or to accept that it is lost.
ATTENTION = (HELD, UNCLEAR, FAILED)
# Google has it or may have it: nobody takes it back, it is corrected instead.
GIVEN_TO_GOOGLE = (SENDING, SENT, SUCCESS)
# Nothing was given to Google as far as we know, and nothing is under way.
WITHDRAWABLE = (WAITING, HELD, FAILED)
# Where a row can go from where it is.
MOVES = {
    WAITING: {SENDING, HELD, CANCELLED},
    SENDING: {WAITING, SENT, SUCCESS, UNMATCHED, HELD, FAILED, CANCELLED},
    SENT: {WAITING, SUCCESS, UNMATCHED, HELD, FAILED, UNCLEAR},
    SUCCESS: set(),
    # Google took e-mail and phone, and knows no ad click of that person: not counted
    UNMATCHED: {WAITING, CANCELLED},
    HELD: {WAITING, CANCELLED},
    UNCLEAR: {WAITING, CANCELLED},
    FAILED: {WAITING, CANCELLED},
    CANCELLED: {WAITING},
}

# Google knows a click six hours after it happened; earlier it answers TOO_RECENT_CLICK.
CLICK_SETTLED = timedelta(hours=6)
# A worker that was killed leaves rows behind; no living one holds them longer.
CLAIM_LIFETIME = timedelta(minutes=60)
MAX_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=24)
# https://developers.google.com/data-manager/api/devguides/diagnostics: not before 30 minutes
FIRST_POLL = timedelta(minutes=30)
LONGEST_POLL_PAUSE = timedelta(hours=24)
POLL_FOR = timedelta(days=7)

NO_FAULT = dict.fromkeys(
    ("error_code", "error_source", "error_class", "error_raw", "error_at"), False
)
_OUT_OF_QUEUE = {"next_try_at": False, "out_of_turn": False}
_NOT_POLLED = {"next_poll_at": False}


# ------------------------------------------------------------
# Into the queue and out of it
# ------------------------------------------------------------


def queue(at: datetime) -> dict:
    """It is sent at ``at``, whatever the account's hour."""
    return {"state": WAITING, "next_try_at": at, "out_of_turn": True}


def stop(state: str, reason: str | None, now: datetime) -> dict:
    """It leaves the queue.

    :param state: ``held`` or ``cancelled``
    :param reason: a code of the catalogue's source ``Outbox``
    """
    values = {"state": state, "next_try_at": False, "claim": False, "batch": False}
    return values | (fault_values(make_fault(reason, OUTBOX), now) if reason else {})


def release(now: datetime) -> dict:
    """The worker that had it was stopped: nobody knows whether it was sent."""
    return {
        **stop(WAITING, "WORKER_LOST", now),
        **queue(now),
        "may_have_arrived": True,
        "claimed_at": False,
    }


def settles_at(click_time: datetime | None, now: datetime) -> datetime:
    """When an event of a click can be sent at the earliest."""
    return max(now, click_time + CLICK_SETTLED) if click_time else now


# ------------------------------------------------------------
# What Google answered
# ------------------------------------------------------------


def after_outcome(row: Mapping, outcome: Outcome, now: datetime) -> dict:
    """What the outcome of sending a row, or of asking about it, changes."""
    values = fault_values(outcome.fault, now)
    if outcome.state == "refused":
        return values | _after_refusal(row, outcome.fault, now)
    values |= {**_OUT_OF_QUEUE, "batch": False}
    if outcome.state == "accepted":
        return values | {
            "state": SENT,
            "may_have_arrived": True,
            "sent_at": now,
            "request_id": outcome.request_id,
            "next_poll_at": now + FIRST_POLL,
            "polls": 0,
        }
    values |= _NOT_POLLED
    if outcome.state == "delivered":
        if outcome.request_id:
            values["request_id"] = outcome.request_id
        return values | {
            "state": SUCCESS,
            "sent_at": row["sent_at"] or now,
            "uploaded_at": now,
        }
    return values | {"state": UNCLEAR}


def after_status(rows: Sequence[Mapping], request_id: str, status: RequestStatus, now: datetime):
    """What Google's status of a request changes on each of its rows, in their order.

    Rows that Google did not tell apart go again in two halves, with the same ids, until each
    half has one answer.

    :param rows: also with ``request_index``, their place in the request
    """
    if status.state == "processing":
        return [ask_later(row, None, now) for row in rows]
    outcomes = [status.outcomes[row["request_index"]] for row in rows]
    unclear = [place for place, one in enumerate(outcomes) if one.state == "unclear"]
    if len(rows) == 1:
        unclear = []
    middle = (len(unclear) + 1) // 2
    half = {place: number >= middle for number, place in enumerate(unclear)}
    return [
        _send_apart(f"{request_id}/{int(half[place])}", now)
        if place in half
        else {"may_have_arrived": False, **after_outcome(row, outcome, now)}
        for place, (row, outcome) in enumerate(zip(rows, outcomes, strict=True))
    ]


def after_bug(rows: Sequence[Mapping], name: str, now: datetime, *, sent: bool) -> list[dict]:
    """What becomes of a batch in which our own code failed, in the order of its rows.

    It goes again in two halves, until the one row that it fails for is held by itself.

    :param name: of the batch, to name its halves
    :param sent: whether Google may have got it
    """
    arrived = {"may_have_arrived": True} if sent else {}
    if len(rows) == 1:
        return [{**stop(HELD, "ADDON_FAULT", now), **arrived}]
    middle = (len(rows) + 1) // 2
    fault = make_fault("ADDON_FAULT", OUTBOX)
    return [
        {
            **fault_values(fault, now),
            **queue(now),
            "claim": False,
            "batch": f"{name}/{int(place >= middle)}",
            **arrived,
        }
        for place in range(len(rows))
    ]


def ask_later(row: Mapping, fault: Fault | None, now: datetime) -> dict:
    """Ask again after 1, 2, 4, 8 and then every 24 hours, for a week."""
    if now - row["sent_at"] > POLL_FOR:
        return give_up(fault or make_fault("NO_STATUS", OUTBOX), now)
    pause = min(FIRST_POLL * 2 ** min(row["polls"] + 1, 10), LONGEST_POLL_PAUSE)
    return {**fault_values(fault, now), "polls": row["polls"] + 1, "next_poll_at": now + pause}


def give_up(fault: Fault, now: datetime) -> dict:
    """Google will never say what became of it."""
    return {**fault_values(fault, now), "state": UNCLEAR, **_NOT_POLLED}


def fault_values(fault: Fault | None, now: datetime) -> dict:
    """The columns that say what went wrong; emptied by ``None``."""
    if not fault:
        return dict(NO_FAULT)
    return {
        "error_code": fault.code,
        "error_source": fault.source,
        "error_class": fault.error_class,
        "error_raw": fault.raw,
        "error_at": now,
    }


def get_pause(attempts: int, retry_after: float | None = None) -> timedelta:
    """Exponential back-off with jitter: 5 minutes doubled each time, at most a day.

    :param attempts: failed ones before
    :param retry_after: seconds that Google asked to wait at least
    """
    pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
    pause *= random.uniform(0.75, 1.25)
    return max(pause, timedelta(seconds=retry_after or 0))


def _after_refusal(row, fault, now) -> dict:
    """Not counted: wait, try again, hold, or give up, by the class of the fault."""
    values = dict(_NOT_POLLED)
    attempts = row["attempts"] or 0
    if fault.loses_answer:
        values["may_have_arrived"] = True
    if fault.error_class == "waiting":
        # Google is not ready yet; that is no failed attempt.
        settled = settles_at(row["click_time"], now)
        wait = timedelta(seconds=fault.retry_after or 0) or CLICK_SETTLED
        later = settled if settled > now and not fault.retry_after else now + wait
        return values | queue(later)
    if fault.stops_account:
        return values | queue(now)
    if fault.error_class == "retry" and attempts + 1 < MAX_ATTEMPTS:
        pause = get_pause(attempts, fault.retry_after)
        return values | queue(now + pause) | {"attempts": attempts + 1}
    end = {"permanent": FAILED, "unmatched": UNMATCHED}.get(fault.error_class, HELD)
    if fault.code == "CONSENT_DENIED":
        end = CANCELLED
    return values | {"state": end, **_OUT_OF_QUEUE}


def _send_apart(batch, now) -> dict:
    return {
        **fault_values(make_fault("NOT_TOLD_APART", OUTBOX), now),
        **queue(now),
        "batch": batch,
        **_NOT_POLLED,
    }


# ------------------------------------------------------------
# What it means for the account
# ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the outcomes of a request mean for the account they were sent for.

    :ivar stop: the account pauses for this fault until somebody has acted (circuit breaker)
    :ivar action: one conversion action cannot be used for this fault; the others go on
    :ivar pause: leave Google alone for so long; the delivery goes on by itself
    :ivar is_outage: the pause is an outage, which doubles the next one
    :ivar has_delivered: Google counts at least one event
    :ivar has_answered: Google took or judged at least one event: an outage is over
    """

    stop: Fault | None = None
    action: Fault | None = None
    pause: timedelta | None = None
    is_outage: bool = False
    has_delivered: bool = False
    has_answered: bool = False


def consequence_of_sending(outcomes: Sequence[Outcome], outages: int) -> Consequence:
    """What the outcomes of sending mean for the account.

    :param outages: of this account, one after the other
    """
    found = consequence_of_status(outcomes)
    of_request = [] if found.stop else [one for one in _refusals(outcomes) if one.index is None]
    pause, outage = None, False
    if slow := next((one for one in of_request if one.code == "PACE"), None):
        pause = timedelta(seconds=slow.retry_after)
    elif down := next((one for one in of_request if one.is_outage), None):
        pause, outage = get_pause(outages, down.retry_after), True
    answered = any(one.state != "refused" for one in outcomes)
    return replace(found, pause=pause, is_outage=outage, has_answered=answered)


def consequence_of_status(outcomes: Sequence[Outcome]) -> Consequence:
    """What the outcomes in Google's status of a request mean for the account.

    That the status itself could not be had is no reason to send less.
    """
    faults = _refusals(outcomes)
    stop = next((one for one in faults if one.stops_account), None)
    return Consequence(
        stop=stop,
        action=None if stop else next((one for one in faults if one.stops_action), None),
        has_delivered=any(one.state == "delivered" for one in outcomes),
    )


def _refusals(outcomes):
    return [one.fault for one in outcomes if one.state == "refused"]
