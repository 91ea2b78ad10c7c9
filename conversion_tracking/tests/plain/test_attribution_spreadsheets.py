"""No text that anybody wrote is a formula of a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.spreadsheets import CSV_FORMULAS, WORKBOOK_FORMULAS, as_text


@pytest.mark.parametrize("formulas", [CSV_FORMULAS, WORKBOOK_FORMULAS])
@given(text=st.text(max_size=30))
def test_a_text_never_begins_as_a_formula(formulas, text):
    for start in ("", *formulas):
        shown = as_text(start + text, formulas)
        assert not shown.startswith(formulas)
        assert shown.removeprefix("'") == (start + text).removeprefix("'")


def test_numbers_and_ordinary_names_stay():
    rows = [["🔥 Winter sale", 1, None, False, -2.5, b"="], [], [(3, "=1+1")], {"=": "=1"}]
    assert as_text(rows, WORKBOOK_FORMULAS) == [
        ["🔥 Winter sale", 1, None, False, -2.5, b"="],
        [],
        [(3, "'=1+1")],
        {"=": "'=1"},
    ]
