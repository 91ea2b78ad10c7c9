"""What people paste out of spreadsheets is read as meant, or comes back with the reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.cost_rows import (
    MAX_CELL,
    MAX_LENGTH,
    MAX_ROWS,
    Notation,
    TooLong,
    read_amount,
    read_date,
    read_rows,
)

ENGLISH = Notation("%m/%d/%Y", ".")
GERMAN = Notation("%d.%m.%Y", ",")
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
AMOUNTS = st.decimals(0, 10**9, places=2)


def read(text, notation=ENGLISH, **options):
    return list(read_rows(text, notation, **options))


def problems(text, notation=ENGLISH):
    [row] = read(text, notation)
    return row.problems


# Unhappy


@pytest.mark.parametrize(
    "text, expected",
    [
        (";Stand;1;2", ("date",)),
        ("31/31/2026;Stand;1;2", ("date",)),
        ("0001-01-01;Stand;1;2", ("date",)),
        ("2026-01-01;;1;2", ("activity",)),
        ("2026-01-01;Stand;;", ("amount",)),
        ("2026-01-01;Stand;0;0,00", ("amount",)),
        ("2026-01-01;Stand", ("amount",)),
        ("2026-01-01;Stand;one;2", ("planned",)),
        ("2026-01-01;Stand;1;1..2", ("actual",)),
        ("2026-01-01;Stand;1;12 34", ("actual",)),
        ("2026-01-01;Stand;1;1,2345,6", ("actual",)),
        ("2026-01-01;Stand;1;1 and 2", ("actual",)),
        ("2026-01-01;Stand;1;" + "9" * 16, ("actual",)),
        ("2026-01-01;Stand;1;-2", ("negative",)),
        ("2026-01-01;Stand;1;(2.00)", ("negative",)),
        ("2026-01-01;Stand;1;\u22122", ("negative",)),
        ("2026-01-01;Stand;1;1.234", ("ambiguous",)),
        ("2026-01-01;Stand;1;2;EUR;Fair;more", ("columns",)),
        ("2026-01-01;Stand;1;2;EUR;Fair;;;", ()),
        ("x;;y;z", ("date", "activity", "planned", "actual")),
        (f"2026-01-01;{'x' * (MAX_CELL + 1)};1;2", ("long",)),
    ],
)
def test_a_row_tells_each_of_its_problems(text, expected):
    assert problems(text) == expected


def test_a_bad_row_is_kept_as_it_was_pasted():
    text = "2026-01-01;Stand;1;2\n\n soon ; Stand;1;2\n2026-01-03;Stand;3;"
    good, bad, last = read(text)
    assert (good.problems, last.problems) == ((), ())
    assert (bad.number, bad.text, bad.problems) == (3, " soon ; Stand;1;2", ("date",))


def test_what_is_too_long_is_not_read_at_all():
    row = "2026-01-01;Stand;1;2\n"
    assert len(read(row * MAX_ROWS)) == MAX_ROWS
    for text in (row * (MAX_ROWS + 1), "x" * (MAX_LENGTH + 1), "\n" * (MAX_LENGTH + 1)):
        with pytest.raises(TooLong):
            read(text)


@given(ANY_TEXT)
@settings(max_examples=500)
def test_nothing_breaks_it_and_nothing_is_lost(text):
    rows = read(text)
    kept = [row.text for row in rows]
    assert kept == [line for line in text.splitlines() if line in kept]
    told = "".join(kept)
    assert all(one in told for one in text if one.isalnum())


@given(st.lists(ANY_TEXT.filter(lambda text: not set(text) & set('"\t\n\r')), min_size=3))
@settings(max_examples=300)
def test_what_is_read_of_any_cells_can_be_stored(cells):
    for row in read("2026-01-01\t" + "\t".join(cells)):
        if not row.problems:
            assert row.day and row.activity and (row.planned or row.actual)
            assert all(amount is None or amount >= 0 for amount in (row.planned, row.actual))


# As people do it


def test_a_row_of_a_spreadsheet():
    [row] = read("03/31/2026\tStand, hall 4\t5,500.00\t5,612.50\tEUR\tFair")
    assert (row.day, row.activity) == (date(2026, 3, 31), "Stand, hall 4")
    assert (row.planned, row.actual) == (Decimal("5500.00"), Decimal("5612.50"))
    assert (row.currencies, row.campaign, row.problems) == (("EUR",), "Fair", ())


def test_semicolons_separate_where_there_is_no_tab():
    [row] = read('31.03.2026;"Stand; hall ""4""";;1.234,50', GERMAN)
    assert (row.activity, row.planned, row.actual) == ('Stand; hall "4"', None, Decimal("1234.5"))


def test_a_header_says_where_the_columns_are():
    header, row = read(
        "Kosten\tDatum\tTätigkeit\t\n1.234,50\t31.03.2026\tStand\t",
        GERMAN,
        labels=[("Datum", "date"), ("Tätigkeit", "activity"), ("Kosten ", "actual")],
    )
    assert header.is_header and not header.problems
    assert (row.day, row.activity) == (date(2026, 3, 31), "Stand")
    assert (row.actual, row.planned, row.problems) == (Decimal("1234.50"), None, ())


def test_a_column_with_an_unknown_label_is_told():
    header, row = read("Date;Activity;Vendor;Actual\n2026-01-01;Stand;Fair Ltd;2")
    assert header.problems == ("columns",)
    assert (row.activity, row.actual, row.problems) == ("Stand", 2, ())


@pytest.mark.parametrize("first", ["Date;Date;Actual", "Date;Stand;1", "2026-01-01;Activity;1"])
def test_other_first_rows_are_no_header(first):
    assert not read(first)[0].is_header


@pytest.mark.parametrize(
    "text, amount, mark",
    [
        ("1.234,50", "1234.50", ""),
        ("1,234.50", "1234.50", ""),
        ("1234,5", "1234.5", ""),
        ("1234.5", "1234.5", ""),
        ("1 234,50 €", "1234.50", "€"),
        ("1\u202f234,50", "1234.50", ""),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("$1,234,567", "1234567", "$"),
        ("12,34,567.00", "1234567", ""),
        ("0.125", "0.125", ""),
        ("1234.567", "1234.567", ""),
    ],
)
@pytest.mark.parametrize("notation", [ENGLISH, GERMAN])
def test_amounts_are_read_as_people_write_them(text, amount, mark, notation):
    assert read_amount(text, notation) == (Decimal(amount), mark)


@pytest.mark.parametrize("nothing", ["", "-", "\u2013"])
def test_a_dash_is_nothing(nothing):
    assert read_amount(nothing, ENGLISH) == (None, "")


def test_a_group_of_thousands_is_what_the_language_says():
    assert read_amount("1,234", ENGLISH)[0] == read_amount("1.234", GERMAN)[0] == 1234
    for text, notation in (("1.234", ENGLISH), ("1,234", GERMAN)):
        with pytest.raises(ValueError, match="ambiguous"):
            read_amount(text, notation)


@given(AMOUNTS)
def test_every_amount_comes_back_in_both_notations(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text, notation in ((english, ENGLISH), (german, GERMAN), (english, GERMAN)):
        assert read_amount(text, notation) == (amount, "")


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_in_both_notations(day):
    for notation in (ENGLISH, GERMAN):
        assert read_date(day.strftime(notation.date_format), notation) == day
        assert read_date(day.isoformat(), notation) == day
