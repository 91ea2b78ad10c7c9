from functools import cache

from rjsmin import jsmin

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools import file_open

SCRIPT_PATH = "/conversion_tracking/other_site.js"
SCRIPT = "conversion_tracking/static/src/other_site/conversion_tracking.js"
# Sites that are not ours embed the address for years: a new version reaches them within a day.
ONE_DAY = 24 * 60 * 60


@cache
def read_script():
    """The script for sites that are not Odoo's, without what only its readers need."""
    with file_open(SCRIPT) as file:
        return jsmin(file.read(), keep_bang_comments=True)


class OtherSite(http.Controller):
    @http.route(
        SCRIPT_PATH,
        type="http",
        auth="none",
        methods=["GET"],
        cors="*",
        readonly=True,
        save_session=False,
    )
    def script(self, download=None, **_parameters):
        """The script, to embed, or as a file for those who keep it on their own server."""
        headers = [
            ("Content-Type", "text/javascript; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
            ("Cache-Control", f"public, max-age={ONE_DAY}"),
        ]
        if download:
            headers.append(("Content-Disposition", content_disposition("conversion_tracking.js")))
        response = request.make_response(read_script(), headers)
        response.add_etag()
        return response.make_conditional(request.httprequest)
