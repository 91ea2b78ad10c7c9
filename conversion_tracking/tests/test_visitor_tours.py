"""The journeys of a visitor in a real browser, in two languages, with every answer."""

from odoo.tests import tagged

from .common import LINKEDIN_AD, JourneyCase

# Fields of a lead, and what the contact form calls them.
FIELDS = (("contact_name", "name"), ("name", "subject"), ("partner_name", "company"))


@tagged("post_install", "-at_install")
class TestVisitorTours(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website.language_ids |= cls.env["res.lang"]._activate_lang("fr_FR")
        cls._let_contact_form_make_leads()

    @classmethod
    def _let_contact_form_make_leads(cls):
        """What a webmaster does in the form builder: by default the form only writes an e-mail."""
        page = cls.env.ref("website.contactus")
        arch = page.arch.replace('data-model_name="mail.mail"', 'data-model_name="crm.lead"')
        for ours, forms in FIELDS:
            arch = arch.replace(f'name="{forms}"', f'name="{ours}"', 1)
        page.arch = arch

    def tour(self, name, language="", bar=True):
        """Run a tour in a new browser; it starts on the landing page of the LinkedIn ad.

        :return: the lead it made
        """
        # the browser of tests says that nobody looks at it
        self.patch(self.registry["ir.http"], "_is_program", classmethod(lambda cls: False))
        self.website.cookies_bar = bar
        before = self.leads.search([])
        self.start_tour(f"{language}/?{LINKEDIN_AD}", f"conversion_tracking.{name}")
        [lead] = self.leads.search([]) - before
        return lead

    def submit_twice(self, name, first, creation, consent, bar=True):
        """A new person submits the form and, when they are a contact, does so again.

        :param first: source of the first touch and, ``creation``, of the lead creation
        """
        for language in ("", "/fr"):
            with self.subTest(language=language):
                lead = self.tour(name, language, bar)
                self.assertComesFrom(lead, first, creation, consent)
                lead._handle_partner_assignment()
                contact = lead.partner_id
                again = self.tour(name, language, bar)
                self.assertComesFrom(again, first, creation, consent)
                self.assertEqual(again.first_touch_id, lead.first_touch_id)
                self.assertEqual(contact.first_touch_id, lead.first_touch_id)
                self.assertEqual(contact.lead_creation_touch_id, lead.lead_creation_touch_id)
                self.assertEqual(contact.journey_ids.mapped("role").count("conversion"), 2)
                (lead | again).unlink()
                contact.unlink()

    def assertComesFrom(self, lead, first, creation, consent):
        touches = (lead.first_touch_id, lead.lead_creation_touch_id)
        shown = [(touch.source_id.name or "").lower() for touch in touches]
        self.assertEqual([*shown, lead.consent], [first, creation, consent])
        self.assertEqual((lead.source_id.name or "").lower(), creation)
        self.assertEqual(bool(lead.consent_at), consent != "unknown")

    def test_without_a_bar(self):
        self.submit_twice("without_bar", "linkedin", "facebook", "unknown", bar=False)

    def test_accepted_at_once(self):
        self.submit_twice("accepted_at_once", "linkedin", "facebook", "granted")

    def test_accepted_two_pages_later(self):
        self.submit_twice("accepted_two_pages_later", "linkedin", "linkedin", "granted")

    def test_the_first_touch_of_a_late_consent_has_the_time_of_the_landing(self):
        lead = self.tour("accepted_two_pages_later")
        self.assertEqual(lead.first_touch_id.landing_page, "/")
        self.assertLess(lead.first_touch_at, lead.consent_at)

    def test_refused(self):
        self.submit_twice("refused", "", "", "denied")

    def test_refused_later(self):
        self.assertComesFrom(self.tour("refused_later"), "", "", "denied")

    def test_withdrawn(self):
        self.submit_twice("withdrawn", "", "", "denied")
