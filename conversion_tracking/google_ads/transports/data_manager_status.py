"""Understanding what the Data Manager API says about events, now and later.

https://developers.google.com/data-manager/api/devguides/diagnostics
"""

from dataclasses import replace

from ..errors import TransportFault, at_index, make_fault, worst
from ..events import Outcome, RequestStatus, judged
from ..library_errors import event_index

# JSON holds names; Google's servers may write numbers as well.
_FINAL_STATES = {1: "SUCCESS", 3: "FAILED", 4: "PARTIAL_SUCCESS"}


def remarks(field_warnings) -> dict:
    """Warnings of an accepted request (its JSON), by the index of the event they concern."""
    found = {}
    for warning in field_warnings:
        field = str(warning.get("field"))
        index = event_index(field)
        if index is not None:
            found[index] = make_fault(
                str(warning.get("reason")),
                "WarningReason",
                index=index,
                raw=f"{field}: {warning.get('description')}",
            )
    return found


def request_status(answer: dict, request_id: str, count: int) -> RequestStatus:
    """The outcome of each of ``count`` events in Google's answer about one request.

    :param answer: JSON of ``requestStatus:retrieve``
    :raise TransportFault: it is not an answer about a request of ours

    An event's fate is told by its index. Where Google gives numbers only, they decide when they
    leave no choice: none failed, or all for one reason. Every other event is *unclear*, never
    guessed.
    """
    destinations = answer.get("requestStatusPerDestination")
    if not destinations or len(destinations) != 1:  # we send one destination a request
        raise TransportFault(make_fault("ANSWER_UNREADABLE", raw="not one destination"))
    state = destinations[0].get("requestStatus")
    state = _FINAL_STATES.get(state, state)
    if state not in _FINAL_STATES.values():  # processing, unknown, or a state of tomorrow
        return RequestStatus("processing")
    error_counts = (destinations[0].get("errorInfo") or {}).get("errorCounts") or []
    reasons = [_reason(error_count) for error_count in error_counts]
    counts = {}
    for code, number, _indices in reasons:
        counts[code] = counts.get(code, 0) + number
    outcomes = _outcomes(state, reasons, count)
    return RequestStatus(
        "done",
        [
            replace(
                outcome,
                request_id=request_id,
                index=index,
                fault=outcome.fault and at_index(outcome.fault, index),
            )
            for index, outcome in enumerate(outcomes)
        ],
        counts,
    )


def _outcomes(state, reasons, count) -> list[Outcome]:
    if state == "SUCCESS":
        return [Outcome("delivered")] * count
    named: dict[int, list] = {}
    nameless = 0  # failed records that no index tells
    for code, number, indices in reasons:
        fault = make_fault(code, "ProcessingErrorReason")
        for index in indices:
            named.setdefault(index, []).append(fault)
        nameless += max(0, number - len(indices))
    others = _others(state, reasons, count, bool(named), nameless)
    return [judged(worst(named[i])) if i in named else others for i in range(count)]


def _others(state, reasons, count, some_named, nameless) -> Outcome:
    """The outcome of each event that no index tells of."""
    if not reasons:  # Google: error counts "may not be populated in all cases"
        return Outcome(
            "refused" if state == "FAILED" else "unclear", make_fault("FAILED_WITHOUT_REASON")
        )
    if not nameless:
        # Every failure has its index: the rest was counted, unless all are said to have failed.
        if state == "FAILED":
            return Outcome("unclear", make_fault("FAILED_WITHOUT_REASON"))
        return Outcome("delivered")
    possible = [make_fault(code, "ProcessingErrorReason") for code, _number, _indices in reasons]
    if not some_named and nameless >= count and len({fault.code for fault in possible}) == 1:
        return judged(possible[0])
    return Outcome("unclear", worst(possible))


def _reason(error_count) -> tuple[str, int, list[int]]:
    """Code, number of records and their indices of one entry of ``errorCounts``."""
    code = error_count.get("reason")
    if isinstance(code, int):  # JSON holds names; Google's servers may write numbers as well
        from google.ads.datamanager_v1 import ProcessingErrorReason

        code = {member.value: member.name for member in ProcessingErrorReason}.get(code, str(code))
    # JSON writes 64-bit numbers as text
    indices = [int(index) for index in error_count.get("recordIndices") or ()]
    return str(code or "UNSPECIFIED"), int(error_count.get("recordCount") or len(indices)), indices
