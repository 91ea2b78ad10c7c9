"""Ways of delivery behind one small interface, and the delivery of many events through one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from ..errors import Fault, TransportFault, at_index, make_fault
from ..events import Adjustment, ConversionEvent, Delivery, Outcome, RequestStatus, judged

# Events in a request, the limit of both of Google's APIs:
# https://developers.google.com/data-manager/api/devguides/limits
# https://developers.google.com/google-ads/api/docs/conversions/upload-offline
LARGEST_BATCH = 2_000
# Halving isolates one bad event of 2,000 with 22 requests; 300 a minute is Google's limit.
MAX_REQUESTS_PER_BATCH = 100
# Faults that Google gives for a whole request although one event in it may be the cause.
_CAUSED_BY_EVENTS = ("permanent", "unknown", "consent", "duplicate", "warning", "unmatched")


class Transport(Protocol):
    """How events reach Google.

    :ivar max_batch: largest number of events in a request
    """

    max_batch: int

    def send(self, events: Sequence[ConversionEvent], validate_only: bool = False) -> Delivery:
        """Send one request; its events belong to one conversion action.

        :raise TransportFault: the request failed as a whole
        """

    def adjust(self, adjustments: Sequence[Adjustment], validate_only: bool = False) -> Delivery:
        """Correct events that Google has counted; as :meth:`send`."""

    def status(self, request_id: str, count: int) -> RequestStatus:
        """What became of the ``count`` events of an accepted request."""


def deliver(transport: Transport, events: Sequence[ConversionEvent]) -> list[Outcome]:
    """Send the events in as few requests as possible; one bad event never stops another.

    :return: an outcome for each event, in their order, with the request that carried it
    :raise ValueError: the same event twice

    Nothing is raised for what Google answers. A request that fails for a reason that is not in its
    events (a limit, the network, the account) ends the run for its conversion action, and for all
    when trying again later is the answer: the events not sent get that fault, too. Events whose
    person denied consent are refused here, whatever the caller meant to do.
    """
    return _deliver(events, transport.send, transport.max_batch, lambda event: event)


def deliver_adjustments(transport: Transport, adjustments: Sequence[Adjustment]) -> list[Outcome]:
    """Send corrections, as :func:`deliver` does with events."""
    return _deliver(adjustments, transport.adjust, transport.max_batch, lambda item: item.event)


def split(
    size: int, faults: Sequence[Fault]
) -> tuple[dict[int, Fault], list[list[int]], Fault | None]:
    """What to do with a refused batch of ``size`` events.

    :return: refused events with their faults; batches to send next, as indices; the fault that
        concerns all other events and makes sending again senseless, if any

    Events that Google names are taken out and the rest goes again. When it names none and the
    cause can be an event, the batch is halved.
    """
    named = {}
    for fault in faults:
        if fault.index is not None and 0 <= fault.index < size:
            named.setdefault(fault.index, fault)
    if named:
        rest = [index for index in range(size) if index not in named]
        return named, [rest] if rest else [], None
    fault = TransportFault(*faults).fault
    if fault.error_class not in _CAUSED_BY_EVENTS:
        return {}, [], replace(fault, index=None)
    if size == 1:
        return {0: at_index(fault, 0)}, [], None
    middle = size // 2
    return {}, [list(range(middle)), list(range(middle, size))], None


def _deliver(items, send: Callable, max_batch: int, event_of: Callable) -> list[Outcome]:
    events = [event_of(item) for item in items]
    if len({(event.conversion_action_id, event.transaction_id) for event in events}) < len(events):
        raise ValueError("The same event must not be sent twice in one run.")
    outcomes: dict[int, Outcome] = {}
    run_fault: Fault | None = None
    for positions in _travelling_together(events):
        fault = run_fault
        for start in range(0, len(positions), max_batch):
            batch = positions[start : start + max_batch]
            fault = fault or _send_batch(batch, items, send, outcomes)
        if fault:
            outcomes |= {i: Outcome("refused", fault) for i in positions if i not in outcomes}
            if fault.is_outage:
                run_fault = fault
    denied = Outcome("refused", make_fault("CONSENT_DENIED"))
    return [outcomes.get(i, denied) for i in range(len(events))]


def _travelling_together(events) -> list[list[int]]:
    """Positions of the events that may be sent, in lists that may share a request.

    One action a request keeps an action that Google refuses from holding up the others, and lets
    counts in Google's later answer be understood. Two events of one click in one second never
    share one: Google takes them for the same conversion and may refuse both.
    """
    together: dict[tuple, list[int]] = {}
    seen: dict[tuple, int] = {}
    for position, event in enumerate(events):
        if event.consent == "denied":
            continue
        action, click_id = event.conversion_action_id, event.click_id
        same = (action, click_id, int(event.occurred_at.timestamp()))
        number = seen[same] = seen.get(same, -1) + 1
        together.setdefault((action, number if click_id else 0), []).append(position)
    return list(together.values())


def _send_batch(batch, items, send, outcomes) -> Fault | None:
    """Send ``batch``, smaller and smaller where it is refused; fill ``outcomes``.

    :return: the fault that concerns the events left without an outcome
    """
    pending = [batch]
    for _request in range(MAX_REQUESTS_PER_BATCH):
        if not pending:
            return None
        # Depth first: each run isolates some events for good, however many are bad.
        positions = pending.pop()
        try:
            delivery = send([items[position] for position in positions])
        except TransportFault as failure:
            refused, parts, stop = split(len(positions), failure.faults)
            if stop:
                return stop
            for index, fault in refused.items():
                outcomes[positions[index]] = judged(fault)
            pending += [[positions[index] for index in part] for part in reversed(parts)]
        else:
            outcomes.update(zip(positions, delivery.outcomes, strict=True))
    return make_fault("NOT_ISOLATED") if pending else None
