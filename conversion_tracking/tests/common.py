"""Journeys in the words of the specification: visit, submit a form, win."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import HOST, HttpCase

from ..attribution import cookie
from ..attribution.redirects import may_tell
from ..models.conversion_cookie_mixin import COOKIE, LATE_COOKIE
from ..models.conversion_core_cookies_mixin import CONSENT_COOKIE

ALLOW_ALL = '{"required": true, "optional": true, "ts": 1763600000000}'
ESSENTIALS = '{"required": true, "optional": false, "ts": 1763600000000}'
CONSENT_TIME = datetime.fromtimestamp(1763600000, timezone.utc).replace(tzinfo=None)

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"

LINKEDIN_AD = "utm_source=linkedin&utm_medium=social&utm_campaign=webinar"
FACEBOOK_AD = "utm_source=facebook&utm_medium=cpc&utm_campaign=retarget"


class JourneyCase(HttpCase):
    """Visitors with a browser of their own, and what a salesperson sees of them."""

    def setUp(self):
        super().setUp()
        # Else what a test makes after a request is older than what the request made.
        self.patch(self.env.cr, "now", lambda: datetime.now(timezone.utc).replace(tzinfo=None))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.cookies_bar = False
        cls.touchpoints = cls.env["conversion.touchpoint"]
        cls.leads = cls.env["crm.lead"]

    def visitor(self, login=None):
        """A person with a new browser, logged in as ``login`` if given."""
        self.authenticate(login, login)
        return Visitor(self)

    def assertTouch(self, touchpoint, **expected):
        """Compare what is shown of a touchpoint; UTM records by their name in small letters."""
        self.assertTrue(touchpoint, "there is no touchpoint")
        shown = {name: touchpoint[self._field(name)] for name in expected}
        for name in ("source", "medium", "campaign"):
            if name in shown:
                shown[name] = (shown[name].name or "").lower()
        self.assertEqual(shown, expected)

    def assertUTM(self, lead, source="", medium="", campaign=""):
        """Compare core's three UTM fields, as names in small letters."""
        shown = (lead.source_id.name, lead.medium_id.name, lead.campaign_id.name)
        self.assertEqual([(name or "").lower() for name in shown], [source, medium, campaign])

    @staticmethod
    def _field(name):
        return f"{name}_id" if name in ("source", "medium", "campaign") else name


class Visitor:
    """A browser: cookies, the page it shows, and the forms it submits."""

    def __init__(self, case):
        self.case = case
        self.opener = case.opener
        self.opener.headers["User-Agent"] = BROWSER
        self.page = ""

    @property
    def journey_cookie(self):
        return self.opener.cookies.get(COOKIE)

    @property
    def touches(self):
        """The touches in the cookie, oldest first."""
        return self._journey.touches

    @property
    def _journey(self):
        journey = cookie.decode(self.journey_cookie or "", self._key)
        late = cookie.decode(self.opener.cookies.get(LATE_COOKIE) or "", self._key)
        if not journey.touches:
            return late
        for touch in late.touches:
            journey = journey.add_late(touch)
        return journey

    @property
    def _key(self):
        return self.case.env["ir.http"]._journey_key()

    def wait(self, **duration):
        """Let time pass for this browser: everything it remembers is older afterwards."""
        age = timedelta(**duration)
        journey = replace(
            self._journey,
            touches=tuple(replace(one, occurred_at=one.occurred_at - age) for one in self.touches),
            renewed_at=self._journey.renewed_at - age,
        )
        self.set_cookie(COOKIE, cookie.encode(journey, self._key))

    def set_cookie(self, name, value):
        self.opener.cookies.set(name, value, domain=HOST)

    def visit(self, path, referrer=None, **options):
        """Open a page as if a link on ``referrer`` led there; returns the response.

        By default that is the page they are on; a link with marketing is clicked elsewhere.
        """
        if referrer is None and not may_tell(path):
            referrer = self.page
        headers = {"Referer": referrer, **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value}
        response = self._open(path, headers=headers, **options)
        self.page = response.url
        return response

    def answer_cookies_bar(self, answer):
        self.set_cookie(CONSENT_COOKIE, answer)

    def post_form(self, model="crm.lead", query="", **values):
        """Post a website form from the current page; returns the answer, from JSON."""
        page = self.page or self.case.base_url() + "/contactus"
        response = self._open(
            f"/website/form/{model}{query}", data=values, headers={"Referer": page}
        )
        self.case.assertEqual(response.status_code, 200, response.text)
        return json.loads(response.text)

    def submit_form(self, model="crm.lead", **values):
        """Post a website form from the current page; returns the record it made."""
        answer = self.post_form(model, **values)
        self.case.assertTrue(answer and answer.get("id"), answer)
        return self.case.env[model].browse(answer["id"])

    def submit_contact_form(self, email="ann@example.com", **values):
        return self.submit_form(
            **{"contact_name": "Ann", "name": "Question", "email_from": email, **values}
        )

    def _open(self, path, **options):
        # The test case knows one browser at a time.
        self.case.opener = self.opener
        # Else the test server reads the cookies before ``_sanitize_cookies`` can be called.
        with patch.object(self.case, "http_request_allow_all", True), ServerErrors() as errors:
            response = self.case.url_open(path, **options)
        self.case.assertNotEqual(response.status_code, 500, errors.texts)
        return response


class ServerErrors(logging.Handler):
    """What went wrong in Odoo during requests: of a subtest, the runner shows no log."""

    def __enter__(self):
        self.texts = []
        logging.getLogger("odoo.http").addHandler(self)
        return self

    def __exit__(self, *_error):
        logging.getLogger("odoo.http").removeHandler(self)

    def emit(self, record):
        self.texts.append(self.format(record))
