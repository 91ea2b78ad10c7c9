"""Channel rules: what an administrator may enter, sees and restores."""

from datetime import datetime, timezone

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..attribution.touch import Touch
from ..models.conversion_channel_rule import CHANNELS
from .access_case import AccessCase
from .common import JourneyCase

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


class ChannelCase(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["conversion.channel.rule"]
        cls.sites = cls.env["conversion.site"]

    def channel(self, **values):
        return self.rules._describe(Touch(NOW, **values))[0]

    def first(self, **values):
        """A rule above all others."""
        return self.rules.create({"name": "First", "channel": "audio", "sequence": 0, **values})

    def last(self, **values):
        return self.first(sequence=10_000, **values)


@tagged("post_install", "-at_install")
class TestChannelRules(ChannelCase):
    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def refused(self, words, **conditions):
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            self.rules.create({"name": "Rule", "channel": "referral", **conditions})

    def test_a_rule_without_a_condition(self):
        self.refused("would fit everything", mediums=" \n")
        self.refused("would fit everything", sources=" ,\n")

    def test_a_click_id_nobody_knows(self):
        self.refused("is no click id we know", click_ids="gclid\nclickid")

    def test_a_line_longer_than_any_value(self):
        for field in ("mediums", "sources", "campaigns"):
            self.refused("longer than 255 characters", **{field: "email\n" + "a*" * 128})

    def test_an_address_of_everybody(self):
        for address in ("*", "*.*", "*.com", "**"):
            self.refused("from everywhere", sources=f"partner.com\n{address}")

    # ------------------------------------------------------------
    # What rules do
    # ------------------------------------------------------------

    def test_rules_and_sites_count_at_once(self):
        self.assertEqual(self.channel(source="newnet", medium="cpc"), "paid_other")
        self.assertEqual(self.channel(referrer="https://m.newnet.com/"), "referral")
        site = self.sites.create(
            {"name": "newnet", "category": "social", "addresses": "https://www.newnet.com/about"}
        )
        self.assertEqual(site.addresses, "www.newnet.com")
        self.assertEqual(self.channel(source="newnet", medium="cpc"), "paid_social")
        self.assertEqual(self.channel(referrer="https://m.newnet.com/"), "organic_social")
        site.category = "video"
        self.assertEqual(self.channel(source="newnet", medium="cpc"), "paid_video")
        site.active = False
        self.assertEqual(self.channel(source="newnet", medium="cpc"), "paid_other")
        rule = self.first(sources="newnet", campaigns="live")
        self.assertEqual(self.channel(source="newnet", campaign="We are live"), "audio")
        rule.unlink()
        self.assertEqual(self.channel(source="newnet", campaign="We are live"), "other")

    def test_paid_media_are_said_once(self):
        parameters = self.env["ir.config_parameter"]
        self.assertEqual(self.channel(source="facebook", medium="boosted"), "organic_social")
        parameters.set_param("conversion_tracking.paid_mediums", "*cp*, Boosted, *")
        self.assertEqual(self.channel(source="facebook", medium="boosted"), "paid_social")
        self.assertEqual(self.channel(source="google", medium="boosted"), "paid_search")
        self.assertEqual(self.channel(source="google", medium="organic"), "organic_search")
        parameters.set_param("conversion_tracking.paid_mediums", "*")
        self.assertEqual(self.channel(source="google", medium="organic"), "organic_search")
        self.assertEqual(self.channel(source="google", medium="cpc"), "paid_search")

    def test_a_rule_that_lost_its_conditions_takes_nothing(self):
        rule = self.first(sources="facebook")
        rule.flush_recordset()
        self.env.cr.execute(
            "UPDATE conversion_channel_rule SET sources = NULL WHERE id = %s", [rule.id]
        )
        rule.invalidate_recordset()
        self.env.registry.clear_cache()
        self.assertEqual(self.channel(source="google", medium="cpc"), "paid_search")

    def test_every_channel_of_a_rule_is_one_of_reports(self):
        names = dict(CHANNELS)
        for rule in self.rules.search([("channel", "!=", "ignored")]):
            self.assertIn(rule.channel, names)
        search = self.env.ref("conversion_tracking.campaign_roi_report_view_search").arch
        for name in ("cross_network", "paid_other", "organic_video"):
            self.assertIn(f"'{name}'", search)

    # ------------------------------------------------------------
    # What an administrator sees
    # ------------------------------------------------------------

    def test_the_list_says_what_a_rule_fits(self):
        rule = self.first(
            site_category="social",
            sources="*.partner.com\npartner",
            paid_medium=True,
            mediums="boosted",
            campaigns="a\nb\nc\nd\ne\nf\ng",
            click_ids="gclid",
        )
        self.assertEqual(
            rule.summary,
            "click id: gclid; from: Social network, *.partner.com, partner; "
            "medium: paid, boosted; campaign: a, b, c, d, e and 2 more",
        )

    def test_a_rule_that_is_never_reached_says_why(self):
        social = self.env.ref("conversion_tracking.channel_rule_organic_social")
        rule = self.last(sources="facebook.com", mediums="social")
        self.assertEqual(rule.taken_by_id, social)
        rule.sequence = 0
        self.assertFalse(rule.taken_by_id)
        self.assertFalse(any(self.rules.search([]).mapped("taken_by_id")))
        rule.write({"sequence": 10_000, "active": False})
        self.assertFalse(rule.taken_by_id)
        with Form(self.rules) as form:
            form.name, form.channel, form.mediums = "New", "email", "letter"
            self.assertFalse(form.taken_by_id)

    def test_how_many_touchpoints_a_channel_got(self):
        self.env["conversion.touchpoint"].search([]).unlink()
        self.make_lead("ann", landing_url="https://example.com/?utm_source=show&utm_medium=audio")
        audio = self.env.ref("conversion_tracking.channel_rule_audio")
        sms = self.env.ref("conversion_tracking.channel_rule_sms")
        self.assertEqual((audio.touchpoint_count, sms.touchpoint_count), (1, 0))

    # ------------------------------------------------------------
    # Back to what came with the add-on
    # ------------------------------------------------------------

    def test_the_default_rules_are_restored(self):
        admin = self.as_role("administrator", self.rules)
        before = self._read_rules()
        own = self.first(sources="facebook")
        own_site = self.sites.create({"name": "newnet", "category": "social"})
        self.env.ref("conversion_tracking.channel_rule_email").unlink()
        self.env.ref("conversion_tracking.channel_rule_sms").write(
            {"active": False, "campaigns": "x", "channel": "email", "sequence": 1}
        )
        sites = self.sites.search([("name", "in", ("facebook", "google"))])
        sites[0].addresses, sites[1].active = "nowhere.example", False
        self.assertEqual(self.channel(source="facebook", medium="cpc"), "audio")
        admin.action_restore()
        self.assertEqual(self._read_rules(), before)
        self.assertFalse(own.active)
        self.assertTrue(own_site.exists().active)
        self.assertEqual(self.channel(source="facebook", medium="cpc"), "paid_social")
        self.assertEqual(self.channel(source="google", medium="cpc"), "paid_search")
        admin.action_restore()
        self.assertEqual(self._read_rules(), before)

    def _read_rules(self):
        names = ("name", "sequence", "channel", "summary", "default_source", "default_medium")
        return [tuple(rule[name] for name in names) for rule in self.rules.search([])]

    def test_an_update_brings_new_sites_and_changes_none(self):
        known = self.sites.search([])
        facebook = self.sites.search([("name", "=", "facebook")])
        facebook.write({"category": "video", "addresses": "*.facebook.com"})
        self.sites.search([("name", "=", "linkedin")]).active = False
        self.sites.search([("name", "=", "tiktok")]).unlink()
        self.sites.search([("name", "=", "reddit")]).name = "Red"
        self.sites._add_default_sites()
        self.assertEqual(facebook.category, "video")
        self.assertEqual(facebook.addresses, "*.facebook.com")
        self.assertFalse(self.sites.search([("name", "=", "linkedin")]))
        self.assertTrue(self.sites.search([("name", "=", "tiktok")]))
        self.assertEqual(self.sites.search_count([]), len(known) - 1 + 1 - 1 + 1)

    # ------------------------------------------------------------
    # Who may do what
    # ------------------------------------------------------------

    def test_managers_read_and_administrators_write(self):
        rule, site = self.first(sources="facebook"), self.sites.search([], limit=1)
        manager = self.as_role("marketing manager", rule)
        self.assertTrue(manager.summary)
        self.assertFalse(manager.taken_by_id)
        self.assertTrue(self.as_role("marketing manager", site).name)
        for records in (manager, self.as_role("marketing manager", site)):
            with self.assertRaises(AccessError):
                records.write({"name": "Mine"})
        with self.assertRaisesRegex(AccessError, "Only administrators"):
            manager.action_restore()
        with self.assertRaises(AccessError):
            self.as_role("salesperson", self.rules).action_restore()
        menus = self.env["ir.ui.menu"].with_user(self.users["marketing manager"])
        self.assertIn(
            self.env.ref("conversion_tracking.menu_channel_rules").id, menus._visible_menu_ids()
        )


@tagged("post_install", "-at_install")
class TestSites(ChannelCase):
    def refused(self, words, **values):
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            self.sites.create({"name": "newnet", "category": "social", **values})

    def test_an_address_of_everybody(self):
        for address in ("*", "*.com", "*.*"):
            self.refused("no address of one service", addresses=f"newnet.com, {address}")
        self.refused("no address of one service", addresses="a" * 256)

    def test_an_address_of_another_site(self):
        self.refused("of both .* Remove it", addresses="newnet.com, *.facebook.com")
        self.refused("of both", name="fb")
        self.sites.search([("name", "=", "facebook")]).active = False
        self.assertTrue(self.sites.create({"name": "fb", "category": "social"}))

    def test_addresses_as_people_paste_them(self):
        site = self.sites.create(
            {
                "name": "newnet",
                "category": "social",
                "addresses": " NewNet.com\nhttps://müller.example/x,,",
            }
        )
        self.assertEqual(site.addresses, "newnet.com, xn--mller-kva.example")


@tagged("post_install", "-at_install")
class TestLinkTest(ChannelCase):
    def tried(self, link="", referrer=""):
        form = Form(self.as_role("marketing manager", self.env["conversion.link.test"]))
        form.link, form.referrer = link, referrer
        return form

    def test_what_a_link_counts_as_is_seen_at_once(self):
        form = self.tried(
            "https://www.example.com/offers?utm_source=FB&utm_medium=cpc&utm_campaign=Spring&fbclid=a"
        )
        self.assertEqual(form.channel, "paid_social")
        self.assertEqual(form.rule_id, self.env.ref("conversion_tracking.channel_rule_paid_social"))
        self.assertEqual((form.source, form.medium, form.campaign), ("FB", "cpc", "Spring"))
        self.assertEqual(form.click_platform, "meta")
        self.assertFalse(form.note)
        form.link = "https://www.example.com/?gclid=AbC"
        self.assertEqual((form.channel, form.source, form.medium), ("paid_search", "google", "cpc"))
        self.assertEqual(form.click_platform, "google")

    def test_a_referring_page(self):
        form = self.tried("www.example.com/offers", "chatgpt.com")
        self.assertEqual((form.channel, form.source), ("ai_assistant", "chatgpt.com"))
        form.referrer = "https://www.paypal.com/checkout"
        self.assertEqual(form.channel, "ignored")
        self.assertIn("only passes through", form.note)
        form.referrer = "https://partner.example/"
        self.assertEqual((form.channel, form.rule_id), ("referral", self.rules))

    def test_nothing_and_nonsense(self):
        form = self.tried()
        self.assertEqual(form.channel, "direct")
        self.assertIn("erases nothing", form.note)
        form.link = "/?utm_source=spring&utm_medium=qr"
        self.assertEqual(form.channel, "other")
        self.assertIn("No rule fits", form.note)
        for nonsense in ("http://[", "?" * 5000, "\x00", "https://example.com/?utm_source=%00%ff"):
            form.link = form.referrer = nonsense
            self.assertIn(form.channel, dict(CHANNELS))

    def test_only_managers_try_links(self):
        with self.assertRaises(AccessError):
            self.as_role("marketing user", self.env["conversion.link.test"]).create({})


@tagged("post_install", "-at_install")
class TestIgnoredTouch(JourneyCase):
    def test_a_site_that_is_ignored_since_then_is_no_touch(self):
        visitor = self.visitor()
        visitor.visit("/", "https://bank.example/")
        self.assertEqual(len(visitor.touches), 1)
        self.env["conversion.site"].create(
            {"name": "bank", "category": "passing", "addresses": "bank.example"}
        )
        lead = visitor.submit_contact_form(email="ann@example.com")
        self.assertEqual(lead.lead_creation_channel, "direct")

    def test_a_link_on_a_payment_page_counts_by_what_it_says(self):
        visitor = self.visitor()
        visitor.visit("/?utm_source=partner&utm_medium=referral", "https://www.paypal.com/")
        lead = visitor.submit_contact_form(email="bob@example.com")
        self.assertTouch(lead.lead_creation_touch_id, source="partner", channel="referral")


@tagged("post_install", "-at_install")
class TestChannelScreens(JourneyCase):
    def test_an_administrator_looks_tries_and_restores(self):
        rule = self.env["conversion.channel.rule"].create(
            {"name": "Never", "channel": "sms", "sequence": 10_000, "mediums": "newsletter-1"}
        )
        self.start_tour(
            "/odoo/action-conversion_tracking.conversion_channel_rule_action",
            "channel_rules",
            login="admin",
        )
        self.assertFalse(rule.active)
