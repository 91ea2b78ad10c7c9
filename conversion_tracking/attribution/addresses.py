"""Addresses of pages, without anything secret or personal in them."""

import re
import unicodedata
from itertools import pairwise
from urllib.parse import unquote, urlencode, urlsplit

from .text import has_pile_of_marks

ADDRESS_LENGTH = 255
URL_LENGTH = 4096  # browsers send no longer referrer

# The parameters of an own page's address that are kept. A list of what is harmless, because
# nobody can list what is not: tokens, e-mail addresses, what was searched for.
HARMLESS_PARAMETERS = (
    *("attrib", "attribute_values", "category", "color", "country", "date", "lang", "max_price"),
    *("min_price", "order", "page", "ppg", "size", "tag", "tags", "variant"),
)
_HARMLESS_VALUE = re.compile(r"[\w., +-]{1,40}")

# Written in the place of a part of a path that may be secret.
HIDDEN = "*"
_WORDS = re.compile(r"[^\W_]+")
_LONGEST_WORD = 40
_LONGEST_NUMBER = 15  # more than an article number of a shop (EAN: 13)
_LONGEST_CODE = 12  # letters with digits or odd capitals: "256gb", "iphone15", not a session
_LONGEST_CODES = 16  # of one part together; a UUID is divided into several
_PHONE = re.compile(r"(?:\+|00)[0-9]{7,}")

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*")
_FORBIDDEN = frozenset('<>"`\\')


def clean_address(url):
    """``scheme://host/path`` of a page on another site, without its query.

    A query of somebody else's page can hold anything, personal data too; of its path, too, only
    what reads like words is kept. A path is cut to length, a host never: it would become another
    site.
    """
    parts = split(url)
    try:
        host = (parts.hostname or "").encode("idna").decode() if parts else ""
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host) or len(f"android-app://{host}") > ADDRESS_LENGTH:
        return ""
    if parts.scheme == "android-app":
        return f"android-app://{host}"
    if parts.scheme not in ("http", "https"):
        return ""
    return f"{parts.scheme}://{host}{_hide_secrets(parts.path)}"[:ADDRESS_LENGTH]


def host_of(url):
    """Host name in an address, in small letters and without ``www.``; else ``""``."""
    parts = split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def page_path(url):
    """Path of an own page's address, without query; ``""`` when it cannot be read."""
    parts = split(url)
    return clean_landing_page(parts.path or "/") if url and parts else ""


def clean_landing_page(path, query=(), harmless=HARMLESS_PARAMETERS):
    """Path and harmless parameters of an own page, nothing secret or personal.

    :param query: sequence of pairs of name and value
    :param harmless: names of the parameters that are kept
    :return: ``""`` for what is no path of an own site: free text could be a formula
    """
    path = _hide_secrets(path.partition("?")[0])
    if not path.startswith("/"):
        return ""
    kept = {}
    for name, value in query:
        if name in harmless and _HARMLESS_VALUE.fullmatch(value) and not _is_secret(value):
            kept.setdefault(name, value)
    return (f"{path}?{urlencode(kept)}" if kept else path)[:ADDRESS_LENGTH]


def split(url):
    """Parts of an address; ``None`` when it is too long for one or cannot be read."""
    if len(url) > URL_LENGTH or has_pile_of_marks(url):
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _hide_secrets(path):
    """``/survey/start/*`` for ``/survey/start/1b4e28ba-2fa1-11d2-883f-0016d3cca427``."""
    # Twice the length: what is dropped leaves room for what comes after it.
    kept = (one for one in path[: 2 * ADDRESS_LENGTH] if one.isprintable())
    segments = "".join(one for one in kept if one not in _FORBIDDEN).split("/")
    # what follows a semicolon is a session of old servers
    segments = [segment.partition(";")[0] for segment in segments]
    return "/".join(HIDDEN if _is_secret(segment) else segment for segment in segments)


def _is_secret(segment):
    """Whether a part of a path is an e-mail address, a telephone number, or no words.

    Addresses that people read consist of words, numbers and short codes. Long mixtures of
    letters and digits, or of capitals and small letters, are made by machines, for one person.
    """
    text = unquote(unquote(segment))
    if "@" in text or _PHONE.fullmatch(text.strip()):
        return True
    code_length = 0
    # a mark belongs to its letter
    for word in _WORDS.findall("".join(one for one in text if not unicodedata.combining(one))):
        if word.isdecimal():
            if len(word) > _LONGEST_NUMBER:
                return True
        elif _is_code(word):
            code_length += len(word)
            if len(word) > _LONGEST_CODE or code_length > _LONGEST_CODES:
                return True
        elif len(word) > _LONGEST_WORD:
            return True
    return False


def _is_code(word):
    """Whether ``word`` has digits or odd capitals: ``sKqLTz``, not ``ContactUs``, ``PDFs``."""
    if any(map(str.isdecimal, word)):
        return True
    inner = "" if word.isupper() else word[1:]
    return any(one.isupper() and two.isupper() for one, two in pairwise(inner))
