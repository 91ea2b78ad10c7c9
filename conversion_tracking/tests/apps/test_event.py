"""Registrations for events, and the leads that rules make of them."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import LAST_VISIT, LINKEDIN_AD, LabCase


class EventCase(LabCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.event = cls.env["event.event"].create(
            {
                "name": "Open day of the lab",
                "date_begin": now + timedelta(days=7),
                "date_end": now + timedelta(days=8),
                "website_published": True,
                "event_ticket_ids": [(0, 0, {"name": "Free", "price": 0})],
            }
        )
        cls.env["event.lead.rule"].search([]).unlink()
        cls.registrations = cls.env["event.registration"]

    def add_rule(self, **values):
        return self.env["event.lead.rule"].create({"name": "Every attendee", **values})

    def register(self, *emails):
        """Send the form of the tickets from the browser in use; returns the registrations."""
        before = self.registrations.search([])
        questions = {one.question_type: one.id for one in self.event.question_ids}
        data = {}
        for number, email in enumerate(emails, 1):
            data[f"{number}-event_ticket_id"] = self.event.event_ticket_ids.id
            data[f"{number}-name-{questions['name']}"] = "Ann"
            data[f"{number}-email-{questions['email']}"] = email
        self.post(f"/event/{self.event.id}/registration/confirm", **data)
        made = (self.registrations.search([]) - before).sorted("id")
        self.assertEqual(made.mapped("email"), list(emails))
        return made

    def assertRegistration(self, registration, *expected):
        """Compare the registration's own UTM fields, as names in small letters."""
        shown = (
            registration.utm_source_id.name,
            registration.utm_medium_id.name,
            registration.utm_campaign_id.name,
        )
        self.assertEqual(tuple((name or "").lower() for name in shown), expected)


@tagged("post_install", "-at_install")
class TestRegistration(EventCase):
    def test_a_journey_in_the_browser(self):
        self.add_rule()
        self.tour("apps_event")
        registration = self.registrations.search([("event_id", "=", self.event.id)])
        self.assertRegistration(registration, *LAST_VISIT)
        self.assertBroughtByGoogle(registration.lead_ids)

    def test_one_form_is_one_conversion(self):
        self.add_rule()
        self.come_twice()
        registration = self.register("ann@example.com")
        [conversion] = registration.lead_ids.journey_ids.filtered(
            lambda touch: touch.kind == "conversion"
        )
        self.assertEqual(conversion.form, "Event Registration")
        self.assertFalse(conversion.email_normalized)

    def test_refused_cookies(self):
        self.add_rule()
        before = self.env["utm.source"].search([])
        self.come_without_consent()
        registration = self.register("ann@example.com")
        self.assertRegistration(registration, "", "", "")
        lead = registration.lead_ids
        self.assertFalse(lead.first_touch_id)
        self.assertEqual(lead.consent, "denied")
        self.assertNotIn("leftover", (self.env["utm.source"].search([]) - before).mapped("name"))

    def test_a_rule_that_runs_later_finds_the_journey_of_each_attendee(self):
        self.come_twice()
        registrations = self.register("ann@example.com", "bob@example.com")
        self.assertFalse(registrations.lead_ids)
        self.authenticate(None, None)
        self.event.action_generate_leads(self.add_rule())
        self.assertEqual(len(registrations.lead_ids), 2)
        for lead in registrations.lead_ids:
            self.assertBroughtByGoogle(lead)

    def test_a_stranger_who_registers_twice_and_then_asks_is_one_journey(self):
        self.come_twice()
        self.register("ann@example.com", "ann@example.com")
        visitor = self.visitor()
        visitor.visit("/?utm_source=newsletter&utm_medium=email")
        lead = visitor.submit_contact_form("Ann <ann@example.com>")
        self.assertTouch(lead.first_touch_id, source="linkedin", campaign="webinar")
        self.assertTouch(lead.lead_creation_touch_id, source="newsletter")
        self.assertEqual(lead.google_touch_id.gclid, "Cj0-LAB_1")
        kinds = lead.journey_ids.mapped("kind")
        self.assertEqual((kinds.count("visit"), kinds.count("conversion")), (3, 3))

    def test_an_attendee_is_not_who_registers_them(self):
        visitor = self.come_twice()
        ann = visitor.submit_contact_form("ann@example.com")
        self.register("bob@example.com")
        conversions = ann.journey_ids.filtered(lambda touch: touch.kind == "conversion")
        self.assertEqual(conversions.mapped("form"), ["Lead"])

    def test_strangers_of_another_company_stay_there(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.come_twice()
        self.register("ann@example.com")
        here = self.touchpoints.search([("email_normalized", "=", "ann@example.com")])
        values = {"name": "Question", "email_from": "ann@example.com"}
        lead = self.leads.with_company(other).create({**values, "company_id": other.id})
        self.assertEqual(lead.first_touch_channel, "offline")
        self.assertEqual(here.lead_id, self.leads)

    def test_an_employee_registers_somebody(self):
        before = self.count_records()
        visitor = self.visitor("admin")
        visitor.visit(f"/?{LINKEDIN_AD}")
        registration = self.register("ann@example.com")
        self.assertRegistration(registration, "", "", "")
        self.assertEqual(self.count_records(), before)

    def test_what_nobody_came_back_for_is_forgotten(self):
        self.come_twice()
        self.register("ann@example.com")
        rows = self.touchpoints.search([("email_normalized", "=", "ann@example.com")])
        self.touchpoints._forget_strangers()
        self.assertEqual(len(rows.exists()), 3)
        self.env.cr.execute(
            "UPDATE conversion_touchpoint SET create_date = create_date - interval '396 days'"
            " WHERE id IN %s",
            [rows._ids],
        )
        self.touchpoints._forget_strangers()
        self.assertFalse(rows.exists())
