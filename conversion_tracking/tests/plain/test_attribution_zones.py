"""The steps of a time zone say the same as the zone itself."""

from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.zones import get_steps

ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu") + (
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Sao_Paulo",
)


def shift(zone, moment):
    moments, offsets = get_steps(zone)
    return moment + offsets[bisect_right(moments, moment)]


@given(
    st.sampled_from(ZONES),
    st.datetimes(min_value=datetime(1990, 1, 8), max_value=datetime(2036, 12, 31)),
)
def test_a_moment_is_on_the_day_that_its_zone_says(name, moment):
    moment = moment.replace(second=0, microsecond=0)
    zone = ZoneInfo(name)
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    assert shift(zone, moment) == local.replace(tzinfo=None)


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "America/New_York"])
def test_the_hours_around_each_step(name):
    zone = ZoneInfo(name)
    for step in get_steps(zone)[0]:
        for minutes in (-60, -1, 0, 1, 60):
            moment = step + timedelta(minutes=minutes)
            local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
            assert shift(zone, moment) == local.replace(tzinfo=None)


def test_a_zone_without_summer_time_has_no_steps():
    assert get_steps(ZoneInfo("Asia/Kolkata")) == ((), (timedelta(hours=5, minutes=30),))


def test_every_zone_has_few_steps():
    for name in sorted(available_timezones())[::25]:
        moments, offsets = get_steps(ZoneInfo(name))
        assert len(offsets) == len(moments) + 1 < 300
        assert list(moments) == sorted(set(moments))
