"""Visitors who come by two ads before they use one of Odoo's other apps."""

from odoo.http import Request

from ..common import ESSENTIALS, LINKEDIN_AD, JourneyCase, Visitor

GOOGLE_AD = "utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=Cj0-LAB_1"
LATER_AD = "utm_source=bing&utm_medium=cpc&utm_campaign=autumn&msclkid=ms-LAB-1"
LAST_VISIT = ("google", "cpc", "spring")


class LabCase(JourneyCase):
    def tour(self, name, **options):
        """Play a tour of ``static/tests/tours/apps.js``: it starts on the landing of the first
        ad, and comes back by the Google ad."""
        # Chromium without a screen calls itself a program.
        self.patch(self.registry["ir.http"], "_is_program", classmethod(lambda cls: False))
        self.start_tour(f"/?{LINKEDIN_AD}", f"conversion_tracking.{name}", **options)

    def come_twice(self):
        """A visitor who comes by two ads, as in the tours; their browser is the one in use."""
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.wait(days=2)
        visitor.visit(f"/?{GOOGLE_AD}")
        visitor.wait(minutes=40)
        return visitor

    def browser_in_use(self):
        return Visitor(self)

    def come_without_consent(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar(ESSENTIALS)
        # core's cookies of an earlier time, when it was not asked
        visitor.set_cookie("odoo_utm_source", "leftover")
        visitor.visit(f"/?{GOOGLE_AD}")
        return visitor

    def post(self, path, **data):
        """Post a form that has a token against forgery, from the browser in use."""
        data["csrf_token"] = Request.csrf_token(self)
        response = self.url_open(path, data=data)
        self.assertEqual(response.status_code, 200, response.text[-2000:])
        return response

    def assertBroughtByGoogle(self, lead):
        """The lead of somebody who came by the LinkedIn ad first, and then by Google's."""
        self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
        self.assertTouch(
            lead.lead_creation_touch_id, source="google", medium="cpc", campaign="spring"
        )
        self.assertUTM(lead, *LAST_VISIT)
        self.assertEqual(lead.google_touch_id.gclid, "Cj0-LAB_1")
        self.assertEqual(lead.journey_ids.mapped("kind"), ["conversion", "visit", "visit"])

    def count_records(self):
        """How many records there are that anonymous traffic must not make."""
        names = ("conversion.touchpoint", "utm.source", "utm.medium", "utm.campaign", "res.partner")
        return {name: self.env[name].search_count([]) for name in names}
