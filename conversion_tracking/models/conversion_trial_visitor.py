import json
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode, urljoin, urlsplit

from werkzeug.test import Client

from odoo import api, http, models

from .conversion_cookie_mixin import COOKIE
from .conversion_core_cookies_mixin import CONSENT_COOKIE
from .conversion_trial_mixin import HEADER

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MAX_REDIRECTS = 5
# What Odoo notes of a request on the thread that answers it.
THREAD_NOTES = (
    *("dbname", "uid", "url", "query_count", "query_time", "perf_t0", "cursor_mode"),
    "rpc_model_method",
)


class ConversionTrialVisitor(models.AbstractModel):
    """A visitor of our own, for the self-test."""

    _name = "conversion.trial.visitor"
    _description = "Visitor of the Self-test"

    @api.model
    def _arrive(self, website):
        """A new :class:`TrialBrowser` for a website."""
        base = website.domain or website.get_base_url()
        return TrialBrowser(base, self.env.cr.dbname, self.env["ir.http"]._sign_trial(self.env))


class TrialBrowser:
    """Opens pages and sends forms of a website as a browser does, without the network between.

    Odoo answers as it answers any visitor, with a database connection of its own; what a request
    writes is taken back, see ``conversion.trial.mixin``.

    :param base: address of the website
    :param database: its name
    :param signature: makes the requests trials
    """

    def __init__(self, base, database, signature):
        self._client = Client(http.root, use_cookies=False)
        self._base = base
        self._headers = {
            "User-Agent": BROWSER,
            "X-Odoo-Database": database,
            HEADER: signature,
        }
        self.cookies = {}

    @property
    def remembers(self):
        """Whether the website keeps a journey in this browser."""
        return bool(self.cookies.get(COOKIE))

    def accept_cookies(self):
        """Answer the cookies bar, as its button does."""
        answer = {"required": True, "optional": True, "ts": int(time.time() * 1000)}
        self.cookies[CONSENT_COOKIE] = json.dumps(answer, separators=(",", ":"))

    def open(self, path, **parameters):
        """Open a page.

        :return: its HTTP status and its HTML
        """
        address = f"{path}?{urlencode(parameters)}" if parameters else path
        for _number in range(MAX_REDIRECTS):
            response = self._request("GET", address)
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            there = urlsplit(urljoin(address, response.headers["Location"]))
            address = f"{there.path}?{there.query}" if there.query else there.path
        return response.status_code, response.get_data(as_text=True)

    def send(self, page, form):
        """Send a form of ``attribution.forms``, filled in, from the page that it stands on.

        :return: what Odoo answered, and what it had recorded before it was taken back
        """
        response = self._request(
            "POST",
            f"/website/form/{form.model}",
            data=form.sample,
            headers={"Referer": urljoin(self._base, page)},
        )
        try:
            answer = json.loads(response.get_data(as_text=True))
        except ValueError:
            answer = {"error": f"HTTP {response.status_code}"}
        return answer, json.loads(response.headers.get(HEADER) or "{}")

    def _request(self, method, address, headers=None, **options):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with _thread_of_its_own():
            response = self._client.open(
                address,
                method=method,
                base_url=self._base,
                headers={**self._headers, "Cookie": cookies, **(headers or {})},
                **options,
            )
        for line in response.headers.getlist("Set-Cookie"):
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = "" if "Max-Age=0" in line else value
        return response


@contextmanager
def _thread_of_its_own():
    """Keep what Odoo notes of the request under way, while another is answered within it."""
    thread = threading.current_thread()
    notes = {name: getattr(thread, name) for name in THREAD_NOTES if hasattr(thread, name)}
    try:
        yield
    finally:
        for name in THREAD_NOTES:
            if hasattr(thread, name):
                delattr(thread, name)
        for name, value in notes.items():
            setattr(thread, name, value)
