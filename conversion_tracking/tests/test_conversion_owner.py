"""Whose touchpoints they are when customers are corrected, leads moved and contacts deleted."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_lead_life import GOOGLE, LINKEDIN, PARTNER_SITE, LeadCase

ROLES = "sales_team.group_sale_salesman,base.group_partner_manager"


class OwnerCase(LeadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})

    def contact(self, name="Bob", days_ago=400, **values):
        """A contact that was there before anybody came."""
        email = values.pop("email", f"{name.lower()}@example.com")
        partner = self.partners.create({"name": name, "email": email, **values})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=days_ago), partner.id],
        )
        partner.invalidate_recordset(["create_date"])
        return partner

    def lead_with_contact(self, url, days_ago=0, **values):
        lead = self.lead_from(url, days_ago, contact_name="Ann", **values)
        lead._handle_partner_assignment()
        return lead

    def journey(self, record):
        """What a page shows that is opened now."""
        record.invalidate_recordset(["journey_ids"])
        return record.journey_ids

    def assertBrought(self, record, touch):
        self.assertEqual((record.first_touch_id, record.lead_creation_touch_id), (touch, touch))


@tagged("post_install", "-at_install")
class TestDeletedContact(OwnerCase):
    def test_the_leads_of_a_deleted_contact_keep_everything(self):
        lead = self.lead_with_contact(GOOGLE, type="opportunity")
        lead.action_set_won()
        touch, partner = lead.first_touch_id, lead.partner_id
        partner.unlink()
        self.assertBrought(lead, touch)
        self.assertEqual(lead.google_touch_id.gclid, "AbC-1")
        self.assertEqual(self.journey(lead), touch)
        credit = self.env["conversion.credit"].search([("lead_id", "=", lead.id)])
        self.assertEqual(credit.touchpoint_id, touch)

    def test_an_old_card_that_no_lead_names_takes_nothing_along(self):
        card = self.contact("Ann")
        lead = self.lead_from(LINKEDIN, 3)
        touch = lead.lead_creation_touch_id
        self.assertEqual(touch.partner_id, card)
        self.assertFalse(lead.partner_id)
        card.unlink()
        self.assertEqual(lead.lead_creation_touch_id, touch)
        self.assertEqual(self.journey(lead), touch)
        self.assertFalse(touch.partner_id)

    def test_what_others_point_to_stays_with_them(self):
        first, second = self.contact("Ann"), self.contact("Bob")
        lead = self.lead_from(LINKEDIN, email_from="carl@example.com")
        rows = self.touchpoints.create(
            [
                {"occurred_at": fields.Datetime.now(), "partner_id": first.id, "channel": channel}
                for channel in ("email", "display", "referral")
            ]
        )
        lead.first_touch_id = rows[0]
        second.first_touch_id = rows[1]
        first.unlink()
        self.assertEqual((lead.first_touch_id, rows[0].lead_id), (rows[0], lead))
        self.assertEqual((second.first_touch_id, rows[1].partner_id), (rows[1], second))
        self.assertFalse(rows[2].exists())

    def test_touchpoints_go_with_the_last_of_lead_and_contact(self):
        lead = self.lead_with_contact(LINKEDIN)
        touch, partner = lead.first_touch_id, lead.partner_id
        lead.unlink()
        self.assertTrue(touch.exists())
        partner.unlink()
        self.assertFalse(touch.exists())

    def test_many_contacts_cost_the_queries_of_a_few(self):
        def count(number, with_leads):
            cards = self.partners
            for person in range(number):
                email = f"p{person}@owner{number}.com"
                cards |= self.contact(f"P{person}", email=email)
                if with_leads:
                    self.lead_from(LINKEDIN, email_from=email)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards.unlink()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1, True)
        # Odoo itself asks four things of each contact that it deletes
        more = [count(number, True) - count(number, False) for number in (3, 12)]
        self.assertAlmostEqual(*more, delta=2)


@tagged("post_install", "-at_install")
class TestCorrectedCustomer(OwnerCase):
    def test_the_touchpoints_move_to_the_right_contact(self):
        lead = self.lead_with_contact(GOOGLE, 2)
        wrong, right, touch = lead.partner_id, self.contact("Bob", 1), lead.first_touch_id
        self.assertBrought(wrong, touch)
        lead.partner_id = right
        self.assertEqual(touch.partner_id, right)
        self.assertBrought(lead, touch)
        self.assertEqual(self.journey(right), touch)
        self.assertBrought(right, touch)
        self.assertEqual(right.google_touch_id, touch)
        self.assertFalse(self.journey(wrong))
        self.assertFalse(wrong.first_touch_id or wrong.lead_creation_touch_id)
        self.assertFalse(wrong.google_touch_id)

    def test_a_contact_that_was_there_before_keeps_what_it_has(self):
        lead = self.lead_with_contact(GOOGLE)
        right = self.contact("Bob")
        lead.partner_id = right
        self.assertFalse(right.first_touch_id)
        self.assertEqual(self.journey(right), lead.first_touch_id)

        other = self.lead_from(PARTNER_SITE, 30, email_from="carl@example.com")
        other._handle_partner_assignment()
        carl, first = other.partner_id, other.first_touch_id
        lead.partner_id = carl
        self.assertBrought(carl, first)
        self.assertEqual(self.journey(carl), first | lead.lead_creation_touch_id)
        self.assertFalse(self.journey(right))

    def test_the_wrong_contact_keeps_their_own(self):
        wrong_lead = self.lead_with_contact(GOOGLE, 9)
        contact = wrong_lead.partner_id
        own_lead = self.lead_from(LINKEDIN, 2, partner_id=contact.id)
        own = own_lead.lead_creation_touch_id
        self.assertEqual(own_lead.first_touch_id, wrong_lead.first_touch_id)
        self.assertEqual(own_lead.google_touch_id, wrong_lead.google_touch_id)
        wrong_lead.partner_id = self.contact("Bob")
        self.assertBrought(contact, own)
        self.assertBrought(own_lead, own)
        self.assertEqual(self.journey(contact), own)
        self.assertNotIn(
            wrong_lead.google_touch_id, own_lead.google_touch_id | contact.google_touch_id
        )

    def test_the_lead_gets_the_first_touch_of_the_right_person(self):
        earlier = self.lead_with_contact(LINKEDIN, 9)
        lead = self.lead_from(GOOGLE, 1, partner_id=earlier.partner_id.id)
        self.assertEqual(lead.first_touch_id, earlier.first_touch_id)
        lead.partner_id = self.contact("Bob")
        self.assertBrought(lead, lead.google_touch_id)

        other = self.lead_from(PARTNER_SITE, 30, email_from="carl@example.com")
        other._handle_partner_assignment()
        again = self.lead_from(GOOGLE, 1, partner_id=earlier.partner_id.id)
        again.partner_id = other.partner_id
        self.assertEqual(again.first_touch_id, other.first_touch_id)
        self.assertEqual(again.lead_creation_touch_id, again.google_touch_id)
        self.assertBrought(earlier, earlier.partner_id.first_touch_id)

    def test_a_visit_recorded_with_another_lead_is_both_persons(self):
        first = self.lead_with_contact(GOOGLE, 1)
        shared = first.google_touch_id
        second = self.leads.create({"name": "Two", "partner_id": first.partner_id.id})
        second.sudo().write({"lead_creation_touch_id": shared.id, "google_touch_id": shared.id})
        second.partner_id = self.contact("Bob")
        copy = second.google_touch_id
        self.assertNotEqual(copy, shared)
        self.assertEqual(second.lead_creation_touch_id, copy)
        self.assertEqual((copy.gclid, copy.occurred_at), ("AbC-1", shared.occurred_at))
        self.assertEqual((copy.lead_id, copy.partner_id), (second, second.partner_id))
        self.assertEqual(first.google_touch_id, shared)
        self.assertFalse(self.journey(first) & self.journey(second))

    def test_a_contact_that_was_only_guessed_makes_room(self):
        guessed, right = self.contact("Ann"), self.contact("Bob")
        lead = self.lead_from(LINKEDIN)
        self.assertEqual(lead.lead_creation_touch_id.partner_id, guessed)
        lead.partner_id = right
        self.assertEqual(self.journey(lead).partner_id, right)
        self.assertFalse(self.journey(guessed))

    def test_another_card_of_the_same_person_takes_nothing_from_the_first(self):
        lead = self.lead_with_contact(GOOGLE)
        card, touch = lead.partner_id, lead.first_touch_id
        lead.partner_id = self.contact("Ann again", email=card.email)
        self.assertBrought(card, touch)
        self.assertEqual(self.journey(card), self.journey(lead))

    def test_a_customer_that_is_taken_away(self):
        lead = self.lead_with_contact(GOOGLE)
        card, touch = lead.partner_id, lead.first_touch_id
        lead.partner_id = False
        self.assertEqual(touch.partner_id, card, "it is the same person, by e-mail")
        self.assertBrought(card, touch)

        stranger = self.contact("Bob")
        lead.partner_id = stranger
        lead.partner_id = False
        lead.email_from = "ann@example.com"
        self.assertBrought(lead, touch)

    def test_the_source_of_a_company_follows_its_persons(self):
        lead = self.lead_with_contact(GOOGLE, 9, partner_name="Example Ltd")
        company, ann = lead.partner_id.parent_id, lead.partner_id
        self.assertEqual(company.company_source_touch_id, lead.lead_creation_touch_id)
        colleague = self.contact("Bob", parent_id=company.id)
        lead.partner_id = colleague
        self.assertEqual(company.company_source_touch_id, lead.lead_creation_touch_id)
        own_lead = self.lead_from(LINKEDIN, 2, partner_id=ann.id)
        own = own_lead.lead_creation_touch_id
        own_lead.partner_id.write({"first_touch_id": own.id, "lead_creation_touch_id": own.id})
        lead.partner_id = self.contact("Carl")
        self.assertEqual(company.company_source_touch_id, own_lead.lead_creation_touch_id)

    def test_merged_leads_of_two_persons_keep_the_touchpoints_of_both(self):
        one = self.lead_from(PARTNER_SITE, 9, email_from="", probability=90)
        ann = self.lead_with_contact(GOOGLE, 5)
        bob = self.lead_from(LINKEDIN, 2, email_from="bob@example.com", contact_name="Bob")
        bob._handle_partner_assignment()
        contacts = ann.partner_id | bob.partner_id
        before = [(one.first_touch_id, one.journey_ids) for one in contacts]
        merged = (one | ann | bob).merge_opportunity()
        self.assertTrue(merged.partner_id)
        self.assertEqual(len(self.journey(merged)), 3)
        for contact, (first, journey) in zip(contacts, before, strict=True):
            self.assertEqual(contact.first_touch_id, first)
            self.assertLessEqual(journey, self.journey(contact))

    def test_credit_and_reports_to_google_follow(self):
        lead = self.lead_with_contact(GOOGLE, 2, type="opportunity")
        wrong = lead.partner_id
        self.leads.create({"name": "Deal", "partner_id": wrong.id}).action_set_won()
        [deal] = self.leads.search([("name", "=", "Deal")])
        credit = self.env["conversion.credit"]
        self.assertIn(lead.first_touch_id, credit.search([("lead_id", "=", deal.id)]).touchpoint_id)
        lead.partner_id = self.contact("Bob")
        rows = credit.search([("lead_id", "=", deal.id)])
        self.assertNotIn(lead.first_touch_id, rows.touchpoint_id)

    def test_a_salesperson_corrects_it(self):
        seller = new_test_user(self.env, "owner_seller", groups=ROLES)
        lead = self.lead_with_contact(GOOGLE)
        lead.user_id = seller
        wrong, right = lead.partner_id, self.contact("Bob")
        lead.with_user(seller).partner_id = right
        self.assertEqual(self.journey(lead).partner_id, right)
        self.assertFalse(wrong.first_touch_id)
        with self.assertRaises(AccessError):
            lead.lead_creation_touch_id.with_user(seller).partner_id = wrong

    def test_many_leads_cost_the_queries_of_a_few(self):
        def count(number):
            leads = self.leads.create(
                [
                    {
                        **{"name": "Roof", "contact_name": f"P{person}", "landing_url": GOOGLE},
                        "email_from": f"p{person}@corrected{number}.com",
                    }
                    for person in range(number)
                ]
            )
            leads._handle_partner_assignment()
            right = self.contact("Bob")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.write({"partner_id": right.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertAlmostEqual(count(3), count(12), delta=4)


@tagged("post_install", "-at_install")
class TestMovedLead(OwnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env.user.company_ids |= cls.other_company
        cls.mover = new_test_user(
            cls.env,
            "owner_mover",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
            company_ids=[(6, 0, (cls.company | cls.other_company).ids)],
            company_id=cls.company.id,
        )

    def lead_here(self, url, days_ago=0, **values):
        values = {"company_id": self.company.id, "user_id": False, "team_id": False, **values}
        return self.lead_from(url, days_ago, **values)

    def test_its_touchpoints_move_along(self):
        lead = self.lead_here(GOOGLE)
        touch = lead.first_touch_id
        self.assertEqual(touch.company_id, self.company)
        lead.with_user(self.mover).company_id = self.other_company
        self.assertEqual(touch.company_id, self.other_company)
        self.assertBrought(lead, touch)
        self.assertEqual(self.journey(lead), touch)

    def test_by_its_team_too(self):
        team = self.env["crm.team"].create(
            {"name": "Mills", "company_id": self.other_company.id, "member_ids": self.mover.ids}
        )
        lead = self.lead_here(GOOGLE)
        lead.team_id = team
        self.assertEqual(lead.company_id, self.other_company)
        self.assertEqual(lead.first_touch_id.company_id, self.other_company)

    def test_contacts_of_the_company_it_left_stay_there(self):
        card = self.contact("Ann", company_id=self.company.id)
        stayed = self.lead_here(LINKEDIN, 5)
        moved = self.lead_here(GOOGLE, 1)
        self.assertEqual(moved.first_touch_id, stayed.first_touch_id)
        self.assertEqual(moved.lead_creation_touch_id.partner_id, card)
        moved.company_id = self.other_company
        self.assertFalse(moved.lead_creation_touch_id.partner_id)
        self.assertBrought(moved, moved.google_touch_id)
        self.assertFalse(self.journey(moved) & self.journey(stayed))
        self.assertEqual(self.journey(stayed).company_id, self.company)
        self.assertFalse(self.journey(card) & self.journey(moved))

    def test_leads_that_stay_keep_no_touch_of_the_other_company(self):
        moved = self.lead_here(GOOGLE, 5)
        stayed = self.lead_here(LINKEDIN, 1)
        self.assertEqual(stayed.first_touch_id, moved.first_touch_id)
        moved.company_id = self.other_company
        self.assertBrought(stayed, self.journey(stayed))
        self.assertFalse(stayed.google_touch_id)

    def test_a_contact_that_moves_takes_its_own_along(self):
        contact = self.contact("Ann", company_id=self.company.id)
        touch = self.touchpoints.create(
            {
                **{"occurred_at": fields.Datetime.now(), "channel": "email"},
                **{"partner_id": contact.id, "company_id": self.company.id},
            }
        )
        contact.first_touch_id = touch
        contact.company_id = self.other_company
        self.assertEqual(touch.company_id, self.other_company)
        self.assertEqual(contact.first_touch_id, touch)

    def test_many_leads_cost_the_queries_of_a_few(self):
        def count(number):
            leads = self.leads.concat(
                *(
                    self.lead_here(GOOGLE, email_from=f"p{person}@moved{number}.com")
                    for person in range(number)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.write({"company_id": self.other_company.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertAlmostEqual(count(3), count(12), delta=4)
