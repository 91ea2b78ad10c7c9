"""The journeys of a visitor in a real browser, in two languages, with every answer."""

from odoo.tests import HttpCase, tagged

from .common import LINKEDIN_AD


@tagged("post_install", "-at_install")
class TestVisitorTours(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.language_ids |= cls.env["res.lang"]._activate_lang("fr_FR")
        cls.leads = cls.env["crm.lead"]

    def tour(self, name, language="", bar=True):
        """Run a tour that starts on the landing page of the LinkedIn ad.

        :return: the lead it made
        """
        self.website.cookies_bar = bar
        before = self.leads.search([])
        self.start_tour(f"{language}/?{LINKEDIN_AD}", f"conversion_tracking.{name}")
        [lead] = self.leads.search([]) - before
        return lead

    def assertComesFrom(self, lead, first, creation, consent):
        shown = [
            (touch.source_id.name or "").lower()
            for touch in (lead.first_touch_id, lead.lead_creation_touch_id)
        ]
        self.assertEqual([*shown, lead.consent], [first, creation, consent])

    def assertUnknown(self, lead):
        self.assertFalse(lead.first_touch_id or lead.lead_creation_touch_id)
        self.assertFalse(lead.source_id or lead.campaign_id)
        self.assertEqual(lead.consent, "denied")

    def test_refused(self):
        for language in ("", "/fr"):
            self.assertUnknown(self.tour("refused", language))

    def test_refused_later(self):
        self.assertUnknown(self.tour("refused_later"))

    def test_withdrawn(self):
        for language in ("", "/fr"):
            self.assertUnknown(self.tour("withdrawn", language))

    def test_accepted_at_once(self):
        for language, email in (("", "ann@example.com"), ("/fr", "anne@example.com")):
            lead = self.tour("accepted_at_once", language)
            self.assertComesFrom(lead, "linkedin", "facebook", "granted")
            self.assertTrue(lead.consent_at)
            lead.email_from = email

    def test_accepted_two_pages_later(self):
        for language in ("", "/fr"):
            lead = self.tour("accepted_two_pages_later", language)
            self.assertComesFrom(lead, "linkedin", "linkedin", "granted")
            self.assertEqual(lead.first_touch_id.landing_page, "/")
            self.assertLess(lead.first_touch_at, lead.consent_at)
            lead.unlink()

    def test_without_bar_and_a_known_contact_submits_again(self):
        for language in ("", "/fr"):
            lead = self.tour("without_bar", language, bar=False)
            self.assertComesFrom(lead, "linkedin", "facebook", "unknown")
            lead._handle_partner_assignment()
            contact = lead.partner_id
            again = self.tour("without_bar", language, bar=False)
            self.assertEqual(again.first_touch_id, lead.first_touch_id)
            self.assertEqual(contact.first_touch_id, lead.first_touch_id)
            self.assertEqual(contact.lead_creation_touch_id, lead.lead_creation_touch_id)
            self.assertEqual(contact.journey_ids.mapped("kind").count("conversion"), 2)
            (lead | again).unlink()
            contact.unlink()
