"""The rows of the two ``offline_conversion_upload_*_summary`` resources, told from the ledger.

Sources: both resources and ``OfflineConversionDiagnosticStatusEnum`` in the library. What Google
leaves unsaid is in ``switches.py``. There are no ``job_summaries``: the ledger keeps no jobs.
"""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from google.ads.googleads.v26.resources.types import offline_conversion_upload_client_summary

# The one client that the ledger tells of.
CLIENT = "GOOGLE_ADS_API"
# "has not received data in the last 28 days"
HISTORY = timedelta(days=28)
_ERRORS = offline_conversion_upload_client_summary.OfflineConversionError.pb().DESCRIPTOR
# The ledger keeps an error's name only: the services' own families come before the general ones.
_OWN = ("conversion_upload_error", "conversion_adjustment_upload_error")
_FAMILIES = (*_OWN, *(name for name in _ERRORS.fields_by_name if name not in _OWN))


class _Upload(NamedTuple):
    """One event that was uploaded; ``reason`` of its refusal, ``None`` when it was taken."""

    action: str
    received: object
    reason: str | None


def client_summaries(call, account_id, plan):
    """Yield the summary of all that came by the Google Ads API; nothing before the first event."""
    if uploads := _uploads(call, account_id):
        name = f"customers/{account_id}/offlineConversionUploadClientSummaries/{CLIENT}"
        rates = {}
        fields = _summary(call, account_id, uploads)
        if total := fields["total_event_count"]:
            rates["success_rate"] = fields["successful_event_count"] / total
            rates["pending_rate"] = fields["pending_event_count"] / total
        yield _row("offline_conversion_upload_client_summary", name, fields | rates)


def action_summaries(call, account_id, plan):
    """Yield the summary of each conversion action that any event was uploaded for."""
    uploads = _uploads(call, account_id)
    for action_id in sorted({upload.action for upload in uploads}):
        _owner, action = call.world.action(action_id)
        if action is None:
            continue  # an event for an action that never was
        name = (
            f"customers/{account_id}/offlineConversionUploadConversionActionSummaries/"
            f"{action_id}~{CLIENT}"
        )
        fields = _summary(call, account_id, [one for one in uploads if one.action == action_id])
        fields |= {
            "conversion_action_id": int(action_id),
            "conversion_action_name": action["name"],
        }
        yield _row("offline_conversion_upload_conversion_action_summary", name, fields)


def _row(resource, name, fields):
    return {
        f"{resource}.resource_name": name,
        f"{resource}.client": CLIENT,
        **{f"{resource}.{field}": value for field, value in fields.items()},
    }


def _uploads(call, account_id):
    """Return all events and corrections that came by this API for an account."""
    ledger = call.sandbox.ledger
    uploads = []
    for one in ledger.conversions:
        if (one.api, one.account) == ("google_ads", account_id):
            uploads.append(_Upload(one.action, one.received, None))
            uploads += [_Upload(one.action, entry[2], None) for entry in one.adjustments or ()]
    for api, account, action, _transaction_id, reason, received in ledger.refusals:
        if (api, account) == ("google_ads", account_id):
            uploads.append(_Upload(action, received, reason))
    return uploads


def _summary(call, account_id, uploads):
    """Return the fields that both resources have; times and days are the account's."""
    world, switches, now = call.world, call.sandbox.switches, call.sandbox.clock.now()
    processed = now - timedelta(minutes=switches.processing_minutes)
    recent = [one for one in uploads if one.received > now - HISTORY]
    days = {}
    for one in recent:
        kind = "failed" if one.reason else "pending" if one.received > processed else "successful"
        day = world.local_date(account_id, one.received).isoformat()
        days.setdefault(day, Counter())[f"{kind}_count"] += 1
    totals = sum(days.values(), Counter())
    last = max(one.received for one in uploads)
    latest = world.local_date(account_id, last)
    of_latest = [one for one in recent if world.local_date(account_id, one.received) == latest]
    return {
        "status": _status(switches, of_latest),
        "total_event_count": len(recent),
        "successful_event_count": totals["successful_count"],
        "pending_event_count": totals["pending_count"],
        "last_upload_date_time": world.local_time(account_id, last).strftime("%Y-%m-%d %H:%M:%S"),
        "daily_summaries": [{"upload_date": day, **days[day]} for day in sorted(days)],
        "alerts": [*_alerts(of_latest)],
    }


def _status(switches, of_latest):
    if not of_latest:
        return "NO_RECENT_UPLOAD"
    share = sum(not one.reason for one in of_latest) / len(of_latest)
    if share >= switches.diagnostics_excellent_from:
        return "EXCELLENT"
    return "GOOD" if share >= switches.diagnostics_good_from else "NEEDS_ATTENTION"


def _alerts(of_latest):
    """Yield an alert for each error of the last day that Google's message has a place for."""
    for reason, count in Counter(one.reason for one in of_latest if one.reason).items():
        for family in _FAMILIES:
            known = _ERRORS.fields_by_name[family].enum_type.values_by_name.get(reason)
            if known or (reason.isdigit() and family == "conversion_upload_error"):
                number = known.number if known else int(reason)
                yield {"error": {family: number}, "error_percentage": count / len(of_latest)}
                break
