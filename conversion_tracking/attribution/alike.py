"""Which name may mean the same as another one: a suggestion for people, never a decision.

``Solar panels - Search NL`` and ``nl_solar_panels`` are probably one campaign, ``Desks 2025`` and
``Desks 2026``, or ``Brand NL`` and ``Brand DE``, are not.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from math import log

from .text import RAW_TEXT_LENGTH, plain_name

ENOUGH = 0.5  # share of the words' weight that two names must have in common
# A word, or a pair of words, that more names have than this tells none of them from the others.
_CROWD = 20
_LOOKED_UP = 8  # rarest words and pairs of a name by which others are found
_MAX_WORDS = 12  # of a name; the rest of a longer one is not looked at
_WORD = re.compile(r"[^\W_]+")
# What an ad platform's kinds of campaigns are called says how it is advertised, not what.
_KINDS = frozenset(
    ("ad", "ads", "advertising", "adwords", "app", "campaign", "campagne", "campaña", "demand")
    + ("display", "gen", "google", "kampagne", "max", "performance", "pmax", "search", "shopping")
    + ("video", "youtube")
)
_KIND_WEIGHT = 0.25


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, without capitals, separators and repetitions; in order."""
    found = _WORD.findall(plain_name(name[:RAW_TEXT_LENGTH]).casefold())
    return tuple(dict.fromkeys(found))[:_MAX_WORDS]


class Likeness:
    """Finds among many names those that are like a given one.

    Only names that share a rare word or pair of words are compared, so that the time grows with
    the number of names and not with its square.

    :param names: ``(key, name)`` pairs; a key may have several names, as a title and a link's word
    """

    def __init__(self, names: Iterable[tuple[object, str]]):
        self._names = [(key, frozenset(words)) for key, name in names if (words := words_of(name))]
        self._counts = Counter(word for _key, words in self._names for word in words)
        self._same: dict[frozenset, list[int]] = {}
        self._sharing: dict[tuple, list[int]] = {}
        for number, (_key, words) in enumerate(self._names):
            self._same.setdefault(words, []).append(number)
            for handle in _handles(words):
                self._sharing.setdefault(handle, []).append(number)

    def find(self, name: str) -> list:
        """Keys of the names that may mean the same, the likest first; none is there twice.

        Names with the same words come first. Of names that are equally like the given one, the
        one that was given first.
        """
        words = frozenset(words_of(name))
        if not words:
            return []
        numbers = dict.fromkeys(self._same.get(words, ())[:_CROWD])
        for handle in self._rarest_handles(words):
            numbers.update(dict.fromkeys(self._sharing[handle]))
        scored = [(self._likeness(words, self._names[number][1]), number) for number in numbers]
        good = sorted((-score, number) for score, number in scored if score >= ENOUGH)
        return list(dict.fromkeys(self._names[number][0] for _score, number in good))

    def _rarest_handles(self, words):
        known = [
            (len(self._sharing[handle]), handle)
            for handle in _handles(words)
            if handle in self._sharing
        ]
        return [handle for number, handle in sorted(known)[:_LOOKED_UP] if number <= _CROWD]

    def _likeness(self, words, others):
        """How like two names are, from 0 to 1, by the weight of the words they share.

        A name that is contained in the other is at least just like enough, unless it is one word
        that many names have.
        """
        if words == others:
            return 1.0
        only_here, only_there = words - others, others - words
        if any(map(_tells_apart, only_here)) and any(map(_tells_apart, only_there)):
            return 0.0
        common = words & others
        telling = common - _KINDS
        if not telling:
            return 0.0
        shared = sum(map(self._weight, common))
        share = shared / (shared + sum(map(self._weight, only_here | only_there)))
        contained = not (only_here and only_there)
        alone = len(telling) == 1 and self._counts[next(iter(telling))] > _CROWD
        return max(share, ENOUGH) if contained and not alone else share

    def _weight(self, word):
        """Rare words say more than those of many names (inverse document frequency)."""
        rarity = 1 + log((1 + len(self._names)) / (1 + self._counts[word]))
        return rarity * (_KIND_WEIGHT if word in _KINDS else 1)


def _handles(words):
    """Words and pairs of words by which a name is looked up, always in the same order."""
    ordered = sorted(words)
    return [(word,) for word in ordered] + list(combinations(ordered, 2))


def _tells_apart(word):
    """Whether a word is a number, a year or a code of a country: another one is another name."""
    return len(word) <= 2 or any(map(str.isdigit, word))
