"""Alarms go off for what is sure, and never for a handful of leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.alarm import Part, get_gap, has_risen

COUNTS = st.integers(min_value=0, max_value=10_000)


@st.composite
def parts(draw, most=10_000):
    whole = draw(st.integers(min_value=0, max_value=most))
    return Part(draw(st.integers(min_value=0, max_value=whole)), whole)


@pytest.mark.parametrize(
    ("before", "recent", "expected"),
    [
        (Part(0, 0), Part(10, 10), False),  # nothing is known of before
        (Part(10, 100), Part(0, 0), False),
        (Part(10, 100), Part(20, 30), True),
        (Part(10, 100), Part(9, 30), False),  # 20 points only
        (Part(1, 4), Part(3, 4), False),  # by chance
        (Part(40, 100), Part(7, 10), False),  # 30 points of ten leads are chance, too
        (Part(0, 50), Part(10, 10), True),
        (Part(50, 50), Part(10, 10), False),
        (Part(80, 100), Part(1, 30), False),  # fell
    ],
)
def test_a_share_rises(before, recent, expected):
    assert has_risen(before, recent, 25) is expected


@given(parts(), parts(), st.integers(min_value=1, max_value=100))
def test_what_rises_does_so_by_the_points(before, recent, points):
    if has_risen(before, recent, points):
        assert recent.percent - before.percent >= points


@given(parts(), parts(most=4))
def test_up_to_four_leads_prove_nothing_beside_a_common_share(before, recent):
    if before.whole >= 20 and before.percent >= 35:
        assert not has_risen(before, recent, 1)


@pytest.mark.parametrize("values", [(-1, 3), (4, 3)])
def test_a_part_is_no_more_than_the_whole(values):
    with pytest.raises(ValueError, match="between nothing and the whole"):
        Part(*values)


def test_nothing_has_no_percent():
    assert Part(0, 0).percent is None
    assert get_gap(0, 12) is None


@given(COUNTS.filter(bool), COUNTS)
def test_a_gap_is_a_part_of_our_own_count(ours, theirs):
    assert ours + ours * get_gap(ours, theirs) / 100 == pytest.approx(theirs)
