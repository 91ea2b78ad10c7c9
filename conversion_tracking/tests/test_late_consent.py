"""A landing before the answer to the cookies bar: carried on in links, believed when signed."""

import json
import time
from datetime import timedelta

from odoo.tests import tagged

from ..attribution import parameters
from ..models.conversion_cookie_mixin import LATE_COOKIE
from ..models.conversion_landing_mixin import LANDING_PATH, TOUCH_PATH
from .common import ALLOW_ALL, ESSENTIALS, FACEBOOK_AD, LINKEDIN_AD, JourneyCase

GOOGLE = "https://www.google.com/"
LANDING = f"{LINKEDIN_AD}&utm_term=crm&ct_page=/shop"


def answered(optional=True, ago=0):
    return json.dumps({"optional": optional, "ts": int((time.time() - ago) * 1000)})


@tagged("post_install", "-at_install")
class TestLateConsent(JourneyCase):
    def setUp(self):
        super().setUp()
        self.website.cookies_bar = True

    def sign(self, visitor, query=LANDING):
        """The signed text that the script of a page asks for; empty when it gets none."""
        response = visitor._open(f"{LANDING_PATH}?{query}")
        self.assertEqual(response.status_code, 200 if response.text else 204)
        return response.text

    def signed(self, query=LANDING):
        """A text that a stranger got for their own landing."""
        return self.sign(self.visitor(), query)

    def accept(self, visitor, carried):
        """Press accept on a page whose address carries the landing."""
        visitor.answer_cookies_bar(answered())
        return visitor._open(f"{TOUCH_PATH}?{carried}", headers={"Referer": self.base_url() + "/b"})

    # ------------------------------------------------------------
    # What must not be believed
    # ------------------------------------------------------------

    def assertNotCarried(self, visitor, text):
        """The link counts as what it is: one with UTM values, to this page, now."""
        start = int(time.time())
        visitor.visit(f"/contactus?{FACEBOOK_AD}&ct_landed={text}&ct_page=/shop")
        [touch] = visitor.touches
        self.assertEqual((touch.source, touch.landing_page), ("facebook", "/contactus"))
        self.assertGreaterEqual(touch.occurred_at.timestamp(), start)

    def test_invented_and_damaged_landings(self):
        text = self.signed()
        known = self.visitor()
        known.answer_cookies_bar(ALLOW_ALL)
        known.visit(f"/?{LINKEDIN_AD}")
        invented = str(int(time.time()) - 3600)
        for damaged in (
            invented,
            text[:-1],
            f"{text[:9]}{text[9].swapcase()}x{text[11:]}",
            known.journey_cookie,
            "1..",
        ):
            visitor = self.visitor()
            visitor.answer_cookies_bar(answered())
            with self.subTest(damaged[:20]):
                self.assertNotCarried(visitor, damaged)

    def test_a_landing_signed_hours_ago(self):
        text = self.signed()
        self.patch(parameters, "CARRIED_FOR", timedelta(seconds=-1))
        visitor = self.visitor()
        visitor.answer_cookies_bar(answered())
        self.assertNotCarried(visitor, text)

    def test_a_landing_on_another_website(self):
        second = self.env["website"].create(
            {"name": "Second", "domain": "https://second.example.com", "cookies_bar": True}
        )
        stranger = self.visitor()
        host = {"Host": "second.example.com"}
        text = stranger._open(f"{LANDING_PATH}?{LANDING}", headers=host).text
        self.assertTrue(text)
        visitor = self.visitor()
        visitor.answer_cookies_bar(answered())
        self.assertNotCarried(visitor, text)
        self.assertTrue(second.cookies_bar)

    def test_a_visitor_who_answered_long_ago(self):
        visitor = self.visitor()
        visitor.answer_cookies_bar(answered(ago=5 * 3600))
        self.assertNotCarried(visitor, self.signed())

    def test_somebody_elses_link_never_becomes_the_first_touch(self):
        text = self.signed()
        visitor = self.visitor()
        visitor.answer_cookies_bar(answered())
        visitor.visit(f"/?{FACEBOOK_AD}")
        visitor.visit(f"/contactus?ct_landed={text}")
        visitor.visit(f"/contactus?{LINKEDIN_AD}&ct_landed={text}")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="facebook")
        self.assertTouch(lead.lead_creation_touch_id, source="facebook")

    # ------------------------------------------------------------
    # What is not signed
    # ------------------------------------------------------------

    def test_signing_stores_nothing(self):
        visitor = self.visitor()
        response = visitor._open(f"{LANDING_PATH}?{LANDING}")
        self.assertTrue(response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("linkedin", str(visitor.opener.cookies))
        self.assertFalse(visitor.journey_cookie)
        visitor.visit(f"/contactus?{LINKEDIN_AD}&ct_landed={response.text}")
        self.assertFalse(visitor.journey_cookie)
        lead = visitor.submit_contact_form()
        self.assertFalse(lead.first_touch_id)

    def test_who_refused_or_accepted_before(self):
        for answer in (ESSENTIALS, ALLOW_ALL, answered(optional=False)):
            visitor = self.visitor()
            visitor.answer_cookies_bar(answer)
            self.assertFalse(self.sign(visitor), answer)

    def test_where_nobody_is_asked(self):
        text = self.signed()
        self.website.cookies_bar = False
        self.assertFalse(self.signed())
        visitor = self.visitor()
        visitor.visit(f"/?{FACEBOOK_AD}")
        visitor.visit(f"/?ct_landed={text}")
        self.assertEqual([touch.source for touch in visitor.touches], ["facebook"])

    def test_a_landing_without_marketing(self):
        for query in ("", "ct_page=/shop", "utm_source=%20", f"ct_referrer={self.base_url()}/x"):
            self.assertFalse(self.signed(query), query)

    # ------------------------------------------------------------
    # What is carried on
    # ------------------------------------------------------------

    def test_the_landing_of_a_late_consent(self):
        visitor = self.visitor()
        landed = int(time.time())
        text = self.sign(visitor, f"{LANDING}&ct_referrer={GOOGLE}")
        visitor.visit(f"/contactus?{LINKEDIN_AD}&ct_landed={text}")
        self.assertEqual(self.accept(visitor, f"ct_landed={text}").status_code, 204)
        [touch] = visitor.touches
        self.assertEqual(
            (touch.source, touch.term, touch.landing_page), ("linkedin", "crm", "/shop")
        )
        self.assertEqual(touch.referrer, GOOGLE)
        self.assertIn(touch.occurred_at.timestamp() - landed, (0, 1))
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", landing_page="/shop")
        self.assertEqual(lead.consent, "granted")

    def test_the_page_after_the_answer_may_tell_it_too(self):
        visitor = self.visitor()
        text = self.sign(visitor)
        visitor.answer_cookies_bar(answered())
        visitor.visit(f"/contactus?ct_landed={text}")
        visitor.visit(f"/contactus?ct_landed={text}")
        self.assertEqual([touch.landing_page for touch in visitor.touches], ["/shop"])

    def test_a_click_before_the_signature_came_keeps_the_ad(self):
        visitor = self.visitor()
        self.accept(visitor, LINKEDIN_AD)
        [touch] = visitor.touches
        self.assertEqual((touch.source, touch.landing_page), ("linkedin", "/b"))

    def test_another_consent_tool_without_a_time(self):
        self.website.cookies_bar = False
        allowed = False
        self.patch(
            self.registry["ir.http"], "_is_allowed_cookie", classmethod(lambda cls, kind: allowed)
        )
        visitor = self.visitor()
        text = self.sign(visitor)
        self.assertTrue(text)
        allowed = True
        visitor.visit(f"{TOUCH_PATH}?ct_landed={text}")
        self.assertEqual([touch.landing_page for touch in visitor.touches], ["/shop"])

    def test_a_banner_before_the_answer_leaves_the_ad(self):
        visitor = self.visitor()
        text = self.sign(visitor)
        visitor.answer_cookies_bar(answered())
        visitor.visit(
            f"/contactus?utm_source=banner&ct_landed={text}", referrer=self.base_url() + "/shop"
        )
        self.assertEqual(
            [(touch.source, touch.own_link) for touch in visitor.touches],
            [("linkedin", False), ("banner", True)],
        )

    def test_a_click_before_the_script_ran(self):
        """The page after the landing finds it in its referrer, signed or not."""
        for carried in (LINKEDIN_AD, f"ct_landed={self.signed()}"):
            visitor = self.visitor()
            visitor.answer_cookies_bar(answered())
            visitor.visit("/contactus", referrer=f"{self.base_url()}/shop?{carried}")
            self.assertEqual(
                [(touch.source, touch.landing_page) for touch in visitor.touches],
                [("linkedin", "/shop")],
            )


@tagged("post_install", "-at_install")
class TestToldLate(JourneyCase):
    """What a page tells of its landing after it was answered."""

    def tell(self, visitor, query, page="/"):
        referrer = f"{self.base_url()}{page}"
        return visitor._open(f"{TOUCH_PATH}?{query}", headers={"Referer": referrer})

    def kept(self, visitor):
        return {one.name for one in visitor.opener.cookies if one.name.startswith("conversion")}

    def test_nothing_of_a_visitor_who_refused(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar(ALLOW_ALL)
        self.tell(visitor, LINKEDIN_AD)
        self.assertTrue(self.kept(visitor))
        visitor.answer_cookies_bar(ESSENTIALS)
        self.tell(visitor, FACEBOOK_AD)
        self.assertFalse(self.kept(visitor))

    def test_answers_that_cross_on_their_way(self):
        """The answer to an accepted bar comes after that of the next page, or even later."""
        told = self.visitor()
        self.tell(told, LINKEDIN_AD)
        [late] = [one for one in told.opener.cookies if one.name == LATE_COOKIE]
        for pages in (1, 2):
            visitor = self.visitor()
            visitor.visit(f"/?{FACEBOOK_AD}")
            for _page in range(1, pages):
                visitor.visit("/contactus")
            visitor.set_cookie(LATE_COOKIE, late.value)
            visitor.visit("/contactus")
            self.assertEqual({touch.source for touch in visitor.touches}, {"linkedin", "facebook"})
            self.assertEqual(self.kept(visitor), {"conversion_journey"})

    def test_a_form_sent_before_another_page(self):
        visitor = self.visitor()
        visitor.visit("/contactus", referrer=GOOGLE)
        self.tell(visitor, f"{LINKEDIN_AD}&ct_referrer={GOOGLE}", "/contactus")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", referrer=GOOGLE)
        self.assertEqual(len(lead.journey_ids), 2)

    def test_what_the_address_says_behind_the_hash(self):
        visitor = self.visitor()
        visitor.visit("/shop", referrer=GOOGLE)
        for _time in range(2):
            self.tell(visitor, f"gclid=AbC&ct_page=/shop&ct_referrer={GOOGLE}", "/shop")
            visitor.visit("/contactus")
        [touch] = visitor.touches
        self.assertEqual((touch.gclid, touch.referrer), ("AbC", GOOGLE))

    def test_a_landing_that_was_not_signed_yet(self):
        visitor = self.visitor()
        self.tell(visitor, f"ct_page=/invented&ct_referrer={GOOGLE}", "/shop")
        [touch] = visitor.touches
        self.assertEqual((touch.referrer, touch.landing_page), (GOOGLE, "/shop"))

    def test_a_stranger_tells_nothing_of_a_referrer(self):
        visitor = self.visitor()
        visitor._open(f"{TOUCH_PATH}?ct_referrer={GOOGLE}")
        self.assertFalse(self.kept(visitor))
