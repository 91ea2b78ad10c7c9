"""From the parameters of a request to a touch. Everything that comes in is hostile."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from .touch import CLICK_IDS, UTM_VALUES, Touch

UTM_PARAMETERS = tuple(f"utm_{name}" for name in UTM_VALUES)
MARKETING_PARAMETERS = (*UTM_PARAMETERS, *CLICK_IDS)

# Added by our script to the page's own links while the visitor has not answered the cookies bar:
# the landing, signed by the server, which was told page and referring site by the other two.
LANDED, LANDING_PAGE, REFERRER = "ct_landed", "ct_page", "ct_referrer"
CARRIED_PARAMETERS = (LANDED, LANDING_PAGE, REFERRER)
# As long as somebody reads before they answer the bar, too short to collect such links.
CARRIED_FOR = timedelta(hours=4)

UTM_LENGTH = 255
CLICK_ID_LENGTH = 512
ADDRESS_LENGTH = 255
# What comes in is measured before anything looks at it: normalising takes quadratic time.
RAW_TEXT_LENGTH = 4 * UTM_LENGTH  # with markup and needless spaces
URL_LENGTH = 4096  # browsers send no longer referrer
MAX_PARAMETERS = 100
_MARKS = 30

# Click ids are base64url, hexadecimal or a UUID; their letters and capitals matter.
# None begins with a sign that a spreadsheet takes for a formula.
_CLICK_ID = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.~=-]{{0,{CLICK_ID_LENGTH - 1}}}\Z")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*")
_TAG = re.compile(r"<[^>]*>?")
# Letters, marks, numbers, punctuation, currency and the few symbols that campaign
# names really hold; quotes and angle brackets only ever serve an attack.
_ALLOWED_CATEGORIES = ("L", "M", "N", "P", "Sc")
_ALLOWED_SYMBOLS = frozenset("+=|~^°")
_FORBIDDEN = frozenset('<>"`\\')
# A value a spreadsheet would execute after an export; the wide letters, too, in East Asia.
_FORMULA_START = "=+-@\uff1d\uff0b\uff0d\uff20"


def clean_text(value, length=UTM_LENGTH):
    """Harmless text of a UTM value, or ``""``.

    Markup, control characters and characters outside the allow-list are dropped and
    spaces collapsed. A text longer than ``length`` (after cleaning) is not a campaign
    name but an attack or an accident: it is refused, not cut into a different name.
    """
    if len(value) > RAW_TEXT_LENGTH or _has_pile_of_marks(value):
        return ""
    text = _TAG.sub(" ", value)
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        character
        if character not in _FORBIDDEN
        and (
            character in _ALLOWED_SYMBOLS
            or unicodedata.category(character).startswith(_ALLOWED_CATEGORIES)
        )
        else " "
        for character in text
    )
    text = " ".join(text.split()).lstrip(_FORMULA_START + " ")
    return text if len(text) <= length else ""


def clean_click_id(value):
    """The click id to the letter, or ``""`` when it cannot be one."""
    return value if _CLICK_ID.match(value) else ""


def clean_address(url):
    """``scheme://host/path`` of a page on another site, without its query.

    A query of somebody else's page can hold anything, personal data too. A path is cut to
    length, a host never: it would become another site.
    """
    parts = _split(url)
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
    return _clean_path(f"{parts.scheme}://{host}{parts.path}")


def host_of(url):
    """Host name in an address, in small letters and without ``www.``; else ``""``."""
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def page_path(url):
    """Path of an own page's address, without query; ``""`` when it cannot be read."""
    parts = _split(url)
    return _clean_own_path(parts.path or "/") if url and parts else ""


def clean_landing_page(path, query=()):
    """Path and query of an own page, without marketing parameters."""
    kept = [
        (name, value)
        for name, value in query
        if name not in MARKETING_PARAMETERS
        and name not in CARRIED_PARAMETERS
        and len(name) + len(value) <= ADDRESS_LENGTH
    ]
    return _clean_own_path(f"{path[: 2 * ADDRESS_LENGTH]}?{urlencode(kept)}" if kept else path)


def _split(url):
    """Parts of an address; ``None`` when it is too long for one or cannot be read."""
    if len(url) > URL_LENGTH or _has_pile_of_marks(url):
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _has_pile_of_marks(text):
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


def _clean_own_path(text):
    """A path of an own site, or ``""``: free text could be a formula of a spreadsheet."""
    path = _clean_path(text)
    return path if path.startswith("/") else ""


def _clean_path(text):
    # Twice the length: what is dropped leaves room for what comes after it.
    kept = (one for one in text[: 2 * ADDRESS_LENGTH] if one.isprintable())
    return "".join(one for one in kept if one not in _FORBIDDEN)[:ADDRESS_LENGTH]


def parse_request(parameters, *, path, referrer, own_hosts, now):
    """Touch of one website request, or ``None`` when nothing says where it came from.

    :param parameters: sequence of ``(name, value)`` pairs of the URL's query
    :param path: path of the requested page
    :param referrer: ``Referer`` header, possibly empty
    :param own_hosts: hosts of this database's websites, as of :func:`host_of`; they refer
        nobody
    :param now: aware UTC datetime
    """
    parameters = parameters[:MAX_PARAMETERS]
    first_values = {}
    for name, value in parameters:
        first_values.setdefault(name, value)
    address = clean_address(referrer)
    if host_of(address) in own_hosts:
        address = ""
    touch = Touch(
        occurred_at=now.replace(microsecond=0),
        landing_page=clean_landing_page(path, parameters),
        referrer=address,
        **{
            name: clean_text(first_values.get(parameter, ""))
            for name, parameter in zip(UTM_VALUES, UTM_PARAMETERS, strict=True)
        },
        **{name: clean_click_id(first_values.get(name, "")) for name in CLICK_IDS},
    )
    return None if touch.is_direct else touch


def parse_landing_url(url, *, now, referrer="", own_hosts=()):
    """Touch of a landing URL that came with an import or through the API.

    Always a touch, a direct one when the URL carries no marketing parameter.

    :param referrer: address of the page with the link, where it is known
    :param own_hosts: as of :func:`parse_request`
    """
    parts = _split(url.strip())
    if not parts:
        return Touch(occurred_at=now.replace(microsecond=0))
    query = [] if parts.query.count("&") >= MAX_PARAMETERS else parse_qsl(parts.query)
    # "example.com/page", as people write it, has its host in the path
    path = parts.path if parts.path.startswith("/") else f"/{parts.path.partition('/')[2]}"
    touch = parse_request(query, path=path, referrer=referrer, own_hosts=own_hosts, now=now)
    return touch or Touch(
        occurred_at=now.replace(microsecond=0), landing_page=clean_landing_page(path, query)
    )
