from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import urlsplit

from odoo import api, models
from odoo.http import request

from ..attribution import parameters, redirects, referrers
from ..attribution.addresses import HARMLESS_PARAMETERS, host_of, page_path
from ..attribution.query import pairs_of

# Pages of the own site that show what was sent to people: their links are the mailing's.
SHOWN_MAILINGS = "/mailing/"


class ConversionReferralMixin(models.AbstractModel):
    """What the address of a page and the page before it tell of where a visitor came from."""

    _name = "conversion.referral.mixin"
    _description = "Referral of a Visit"

    @classmethod
    def _parse_touch(cls, path, referrer, query=None):
        """Touch of a landing on the page ``path``, or ``None``.

        :param query: text of the page's query; by default that of the current request
        """
        text = request.httprequest.query_string.decode(errors="replace") if query is None else query
        is_tagged, is_foreign = redirects.may_tell(text), cls._is_foreign(referrer)
        if is_foreign and not is_tagged and referrers.is_return(cls._without_language(path)):
            return None
        if not (is_tagged or is_foreign):
            return None
        touch = parameters.parse_request(
            cls._split_query(query),
            path=path,
            referrer=referrer if is_foreign else "",
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
    def _get_own_query(cls, address):
        """The query in the address of an own page; empty for every other one."""
        if "?" not in address or cls._is_foreign(address):
            return ""
        return urlsplit(address).query if host_of(address) else ""

    @classmethod
    def _split_query(cls, query):
        if query is None:
            query = request.httprequest.query_string.decode(errors="replace")
        return pairs_of(query)

    @classmethod
    def _is_own_link(cls, touch):
        """Whether the touch is a link on a page of ours, such as a banner: no marketing.

        A click id is an ad's, and a mailing that is read on our site is a mailing.
        """
        referrer = request.httprequest.referrer or ""
        is_ad = touch.click_ids or touch.click_hints
        if not referrer or not touch.utm_values or is_ad or cls._is_foreign(referrer):
            return False
        page = cls._without_language(page_path(referrer))
        if page.startswith(SHOWN_MAILINGS):
            return False
        return not request.env["website"]._are_own_links_marketing()

    @classmethod
    def _carry_on(cls, response):
        """Carry the marketing of a link on to where its redirect leads; stores nothing.

        Core's short links forget what their address says: the click on an ad would be lost. Only
        they may lead to another site with it, and not where the company wants none of it.

        :return: whether it leads to a page of ours, which then takes note of the visit itself
        """
        target = response.headers.get("Location", "") if response.status_code // 100 == 3 else ""
        if not target or request.httprequest.method != "GET":
            return False
        path = request.httprequest.path
        host = host_of(target)
        is_ours = host == cls._current_host() or (not host and target.startswith("/"))
        # Where a controller takes parameters out of its own address, they must not come back.
        is_page = is_ours and page_path(target) != path
        if not is_page and (is_ours or not path.startswith("/r/") or cls._tells_nobody()):
            return False
        also = (parameters.LANDED,) if is_page else ()
        response.headers["Location"] = redirects.carry_on(target, cls._split_query(None), also=also)
        return is_page and not referrers.is_file(page_path(target))

    @classmethod
    def _tells_nobody(cls):
        """Whether short links to other sites tell them nothing: a setting of core's."""
        get_param = request.env["ir.config_parameter"].sudo().get_param
        return bool(get_param("link_tracker.no_external_tracking"))

    @classmethod
    def _is_foreign(cls, address):
        """Whether ``address`` is a page of another site, and no copy of one of ours."""
        if not address or address.startswith(request.httprequest.host_url):
            return False
        if host_of(address) == cls._current_host():
            return False
        host = referrers.host_of_page(address)
        return bool(host) and host not in cls._own_hosts()

    @classmethod
    def _own_hosts(cls):
        return request.env["website"]._get_own_hosts() | {cls._current_host()}

    @classmethod
    def _current_host(cls):
        return host_of(request.httprequest.host_url)

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
