"""An administrator erases a person: asked with numbers, from every place where one would look."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .access_case import AccessCase

ACTIONS = ("conversion_erasure_action", "conversion_erasure_lead_action")


@tagged("post_install", "-at_install")
class TestConversionErasure(AccessCase):
    def open_on(self, records, role="administrator"):
        context = {"active_model": records._name, "active_ids": records.ids}
        return Form(self.as_role(role, self.env["conversion.erasure"]).with_context(**context))

    def erase(self, records, role="administrator"):
        form = self.open_on(records, role)
        form.understood = True
        return form.save().action_erase()

    def test_only_administrators(self):
        lead = self.make_lead("ann")
        for role in self.users:
            if role not in ("administrator", "system administrator"):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.erase(lead.partner_id, role)
                bindings = self.as_role(role, self.env["ir.actions.actions"]).sudo(False)
                with self.subTest(role):
                    names = self.get_names(bindings, "res.partner")
                    self.assertNotIn("Erase Attribution", names)
        self.assertTrue(lead.google_touch_id.gclid)

    def get_names(self, actions, model):
        return [action["name"] for action in actions.get_bindings(model).get("action", ())]

    def test_it_is_in_the_menus(self):
        actions = self.as_role("administrator", self.env["ir.actions.actions"])
        for model in ("res.partner", "crm.lead", "privacy.lookup.wizard.line"):
            self.assertEqual(self.get_names(actions, model).count("Erase Attribution"), 1, model)
        for model in ("res.partner", "crm.lead"):
            for name in ("Stored Marketing Data", "Stored Marketing Data (JSON)"):
                self.assertEqual(self.get_names(actions, model).count(name), 1, model)

    def test_numbers_before_it_happens(self):
        lead = self.make_lead("ann", type="opportunity")
        lead.action_set_won()
        self.env["crm.lead"].create({"name": "More", "email_from": "ann@example.com"})
        form = self.open_on(lead.partner_id)
        self.assertEqual(
            (form.contact_count, form.lead_count, form.touchpoint_count, form.deal_count),
            (1, 2, 2, 1),
        )
        with self.assertRaises(UserError):
            form.save().action_erase()
        self.assertFalse(lead.attribution_erased_at)

    def test_from_a_lead_without_a_contact(self):
        salespeople = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.users["administrator"].group_ids |= salespeople
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": "https://example.com/?gclid=AbC-1", "active": False}
        )
        message = self.erase(lead)["params"]["message"]
        self.assertIn("1 visits", message)
        self.assertTrue(lead.attribution_erased_at)
        self.assertFalse(lead.google_touch_id)

    def test_from_odoos_privacy_lookup(self):
        lead = self.make_lead("ann")
        other = self.make_lead("bob")
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": "ann", "email": "ann@example.com"}
        )
        lookup.action_lookup()
        lines = lookup.line_ids
        self.assertIn("crm.lead", lines.mapped("res_model"))
        self.erase(lines, "system administrator")
        self.assertTrue(lead.partner_id.attribution_erased_at)
        self.assertFalse(other.attribution_erased_at)
        self.assertIn("anonymous", lookup.execution_details)
        self.assertIn("anonymous", lookup.log_id.execution_details)
        self.assertEqual(self.open_on(lookup, "system administrator").touchpoint_count, 0)

    def test_nobody_is_chosen(self):
        for records in (self.env["res.partner"], self.env["crm.stage"].search([], limit=1)):
            with self.assertRaises(UserError):
                self.open_on(records)

    def test_not_a_lead_of_another_company(self):
        lead = self.make_lead("ann", company_id=self.other_company.id, user_id=False, team_id=False)
        with self.assertRaises(UserError):
            self.open_on(lead)
        erasure = self.env["conversion.erasure"].create(
            {"subjects": {"crm.lead": lead.ids}, "understood": True}
        )
        with self.assertRaises(AccessError):
            self.as_role("administrator", erasure).action_erase()

    def test_what_a_client_makes_up_erases_nobody(self):
        erasure = self.env["conversion.erasure"]
        for subjects in (None, [], {"crm.lead": 7}, {"res.partner": ["1", None, 0, 10**8]}):
            made_up = erasure.create({"subjects": subjects, "understood": True})
            self.assertEqual((made_up.contact_count, made_up.touchpoint_count), (0, 0), subjects)
            made_up.action_erase()
