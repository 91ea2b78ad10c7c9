"""Formulas over key figures: numbers, codes of other figures, ``+ - * / ( )``.

A grammar of its own instead of Python: whoever writes a formula can do nothing else with it::

    sum     = product { ("+" | "-") product }
    product = factor { ("*" | "/") factor }
    factor  = "-" factor | "(" sum ")" | number | code

A formula is read once into the order in which some pocket calculators take it (operands, then
their operator); reading and evaluating take time in proportion to its length.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import add, mul, sub, truediv

LONGEST = 500
# brackets and signs within each other
DEEPEST = 25
CODE = re.compile(r"[a-z][a-z0-9_]*")
TOKEN = re.compile(rf"\s*(?:(\d+(?:\.\d+)?)|({CODE.pattern})|([-+*/()]))", re.ASCII)
OPERATORS = {"+": add, "-": sub, "*": mul, "/": truediv}
NEGATE = "0-"  # no code, no operator
NOISE = 1e-14  # of the larger operand


class FormulaError(ValueError):
    """A text that is no formula.

    :ivar reason: ``empty``, ``long``, ``deep``, ``character``, ``operand`` (a number, code or
        bracket was expected), ``operator`` (an operator was expected) or ``bracket`` (one is open)
    :ivar position: where, counted from 1
    :ivar found: what stands there, empty at the end
    """

    def __init__(self, reason, position=1, found=""):
        super().__init__(f"{reason} at {position}: {found!r}")
        self.reason = reason
        self.position = position
        self.found = found


@dataclass(frozen=True)
class Formula:
    """:ivar steps: numbers, codes, operators and ``NEGATE``, operands before their operator"""

    steps: tuple

    @property
    def codes(self):
        """The codes that are named, each once, in their order."""
        named = (step for step in self.steps if isinstance(step, str) and CODE.fullmatch(step))
        return tuple(dict.fromkeys(named))

    def evaluate(self, values: Mapping):
        """Value of the formula, ``None`` where it has none.

        :param values: number of each code; ``None`` when it has none
        :raise KeyError: for a code without value

        What is made of something undefined is undefined, so is a division by zero, and what is
        too large to be a number.
        """
        stack = []
        for step in self.steps:
            if isinstance(step, float):
                stack.append(step)
            elif step == NEGATE:
                value = stack.pop()
                stack.append(None if value is None else -value)
            elif step in OPERATORS:
                right, left = stack.pop(), stack.pop()
                stack.append(_calculate(step, left, right))
            else:
                stack.append(values[step])
        [result] = stack
        return result if result is None or math.isfinite(result) else None


def parse(text):
    """Read a formula.

    :return: :class:`Formula`
    :raise FormulaError: when it is none
    """
    if len(text) > LONGEST:
        raise FormulaError("long", LONGEST + 1)
    return Formula(tuple(_Parser(text).parse()))


def find_cycle(formulas):
    """Figures that are made of each other.

    :param formulas: dictionary of the codes that each code's formula names
    :return: codes in a circle, the first again as last; empty when there is no circle
    """
    done = set()
    for start in formulas:
        path, branches = [start], [iter(formulas[start])]
        while path:
            code = next(branches[-1], None)
            if code is None:
                done.add(path.pop())
                branches.pop()
            elif code in path:
                return (*path[path.index(code) :], code)
            elif code not in done:
                path.append(code)
                branches.append(iter(formulas.get(code, ())))
    return ()


def _calculate(operator, left, right):
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    try:
        left, right = float(left), float(right)
        result = OPERATORS[operator](left, right)
    except OverflowError:
        return None
    # what binary fractions leave where decimal ones leave nothing, such as 0.1 + 0.2 - 0.3
    if operator in "+-" and abs(result) < NOISE * max(abs(left), abs(right)):
        return 0.0
    return result


class _Parser:
    """Recursive descent over the tokens; every method gives the steps of what it read."""

    def __init__(self, text):
        self.tokens = list(_split(text))
        self.place = 0
        self.depth = 0

    def parse(self):
        if not self.token:
            raise FormulaError("empty")
        steps = self.read_sum()
        if self.token:
            self.fail("operator")
        return steps

    def read_sum(self):
        return self.read_chain(self.read_product, "+-")

    def read_product(self):
        return self.read_chain(self.read_factor, "*/")

    def read_chain(self, read_part, operators):
        steps = read_part()
        while self.token and self.token in operators:
            operator = self.take()
            steps += [*read_part(), operator]
        return steps

    def read_factor(self):
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("deep")
        token = self.token
        if token == "-":
            self.take()
            steps = [*self.read_factor(), NEGATE]
        elif token == "(":
            self.take()
            steps = self.read_sum()
            if self.token != ")":
                self.fail("operator" if self.token else "bracket")
            self.take()
        elif token and token not in "+*/)":
            self.take()
            steps = [float(token) if token[0].isdigit() else token]
        else:
            self.fail("operand")
        self.depth -= 1
        return steps

    @property
    def token(self):
        """What stands at the place, empty at the end."""
        return self.tokens[self.place][0]

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1][0]

    def fail(self, reason):
        token, position = self.tokens[self.place]
        raise FormulaError(reason, position, token)


def _split(text):
    """Pairs of a token and its position; the last is empty."""
    end = len(text.rstrip())
    place = 0
    while place < end:
        found = TOKEN.match(text, place)
        if not found:
            place += len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError("character", place + 1, text[place])
        yield found[found.lastindex], found.start(found.lastindex) + 1
        place = found.end()
    yield "", end + 1
