"""Rows of tags that somebody copied out of a spreadsheet or typed: one link a row."""

import csv
from dataclasses import dataclass

# More than anybody pastes, and few enough to be made in one go.
MAX_ROWS = 200
MAX_LENGTH = 100_000
COLUMNS = ("source", "medium", "term", "content")


class TooLong(ValueError):
    """The text has more characters or rows than are read at once."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row: its number, and its cells by column; ``problem``: ``columns`` when it has more."""

    number: int
    cells: tuple[tuple[str, str], ...]
    problem: str = ""


def read_rows(text, names=()):
    """Read rows of cells between tabs, else between semicolons, else between commas.

    Columns come in the order of :data:`COLUMNS`, or as a first row of labels says.

    :param names: pairs of a label in the user's language and its column
    :return: list of :class:`LinkRow`
    :raise TooLong: before anything is read
    """
    if len(text) > MAX_LENGTH:
        raise TooLong
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MAX_ROWS + 1:
        raise TooLong
    separator = next((one for one in "\t;," if one in text), "\t")
    known = {label.strip().casefold(): column for label, column in names}
    known |= {label: column for column in COLUMNS for label in (column, f"utm_{column}")}
    columns, rows = COLUMNS, []
    for place, (number, line) in enumerate(lines):
        cells = _split(line, separator)
        if place == 0 and (header := _read_header(cells, known)):
            columns = header
            continue
        used = [(column, cell) for column, cell in zip(columns, cells, strict=False) if column]
        lost = any(cells[len(columns) :])
        rows.append(LinkRow(number, tuple(used), "columns" if lost else ""))
    if len(rows) > MAX_ROWS:
        raise TooLong
    return rows


def _read_header(cells, known):
    """Columns of a row of labels, ``""`` for a label that is empty; none when it is no header."""
    columns = [known.get(cell.casefold(), "") for cell in cells]
    told = [column for column in columns if column]
    is_header = told and len(set(told)) == len(told)
    return columns if is_header and len(told) == sum(map(bool, cells)) else None


def _split(line, separator):
    try:
        [cells] = csv.reader([line], delimiter=separator)
    except (csv.Error, ValueError):
        # a character that Python's reader does not take
        cells = line.split(separator)
    return [cell.strip() for cell in cells]
