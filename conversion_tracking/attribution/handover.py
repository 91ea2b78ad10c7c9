"""A journey that a site of the company's which is not Odoo's hands over together with a form.

Our script on that site (``static/src/other_site/``) keeps of each landing the address as it was,
the referring page and the time. What these mean is read here, by the functions that read a request.
Anybody can write such a text: it can say no more than a link can, and when that was.
"""

import binascii
import json
import re
from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .addresses import clean_address, host_of, page_path
from .parameters import parse_landing_url
from .referrers import host_of_page, is_return
from .touch import Journey
from .visit import Visit

# The hidden field of a form, and the field of a lead.
FIELD = "conversion_journey"
VERSION = 1
MAX_LENGTH = 4096  # characters of the hidden field
# How the site learned of the consent: its own call, its page, IAB's framework, Google's mode.
CONSENT_SIGNALS = ("call", "page", "tcf", "google")
# A clock may be ahead; a touch that is still to come is told at the time of the form.
CLOCK_AHEAD = timedelta(days=1)
# In a mail's text, as forms write "name: value". A few words are not a journey.
_IN_TEXT = re.compile(rf"\b{FIELD}\b\W{{0,9}}([\w-]{{40,{MAX_LENGTH}}})")

_UNREADABLE = (binascii.Error, ValueError, RecursionError)


def read_handover(text, *, now, own_hosts, longest, harmless, own_links=False):
    """The :class:`Visit` that ``text`` tells of; ``None`` when it cannot be read.

    Touches are read only where consent was granted, told with its time and signal. One that is
    older than ``longest``, of another site, or a day ahead of ``now`` is left out.

    :param text: base64url of JSON, as our script writes it, or the JSON itself:
        ``{"v": 1, "page": address, "consent": [state, seconds, signal], "touches": [[seconds,
        address, referring page], ...]}``, seconds since 1970 in UTC
    :param now: aware UTC datetime
    :param own_hosts: the company's :class:`OwnHosts`, which refer nobody; so does the site itself
    :param longest: how long a journey or a consent holds
    :param harmless: parameters of the landing page that are kept
    :param own_links: whether a link with UTM values on an own page counts as marketing
    """
    content = _decode(text)
    if not isinstance(content, dict) or content.get("v") != VERSION:
        return None
    page = _text(content.get("page"))
    site = _site_of(page)
    if not site:
        return None
    state, consent_at, signal = _read_consent(content.get("consent"), now, longest)
    touches = []
    rows = content.get("touches") if state == "granted" else ()
    for row in rows if isinstance(rows, list) else ():
        moment, address, referrer = _read_row(row, now, longest)
        if moment and _site_of(address) == site:
            options = {"now": moment, "own_hosts": own_hosts | {site}, "harmless": harmless}
            touches.append(_read_touch(address, referrer, own_links, **options))
    journey = Journey()
    for touch in sorted(filter(None, touches), key=lambda one: one.occurred_at):
        journey = journey.add(touch)
    return Visit(
        journey=journey,
        tracked=state == "granted",
        consent=state,
        consent_at=consent_at,
        website_id=0,
        page=page_path(page),
        other_site=site,
        consent_signal=signal,
    )


def find_handover(text):
    """What a text with "conversion_journey: ..." says there, as sites send forms by mail; or ""."""
    found = _IN_TEXT.search(text)
    return found[1] if found else ""


def _decode(text):
    """The content of a text in JSON, as it is or in base64url; ``None`` when there is none."""
    text = text.strip() if len(text) <= MAX_LENGTH else ""
    try:
        if not text.startswith("{"):
            padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
            text = b64decode(padded, altchars=b"-_", validate=True).decode()
        return json.loads(text)
    except _UNREADABLE:
        return None


def _text(value):
    return value if isinstance(value, str) else ""


def _site_of(address):
    """Host of a page of a site, without ``www.``; ``""`` for what is no such page."""
    address = clean_address(address)
    return host_of(address) if address.startswith("http") else ""


def _read_consent(value, now, longest):
    """State, time and signal of a consent; *unknown* where a grant does not tell both."""
    state, seconds, signal, *_rest = (*(value if isinstance(value, list) else ()), *("",) * 3)
    moment = _read_time(seconds, now, longest)
    signal = signal if signal in CONSENT_SIGNALS else ""
    if state == "denied" or (state == "granted" and moment and signal):
        return state, moment, signal
    return "unknown", None, ""


def _read_row(row, now, longest):
    """Time, address and referring page in the row of a touch; no time where it is none."""
    seconds, address, referrer, *_rest = (*(row if isinstance(row, list) else ()), *("",) * 3)
    return _read_time(seconds, now, longest), _text(address), _text(referrer)


def _read_time(seconds, now, longest):
    """Aware UTC datetime in whole seconds, not after ``now``; ``None`` for one that cannot be."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    if not (now - longest).timestamp() <= seconds <= (now + CLOCK_AHEAD).timestamp():
        return None
    moment = datetime.fromtimestamp(int(seconds), timezone.utc)
    return min(moment, now.replace(microsecond=0))


def _read_touch(address, referrer, own_links, **options):
    """The touch of a landing, or ``None`` when nothing says where the visitor came from."""
    host = host_of_page(referrer)
    is_own = bool(host) and host in options["own_hosts"]
    touch = parse_landing_url(address, referrer="" if is_own else referrer, **options)
    if touch.is_direct or (not touch.is_tagged and is_return(page_path(address))):
        return None
    is_ad = touch.click_ids or touch.click_hints
    is_banner = is_own and touch.utm_values and not is_ad and not own_links
    return replace(touch, own_link=True) if is_banner else touch
