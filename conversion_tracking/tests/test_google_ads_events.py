from odoo import Command
from odoo.tests import Form, tagged

from .google_case import ACCOUNT, ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsEvents(GoogleCase):
    """Which events are put into the outbox, and that each is there once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_new = cls.env.ref("crm.stage_lead1")
        cls.stage_qualified = cls.env.ref("crm.stage_lead2")
        cls.stage_won = cls.env.ref("crm.stage_lead4")

    def opportunity(self, **values):
        lead = self.lead_from_ad(type="opportunity", stage_id=self.stage_new.id, **values)
        self.later(hours=1)
        return lead

    def lose(self, lead):
        """Odoo wants a won deal moved to another stage before it can be lost."""
        lead.stage_id = self.stage_new
        lead.action_set_lost()

    def events(self, lead):
        return sorted(self.rows_of(lead).mapped("event"))

    def assertWonOnce(self, lead):
        [row] = self.rows_of(lead, "deal_won")
        self.assertEqual(row.state, "waiting")
        # A second later when it was qualified by the same step.
        self.assertLess((row.event_time - lead.won_at).total_seconds(), 2)
        return row

    # Every way to win

    def test_won_by_the_button(self):
        lead = self.opportunity(expected_revenue=700)
        lead.action_set_won()
        row = self.assertWonOnce(lead)
        self.assertEqual((row.value, row.currency_id), (700, self.env.company.currency_id))

    def test_won_by_the_rainbow_button(self):
        lead = self.opportunity()
        lead.action_set_won_rainbowman()
        self.assertWonOnce(lead)

    def test_won_by_dragging_the_card(self):
        lead = self.opportunity()
        lead.write({"stage_id": self.stage_won.id})
        self.assertWonOnce(lead)

    def test_won_by_the_form(self):
        lead = self.opportunity()
        with Form(lead) as form:
            form.stage_id = self.stage_won
        self.assertWonOnce(lead)

    def test_won_because_its_stage_now_means_won(self):
        lead = self.opportunity()
        self.stage_new.is_won = True
        self.assertWonOnce(lead)

    def test_won_by_an_automation(self):
        lead = self.opportunity()
        self.env["ir.actions.server"].create(
            {
                "name": "Win",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": f"records.write({{'stage_id': {self.stage_won.id}}})",
            }
        ).with_context(active_model="crm.lead", active_ids=lead.ids, active_id=lead.id).run()
        self.assertWonOnce(lead)

    def test_won_by_an_import(self):
        lead = self.opportunity()
        self.env["crm.lead"].load([".id", "stage_id/.id"], [[str(lead.id), str(self.stage_won.id)]])
        self.assertWonOnce(lead)

    def test_made_in_a_won_stage(self):
        lead = self.lead_from_ad(type="opportunity", stage_id=self.stage_won.id)
        self.assertWonOnce(lead)
        self.assertEqual(self.events(lead), ["deal_won", "lead_created", "lead_qualified"])

    def test_archiving_a_won_deal_changes_nothing(self):
        lead = self.opportunity()
        lead.action_set_won()
        row = self.assertWonOnce(lead)
        won_at = lead.won_at
        self.later(hours=1)
        lead.action_archive()
        self.assertEqual(lead.won_at, won_at)
        self.assertEqual(row.state, "waiting")

    # Reopened, won again

    def test_a_deal_reopened_before_delivery_is_not_reported(self):
        lead = self.opportunity()
        lead.action_set_won()
        lead.stage_id = self.stage_new
        row = self.rows_of(lead, "deal_won")
        self.assertEqual((row.state, row.error_code), ("cancelled", "NO_LONGER_WON"))
        self.assertTrue(row.error_meaning)
        self.deliver_and_poll()
        self.assertNotIn((row.transaction_id, ACTIONS["deal_won"]), self.delivered())

    def test_a_deal_lost_before_delivery_is_not_reported(self):
        lead = self.opportunity()
        lead.action_set_won()
        self.lose(lead)
        self.assertEqual(self.rows_of(lead, "deal_won").state, "cancelled")

    def test_a_stage_that_no_longer_means_won_reopens_its_deals(self):
        lead = self.opportunity()
        self.stage_new.is_won = True
        self.stage_new.is_won = False
        self.assertEqual(self.rows_of(lead, "deal_won").state, "cancelled")

    def test_won_again_is_reported_once_with_the_values_of_that_day(self):
        lead = self.opportunity(expected_revenue=100)
        lead.action_set_won()
        lead.stage_id = self.stage_new
        self.later(hours=2)
        lead.expected_revenue = 150
        lead.action_set_won()
        row = self.assertWonOnce(lead)
        self.assertEqual(row.value, 150)
        self.assertFalse(row.error_code)

    # Qualified

    def test_qualified_by_conversion_once(self):
        lead = self.lead_from_ad()
        lead.convert_opportunity(False)
        lead.stage_id = self.stage_qualified
        self.assertEqual(self.events(lead), ["lead_created", "lead_qualified"])

    def test_qualified_by_a_stage(self):
        lead = self.lead_from_ad(stage_id=self.stage_new.id)
        lead.stage_id = self.stage_qualified
        self.assertEqual(self.events(lead), ["lead_created", "lead_qualified"])

    # Actions of stages

    def test_an_action_of_a_stage_counts_its_first_time_only(self):
        stage = self.env["crm.stage"].create({"name": "Visit", "sequence": 2})
        action = self.add_stage_action(stage)
        lead = self.opportunity()
        lead.stage_id = stage
        lead.stage_id = self.stage_new
        lead.stage_id = stage
        [row] = self.rows_of(lead, "stage")
        self.assertEqual(row.action_id, action)
        self.assertEqual(row.value, 25)
        born_there = self.lead_from_ad("AbC-2", type="opportunity", stage_id=stage.id)
        self.assertEqual(len(self.rows_of(born_there, "stage")), 1)

    def add_stage_action(self, stage):
        return self.env["google.ads.conversion.action"].create(
            {
                "account_id": self.account.id,
                "name": f"Odoo {stage.name}",
                "event": "stage",
                "stage_id": stage.id,
                "counting": "every",
                "value_basis": "fixed",
                "fixed_value": 25,
                "google_id": "6490000099",
            }
        )

    # One or every

    def submit_forms(self):
        """The seed's example: one click, form A twice, form B three times."""
        self.lead_from_ad("Seed-1", contact_name="Ann", email_from="ann@example.com")
        first = self.env["crm.lead"].search([], limit=1, order="id desc")
        leads = first
        for _number in range(4):
            leads |= self.env["crm.lead"].create(
                {"name": "Again", "email_from": "ann@example.com", "consent": "granted"}
            )
        pages = ["/design", "/design", "/social", "/social", "/social"]
        for lead, page in zip(leads.sorted("id"), pages, strict=True):
            self.env["conversion.touchpoint"].create(
                {
                    "kind": "conversion",
                    "occurred_at": lead.create_date,
                    "lead_id": lead.id,
                    "page": page,
                    "form": "Lead",
                }
            )
            lead.google_touch_id = first.google_touch_id
        self.conversions.search([("lead_id", "in", leads.ids)]).unlink()
        for lead in leads.sorted("id"):
            lead._conversion_happened("lead_created")
        return leads

    def test_counting_one_takes_each_form_once(self):
        leads = self.submit_forms()
        rows = self.conversions.search([("lead_id", "in", leads.ids)])
        self.assertEqual(sorted(rows.mapped("form_key")), ["crm.lead /design", "crm.lead /social"])

    def test_counting_every_takes_every_submission(self):
        self.account.action_ids.filtered(lambda one: one.event == "lead_created").counting = "every"
        leads = self.submit_forms()
        rows = self.conversions.search([("lead_id", "in", leads.ids)])
        self.assertEqual(len(rows), 5)
        self.assertEqual(len(set(rows.mapped("event_time"))), 5, "one click, five moments")

    def test_two_submissions_in_one_batch_are_compared_with_each_other(self):
        leads = self.submit_forms()
        self.conversions.search([("lead_id", "in", leads.ids)]).unlink()
        leads._conversion_happened("lead_created")
        self.assertEqual(self.conversions.search_count([("lead_id", "in", leads.ids)]), 2)

    # What cannot be uploaded

    def test_denied_consent_is_not_even_queued(self):
        self.assertFalse(self.rows_of(self.lead_from_ad(consent="denied")))

    def test_leads_without_a_google_click_are_not_queued(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "Typed", "consent": "granted"},
                {"name": "Bing", "landing_url": "https://shop.example/?msclkid=abc"},
            ]
        )
        leads.action_set_won()
        self.assertFalse(leads.google_conversion_ids)

    def braid_lead(self, parameter):
        self.google.add_click(
            "Braid-1",
            kind=parameter,
            account=ACCOUNT,
            campaign="20111000001",
            clicked=self.now,
        )
        url = f"https://shop.example/?{parameter}=Braid-1"
        return self.env["crm.lead"].create(
            {"name": "Phone", "landing_url": url, "consent": "granted"}
        )

    def test_ios_clicks_go_only_to_actions_that_count_every(self):
        for parameter in ("gbraid", "wbraid"):
            with self.subTest(parameter):
                lead = self.braid_lead(parameter)
                lead.action_set_won()
                [row] = self.rows_of(lead)
                self.assertEqual((row.event, row[parameter]), ("deal_won", "Braid-1"))
                self.deliver_and_poll()
                self.assertEqual(row.state, "success", row.error_code)
                self.google.reset()

    def test_an_event_more_than_90_days_after_its_click_is_not_queued(self):
        lead = self.opportunity()
        self.later(days=90, seconds=1)
        lead.action_set_won()
        self.assertFalse(self.rows_of(lead, "deal_won"))

    def test_nothing_is_queued_without_an_account(self):
        self.account.state = "draft"
        self.assertFalse(self.rows_of(self.lead_from_ad()))

    def test_a_paused_account_collects(self):
        self.account.state = "paused"
        self.assertEqual(self.rows_of(self.lead_from_ad()).state, "waiting")

    def test_each_company_reports_to_its_own_account(self):
        other = self.env["res.company"].create({"name": "Windmill"})
        theirs = self.account.copy({"company_id": other.id, "customer_id": "9998887777"})
        theirs.state = "connected"
        theirs._create_default_actions()
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "Roof",
                    "landing_url": f"https://shop.example/?gclid=Co-{company.id}",
                    "consent": "granted",
                    "company_id": company.id,
                }
                for company in (self.env.company, other)
            ]
        )
        self.assertEqual(
            [lead.google_conversion_ids.account_id for lead in leads], [self.account, theirs]
        )

    # Merge and delete

    def test_merged_leads_keep_what_was_reported_of_each(self):
        leads = self.lead_from_ad("Merge-1") | self.lead_from_ad("Merge-2")
        rows = leads.google_conversion_ids
        merged = leads.merge_opportunity()
        self.assertEqual(merged.google_conversion_ids, rows)
        self.deliver_and_poll()
        self.assertCounted(rows)

    def test_a_deleted_lead_is_not_reported_any_more(self):
        lead = self.lead_from_ad()
        row = self.rows_of(lead)
        lead.unlink()
        self.assertEqual((row.state, row.error_code), ("cancelled", "RECORD_DELETED"))
        self.deliver()
        self.assertFalse(self.delivered())

    def test_a_duplicated_lead_reports_nothing(self):
        copy = self.lead_from_ad().copy()
        self.assertFalse(copy.google_conversion_ids)
        self.assertFalse(copy.google_conversion_id)

    # Contacts

    def contact_from_form(self, gclid="Form-1"):
        self.google.add_click(gclid, account=ACCOUNT, campaign="20111000001", clicked=self.now)
        click = self.env["conversion.touchpoint"].create(
            {
                "occurred_at": self.now.replace(tzinfo=None),
                "gclid": gclid,
                "click_platform": "google",
                "consent": "granted",
            }
        )
        partner = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        partner.google_touch_id = click
        partner._conversion_happened("lead_created")
        return partner

    def test_a_contact_made_by_a_form_is_reported(self):
        partner = self.contact_from_form()
        [row] = self.rows_of(partner)
        self.assertEqual((row.event, row.partner_id), ("lead_created", partner))
        self.assertIn(f"-contact-{partner.id}-", row.transaction_id)
        self.assertEqual(partner.google_upload_state, "waiting")
        self.deliver_and_poll()
        self.assertCounted(row)

    def test_a_contact_made_for_a_lead_shows_what_was_reported_of_it(self):
        lead = self.lead_from_ad("Seed-1", contact_name="Ann", email_from="ann@example.com")
        lead._handle_partner_assignment()
        partner = lead.partner_id
        self.assertTrue(lead.google_conversion_ids)
        self.assertEqual(partner.google_conversion_ids, lead.google_conversion_ids)
        self.assertEqual((partner.google_gclid, partner.click_info), ("Seed-1", "pending"))

    def test_a_contact_that_withdraws_consent_is_not_reported(self):
        partner = self.contact_from_form()
        partner.google_touch_id.consent = "denied"
        self.deliver()
        self.assertEqual(self.rows_of(partner).state, "cancelled")

    # On the record

    def test_leads_are_found_and_grouped_by_their_upload(self):
        lead = self.lead_from_ad()
        leads = self.env["crm.lead"]
        self.assertIn(lead, leads.search([("google_upload_state", "=", "waiting")]))
        groups = leads.formatted_read_group(
            [("id", "=", lead.id)], ["google_upload_state"], ["__count"]
        )
        self.assertEqual(groups[0]["google_upload_state"], "waiting")

    def test_orders_and_invoices_can_be_the_value(self):
        action = self.account.action_ids.filtered(lambda one: one.event == "deal_won")
        lead = self.opportunity(expected_revenue=5)
        product = self.env["product.product"].create({"name": "Panel", "invoice_policy": "order"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 300, "tax_ids": []})
                ],
            }
        )
        value = self.env["google.ads.reporter"]._get_value
        action.value_basis = "orders_untaxed"
        self.assertEqual(value(lead, action)[0], 0, "a quotation is no sale")
        order.action_confirm()
        self.assertEqual(value(lead, action), (300, self.env.company.currency_id))
        action.value_basis = "invoiced"
        self.assertEqual(value(lead, action)[0], 0)
        order._create_invoices().action_post()
        self.assertEqual(value(lead, action)[0], 300)
