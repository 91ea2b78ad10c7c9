"""What Google says of conversions that came by the Google Ads API upload: its upload diagnostics.

Fields: https://developers.google.com/google-ads/api/fields/v26/offline_conversion_upload_client_summary
and ``offline_conversion_upload_conversion_action_summary``. The Data Manager API says of each
event what became of it and has no such summary.
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone

from .accounts import account_zone
from .connection import Connection
from .errors import Fault, make_fault
from .names import member_name

# All that comes by this API, from Odoo and from any other program; what people import by hand and
# other connectors are clients of their own.
_CLIENT = "GOOGLE_ADS_API"
_SUMMARY = "offline_conversion_upload_client_summary"
_ACTION_SUMMARY = "offline_conversion_upload_conversion_action_summary"
_COMMON = (
    *("client", "status", "total_event_count", "successful_event_count", "pending_event_count"),
    *("last_upload_date_time", "daily_summaries", "alerts"),
)


@dataclass(frozen=True, slots=True)
class UploadDay:
    """What became of the events that were uploaded on one day of the account's calendar."""

    day: date
    successful: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True)
class UploadAlert:
    """An error that Google warns of.

    :param share: of the events of the last day with uploads, from 0 to 1
    """

    source: str
    code: str
    share: float

    @property
    def fault(self) -> Fault:
        """The same error with its meaning and remedy."""
        return make_fault(self.code, self.source)


@dataclass(frozen=True, slots=True)
class UploadSummary:
    """How Google finds the uploads of an account, or of one of its conversion actions.

    :param action_id, action_name: empty for all actions together
    :param status: Google's member name: ``EXCELLENT``, ``GOOD``, ``NEEDS_ATTENTION``,
        ``NO_RECENT_UPLOAD``; of the last day with uploads
    :param last_upload: aware, in UTC; ``None`` when Google does not say
    :param days: the latest first
    :param alerts: the most frequent first
    """

    action_id: str
    action_name: str
    status: str
    total: int
    successful: int
    pending: int
    last_upload: datetime | None
    days: tuple[UploadDay, ...]
    alerts: tuple[UploadAlert, ...]


def read_upload_summaries(connection: Connection, time_zone: str) -> list[UploadSummary]:
    """The summary of the whole account, if it has one, and those of its conversion actions.

    :param time_zone: the account's, in which Google writes the time of the last upload
    :raise TransportFault: no access
    :raise InputError: an unknown time zone
    """
    whole = [
        _summary(row.offline_conversion_upload_client_summary, "", "", time_zone)
        for row in connection.search(_query(_SUMMARY, _COMMON))
        if _is_ours(row.offline_conversion_upload_client_summary)
    ]
    fields = ("conversion_action_id", "conversion_action_name", *_COMMON)
    actions = [
        row.offline_conversion_upload_conversion_action_summary
        for row in connection.search(_query(_ACTION_SUMMARY, fields))
    ]
    return whole + [
        _summary(one, str(one.conversion_action_id), one.conversion_action_name, time_zone)
        for one in sorted(actions, key=lambda one: one.conversion_action_name)
        if _is_ours(one)
    ]


def _query(resource, fields) -> str:
    return f"SELECT {', '.join(f'{resource}.{name}' for name in fields)} FROM {resource}"


def _is_ours(summary) -> bool:
    return member_name(summary.client) == _CLIENT


def _summary(summary, action_id, action_name, time_zone) -> UploadSummary:
    days = [_day(one) for one in summary.daily_summaries if one.upload_date]
    alerts = [_alert(one) for one in summary.alerts]
    return UploadSummary(
        action_id=action_id,
        action_name=action_name,
        status=member_name(summary.status),
        total=summary.total_event_count,
        successful=summary.successful_event_count,
        pending=summary.pending_event_count,
        last_upload=_moment(summary.last_upload_date_time, time_zone),
        days=tuple(sorted(days, key=lambda one: one.day, reverse=True)),
        alerts=tuple(sorted(alerts, key=lambda one: (-one.share, one.source, one.code))),
    )


def _day(summary) -> UploadDay:
    return UploadDay(
        day=date.fromisoformat(summary.upload_date),
        successful=summary.successful_count,
        failed=summary.failed_count,
        pending=summary.pending_count,
    )


def _alert(alert) -> UploadAlert:
    """The alert, by the same names as errors of requests."""
    kind = type(alert.error).pb(alert.error).WhichOneof("error_code")
    if kind is None:  # a family of errors that this version of the library does not know
        source, code = "GoogleAdsError", "UNKNOWN"
    else:
        source = "".join(word.capitalize() for word in kind.split("_"))
        code = member_name(getattr(alert.error, kind))
    return UploadAlert(source, code, min(max(alert.error_percentage, 0.0), 1.0))


def _moment(text, time_zone) -> datetime | None:
    """``2026-11-26 10:00:00`` of the account's clock, in UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=account_zone(time_zone))
    return moment.astimezone(timezone.utc)
