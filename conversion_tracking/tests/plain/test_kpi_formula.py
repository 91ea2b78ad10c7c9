"""Formulas: what they refuse, and that they calculate as Python does."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.formula import DEEPEST, LONGEST, FormulaError, find_cycle, parse

NAMES = ("leads", "won", "cost_2")


@pytest.mark.parametrize(
    ("text", "reason", "position", "found"),
    [
        ("", "empty", 1, ""),
        ("  ", "empty", 1, ""),
        ("won +", "operand", 6, ""),
        ("won + * 2", "operand", 7, "*"),
        ("won leads", "operator", 5, "leads"),
        ("2leads", "operator", 2, "leads"),
        ("(won", "bracket", 5, ""),
        ("won)", "operator", 4, ")"),
        ("()", "operand", 2, ")"),
        ("(won leads)", "operator", 6, "leads"),
        ("won ** 2", "operand", 6, "*"),
        ("won // 2", "operand", 6, "/"),
        ("won % 2", "character", 5, "%"),
        ("Won", "character", 1, "W"),
        ("__import__('os')", "character", 1, "_"),
        ("won.denominator", "character", 4, "."),
        ("won[0]", "character", 4, "["),
        ("leads, won", "character", 6, ","),
        ("won\n+ ²", "character", 7, "²"),
        ("1.", "character", 2, "."),
        ("1e5", "operator", 2, "e5"),
        ("٣ + 1", "character", 1, "٣"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, reason, position, found):
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert (error.value.reason, error.value.position, error.value.found) == (
        reason,
        position,
        found,
    )


@pytest.mark.parametrize("opening", ["(", "-", "-("])
def test_too_much_within_each_other_is_refused(opening):
    fits = DEEPEST - 1 if opening != "-(" else DEEPEST // 2
    closing = ")" * fits if "(" in opening else ""
    assert parse(opening * fits + "1" + closing).evaluate({}) in (1, -1)
    with pytest.raises(FormulaError, match="deep"):
        parse(opening * (DEEPEST + 1) + "1")


def test_a_long_formula_is_refused_at_once():
    with pytest.raises(FormulaError, match="long"):
        parse("1+" * 10_000_000 + "1")
    began = time.monotonic()
    parse("1+" * (LONGEST // 2 - 1) + "1")
    assert time.monotonic() - began < 1


@given(st.text(max_size=60) | st.text(alphabet="won leads_2.+-*/() ", max_size=60))
def test_any_text_is_a_formula_or_says_why_not(text):
    try:
        formula = parse(text)
    except FormulaError as error:
        assert 1 <= error.position <= len(text) + 1
        assert error.found in text
    else:
        formula.evaluate(dict.fromkeys(formula.codes, 1.0))


TREES = st.recursive(
    st.sampled_from(NAMES) | st.integers(0, 99).map(str) | st.sampled_from(["0.5", "12.25"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join)
        | inner.map("({})".format)
        | inner.map("-{}".format)
    ),
    max_leaves=12,
)
NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_subnormal=False)


@given(TREES, st.fixed_dictionaries(dict.fromkeys(NAMES, NUMBERS)))
def test_it_calculates_as_python_does(text, values):
    try:
        formula = parse(text)
    except FormulaError as error:
        assert error.reason in ("deep", "long")
        return
    try:
        expected = eval(text, {}, dict(values))
    except (ZeroDivisionError, OverflowError):
        assert formula.evaluate(values) is None
        return
    assert math.isclose(formula.evaluate(values), expected, rel_tol=1e-9, abs_tol=1e-9)
    assert set(formula.codes) == {name for name in NAMES if name in text}


@given(TREES, st.sampled_from(NAMES))
def test_what_is_made_of_something_undefined_is_undefined(text, name):
    try:
        formula = parse(text)
    except FormulaError:
        return
    values = {**dict.fromkeys(NAMES, 1.0), name: None}
    if name in formula.codes:
        assert formula.evaluate(values) is None


def test_a_division_by_zero_is_undefined():
    assert parse("won / leads").evaluate({"won": 3, "leads": 0}) is None
    assert parse("1 + won / (leads - leads)").evaluate({"won": 3, "leads": 7}) is None


def test_amounts_that_cancel_out_leave_nothing():
    values = {"leads": 0.1, "won": 0.2, "cost_2": 0.3}
    assert parse("leads + won - cost_2").evaluate(values) == 0
    assert parse("cost_2 - leads - won").evaluate(values) == 0
    assert parse("1 / (leads + won - cost_2)").evaluate(values) is None
    assert parse("1000000.01 - 1000000").evaluate({}) == pytest.approx(0.01)


def test_what_is_too_large_is_undefined():
    assert parse("won * won").evaluate({"won": 1e200}) is None
    assert parse("won * won + 1").evaluate({"won": 1e200}) is None
    assert parse("won - won").evaluate({"won": math.inf}) is None
    assert parse("9" * 400).evaluate({}) is None
    assert parse("won + 1").evaluate({"won": 10**400}) is None


def test_a_code_without_value_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        parse("won").evaluate({})


def test_no_name_of_a_code_is_taken_for_something_else():
    assert parse("-negate").evaluate({"negate": 2}) == -2


def test_codes_are_named_once_in_their_order():
    assert parse("won / (won + lost) - leads").codes == ("won", "lost", "leads")


@pytest.mark.parametrize(
    ("formulas", "cycle"),
    [
        ({}, ()),
        ({"a": ["b"], "b": []}, ()),
        ({"a": ["unknown"]}, ()),
        ({"a": ["a"]}, ("a", "a")),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ("b", "c", "b")),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, ()),
    ],
)
def test_figures_that_are_made_of_each_other(formulas, cycle):
    assert find_cycle(formulas) == cycle


def test_a_long_chain_is_followed_without_recursion():
    chain = {f"c{number}": [f"c{number + 1}"] for number in range(5000)}
    assert find_cycle(chain) == ()
    assert find_cycle({**chain, "c5000": ["c4999"]}) == ("c4999", "c5000", "c4999")
