"""The Google Ads Query Language: reading a query.

``SELECT fields FROM resource [WHERE condition AND ...] [ORDER BY field [ASC|DESC], ...]
[LIMIT n]`` with the operators ``= != < <= > >= IN, NOT IN, BETWEEN`` and ``DURING``.
Grammar: developers.google.com/google-ads/api/docs/query/grammar
"""

import re
from dataclasses import dataclass

from .failures import refuse

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<sign><=|>=|!=|[=<>(),])
    )""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


@dataclass(frozen=True)
class Condition:
    """``field operator values``; the values are str, int, float or bool."""

    field: str
    operator: str
    values: tuple


@dataclass(frozen=True)
class Query:
    """A parsed query; ``order`` holds (field, descending)."""

    fields: tuple
    resource: str
    conditions: tuple
    order: tuple
    limit: int | None


def parse(text):
    """Parse a query.

    :raise RequestRefused: ``query_error``, as Google names the fault
    """
    return _Parser(text).query()


def _fail(name, message):
    refuse(f"query_error.{name}", f"Error in query: {message}")


class _Parser:
    def __init__(self, text):
        self._tokens = list(self._split(text))
        self._position = 0

    @staticmethod
    def _split(text):
        position, text = 0, text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match:
                rest = text[position:].lstrip()
                if rest[:1] in "'\"":
                    _fail("STRING_NOT_TERMINATED", f"unterminated string {rest[:20]}")
                _fail(
                    "BAD_SYMBOL" if not rest[:1].isascii() else "UNEXPECTED_INPUT",
                    f"unexpected input {rest[:20]}.",
                )
            yield match.lastgroup, match[match.lastgroup]
            position = match.end()

    # -- tokens ---------------------------------------------------------------------------

    def _peek(self):
        if self._position < len(self._tokens):
            return self._tokens[self._position]
        return None, None

    def _next(self):
        kind, value = self._peek()
        if kind is None:
            _fail("UNEXPECTED_END_OF_QUERY", "query is incomplete.")
        self._position += 1
        return kind, value

    def _word_is(self, *words):
        kind, value = self._peek()
        return kind == "word" and value.upper() in words

    def _expect_word(self, word, error):
        if not self._word_is(word):
            _fail(error, f"expected {word}, found '{self._peek()[1]}'.")
        self._position += 1

    def _sign(self, sign):
        if self._peek() == ("sign", sign):
            self._position += 1
            return True
        return False

    def _field(self):
        kind, value = self._next()
        if kind != "word":
            _fail("BAD_FIELD_NAME", f"invalid field name '{value}'.")
        return value

    # -- clauses --------------------------------------------------------------------------

    def query(self):
        """Read the whole query."""
        self._expect_word("SELECT", "EXPECTED_SELECT")
        fields = [self._field()]
        while self._sign(","):
            fields.append(self._field())
        self._expect_word("FROM", "EXPECTED_FROM")
        resource = self._field()
        conditions, order, limit = [], [], None
        if self._word_is("WHERE"):
            self._position += 1
            conditions.append(self._condition())
            while self._word_is("AND"):
                self._position += 1
                conditions.append(self._condition())
        if self._word_is("ORDER"):
            self._position += 1
            self._expect_word("BY", "EXPECTED_BY")
            order.append(self._ordering())
            while self._sign(","):
                order.append(self._ordering())
        if self._word_is("LIMIT"):
            self._position += 1
            limit = self._limit()
        if self._peek()[0] is not None:
            _fail("UNEXPECTED_INPUT", f"unexpected input {self._peek()[1]}.")
        return Query(tuple(fields), resource, tuple(conditions), tuple(order), limit)

    def _condition(self):
        field = self._field()
        kind, value = self._next()
        operator = value.upper()
        if kind == "sign" and operator in _COMPARISONS:
            if self._peek() == ("sign", "("):
                _fail("EXPECTED_SINGLE_VALUE", f"{operator} needs a single value.")
            return Condition(field, operator, (self._value(),))
        if operator == "NOT" and self._word_is("IN"):
            self._position += 1
            return Condition(field, "NOT IN", self._list())
        if operator == "IN":
            return Condition(field, "IN", self._list())
        if operator == "BETWEEN":
            first = self._value()
            self._expect_word("AND", "EXPECTED_AND")
            return Condition(field, "BETWEEN", (first, self._value()))
        if operator == "DURING":
            return Condition(field, "DURING", (self._field().upper(),))
        return _fail("BAD_OPERATOR", f"invalid operator '{value}'.")

    def _list(self):
        if not self._sign("("):
            _fail("EXPECTED_LIST", "IN needs a list in parentheses.")
        if self._sign(")"):
            _fail("PROHIBITED_EMPTY_LIST_IN_CONDITION", "empty list.")
        values = [self._value()]
        while self._sign(","):
            values.append(self._value())
        if not self._sign(")"):
            _fail("UNEXPECTED_INPUT", "list is not closed.")
        return tuple(values)

    def _value(self):
        kind, value = self._next()
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", value[1:-1])
        if kind == "number":
            return float(value) if "." in value else int(value)
        if kind == "word" and value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        if kind == "word":
            return value
        return _fail("BAD_VALUE", f"invalid value '{value}'.")

    def _ordering(self):
        field = self._field()
        descending = self._word_is("DESC")
        if self._word_is("ASC", "DESC"):
            self._position += 1
        return field, descending

    def _limit(self):
        kind, value = self._next()
        if kind != "number" or not value.lstrip("-").isdigit():
            _fail("BAD_LIMIT_VALUE", f"invalid limit '{value}'.")
        if int(value) < 1:
            _fail("LIMIT_VALUE_TOO_LOW", f"limit {value} is too low.")
        return int(value)
