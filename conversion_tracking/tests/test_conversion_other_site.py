"""The page about sites that are not Odoo's: who opens it, what is copied, what was received."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..wizard.conversion_other_site import FORM_PATH, SCRIPT_PATH
from .other_site import hand_over


@tagged("post_install", "-at_install")
class TestOtherSitePage(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pages = cls.env["conversion.other.site"]
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})
        groups = {
            "seller": "sales_team.group_sale_salesman",
            "marketer": "conversion_tracking.group_user",
            "manager": "conversion_tracking.group_manager",
            "administrator": "conversion_tracking.group_administrator",
        }
        cls.users = {
            name: new_test_user(cls.env, f"other_site_{name}", groups=group)
            for name, group in groups.items()
        }

    def open_as(self, name):
        pages = self.pages.with_user(self.users[name])
        return pages.browse(pages.action_open()["res_id"])

    def receive(self, host, **values):
        page = f"https://{host}/contact"
        email = f"{host}-{len(values)}@example.com"
        journey = hand_over(page=page)
        return self.env["crm.lead"].create(
            {"name": host, "email_from": email, "conversion_journey": journey, **values}
        )

    def test_only_managers_open_it_and_only_administrators_accept_forms(self):
        for name in ("seller", "marketer"):
            with self.assertRaises(AccessError):
                self.open_as(name)
        page = self.open_as("manager")
        with self.assertRaisesRegex(AccessError, "administrators"):
            page.action_accept_forms()
        with self.assertRaisesRegex(AccessError, "administrators"):
            page.action_refuse_forms()
        page = self.open_as("administrator")
        page.action_accept_forms()
        self.assertTrue(page.accepts_forms)
        page.action_refuse_forms()
        self.assertFalse(page.accepts_forms)

    def test_what_is_copied_names_the_chosen_website(self):
        website = self.env["website"].create(
            {"name": "Shop", "domain": "https://odoo.shop.example"}
        )
        page = self.open_as("manager")
        page.write({"website_id": website.id, "consent": "granted"})
        address = f"https://odoo.shop.example{SCRIPT_PATH}"
        self.assertEqual(
            page.snippet, f'<script src="{address}" data-consent="granted" defer></script>'
        )
        self.assertIn(address, page.tag_manager_snippet)
        self.assertIn(f'action="https://odoo.shop.example{FORM_PATH}"', page.form_snippet)
        self.assertIn('name="conversion_journey"', page.form_snippet)

    def test_the_list_names_the_latest_form_of_each_site_of_own_companies(self):
        page = self.open_as("manager")
        self.assertFalse(page.latest_ids)
        self.receive("a.example")
        latest = self.receive("a.example", phone="1")
        of_b = self.receive("b.example")
        self.receive("c.example", company_id=self.other_company.id, team_id=False)
        page.action_look_again()
        page.invalidate_recordset()
        self.assertEqual(page.latest_ids.mapped("other_site"), ["b.example", "a.example"])
        self.assertEqual(page.latest_ids.sudo().lead_id, of_b | latest)
        self.assertLessEqual(page.latest_ids[:1].occurred_at, fields.Datetime.now())
