"""Journeys in the words of the specification: visit, submit a form, win."""

from odoo.tests import HttpCase

ALLOW_ALL = '{"required": true, "optional": true, "ts": 1763600000000}'
ESSENTIALS = '{"required": true, "optional": false, "ts": 1763600000000}'


class JourneyCase(HttpCase):
    """Visitors with a browser of their own, and what a salesperson sees of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.cookies_bar = False
        cls.touchpoints = cls.env["conversion.touchpoint"]

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

    @staticmethod
    def _field(name):
        return f"{name}_id" if name in ("source", "medium", "campaign") else name


class Visitor:
    """A browser: cookies, the page it shows, and the forms it submits."""

    def __init__(self, case):
        self.case = case
        self.page = ""

    @property
    def journey_cookie(self):
        return self.case.opener.cookies.get("conversion_journey")

    def visit(self, path, referrer=None, **headers):
        """Open a page as if a link on ``referrer`` led there; returns the response."""
        headers["Referer"] = referrer or self.page or None
        response = self.case.url_open(path, headers={k: v for k, v in headers.items() if v})
        self.page = response.url
        return response

    def answer_cookies_bar(self, answer):
        self.case.opener.cookies.set("website_cookies_bar", answer)

    def submit_form(self, model="crm.lead", **values):
        """Post a website form from the current page; returns the record it made."""
        response = self.case.url_open(
            f"/website/form/{model}",
            data=values,
            headers={"Referer": self.page or self.case.base_url() + "/contactus"},
        )
        record_id = response.json().get("id")
        self.case.assertTrue(record_id, response.text)
        return self.case.env[model].browse(record_id)

    def submit_contact_form(self, email="ann@example.com", **values):
        return self.submit_form(
            **{"contact_name": "Ann", "name": "Question", "email_from": email, **values}
        )
