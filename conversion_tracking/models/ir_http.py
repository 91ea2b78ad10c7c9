import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.http import request
from odoo.tools import hmac

from ..attribution import consent, cookie, parameters
from ..attribution.addresses import HARMLESS_PARAMETERS, host_of, page_path
from ..attribution.query import says_marketing
from ..attribution.text import clean_text
from ..attribution.touch import Journey
from ..attribution.visit import Visit
from .conversion_landing_mixin import LANDING_PATH, TOUCH_PATH

_logger = logging.getLogger(__name__)

COOKIE = "conversion_journey"
COOKIE_SCOPE = "conversion_tracking-journey"
CONSENT_COOKIE = "website_cookies_bar"
CORE_COOKIES = {
    "utm_campaign": "odoo_utm_campaign",
    "utm_source": "odoo_utm_source",
    "utm_medium": "odoo_utm_medium",
}
# At most 13 months after the first touch, see ``Journey.expires_at``.
LONGEST = timedelta(days=395)
# The lifetime starts again with a visit, but one header a day is enough for that.
RENEW_AFTER = timedelta(days=1)


class IrHttp(models.AbstractModel):
    """Remembers in the visitor's browser which marketing brought them.

    Nothing is written to the database here: pages are served on a read-only cursor
    and anonymous traffic must not fill tables. Cookies go through ``future_response``,
    which reaches every kind of answer: rendered and cached pages, redirects, errors.
    """

    _name = "ir.http"
    _inherit = ["ir.http", "conversion.landing.mixin"]

    # ------------------------------------------------------------
    # Every request
    # ------------------------------------------------------------

    @classmethod
    def _post_dispatch(cls, response):
        try:
            cls._remember_visit()
        except DatabaseError:
            # The transaction is lost: the request fails or is tried again as a whole.
            raise
        except Exception:
            # Whatever a visitor may send: they get their page, the log gets the reason.
            _logger.exception("The visit to %s could not be remembered", request.httprequest.path)
        cls._drop_unreadable_parameters()
        return super()._post_dispatch(response)

    @classmethod
    def _drop_unreadable_parameters(cls):
        """Keep from core what it would put into its cookies and cannot: a file that was posted
        as ``utm_source``, a number or list in JSON. The answer was made before."""
        for name in CORE_COOKIES:
            if not isinstance(request.params.get(name, ""), str):
                del request.params[name]

    @classmethod
    def _sanitize_cookies(cls, cookies):
        """Clean what core reads without a check.

        A blank ``odoo_utm_source`` breaks every form of the visitor for 31 days
        (``utm.mixin`` strips the name after it looked whether there is one), a damaged
        answer to the cookies bar every page that sets an optional cookie.
        """
        result = super()._sanitize_cookies(cookies)
        for name in CORE_COOKIES.values():
            if name in cookies:
                if cleaned := clean_text(cookies[name]):
                    cookies[name] = cleaned
                else:
                    del cookies[name]
        if CONSENT_COOKIE in cookies and not consent.is_readable(cookies[CONSENT_COOKIE]):
            del cookies[CONSENT_COOKIE]
        return result

    # ------------------------------------------------------------
    # The journey of a browser
    # ------------------------------------------------------------

    @classmethod
    def _remember_visit(cls):
        """Add the touch of a page view to the visitor's cookie, with their consent."""
        if not getattr(request, "is_frontend", False) or not request.env.uid:
            return
        known = COOKIE in request.cookies
        touch = cls._request_touch() if request.httprequest.method == "GET" else None
        if not (known or touch):
            return
        if not request.env["ir.http"]._is_allowed_cookie("optional"):
            # Refused, withdrawn or not answered: nothing may stay in the browser.
            if known:
                cls._set_journey_cookie("", 0)
            return
        if not cls._is_visitor():
            return
        now = datetime.now(timezone.utc).replace(microsecond=0)
        journey = cls._read_journey(now)
        longer = journey.add(touch) if touch else journey
        if longer.touches and (longer is not journey or now - journey.renewed_at >= RENEW_AFTER):
            renewed = longer.renewed(now)
            remaining = renewed.expires_at(cls._journey_lifetime(), LONGEST) - now
            cls._set_journey_cookie(
                cookie.encode(renewed, request.env["ir.http"]._journey_key()),
                int(remaining.total_seconds()),
            )

    @classmethod
    def _request_touch(cls):
        """Touch of the current request, or ``None``."""
        path = request.httprequest.path
        if path == LANDING_PATH:
            return None
        if landing := cls._read_landing():
            # With a journey, it was remembered already, or somebody else's link brought it.
            known = cls._read_journey(datetime.now(timezone.utc)).touches
            return None if known else landing
        page = cls._submitted_page() if path == TOUCH_PATH else path
        return cls._parse_touch(page, request.httprequest.referrer or "")

    @classmethod
    def _parse_touch(cls, path, referrer):
        """Touch of a landing on the page ``path``, by the parameters of the current request."""
        arguments = list(request.httprequest.args.items(multi=True))
        if not (says_marketing(arguments) or cls._is_foreign(referrer)):
            return None
        touch = parameters.parse_request(
            arguments,
            path=path,
            referrer=referrer,
            own_hosts=cls._own_hosts(),
            now=datetime.now(timezone.utc),
            harmless=request.env["ir.http"]._get_harmless_parameters(),
        )
        if not touch:
            return None
        if not touch.is_tagged and request.env["conversion.channel.rule"]._is_ignored(touch):
            return None
        return replace(touch, landing_page=cls._without_language(touch.landing_page))

    @api.model
    def _get_harmless_parameters(self):
        """Names of the parameters that stay in the address of a landing page.

        Override to add those by which pages of your site differ. Never one that may hold a
        token, what somebody typed, or anything about a person.
        """
        return HARMLESS_PARAMETERS

    @classmethod
    def _read_journey(cls, now):
        """Journey in the visitor's cookie; empty when it is missing, forged or outdated."""
        text = request.cookies.get(COOKIE)
        if not text:
            return Journey()
        journey = cookie.decode(text, request.env["ir.http"]._journey_key())
        if journey.touches and journey.expires_at(cls._journey_lifetime(), LONGEST) <= now:
            return Journey()
        return journey

    @classmethod
    def _set_journey_cookie(cls, text, seconds):
        # Core's hook for sites that share their cookies with a parent domain. By default
        # it names this host; then ours is a cookie of this host only.
        domain = cls.get_utm_domain_cookies()
        request.future_response.set_cookie(
            COOKIE,
            text,
            max_age=max(seconds, 0),
            expires=None if text else 0,
            domain=None if domain == request.httprequest.host else domain,
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
            cookie_type="optional",
        )

    @classmethod
    def _journey_lifetime(cls):
        return timedelta(days=request.env["website"]._get_journey_days())

    @api.model
    def _journey_key(self):
        """Secret of this database that signs the cookie."""
        return hmac(self.sudo().env, COOKIE_SCOPE, "cookie").encode()

    @classmethod
    def _is_visitor(cls):
        """Whether a person outside the company sent this request.

        Employees try out their own site: their clicks must not mark a customer's lead.
        """
        return not request.env["ir.http"].is_a_bot() and not request.env.user._is_internal()

    @classmethod
    def _is_foreign(cls, address):
        """Whether the address of a page may be one of another site."""
        return bool(address) and host_of(address) != cls._current_host()

    @classmethod
    def _own_hosts(cls):
        return request.env["website"]._get_own_hosts() | {cls._current_host()}

    @classmethod
    def _current_host(cls):
        return host_of(request.httprequest.host_url)

    # ------------------------------------------------------------
    # A submitted form
    # ------------------------------------------------------------

    @classmethod
    def _current_visit(cls):
        """What is known of whoever sent the current request to the website.

        :return: a :class:`Visit`; ``None`` when no visitor was involved: in the backend,
            the API, a scheduled job, or when an employee filled in the form
        """
        if not request or not getattr(request, "env", None) or not request.env.uid:
            return None
        user = request.env.user
        from_website = getattr(request, "is_frontend", False) or COOKIE in request.cookies
        if user._is_internal() or not from_website:
            return None
        state, answered_at = cls._get_consent()
        tracked = cls._is_visitor() and request.env["ir.http"]._is_allowed_cookie("optional")
        now = datetime.now(timezone.utc).replace(microsecond=0)
        return Visit(
            journey=cls._visitor_journey(now) if tracked else Journey(),
            tracked=tracked,
            consent=state,
            consent_at=answered_at,
            website_id=request.env["website"].get_current_website().id,
            page=cls._submitted_page(),
            partner_id=0 if user._is_public() else user.partner_id.id,
        )

    @classmethod
    def _visitor_journey(cls, now):
        journey = cls._read_journey(now)
        if journey.touches:
            return journey
        # Remembered by core alone, before this add-on was installed.
        values = [(one, request.cookies.get(name, "")) for one, name in CORE_COOKIES.items()]
        touch = parameters.parse_request(values, path="", referrer="", own_hosts=(), now=now)
        return Journey((touch,), now) if touch else journey

    @classmethod
    def _get_consent(cls):
        """Answer of the visitor to the cookies bar, as ``(state, when)``.

        ``granted`` and ``denied`` come from a recorded choice. A site without a bar never
        asked: ``unknown``. Override for a consent tool that replaces the bar.
        """
        allowed = request.env["ir.http"]._is_allowed_cookie("optional")
        if not request.env["website"].get_current_website().cookies_bar:
            return "unknown" if allowed else "denied", None
        now = datetime.now(timezone.utc)
        answer = consent.read_answer(request.cookies.get(CONSENT_COOKIE, ""), now)
        if allowed:
            return "granted", answer.answered_at
        if answer.optional is False:
            return "denied", answer.answered_at
        return "unknown", None

    @classmethod
    def _submitted_page(cls):
        """Path of the own page that sent this request, without language prefix."""
        referrer = request.httprequest.referrer or ""
        if cls._is_foreign(referrer):
            return ""
        return cls._without_language(page_path(referrer))

    @classmethod
    def _without_language(cls, path):
        """``/contactus`` for ``/fr/contactus`` when the request is in French."""
        lang = getattr(request, "lang", None)
        prefix = f"/{lang.url_code}" if lang else ""
        if prefix and path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/", "?"):
            rest = path[len(prefix) :]
            return rest if rest.startswith("/") else f"/{rest}"
        return path
