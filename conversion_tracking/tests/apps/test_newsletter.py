"""Subscriptions to the newsletter."""

from odoo.tests import tagged

from .common import LabCase

FORM = """
<t t-name="lab.newsletter" t-call="website.layout">
    <div id="wrap">
        <section class="js_subscribe d-none" data-list-id="{list_id}" data-name="Newsletter Form">
            <div class="js_subscribed_wrap d-none"><p>Thanks for registering!</p></div>
            <div class="js_subscribe_wrap">
                <input type="email" name="email" class="js_subscribe_value form-control"/>
                <a role="button" class="btn btn-primary js_subscribe_btn" href="#">Subscribe</a>
            </div>
        </section>
    </div>
</t>
"""


@tagged("post_install", "-at_install")
class TestNewsletter(LabCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailing_list = cls.env["mailing.list"].create({"name": "News of the lab"})
        view = cls.env["ir.ui.view"].create(
            {
                "name": "Newsletter",
                "type": "qweb",
                "key": "lab.newsletter",
                "arch": FORM.format(list_id=cls.mailing_list.id),
            }
        )
        cls.env["website.page"].create(
            {"view_id": view.id, "url": "/newsletter", "is_published": True}
        )

    def subscribe(self, email):
        self.make_jsonrpc_request(
            "/website_mass_mailing/subscribe",
            {"list_id": self.mailing_list.id, "value": email, "subscription_type": "email"},
        )

    def test_a_journey_in_the_browser(self):
        self.tour("apps_newsletter")
        self.assertEqual(self.mailing_list.contact_ids.email, "ann@example.com")
        lead = self.leads.create({"name": "Call", "email_from": "ann@example.com"})
        self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
        self.assertEqual(lead.lead_creation_channel, "offline")
        self.assertEqual(lead.google_touch_id.gclid, "Cj0-LAB_1")
        [conversion] = lead.journey_ids.filtered(lambda touch: touch.kind == "conversion")
        self.assertTouch(conversion, form="Mailing Contact", source="google", page="/newsletter")

    def test_refused_cookies(self):
        self.come_without_consent()
        self.subscribe("ann@example.com")
        [row] = self.touchpoints.search([("email_normalized", "=", "ann@example.com")])
        self.assertEqual((row.kind, row.consent, row.source_id.id), ("conversion", "denied", False))

    def test_an_address_that_is_none(self):
        self.come_twice()
        self.subscribe("a" * 400 + "@example.com")
        [row] = self.touchpoints.search([], limit=1)
        self.assertEqual((row.kind, row.form), ("conversion", "Mailing Contact"))
        self.assertFalse(row.email_normalized)

    def test_a_known_contact(self):
        visitor = self.come_twice()
        lead = visitor.submit_contact_form("ann@example.com")
        lead._handle_partner_assignment()
        self.subscribe("ann@example.com")
        latest = lead.partner_id.journey_ids[0]
        self.assertTouch(latest, form="Mailing Contact", source="google", campaign="spring")

    def test_an_import_of_the_company_is_no_visit(self):
        before = self.touchpoints.search([])
        self.env["mailing.contact"].create([{"name": "Ann", "email": "ann@example.com"}])
        self.assertEqual(self.touchpoints.search([]), before)
