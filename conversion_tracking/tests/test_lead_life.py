"""What becomes of the attribution: convert, win, lose, merge, copy, delete, quote, invoice."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form, TransactionCase, tagged

LINKEDIN = "https://example.com/?utm_source=linkedin&utm_medium=social&utm_campaign=webinar"
GOOGLE = "https://example.com/shop?utm_source=google&utm_campaign=brand&gclid=AbC-1"
PARTNER_SITE = "https://example.com/?utm_source=partner"


class LeadCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        cls.touchpoints = cls.env["conversion.touchpoint"]

    def lead_from(self, url, days_ago=0, **values):
        """A lead whose person arrived at ``url`` some days ago."""
        values = {"name": "Question", "email_from": "ann@example.com", **values}
        lead = self.leads.create({**values, "landing_url": url})
        lead.lead_creation_touch_id.occurred_at -= timedelta(days=days_ago)
        return lead

    def assertComesFrom(self, lead, origin_touch, source, campaign):
        self.assertEqual(lead.first_touch_id, origin_touch)
        self.assertEqual(lead.lead_creation_touch_id, origin_touch)
        self.assertEqual((lead.source_id.name or "").lower(), source)
        self.assertEqual((lead.campaign_id.name or "").lower(), campaign)


@tagged("post_install", "-at_install")
class TestMerge(LeadCase):
    def setUp(self):
        super().setUp()
        # The newer lead is further on: core would let its values win, one by one.
        self.newer = self.lead_from(
            PARTNER_SITE, 1, type="opportunity", email_from="ann@example.com", probability=80
        )
        self.older = self.lead_from(GOOGLE, 9, email_from="ann@example.org")
        self.origin = self.older.first_touch_id

    def assertMerged(self, lead):
        self.assertComesFrom(lead, self.origin, "google", "brand")
        self.assertEqual(lead.google_touch_id, self.origin)
        self.assertEqual(lead.medium_id.name, "cpc", "of its own click, not the partner's")
        sources = lead.journey_ids.mapped("source_id.name")
        self.assertEqual([name.lower() for name in sources], ["partner", "google"])
        self.assertEqual(lead.journey_ids.mapped("role").count("first_touch"), 1)

    def test_merge_wizard_keeps_the_earliest_first_touch_as_a_whole(self):
        wizard = self.env["crm.merge.opportunity"].create(
            {"opportunity_ids": [(6, 0, (self.newer | self.older).ids)]}
        )
        merged = self.leads.browse(wizard.action_merge()["res_id"])
        self.assertEqual(merged, self.newer)
        self.assertFalse(self.older.exists())
        self.assertMerged(merged)

    def test_conversion_wizard_merges_the_same_way(self):
        self.older.email_from = self.newer.email_from
        wizard = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=self.older.id
        )
        wizard = wizard.create({"name": "merge"})
        self.assertIn(self.newer, wizard.duplicated_lead_ids)
        wizard.action_apply()
        self.assertMerged((self.newer | self.older).exists())

    def test_mass_conversion_merges_the_same_way(self):
        self.older.email_from = self.newer.email_from
        wizard = self.env["crm.lead2opportunity.partner.mass"].with_context(
            active_model="crm.lead", active_ids=(self.newer | self.older).ids
        )
        wizard.create({"deduplicate": True, "action": "exist"}).action_mass_convert()
        self.assertMerged((self.newer | self.older).exists())

    def test_values_of_two_leads_without_touches_are_not_mixed(self):
        known = {"first_touch_id": False, "lead_creation_touch_id": False}
        campaign = self.env["utm.campaign"].create({"title": "Fair"})
        source = self.env["utm.source"].create({"name": "Stand"})
        (self.newer | self.older).write({**known, "source_id": False, "campaign_id": False})
        self.newer.source_id = source
        self.older.campaign_id = campaign
        merged = (self.newer | self.older).merge_opportunity()
        self.assertEqual(merged.source_id, source)
        self.assertFalse(merged.campaign_id)

    def test_merged_contacts_keep_the_earliest_first_touch_as_a_whole(self):
        for lead in (self.newer, self.older):
            lead.contact_name = "Ann"
            lead._handle_partner_assignment()
        kept, dropped = self.newer.partner_id, self.older.partner_id
        company = self.env["res.partner"].create({"name": "Ltd", "is_company": True})
        company.company_source_touch_id = self.origin
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | dropped).ids, kept)
        self.assertFalse(dropped.exists())
        self.assertEqual(kept.first_touch_id, self.origin)
        self.assertEqual(kept.lead_creation_touch_id, self.origin)
        self.assertEqual(kept.google_touch_id, self.origin)
        self.assertEqual(len(kept.journey_ids), 2)
        self.assertEqual(kept.journey_ids.mapped("role").count("first_touch"), 1)

    def test_merged_companies_keep_the_earliest_company_source(self):
        companies = self.env["res.partner"].create(
            [{"name": "Ltd", "is_company": True}, {"name": "Ltd.", "is_company": True}]
        )
        companies[0].company_source_touch_id = self.newer.first_touch_id
        companies[1].company_source_touch_id = self.origin
        self.env["base.partner.merge.automatic.wizard"]._merge(companies.ids, companies[0])
        self.assertEqual(companies[0].company_source_touch_id, self.origin)


@tagged("post_install", "-at_install")
class TestLeadLife(LeadCase):
    def test_a_copy_is_nobodys_marketing(self):
        lead = self.lead_from(GOOGLE, contact_name="Ann")
        lead._handle_partner_assignment()
        copy = lead.copy({"email_from": "bob@example.com", "partner_id": False})
        self.assertFalse(copy.source_id or copy.medium_id or copy.campaign_id)
        self.assertFalse(copy.google_touch_id)
        self.assertEqual(copy.lead_creation_channel, "offline")
        self.assertFalse(copy.first_touch_id & lead.journey_ids)
        contact = lead.partner_id.copy()
        self.assertFalse(contact.first_touch_id or contact.lead_creation_touch_id)
        self.assertFalse(contact.company_source_touch_id or contact.google_touch_id)

    def test_converting_keeps_it_and_marks_the_time(self):
        lead = self.lead_from(LINKEDIN, type="lead", contact_name="Ann")
        touch = lead.first_touch_id
        self.assertFalse(lead.qualified_at)
        lead.convert_opportunity(self.env["res.partner"])
        self.assertComesFrom(lead, touch, "linkedin", "webinar")
        self.assertTrue(lead.qualified_at)

    def test_won_archived_and_restored_keeps_it_and_the_day_it_was_won(self):
        lead = self.lead_from(LINKEDIN)
        touch = lead.first_touch_id
        lead.action_set_won()
        lead.won_at = won_at = fields.Datetime.now() - timedelta(days=30)
        lead.action_archive()
        lead.action_unarchive()
        self.assertComesFrom(lead, touch, "linkedin", "webinar")
        self.assertEqual(lead.won_at, won_at)

    def test_lost_and_restored_keeps_it(self):
        lead = self.lead_from(LINKEDIN)
        touch = lead.first_touch_id
        lead.action_set_lost()
        self.assertComesFrom(lead, touch, "linkedin", "webinar")
        lead.action_unarchive()
        self.assertComesFrom(lead, touch, "linkedin", "webinar")
        self.assertFalse(lead.won_at)

    def test_touchpoints_go_with_the_last_lead_of_a_person(self):
        first = self.lead_from(LINKEDIN)
        second = self.lead_from(GOOGLE)
        touch = first.first_touch_id
        first.unlink()
        self.assertEqual(second.first_touch_id, touch)
        self.assertEqual(touch.lead_id, second)
        rows = second.journey_ids
        second.unlink()
        self.assertFalse(rows.exists())

    def test_touchpoints_of_a_contact_outlive_the_lead(self):
        lead = self.lead_from(LINKEDIN, contact_name="Ann")
        lead._handle_partner_assignment()
        partner, touch = lead.partner_id, lead.first_touch_id
        lead.unlink()
        self.assertEqual(partner.first_touch_id, touch)
        self.assertEqual(partner.journey_ids, touch)
        partner.unlink()
        self.assertFalse(touch.exists())

    def test_quotation_order_invoice_and_credit_note_keep_it(self):
        lead = self.lead_from(GOOGLE, contact_name="Ann", type="opportunity")
        lead._handle_partner_assignment()
        touch = lead.first_touch_id
        product = self.env["product.product"].create(
            {"name": "Roof", "list_price": 100.0, "invoice_policy": "order", "type": "service"}
        )
        action = lead.action_new_quotation()
        quotation = Form(self.env["sale.order"].with_context(**action["context"]))
        with quotation as form, form.order_line.new() as line:
            line.product_id = product
        order = form.save()
        self.assertEqual(order.opportunity_id, lead)
        self.assertEqual(order.first_touch_id, touch)
        self.assertEqual(order.source_id, lead.source_id)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.first_touch_id, touch)
        self.assertEqual(invoice.first_touch_campaign_id, lead.campaign_id)
        self.assertEqual(invoice.campaign_id, lead.campaign_id)
        refund = invoice._reverse_moves()
        self.assertEqual(refund.first_touch_id, touch)
