from odoo import http
from odoo.http import Response


class Touch(http.Controller):
    @http.route(
        "/conversion_tracking/touch",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def touch(self, **_parameters):
        """Take note of the landing in the parameters, see ``ir.http._remember_visit``.

        Our script calls it as soon as the visitor accepts cookies, so that the form on the
        same page knows where they came from.
        """
        return Response(status=204)
