"""What core remembers of somebody who refused cookies, or withdrew."""

from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import ALLOW_ALL, ESSENTIALS, JourneyCase


@tagged("post_install", "-at_install")
class TestLeftovers(JourneyCase):
    CORE = {"odoo_utm_source": "Flyer", "odoo_utm_campaign": "Never asked for"}

    def setUp(self):
        super().setUp()
        self.website.cookies_bar = True

    def visitor_with_cores(self, answer=None):
        visitor = self.visitor()
        for name, value in self.CORE.items():
            visitor.set_cookie(name, value)
        if answer:
            visitor.answer_cookies_bar(answer)
        return visitor

    def test_nothing_is_read_without_permission(self):
        for number, answer in enumerate((ESSENTIALS, None)):
            visitor = self.visitor_with_cores(answer)
            lead = visitor.submit_contact_form(email=f"{number}@example.com")
            self.assertFalse(lead.first_touch_id)
            self.assertUTM(lead, medium="website")
        self.assertFalse(self.env["utm.source"].search([("name", "=", "Flyer")]))
        self.assertFalse(self.env["utm.campaign"].search([("name", "=", "Never asked for")]))

    def test_withdrawn_and_given_again_starts_anew(self):
        visitor = self.visitor_with_cores(ALLOW_ALL)
        visitor.answer_cookies_bar(ESSENTIALS)
        visitor.visit("/contactus")
        self.assertFalse([one for one in visitor.opener.cookies if "utm" in one.name])
        visitor.answer_cookies_bar(ALLOW_ALL)
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, channel="direct", source="")

    def test_beside_a_journey_of_ours_cores_cookies_tell_nothing(self):
        visitor = self.visitor_with_cores(ALLOW_ALL)
        visitor.set_cookie("conversion_journey", "forged")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, channel="direct")

    def test_long_after_the_installation_they_tell_nothing(self):
        long_ago = datetime.now() - timedelta(days=32)
        self.patch(self.registry["ir.http"], "_get_installed_at", lambda self: long_ago)
        lead = self.visitor_with_cores(ALLOW_ALL).submit_contact_form()
        self.assertTouch(lead.first_touch_id, channel="direct")
