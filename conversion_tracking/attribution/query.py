"""A query as it was meant: links come through mailings, redirects, texts and people's hands."""

import re
from urllib.parse import parse_qsl, unquote

from .touch import CLICK_HINTS, CLICK_IDS, UTM_VALUES

UTM_PARAMETERS = tuple(f"utm_{name}" for name in UTM_VALUES)
MARKETING_PARAMETERS = (*UTM_PARAMETERS, *CLICK_IDS, *CLICK_HINTS)
MAX_PARAMETERS = 100

_KNOWN = frozenset(MARKETING_PARAMETERS)
_MAX_LENGTH = 4096  # of a parameter; no value that is read is longer
_AMPERSANDS = "(?:amp;|#38;){0,3}"
# Where another parameter begins within one: an "&" that was encoded or written as in HTML, before
# a name that we know; or a second "?", by which somebody appended a query to an address.
_WITHIN = re.compile(
    rf"[&?;#]{_AMPERSANDS}(?=(?:{'|'.join(MARKETING_PARAMETERS)})=)|\?(?=[a-z_][\w.-]*=)",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(rf"[\s?&;#]*{_AMPERSANDS}", re.IGNORECASE)


def divide_query(pairs):
    """Pairs of name and value of which each is one parameter, marketing names in small letters.

    Of more than ``MAX_PARAMETERS``, the rest is not looked at.

    :param pairs: sequence of pairs of name and value, decoded
    """
    divided = []
    for name, value in pairs[:MAX_PARAMETERS]:
        # a query that was encoded as a whole is a name without a value
        text = name if not value and "=" in name else f"{name}={value}"
        for one in _WITHIN.split(text[:_MAX_LENGTH]):
            name, _equals, value = one.partition("=")
            divided.append((clean_name(name), value))
    return divided[:MAX_PARAMETERS]


def clean_name(name):
    """The name of a parameter without what stuck to it; marketing names in small letters."""
    name = unquote(name) if "%" in name else name
    name = name[_BEFORE_NAME.match(name).end() :].rstrip()
    return name.lower() if name.lower() in _KNOWN else name


def says_marketing(pairs):
    """Whether one of the parameters may tell where a visitor came from."""
    return any(name in _KNOWN for name, _value in divide_query(pairs))


def pairs_of(query):
    """Decoded pairs of the text of a query; as Windows wrote it where it is no UTF-8."""
    text = "&".join(query.split("&", MAX_PARAMETERS)[:MAX_PARAMETERS])
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return parse_qsl(text, keep_blank_values=True, encoding="cp1252", errors="replace")


def query_of_fragment(fragment):
    """Query in the part of an address behind ``#``, where pages that never reload have it."""
    return fragment.partition("?")[2] or (fragment if "=" in fragment else "")
