"""Whose touch is it: new and known persons, companies, and everybody's other records."""

from datetime import timedelta
from itertools import count

from odoo.tests import new_test_user, tagged
from odoo.tools.misc import hmac

from .common import FACEBOOK_AD, LINKEDIN_AD, JourneyCase

TWITTER_AD = "utm_source=twitter&utm_medium=social&utm_campaign=launch"


@tagged("post_install", "-at_install")
class TestPersonRules(JourneyCase):
    def setUp(self):
        super().setUp()
        self.hours = count(-100)

    def arrive(self, advertisement, email="ann@example.com", **values):
        """A lead of somebody with a new browser who came by ``advertisement``."""
        visitor = self.visitor()
        visitor.visit(f"/?{advertisement}")
        visitor.wait(hours=-next(self.hours))
        return visitor.submit_contact_form(email, **values)

    def contact(self, days_ago=0, **values):
        """A contact made some days ago."""
        partner = self.env["res.partner"].create(
            {"name": "Ann", "email": "ann@example.com", **values}
        )
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = create_date - %s WHERE id = %s",
            [timedelta(days=days_ago), partner.id],
        )
        partner.invalidate_recordset(["create_date"])
        return partner

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

    def test_an_employees_own_journey_marks_nobody(self):
        self.website.cookies_bar = False
        new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        cookies = dict(visitor.opener.cookies)
        employee = self.visitor("seller")
        for name in ("conversion_journey", "odoo_utm_source", "odoo_utm_campaign"):
            employee.set_cookie(name, cookies[name])
        page = employee.visit(f"/contactus?{FACEBOOK_AD}").text
        token = page.partition('csrf_token: "')[2].partition('"')[0]
        lead = employee.submit_contact_form(csrf_token=token)
        self.assertTouch(lead.lead_creation_touch_id, channel="offline", source="typed in")
        self.assertFalse(lead.source_id or lead.campaign_id)
        self.assertEqual(len(lead.journey_ids), 1)

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

    def test_a_known_person_keeps_the_first_touch_of_the_earlier_lead(self):
        first = self.arrive(LINKEDIN_AD)
        second = self.arrive(FACEBOOK_AD, " Ann@EXAMPLE.com ")
        self.assertEqual(second.first_touch_id, first.first_touch_id)
        self.assertTouch(second.lead_creation_touch_id, source="facebook", role="lead_creation")
        self.assertTouch(first.lead_creation_touch_id, source="linkedin", role="first_touch")
        self.assertUTM(second, "facebook", "cpc", "retarget")
        self.assertEqual(second.journey_ids, first.journey_ids)
        self.assertEqual(first.journey_ids.mapped("role").count("first_touch"), 1)

    def test_a_known_contact_keeps_its_first_touch_and_lead_creation(self):
        contact = self.arrive(LINKEDIN_AD)
        contact._handle_partner_assignment()
        partner = contact.partner_id
        before = (partner.first_touch_id, partner.lead_creation_touch_id)
        lead = self.arrive(FACEBOOK_AD)
        self.assertEqual((partner.first_touch_id, partner.lead_creation_touch_id), before)
        self.assertEqual(lead.first_touch_id, before[0])
        self.assertTouch(lead.lead_creation_touch_id, source="facebook")
        self.assertEqual(lead.journey_ids, partner.journey_ids)

    def test_a_contact_from_before_the_add_on_gets_no_first_touch(self):
        partner = self.contact(days_ago=30)
        lead = self.arrive(LINKEDIN_AD)
        self.assertFalse(lead.first_touch_id)
        self.assertFalse(partner.first_touch_id)
        self.assertTouch(lead.lead_creation_touch_id, source="linkedin")
        self.assertEqual(partner.journey_ids, lead.journey_ids)

    def test_who_signs_up_or_buys_before_the_form_was_brought_by_this_visit(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.wait(minutes=5)
        partner = self.contact()
        lead = visitor.submit_contact_form()
        self.assertTouch(lead.first_touch_id, source="linkedin", role="first_touch")
        self.assertEqual(partner.first_touch_id, lead.first_touch_id)
        self.assertEqual(partner.lead_creation_touch_id, lead.lead_creation_touch_id)
        second = self.arrive(FACEBOOK_AD)
        self.assertEqual(second.first_touch_id, lead.first_touch_id)
        self.assertTouch(partner.lead_creation_touch_id, source="linkedin")

    def test_who_signs_up_after_the_form_has_the_first_touch_with_the_next(self):
        lead = self.arrive(LINKEDIN_AD)
        partner = self.contact()
        second = self.arrive(FACEBOOK_AD)
        self.assertEqual(second.first_touch_id, lead.first_touch_id)
        self.assertEqual(partner.first_touch_id, lead.first_touch_id)

    def test_who_asked_before_without_a_touch_is_not_brought_by_the_next_visit(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar('{"required": true, "optional": false, "ts": 1}')
        visitor.submit_contact_form()
        self.website.cookies_bar = False
        self.contact()
        self.assertFalse(self.arrive(LINKEDIN_AD).first_touch_id)

    def test_archived_contacts_and_lost_leads_are_still_known(self):
        first = self.arrive(LINKEDIN_AD)
        first.action_set_lost()
        self.assertEqual(self.arrive(FACEBOOK_AD).first_touch_id, first.first_touch_id)

    def test_without_an_email_the_phone_tells(self):
        first = self.arrive(LINKEDIN_AD, "", phone="+31 20 555 0100")
        second = self.arrive(FACEBOOK_AD, "", phone="+31 (0)20 5550100")
        self.assertEqual(second.first_touch_id, first.first_touch_id)

    def test_the_same_form_twice_repeats_no_touch(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.wait(hours=1)
        first = visitor.submit_contact_form()
        visitor.visit(f"/?{TWITTER_AD}")
        second = visitor.submit_contact_form()
        self.assertEqual(
            first.journey_ids.mapped("role"),
            ["conversion", "lead_creation", "conversion", "first_touch"],
        )
        self.assertTouch(second.lead_creation_touch_id, source="twitter")

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

    def test_a_new_contact_takes_over_what_brought_the_person(self):
        lead = self.arrive(LINKEDIN_AD)
        lead._handle_partner_assignment()
        partner = lead.partner_id
        self.assertEqual(partner.first_touch_id, lead.first_touch_id)
        self.assertEqual(partner.lead_creation_touch_id, lead.lead_creation_touch_id)
        self.assertEqual(partner.journey_ids, lead.journey_ids)

    def test_a_contact_made_by_hand_for_the_lead_takes_it_over_too(self):
        lead = self.arrive(LINKEDIN_AD)
        lead.partner_id = self.env["res.partner"].create({"name": "Ann"})
        self.assertEqual(lead.partner_id.first_touch_id, lead.first_touch_id)

    def test_a_contact_that_was_there_before_is_not_rewritten(self):
        partner = self.contact(days_ago=30, email="other@example.com")
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

    def test_a_company_without_a_person_is_the_person(self):
        lead = self.arrive(LINKEDIN_AD, "", contact_name="", partner_name="Example Ltd")
        lead._handle_partner_assignment()
        self.assertTrue(lead.partner_id.is_company)
        self.assertEqual(lead.partner_id.first_touch_id, lead.first_touch_id)
        self.assertEqual(lead.partner_id.company_source_touch_id, lead.lead_creation_touch_id)

    def test_a_company_made_of_a_contact_gets_its_source(self):
        lead = self.arrive(LINKEDIN_AD)
        lead._handle_partner_assignment()
        lead.partner_id.company_name = "Example Ltd"
        lead.partner_id.create_company()
        company = lead.partner_id.parent_id
        self.assertEqual(company.company_source_touch_id, lead.lead_creation_touch_id)


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
        self.assertTouch(partner.first_touch_id, source="linkedin", role="first_touch")
        self.assertEqual(partner.lead_creation_touch_id, partner.first_touch_id)
        self.assertEqual(partner.journey_ids.mapped("role"), ["conversion", "first_touch"])
        self.assertFalse(partner.company_source_touch_id)

    def test_a_second_card_of_a_known_person(self):
        first = self.arrive(LINKEDIN_AD)
        second = self.arrive(FACEBOOK_AD)
        self.assertEqual(second.first_touch_id, first.first_touch_id)
        self.assertEqual(second.lead_creation_touch_id, first.lead_creation_touch_id)
        self.assertEqual(second.journey_ids, first.journey_ids)
        self.assertIn("Facebook", second.journey_ids.mapped("source_id.name"))

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

    def test_an_email_form_is_a_conversion(self):
        partner = self.arrive(LINKEDIN_AD)
        visitor = self.visitor()
        visitor.visit(f"/contactus?{FACEBOOK_AD}")
        company_email = self.env.company.email = "info@example.org"
        before = self.touchpoints.search([])
        signature = hmac(self.env(su=True), "website_form_signature", company_email)
        visitor.submit_form(
            "mail.mail",
            email_from="ann@example.com",
            email_to=company_email,
            subject="Question",
            website_form_signature=signature,
        )
        [conversion] = self.touchpoints.search([]) - before
        self.assertTouch(
            conversion,
            kind="conversion",
            source="facebook",
            page="/contactus",
            partner_id=partner,
            form="Outgoing Mails",
            company_id=self.website.company_id,
        )
