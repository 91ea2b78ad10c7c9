"""Everybody opens what is theirs to see of Google Ads, and nothing else by its name."""

from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.google_ads.crm_lead import NOT_GOOGLE
from .access_case import AccessCase
from .google_case import GoogleCase

READERS = ("salesperson", "sales manager", "marketing user", "marketing manager", "administrator")


@tagged("post_install", "-at_install")
class TestGoogleAdsRoles(AccessCase, GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})

    def setUp(self):
        super().setUp()
        self.lead = self.lead_from_ad(
            name="Secret roof",
            partner_id=self.partner.id,
            user_id=self.users["salesperson"].id,
        )
        self.row = self.rows_of(self.lead)

    def spec(self, records, view_type):
        """What the web client asks for to show a view to this user."""
        view = records.get_view(view_type=view_type)
        return {
            name: {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
            for name, field in records.fields_get().items()
            if f'name="{name}"' in view["arch"]
        }

    # Opened

    def test_every_reader_opens_conversions(self):
        for role in READERS:
            with self.subTest(role):
                row = self.as_role(role, self.row)
                Form(row)
                for view in ("list", "form", "kanban"):
                    [values] = row.web_read(self.spec(row, view))
                    self.assertTrue(values)
                self.assertTrue(row.display_name)

    def test_every_reader_opens_what_became_of_an_event(self):
        [line] = self.env["google.ads.coverage"].search([("lead_id", "=", self.lead.id)])
        for role in ("sales manager", "marketing user", "marketing manager", "administrator"):
            with self.subTest(role):
                row = self.as_role(role, line)
                row.web_read(self.spec(row, "list"))
                opened = row.action_open_record()
                model = "crm.lead" if role == "sales manager" else "google.ads.conversion"
                self.assertEqual(opened["res_model"], model)

    def test_what_was_never_reported_cannot_be_opened_and_says_why(self):
        lead = self.env["crm.lead"].create({"name": "Typed in"})
        [line] = self.env["google.ads.coverage"].search([("lead_id", "=", lead.id)])
        with self.assertRaises(UserError):
            self.as_role("marketing user", line).action_open_record()

    def test_every_reader_opens_the_facts_of_campaigns(self):
        fact = self.env["campaign.roi.report"].search([("lead_id", "=", self.lead.id)], limit=1)
        for role in READERS:
            with self.subTest(role):
                row = self.as_role(role, fact)
                row.web_read(self.spec(row, "list"))
                if role.startswith("sales"):
                    self.assertEqual(row.action_open_record()["res_model"], "crm.lead")
                else:
                    with self.assertRaises(UserError):
                        row.action_open_record()

    def test_a_sales_manager_finds_coverage_and_errors_in_crm(self):
        menus = self.env["ir.ui.menu"].with_user(self.users["sales manager"])._visible_menu_ids()
        for name in ("menu_crm_google_ads_coverage", "menu_crm_google_ads_errors"):
            menu = self.env.ref(f"conversion_tracking.{name}")
            self.assertIn(menu.id, menus)
            model = self.env[menu.action.res_model].with_user(self.users["sales manager"])
            model.web_search_read([], self.spec(model, "list"))

    # Named

    def test_a_deal_is_named_for_those_who_may_open_it(self):
        [line] = self.env["google.ads.coverage"].search([("lead_id", "=", self.lead.id)])
        for records in (self.row, line):
            for role in ("salesperson", "sales manager"):
                if role != "salesperson" or records is self.row:
                    self.assertEqual(self.as_role(role, records).subject, "Secret roof")
            subject = self.as_role("marketing user", records).subject
            self.assertEqual(subject, f"Lead {self.lead.id}")

    def test_a_contact_does_not_tell_the_names_of_others_deals(self):
        self.lead.user_id = self.users["sales manager"]
        for role in ("salesperson", "marketing user"):
            contact = self.as_role(role, self.partner)
            with self.subTest(role):
                [values] = contact.web_read(
                    {"google_conversion_id": {"fields": {"display_name": {}}}}
                )
                self.assertNotIn("Secret", values["google_conversion_id"]["display_name"])
                # an export follows the pointer as the user, and says no where the row is not theirs
                with suppress(AccessError):
                    exported = contact.export_data(["google_conversion_id"])["datas"]
                    self.assertNotIn("Secret", str(exported))
                groups = contact.formatted_read_group(
                    [("id", "=", contact.id)], ["google_conversion_id"], ["__count"]
                )
                self.assertNotIn("Secret", str(groups))
        with self.assertRaises(AccessError):
            self.as_role("employee", self.partner).read(["google_conversion_id"])

    def test_marketing_never_reads_the_name_of_a_lead(self):
        for name in ("display_name", "subject"):
            self.assertNotIn("Secret", str(self.as_role("marketing user", self.row).read([name])))
        for model in (
            "google.ads.conversion",
            "google.ads.coverage",
            "campaign.roi.report",
            "conversion.touchpoint",
        ):
            records = self.as_role("marketing user", self.env[model])
            with self.subTest(model), self.assertRaises(AccessError):
                records.formatted_read_group([], ["lead_id"], ["__count"])

    # Clicks

    def test_a_salesperson_sees_the_clicks_of_their_own_leads(self):
        click = self.env["google.ads.click"].create(
            {"account_id": self.account.id, "gclid": "AbC-1", "day": "2026-01-01"}
        )
        self.lead.google_touch_id.google_ads_click_id = click
        clicks = {
            role: self.as_role(role, self.env["google.ads.click"]).search([]) for role in READERS
        }
        for role in READERS:
            self.assertIn(click, clicks[role], role)
        self.lead.user_id = self.users["sales manager"]
        self.assertNotIn(click, self.as_role("salesperson", click).search([]))
        self.assertIn(click, self.as_role("marketing user", click).search([]))

    # The lead

    def test_the_reader_of_a_lead_reads_its_landing_page(self):
        page = self.lead.landing_url
        self.assertTrue(page)
        self.lead.google_touch_id.lead_id.user_id = self.users["salesperson"]
        other = self.env["crm.lead"].create(
            {"name": "Again", "user_id": self.users["salesperson"].id}
        )
        theirs = self.lead_from_ad("AbC-3", user_id=self.users["sales manager"].id)
        other.lead_creation_touch_id = theirs.lead_creation_touch_id
        self.assertEqual(self.as_role("salesperson", other).landing_url, theirs.landing_url)

    def report(self, lead, role="salesperson"):
        lead = self.as_role(role, lead)
        lead.invalidate_recordset()
        return lead.google_report.split("\n")

    def test_a_salesperson_reads_on_the_lead_what_became_of_each_event(self):
        self.assertEqual(
            self.report(self.lead),
            [
                "Lead or contact created: Too recent (waiting)",
                "Lead qualified: Not yet",
                "Deal won: Not yet",
            ],
        )
        self.lead.consent = "denied"
        self.as_role("salesperson", self.lead).action_set_won()
        self.assertEqual(self.report(self.lead)[2], "Deal won: No consent")

    def test_a_salesperson_reads_why_a_lead_was_never_reported(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "By LinkedIn",
                "landing_url": "https://shop.example/?li_fat_id=7",
                "user_id": self.users["salesperson"].id,
            }
        )
        self.assertEqual(
            self.report(lead)[0],
            "Lead or contact created: came through LinkedIn (Paid social), not Google",
        )

    def test_the_lead_says_what_the_coverage_says(self):
        self.lead_from_ad("AbC-5", consent="denied").action_set_won()
        self.lead_from_ad("AbC-6").action_set_won()
        self.env["crm.lead"].create({"name": "Typed in"}).action_set_won()
        labels = dict(self.env["google.ads.coverage"]._fields["status"].selection)
        for line in self.env["google.ads.coverage"].search([("lead_id", "!=", False)]):
            with self.subTest(lead=line.lead_id.name, event=line.event):
                words = ["not Google", f": {labels[line.status]}"]
                self.assertIn(words[line.status not in NOT_GOOGLE], line.lead_id.google_report)

    def test_a_lead_that_is_not_saved_has_nothing_to_report(self):
        self.assertIn("Not yet", Form(self.env["crm.lead"]).google_report)
