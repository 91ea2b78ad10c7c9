from datetime import datetime, timedelta, timezone

from odoo import api, models, tools
from odoo.http import request

from ..attribution import consent, parameters
from ..attribution.text import clean_text

CONSENT_COOKIE = "website_cookies_bar"
CORE_COOKIES = {
    "utm_campaign": "odoo_utm_campaign",
    "utm_source": "odoo_utm_source",
    "utm_medium": "odoo_utm_medium",
}
# As long as core remembers: later its cookies were made beside ours, of visits that we know.
CORE_LIFETIME = timedelta(days=31)


class ConversionCoreCookiesMixin(models.AbstractModel):
    """What core's own UTM cookies hold: cleaned, hidden without permission, forgotten with it."""

    _name = "conversion.core.cookies.mixin"
    _description = "Core's UTM Cookies"

    @classmethod
    def _clean_core_cookies(cls, cookies):
        """Clean what core reads without a check, and hide what it must not read.

        A blank ``odoo_utm_source`` breaks every form of the visitor for 31 days
        (``utm.mixin`` strips the name after it looked whether there is one), a damaged
        answer to the cookies bar every page that sets an optional cookie. Of somebody who did
        not accept them, core would make UTM records of what its cookies hold from before.

        :param cookies: of the request, changed in place
        """
        if CONSENT_COOKIE in cookies and not consent.is_readable(cookies[CONSENT_COOKIE]):
            del cookies[CONSENT_COOKIE]
        known = [name for name in CORE_COOKIES.values() if name in cookies]
        may_read = not known or cls._may_core_read(cookies)
        for name in known:
            cleaned = clean_text(cookies[name]) if may_read else ""
            if cleaned:
                cookies[name] = cleaned
            else:
                del cookies[name]

    @classmethod
    def _may_core_read(cls, cookies):
        """Whether optional cookies may be read, before ``_is_allowed_cookie`` can tell it: that
        reads ``request.cookies``, which are being made. A websocket has cookies and no request:
        there, only a refusal is known."""
        answer = consent.read_answer(cookies.get(CONSENT_COOKIE, ""), datetime.now(timezone.utc))
        if answer.optional is None and request and request.env:
            return not request.env["website"].get_current_website().cookies_bar
        return answer.optional is not False

    @classmethod
    def _has_core_cookies(cls):
        """Whether core remembers something of the visitor, also what may not be read."""
        return any(name in request.httprequest.cookies for name in CORE_COOKIES.values())

    @classmethod
    def _forget_core_cookies(cls):
        """Delete them: else consent that is given again would find what it was withdrawn from."""
        for name in CORE_COOKIES.values():
            if name in request.httprequest.cookies:
                # core's server sets them for the domain, its script for the host
                for domain in (cls.get_utm_domain_cookies(), None):
                    request.future_response.set_cookie(name, "", max_age=0, domain=domain)

    @classmethod
    def _parse_core_cookies(cls, now):
        """Touch that core alone remembers, from before this add-on was installed, or ``None``."""
        installed_at = request.env["ir.http"]._get_installed_at()
        if now.replace(tzinfo=None) - installed_at > CORE_LIFETIME:
            return None
        values = [(one, request.cookies.get(name, "")) for one, name in CORE_COOKIES.items()]
        return parameters.parse_request(values, path="", referrer="", own_hosts=(), now=now)

    @api.model
    @tools.ormcache()
    def _get_installed_at(self):
        """When this add-on was installed, naive UTC: its first record tells it."""
        return self.sudo().env.ref("conversion_tracking.group_user").create_date
