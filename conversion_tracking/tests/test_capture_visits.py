"""What is a visit: whose, when it is a new one, and what another page tells of it."""

from dataclasses import replace

from odoo.tests import tagged

from ..attribution import cookie
from .common import FACEBOOK_AD, LINKEDIN_AD, JourneyCase

GOOGLE = "https://www.google.com/"
INSTAGRAM = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 Instagram 334.0.4.32.98 (iPhone14,5; iOS 17_5_1; nl_NL; nl)"
)
CUBOT = (
    "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/124.0.0.0 Mobile Safari/537.36"
)


@tagged("post_install", "-at_install")
class TestBrowsers(JourneyCase):
    def test_programs_are_no_visitors_whatever_core_thinks(self):
        for agent in ("HeadlessChrome/124.0", "Go-http-client/1.1", "x (+https://x.example/bot)"):
            visitor = self.visitor()
            visitor.visit(f"/?{LINKEDIN_AD}", headers={"User-Agent": agent})
            self.assertFalse(visitor.journey_cookie, agent)

    def test_visitors_from_apps_are_people(self):
        for number, agent in enumerate((INSTAGRAM, CUBOT)):
            visitor = self.visitor()
            visitor.opener.headers["User-Agent"] = agent
            visitor.visit(f"/?{LINKEDIN_AD}")
            lead = visitor.submit_contact_form(email=f"{number}@example.com")
            self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
            self.assertUTM(lead, "linkedin", "social", "webinar")

    def test_a_name_of_any_length(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}", headers={"User-Agent": "x" * 60_000})
        self.assertEqual(len(visitor.touches), 1)


@tagged("post_install", "-at_install")
class TestVisits(JourneyCase):
    def test_who_came_back_by_the_first_ad_came_by_it_last(self):
        visitor = self.visitor()
        for ad in (LINKEDIN_AD, FACEBOOK_AD, LINKEDIN_AD):
            visitor.visit(f"/?{ad}")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin")
        sources = lead.journey_ids.filtered(lambda one: one.kind == "visit").source_id
        self.assertEqual(len(visitor.touches), 3)
        self.assertEqual(len(sources), 2)

    def test_a_page_loaded_again_is_no_visit(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.visit(f"/?{FACEBOOK_AD}")
        for headers in ({}, {"Cache-Control": "max-age=0"}):
            visitor.visit(f"/?{FACEBOOK_AD}", headers=headers)
        visitor.visit(f"/?{LINKEDIN_AD}", headers={"Cache-Control": "max-age=0"})
        self.assertEqual([touch.source for touch in visitor.touches], ["linkedin", "facebook"])

    def test_two_visits_from_one_page_within_seconds(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=AbC", referrer=GOOGLE)
        visitor.visit("/?utm_source=fair", referrer=GOOGLE)
        self.assertEqual([one.gclid for one in visitor.touches], ["AbC", ""])

    def test_two_browsers_of_a_person_in_the_same_second(self):
        phone, computer = self.visitor(), self.visitor()
        phone.visit("/?gclid=AbC-1", referrer=GOOGLE)
        computer.visit(f"/?{FACEBOOK_AD}")
        first = phone.submit_contact_form()
        self.set_time(computer, phone.touches[0].occurred_at)
        second = computer.submit_contact_form()
        self.assertTouch(second.lead_creation_touch_id, source="facebook", gclid=False)
        visits = self.touchpoints.search(
            [("id", "in", (first | second).journey_ids.ids), ("kind", "=", "visit")]
        )
        self.assertEqual(len(visits), 2)
        self.assertEqual(second.google_touch_id.gclid, "AbC-1")

    def test_a_visit_recorded_by_the_form_before_is_not_repeated(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}", referrer=GOOGLE)
        visitor.visit("/?gclid=AbC")
        first, second = visitor.submit_contact_form(), visitor.submit_contact_form()
        visits = (first | second).journey_ids.filtered(lambda one: one.kind == "visit")
        self.assertEqual(len(visits), 2)

    def set_time(self, visitor, moment):
        journey = visitor._journey
        touches = tuple(replace(one, occurred_at=moment) for one in journey.touches)
        text = cookie.encode(replace(journey, touches=touches), visitor._key)
        visitor.set_cookie("conversion_journey", text)


@tagged("post_install", "-at_install")
class TestPageBefore(JourneyCase):
    """A landing that was left before its answer was kept is read from the referrer."""

    def test_the_page_before_is_told_once(self):
        landing = f"{self.base_url()}/shop?{LINKEDIN_AD}"
        visitor = self.visitor()
        for _time in range(2):
            visitor.visit("/contactus", referrer=landing)
        [touch] = visitor.touches
        self.assertEqual((touch.source, touch.landing_page), ("linkedin", "/shop"))
        self.assertFalse(touch.own_link)

    def test_only_of_own_pages(self):
        visitor = self.visitor()
        visitor.visit("/contactus", referrer=f"https://evil.example/?{LINKEDIN_AD}")
        [touch] = visitor.touches
        self.assertEqual((touch.source, touch.referrer), ("", "https://evil.example/"))

    def test_it_makes_nothing_latest_that_is_known(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}", referrer=GOOGLE)
        visitor.visit(f"/?{FACEBOOK_AD}")
        visitor.visit("/contactus", referrer=f"{self.base_url()}/?{LINKEDIN_AD}")
        self.assertEqual([one.source for one in visitor.touches], ["linkedin", "facebook"])

    def test_the_form_on_the_landing_page(self):
        visitor = self.visitor()
        visitor.page = f"{self.base_url()}/contactus?{LINKEDIN_AD}"
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", landing_page="/contactus")
