"""Who belongs to a person, what is told of them, and to whom."""

import json

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from .access_case import LANDING, ROLES

KEYS = {
    None: "format made_at contacts leads touchpoints page_views ad_clicks reported",
    "contacts": "id name email phone company first_touch lead_creation company_source erased_at",
    "leads": "id name contact contact_name email phone company created_at qualified_at won_at "
    "source medium campaign consent consent_at first_touch lead_creation erased_at",
    "touchpoints": "id kind at time_known lead contact email company website channel source "
    "medium campaign term content landing_page referrer form page click_platform click_ids "
    "consent consent_at",
}


@tagged("post_install", "-at_install")
class TestConversionDossier(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        roles = ("employee", "sales manager", "marketing user", "marketing manager")
        cls.users = {
            role: new_test_user(cls.env, role.replace(" ", "_"), groups=ROLES[role])
            for role in roles
        }
        cls.dossiers = cls.env["conversion.dossier"]
        cls.partners = cls.env["res.partner"]

    def collect(self, *records):
        return self.dossiers._collect(records[0].union(*records))

    def as_role(self, role, records):
        return records.with_user(self.users[role])

    def lead_with_contact(self, **values):
        lead = self.lead("ann@example.com", contact_name="Ann", **values)
        lead._handle_partner_assignment()
        return lead

    def lead(self, email, **values):
        values = {"name": "Roof", "landing_url": LANDING, "email_from": email, **values}
        return self.env["crm.lead"].create(values)

    def test_leads_of_a_contact_with_or_without_it_and_people_below(self):
        company = self.partners.create({"name": "Tulip", "is_company": True})
        ann = self.partners.create(
            {"name": "Ann", "email": "ann@tulip.example", "parent_id": company.id}
        )
        bob = self.partners.create(
            {"name": "Bob", "email": "bob@tulip.example", "parent_id": company.id, "active": False}
        )
        linked = self.lead("ann@tulip.example", partner_id=ann.id)
        alike = self.lead("Ann@Tulip.example")
        lost = self.lead("ann@tulip.example", active=False)
        of_bob = self.lead("bob@tulip.example")
        stranger = self.lead("stranger@example.com")
        found = self.collect(ann)
        self.assertEqual(found.contacts, ann)
        self.assertEqual(set(found.leads), {linked, alike, lost})
        self.assertEqual(found.touchpoints.lead_id, linked | alike | lost)
        everybody = self.collect(company)
        self.assertEqual(set(everybody.contacts), {company, ann, bob})
        self.assertEqual(set(everybody.leads), {linked, alike, lost, of_bob})
        self.assertNotIn(stranger, everybody.leads)

    def test_a_lead_of_a_company_is_not_its_colleagues(self):
        values = {"name": "Tulip", "is_company": True, "email": "info@tulip.example"}
        company = self.partners.create(values)
        one = self.lead("info@tulip.example", partner_id=company.id)
        self.lead("info@tulip.example", partner_id=company.id)
        found = self.collect(one)
        self.assertEqual((found.leads, found.contacts), (one, self.partners))

    def test_filler_is_nobody(self):
        one = self.lead("info@example.com", phone="n/a")
        self.lead("info@example.com", phone="n/a")
        self.assertEqual(self.collect(one).leads, one)

    def test_another_company_is_told_of_and_left_alone(self):
        ann = self.partners.create({"name": "Ann", "email": "ann@example.com"})
        here = self.lead("ann@example.com", partner_id=ann.id, company_id=self.company.id)
        there = self.lead(
            "ann@example.com",
            partner_id=ann.id,
            company_id=self.other_company.id,
            user_id=False,
            team_id=False,
        )
        found = self.collect(ann)
        self.assertEqual(found.leads, here)
        self.assertEqual(found.elsewhere, 2, "a lead and its visit")
        ann._erase_attribution()
        self.assertTrue(there.google_touch_id.gclid)
        self.assertFalse(there.attribution_erased_at)

    def test_strangers_of_the_same_address_are_included(self):
        lead = self.lead("ann@example.com")
        waiting = self.env["conversion.touchpoint"].create(
            {"occurred_at": "2026-01-01", "email_normalized": "ann@example.com"}
        )
        self.assertIn(waiting, self.collect(lead).touchpoints)

    def test_keys_stay(self):
        lead = self.lead_with_contact()
        stored = self.as_role("marketing manager", lead.partner_id)._export_dossier()
        self.assertEqual(list(stored), KEYS.pop(None).split())
        for name, keys in KEYS.items():
            self.assertEqual(list(stored[name][0]), keys.split(), name)
        self.assertEqual(stored["leads"][0]["email"], "ann@example.com")
        [click_ids] = {json.dumps(one["click_ids"]) for one in stored["touchpoints"]}
        self.assertEqual(click_ids, '{"gclid": "AbC"}')
        self.assertRegex(stored["leads"][0]["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        json.dumps(stored)

    def test_who_may_have_it(self):
        lead = self.lead_with_contact()
        for role in self.users:
            contact = self.as_role(role, lead.partner_id)
            with self.subTest(role):
                if role == "marketing manager":
                    self.assertTrue(contact._export_dossier()["leads"])
                else:
                    with self.assertRaises(AccessError):
                        contact._export_dossier()

    def test_not_of_another_company(self):
        lead = self.lead_with_contact(
            company_id=self.other_company.id, user_id=False, team_id=False
        )
        lead.partner_id.company_id = self.other_company
        with self.assertRaises(AccessError):
            self.as_role("marketing manager", lead.partner_id)._export_dossier()

    def test_the_page_to_print(self):
        lead = self.lead_with_contact()
        lead.name = "<script>alert(1)</script>"
        reports = self.env["ir.actions.report"].with_user(self.users["marketing manager"])
        page = reports._render_qweb_html(
            "conversion_tracking.conversion_dossier", lead.partner_id.ids
        )[0].decode()
        for text in ("AbC", "ann@example.com", "Given to Google Ads", "webinar"):
            self.assertIn(text, page)
        self.assertNotIn("<script>alert", page)
        employee = self.env["ir.actions.report"].with_user(self.users["employee"])
        with self.assertRaises(AccessError):
            employee._render_qweb_html(
                "conversion_tracking.conversion_dossier", lead.partner_id.ids
            )


@tagged("post_install", "-at_install")
class TestDossierFile(HttpCase):
    def test_the_file(self):
        lead = self.env["crm.lead"].create({"name": "Roof", "landing_url": LANDING})
        path = f"/conversion_tracking/stored/lead/{lead.id}.json"
        self.assertNotIn("AbC", self.url_open(path, allow_redirects=False).text)
        self.authenticate("admin", "admin")
        answer = self.url_open(path)
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.json()["leads"][0]["id"], lead.id)
        for ids in ("0", "x", "9" * 40, "1;drop", ",,", "٣"):
            self.assertEqual(
                self.url_open(f"/conversion_tracking/stored/lead/{ids}.json").status_code, 404, ids
            )
        action = lead._download_dossier()
        self.assertEqual(action["url"], path)
