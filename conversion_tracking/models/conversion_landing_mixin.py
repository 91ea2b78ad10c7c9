from datetime import datetime, timezone

from odoo import api, models
from odoo.http import request
from odoo.tools import hmac

from ..attribution import cookie, parameters
from ..attribution.touch import Journey

TOUCH_PATH, LANDING_PATH = "/conversion_tracking/touch", "/conversion_tracking/landing"
SCOPE = "conversion_tracking-landing"
MAX_LENGTH = 2000  # characters, in an address that servers and proxies take 8,000 of


class ConversionLandingMixin(models.AbstractModel):
    """A landing between the first page and the answer to the cookies bar.

    Nothing may be stored yet, so the page's own links carry it on. Anybody can write a link:
    it is believed only with our signature and our own time, for some hours, on the same website,
    and only by a browser that was asked for consent just now and knows no other past.
    """

    _name = "conversion.landing.mixin"
    _description = "Landing Before Consent"

    @classmethod
    def _sign_landing(cls):
        """The landing in the parameters of the current request, as text for the page's links.

        Nothing is remembered: the visitor carries it on themselves. Signed, with our own time, so
        that no link can give somebody an invented past.

        :return: empty when there was no marketing, or consent is not pending
        """
        arguments = request.httprequest.args
        now = datetime.now(timezone.utc).replace(microsecond=0)
        allowed = bool(request.env["ir.http"]._is_allowed_cookie("optional"))
        answered_at = cls._get_consent()[1]
        is_pending = allowed == bool(answered_at) and cls._is_answer_new(now)
        if not is_pending or cls._read_journey(now).touches:
            return ""
        touch = cls._parse_touch(
            arguments.get(parameters.LANDING_PAGE, ""), arguments.get(parameters.REFERRER, "")
        )
        if not touch:
            return ""
        return cookie.encode(Journey((touch,), now), cls._current_landing_key(), MAX_LENGTH)

    @classmethod
    def _read_landing(cls, text):
        """Touch of the landing that our links carried along as ``text``, or ``None``.

        Only while it is fresh, and the visitor has not answered the cookies bar long ago.
        """
        landing = cookie.decode(text, cls._current_landing_key()) if text else Journey()
        now = datetime.now(timezone.utc)
        if not landing.touches or now - landing.renewed_at > parameters.CARRIED_FOR:
            return None
        return landing.first if cls._is_answer_new(now) else None

    @classmethod
    def _is_answer_new(cls, now):
        """Whether the cookies bar has no answer yet, or has it since a moment."""
        answered_at = cls._get_consent()[1]
        return answered_at is None or now - answered_at <= parameters.CARRIED_FOR

    @classmethod
    def _current_landing_key(cls):
        website = request.env["website"].get_current_website()
        return request.env["ir.http"]._landing_key(website)

    @api.model
    def _landing_key(self, website):
        # A website without a bar must not believe what one with a bar signed.
        return hmac(self.sudo().env, SCOPE, website.id).encode()
