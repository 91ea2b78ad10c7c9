"""However an amount is shared, the parts are the whole."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.allocation import month_later, split_by_shares, split_evenly

CENT = Decimal("0.01")
UNITS = st.sampled_from([Decimal(unit) for unit in ("1", "0.01", "0.001", "0.05", "100")])
AMOUNTS = st.decimals(-(10**9), 10**9, places=4)
SHARES = st.lists(
    st.integers(0, 1000) | st.decimals(0, 1000, places=2), min_size=1, max_size=30
).filter(any)


@pytest.mark.parametrize("shares", [(), (0,), (0, 0), (1, -1), (-1, 3)])
def test_shares_that_divide_nothing_are_refused(shares):
    with pytest.raises(ValueError):
        split_by_shares(Decimal(10), shares, CENT)


@pytest.mark.parametrize("parts, unit", [(0, CENT), (3, Decimal(0)), (3, -CENT)])
def test_no_part_and_no_unit_are_refused(parts, unit):
    with pytest.raises(ValueError):
        split_evenly(Decimal(10), parts, unit)


def test_the_rest_is_on_the_last():
    parts = split_evenly(Decimal(100), 3, CENT)
    assert parts == (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))
    assert split_evenly(Decimal("-0.05"), 3, CENT) == (-CENT, -CENT, Decimal("-0.03"))


def test_a_share_of_zero_gets_nothing_not_even_the_rest():
    assert split_by_shares(Decimal(10), (1, 2, 0), CENT) == (
        Decimal("3.33"), Decimal("6.67"), Decimal(0)
    )  # fmt: skip


@given(AMOUNTS, SHARES, UNITS)
def test_parts_sum_up_exactly(amount, shares, unit):
    parts = split_by_shares(amount, shares, unit)
    assert sum(parts) == amount
    assert len(parts) == len(shares)


@given(AMOUNTS, st.integers(1, 120), UNITS)
def test_months_are_equal_but_for_the_rest(amount, months, unit):
    *parts, last = split_evenly(amount, months, unit)
    assert sum(parts) + last == amount
    assert len(set(parts)) <= 1
    assert all(part % unit == 0 for part in parts)
    # the last has what the others were rounded by
    assert all(0 <= abs(last) - abs(part) < months * unit for part in parts)


@given(AMOUNTS, SHARES, UNITS)
def test_no_part_has_the_other_sign(amount, shares, unit):
    assert all(part * amount >= 0 for part in split_by_shares(amount, shares, unit))


@pytest.mark.parametrize(
    "months, expected",
    [
        (0, date(2027, 10, 31)),
        (1, date(2027, 11, 30)),
        (3, date(2028, 1, 31)),
        (4, date(2028, 2, 29)),
        (16, date(2029, 2, 28)),
    ],
)
def test_a_month_later_is_in_the_next_month(months, expected):
    assert month_later(date(2027, 10, 31), months) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, 120))
def test_no_month_is_left_out(day, months):
    later = month_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
