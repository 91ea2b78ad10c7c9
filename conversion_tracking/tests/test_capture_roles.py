"""Who sees what of a person's journey: every role, two companies, and the pages they open."""

from odoo.exceptions import AccessError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from ..attribution.touch import CLICK_IDS

LANDING = "https://example.com/?utm_source=linkedin&utm_campaign=webinar&gclid=AbC"
GROUP_BY = [
    f"{touch}_{value}"
    for touch in ("first_touch", "lead_creation")
    for value in ("channel", "source_id", "medium_id", "campaign_id")
]


@tagged("post_install", "-at_install")
class TestRoles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = {
            "employee": "base.group_user",
            "portal": "base.group_portal",
            "public": "base.group_public",
            "seller": "sales_team.group_sale_salesman",
            "sales_manager": "sales_team.group_sale_manager",
            "marketer": "conversion_tracking.group_user",
            "marketing_manager": "conversion_tracking.group_manager",
            "administrator": "conversion_tracking.group_administrator",
        }
        cls.users = {
            name: new_test_user(cls.env, f"role_{name}", groups=groups)
            for name, groups in roles.items()
        }
        cls.lead = cls._lead("ann", user_id=cls.users["seller"].id)
        cls.lead._handle_partner_assignment()
        cls.partner = cls.lead.partner_id
        cls.touch = cls.lead.first_touch_id

    @classmethod
    def _lead(cls, name, **values):
        email = f"{name}@example.com"
        values = {"name": name, "contact_name": name, "email_from": email, **values}
        return cls.env["crm.lead"].create({**values, "landing_url": LANDING})

    def as_role(self, role, records):
        return records.with_user(self.users[role])

    # ------------------------------------------------------------
    # Nobody
    # ------------------------------------------------------------

    def test_outsiders_read_nothing(self):
        for role in ("portal", "public", "employee"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.as_role(role, self.touch).read(["channel"])

    def test_a_portal_user_reads_nothing_of_their_own_card(self):
        user = self.users["portal"]
        user.partner_id.first_touch_id = self.touch
        card = user.partner_id.with_user(user)
        self.assertEqual(card.read(["name"])[0]["name"], user.name)
        fields = self.env["ir.model.fields"].search([("model", "=", "res.partner")])
        ours = fields.filtered(lambda field: field.modules == "conversion_tracking")
        self.assertIn("first_touch_source_id", ours.mapped("name"))
        for name in ours.mapped("name"):
            with self.subTest(name), self.assertRaises(AccessError):
                card.read([name])

    def test_nobody_writes_touchpoints(self):
        for role in self.users:
            touch = self.as_role(role, self.touch)
            with self.subTest(role):
                with self.assertRaises(AccessError):
                    touch.write({"channel": "direct"})
                with self.assertRaises(AccessError):
                    touch.unlink()
                with self.assertRaises(AccessError):
                    touch.create({"kind": "visit", "occurred_at": "2026-01-01"})

    def test_salespeople_and_marketing_users_see_no_click_ids(self):
        for role in ("seller", "marketer"):
            for name in CLICK_IDS:
                with self.subTest(role=role, name=name), self.assertRaises(AccessError):
                    self.as_role(role, self.touch).read([name])
            with self.assertRaises(AccessError):
                self.as_role(role, self.touch).search([("gclid", "=", "AbC")])
        for role in ("sales_manager", "marketing_manager"):
            self.assertEqual(self.as_role(role, self.touch).gclid, "AbC")

    def test_a_seller_sees_the_journeys_of_their_own_leads_only(self):
        other = self._lead("bob", user_id=self.users["sales_manager"].id)
        touchpoints = self.as_role("seller", self.env["conversion.touchpoint"])
        self.assertIn(self.touch, touchpoints.search([]))
        self.assertNotIn(other.first_touch_id, touchpoints.search([]))
        marketer = self.as_role("marketer", self.env["conversion.touchpoint"])
        self.assertIn(other.first_touch_id, marketer.search([]))

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.users["marketer"].write({"company_ids": [(4, company.id)]})
        theirs = self._lead("carl", company_id=company.id, user_id=False, team_id=False)
        self.assertEqual(theirs.first_touch_id.company_id, theirs.company_id)
        if theirs.company_id != company:
            theirs.first_touch_id.company_id = company
        touchpoints = self.as_role("marketer", self.env["conversion.touchpoint"])
        here = touchpoints.with_context(allowed_company_ids=self.env.company.ids)
        there = touchpoints.with_context(allowed_company_ids=company.ids)
        self.assertNotIn(theirs.first_touch_id, here.search([]))
        self.assertIn(theirs.first_touch_id, there.search([]))
        self.assertNotIn(self.touch, there.search([("company_id", "!=", False)]))

    # ------------------------------------------------------------
    # Pages, lists, groups
    # ------------------------------------------------------------

    def test_every_role_opens_what_it_may(self):
        for role in ("seller", "sales_manager"):
            with self.subTest(role):
                form = Form(self.as_role(role, self.lead))
                self.assertEqual(form.first_touch_id, self.touch)
                self.assertTrue(self.as_role(role, self.lead).journey_ids)
        for role in ("employee", "seller", "marketer", "administrator"):
            with self.subTest(role):
                Form(self.as_role(role, self.partner))
        with self.assertRaises(AccessError):
            self.as_role("employee", self.partner).read(["journey_ids"])
        for role in ("seller", "marketer"):
            self.assertEqual(self.as_role(role, self.partner).journey_ids, self.partner.journey_ids)

    def test_the_page_shows_no_click_ids_to_sellers(self):
        for model in ("crm.lead", "conversion.touchpoint"):
            view = self.env[model].with_user(self.users["seller"]).get_view(view_type="form")
            for name in ("google_gclid", *CLICK_IDS):
                self.assertNotIn(f'"{name}"', view["arch"], (model, name))

    def test_leads_and_contacts_are_found_and_grouped_by_every_criterion(self):
        for records in (self.lead, self.partner):
            for role in ("seller", "sales_manager"):
                model = self.as_role(role, self.env[records._name])
                for name in GROUP_BY:
                    with self.subTest(model=model._name, role=role, name=name):
                        value = records[name].id if name.endswith("_id") else records[name]
                        self.assertIn(records, model.search([(name, "=", value)]))
                        groups = model.formatted_read_group(
                            [("id", "=", records.id)], [name], ["__count"]
                        )
                        self.assertEqual(groups[0]["__count"], 1)

    def test_a_kanban_is_grouped_by_channel_and_by_first_touch_source(self):
        leads = self.as_role("seller", self.env["crm.lead"])
        for name in ("first_touch_channel", "first_touch_source_id"):
            result = leads.web_read_group(
                [("id", "=", self.lead.id)], [name], ["__count"], auto_unfold=True
            )
            self.assertEqual(result["length"], 1, name)
            self.assertFalse(leads._fields[name].store)
            self.assertTrue(leads.fields_get([name])[name]["readonly"], name)

    def test_a_company_lists_its_contacts_with_their_sources(self):
        company = self.env["res.partner"].create({"name": "Ltd", "is_company": True})
        self.partner.parent_id = company
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.res_partner_contact_sources_action"
        )
        contacts = self.env["res.partner"].search([("parent_id", "=", company.id)])
        self.assertIn("active_id", action["domain"])
        self.assertEqual(contacts.first_touch_source_id.name.lower(), "linkedin")
        self.assertEqual(company.journey_ids, self.partner.journey_ids)
