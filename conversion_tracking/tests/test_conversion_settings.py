"""An administrator of Conversion Tracking opens its settings, and nothing else of Odoo's."""

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .access_case import AccessCase

VALUES = {
    "conversion_journey_days": 30,
    "conversion_error_days": 20,
    "conversion_click_id_days": 150,
    "conversion_page_days": 400,
    "conversion_people_days": 300,
    "conversion_revenue_basis": "invoiced",
    "conversion_half_life_days": 14,
    "conversion_paid_mediums": "*cp*, boosted",
    "conversion_own_hosts": "shop.example.com, login.example.com",
    "conversion_own_links": "touch",
}


@tagged("post_install", "-at_install")
class TestConversionSettings(AccessCase):
    def stored(self):
        parameters = self.env["ir.config_parameter"]
        return {
            name: parameters.get_param(key)
            for name, key in self.env["conversion.settings"]._get_parameters().items()
        }

    def test_each_setting_shows_its_label_help_and_unit(self):
        """The client takes the label from a field that comes first, and drops text beside it."""
        page = etree.fromstring(self.env["res.config.settings"].get_view()["arch"])
        settings = page.findall(".//app[@name='conversion_tracking']//setting")
        self.assertGreater(len(settings), 8)
        for setting in settings:
            with self.subTest(setting.get("id")):
                self.assertTrue(setting.get("string") or setting[0].tag == "field")
                self.assertFalse("".join(filter(None, (one.tail for one in setting))).strip())

    def test_others_change_no_setting(self):
        for role in self.users:
            if role not in ("administrator", "system administrator"):
                settings = self.as_role(role, self.env["conversion.settings"])
                with self.subTest(role), self.assertRaises(AccessError):
                    settings.create(VALUES).action_save()

    def test_what_makes_no_sense_is_refused(self):
        settings = self.as_role("administrator", self.env["conversion.settings"])
        for name, value in (
            ("conversion_journey_days", 0),
            ("conversion_journey_days", 4000),
            ("conversion_error_days", 0),
            ("conversion_half_life_days", 0),
            ("conversion_half_life_days", 366),
            ("conversion_paid_mediums", "cpc, *"),
            ("conversion_own_hosts", "https://shop.example.com/"),
        ):
            with self.subTest(name=name, value=value), self.assertRaises(ValidationError):
                settings.create({**VALUES, name: value})

    def test_an_administrator_changes_them(self):
        with Form(self.as_role("administrator", self.env["conversion.settings"])) as form:
            for name, value in VALUES.items():
                form[name] = value
        form.record.action_save()
        self.assertEqual(self.stored(), {name: str(value) for name, value in VALUES.items()})
        again = Form(self.as_role("administrator", self.env["conversion.settings"]))
        self.assertEqual({name: again[name] for name in VALUES}, VALUES)

    def test_a_parameter_that_makes_no_sense_shows_as_the_default(self):
        for key in self.env["conversion.settings"]._get_parameters().values():
            self.env["ir.config_parameter"].set_param(key, "soon")
        defaults = self.as_role("administrator", self.env["conversion.settings"]).default_get(
            list(VALUES)
        )
        self.assertEqual(
            [
                defaults[f"conversion_{name}"]
                for name in ("revenue_basis", "error_days", "own_links")
            ],
            ["expected", 400, "visit"],
        )

    def test_the_administrator_finds_the_menu(self):
        menus = self.env["ir.ui.menu"].with_user(self.users["administrator"])._visible_menu_ids()
        self.assertIn(self.env.ref("conversion_tracking.menu_settings").id, menus)
        self.assertIn(self.env.ref("conversion_tracking.menu_click_import").id, menus)

    def test_the_administrator_imports_clicks(self):
        self.env["ir.model.fields"].create(
            {
                "name": "x_gclid",
                "field_description": "Click",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "ttype": "char",
            }
        )
        lead = self.make_lead("old", x_gclid="AbC-9")
        lead.write({"first_touch_id": False, "lead_creation_touch_id": False})
        action = self.env.ref("conversion_tracking.conversion_click_import_open")
        opened = action.with_user(self.users["administrator"]).run()
        imports = self.as_role("administrator", self.env["conversion.click.import"])
        [found] = imports.search(opened["domain"]).filtered(
            lambda one: one.technical_name == "x_gclid"
        )
        self.assertEqual(found.lead_count, 1)
        found.action_import()
        self.assertEqual(lead.google_touch_id.gclid, "AbC-9")
