"""Periods of whole days, as a reader of key figures chooses them.

Plain date arithmetic: what "this quarter" is, which period came before, and in which steps a trend
is drawn. Days are the reader's own; ``get_moments`` tells where they begin in UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

PRESETS = (
    "last_7_days",
    "last_30_days",
    "last_90_days",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "last_12_months",
)
CUSTOM = "custom"
# Longer ones are no question, but a slip of the keyboard.
LONGEST = timedelta(days=40 * 366)
# A trend of more steps cannot be read on a card.
MOST_STEPS = 31
# with how many days each has at most
STEPS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self):
        if self.last < self.first:
            raise ValueError("A period ends before it begins.")
        if self.last - self.first > LONGEST:
            raise ValueError("A period is longer than 40 years.")

    @property
    def days(self):
        return (self.last - self.first).days + 1

    def get_previous(self):
        """The period of the same length right before."""
        last = shift(self.first, -1)
        return Period(shift(last, 1 - self.days), last)

    def get_moments(self, zone):
        """First moment of the period, and first moment after it.

        :param zone: the reader's ``ZoneInfo``
        :return: two naive datetimes in UTC, as Odoo stores them
        """
        if self.last == date.max:
            return get_begin(self.first, zone), datetime.max
        return tuple(get_begin(day, zone) for day in (self.first, shift(self.last, 1)))

    def count(self, step):
        """How many weeks, months ... the period is; of a part, its share of days."""
        return sum(part.days / _get_whole(part, step).days for part in self.divide(step))

    def get_step(self, most=MOST_STEPS):
        """The smallest step that divides the period into at most ``most``."""
        for step, longest in STEPS.items():
            if self.days <= most * longest and len(self.divide(step)) <= most:
                return step
        return "year"

    def divide(self, step, week_start=0):
        """The period in whole days, weeks, months ...; the first and last may be cut.

        :param step: a key of ``STEPS``
        :param week_start: first day of a week, 0 for Monday
        """
        parts = []
        first = self.first
        while not parts or parts[-1].last < self.last:
            parts.append(Period(first, min(_get_end(first, step, week_start), self.last)))
            first = shift(parts[-1].last, 1)
        return parts


def get_preset(name, today):
    """The period that a preset means today; those of this month, quarter or year end today.

    :raise KeyError: when there is no such preset
    """
    month = today.replace(day=1)
    quarter = month.replace(month=today.month - (today.month - 1) % 3)
    year = month.replace(month=1)
    before = timedelta(days=1)
    firsts_and_lasts = {
        "last_7_days": (today - timedelta(days=6), today),
        "last_30_days": (today - timedelta(days=29), today),
        "last_90_days": (today - timedelta(days=89), today),
        "this_month": (month, today),
        "last_month": ((month - before).replace(day=1), month - before),
        "this_quarter": (quarter, today),
        "last_quarter": (_get_months_before(quarter, 3), quarter - before),
        "this_year": (year, today),
        "last_year": (_get_months_before(year, 12), year - before),
        "last_12_months": (_get_months_before(month, 11), today),
    }
    return Period(*firsts_and_lasts[name])


def _get_months_before(first, months):
    """The first day of the month that is ``months`` before the month that begins at ``first``."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def get_begin(day, zone):
    """First moment of a day, in naive UTC."""
    try:
        moment = datetime.combine(day, time(), tzinfo=zone).astimezone(timezone.utc)
    except OverflowError:
        return datetime.min if day == date.min else datetime.max
    return moment.replace(tzinfo=None)


def _get_whole(part, step):
    """The whole week, month ... that ``part`` is of."""
    last = _get_end(part.first, step, 0)
    if step == "week":
        return Period(shift(last, -6), last)
    if step == "day":
        return part
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    return Period(_get_months_before(last.replace(day=1), months - 1), last)


def _get_end(day, step, week_start):
    """The last day of the week, month ... that ``day`` is in."""
    if step == "day":
        return day
    if step == "week":
        return shift(day, 6 - (day.weekday() - week_start) % 7)
    months = {"month": 1, "quarter": 3, "year": 12}[step]
    first = day.replace(day=1, month=day.month - (day.month - 1) % months)
    if first.year == date.max.year and first.month + months > 12:
        return date.max
    return _get_months_before(first, -months) - timedelta(days=1)


def shift(day, days):
    """``day`` some days later, or the end of the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
