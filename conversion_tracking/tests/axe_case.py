"""Screens checked by axe-core: whether everybody can read and use what is ours on them."""

from axe_playwright_python.base import AXE_SCRIPT

from odoo.tests import HttpCase

# where the tours load it from; no such host is ever asked
ADDRESS = "https://axe.invalid/axe.min.js"
TWO_MINUTES = 120


class AxeCase(HttpCase):
    """Tours that look at screens, see ``static/tests/tours/accessibility.js``."""

    def fetch_proxy(self, url):
        if url == ADDRESS:
            return self.make_fetch_proxy_response(AXE_SCRIPT)
        return super().fetch_proxy(url)

    def look_at(self, screens, *, login):
        """Open screens one after the other, and fail with all that axe-core finds there."""
        self.start_tour(
            "/odoo/conversion-board",
            f"conversion_tracking.accessibility_{screens}",
            login=login,
            timeout=TWO_MINUTES,
        )
