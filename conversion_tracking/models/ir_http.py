from datetime import datetime, timedelta, timezone

from odoo import models
from odoo.http import request
from odoo.tools import hmac
from odoo.tools.json import scriptsafe as json_scriptsafe

from ..attribution import cookie, parameters
from ..attribution.visit import Visit

COOKIE = "conversion_journey"
COOKIE_SCOPE = "conversion_tracking-journey"
# At most 13 months after the first touch, see ``Journey.expires_at``.
LONGEST_DAYS = 395
CORE_COOKIES = ("odoo_utm_campaign", "odoo_utm_source", "odoo_utm_medium")


class IrHttp(models.AbstractModel):
    """Remembers in the visitor's browser which marketing brought them.

    Nothing is written to the database here: pages are served on a read-only cursor
    and anonymous traffic must not fill tables. Cookies go through ``future_response``,
    which reaches every kind of answer: rendered and cached pages, redirects, errors.
    """

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        cls._remember_touch()
        return super()._post_dispatch(response)

    @classmethod
    def _sanitize_cookies(cls, cookies):
        """Clean what core's forms read, too: a blank ``odoo_utm_source`` breaks every
        form of the visitor for 31 days (``utm.mixin`` only strips it after the test)."""
        super()._sanitize_cookies(cookies)
        for name in CORE_COOKIES:
            if name in cookies:
                if cleaned := parameters.clean_text(cookies[name]):
                    cookies[name] = cleaned
                else:
                    del cookies[name]

    @classmethod
    def _remember_touch(cls):
        """Add the touch of this request to the visitor's cookie, with their consent."""
        known = request.cookies.get(COOKIE)
        touch = cls._request_touch()
        if not (known or touch):
            return
        if not request.env["ir.http"]._is_allowed_cookie("optional"):
            # Refused, withdrawn or not answered: nothing may stay in the browser.
            if known:
                request.future_response.set_cookie(
                    COOKIE, max_age=0, domain=cls._journey_cookie_domain()
                )
            return
        now = datetime.now(timezone.utc).replace(microsecond=0)
        key = cls._journey_key()
        journey = cookie.decode(known or "", key)
        longer = journey.add(touch) if touch else journey
        if not longer.touches:
            return
        if longer is not journey or now - journey.renewed_at >= timedelta(days=1):
            cls._set_journey(longer.renewed(now), key, now)

    @classmethod
    def _set_journey(cls, journey, key, now):
        lifetime = timedelta(days=request.env["website"]._get_journey_days())
        remaining = journey.expires_at(lifetime, timedelta(days=LONGEST_DAYS)) - now
        request.future_response.set_cookie(
            COOKIE,
            cookie.encode(journey, key),
            max_age=max(int(remaining.total_seconds()), 0),
            expires=None,
            domain=cls._journey_cookie_domain(),
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
            cookie_type="optional",
        )

    @classmethod
    def _request_touch(cls):
        """Touch of the current request, or ``None``. Only page views of visitors count."""
        http_request = request.httprequest
        if (
            http_request.method not in ("GET", "HEAD")
            or not getattr(request, "is_frontend", False)
            or not request.env.uid
        ):
            return None
        tagged = any(name in http_request.args for name in parameters.MARKETING_PARAMETERS)
        carried = parameters.LANDED_AT in http_request.args
        referrer = http_request.referrer or ""
        if not (tagged or carried or cls._is_foreign(referrer)) or not cls._is_visitor():
            return None
        touch = parameters.parse_request(
            list(http_request.args.items(multi=True)),
            path=http_request.path,
            referrer=referrer,
            own_hosts=cls._own_hosts(),
            now=datetime.now(timezone.utc),
        )
        if touch and not touch.is_tagged:
            rules = request.env["conversion.channel.rule"]
            return None if rules._is_ignored(touch) else touch
        return touch

    @classmethod
    def _is_visitor(cls):
        """Whether a person outside the company sent this request.

        Employees try out their own site: their clicks must not mark a customer's lead.
        """
        return not request.env["ir.http"].is_a_bot() and not request.env.user._is_internal()

    @classmethod
    def _is_foreign(cls, referrer):
        host = request.httprequest.host
        return bool(referrer) and f"//{host}/" not in f"{referrer}/"

    @classmethod
    def _own_hosts(cls):
        current = request.httprequest.host.partition(":")[0].lower()
        return request.env["website"]._get_own_hosts() | {current}

    @classmethod
    def _journey_cookie_domain(cls):
        """Domain of the cookie; ``None`` keeps it to this host. Override to share the
        journey between subdomains."""
        return None

    @classmethod
    def _journey_key(cls):
        return hmac(request.env(su=True), COOKIE_SCOPE, "cookie").encode()

    @classmethod
    def _get_consent(cls):
        """Answer of the visitor to the cookies bar, as ``(state, when)``.

        ``granted`` or ``denied`` only come from a recorded choice. A site without a bar
        never asked: ``unknown``. Override for a consent tool that replaces the bar.
        """
        website = request.env["website"].get_current_website()
        allowed = request.env["ir.http"]._is_allowed_cookie("optional")
        if not website.cookies_bar:
            return "unknown" if allowed else "denied", None
        try:
            answer = json_scriptsafe.loads(request.cookies.get("website_cookies_bar", "{}"))
            answered_at = datetime.fromtimestamp(int(answer["ts"]) / 1000, timezone.utc)
        except (ValueError, TypeError, KeyError, OverflowError, OSError):
            answer, answered_at = {}, None
        if allowed:
            return "granted", answered_at
        refused = isinstance(answer, dict) and answer.get("optional") is False
        return ("denied", answered_at) if refused else ("unknown", None)

    @classmethod
    def _current_visit(cls):
        """What is known of whoever sent the current request to the website; ``None`` when
        no website was involved (backend, API, scheduled job)."""
        if not request or not getattr(request, "env", None) or not request.env.uid:
            return None
        if request.env.user._is_internal() and not getattr(request, "is_frontend", False):
            return None
        state, answered_at = cls._get_consent()
        tracked = cls._is_visitor() and request.env["ir.http"]._is_allowed_cookie("optional")
        known = request.cookies.get(COOKIE) if tracked else None
        return Visit(
            journey=cookie.decode(known or "", cls._journey_key()),
            tracked=tracked,
            consent=state,
            consent_at=answered_at,
            website_id=request.env["website"].get_current_website().id,
            page=cls._submitted_page(),
        )

    @classmethod
    def _submitted_page(cls):
        """Path of the own page that sent this request, without language prefix."""
        referrer = request.httprequest.referrer or ""
        if cls._is_foreign(referrer):
            return ""
        path = parameters.page_path(referrer)
        prefix = f"/{request.lang.url_code}" if getattr(request, "lang", None) else ""
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            path = path[len(prefix) :] or "/"
        return path
