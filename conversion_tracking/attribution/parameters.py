"""From the parameters of a request to a touch. Everything that comes in is hostile."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from .touch import CLICK_IDS, UTM_VALUES, Touch

UTM_PARAMETERS = tuple(f"utm_{name}" for name in UTM_VALUES)
MARKETING_PARAMETERS = (*UTM_PARAMETERS, *CLICK_IDS)

# Added by our script to the page's own links while the visitor has not answered the
# cookies bar: when, from which site and where the visitor landed.
LANDED_AT, LANDING_PAGE, REFERRER = "ct_landed", "ct_page", "ct_referrer"
CARRIED_PARAMETERS = (LANDED_AT, LANDING_PAGE, REFERRER)
# Longer than a visit with open tabs lasts, too short to invent a history.
CARRIED_FOR = timedelta(hours=24)

UTM_LENGTH = 255
CLICK_ID_LENGTH = 512
ADDRESS_LENGTH = 255

# Click ids are base64url, hexadecimal or a UUID; their letters and capitals matter.
_CLICK_ID = re.compile(rf"[A-Za-z0-9_.~=-]{{1,{CLICK_ID_LENGTH}}}\Z")
_TAG = re.compile(r"<[^>]*>?")
# Letters, marks, numbers, punctuation, currency and the few symbols that campaign
# names really hold; quotes and angle brackets only ever serve an attack.
_ALLOWED_CATEGORIES = ("L", "M", "N", "P", "Sc")
_ALLOWED_SYMBOLS = frozenset("+=|~^°")
_FORBIDDEN = frozenset('<>"`\\')
# A value a spreadsheet would execute after an export.
_FORMULA_START = "=+-@"


def clean_text(value, length=UTM_LENGTH):
    """Harmless text of a UTM value, or ``""``.

    Markup, control characters and characters outside the allow-list are dropped and
    spaces collapsed. A text longer than ``length`` (after cleaning) is not a campaign
    name but an attack or an accident: it is refused, not cut into a different name.
    """
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

    A query of somebody else's page can hold anything, personal data too.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme == "android-app" and host:
        return f"android-app://{host}"[:ADDRESS_LENGTH]
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host):
        return ""
    return _clean_path(f"{parts.scheme}://{host}{parts.path}")


def host_of(url):
    """Host name in an address, in small letters and without ``www.``; else ``""``."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def page_path(url):
    """Path of an own page's address, without query; ``""`` when it cannot be read."""
    try:
        return _clean_path(urlsplit(url).path or "/") if url else ""
    except ValueError:
        return ""


def clean_landing_page(path, query=()):
    """Path and query of an own page, without marketing parameters."""
    kept = [
        (name, value)
        for name, value in query
        if name not in MARKETING_PARAMETERS and name not in CARRIED_PARAMETERS
    ]
    return _clean_path(f"{path}?{urlencode(kept)}" if kept else path)


def _clean_path(text):
    text = "".join(one for one in text if one.isprintable() and one not in _FORBIDDEN)
    return text[:ADDRESS_LENGTH]


def parse_request(parameters, *, path, referrer, own_hosts, now):
    """Touch of one website request, or ``None`` when nothing says where it came from.

    :param parameters: sequence of ``(name, value)`` pairs of the URL's query
    :param path: path of the requested page
    :param referrer: ``Referer`` header, possibly empty
    :param own_hosts: hosts of this database's websites, as of :func:`host_of`; they refer
        nobody
    :param now: aware UTC datetime
    """
    first_values = {}
    for name, value in parameters:
        first_values.setdefault(name, value)
    landed_at = _carried_time(first_values.get(LANDED_AT, ""), now)
    if LANDED_AT in first_values:
        # Carried along, also by a visitor whose clock is wrong: then only the time is ours.
        referrer = first_values.get(REFERRER, "")
        landing_page = clean_landing_page(first_values.get(LANDING_PAGE, "") or path)
    else:
        landing_page = clean_landing_page(path, parameters)
    address = clean_address(referrer)
    if host_of(address) in own_hosts:
        address = ""
    touch = Touch(
        occurred_at=(landed_at or now).replace(microsecond=0),
        landing_page=landing_page,
        referrer=address,
        **{
            name: clean_text(first_values.get(parameter, ""))
            for name, parameter in zip(UTM_VALUES, UTM_PARAMETERS, strict=True)
        },
        **{name: clean_click_id(first_values.get(name, "")) for name in CLICK_IDS},
    )
    return None if touch.is_direct else touch


def parse_landing_url(url, *, now):
    """Touch of a landing URL that came with an import or through the API.

    Always a touch, a direct one when the URL carries no marketing parameter.
    """
    try:
        parts = urlsplit(url.strip())
        query = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return Touch(occurred_at=now.replace(microsecond=0))
    touch = parse_request(query, path=parts.path or "/", referrer="", own_hosts=(), now=now)
    return touch or Touch(
        occurred_at=now.replace(microsecond=0),
        landing_page=clean_landing_page(parts.path or "/", query),
    )


def _carried_time(text, now):
    """Time of landing carried along by our links, if it is a credible one."""
    if not re.fullmatch(r"[0-9]{1,12}", text):
        return None
    age = now.timestamp() - int(text)
    # A visitor's clock may run a little ahead of ours.
    if not -300 <= age <= CARRIED_FOR.total_seconds():
        return None
    return now - timedelta(seconds=max(age, 0))
