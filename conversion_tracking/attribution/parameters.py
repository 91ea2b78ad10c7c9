"""From the parameters of a request to a touch. Everything that comes in is hostile."""

from datetime import timedelta

from .addresses import (
    HARMLESS_PARAMETERS,
    clean_address,
    clean_landing_page,
    host_of,
    split,
)
from .click_ids import NOT_OF_GOOGLE_ADS, clean_click_id, clean_hint
from .query import UTM_PARAMETERS, divide_query, pairs_of, query_of_fragment
from .text import clean_text
from .touch import CLICK_HINTS, CLICK_IDS, UTM_VALUES, Touch

# Added by our script to the page's own links while the visitor has not answered the cookies bar:
# the landing, signed by the server, which was told page and referring site by the other two.
LANDED, LANDING_PAGE, REFERRER = "ct_landed", "ct_page", "ct_referrer"
CARRIED_PARAMETERS = (LANDED, LANDING_PAGE, REFERRER)
# As long as somebody reads before they answer the bar, too short to collect such links.
CARRIED_FOR = timedelta(hours=4)

_FIELDS = dict(zip(UTM_PARAMETERS, UTM_VALUES, strict=True))
_FIELDS |= {name: name for name in (*CLICK_IDS, *CLICK_HINTS)}


def clean_value(name, text):
    """What the parameter ``name`` says, or ``""``; any that is not of a click is a UTM value."""
    if name in CLICK_IDS:
        return clean_click_id(text)
    return clean_hint(name, text) if name in CLICK_HINTS else clean_text(text)


def parse_request(parameters, *, path, referrer, own_hosts, now, harmless=HARMLESS_PARAMETERS):
    """Touch of one website request, or ``None`` when nothing says where it came from.

    :param parameters: sequence of ``(name, value)`` pairs of the URL's query
    :param path: path of the requested page
    :param referrer: ``Referer`` header, possibly empty
    :param own_hosts: hosts of this database's websites, as of :func:`host_of`; they refer
        nobody
    :param now: aware UTC datetime
    :param harmless: parameters of the landing page that are kept
    """
    parameters = divide_query(parameters)
    address = clean_address(referrer)
    if host_of(address) in own_hosts:
        address = ""
    touch = Touch(
        occurred_at=now.replace(microsecond=0),
        landing_page=clean_landing_page(path, parameters, harmless),
        referrer=address,
        **_read_values(parameters),
    )
    return None if touch.is_direct else touch


def parse_landing_url(url, *, now, referrer="", own_hosts=(), harmless=HARMLESS_PARAMETERS):
    """Touch of a landing URL that came with an import or through the API.

    Always a touch, a direct one when the URL carries no marketing parameter. What stands behind
    ``#`` is read, too: pages that never reload have their parameters there.

    :param referrer: address of the page with the link, where it is known
    :param own_hosts: as of :func:`parse_request`; so is ``harmless``
    """
    parts = split(url.strip(" \t\r\n<>\"'"))
    if not parts:
        return Touch(occurred_at=now.replace(microsecond=0))
    query = pairs_of(parts.query) + pairs_of(query_of_fragment(parts.fragment))
    # "example.com/page", as people write it, has its host in the path
    path = parts.path if parts.path.startswith("/") else f"/{parts.path.partition('/')[2]}"
    touch = parse_request(
        query, path=path, referrer=referrer, own_hosts=own_hosts, now=now, harmless=harmless
    )
    return touch or Touch(
        occurred_at=now.replace(microsecond=0),
        landing_page=clean_landing_page(path, divide_query(query), harmless),
    )


def _read_values(parameters):
    """Values of a touch; of a parameter that comes twice, the first that says something."""
    values = {}
    for parameter, text in parameters:
        name = _FIELDS.get(parameter)
        if name and name not in values and (value := clean_value(name, text)):
            values[name] = value
    if values.get("gclsrc") in NOT_OF_GOOGLE_ADS:
        # Google would refuse it, or take it for another click.
        values.pop("gclid", None)
    return values
