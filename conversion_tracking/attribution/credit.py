"""Credit for a deal: how the touches that led to it share one unit.

Each model gives every touch a weight; its share is its weight over the sum of all weights. So
the shares of a deal sum to one under every model, whatever is missing.
"""

from bisect import bisect_right
from itertools import pairwise
from math import fsum

LEAD_CREATION = "lead_creation"
FIRST_TOUCH = "first_touch"
LAST_TOUCH = "last_touch"
LINEAR = "linear"
POSITION_BASED = "position_based"
W_SHAPED = "w_shaped"
TIME_DECAY = "time_decay"
MODELS = (
    LEAD_CREATION,
    FIRST_TOUCH,
    LAST_TOUCH,
    LINEAR,
    POSITION_BASED,
    W_SHAPED,
    TIME_DECAY,
)

HALF_LIFE_DAYS = 7
DAY = 86400.0  # seconds
POSITION_ANCHOR = 0.4  # each of first and last touch; the rest has 0.2
W_ANCHOR = 0.3  # each of first touch, lead creation, before qualification; the rest has 0.1


def split_credit(times, model, *, creation=None, qualified_at=None, half_life_days=HALF_LIFE_DAYS):
    """Share one unit of credit over the touches that led to a deal.

    * ``lead_creation``: all to the touch during which the lead was created; to the last one
      when it is not known.
    * ``first_touch``, ``last_touch``: all to the oldest, to the newest.
    * ``linear``: alike.
    * ``position_based``: 40 % to the first, 40 % to the last, 20 % shared by those between. Two
      touches have a half each.
    * ``w_shaped``: 30 % each to the first touch, to lead creation and to the last touch before
      qualification, 10 % shared by the rest. A touch that is several of them has the sum of
      theirs. What is missing, be it lead creation, qualification or a rest, gives its part to
      the others in proportion.
    * ``time_decay``: a touch weighs half as much as one ``half_life_days`` later. Only the
      distance between touches matters, so that no age makes all weights vanish.

    Touches of the same time keep the order in which they are given. Takes time in proportion to
    the number of touches.

    :param times: datetimes of the touches, oldest first, all aware or all naive
    :param creation: index of the touch of lead creation, ``None`` when it is not among them
    :param qualified_at: datetime at which the lead was qualified, ``None`` when it never was
    :param half_life_days: positive number of days, for ``time_decay``
    :return: list of shares, same order and length, summing to 1.0; empty without touches
    :raise ValueError: unknown model, unsorted times, an index outside or a half-life that is not
        positive
    """
    if model not in _WEIGHTS:
        raise ValueError(f"unknown attribution model {model!r}")
    _check(times, creation, half_life_days)
    return _split(times, model, creation, qualified_at, half_life_days)


def split_all(times, *, creation=None, qualified_at=None, half_life_days=HALF_LIFE_DAYS):
    """:func:`split_credit` for every model at once, ``{model: shares}``."""
    _check(times, creation, half_life_days)
    return {model: _split(times, model, creation, qualified_at, half_life_days) for model in MODELS}


def _check(times, creation, half_life_days):
    if any(later < earlier for earlier, later in pairwise(times)):
        raise ValueError("touches are not sorted, oldest first")
    if creation is not None and not 0 <= creation < len(times):
        raise ValueError(f"lead creation {creation} is not one of {len(times)} touches")
    if not half_life_days > 0:
        raise ValueError(f"half-life of {half_life_days} days")


def _split(times, model, creation, qualified_at, half_life_days):
    if not times:
        return []
    weights = _WEIGHTS[model](times, creation, qualified_at, half_life_days)
    total = fsum(weights)
    return [weight / total for weight in weights]


# ------------------------------------------------------------
# Weights of each model; they need not sum to one
# ------------------------------------------------------------


def _weigh_anchors(count, anchors, rest):
    """Weights of ``count`` touches of which some are anchors, and the others share ``rest``.

    :param anchors: pairs of an index and a weight; those of one touch add up
    """
    weights = [0.0] * count
    for index, weight in anchors:
        weights[index] += weight
    others = [index for index, weight in enumerate(weights) if not weight]
    for index in others:
        weights[index] = rest / len(others)
    return weights


def _weigh_creation(times, creation, *_unused):
    index = len(times) - 1 if creation is None else creation
    return _weigh_anchors(len(times), [(index, 1.0)], rest=0.0)


def _weigh_first(times, *_unused):
    return _weigh_anchors(len(times), [(0, 1.0)], rest=0.0)


def _weigh_last(times, *_unused):
    return _weigh_anchors(len(times), [(-1, 1.0)], rest=0.0)


def _weigh_alike(times, *_unused):
    return [1.0] * len(times)


def _weigh_position(times, *_unused):
    anchors = [(0, POSITION_ANCHOR), (-1, POSITION_ANCHOR)]
    return _weigh_anchors(len(times), anchors, rest=1 - 2 * POSITION_ANCHOR)


def _weigh_w(times, creation, qualified_at, _half_life_days):
    indexes = [0]
    if creation is not None:
        indexes.append(creation)
    before = bisect_right(times, qualified_at) if qualified_at is not None else 0
    if before:
        indexes.append(before - 1)
    anchors = [(index, W_ANCHOR) for index in indexes]
    return _weigh_anchors(len(times), anchors, rest=1 - 3 * W_ANCHOR)


def _weigh_decay(times, _creation, _qualified_at, half_life_days):
    newest = times[-1]
    half_life = half_life_days * DAY
    return [2.0 ** -((newest - time).total_seconds() / half_life) for time in times]


_WEIGHTS = {
    LEAD_CREATION: _weigh_creation,
    FIRST_TOUCH: _weigh_first,
    LAST_TOUCH: _weigh_last,
    LINEAR: _weigh_alike,
    POSITION_BASED: _weigh_position,
    W_SHAPED: _weigh_w,
    TIME_DECAY: _weigh_decay,
}
