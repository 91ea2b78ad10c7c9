"""Records grouped by interval say the same as counting them one by one."""

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from kpi.tally import Tally, get_flow, get_state

THRESHOLDS = st.lists(st.integers(0, 50), min_size=2, max_size=12, unique=True).map(sorted)
MOMENTS = st.integers(-5, 55)
AMOUNTS = st.integers(-1000, 1000)


@given(THRESHOLDS, st.lists(st.tuples(MOMENTS, AMOUNTS)))
def test_what_happened_in_each_interval(thresholds, records):
    groups = [(bisect_right(thresholds, moment), 1, amount) for moment, amount in records]
    for place, tally in enumerate(get_flow(groups, len(thresholds) - 1)):
        within = [
            amount
            for moment, amount in records
            if thresholds[place] <= moment < thresholds[place + 1]
        ]
        assert tally == Tally(len(within), sum(within))


@given(THRESHOLDS, st.lists(st.tuples(MOMENTS, MOMENTS | st.none(), AMOUNTS)))
def test_what_was_there_at_the_end_of_each_interval(thresholds, records):
    groups = [
        (
            bisect_right(thresholds, begun),
            None if ended is None else bisect_right(thresholds, ended),
            1,
            amount,
        )
        for begun, ended, amount in records
    ]
    for place, tally in enumerate(get_state(groups, len(thresholds) - 1)):
        end = thresholds[place + 1]
        there = [
            amount
            for begun, ended, amount in records
            if begun < end and (ended is None or ended >= end)
        ]
        assert tally == Tally(len(there), sum(there))


def test_nothing_is_left_of_fractions_that_went_away():
    """0.1 + 0.2 - 0.1 - 0.2 is no zero in floating point, and no base for a change in percent."""
    groups = [(1, 2, 1, 0.1), (1, 3, 1, 0.2), (1, 3, 1, 0.3)]
    *_there, last = get_state(groups, 3)
    assert last == Tally()


def test_nothing_has_no_average():
    assert Tally().average is None
    assert Tally(4, 10).average == 2.5
