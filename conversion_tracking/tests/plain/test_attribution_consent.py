"""The cookie of Odoo's bar can hold anything; what is read of it can always be stored."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.consent import MAX_LENGTH, Answer, is_readable, read_answer

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
YEAR_2000 = datetime(2000, 1, 1, tzinfo=timezone.utc)
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=5,
)


def answer(**content):
    return read_answer(json.dumps(content), NOW)


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "{", "\x00", "\ud800", "'optional'", '{"optional": true', "nul", "%00"),
        *("[" * 500 + "]" * 500, "[" * MAX_LENGTH, '{"a":' * 200 + "1" + "}" * 200),
        '{"optional": false, "x": "' + "x" * MAX_LENGTH + '"}',
    ],
)
def test_what_cannot_be_read_is_no_answer(damaged):
    assert read_answer(damaged, NOW) == Answer()


@pytest.mark.parametrize("damaged", ["", "{", "[" * 1000 + "]" * 1000, "[" * 9999, "x" * 2000])
def test_core_never_sees_what_it_cannot_read(damaged):
    assert not is_readable(damaged)


@pytest.mark.parametrize("odd", ["true", "[]", "null", "0", '"optional"', '{"optional": 0}'])
def test_other_json_is_no_answer(odd):
    assert is_readable(odd)
    assert read_answer(odd, NOW) == Answer()


@pytest.mark.parametrize(
    "odd",
    [
        *(None, True, "x", "", [], {}, [1], 10**400, "9" * 800, float("inf"), float("nan")),
        *(0, -1, 1, -(10**15), 946684799999),
        milliseconds(datetime(9999, 12, 31, tzinfo=timezone.utc)),
        milliseconds(NOW + timedelta(minutes=6)),
    ],
)
def test_times_that_cannot_be_are_none(odd):
    assert answer(optional=False, ts=odd) == Answer(False, None)


def test_the_time_of_the_answer_is_kept():
    moment = NOW - timedelta(days=30)
    assert answer(required=True, optional=True, ts=milliseconds(moment)) == Answer(True, moment)
    assert answer(optional=False, ts=str(milliseconds(moment))) == Answer(False, moment)


def test_a_clock_a_little_ahead_says_now():
    assert answer(ts=milliseconds(NOW + timedelta(minutes=4))).answered_at == NOW


@given(st.one_of(ANY_TEXT, ANY_JSON.map(json.dumps)))
@settings(max_examples=300)
def test_nothing_breaks_it(text):
    is_readable(text)
    assert read_answer(text, NOW).optional in (None, True, False)


@given(ANY_JSON)
@settings(max_examples=300)
def test_every_time_can_be_stored(odd):
    told = answer(ts=odd).answered_at
    assert told is None or YEAR_2000 <= told <= NOW
