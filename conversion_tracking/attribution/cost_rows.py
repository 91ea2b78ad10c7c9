"""Costs that somebody copied out of a spreadsheet: text in, rows with their problems out."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

# More than anybody pastes; a spreadsheet of more rows is imported as a file.
MAX_LENGTH = 200_000
MAX_ROWS = 1000
MAX_CELL = 255

COLUMNS = ("date", "activity", "planned", "actual", "currency", "campaign")
_YEARS = range(1990, 2101)
_MINUS = str.maketrans("\u2212\u2013", "--")
_NUMBER = re.compile(r"[0-9][0-9.,'\u2019\s]*")
# by threes, or by twos as in India
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}")
_MAX_DIGITS = 15


class TooLong(ValueError):
    """The text has more characters or rows than are read at once."""


@dataclass(frozen=True)
class Notation:
    """How a user writes dates and numbers.

    :param date_format: as of ``strptime``, tried before 2026-01-31
    :param decimal_point: ``.`` or ``,``
    """

    date_format: str = "%Y-%m-%d"
    decimal_point: str = "."


@dataclass(frozen=True)
class CostRow:
    """One row: what it says, and what of it could not be read.

    ``text`` is the row as it was pasted. Amounts are ``None`` where nothing is given;
    ``currencies`` are the signs and codes that name the money, as written. ``problems`` names
    columns, and of a whole row ``columns`` (too many) or ``amount`` (none); ``negative`` and
    ``ambiguous`` tell of amounts what is wrong.
    """

    number: int
    text: str
    day: date | None = None
    activity: str = ""
    planned: Decimal | None = None
    actual: Decimal | None = None
    currencies: tuple[str, ...] = ()
    campaign: str = ""
    is_header: bool = False
    problems: tuple[str, ...] = field(default=())


class _Problem(ValueError):
    """Names what is wrong with a cell."""


def read_rows(text, notation, labels=()) -> Iterator[CostRow]:
    """Read rows of cells between tabs, or between semicolons where there is no tab.

    Columns come in the order of :data:`COLUMNS`, or as a first row of labels says.

    :param notation: a :class:`Notation`
    :param labels: pairs of a label in the user's language and its column's name
    :raise TooLong: before anything is read
    """
    if len(text) > MAX_LENGTH:
        raise TooLong
    lines = text.splitlines()
    if sum(not line.isspace() and line != "" for line in lines) > MAX_ROWS:
        raise TooLong
    separator = "\t" if "\t" in text else ";"
    names = {name: name for name in COLUMNS}
    names |= {label.strip().casefold(): name for label, name in labels}
    columns = None
    for number, line in enumerate(lines, 1):
        cells = _split(line, separator)
        if not any(cells):
            continue
        if columns is None:
            columns = _read_header(cells, names)
            if columns:
                problems = () if None not in columns else ("columns",)
                yield CostRow(number, line, is_header=True, problems=problems)
                continue
            columns = COLUMNS
        yield _read_row(number, line, cells, columns, notation)


def _split(line, separator):
    try:
        [cells] = csv.reader([line], delimiter=separator)
    except (csv.Error, ValueError):
        # a character that Python's reader does not take
        cells = line.split(separator)
    return [cell.strip() for cell in cells]


def _read_header(cells, names):
    """Names of the columns, ``None`` for an unknown one; nothing when it is no header."""
    columns = [names.get(cell.casefold()) for cell in cells]
    known = [name for name in columns if name]
    if len(known) < 2 or len(set(known)) < len(known):
        return None
    # an empty label at the end is a column that was copied along
    return [name or (None if cell else "") for name, cell in zip(columns, cells, strict=True)]


def _read_row(number, text, cells, columns, notation):
    if any(len(cell) > MAX_CELL for cell in cells):
        return CostRow(number, text, problems=("long",))
    given = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    problems = ["columns"] if any(cells[len(columns) :]) else []
    values = {}
    for name, read in _READERS.items():
        try:
            values[name] = read(given.get(name, ""), notation)
        except _Problem as problem:
            problems.append(str(problem) or name)
    amounts = [values.get(name, (None, "")) for name in ("planned", "actual")]
    marks = [given.get("currency", ""), *(mark for _amount, mark in amounts)]
    if "planned" in values and "actual" in values and not any(amount for amount, _mark in amounts):
        problems.append("amount")
    return CostRow(
        number=number,
        text=text,
        day=values.get("date"),
        activity=values.get("activity", ""),
        planned=amounts[0][0],
        actual=amounts[1][0],
        currencies=tuple(dict.fromkeys(mark for mark in marks if mark)),
        campaign=given.get("campaign", ""),
        problems=tuple(dict.fromkeys(problems)),
    )


def read_date(text, notation):
    """A date in the user's format, or as 2026-01-31.

    :raise ValueError: it is neither, or of no year that costs are of
    """
    for date_format in (notation.date_format, "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, date_format).date()
        except ValueError:
            continue
        if day.year in _YEARS:
            return day
    raise _Problem("date")


def read_activity(text, _notation):
    """What the money is for.

    :raise ValueError: nothing
    """
    if not text:
        raise _Problem("activity")
    return text


def read_amount(text, notation):
    """An amount as people write it, and the sign or code of its currency, if it has one.

    1.234,50 and 1,234.50 are the same for everybody: the last of two separators is the decimal
    one. A single one before three digits is what the user's language says, and refused where
    that would make thousandths.

    :return: ``(Decimal or None, mark)``
    :raise ValueError: no number, a negative one, or one that can be read in two ways
    """
    text = text.translate(_MINUS)
    [*numbers] = _NUMBER.finditer(text)
    if not numbers:
        # accountants write a dash for nothing
        if text in ("", "-"):
            return None, ""
        raise _Problem
    if len(numbers) > 1:
        raise _Problem
    mark = (text[: numbers[0].start()] + text[numbers[0].end() :]).strip()
    if "-" in mark or (mark[:1], mark[-1:]) == ("(", ")"):
        raise _Problem("negative")
    if mark and not _is_mark(mark):
        raise _Problem
    return _read_number(numbers[0].group().strip(), notation.decimal_point), mark


def _is_mark(mark):
    return len(mark) <= 4 and not any(one.isdigit() or one in ".,;()" for one in mark)


def _read_number(text, decimal_point):
    """:raise ValueError: as above"""
    text = re.sub(r"[\u2019\s]", "'", text)
    point, comma = text.rfind("."), text.rfind(",")
    if point >= 0 and comma >= 0:
        decimal = "." if point > comma else ","
    else:
        decimal = _get_decimal(text, "." if point >= 0 else ",", decimal_point)
    whole, _point, fraction = text.partition(decimal)
    for group in set(whole).intersection(".,'"):
        if not _GROUPED.fullmatch(whole.replace(group, ",")):
            raise _Problem
        whole = whole.replace(group, "")
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        raise _Problem
    if len(whole) + len(fraction) > _MAX_DIGITS:
        raise _Problem
    return Decimal(f"{whole}.{fraction or 0}")


def _get_decimal(text, separator, decimal_point):
    """The decimal separator of a number that has one kind of separator at most."""
    other = "," if separator == "." else "."
    if text.count(separator) > 1:
        return other
    if not re.fullmatch(rf"[1-9][0-9]{{0,2}}[{separator}][0-9]{{3}}", text):
        return separator
    if separator == decimal_point:
        raise _Problem("ambiguous")
    return other


_READERS = {
    "date": read_date,
    "activity": read_activity,
    "planned": read_amount,
    "actual": read_amount,
}
