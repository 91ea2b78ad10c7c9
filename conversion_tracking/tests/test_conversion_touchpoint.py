"""What a touchpoint is to its person, read from the pointers to it."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestRole(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.touchpoints = cls.env["conversion.touchpoint"]
        cls.first, cls.middle, cls.creation, cls.form = cls.touchpoints.create(
            [
                {"occurred_at": f"2026-01-0{number}", "channel": "email", "kind": kind}
                for number, kind in enumerate(("visit", "visit", "visit", "conversion"), 1)
            ]
        )
        cls.all = cls.first | cls.middle | cls.creation | cls.form
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Question",
                "first_touch_id": cls.first.id,
                "lead_creation_touch_id": cls.creation.id,
            }
        )

    def assertRoles(self, *roles):
        self.all.invalidate_recordset()
        self.assertEqual(self.all.mapped("role"), list(roles))
        for role in ("first_touch", "lead_creation", "visit", "conversion"):
            found = self.touchpoints.search([("id", "in", self.all.ids), ("role", "=", role)])
            self.assertEqual(found, self.all.filtered(lambda one, role=role: one.role == role))
        others = self.touchpoints.search([("id", "in", self.all.ids), ("role", "!=", "visit")])
        self.assertEqual(others, self.all.filtered(lambda one: one.role != "visit"))

    def test_pointers_say_what_it_is(self):
        self.assertRoles("first_touch", "visit", "lead_creation", "conversion")

    def test_one_visit_may_be_both(self):
        self.lead.lead_creation_touch_id = self.first
        self.assertRoles("first_touch", "visit", "visit", "conversion")

    def test_an_archived_lead_counts(self):
        self.lead.action_archive()
        self.assertRoles("first_touch", "visit", "lead_creation", "conversion")

    def test_a_contact_has_one_first_touch_whatever_its_leads_have(self):
        partner = self.env["res.partner"].create({"name": "Ann", "first_touch_id": self.middle.id})
        self.all.partner_id = partner
        self.assertRoles("visit", "first_touch", "lead_creation", "conversion")

    def test_what_nobody_points_to_is_a_visit(self):
        self.lead.unlink()
        self.assertRoles("visit", "visit", "visit", "conversion")
