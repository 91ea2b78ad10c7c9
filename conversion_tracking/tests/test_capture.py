"""The visitor's cookie: every kind of answer, consent, and requests that must not count."""

from odoo.tests import tagged

from .common import (
    ALLOW_ALL,
    CONSENT_TIME,
    ESSENTIALS,
    FACEBOOK_AD,
    LINKEDIN_AD,
    JourneyCase,
)

GOOGLE = "https://www.google.com/"
CRAWLER = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}


@tagged("post_install", "-at_install")
class TestCookie(JourneyCase):
    def assertRemembers(self, visitor, **expected):
        self.assertEqual(len(visitor.touches), 1, visitor.touches)
        [touch] = visitor.touches
        self.assertEqual({name: getattr(touch, name) for name in expected}, expected)

    # ------------------------------------------------------------
    # What must not be remembered
    # ------------------------------------------------------------

    def test_a_direct_visit_writes_no_cookie(self):
        visitor = self.visitor()
        visitor.visit("/")
        visitor.visit("/contactus")
        self.assertFalse(visitor.journey_cookie)

    def test_own_pages_refer_nobody(self):
        self.env["website"].create({"name": "Second", "domain": "https://second.example.com"})
        visitor = self.visitor()
        visitor.visit("/contactus", referrer=self.base_url() + "/")
        visitor.visit("/contactus", referrer="https://www.second.example.com/shop")
        self.assertFalse(visitor.journey_cookie)

    def test_payment_pages_are_no_touch(self):
        visitor = self.visitor()
        visitor.visit("/contactus", referrer="https://www.paypal.com/checkout")
        self.assertFalse(visitor.journey_cookie)

    def test_robots_and_employees_are_no_visitors(self):
        robot = self.visitor()
        robot.visit(f"/?{LINKEDIN_AD}", headers=CRAWLER)
        self.assertFalse(robot.journey_cookie)
        employee = self.visitor("admin")
        employee.visit(f"/?{LINKEDIN_AD}")
        self.assertFalse(employee.journey_cookie)

    def test_the_backend_and_files_are_no_pages(self):
        visitor = self.visitor()
        visitor.visit("/web/login?gclid=AbC", allow_redirects=False)
        before = len(visitor.touches)
        visitor.visit("/web/image/res.company/1/logo?gclid=Other")
        self.assertEqual(len(visitor.touches), before)

    def test_damaged_and_forged_cookies_are_discarded(self):
        for damaged in ("x", "1.x.y", "1..", "9.AAAA.BBBB", "\\054", "a" * 5000):
            visitor = self.visitor()
            visitor.set_cookie("conversion_journey", damaged)
            self.assertEqual(visitor.visit("/").status_code, 200, damaged)
            visitor.visit("/?gclid=AbC")
            self.assertRemembers(visitor, gclid="AbC")

    def test_another_signature_is_not_believed(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=AbC")
        self.env["ir.config_parameter"].set_param("database.secret", "another database")
        self.assertFalse(visitor.touches)

    def test_a_failure_of_ours_does_not_break_the_page(self):
        self.patch(self.registry["ir.http"], "_request_touch", classmethod(lambda cls: 1 / 0))
        with self.assertLogs("odoo.addons.conversion_tracking.models.ir_http", "ERROR"):
            response = self.visitor().visit("/?gclid=AbC")
        self.assertEqual(response.status_code, 200)

    # ------------------------------------------------------------
    # Every kind of answer
    # ------------------------------------------------------------

    def test_a_page(self):
        visitor = self.visitor()
        visitor.visit("/contactus?utm_source=fair&utm_term=crm&color=red", referrer=GOOGLE)
        self.assertRemembers(
            visitor,
            source="fair",
            term="crm",
            landing_page="/contactus?color=red",
            referrer=GOOGLE,
        )

    def test_a_page_from_the_cache(self):
        self.visitor().visit("/contactus")
        visitor = self.visitor()
        visitor.visit("/contactus", referrer=GOOGLE)
        self.assertRemembers(visitor, referrer=GOOGLE, landing_page="/contactus")

    def test_a_short_link(self):
        link = self.env["link.tracker"].create(
            {"url": self.base_url() + "/contactus", "title": "Contact"}
        )
        visitor = self.visitor()
        visitor.visit(f"/r/{link.code}?gclid=AbC-1", referrer=GOOGLE)
        self.assertRemembers(visitor, gclid="AbC-1", referrer=GOOGLE)

    def test_a_short_link_with_values_of_its_own(self):
        source = self.env["utm.source"].create({"name": "Flyer"})
        link = self.env["link.tracker"].create(
            {"url": self.base_url() + "/contactus", "title": "Flyer", "source_id": source.id}
        )
        visitor = self.visitor()
        visitor.visit(f"/r/{link.code}")
        self.assertRemembers(visitor, source="Flyer", landing_page="/contactus")

    def test_redirects_of_the_website(self):
        rewrites = self.env["website.rewrite"]
        for kind in ("301", "302"):
            rewrites.create(
                {
                    "name": f"Moved {kind}",
                    "redirect_type": kind,
                    "url_from": f"/moved-{kind}",
                    "url_to": "/contactus",
                }
            )
            visitor = self.visitor()
            visitor.visit(f"/moved-{kind}?{LINKEDIN_AD}")
            self.assertRemembers(visitor, source="linkedin", campaign="webinar")

    def test_redirects_to_the_visitors_language(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= french
        visitor = self.visitor()
        visitor.set_cookie("frontend_lang", "fr_FR")
        response = visitor.visit(f"/contactus?{LINKEDIN_AD}", referrer=GOOGLE)
        self.assertIn("/fr/contactus", response.url)
        self.assertRemembers(visitor, source="linkedin", referrer=GOOGLE, landing_page="/contactus")

    def test_a_page_that_does_not_exist(self):
        visitor = self.visitor()
        self.assertEqual(visitor.visit("/not-here?gclid=AbC").status_code, 404)
        self.assertRemembers(visitor, gclid="AbC", landing_page="/not-here")

    def test_a_website_that_shares_its_cookies_with_the_parent_domain(self):
        self.patch(
            self.registry["ir.http"],
            "get_utm_domain_cookies",
            classmethod(lambda cls: "example.com"),
        )
        response = self.visitor().visit("/?gclid=AbC", headers={"Host": "shop.example.com"})
        [header, forgotten] = [
            one
            for one in response.raw.headers.getlist("Set-Cookie")
            if one.startswith("conversion_journey=")
        ]
        self.assertIn("Domain=example.com", header)
        self.assertIn("conversion_journey=; ", forgotten)

    def test_the_cookie_is_first_party_and_out_of_reach_for_scripts(self):
        response = self.visitor().visit("/?gclid=AbC")
        [header] = [
            one
            for one in response.raw.headers.getlist("Set-Cookie")
            if one.startswith("conversion_journey=")
        ]
        attributes = {one for one in header.split("; ")[1:] if not one.startswith("Expires")}
        self.assertEqual(
            attributes, {f"Max-Age={90 * 86400}", "HttpOnly", "Path=/", "SameSite=Lax"}
        )
        self.assertLess(len(header), 4096)

    def test_every_website_has_its_own_answer_to_the_cookies_bar(self):
        second = self.env["website"].create(
            {"name": "Second", "domain": "https://second.example.com", "cookies_bar": True}
        )
        host = {"Host": "second.example.com"}
        visitor = self.visitor()
        visitor.visit("/?gclid=AbC", headers=host)
        self.assertFalse(visitor.journey_cookie)
        second.cookies_bar = False
        visitor.visit("/?gclid=AbC", headers=host)
        self.assertRemembers(visitor, gclid="AbC")

    def test_anonymous_traffic_writes_nothing(self):
        models = ("utm.source", "utm.medium", "utm.campaign", "conversion.touchpoint")
        before = [self.env[model].search_count([]) for model in models]
        visitor = self.visitor()
        with self.assertNoLogs("odoo.http", "WARNING"):
            for number in range(12):
                visitor.visit(f"/contactus?utm_source=new{number}&utm_campaign=c{number}&gclid=g")
        self.assertEqual([self.env[model].search_count([]) for model in models], before)
        self.assertEqual(len(visitor.touches), 1, "the same click counts once")

    # ------------------------------------------------------------
    # Lifetime
    # ------------------------------------------------------------

    def test_a_later_visit_extends_the_lifetime_once_a_day(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=AbC")
        first = visitor.journey_cookie
        visitor.visit("/contactus")
        self.assertEqual(visitor.journey_cookie, first)
        visitor.wait(days=2)
        waited = visitor.journey_cookie
        visitor.visit("/contactus")
        self.assertNotEqual(visitor.journey_cookie, waited)
        self.assertRemembers(visitor, gclid="AbC")

    def test_the_lifetime_is_a_setting(self):
        self.env["ir.config_parameter"].set_param("conversion_tracking.journey_days", "30")
        response = self.visitor().visit("/?gclid=AbC")
        self.assertIn(f"Max-Age={30 * 86400}", str(response.raw.headers.getlist("Set-Cookie")))

    def test_no_journey_is_older_than_thirteen_months(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=Old")
        visitor.wait(days=396)
        visitor.visit("/?gclid=New")
        self.assertRemembers(visitor, gclid="New")


@tagged("post_install", "-at_install")
class TestConsent(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website.cookies_bar = True

    def test_refused_cookies_leave_nothing(self):
        visitor = self.visitor()
        visitor.answer_cookies_bar(ESSENTIALS)
        visitor.visit(f"/?{LINKEDIN_AD}&gclid=AbC", referrer=GOOGLE)
        self.assertFalse(visitor.journey_cookie)
        lead = visitor.submit_contact_form()
        self.assertFalse(lead.first_touch_id)
        self.assertFalse(lead.lead_creation_touch_id)
        self.assertEqual((lead.consent, lead.consent_at), ("denied", CONSENT_TIME))
        self.assertUTM(lead, medium="website")
        self.assertTouch(lead.journey_ids, kind="conversion", gclid=False, source="")

    def test_a_bar_not_answered_leaves_nothing(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        self.assertFalse(visitor.journey_cookie)
        lead = visitor.submit_contact_form()
        self.assertFalse(lead.first_touch_id)
        self.assertEqual((lead.consent, lead.consent_at), ("unknown", False))

    def test_granted_cookies_are_recorded_with_their_time(self):
        visitor = self.visitor()
        visitor.answer_cookies_bar(ALLOW_ALL)
        visitor.visit("/?gclid=AbC-1")
        lead = visitor.submit_contact_form()
        self.assertEqual((lead.consent, lead.consent_at), ("granted", CONSENT_TIME))
        self.assertTouch(
            lead.first_touch_id, source="google", medium="cpc", gclid="AbC-1", consent="granted"
        )
        self.assertEqual(lead.google_touch_id, lead.first_touch_id)

    def test_withdrawn_consent_deletes_the_cookie(self):
        visitor = self.visitor()
        visitor.answer_cookies_bar(ALLOW_ALL)
        visitor.visit(f"/?{LINKEDIN_AD}")
        self.assertTrue(visitor.journey_cookie)
        visitor.answer_cookies_bar(ESSENTIALS)
        visitor.visit("/contactus")
        self.assertFalse(visitor.journey_cookie)

    def test_a_form_sent_right_after_the_withdrawal_knows_nothing(self):
        visitor = self.visitor()
        visitor.answer_cookies_bar(ALLOW_ALL)
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.answer_cookies_bar(ESSENTIALS)
        lead = visitor.submit_contact_form()
        self.assertFalse(lead.first_touch_id)
        self.assertEqual(lead.consent, "denied")
        self.assertFalse(visitor.journey_cookie)

    def test_another_consent_tool_may_decide(self):
        allowed = False
        self.patch(
            self.registry["ir.http"], "_is_allowed_cookie", classmethod(lambda cls, kind: allowed)
        )
        self.website.cookies_bar = False
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        self.assertFalse(visitor.journey_cookie)
        allowed = True
        visitor.visit(f"/?{LINKEDIN_AD}")
        self.assertTrue(visitor.journey_cookie)

    def test_a_damaged_answer_to_the_bar_is_no_answer(self):
        for damaged in ("{", "true", "[]", "null", '{"optional": 1, "ts": "x"}', "%00"):
            visitor = self.visitor()
            visitor.answer_cookies_bar(damaged)
            self.assertEqual(visitor.visit(f"/?{LINKEDIN_AD}").status_code, 200, damaged)
            visitor.submit_contact_form(email=f"{len(damaged)}@example.com")


@tagged("post_install", "-at_install")
class TestJourney(JourneyCase):
    def test_second_ad_does_not_rewrite_the_first(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.visit(f"/?{FACEBOOK_AD}", "https://facebook.com/")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
        self.assertTouch(lead.lead_creation_touch_id, source="facebook", campaign="retarget")
        self.assertUTM(lead, "facebook", "cpc", "retarget")
        self.assertEqual(lead.lead_creation_channel, "paid_social")
        self.assertEqual(
            lead.journey_ids.mapped("role"), ["conversion", "lead_creation", "first_touch"]
        )

    def test_values_of_two_visits_are_never_mixed(self):
        visitor = self.visitor()
        visitor.visit("/?utm_source=alpha&utm_campaign=camp_alpha")
        visitor.visit("/?utm_source=beta")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="alpha", campaign="camp_alpha")
        self.assertTouch(lead.lead_creation_touch_id, source="beta", campaign="")
        self.assertUTM(lead, "beta")

    def test_a_direct_visit_erases_nothing(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.wait(days=20)
        visitor.visit("/contactus")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin")
        self.assertEqual(lead.lead_creation_touch_id, lead.first_touch_id)

    def test_without_any_marketing_the_channel_is_direct(self):
        visitor = self.visitor()
        visitor.visit("/contactus")
        lead = visitor.submit_contact_form()
        self.assertTouch(
            lead.first_touch_id, channel="direct", source="", landing_page="/contactus"
        )
        self.assertUTM(lead, medium="website")

    def test_a_visitor_only_core_remembers_is_not_lost(self):
        visitor = self.visitor()
        visitor.set_cookie("odoo_utm_source", "Flyer")
        visitor.set_cookie("odoo_utm_campaign", "Spring")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="flyer", campaign="spring")
        self.assertUTM(lead, "flyer", "", "spring")

    def test_a_blank_parameter_does_not_break_the_next_form(self):
        visitor = self.visitor()
        visitor.visit("/?utm_source=%20&utm_campaign=%20%20")
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, channel="direct")

    def test_names_are_looked_up_whatever_their_capitals_and_spaces(self):
        known = self.env["utm.campaign"].create({"title": "Webinar NL"})
        visitor = self.visitor()
        visitor.visit("/?utm_source=%20LINKEDIN&utm_campaign=webinar%20%20nl")
        lead = visitor.submit_contact_form()
        self.assertEqual(lead.campaign_id, known)
        self.assertEqual(lead.source_id, self.env.ref("utm.utm_source_linkedin"))

    def test_an_underscore_is_no_wildcard(self):
        self.env["utm.source"].create({"name": "web-nl"})
        visitor = self.visitor()
        visitor.visit("/?utm_source=web_nl")
        self.assertTouch(visitor.submit_contact_form().first_touch_id, source="web_nl")

    def test_two_visitors_of_one_page_do_not_meet(self):
        ann, bob = self.visitor(), self.visitor()
        ann.visit(f"/?{LINKEDIN_AD}")
        bob.visit(f"/?{FACEBOOK_AD}")
        lead_of_ann = ann.submit_contact_form("ann@example.com")
        lead_of_bob = bob.submit_contact_form("bob@example.com")
        self.assertTouch(lead_of_ann.first_touch_id, source="linkedin")
        self.assertTouch(lead_of_bob.first_touch_id, source="facebook")

    def test_form_and_page_of_the_submission_are_kept(self):
        french = self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids |= french
        visitor = self.visitor()
        visitor.visit(f"/fr/contactus?{LINKEDIN_AD}")
        lead = visitor.submit_contact_form()
        conversion = lead.journey_ids.filtered(lambda one: one.kind == "conversion")
        self.assertTouch(conversion, page="/contactus", form="Lead", source="linkedin")
        self.assertEqual(conversion.website_id, self.website)
