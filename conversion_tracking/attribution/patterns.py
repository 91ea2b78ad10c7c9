"""Patterns of channel rules: ``*`` stands for anything, nothing else for anything but itself.

Patterns are small letters without spaces around them. Whatever a visitor sends is compared in time
in proportion to its length, and never beyond ``MAX_LENGTH``.
"""

from functools import lru_cache

MAX_LENGTH = 255  # of a pattern, and of what is compared with it
NOTHING = "(none)"  # how Google Analytics writes that a link says nothing


def clean(text):
    """``text`` as it is compared: small letters, no spaces around; ``""`` when it is too long."""
    return text.strip().lower() if len(text) <= MAX_LENGTH else ""


class Patterns:
    """Patterns that are compared with many texts."""

    __slots__ = ("_any_start", "_by_start", "_literals")

    def __init__(self, patterns):
        self._literals = frozenset(one for one in patterns if "*" not in one)
        # by their first letter: of some hundred patterns, few can fit a text
        self._by_start, self._any_start = {}, []
        for one in patterns:
            if one.startswith("*"):
                self._any_start.append(one)
            elif "*" in one:
                self._by_start.setdefault(one[0], []).append(one)

    def find(self, text):
        """The first pattern, literal ones before others, that the clean ``text`` fits; or
        ``None``."""
        if text in self._literals:
            return text
        for one in self._by_start.get(text[:1], ()):
            if _stands_for(pieces_of(one), text):
                return one
        for one in self._any_start:
            if _stands_for(pieces_of(one), text):
                return one
        return None


def fits(text, patterns):
    """Whether the clean ``text`` is what one of ``patterns`` describes."""
    return Patterns(patterns).find(text) is not None


def has_words(text, patterns):
    """Whether one of ``patterns`` begins at a word of the clean ``text``.

    Campaign names are told by a word in them: ``shop`` fits "Summer-shop" and "shopping", not
    "workshop"; ``*shop`` fits these all.
    """
    return any(_begins_word(pieces_of(one), text) for one in patterns)


def covers(pattern, other):
    """Whether whatever fits ``other`` surely fits ``pattern``, as read by :func:`fits`.

    A star of ``other`` is a letter here, which only a star of ``pattern`` stands for.
    """
    return _stands_for(pieces_of(pattern), other)


def covers_words(pattern, other):
    """Whether whatever fits ``other`` surely fits ``pattern``, as read by :func:`has_words`."""
    return _begins_word(pieces_of(pattern), other, ended_by="*")


@lru_cache(maxsize=4096)
def pieces_of(pattern):
    """What stands between the stars of a pattern."""
    return tuple(pattern.split("*"))


def _stands_for(pieces, text):
    """Whether ``text`` is the pieces, with anything between them.

    Each piece is taken where it comes first, so that nothing is ever tried twice: a regular
    expression of six stars takes seconds for a text of sixty letters.
    """
    if len(pieces) == 1:  # no star, as most
        return pieces[0] == text
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last):
        return False
    end = len(text) - len(last)
    at = _find_pieces(middle, text, len(first), end)
    return 0 <= at <= end


def _begins_word(pieces, text, ended_by=""):
    """Whether ``text`` has the first piece at the beginning of a word, then the others.

    :param ended_by: signs that, like a letter, no word begins after
    """
    first, *others = pieces
    at = text.find(first)
    while at > 0 and (text[at - 1].isalpha() or text[at - 1] in ended_by):
        at = text.find(first, at + 1)
    return at >= 0 and _find_pieces(others, text, at + len(first), len(text)) >= 0


def _find_pieces(pieces, text, at, end):
    """Where the last of ``pieces`` ends when all follow each other; -1 when they do not."""
    for piece in pieces:
        found = text.find(piece, at, end)
        if found < 0:
            return -1
        at = found + len(piece)
    return at
