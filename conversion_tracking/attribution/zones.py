"""Time zones as a few steps, so that a database finds the day of a million moments quickly."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache

# Outside of these years the offset of the first or last of them holds.
YEARS = (1990, 2050)


@lru_cache(maxsize=64)
def get_steps(zone):
    """When a zone's offset from UTC changes, and to what.

    :param zone: a ``tzinfo``, whose offsets change on whole minutes
    :return: moments in naive UTC, in order, and offsets as ``timedelta``: the first holds before
        the first moment, each other one from its moment on
    """
    moment = datetime(YEARS[0], 1, 1)
    moments, offsets = [], [_get_offset(zone, moment)]
    while moment.year < YEARS[1]:
        later = moment + timedelta(days=7)
        if _get_offset(zone, later) != offsets[-1]:
            step = _find_step(zone, moment, later)
            moments.append(step)
            offsets.append(_get_offset(zone, step))
            # a second change in the same week is found next
            later = step
        moment = later
    return tuple(moments), tuple(offsets)


def _get_offset(zone, moment):
    return moment.replace(tzinfo=timezone.utc).astimezone(zone).utcoffset()


def _find_step(zone, before, after):
    """The first minute with another offset than ``before``."""
    offset = _get_offset(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        middle = middle.replace(second=0, microsecond=0)
        if _get_offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after
