"""Periods: presets on every day, division without gaps, and where days begin in UTC."""

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.period import LONGEST, PRESETS, STEPS, Period, get_preset

ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Pacific/Apia") + (
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Casablanca",
)
DAYS = st.dates(date(1970, 1, 1), date(2150, 12, 31))
ANY_DAY = st.dates() | st.sampled_from([date.min, date.max])


@st.composite
def periods(draw, days=DAYS, longest=LONGEST.days):
    first = draw(days)
    length = draw(st.integers(0, min(longest, (date.max - first).days)))
    return Period(first, first + timedelta(days=length))


def test_it_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


def test_it_is_no_slip_of_the_keyboard():
    with pytest.raises(ValueError, match="40 years"):
        Period(date(226, 1, 1), date(2026, 1, 1))
    assert Period(date(1996, 1, 1), date(2025, 12, 31)).days == 10958


@given(periods())
def test_the_one_before_is_as_long_and_ends_where_it_begins(period):
    previous = period.get_previous()
    assert previous.days == period.days
    assert previous.last + timedelta(days=1) == period.first


@given(periods(ANY_DAY), st.sampled_from(ZONES))
def test_the_ends_of_the_calendar_break_nothing(period, zone):
    previous = period.get_previous()
    assert previous.last <= period.first
    first, end = period.get_moments(ZoneInfo(zone))
    assert first < end
    step = period.get_step()
    assert 1 <= len(period.divide(step)) <= 42
    assert period.count(step) > 0


@given(periods(), st.sampled_from(list(STEPS)), st.integers(0, 6))
def test_its_parts_follow_each_other_and_are_all_of_it(period, step, week_start):
    parts = period.divide(step, week_start)
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert sum(part.days for part in parts) == period.days
    for one, following in pairwise(parts):
        assert one.last + timedelta(days=1) == following.first
    if step == "week":
        assert all(part.first.weekday() == week_start for part in parts[1:])
    elif step != "day":
        assert all(part.first.day == 1 for part in parts[1:])
    if step == "quarter":
        assert all(part.first.month in (1, 4, 7, 10) for part in parts[1:])
    if step == "year":
        assert all(part.first.month == 1 for part in parts[1:])


@given(periods())
def test_a_trend_has_no_more_steps_than_can_be_read(period):
    for week_start in (0, 5, 6):
        parts = period.divide(period.get_step(31), week_start)
        assert len(parts) <= 31 or period.days > 31 * 360


def test_weeks_can_begin_on_sunday():
    period = Period(date(2026, 11, 1), date(2026, 11, 30))  # a Sunday to a Monday
    assert [part.days for part in period.divide("week", 6)] == [7, 7, 7, 7, 2]
    assert [part.days for part in period.divide("week", 0)] == [1, 7, 7, 7, 7, 1]


@given(
    periods(longest=800),
    st.sampled_from(ZONES),
    st.datetimes(datetime(1970, 1, 1), datetime(2150, 12, 31)),
)
def test_a_moment_is_in_it_when_its_day_is(period, zone, moment):
    first, end = period.get_moments(ZoneInfo(zone))
    moments = [moment, first, end, first - timedelta(seconds=1), end - timedelta(seconds=1)]
    for one in moments:
        local = one.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
        assert (first <= one < end) == (period.first <= local.date() <= period.last)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_a_day_on_which_clocks_change_is_shorter_or_longer(day, hours):
    first, end = Period(day, day).get_moments(ZoneInfo("Europe/Amsterdam"))
    assert end - first == timedelta(hours=hours)


@given(DAYS, st.sampled_from(PRESETS))
def test_presets_end_today_or_are_over(today, name):
    period = get_preset(name, today)
    assert period.first <= period.last <= today
    if name.startswith("this") or "_days" in name or name == "last_12_months":
        assert period.last == today
    else:
        following = period.last + timedelta(days=1)
        current = get_preset(name.replace("last", "this"), today)
        assert following == current.first


@given(DAYS)
def test_presets_are_as_long_as_they_say(today):
    assert [get_preset(f"last_{days}_days", today).days for days in (7, 30, 90)] == [7, 30, 90]
    assert len(get_preset("last_month", today).divide("month")) == 1
    assert len(get_preset("last_quarter", today).divide("month")) == 3
    assert len(get_preset("last_year", today).divide("month")) == 12
    assert len(get_preset("last_12_months", today).divide("month")) == 12


@given(periods(longest=3000), st.sampled_from(list(STEPS)))
def test_months_and_years_are_counted_with_their_share(period, step):
    assert period.count(step) > 0
    assume(step != "day")
    halves = [
        Period(period.first, period.first + timedelta(days=period.days // 2)),
    ]
    if halves[0].last < period.last:
        halves.append(Period(halves[0].last + timedelta(days=1), period.last))
    total = sum(half.count(step) for half in halves)
    assert abs(total - period.count(step)) < 1e-6


def test_whole_months_are_counted_whole():
    assert Period(date(2026, 1, 1), date(2026, 12, 31)).count("month") == 12
    assert Period(date(2026, 2, 1), date(2026, 2, 14)).count("month") == 0.5
    assert Period(date(2026, 1, 1), date(2026, 12, 31)).count("year") == 1
    assert Period(date(2026, 1, 5), date(2026, 1, 18)).count("week") == 2
