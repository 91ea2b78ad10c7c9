"""Credit sums to one under every model, whatever touches there are."""

import sys
from datetime import datetime, timedelta, timezone
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import credit
from attribution.credit import MODELS, split_all, split_credit

WON = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
WEEK = timedelta(days=7)


def weeks_before(*weeks):
    return [WON - week * WEEK for week in weeks]


ages = st.lists(st.integers(0, 60 * 365 * 86400), min_size=1, max_size=30)


@st.composite
def journeys(draw):
    """Touches, and what is known of the lead: anything that a database may hold."""
    times = sorted(WON - timedelta(seconds=age) for age in draw(ages))
    moments = st.datetimes(
        datetime(1960, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc)
    )
    return times, {
        "creation": draw(st.none() | st.integers(0, len(times) - 1)),
        "qualified_at": draw(st.none() | moments | st.sampled_from(times)),
        "half_life_days": draw(st.integers(1, 365) | st.floats(1e-3, 1e6)),
    }


class TestWrongInput:
    def test_an_unknown_model(self):
        with pytest.raises(ValueError, match="'u_shaped'"):
            split_credit(weeks_before(1), "u_shaped")

    @pytest.mark.parametrize("split", [split_all, lambda *a, **k: split_credit(*a, "linear", **k)])
    def test_what_makes_no_sense(self, split):
        with pytest.raises(ValueError, match="not sorted"):
            split(weeks_before(1, 2))
        for creation in (-1, 2):
            with pytest.raises(ValueError, match="lead creation"):
                split(weeks_before(2, 1), creation=creation)
        for days in (0, -1, float("nan")):
            with pytest.raises(ValueError, match="half-life"):
                split(weeks_before(2, 1), half_life_days=days)

    def test_no_touch_no_credit(self):
        assert split_all([]) == {model: [] for model in MODELS}


class TestByHand:
    def check(self, model, times, expected, **known):
        assert split_credit(times, model, **known) == pytest.approx(expected)

    def test_lead_creation(self):
        self.check("lead_creation", weeks_before(3, 2, 1), [0, 1, 0], creation=1)
        self.check("lead_creation", weeks_before(3, 2, 1), [0, 0, 1])

    def test_first_last_linear(self):
        times = weeks_before(4, 3, 2, 1)
        self.check("first_touch", times, [1, 0, 0, 0])
        self.check("last_touch", times, [0, 0, 0, 1])
        self.check("linear", times, [0.25] * 4)

    def test_position_based(self):
        self.check("position_based", weeks_before(4, 3, 2, 1), [0.4, 0.1, 0.1, 0.4])
        self.check("position_based", weeks_before(3, 2, 1), [0.4, 0.2, 0.4])
        self.check("position_based", weeks_before(2, 1), [0.5, 0.5])

    def test_w_shaped(self):
        times = weeks_before(6, 5, 4, 3, 2)
        known = {"creation": 2, "qualified_at": WON - 3 * WEEK}
        self.check("w_shaped", times, [0.3, 0.05, 0.3, 0.3, 0.05], **known)

    def test_w_shaped_adds_up_what_coincides(self):
        times = weeks_before(6, 5, 4)
        self.check("w_shaped", times, [0.9, 0.05, 0.05], creation=0, qualified_at=times[0])
        self.check("w_shaped", times, [0.3, 0.1, 0.6], creation=2, qualified_at=WON)

    def test_w_shaped_shares_what_is_missing(self):
        times = weeks_before(6, 5, 4)
        self.check("w_shaped", times, [0.75, 0.125, 0.125])  # nothing but a first touch: 30 to 10
        self.check("w_shaped", times, [3 / 7, 1 / 7, 3 / 7], creation=2)
        self.check("w_shaped", times[:2], [0.5, 0.5], creation=1)  # no rest
        before_all = times[0] - WEEK
        self.check("w_shaped", times, [0.75, 0.125, 0.125], qualified_at=before_all)

    def test_time_decay(self):
        self.check("time_decay", weeks_before(2, 1, 0), [1 / 7, 2 / 7, 4 / 7])
        # only the distance between touches matters, not that to the win
        self.check("time_decay", weeks_before(302, 301, 300), [1 / 7, 2 / 7, 4 / 7])
        self.check("time_decay", weeks_before(2, 0), [1 / 3, 2 / 3], half_life_days=14)


class TestAlways:
    @given(journeys())
    def test_shares_sum_to_one(self, journey):
        times, known = journey
        for model, shares in split_all(times, **known).items():
            assert len(shares) == len(times), model
            assert all(isfinite(share) and 0 <= share <= 1 for share in shares), model
            assert abs(sum(shares) - 1) <= 1e-9, model

    @given(journeys())
    def test_all_at_once_or_one_by_one(self, journey):
        times, known = journey
        for model, shares in split_all(times, **known).items():
            assert split_credit(times, model, **known) == shares

    @given(st.sampled_from(MODELS), st.none() | st.just(0), st.none() | st.just(WON))
    def test_a_single_touch_has_it_all(self, model, creation, qualified_at):
        [share] = split_credit([WON], model, creation=creation, qualified_at=qualified_at)
        assert share == 1.0

    @given(journeys())
    def test_decay_never_favours_the_older(self, journey):
        times, known = journey
        shares = split_credit(times, "time_decay", **known)
        assert shares == sorted(shares)
        assert shares[-1] > 0

    @given(st.sampled_from(("linear", "time_decay")), st.integers(1, 50))
    def test_equal_times_have_equal_shares(self, model, count):
        shares = split_credit([WON] * count, model)
        assert shares == pytest.approx([1 / count] * count)

    @given(journeys())
    def test_the_ends_have_their_part(self, journey):
        times, known = journey
        shares = split_all(times, **known)
        assert shares["first_touch"][0] == shares["last_touch"][-1] == 1.0
        position = shares["position_based"]
        assert position[0] == position[-1] >= 0.4
        assert shares["w_shaped"][0] >= 0.3


def count_lines(times):
    """Lines of ``credit`` that are run to share credit over ``times``: a clock that is exact."""
    lines = 0

    def trace(frame, event, _arg):
        nonlocal lines
        if frame.f_code.co_filename != credit.__file__:
            return None
        lines += event == "line"
        return trace

    sys.settrace(trace)
    try:
        split_all(times, creation=len(times) // 2, qualified_at=times[-2])
    finally:
        sys.settrace(None)
    return lines


def test_ten_times_the_touches_take_ten_times_as_long():
    times = [WON - timedelta(minutes=minute) for minute in range(10_000, 0, -1)]
    assert count_lines(times) < 11 * count_lines(times[:1_000])
