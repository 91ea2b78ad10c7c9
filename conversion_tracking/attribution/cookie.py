"""A journey as the text of a cookie: versioned, signed, at most 4 KB.

Layout: ``1.<payload>.<signature>``; the payload is JSON, deflated, base64url; the
signature an HMAC-SHA256 over version and payload. It is signed so that nobody can
hand a salesperson an invented history, and checked before anything is unpacked.
"""

import binascii
import hashlib
import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import fields, replace
from datetime import datetime, timezone

from .touch import CLICK_IDS, GOOGLE_CLICK_IDS, MAX_TOUCHES, UTM_VALUES, Journey, Touch

VERSION = "1"
# Browsers drop a cookie whose name, value and attributes exceed 4,096 bytes.
MAX_LENGTH = 3800
# Ten of the longest touches there are make 110 KB of JSON.
_MAX_UNPACKED = 256 * 1024

_UNREADABLE = (
    *(binascii.Error, zlib.error, RecursionError),
    *(ValueError, TypeError, AttributeError, LookupError, OverflowError, OSError),
)

_VALUES = {one.name: one.type for one in fields(Touch) if one.name != "occurred_at"}


def encode(journey, key, max_length=MAX_LENGTH):
    """Text of the cookie for ``journey``, signed with ``key`` (bytes).

    A journey too long for ``max_length`` loses what matters least first, see ``_reductions``;
    the first touch and the latest one always stay.
    """
    for smaller in _reductions(journey):
        text = _pack(smaller, key)
        if len(text) <= max_length:
            return text
    raise AssertionError("the last reduction always fits")


def decode(text, key):
    """Journey in the cookie's ``text``; empty when it is missing, forged or damaged."""
    # A lone half of a character has no bytes that could be compared.
    if len(text) > MAX_LENGTH or not text.isascii():
        return Journey()
    version, _, rest = text.partition(".")
    payload, _, signature = rest.partition(".")
    if version != VERSION or not hmac.compare_digest(_sign(payload, key), signature):
        return Journey()
    try:
        packed = urlsafe_b64decode(payload)
        renewed, rows = json.loads(zlib.decompressobj().decompress(packed, _MAX_UNPACKED))
        return Journey(tuple(_touch(row) for row in rows[:MAX_TOUCHES]), _time(renewed))
    except _UNREADABLE:
        # Signed by us, yet unreadable: written by an earlier, faulty release.
        return Journey()


def _pack(journey, key):
    rows = [
        [int(touch.occurred_at.timestamp()), {name: getattr(touch, name) for name in _VALUES}]
        for touch in journey.touches
    ]
    for row in rows:
        row[1] = {name: value for name, value in row[1].items() if value}
    content = [int(journey.renewed_at.timestamp()), rows]
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    packed = zlib.compress(text.encode(), 9)
    payload = urlsafe_b64encode(packed).decode()
    return f"{VERSION}.{payload}.{_sign(payload, key)}"


def _time(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


def _touch(row):
    seconds, texts = row
    known = {name: kind(texts[name]) for name, kind in _VALUES.items() if name in texts}
    return Touch(occurred_at=_time(seconds), **known)


def _sign(payload, key):
    digest = hmac.new(key, f"{VERSION}.{payload}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _reductions(journey):
    """Ever smaller versions of ``journey``, beginning with itself."""
    yield journey
    touches = journey.touches
    if any(not touch.own_link for touch in touches):
        touches = (*touches[:1], *(touch for touch in touches[1:] if not touch.own_link))

    def with_touches(*kept):
        return replace(journey, touches=kept)

    middle = [_without_addresses(touch) for touch in touches[1:-1]]
    ends = touches[:1], touches[1:][-1:]
    for dropped in range(len(middle) + 1):
        yield with_touches(*ends[0], *middle[dropped:], *ends[1])
    ends = [_without_addresses(touch) for touch in (*ends[0], *ends[1])]
    yield with_touches(*ends)
    ends = [replace(touch, term="", content="") for touch in ends]
    yield with_touches(*ends)
    ends = [_with_one_click_id(touch) for touch in ends]
    yield with_touches(*ends)
    # Four-byte characters only: 3 values of 60 in 2 touches and 2 click ids still fit.
    yield with_touches(
        *(
            replace(touch, **{name: getattr(touch, name)[:60] for name in UTM_VALUES})
            for touch in ends
        )
    )


def _without_addresses(touch):
    return replace(touch, landing_page="", referrer="")


def _with_one_click_id(touch):
    kept = next((name for name in (*GOOGLE_CLICK_IDS, *CLICK_IDS) if getattr(touch, name)), None)
    return replace(touch, **{name: "" for name in CLICK_IDS if name != kept})
