from odoo import http
from odoo.http import Response, request

from ..models.conversion_landing_mixin import LANDING_PATH, TOUCH_PATH

OPTIONS = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "website": True,
    "multilang": False,
    "sitemap": False,
    "readonly": True,
    "save_session": False,
}
NOT_KEPT = [("Cache-Control", "no-store")]


class Touch(http.Controller):
    """What our script asks for while a visitor has not answered the cookies bar.

    Pages are cached for all anonymous visitors, so nothing about one of them can be in the page.
    """

    @http.route(LANDING_PATH, **OPTIONS)
    def landing(self, **_parameters):
        """Sign the landing in the parameters, so that the page's links can carry it on."""
        text = request.env["ir.http"]._sign_landing()
        return Response(text, status=200 if text else 204, headers=NOT_KEPT, mimetype="text/plain")

    @http.route(TOUCH_PATH, **OPTIONS)
    def touch(self, **_parameters):
        """Take note of the landing in the parameters, see ``ir.http._remember_visit``.

        Our script calls it as soon as the visitor accepts cookies, so that the form on the
        same page knows where they came from.
        """
        return Response(status=204, headers=NOT_KEPT)
