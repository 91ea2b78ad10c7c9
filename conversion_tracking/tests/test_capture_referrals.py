"""Own sites and their copies, pages that people return to, and the cookie that hosts share."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ESSENTIALS, JourneyCase

GOOGLE = "https://www.google.com/"
BANK = "https://secure.bank.example/challenge"


@tagged("post_install", "-at_install")
class TestReferrals(JourneyCase):
    def assertReferredBy(self, referrer, path="/shop", remembered=True):
        visitor = self.visitor()
        visitor.visit(path, referrer=referrer)
        self.assertEqual(bool(visitor.journey_cookie), remembered, (referrer, path))

    def test_own_sites_in_any_writing_refer_nobody(self):
        second = self.env["website"].create({"name": "2", "domain": "https://www.müller.example"})
        for referrer in (
            "https://xn--mller-kva.example/",
            "https://www.xn--mller-kva.example/x",
            "https://shop.xn--mller-kva.example/",
        ):
            self.assertReferredBy(referrer, remembered=False)
        second.domain = "https://other.example.com"
        self.assertReferredBy("https://xn--mller-kva.example/")
        self.assertReferredBy("https://www.other.example.com/", remembered=False)
        second.unlink()
        self.assertReferredBy("https://www.other.example.com/")

    def test_copies_of_own_pages_refer_nobody(self):
        self.website.domain = "https://www.example.com"
        for referrer in (
            "https://www-example-com.translate.goog/",
            "https://translate.google.com/translate?u=https://example.com/",
            "https://www-example-com.cdn.ampproject.org/",
            "https://example.com.amp.cloudflare.com/",
            "https://webcache.googleusercontent.com/search?q=cache:x:example.com/",
        ):
            self.assertReferredBy(referrer, remembered=False)
        self.assertReferredBy("https://www-other-com.translate.goog/")

    def test_the_settings_name_other_own_sites(self):
        self.assertReferredBy("https://shop.platform.example/cart")
        with Form(self.env["conversion.settings"]) as form:
            form.conversion_own_hosts = "login.example.com, platform.example"
        form.record.action_save()
        for referrer in ("https://shop.platform.example/cart", "https://login.example.com/"):
            self.assertReferredBy(referrer, remembered=False)
        self.assertReferredBy("https://example.com/")

    def test_what_is_no_host_is_refused(self):
        for text in ("https://shop.example/", "shop example", "co.uk", "127.0.0.1", "a@b.example"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.env["conversion.settings"].create({"conversion_own_hosts": text})

    def test_pages_to_which_visitors_return(self):
        for path in (
            "/web/login",
            "/web/signup?token=x",
            "/my/orders/1/payment",
            "/payment/status",
        ):
            self.assertReferredBy(BANK, path, remembered=False)
        self.assertReferredBy(BANK, "/")
        # an ad that leads there says so
        self.assertReferredBy(BANK, "/web/login?gclid=AbC")

    def test_the_bank_does_not_take_the_ads_place(self):
        visitor = self.visitor()
        visitor.visit("/shop?gclid=AbC", referrer=GOOGLE)
        visitor.visit("/payment/status", referrer=BANK)
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.lead_creation_touch_id, gclid="AbC")

    def test_in_french_too(self):
        self.website.language_ids |= self.env["res.lang"]._activate_lang("fr_FR")
        self.assertReferredBy(BANK, "/fr/web/login", remembered=False)


@tagged("post_install", "-at_install")
class TestSharedCookie(JourneyCase):
    """The journey of ``shop.example`` is that of ``www.shop.example``."""

    def setUp(self):
        super().setUp()
        self.website.domain = "https://www.shop.example"

    def cookies(self, host, path="/?gclid=AbC", cookie=None):
        """What a browser that sends ``cookie`` is told to keep: ``[(value, domain), ...]``."""
        headers = {"Host": host, **({"Cookie": cookie} if cookie else {})}
        response = self.visitor().visit(path, headers=headers)
        set_cookies = [one.split("; ") for one in response.raw.headers.getlist("Set-Cookie")]
        return [
            (one[0].partition("=")[2], next((x[7:] for x in one if x.startswith("Domain=")), ""))
            for one in set_cookies
            if one[0].startswith("conversion_journey=")
        ]

    def test_other_hosts_keep_theirs_alone(self):
        for host in ("127.0.0.1", "localhost", "blog.shop.example", "www.other.example"):
            [(value, domain)] = self.cookies(host)
            self.assertTrue(value)
            self.assertFalse(domain, host)

    def test_with_and_without_www(self):
        for host in ("shop.example", "www.shop.example", "www.shop.example:8069"):
            shared, alone = self.cookies(host)
            self.assertEqual(shared[1], "shop.example")
            self.assertEqual(alone, ("", ""), "what this host kept alone is forgotten")

    def test_two_cookies_become_one(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=first")
        old = visitor.journey_cookie
        visitor = self.visitor()
        visitor.visit("/?gclid=second")
        sent = f"conversion_journey={old}; conversion_journey={visitor.journey_cookie}"
        (value, domain), alone = self.cookies("shop.example", "/contactus", sent)
        self.assertEqual(domain, "shop.example")
        self.assertEqual(alone, ("", ""))
        visitor.set_cookie("conversion_journey", value)
        self.assertEqual({touch.gclid for touch in visitor.touches}, {"first", "second"})

    def test_a_bar_answered_on_the_other_host_only(self):
        visitor = self.visitor()
        visitor.visit("/?gclid=AbC")
        sent = f"conversion_journey={visitor.journey_cookie}"
        self.website.cookies_bar = True
        self.assertFalse(self.cookies("shop.example", "/contactus", sent))
        refused = f"{sent}; website_cookies_bar={ESSENTIALS}"
        forgotten = self.cookies("shop.example", "/contactus", refused)
        self.assertEqual(forgotten, [("", "shop.example"), ("", "")])
