from odoo.tests import tagged

from .common import ALLOW_ALL, ESSENTIALS, JourneyCase


@tagged("post_install", "-at_install")
class TestCapture(JourneyCase):
    def test_second_ad_does_not_rewrite_the_first(self):
        visitor = self.visitor()
        visitor.visit("/?utm_source=linkedin&utm_medium=social&utm_campaign=webinar")
        visitor.visit("/?utm_source=facebook&utm_medium=cpc&utm_campaign=retarget", "https://facebook.com/")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
        self.assertTouch(lead.lead_creation_touch_id, source="facebook", campaign="retarget")
        self.assertEqual(lead.source_id.name, "Facebook")
        self.assertEqual(lead.campaign_id.name, "retarget")
        self.assertEqual(lead.lead_creation_channel, "paid_social")
        self.assertEqual(
            lead.journey_ids.mapped("kind"), ["conversion", "lead_creation", "first_touch"]
        )

    def test_refused_cookies_leave_nothing(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar(ESSENTIALS)
        visitor.visit("/?utm_source=linkedin&gclid=AbC")
        self.assertFalse(visitor.journey_cookie)
        lead = visitor.submit_contact_form()
        self.assertFalse(lead.first_touch_id)
        self.assertEqual(lead.consent, "denied")

    def test_granted_cookies_are_recorded_with_their_time(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar(ALLOW_ALL)
        visitor.visit("/?gclid=AbC-1")
        lead = visitor.submit_contact_form()
        self.assertEqual(lead.consent, "granted")
        self.assertTrue(lead.consent_at)
        self.assertTouch(lead.first_touch_id, source="google", medium="cpc", gclid="AbC-1")
        self.assertEqual(lead.google_click_id, lead.first_touch_id)
