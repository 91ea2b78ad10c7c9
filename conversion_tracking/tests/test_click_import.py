"""Click ids that a company kept in a field of its own become touchpoints, once."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestClickImport(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.model.fields"].create(
            {
                "name": "x_gclid",
                "field_description": "Click",
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "ttype": "char",
            }
        )
        cls.leads = cls.env["crm.lead"]
        cls.campaign = cls.env["utm.campaign"].create({"title": "Solar"})
        cls.source = cls.env["utm.source"].create({"name": "Google NL"})
        nothing = {"first_touch_id": False, "lead_creation_touch_id": False}

        def lead(name, **values):
            made = cls.leads.create({"name": name, "email_from": f"{name}@example.com", **values})
            made.write(nothing)
            cls.env["conversion.touchpoint"].search([("lead_id", "=", made.id)]).unlink()
            return made

        cls.tagged = lead(
            "a", x_gclid="AbC-1", campaign_id=cls.campaign.id, source_id=cls.source.id
        )
        cls.lost = lead("b", x_gclid=" Cj0KCQiA_2 ", active=False)
        cls.wrong = lead("c", x_gclid="not a click id")
        cls.recorded = cls.leads.create(
            {"name": "d", "x_gclid": "Other", "landing_url": "https://example.com/?gclid=Mine"}
        )
        cls.partner = cls.env["res.partner"].create({"name": "Ann"})
        cls.with_contact = lead("e", x_gclid="AbC-5", partner_id=cls.partner.id)

    def open(self):
        action = self.env["conversion.click.import"].action_open()
        return self.env["conversion.click.import"].search(action["domain"])

    def test_only_administrators_may_import(self):
        [line] = self.open()
        for groups in ("sales_team.group_sale_manager", "conversion_tracking.group_manager"):
            user = new_test_user(self.env, groups, groups=groups)
            with self.assertRaises(AccessError):
                self.env["conversion.click.import"].with_user(user).action_open()
            with self.assertRaises(AccessError):
                line.with_user(user).action_import()

    def test_an_own_field_is_found_and_counted(self):
        [line] = self.open()
        self.assertEqual((line.technical_name, line.click_id), ("x_gclid", "gclid"))
        self.assertEqual(line.lead_count, 4)

    def test_values_become_touchpoints_of_leads_without_any(self):
        [line] = self.open()
        line.action_import()
        self.assertEqual((line.imported, line.left_out, line.lead_count), (3, 1, 1))
        touch = self.tagged.first_touch_id
        self.assertEqual((touch.gclid, touch.channel), ("AbC-1", "paid_search"))
        self.assertEqual((touch.source_id, touch.campaign_id), (self.source, self.campaign))
        self.assertEqual(touch.occurred_at, self.tagged.create_date.replace(microsecond=0))
        self.assertEqual(self.tagged.google_touch_id, touch)
        self.assertEqual(self.lost.first_touch_id.gclid, "Cj0KCQiA_2")
        self.assertEqual(self.lost.first_touch_id.source_id.name, "google")
        self.assertFalse(self.wrong.first_touch_id)
        self.assertEqual(self.recorded.first_touch_id.gclid, "Mine")
        self.assertEqual(self.partner.first_touch_id, self.with_contact.first_touch_id)

    def test_a_second_import_adds_nothing(self):
        [line] = self.open()
        line.action_import()
        before = self.env["conversion.touchpoint"].search_count([])
        line.action_import()
        self.assertEqual(self.env["conversion.touchpoint"].search_count([]), before)
