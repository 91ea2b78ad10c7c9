"""Tagged links: what a page's address says, and the address with tags on it."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from .addresses import split
from .naming import is_mixed
from .query import MARKETING_PARAMETERS, UTM_PARAMETERS, divide_query, pairs_of
from .text import clean_text
from .touch import CLICK_HINTS, CLICK_IDS, UTM_VALUES

# What every browser, mail program and QR reader takes.
LINK_LENGTH = 2000
# A request is read up to 100 parameters: the tags come last and must be among them.
MAX_OWN_PARAMETERS = 60

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):(?![0-9])")
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\<>\"`{}|^\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?[/\\]{2}[^/\\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A landing page as somebody gave it.

    ``url`` is whole and without marketing parameters, ``tags`` the UTM values it had, as
    ``{name: value}``. ``problem``: why there is no such page, one of :data:`PROBLEMS`. ``notes``:
    what was done or is worth a look, of :data:`NOTES`.
    """

    url: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()


PROBLEMS = ("missing", "long", "characters", "scheme", "host", "mixed", "user", "parameters")
NOTES = ("tags", "click", "redirect", "international")


def read_page(text, base=""):
    """Read the address of a landing page, typed, or copied out of a browser.

    :param base: address of the own site, for ``/contactus``
    """
    text = text.strip(" \t\r\n<>\"'")
    if not text:
        return Page(problem="missing")
    if len(text) > LINK_LENGTH:
        return Page(problem="long")
    if _FORBIDDEN.search(text):
        return Page(problem="characters")
    parts = split(_complete(text, base))
    if not parts:
        return Page(problem="host")
    if parts.scheme not in ("http", "https"):
        return Page(problem="scheme")
    if "@" in parts.netloc:
        return Page(problem="user")
    host, problem = _read_host(parts)
    if problem:
        return Page(problem=problem)
    query, tags, has_click = _divide(parts.query)
    if query.count("&") >= MAX_OWN_PARAMETERS:
        return Page(problem="parameters")
    notes = {
        "tags": bool(tags),
        "click": has_click,
        "redirect": any(_ELSEWHERE.match(value) for _name, value in pairs_of(query)),
        "international": "xn--" in host,
    }
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    url = urlunsplit((parts.scheme, host, path, query, parts.fragment))
    return Page(url, tuple(tags.items()), notes=tuple(one for one, holds in notes.items() if holds))


def build(url, tags):
    """The address ``url`` with tags, or ``""`` when it would be too long.

    :param url: as :func:`read_page` gave it
    :param tags: ``{name: value}`` of UTM values as a naming rule wrote them; the order and the
        empty ones do not matter
    """
    parts = urlsplit(url)
    said = [(f"utm_{name}", tags[name]) for name in UTM_VALUES if tags.get(name)]
    # some servers take "..." for an attack on their files
    added = urlencode(said, quote_via=quote, safe="").replace("...", "%2E%2E%2E")
    link = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))
    return link if len(link) <= LINK_LENGTH else ""


def _complete(text, base):
    if text.startswith("/") and not text.startswith("//"):
        return base.rstrip("/") + text
    if text.startswith("//"):
        return f"https:{text}"
    scheme = _SCHEME.match(text)
    return text if scheme and "." not in scheme[1] else f"https://{text}"


def _read_host(parts):
    """``host:port`` as browsers send it, and the problem with it."""
    try:
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "host"
    if is_mixed(name):
        return "", "mixed"
    try:
        host = name.encode("idna").decode().rstrip(".")
    except UnicodeError:
        return "", "host"
    is_known = host == "localhost" or "." in host
    if not is_known or not all(map(_LABEL.fullmatch, host.split("."))):
        return "", "host"
    return (f"{host}:{port}" if port else host), ""


def _divide(query):
    """Parts of a query: what is no marketing, as it is written; UTM values; whether a click was
    in it."""
    kept, tags, has_click = [], {}, False
    for piece in filter(None, query.split("&")):
        pairs = divide_query(pairs_of(piece))
        if not any(name in MARKETING_PARAMETERS for name, _value in pairs):
            kept.append(piece)
            continue
        for name, value in pairs:
            if name in UTM_PARAMETERS:
                if text := clean_text(value):
                    tags.setdefault(name.removeprefix("utm_"), text)
            elif name in CLICK_IDS or name in CLICK_HINTS:
                has_click = True
            elif name and name != "amp":  # of "&amp;"
                kept.append(urlencode([(name, value)]))
    return "&".join(kept), tags, has_click
