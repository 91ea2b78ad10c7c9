"""An administrator erases a person at the screen."""

from odoo.tests import HttpCase, tagged

from .access_case import LANDING


@tagged("post_install", "-at_install")
class TestPrivacyTour(HttpCase):
    def test_from_a_contact_with_two_leads(self):
        values = {"name": "Roof", "email_from": "ann@example.com", "contact_name": "Ann"}
        leads = self.env["crm.lead"].create([{**values, "landing_url": LANDING}] * 2)
        leads[0]._handle_partner_assignment()
        contact = leads[0].partner_id
        self.start_tour(f"/odoo/contacts/{contact.id}", "erase_attribution", login="admin")
        self.assertTrue(contact.attribution_erased_at)
        self.assertEqual(leads.mapped("google_touch_id"), self.env["conversion.touchpoint"])
