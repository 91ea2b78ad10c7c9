"""What a touchpoint is to its person, and which click it came by."""

from odoo.tests import TransactionCase, tagged

from ..attribution.click_ids import PLATFORMS
from ..attribution.touch import GOOGLE_CLICK_IDS


@tagged("post_install", "-at_install")
class TestRole(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.touchpoints = cls.env["conversion.touchpoint"]
        cls.first, cls.middle, cls.creation, cls.form = cls.touchpoints.create(
            [
                {"occurred_at": f"2026-01-0{number}", "channel": "email", "kind": kind}
                for number, kind in enumerate(("visit", "visit", "visit", "conversion"), 1)
            ]
        )
        cls.all = cls.first | cls.middle | cls.creation | cls.form
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Question",
                "first_touch_id": cls.first.id,
                "lead_creation_touch_id": cls.creation.id,
            }
        )

    def assertRoles(self, *roles):
        self.all.invalidate_recordset()
        self.assertEqual(self.all.mapped("role"), list(roles))
        for role in ("first_touch", "lead_creation", "visit", "conversion"):
            found = self.touchpoints.search([("id", "in", self.all.ids), ("role", "=", role)])
            self.assertEqual(found, self.all.filtered(lambda one, role=role: one.role == role))
        others = self.touchpoints.search([("id", "in", self.all.ids), ("role", "!=", "visit")])
        self.assertEqual(others, self.all.filtered(lambda one: one.role != "visit"))

    def test_pointers_say_what_it_is(self):
        self.assertRoles("first_touch", "visit", "lead_creation", "conversion")

    def test_one_visit_may_be_both(self):
        self.lead.lead_creation_touch_id = self.first
        self.assertRoles("first_touch", "visit", "visit", "conversion")

    def test_an_archived_lead_counts(self):
        self.lead.action_archive()
        self.assertRoles("first_touch", "visit", "lead_creation", "conversion")

    def test_a_contact_has_one_first_touch_whatever_its_leads_have(self):
        partner = self.env["res.partner"].create({"name": "Ann", "first_touch_id": self.middle.id})
        self.all.partner_id = partner
        self.assertRoles("visit", "first_touch", "lead_creation", "conversion")

    def test_what_nobody_points_to_is_a_visit(self):
        self.lead.unlink()
        self.assertRoles("visit", "visit", "visit", "conversion")


@tagged("post_install", "-at_install")
class TestClick(TransactionCase):
    def touch_of(self, query, **values):
        url = f"https://shop.example/?{query}"
        lead = self.env["crm.lead"].create({"name": "Roof", "landing_url": url, **values})
        return lead.lead_creation_touch_id

    def shown(self, query):
        touch = self.touch_of(query)
        return (touch.source_id.name or "").lower(), (touch.medium_id.name or "").lower()

    def test_every_platform_has_its_click_and_keeps_it_to_the_letter(self):
        for name, platform in PLATFORMS.items():
            touch = self.touch_of(f"{name.upper()}=AbC-1_x/")
            self.assertEqual((touch[name], touch.click_platform), ("AbC-1_x", platform))
            self.assertEqual(bool(touch.lead_id.google_touch_id), name in GOOGLE_CLICK_IDS)

    def test_every_platform_can_be_chosen(self):
        field = self.env["conversion.touchpoint"]._fields["click_platform"]
        self.assertLessEqual({*PLATFORMS.values(), "search_ads_360"}, {*field.get_values(self.env)})

    def test_a_click_of_another_engine_is_not_googles(self):
        touch = self.touch_of("gclid=AbC&gclsrc=3p.ds&utm_source=bing&utm_medium=cpc")
        self.assertEqual((touch.gclid, touch.click_platform), (False, "search_ads_360"))
        self.assertFalse(touch.lead_id.google_touch_id)

    def test_a_click_of_google_without_its_id(self):
        touch = self.touch_of("gad_source=1&gad_campaignid=2260045")
        self.assertEqual((touch.channel, touch.click_platform), ("paid_search", "google"))
        self.assertEqual((touch.source_id.name.lower(), touch.medium_id.name), ("google", "cpc"))
        self.assertFalse(touch.campaign_id, "no campaign is made of a number")
        self.assertFalse(touch.lead_id.google_touch_id, "there is no id to report")

    def test_an_earlier_click_is_not_lost_by_one_without_an_id(self):
        first = self.touch_of("gclid=AbC", email_from="ann@example.com")
        later = self.touch_of("gad_source=1", email_from="ann@example.com")
        self.assertEqual(later.lead_id.google_touch_id, first)

    def test_a_click_id_completes_what_the_link_leaves_open(self):
        self.assertEqual(self.shown("utm_campaign=x&gclid=A"), ("google", "cpc"))
        self.assertEqual(self.shown("utm_campaign=x&msclkid=A"), ("bing", "cpc"))
        self.assertEqual(self.shown("utm_source=Google&gclid=A"), ("google", "cpc"))
        self.assertEqual(self.shown("utm_medium=cpc&gclid=A"), ("google", "cpc"))
        self.assertEqual(self.shown("utm_source=newsletter&gclid=A"), ("newsletter", ""))
        self.assertEqual(self.shown("utm_medium=email&gclid=A"), ("", "email"))
        self.assertEqual(self.shown("utm_campaign=x"), ("", ""))
