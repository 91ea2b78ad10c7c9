"""When numbers are worth an alarm: plain arithmetic that small numbers do not set off."""

from dataclasses import dataclass
from math import sqrt

# Standard errors that a share has to rise: by chance that happens on one day in two years or so.
# https://en.wikipedia.org/wiki/Two-proportion_Z-test
CERTAIN = 3


@dataclass(frozen=True)
class Alarm:
    """Something that is wrong now.

    :ivar key: names what it is about, so that it is told once as long as it lasts
    :ivar subject: the same for people, in a few words
    :ivar text: what is wrong and what to do, plain text
    :ivar model: of the records behind it
    :ivar domain: these records; a list that can be written as JSON
    """

    key: str
    subject: str
    text: str
    model: str
    domain: list


@dataclass(frozen=True)
class Part:
    """``part`` of a ``whole``, both counted.

    :raise ValueError: a part that is none
    """

    part: int
    whole: int

    def __post_init__(self):
        if not 0 <= self.part <= self.whole:
            raise ValueError("A part is between nothing and the whole.")

    @property
    def percent(self):
        """``None`` of nothing."""
        return 100 * self.part / self.whole if self.whole else None


def has_risen(before, recent, points):
    """Whether a share rose by at least ``points`` percentage points, and not by chance.

    :param before: the :class:`Part` of a longer time, that ends where ``recent`` begins
    """
    if not before.whole or not recent.whole:
        return False
    together = (before.part + recent.part) / (before.whole + recent.whole)
    error = sqrt(together * (1 - together) * (1 / before.whole + 1 / recent.whole))
    rise = recent.percent - before.percent
    return rise >= points and rise > 100 * CERTAIN * error


def get_gap(ours, theirs):
    """By how many percent of ``ours`` another count is above (or, negative, below) it.

    ``None`` where there is nothing to compare with.
    """
    return 100 * (theirs - ours) / ours if ours else None
