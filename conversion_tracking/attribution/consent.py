"""The answer to Odoo's cookies bar, out of a cookie that anybody can write as they like."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

MAX_LENGTH = 1024  # Odoo's own has 60 characters
_EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.utc)
_CLOCK_AHEAD = timedelta(minutes=5)  # as far as a visitor's clock may be wrong


@dataclass(frozen=True)
class Answer:
    """``optional`` tells what was answered about optional cookies, ``None`` when nothing.

    ``answered_at`` is aware UTC, ``None`` when no time is told or none that can be.
    """

    optional: bool | None = None
    answered_at: datetime | None = None


def is_readable(text):
    """Whether core, which does not expect anything else, can read the cookie."""
    return _read(text) is not _UNREADABLE


def read_answer(text, now):
    """The :class:`Answer` in the cookie's ``text``; never raises.

    :param now: aware UTC datetime
    """
    content = _read(text)
    if not isinstance(content, dict):
        return Answer()
    optional = content.get("optional")
    return Answer(
        optional if isinstance(optional, bool) else None, _read_time(content.get("ts"), now)
    )


_UNREADABLE = object()


def _read(text):
    if len(text) > MAX_LENGTH:
        return _UNREADABLE
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _read_time(milliseconds, now):
    try:
        seconds = int(milliseconds) / 1000
    except (ValueError, TypeError, OverflowError):
        return None
    if not _EARLIEST.timestamp() <= seconds <= (now + _CLOCK_AHEAD).timestamp():
        return None
    return min(datetime.fromtimestamp(seconds, timezone.utc), now)
