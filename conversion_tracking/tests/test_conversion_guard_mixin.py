"""What only some may read is not found by any other way that Odoo offers."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .access_case import AccessCase


def ways_to_read(model, name, value):
    """``{way: function}`` of everything a client can call to learn the values of a field."""
    return {
        "read": lambda: model.search([]).read([name]),
        "search_read": lambda: model.search_read([], [name]),
        "web_search_read": lambda: model.web_search_read([], {name: {}}),
        "export": lambda: model.search([]).export_data([name]),
        "search": lambda: model.search([(name, "=", value)]),
        "search for others": lambda: model.search([(name, "!=", value)]),
        "search for a part": lambda: model.search([(name, "=like", f"{value[:1]}%")]),
        "search for nothing": lambda: model.search([(name, "=", False)]),
        "count": lambda: model.search_count([(name, "=", value)]),
        "name_search": lambda: model.name_search("", [(name, "=", value)]),
        "sort": lambda: model.search([], order=f"{name} desc"),
        "sort a list": lambda: model.web_search_read([], {"id": {}}, order=name),
        "group": lambda: model.formatted_read_group([], [name], ["__count"]),
        "group a list": lambda: model.web_read_group([], [name], ["__count"]),
        "group a kanban": lambda: model.read_progress_bar(
            [], name, {"field": "active", "colors": {}}
        ),
        "aggregate": lambda: model.formatted_read_group([], [], [f"{name}:array_agg"]),
        "count values": lambda: model.formatted_read_group([], [], [f"{name}:count_distinct"]),
        "having": lambda: model.formatted_read_group(
            [], ["active"], ["__count"], having=[(f"{name}:max", "=", value)]
        ),
        "sort groups": lambda: model.formatted_read_group(
            [], ["active"], ["__count"], order=f"{name}:max"
        ),
    }


@tagged("post_install", "-at_install")
class TestReading(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.make_lead("ann", user_id=cls.users["salesperson"].id)
        cls.partner = cls.lead.partner_id
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner.id,
                "opportunity_id": cls.lead.id,
                "user_id": cls.users["salesperson"].id,
            }
        )

    def assertHidden(self, role, records, name, value="AbC"):
        model = self.as_role(role, self.env[records._name])
        for way, look in ways_to_read(model, name, value).items():
            shown = self.subTest(role=role, model=model._name, name=name, way=way)
            with shown, self.assertRaises(AccessError):
                look()

    def test_a_click_id_is_not_found_by_any_way(self):
        self.assertHidden("salesperson", self.lead, "google_gclid")
        for role in ("employee", "salesperson", "marketing user"):
            self.assertHidden(role, self.partner, "google_gclid")

    def test_an_employee_finds_no_attribution_of_contacts_by_any_way(self):
        self.assertHidden("employee", self.partner, "first_touch_channel", "social")

    def test_those_who_may_see_click_ids_can_work_with_them(self):
        for role, records in (
            ("sales manager", self.lead),
            ("sales manager", self.partner),
            ("marketing manager", self.partner),
        ):
            model = self.as_role(role, self.env[records._name])
            ways = ways_to_read(model, "google_gclid", "AbC")
            for way in ("read", "search", "sort", "group", "aggregate"):
                with self.subTest(role=role, model=model._name, way=way):
                    self.assertIsNotNone(ways[way]())
            self.assertIn(records, ways["search"]())

    def test_no_path_leads_around_the_groups(self):
        seller = {
            "crm.lead": ("google_touch_id.gclid", "google_ads_click_id.gclid"),
            "res.partner": ("google_touch_id.gclid", "user_ids.google_gclid"),
            "res.users": ("google_gclid", "partner_id.google_gclid"),
            "sale.order": (
                "first_touch_id.gclid",
                "opportunity_id.google_gclid",
                "partner_id.google_gclid",
            ),
        }
        for model, paths in seller.items():
            records = self.as_role("salesperson", self.env[model])
            for path in paths:
                for operator in ("=", "!="):
                    with self.subTest(path=path, operator=operator), self.assertRaises(AccessError):
                        records.search([(path, operator, "AbC")])

    def test_a_user_is_a_contact_too(self):
        users = self.as_role("employee", self.env["res.users"])
        for look in (
            lambda: users.search([], order="google_gclid"),
            lambda: users.formatted_read_group([], ["google_gclid"], ["__count"]),
            lambda: users.search([]).read(["first_touch_channel"]),
        ):
            with self.assertRaises(AccessError):
                look()

    def test_a_path_through_an_order_stops_at_touchpoints_one_may_not_see(self):
        theirs = self.make_lead("bob", user_id=self.users["sales manager"].id)
        self.order.sudo().opportunity_id = theirs
        orders = self.as_role("salesperson", self.env["sale.order"])
        self.assertIn(self.order, orders.search([]))
        for path, value in (
            ("first_touch_id.landing_page", "/%"),
            ("first_touch_id.lead_id.name", "bob"),
            ("first_touch_id.lead_id.email_from", "bob%"),
        ):
            with self.subTest(path):
                self.assertNotIn(self.order, orders.search([(path, "=like", value)]))

    def test_nobody_looks_through_an_order_at_an_opportunity_they_may_not_see(self):
        theirs = self.make_lead("bob", user_id=self.users["sales manager"].id)
        order = self.as_role("salesperson", self.order)
        with self.assertRaises(AccessError):
            order.opportunity_id = theirs.id
        with self.assertRaises(AccessError):
            order.create({"partner_id": self.partner.id, "opportunity_id": theirs.id})
        with self.assertRaises(AccessError):
            order.onchange(
                {"opportunity_id": theirs.id}, ["opportunity_id"], {"first_touch_id": {}}
            )
        self.order.opportunity_id = theirs
        with Form(order) as form:
            form.client_order_ref = "still editable"
        self.assertFalse(order.copy().opportunity_id)
