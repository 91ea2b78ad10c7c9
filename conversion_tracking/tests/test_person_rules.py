"""Whose touch is it: new and known persons, companies, and everybody's other records."""

from odoo.tests import new_test_user, tagged

from .common import FACEBOOK_AD, LINKEDIN_AD, JourneyCase

TWITTER_AD = "utm_source=twitter&utm_medium=social&utm_campaign=launch"


@tagged("post_install", "-at_install")
class TestPersonRules(JourneyCase):
    def arrive(self, advertisement, email="ann@example.com", **values):
        """A lead of somebody with a new browser who came by ``advertisement``."""
        visitor = self.visitor()
        visitor.visit(f"/?{advertisement}")
        return visitor.submit_contact_form(email, **values)

    # ------------------------------------------------------------
    # What must not be confused
    # ------------------------------------------------------------

    def test_colleagues_who_share_a_phone_are_two_persons(self):
        ann = self.arrive(LINKEDIN_AD, "ann@example.com", phone="+31 20 555 0100")
        bob = self.arrive(FACEBOOK_AD, "bob@example.com", phone="+31 20 555 0100")
        self.assertTouch(ann.first_touch_id, source="linkedin")
        self.assertTouch(bob.first_touch_id, source="facebook")
        self.assertFalse(ann.journey_ids & bob.journey_ids)

    def test_a_person_of_another_company_is_not_known(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["res.partner"].create(
            {"name": "Ann", "email": "ann@example.com", "company_id": other.id}
        )
        theirs = self.leads.with_company(other).create(
            {"name": "Theirs", "email_from": "ann@example.com", "company_id": other.id}
        )
        lead = self.arrive(LINKEDIN_AD)
        self.assertNotEqual(lead.company_id, other)
        self.assertTouch(lead.first_touch_id, source="linkedin")
        self.assertFalse(lead.journey_ids & theirs.journey_ids)

    def test_two_persons_with_one_browser_keep_their_own_touches(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        ann = visitor.submit_contact_form("ann@example.com")
        bob = visitor.submit_contact_form("bob@example.com")
        self.assertTouch(bob.first_touch_id, source="linkedin")
        self.assertNotEqual(ann.first_touch_id, bob.first_touch_id)
        self.assertFalse(ann.journey_ids & bob.journey_ids)

    # ------------------------------------------------------------
    # Known persons
    # ------------------------------------------------------------

    def test_a_contact_from_before_the_add_on_gets_no_first_touch(self):
        partner = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        lead = self.arrive(LINKEDIN_AD)
        self.assertFalse(lead.first_touch_id)
        self.assertFalse(partner.first_touch_id)
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin")
        self.assertEqual(partner.journey_ids, lead.journey_ids)

    def test_archived_contacts_and_lost_leads_are_still_known(self):
        first = self.arrive(LINKEDIN_AD)
        first.action_set_lost()
        self.assertEqual(self.arrive(FACEBOOK_AD).first_touch_id, first.first_touch_id)

    def test_without_an_email_the_phone_tells(self):
        first = self.arrive(LINKEDIN_AD, "", phone="+31 20 555 0100")
        second = self.arrive(FACEBOOK_AD, "", phone="+31 (0)20 5550100")
        self.assertEqual(second.first_touch_id, first.first_touch_id)

    def test_a_known_contact_who_comes_back_after_refusing_keeps_everything(self):
        first = self.arrive(LINKEDIN_AD)
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar('{"required": true, "optional": false, "ts": 1}')
        second = visitor.submit_contact_form()
        self.assertEqual(second.first_touch_id, first.first_touch_id)
        self.assertFalse(second.lead_creation_touch_id)

    def test_a_portal_visitor_is_recognised_without_an_email_field(self):
        user = new_test_user(self.env, "portal_ann", groups="base.group_portal")
        visitor = self.visitor("portal_ann")
        page = visitor.visit(f"/contactus?{LINKEDIN_AD}").text
        token = page.partition('csrf_token: "')[2].partition('"')[0]
        lead = visitor.submit_form(name="Question", csrf_token=token)
        self.assertEqual(lead.journey_ids.partner_id, user.partner_id)
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin")

    # ------------------------------------------------------------
    # Contacts and companies
    # ------------------------------------------------------------

    def test_a_contact_that_was_there_before_is_not_rewritten(self):
        partner = self.env["res.partner"].create({"name": "Ann", "email": "other@example.com"})
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - interval '1 day' WHERE id = %s",
            [partner.id],
        )
        partner.invalidate_recordset(["create_date"])
        lead = self.arrive(LINKEDIN_AD)
        lead.partner_id = partner
        self.assertFalse(partner.first_touch_id)
        self.assertEqual(lead.journey_ids.partner_id, partner)

    def test_a_new_company_gets_its_source_once(self):
        lead = self.arrive(LINKEDIN_AD, partner_name="Example Ltd")
        lead._handle_partner_assignment()
        company = lead.partner_id.parent_id
        self.assertTrue(company.is_company)
        self.assertEqual(company.company_source_touch_id, lead.lead_creation_touch_id)
        self.assertFalse(company.first_touch_id)
        colleague = self.arrive(FACEBOOK_AD, "bob@example.com")
        colleague._handle_partner_assignment(with_parent=company)
        self.assertEqual(colleague.partner_id.parent_id, company)
        self.assertTouch(company.company_source_touch_id, source="linkedin")
        self.assertEqual(company.journey_ids, (lead | colleague).journey_ids)


@tagged("post_install", "-at_install")
class TestOtherForms(JourneyCase):
    """Forms that make a contact, or anything else the form builder can make."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.model"]._get("res.partner").website_form_access = True
        cls.env["ir.model.fields"].formbuilder_whitelist(
            "res.partner", ["name", "email", "phone", "is_company"]
        )

    def arrive(self, advertisement, **values):
        visitor = self.visitor()
        visitor.visit(f"/?{advertisement}")
        return visitor.submit_form(
            "res.partner", **{"name": "Ann", "email": "ann@example.com", **values}
        )

    def test_a_new_contact(self):
        partner = self.arrive(LINKEDIN_AD)
        self.assertTouch(partner.first_touch_id, source="linkedin", kind="first_touch")
        self.assertEqual(partner.lead_creation_touch_id, partner.first_touch_id)
        self.assertEqual(partner.journey_ids.mapped("kind"), ["conversion", "first_touch"])
        self.assertFalse(partner.company_source_touch_id)

    def test_a_lead_of_a_known_contact(self):
        partner = self.arrive(LINKEDIN_AD)
        visitor = self.visitor()
        visitor.visit(f"/?{FACEBOOK_AD}")
        lead = visitor.submit_contact_form()
        self.assertEqual(lead.first_touch_id, partner.first_touch_id)
        self.assertEqual(lead.journey_ids.partner_id, partner)

    def test_a_new_company(self):
        company = self.arrive(LINKEDIN_AD, is_company="1")
        self.assertEqual(company.company_source_touch_id, company.lead_creation_touch_id)
