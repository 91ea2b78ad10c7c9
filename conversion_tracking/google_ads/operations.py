"""Counting what the Google Ads API is asked, and stopping before Google does.

A project with Explorer access may ask 2,880 operations in 24 hours; each search is one.
https://developers.google.com/google-ads/api/docs/api-policy/access-levels
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .errors import TransportFault, make_fault

EXPLORER_LIMIT = 2_880
WINDOW = timedelta(hours=24)
_HOUR = "%Y-%m-%dT%H"


@dataclass
class Operations:
    """The operations of one piece of work.

    :param left: how many there may be; ``None`` for any number
    """

    left: int | None = None
    used: int = 0

    def take(self):
        """Count one operation that is about to begin.

        :raise TransportFault: there is none left
        """
        if self.left is not None and self.used >= self.left:
            raise TransportFault(make_fault("OPERATIONS_SPENT"))
        self.used += 1


def count_used(log: dict[str, int], now: datetime) -> int:
    """Operations of the last 24 hours.

    :param log: operations by hour, as :func:`note` writes them; times in UTC
    """
    since = (now - WINDOW).strftime(_HOUR)
    return sum(number for hour, number in log.items() if hour > since)


def note(log: dict[str, int], used: int, now: datetime) -> dict[str, int]:
    """The log with ``used`` operations more, and without hours that no longer count."""
    since, hour = (now - WINDOW).strftime(_HOUR), now.strftime(_HOUR)
    kept = {key: number for key, number in log.items() if key > since}
    return {**kept, hour: kept.get(hour, 0) + used}
