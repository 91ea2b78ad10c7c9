import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from psycopg2 import Error as DatabaseError

from odoo import models
from odoo.http import request

from ..attribution import browsers, consent, parameters, redirects
from ..attribution.addresses import page_path
from ..attribution.touch import Journey
from ..attribution.visit import Visit
from .conversion_cookie_mixin import LATE_COOKIE
from .conversion_core_cookies_mixin import CONSENT_COOKIE, CORE_COOKIES
from .conversion_landing_mixin import LANDING_PATH, TOUCH_PATH

_logger = logging.getLogger(__name__)

# The lifetime starts again with a visit, but one header a day is enough for that.
RENEW_AFTER = timedelta(days=1)
# What browsers ask with when a page is loaded again.
RELOADS = ("max-age=0", "no-cache")


class IrHttp(models.AbstractModel):
    """Remembers in the visitor's browser which marketing brought them.

    Nothing is written to the database here: pages are served on a read-only cursor
    and anonymous traffic must not fill tables.
    """

    _name = "ir.http"
    _inherit = [
        "ir.http",
        "conversion.cookie.mixin",
        "conversion.core.cookies.mixin",
        "conversion.landing.mixin",
        "conversion.referral.mixin",
        "conversion.trial.mixin",
    ]

    # ------------------------------------------------------------
    # Every request
    # ------------------------------------------------------------

    @classmethod
    def _post_dispatch(cls, response):
        try:
            cls._remember_visit(response)
        except DatabaseError:
            # The transaction is lost: the request fails or is tried again as a whole.
            raise
        except Exception:
            # Whatever a visitor may send: they get their page, the log gets the reason.
            _logger.exception("The visit to %s could not be remembered", request.httprequest.path)
        cls._drop_unreadable_parameters()
        result = super()._post_dispatch(response)
        cls._end_trial(response)
        return result

    @classmethod
    def _drop_unreadable_parameters(cls):
        """Keep from core what it would put into its cookies and cannot: a file that was posted
        as ``utm_source``, a number or list in JSON. The answer was made before."""
        for name in CORE_COOKIES:
            if not isinstance(request.params.get(name, ""), str):
                del request.params[name]

    @classmethod
    def _sanitize_cookies(cls, cookies):
        result = super()._sanitize_cookies(cookies)
        cls._clean_core_cookies(cookies)
        return result

    # ------------------------------------------------------------
    # The journey of a browser
    # ------------------------------------------------------------

    @classmethod
    def _remember_visit(cls, response):
        """Add the touch of a page view to the visitor's cookie, with their consent."""
        if not getattr(request, "is_frontend", False) or not request.env.uid:
            return
        is_page = request.httprequest.method == "GET" and not cls._carry_on(response)
        is_known = cls._has_journey_cookie()
        if not (is_known or (is_page and cls._may_tell()) or cls._has_core_cookies()):
            return
        if not request.env["ir.http"]._is_allowed_cookie("optional"):
            cls._forget_visitor()
            return
        if not (is_known or is_page) or not cls._is_visitor():
            return
        now = datetime.now(timezone.utc).replace(microsecond=0)
        if is_page and request.httprequest.path == TOUCH_PATH:
            cls._remember_late(now)
            return
        journey = cls._read_journey(now)
        longer = cls._add_touches(journey) if is_page else journey
        if longer.touches and (
            longer is not journey
            or cls._is_journey_split()
            or now - journey.renewed_at >= RENEW_AFTER
        ):
            cls._save_journey(longer, now)

    @classmethod
    def _remember_late(cls, now):
        """Keep what a page tells of its landing, apart from the journey: see ``LATE_COOKIE``."""
        late = cls._read_late_journey(now)
        touch = cls._get_late_touch(cls._read_journey(now))
        longer = late.add_late(touch) if touch else late
        if longer is not late:
            cls._save_journey(longer, now, LATE_COOKIE)

    @classmethod
    def _forget_visitor(cls):
        """Refused, withdrawn or not answered: nothing may stay in the browser.

        What an answer on a host with the same cookie allowed stays, until this one has an answer.
        """
        is_denied = cls._get_consent()[0] == "denied"
        if is_denied or not cls._get_journey_domain():
            cls._forget_journey()
        if is_denied:
            cls._forget_core_cookies()

    @classmethod
    def _may_tell(cls):
        """Whether the request may tell of marketing: quickly, as most do not."""
        query = request.httprequest.query_string.decode(errors="replace")
        referrer = request.httprequest.referrer or ""
        page_before = referrer.partition("?")[2]
        return cls._tells(query) or cls._is_foreign(referrer) or cls._tells(page_before)

    @classmethod
    def _tells(cls, query):
        carried = (parameters.LANDED, parameters.REFERRER)
        return redirects.may_tell(query) or any(name in query for name in carried)

    @classmethod
    def _add_touches(cls, journey):
        """The journey with what the current page view tells of."""
        if request.httprequest.path == LANDING_PATH:
            return journey
        if landing := cls._read_landing(request.httprequest.args.get(parameters.LANDED, "")):
            # With a journey, it was remembered already, or somebody else's link brought it.
            if journey.touches:
                return journey
            link = cls._request_touch()
            journey = journey.add(landing)
            return journey.add_late(link) if link and link.own_link else journey
        if before := cls._get_touch_before(journey):
            journey = journey.add_late(before)
        touch = cls._request_touch()
        is_reload = request.httprequest.headers.get("Cache-Control") in RELOADS
        return journey.add(touch, is_reload=is_reload) if touch else journey

    @classmethod
    def _request_touch(cls):
        """Touch of the page that is asked for, or ``None``."""
        touch = cls._parse_touch(request.httprequest.path, request.httprequest.referrer or "")
        return replace(touch, own_link=True) if touch and cls._is_own_link(touch) else touch

    @classmethod
    def _get_touch_before(cls, journey):
        """Touch of the own page before this one, when it was a landing, or ``None``.

        It may have been left before its answer was kept, or before a script ran that carries
        the landing on. Our referrer is the whole address of the page.
        """
        referrer = request.httprequest.referrer or ""
        query = cls._get_own_query(referrer)
        landed = dict(cls._split_query(query)).get(parameters.LANDED, "")
        if landing := cls._read_landing(landed):
            return None if journey.touches else landing
        if not redirects.may_tell(query):
            return None
        return cls._parse_touch(page_path(referrer), "", query)

    @classmethod
    def _get_late_touch(cls, journey):
        """Touch that the script of a page tells of, or ``None``."""
        arguments = request.httprequest.args
        if landing := cls._read_landing(arguments.get(parameters.LANDED, "")):
            return None if journey.touches else landing
        page, referrer = cls._submitted_page(), request.httprequest.referrer or ""
        if page:
            referrer = arguments.get(parameters.REFERRER, "")
        return cls._parse_touch(page, referrer)

    @classmethod
    def _is_visitor(cls):
        """Whether a person outside the company sent this request.

        Employees try out their own site: their clicks must not mark a customer's lead.
        """
        return not request.env.user._is_internal() and not cls._is_program()

    @classmethod
    def _is_program(cls):
        """Whether a crawler or another program sent this request, by the name it gives itself.

        Core's list, which takes visitors from Instagram for programs, is only the second choice.
        """
        is_program = browsers.is_program(request.httprequest.user_agent.string)
        return request.env["ir.http"].is_a_bot() if is_program is None else is_program

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
        from_website = getattr(request, "is_frontend", False) or cls._has_journey_cookie()
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
        if before := cls._get_touch_before(journey):
            journey = journey.add_late(before)
        if journey.touches or cls._has_journey_cookie():
            return journey
        touch = cls._parse_core_cookies(now)
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
