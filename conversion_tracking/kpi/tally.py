"""Numbers and totals of records by intervals of time, as a database groups them.

Intervals lie between thresholds: the first one from threshold 0 to threshold 1. The place of a
moment is the number of thresholds that are not after it, as PostgreSQL's ``width_bucket`` says it:
a moment at place 1 lies in the first interval.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """:ivar number: how many records
    :ivar total: the sum of what was measured of them: an amount, or days
    """

    number: int = 0
    total: float = 0.0

    def __add__(self, other):
        return Tally(self.number + other.number, self.total + other.total)

    @property
    def average(self):
        return self.total / self.number if self.number else None


def get_flow(groups, intervals):
    """What happened in each interval.

    :param groups: tuples of the place of the moment it happened, number and total
    :return: list of one :class:`Tally` for each interval
    """
    tallies = [Tally()] * intervals
    for place, number, total in groups:
        if place is not None and 1 <= place <= intervals:
            tallies[place - 1] += Tally(number, total)
    return tallies


def get_state(groups, intervals):
    """What was there at the end of each interval: begun before, and not ended before.

    :param groups: tuples of the places of beginning and end (``None``: not ended), number and total
    :return: list of one :class:`Tally` for each interval
    """
    # what each interval adds to, and takes from, what was there at the end of the one before
    changes = [Tally()] * (intervals + 2)
    for begun, ended, number, total in groups:
        # there at the end of interval k (counted from 1) when begun <= k < ended
        first = max(begun, 1)
        last = intervals + 1 if ended is None else min(ended, intervals + 1)
        if first < last:
            changes[first] += Tally(number, total)
            changes[last] += Tally(-number, -total)
    there, tallies = Tally(), []
    for change in changes[1 : intervals + 1]:
        there += change
        # what comes and goes in fractions never adds up to nothing by itself
        there = there if there.number else Tally()
        tallies.append(there)
    return tallies
