"""Links on own pages: short ones, which lead on, and banners, which are no marketing."""

from odoo.tests import Form, tagged

from .common import ESSENTIALS, LINKEDIN_AD, JourneyCase

GOOGLE = "https://www.google.com/"


@tagged("post_install", "-at_install")
class TestShortLinks(JourneyCase):
    def follow(self, path, url=None, **values):
        """Where a short link leads that has the UTM ``values``."""
        link = self.env["link.tracker"].create(
            {"url": url or self.base_url() + "/contactus?page=2#top", "title": "x", **values}
        )
        self.visitor_of_link = self.visitor()
        response = self.visitor_of_link.visit(
            f"/r/{link.code}{path}", referrer=GOOGLE, allow_redirects=False
        )
        self.assertEqual(response.status_code, 301)
        link.invalidate_recordset()
        self.assertEqual(link.count, 1, "core counts the click")
        return response.headers["Location"].removeprefix(self.base_url())

    def test_hostile_parameters_stay_behind(self):
        for query in (
            "?gclid=%0D%0ASet-Cookie:a",
            "?utm_source=%20",
            "?url=//evil.example",
            "?x=1",
        ):
            self.assertEqual(self.follow(query), "/contactus?page=2#top")
            self.env["link.tracker"].search([]).unlink()

    def test_an_ads_click_goes_on(self):
        self.assertEqual(self.follow("?gclid=AbC-1"), "/contactus?page=2&gclid=AbC-1#top")
        self.assertFalse(self.visitor_of_link.journey_cookie, "the page notes the visit")

    def test_what_the_link_says_itself_counts(self):
        flyer = self.env["utm.source"].create({"name": "Flyer"})
        target = self.follow("?utm_source=x&utm_campaign=y&gclid=AbC", source_id=flyer.id)
        self.assertEqual(target, "/contactus?page=2&utm_source=Flyer&gclid=AbC#top")

    def test_the_whole_click_is_one_touch(self):
        flyer = self.env["utm.source"].create({"name": "Flyer"})
        link = self.env["link.tracker"].create(
            {"url": self.base_url() + "/contactus", "title": "x", "source_id": flyer.id}
        )
        visitor = self.visitor()
        visitor.visit(f"/r/{link.code}?gclid=AbC", referrer=GOOGLE)
        [touch] = visitor.touches
        self.assertEqual(
            (touch.gclid, touch.source, touch.landing_page, touch.referrer),
            ("AbC", "Flyer", "/contactus", GOOGLE),
        )

    def test_another_site_is_told_unless_the_company_wants_none_of_it(self):
        shop = "https://shop.platform.example/sofa"
        self.assertEqual(self.follow("?gclid=AbC", shop), f"{shop}?gclid=AbC")
        [touch] = self.visitor_of_link.touches
        self.assertEqual(touch.gclid, "AbC", "nobody else notes this visit")
        self.env["link.tracker"].search([]).unlink()
        self.env["ir.config_parameter"].set_param("link_tracker.no_external_tracking", "1")
        self.assertEqual(self.follow("?gclid=AbC", shop), shop)

    def test_who_refused_cookies_is_led_on_as_well(self):
        self.website.cookies_bar = True
        link = self.env["link.tracker"].create(
            {"url": self.base_url() + "/contactus", "title": "x"}
        )
        visitor = self.visitor()
        visitor.answer_cookies_bar(ESSENTIALS)
        self.assertIn("gclid=AbC", visitor.visit(f"/r/{link.code}?gclid=AbC").url)
        self.assertFalse(visitor.journey_cookie)

    def test_a_redirect_of_the_website_that_drops_them(self):
        self.env["website.rewrite"].create(
            {
                "name": "Moved",
                "redirect_type": "301",
                "url_from": "/moved",
                "url_to": "/contactus",
            }
        )
        visitor = self.visitor()
        visitor.visit("/moved?gclid=AbC", referrer=GOOGLE)
        [touch] = visitor.touches
        self.assertEqual((touch.gclid, touch.landing_page), ("AbC", "/contactus"))


@tagged("post_install", "-at_install")
class TestOwnLinks(JourneyCase):
    BANNER = "/shop?utm_source=banner&utm_medium=home"

    def click_banner(self, ad=LINKEDIN_AD):
        visitor = self.visitor()
        visitor.visit(f"/?{ad}", referrer=GOOGLE)
        visitor.visit(self.BANNER, referrer=visitor.page)
        return visitor.submit_contact_form()

    def test_the_ad_stays_the_lead_creation(self):
        lead = self.click_banner()
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin", own_link=False)
        self.assertUTM(lead, "linkedin", "social", "webinar")
        own = lead.journey_ids.filtered("own_link")
        self.assertTouch(own, source="banner", medium="home", kind="visit", role="visit")

    def test_it_has_no_part_in_a_deal(self):
        lead = self.click_banner()
        lead.action_set_won()
        credit = self.env["conversion.credit"]
        credit._settle()
        touches = credit.search([("lead_id", "=", lead.id)]).touchpoint_id
        self.assertEqual(touches.source_id.name.lower(), "linkedin")

    def test_alone_it_is_better_than_nothing(self):
        visitor = self.visitor()
        visitor.visit("/")
        visitor.visit(self.BANNER, referrer=visitor.page)
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.lead_creation_touch_id, source="banner", own_link=True)
        lead.action_set_won()
        self.env["conversion.credit"]._settle()
        self.assertTrue(self.env["conversion.credit"].search([("lead_id", "=", lead.id)]))

    def test_the_setting_lets_it_replace_the_ad(self):
        with Form(self.env["conversion.settings"]) as form:
            form.conversion_own_links = "touch"
        form.record.action_save()
        lead = self.click_banner()
        self.assertTouch(lead.lead_creation_touch_id, source="banner", own_link=False)

    def test_a_mailing_read_on_the_site_is_a_mailing(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.visit("/shop?utm_source=news", referrer=self.base_url() + "/mailing/4/view")
        self.assertEqual([one.own_link for one in visitor.touches], [False, False])

    def test_pages_that_keep_the_ads_values_in_their_links(self):
        self.website.language_ids |= self.env["res.lang"]._activate_lang("fr_FR")
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}", referrer=GOOGLE)
        visitor.visit(f"/fr/?{LINKEDIN_AD}", referrer=visitor.page)
        self.assertEqual([one.referrer for one in visitor.touches], [GOOGLE])

    def test_they_are_found_in_the_list(self):
        self.click_banner()
        view = self.env.ref("conversion_tracking.conversion_touchpoint_view_search")
        self.assertIn('name="own_link"', view.arch)
        self.assertEqual(
            self.touchpoints.search([("own_link", "=", True)]).source_id.name, "banner"
        )
