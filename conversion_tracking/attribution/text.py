"""Texts that come in by a link: kept as they were written, or not at all."""

import re
import unicodedata
from urllib.parse import unquote

UTM_LENGTH = 255
# What comes in is measured before anything looks at it: normalising takes quadratic time.
RAW_TEXT_LENGTH = 4 * UTM_LENGTH  # with markup and needless spaces
_MARKS = 30
# Who passes a link on encodes it again, seldom more than once.
_MAX_DECODINGS = 3

_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
# Control characters, signs for the direction of writing, characters without a width, halves of
# characters, private ones, and those that no XML may hold. The two joiners stay: words in Persian
# and families of emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_TAG = re.compile("<[A-Za-z/!?][^>]*>")

# What programs write where they have no value.
FILLERS = frozenset(
    ("null", "undefined", "none", "nil", "nan", "n/a", "false", "(null)", "(undefined)", "(none)")
    + ("(direct)", "(not set)", "(not provided)", "(other)", "[object object]")
)
# What an advertising platform or a mailing replaces by a value, each in its own notation:
# {campaignname}, {{campaign.name}}, ${CAMPAIGN_ID}, %%name%%, %ecid!, __CAMPAIGN_NAME__,
# *|CAMPAIGN|*, [*KeywordID*]
_PLACEHOLDER = re.compile(
    r"\$?\{\{?[^{}]*\}\}?|%%[^%]+%%|%[a-z]{4}!|__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__"
    r"|\*\|[^|]+\|\*|\[\*[^\[\]*]+\*\]"
)
# Notations that a real name may have, too: only with one of the words that are filled in.
_NAMED_PLACEHOLDER = re.compile(
    r"(?:\$(?=[^\]]*\Z)|\[(?=.*\]\Z))"
    r"(?:utm_)?(?:campaign|ad|adset|adgroup|ad_set|ad_group|creative|keyword|placement|site"
    r"|publisher|source|medium|term|content)(?:[ _.-]?(?:name|id))?\]?",
    re.IGNORECASE,
)

# What systems that pass a name on leave of it: letters, marks, numbers, punctuation, currency and
# a few symbols; no quotes and angle brackets, no sign in front that begins a formula.
_PLAIN_CATEGORIES = ("L", "M", "N", "P", "Sc")
_PLAIN_SYMBOLS = frozenset("+=|~^°")
_NOT_PLAIN = frozenset('<>"`\\')
_FORMULA_START = "=+-@\uff1d\uff0b\uff0d\uff20 "


def clean_text(value):
    """The text of a UTM value as it was written, or ``""`` when it says nothing.

    Markup and characters that nobody sees are dropped, spaces collapsed, what was encoded again
    on its way is decoded. A text that is longer than ``UTM_LENGTH`` after that is no campaign
    name but an attack or an accident: it is refused, not cut into a different name.

    What is dangerous only somewhere else, a quote in a page or a leading ``=`` in a spreadsheet,
    is for pages and exports to write harmlessly.
    """
    if len(value) > RAW_TEXT_LENGTH:
        return ""
    text = _decode(value)
    return text if len(text) <= UTM_LENGTH and not says_nothing(text) else ""


def says_nothing(text):
    """Whether a program wrote ``text`` where it had no value, or it has no letter at all."""
    if text.lower() in FILLERS or _NAMED_PLACEHOLDER.fullmatch(text):
        return True
    return not any(map(_is_telling, _PLACEHOLDER.sub("", text)))


def plain_name(name):
    """``name`` without what gets lost of it on the way through other systems.

    Emoji, quotes, angle brackets and a leading sign are such; a name of nothing else stays whole.
    """
    text = name if has_pile_of_marks(name) else unicodedata.normalize("NFC", name)
    text = "".join(one if _is_plain(one) else " " for one in text)
    return " ".join(text.split()).lstrip(_FORMULA_START) or " ".join(name.split())


def name_key(name):
    """What names have in common that differ only in capitals, spaces or lost signs.

    Short enough for an index.
    """
    return plain_name(name[:RAW_TEXT_LENGTH]).casefold()[:UTM_LENGTH]


def choose_name(name, names):
    """Which of ``names`` is meant by ``name``, or ``None``.

    As it is written, else but for capitals and spaces. Else one of both may have lost its signs on
    the way: then it must be clear which name they were lost from. Names that have different signs
    are different names.

    :param names: names with the same :func:`name_key`, the one to prefer first
    """
    if name in names:
        return name
    folded = {}
    for one in names:
        folded.setdefault(_fold(one), one)
    plain = plain_name(name).casefold()
    if _fold(name) in folded or plain != _fold(name):
        return folded.get(_fold(name)) or folded.get(plain)
    return next(iter(folded.values())) if len(folded) == 1 else None


def has_pile_of_marks(text):
    """Whether more marks than any language needs stand on one letter.

    Normalising sorts them, in quadratic time; 30 is the limit of UAX #15, section 13.
    """
    if text.isascii():
        return False
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile > _MARKS:
            return True
    return False


def _decode(text):
    """``Summer sale`` for ``Summer%20sale``; ``""`` for what was encoded without end."""
    for _time in range(_MAX_DECODINGS + 1):
        text = _keep_visible(text)
        try:
            decoded = unquote(text, errors="strict") if _ESCAPE.search(text) else text
        except UnicodeDecodeError:
            return text
        if decoded == text:
            return text
        text = decoded
    return ""


def _keep_visible(text):
    if has_pile_of_marks(text):
        return ""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    # A bracket that nothing closes is no tag: the jeans "<W30" keep their name.
    end = text.rfind(">") + 1
    return " ".join((_TAG.sub(" ", text[:end]) + text[end:]).split())


def _fold(name):
    return " ".join(name.split()).casefold()


def _is_telling(character):
    category = unicodedata.category(character)
    # new emoji are not assigned yet
    return category[0] in "LN" or category in ("So", "Cn")


def _is_plain(character):
    return character not in _NOT_PLAIN and (
        character in _PLAIN_SYMBOLS or unicodedata.category(character).startswith(_PLAIN_CATEGORIES)
    )
