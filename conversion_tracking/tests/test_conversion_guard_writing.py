"""What only the system writes stays, whichever way somebody tries to change it."""

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..models.conversion_guard_mixin import SYSTEM_VALUES, is_kept
from .access_case import LANDING, AccessCase

WHEN = fields.Datetime.to_datetime("2026-01-01 10:00:00")
# What forgers would like to say of a lead.
FORGERIES = {
    "consent": "granted",
    "consent_at": "2026-01-01 10:00:00",
    "qualified_at": "2026-01-01 10:00:00",
    "won_at": "2026-01-01 10:00:00",
}
POINTERS = ("first_touch_id", "lead_creation_touch_id", "google_touch_id")


@tagged("post_install", "-at_install")
class TestWriting(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.make_lead(
            "ann", user_id=cls.users["salesperson"].id, consent="denied", type="opportunity"
        )
        cls.partner = cls.lead.partner_id
        cls.foreign = cls.env["conversion.touchpoint"].create(
            {
                "occurred_at": WHEN,
                "channel": "paid_search",
                "gclid": "Theirs",
                "click_platform": "google",
                "company_id": cls.other_company.id,
            }
        )
        cls.forgeries = {**FORGERIES, **dict.fromkeys(POINTERS, cls.foreign.id)}

    WRITERS = ("salesperson", "sales manager")

    def assertNothingForged(self, lead):
        lead = lead.sudo()
        for name in POINTERS:
            self.assertNotEqual(lead[name], self.foreign, name)
        self.assertNotEqual(lead.consent, "granted")
        self.assertNotEqual(lead.consent_at, WHEN)
        self.assertNotEqual(lead.qualified_at, WHEN)
        self.assertNotEqual(lead.won_at, WHEN)

    def test_every_recorded_field_of_leads_contacts_orders_and_invoices_is_guarded(self):
        for model in ("crm.lead", "res.partner", "sale.order", "account.move"):
            records = self.env[model].with_user(self.users["administrator"])
            kept = [field for field in records._fields.values() if is_kept(field)]
            self.assertTrue(kept, model)
            for field in kept:
                with self.subTest(field=str(field)), self.assertRaises(AccessError):
                    records._check_field_access(field, "write")

    def test_nobody_edits_what_was_recorded(self):
        for role in self.WRITERS:
            for name, value in self.forgeries.items():
                with self.subTest(role=role, name=name), self.assertRaises(AccessError) as caught:
                    self.as_role(role, self.lead).write({name: value})
                self.assertIn("is recorded by Conversion Tracking", str(caught.exception))
        for role in ("employee", "sales manager", "administrator"):
            for name in (*POINTERS, "company_source_touch_id", "form_submitted_at"):
                value = WHEN if name == "form_submitted_at" else self.foreign.id
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    self.as_role(role, self.partner).write({name: value})

    def test_nobody_makes_a_lead_with_it(self):
        for role in self.WRITERS:
            leads = self.as_role(role, self.env["crm.lead"])
            for name, value in self.forgeries.items():
                with self.subTest(role=role, name=name):
                    with self.assertRaises(AccessError):
                        leads.create({"name": "Forged", name: value})
                    with self.assertRaises(AccessError):
                        leads.with_context(**{f"default_{name}": value}).create({"name": "Forged"})

    def test_nobody_imports_it(self):
        for name, value in self.forgeries.items():
            column = f"{name}/.id" if name in POINTERS else name
            with self.subTest(name):
                leads = self.as_role("sales manager", self.env["crm.lead"])
                result = leads.load(["name", column], [["Forged", str(value)]])
                self.assertFalse(result["ids"])
        self.assertFalse(self.env["crm.lead"].search([("name", "=", "Forged")]))

    def test_no_default_sets_it(self):
        seller = self.users["salesperson"]
        for name, value in self.forgeries.items():
            self.env["ir.default"].with_user(seller).set("crm.lead", name, value, user_id=True)
        leads = self.env["crm.lead"].with_user(seller)
        defaults = {f"default_{name}": value for name, value in self.forgeries.items()}
        self.assertFalse(leads.default_get(list(self.forgeries)))
        self.assertFalse(leads.with_context(**defaults).default_get(list(self.forgeries)))
        self.assertNothingForged(leads.create({"name": "Typed in"}))
        # As a flow of Odoo does that goes on as the superuser with the user's context.
        self.assertNothingForged(leads.with_context(**defaults).sudo().create({"name": "Sudo"}))

    def test_no_context_passes_for_the_system(self):
        forged = {SYSTEM_VALUES: [{"google_touch_id": self.foreign.id}]}
        leads = self.as_role("salesperson", self.env["crm.lead"]).with_context(**forged)
        self.assertNothingForged(leads.create({"name": "Context"}))

    def test_a_form_shows_nothing_through_a_pointer_that_was_made_up(self):
        for role, records in (("sales manager", self.lead), ("salesperson", self.partner)):
            for record in (records, records.browse()):
                with self.subTest(role=role, model=records._name, new=not record):
                    values = dict.fromkeys(POINTERS, self.foreign.id)
                    asked = {"google_click_at": {}, "first_touch_channel": {}, "name": {}}
                    record = self.as_role(role, record)
                    found = record.onchange(values, list(values), asked)
                    found.update(record.onchange({**values, "name": "x"}, ["name"], asked))
                    self.assertFalse(found["value"].get("google_click_at"))
                    self.assertNotEqual(found["value"].get("first_touch_channel"), "paid_search")

    def test_a_contact_inside_another_form_is_guarded_too(self):
        values = {"name": "Child", "google_touch_id": self.foreign.id}
        contacts = self.as_role("employee", self.env["res.partner"])
        # Odoo makes the contacts of a contact as whoever began the transaction, here the system
        self.patch(self.env.transaction, "default_env", contacts.env)
        with self.assertRaises(AccessError):
            contacts.create({"name": "Parent", "child_ids": [(0, 0, values)]})
        with self.assertRaises(AccessError):
            self.env["res.users"].with_user(self.env.ref("base.user_admin")).create(
                {"login": "forged", **values}
            )
        leads = self.as_role("salesperson", self.env["crm.lead"])
        with self.assertRaises(AccessError):
            leads.with_context(**{SYSTEM_VALUES: [{}]}).create({"name": "a", **values})

    def test_an_alias_gives_no_history(self):
        values = {"team_id": self.lead.team_id.id, **self.forgeries}
        lead = self.env["crm.lead"].message_new(
            {"subject": "Hello", "from": "new@example.com"}, custom_values=values
        )
        self.assertNothingForged(lead)

    def test_a_duplicate_has_no_history_of_its_own(self):
        copy = self.as_role("salesperson", self.lead).copy()
        self.assertNothingForged(copy)
        self.assertEqual(copy.sudo().lead_creation_touch_id.channel, "offline")

    # What Odoo does for the user goes on working

    def test_a_salesperson_merges_leads_and_their_history_stays_whole(self):
        other = self.make_lead("ann", user_id=self.users["salesperson"].id, consent="granted")
        first = min(self.lead.first_touch_id, other.first_touch_id, key=lambda one: one.occurred_at)
        merged = self.as_role("salesperson", self.lead | other).merge_opportunity().sudo()
        self.assertEqual(merged.first_touch_id, first)
        self.assertEqual(merged.consent, "denied", "of the lead that the first touch is of")

    def test_contacts_are_merged_by_those_who_may(self):
        other = self.env["res.partner"].create({"name": "Ann Again", "email": "ann@example.com"})
        other.first_touch_id = self.foreign
        # who edits contacts and sees the visits of the website, which Odoo merges, too
        self.users["salesperson"].group_ids |= self.env.ref("base.group_partner_manager")
        wizard = self.as_role("salesperson", self.env["base.partner.merge.automatic.wizard"])
        wizard._merge((self.partner | other).ids, self.as_role("salesperson", self.partner))
        self.assertEqual(self.partner.first_touch_id, self.foreign)

    def test_a_salesperson_makes_a_company_and_it_gets_its_source(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Roof",
                "contact_name": "Carl",
                "partner_name": "Carl Ltd",
                "email_from": "carl@carl.example.com",
                "landing_url": LANDING,
                "user_id": self.users["salesperson"].id,
            }
        )
        self.as_role("salesperson", lead)._handle_partner_assignment()
        company = lead.partner_id.parent_id
        self.assertEqual(company.name, "Carl Ltd")
        self.assertEqual(company.company_source_touch_id, lead.lead_creation_touch_id)
        self.assertEqual(lead.partner_id.first_touch_id, lead.first_touch_id)

    def test_a_deal_is_won_by_whoever_may_write_it(self):
        self.as_role("salesperson", self.lead).action_set_won()
        self.assertTrue(self.lead.won_at)

    # History of another system

    def history(self, **values):
        touch = self.env["conversion.touchpoint"].create(
            {"occurred_at": WHEN, "channel": "email", **values}
        )
        return {
            "name": "Imported",
            "first_touch_id": touch.id,
            "lead_creation_touch_id": touch.id,
            "consent": "granted",
            "consent_at": "2026-01-01 10:00:00",
        }

    def importer(self):
        user = self.users["administrator"]
        user.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        return self.env["crm.lead"].with_user(user)

    def test_an_administrator_imports_history(self):
        values = self.history(company_id=self.company.id)
        lead = self.importer().create({**values, "company_id": self.company.id}).sudo()
        self.assertEqual(lead.first_touch_id.id, values["first_touch_id"])
        self.assertEqual((lead.consent, lead.consent_at), ("granted", WHEN))
        columns = ["name", "consent", "first_touch_id/.id", "lead_creation_touch_id/.id"]
        line = ["Loaded", "Granted", str(lead.first_touch_id.id), str(lead.first_touch_id.id)]
        result = self.importer().load(columns, [line])
        self.assertTrue(result["ids"], result["messages"])
        self.assertEqual(self.env["crm.lead"].browse(result["ids"]).consent, "granted")

    def test_an_administrator_imports_no_history_of_another_company(self):
        values = self.history(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.importer().create(values)
        self.users["administrator"].company_ids |= self.other_company
        leads = self.importer().with_context(
            allowed_company_ids=[self.company.id, self.other_company.id]
        )
        with self.assertRaises(ValidationError):
            leads.create({**values, "company_id": self.company.id})

    def test_an_administrator_changes_no_history_and_makes_up_no_milestone(self):
        leads = self.importer()
        lead = leads.create(self.history())
        with self.assertRaises(AccessError):
            lead.consent = "denied"
        for name in ("qualified_at", "won_at", "google_conversion_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                leads.create({**self.history(), name: WHEN if name.endswith("_at") else 1})
