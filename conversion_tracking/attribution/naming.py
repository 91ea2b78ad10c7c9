"""How tags of links are written: in one way, so that a report shows one row for one thing."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from .text import RAW_TEXT_LENGTH, UTM_LENGTH, clean_text, has_pile_of_marks

SEPARATORS = {"underscore": "_", "hyphen": "-", "space": " "}
# Which characters a tag may have: those that every program passes on (RFC 3986, "unreserved"),
# letters and digits of every language, or whatever a name may have.
ALPHABETS = ("plain", "letters", "any")

_MARKS = "_.~-"
# Letters that Unicode does not take apart into a plain one and a mark.
_SPELLED = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "þ": "th", "Þ": "Th", "ð": "d", "\u0131": "i"}
)
# Scripts whose letters look like Latin ones: together in one name they are a trick or an accident.
_LOOK_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_MAX_PASSES = 4

# What people shorten names of sites to.
_SHORT = {
    **{"fb": "facebook", "ig": "instagram", "insta": "instagram", "li": "linkedin"},
    **{"lnkd": "linkedin", "yt": "youtube", "youtu": "youtube", "tw": "twitter"},
    **{"tt": "tiktok", "wa": "whatsapp", "googleads": "google", "adwords": "google"},
}
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_SAME_SITE = frozenset(("www", "m", "mobile", "l", "lm", "amp", "out", "away"))
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "net", "or", "org"))


@dataclass(frozen=True, slots=True)
class Written:
    """A tag as the rule writes it; what is wrong with it as a code of :data:`PROBLEMS`.

    ``typed`` is what somebody wrote, without spaces around it; only one of ``value`` and
    ``problem`` says something.
    """

    typed: str = ""
    value: str = ""
    problem: str = ""

    @property
    def is_changed(self):
        return bool(self.value) and self.value != self.typed


PROBLEMS = ("missing", "long", "mixed", "letters", "nothing", "not_allowed")


@dataclass(frozen=True)
class NamingRule:
    """How one parameter is written.

    :param letter_case: ``lower``, ``upper``, or ``keep``
    :param separator: name in :data:`SEPARATORS` of what stands between words
    :param alphabet: one of :data:`ALPHABETS`
    :param allowed: the only values there are; none for any
    """

    letter_case: str = "lower"
    separator: str = "underscore"
    alphabet: str = "plain"
    allowed: tuple[str, ...] = field(default=())
    is_required: bool = False

    def apply(self, typed):
        """Write ``typed`` by the rule, or say why that cannot be."""
        typed = typed.strip()
        if not typed:
            return Written(problem="missing" if self.is_required else "")
        value, problem = self._write(typed)
        if not problem and self.allowed and value not in self._known:
            problem = "not_allowed"
        return Written(typed, "" if problem else value, problem)

    @cached_property
    def _known(self):
        return {self._write(one)[0] for one in self.allowed}

    def _write(self, typed):
        if len(typed) > RAW_TEXT_LENGTH or has_pile_of_marks(typed):
            return "", "long"
        text = clean_text(unicodedata.normalize("NFKC", typed))
        if not text:
            return "", "long" if len(typed) > UTM_LENGTH else "nothing"
        if is_mixed(text):
            return "", "mixed"
        for _pass in range(_MAX_PASSES):
            written = self._pass(text)
            if written == text:
                break
            text = written
        if self.alphabet == "plain" and not text.isascii():
            return "", "letters"
        # what a visitor's request would not read as it stands here is no tag
        if not text or clean_text(text) != text or self._pass(text) != text:
            return "", "nothing"
        return (text, "") if len(text) <= UTM_LENGTH else ("", "long")

    def _pass(self, text):
        if self.letter_case != "keep":
            text = text.lower() if self.letter_case == "lower" else text.upper()
        text = unicodedata.normalize("NFKC", text)
        if self.alphabet == "plain":
            text = _without_accents(text)
        if self.alphabet != "any":
            text = "".join(one if _is_word(one) or one in _MARKS else " " for one in text)
        separator = SEPARATORS[self.separator]
        text = separator.join(text.split())
        if self.alphabet == "any":
            return text
        # "sale - 15" has three separators and means one
        text = re.sub(rf"[ {_MARKS}]*{separator}[ {_MARKS}]*", separator, text)
        return text.strip(f"{_MARKS} ")


def is_mixed(text):
    """Whether a word has letters of scripts that look alike: Latin with Cyrillic, say."""
    return any(len(_scripts(word)) > 1 for word in _NO_LETTERS.split(text) if not word.isascii())


def alike_key(name, *, is_source=False):
    """What names have in common that probably mean one thing, to be shown to somebody who knows.

    ``Summer sale``, ``summer-sale`` and ``SummerSale``; of sources also ``Facebook``,
    ``www.facebook.com`` and ``fb``.
    """
    text = unicodedata.normalize("NFKC", name[:UTM_LENGTH]).casefold().strip()
    text = _without_accents(text)
    if is_source and _HOST.fullmatch(text):
        labels = [one for one in text.split(".")[:-1] if one not in _SAME_SITE]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels.pop()
        text = ".".join(labels) or text
    key = "".join(filter(_is_word, text)) or text
    return _SHORT.get(key, key) if is_source else key


def _scripts(word):
    """Those of the scripts that look alike that the letters of ``word`` are of."""
    names = {unicodedata.name(one, "").partition(" ")[0] for one in word}
    return names.intersection(_LOOK_ALIKE)


def _without_accents(text):
    taken_apart = unicodedata.normalize("NFD", text.translate(_SPELLED))
    kept = (one for one in taken_apart if not _is_accent(one))
    return unicodedata.normalize("NFC", "".join(kept))


def _is_accent(character):
    # the marks of Latin letters; those of other scripts are vowels
    return "\u0300" <= character <= "\u036f"


def _is_word(character):
    return unicodedata.category(character)[0] in "LNM"
