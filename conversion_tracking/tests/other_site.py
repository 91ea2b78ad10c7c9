"""Sites that are not Odoo's: what they hand over, and one with plain HTML pages and a form."""

import json
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

SHOP = "https://www.shop-elsewhere.example"
NOW = datetime.now(timezone.utc)
# Nothing inline, nothing evaluated; scripts of the site itself and of Odoo.
POLICY = "default-src 'self'; script-src 'self' {odoo}; frame-src 'self' {odoo}; object-src 'none'"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sofas</title>
<script src="{odoo}/conversion_tracking/other_site.js" data-consent="required" defer></script>
<script src="/site.js" defer></script>
</head>
<body>
<div id="banner">May we remember how you found us? <button id="accept">Yes</button></div>
<a id="about" href="/about">About us</a>
<a id="contact" href="/contact">Contact</a>
<a id="odoo" href="{odoo}/contactus">Ask in our Odoo</a>
<iframe id="embedded" src="{odoo}/robots.txt"></iframe>
<form action="/send" method="post">
<input name="name" value="Question">
<input name="email_from">
<input type="hidden" name="stored">
<input type="hidden" name="conversion_journey">
<input type="hidden" name="input_7" id="input_1_7">
<button>Send</button>
</form>
</body>
</html>
"""
SITE_SCRIPT = '<script src="/site.js" defer></script>'
# In a frame: a consent tool whose answer a test gives.
TCF = """<script>
window.__tcfapi = (_command, _version, answer) => (window.answerTcf = answer);
</script>
<script"""
THANKS = '<!DOCTYPE html><html lang="en"><title>Thanks</title><script src="/thanks.js"></script>'


def hand_over(*landings, consent="granted", page=f"{SHOP}/contact", days=1):
    """What the script hands over of a visitor who came by ``landings``, a minute apart."""
    seconds = int((NOW - timedelta(days=days)).timestamp())
    touches = [
        [seconds + 60 * place, f"{SHOP}/?{query}", ""] for place, query in enumerate(landings)
    ]
    content = {"v": 1, "page": page, "consent": [consent, seconds, "tcf"], "touches": touches}
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


class OtherSite(ThreadingHTTPServer):
    """The site, with what its own scripts do.

    :param odoo: address of Odoo
    :param receive: called with the values of each form that was sent
    :param scripts: what the site's own scripts do, by path: ``/site.js`` on every page,
        ``/thanks.js`` after a form
    :param rows: what its scripts find at ``/rows``
    """

    daemon_threads = True

    def __init__(self, odoo, receive, scripts, rows=()):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receive = receive
        self.rows = rows
        self.policy = POLICY.format(odoo=odoo)
        self.page = PAGE.format(odoo=odoo)
        self.scripts = scripts

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def running(self):
        thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urlsplit(self.path).path
        if path.endswith(".js"):
            self._answer(self.server.scripts.get(path, ""), "text/javascript")
        elif path == "/rows":
            self._answer(json.dumps(self.server.rows), "application/json")
        elif self.headers["Sec-Fetch-Dest"] == "iframe":
            page = self.server.page.replace(SITE_SCRIPT, "")
            if path == "/granted":
                page = page.replace("required", 'granted" data-field="#input_1_7')
            self._answer(page.replace("<script", TCF, 1), policy="")
        else:
            self._answer(self.server.page)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.receive(dict(parse_qsl(body)))
        self._answer(THANKS)

    def _answer(self, text, kind="text/html", policy=None):
        policy = self.server.policy if policy is None else policy
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """Say nothing of requests."""
