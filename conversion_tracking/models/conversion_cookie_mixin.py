from datetime import timedelta

from odoo import api, models
from odoo.http import request
from odoo.tools import hmac

from ..attribution import cookie
from ..attribution.referrers import get_shared_domain
from ..attribution.touch import Journey

COOKIE = "conversion_journey"
# What a page told of its landing after it was answered. A cookie of its own, until the next page
# joins both: whichever of two answers comes last, neither takes the place of the other.
LATE_COOKIE = "conversion_landing"
COOKIE_SCOPE = "conversion_tracking-journey"
# At most 13 months after the first touch, see ``Journey.expires_at``.
LONGEST = timedelta(days=395)


class ConversionCookieMixin(models.AbstractModel):
    """The journey in a visitor's browser: read, written, forgotten.

    Cookies go through ``future_response``, which reaches every kind of answer: rendered and
    cached pages, redirects, errors.
    """

    _name = "conversion.cookie.mixin"
    _description = "Journey in the Browser"

    @classmethod
    def _read_journey(cls, now):
        """The visitor's journey; empty when it is missing, forged or outdated."""
        journey = Journey()
        # A cookie of this host and one of the domain, see ``_get_journey_domain``.
        for text in request.cookies.getlist(COOKIE):
            journey = journey.united(cls._decode_journey(text, now))
        late = cls._read_late_journey(now)
        if not journey.touches:
            return late
        for touch in late.touches:
            journey = journey.add_late(touch)
        return journey

    @classmethod
    def _read_late_journey(cls, now):
        return cls._decode_journey(request.cookies.get(LATE_COOKIE, ""), now)

    @classmethod
    def _decode_journey(cls, text, now):
        if not text:
            return Journey()
        journey = cookie.decode(text, request.env["ir.http"]._journey_key())
        if journey.touches and journey.expires_at(cls._journey_lifetime(), LONGEST) <= now:
            return Journey()
        return journey

    @classmethod
    def _has_journey_cookie(cls):
        return COOKIE in request.cookies or LATE_COOKIE in request.cookies

    @classmethod
    def _is_journey_split(cls):
        """Whether the browser keeps the journey in several cookies."""
        return LATE_COOKIE in request.cookies or len(request.cookies.getlist(COOKIE)) > 1

    @classmethod
    def _save_journey(cls, journey, now, name=COOKIE):
        """Keep a journey, with a lifetime that starts again ``now``."""
        renewed = journey.renewed(now)
        remaining = renewed.expires_at(cls._journey_lifetime(), LONGEST) - now
        text = cookie.encode(renewed, request.env["ir.http"]._journey_key())
        cls._set_journey_cookie(name, text, int(remaining.total_seconds()))
        if name == COOKIE and LATE_COOKIE in request.cookies:
            cls._set_journey_cookie(LATE_COOKIE, "", 0)

    @classmethod
    def _forget_journey(cls):
        for name in (COOKIE, LATE_COOKIE):
            if name in request.cookies:
                cls._set_journey_cookie(name, "", 0)

    @classmethod
    def _set_journey_cookie(cls, name, text, seconds):
        domain = cls._get_journey_domain()
        values = {domain: (text, seconds)}
        if domain:
            # What this host once kept alone would be sent besides.
            values[None] = ("", 0)
        for place, (kept, lifetime) in values.items():
            request.future_response.set_cookie(
                name,
                kept,
                max_age=max(lifetime, 0),
                expires=None if kept else 0,
                domain=place,
                secure=request.httprequest.scheme == "https",
                httponly=True,
                samesite="Lax",
                cookie_type="optional",
            )

    @classmethod
    def _get_journey_domain(cls):
        """Domain that shares the journey, ``None`` when it is this host's alone.

        ``shop.example`` and ``www.shop.example`` share it where one of them is a website of this
        database. Core's hook for a parent domain goes first; by default it names this host.
        """
        domain = cls.get_utm_domain_cookies()
        if domain != request.httprequest.host:
            return domain
        own = request.env["website"]._get_own_hosts()
        return get_shared_domain(cls._get_host_name(), own) or None

    @classmethod
    def _get_host_name(cls):
        """Host of the current request, as it was asked, without its port."""
        return request.httprequest.host.rpartition("@")[2].partition(":")[0]

    @classmethod
    def _journey_lifetime(cls):
        return timedelta(days=request.env["website"]._get_journey_days())

    @api.model
    def _journey_key(self):
        """Secret of this database that signs the cookie."""
        return hmac(self.sudo().env, COOKIE_SCOPE, "cookie").encode()
