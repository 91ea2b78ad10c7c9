"""What a redirect carries on of the link that led to it."""

import re
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

from .addresses import URL_LENGTH
from .parameters import clean_value
from .query import MARKETING_PARAMETERS, UTM_PARAMETERS, clean_name, divide_query

_MARKETING = re.compile("|".join(map(re.escape, MARKETING_PARAMETERS)), re.IGNORECASE)


def may_tell(query):
    """Whether the text ``query`` of an address may hold marketing, however badly it is written."""
    return bool(_MARKETING.search(unquote_plus(query[:URL_LENGTH]))) if query else False


def carry_on(target, arguments, *, also=()):
    """The address ``target`` of a redirect, with the marketing of the link that led to it.

    What the target says itself is never replaced, and UTM values are one whole: a target with
    some of its own gets none of the link's.

    :param arguments: ``(name, value)`` pairs of the link's query
    :param also: names of further parameters that go on as they are
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return target
    said = {clean_name(name) for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    if not said.isdisjoint(UTM_PARAMETERS):
        said.update(UTM_PARAMETERS)
    carried = {}
    for name, value in divide_query(arguments):
        if name not in said and name not in carried:
            cleaned = value if name in also else _clean(name, value)
            if cleaned:
                carried[name] = cleaned
    if not carried:
        return target
    query = "&".join(filter(None, (parts.query, urlencode(carried))))
    longer = urlunsplit(parts._replace(query=query))
    return longer if len(longer) <= 2 * URL_LENGTH else target


def _clean(name, value):
    return clean_value(name, value) if name in MARKETING_PARAMETERS else ""
