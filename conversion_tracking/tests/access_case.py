"""Users of every role, and a company that they are not in."""

from odoo.tests import TransactionCase, new_test_user

# The name of a role and the groups that make it, from nobody to everybody.
ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user,base.group_partner_manager",
    "salesperson": "sales_team.group_sale_salesman",
    "salesperson, all leads": "sales_team.group_sale_salesman_all_leads",
    "sales manager": "sales_team.group_sale_manager",
    "marketing user": "conversion_tracking.group_user",
    "marketing manager": "conversion_tracking.group_manager",
    "administrator": "conversion_tracking.group_administrator",
    # of Odoo; without a role of this add-on they may do less than its own administrator
    "system administrator": "base.group_system,conversion_tracking.group_administrator",
}
LANDING = "https://example.com/?utm_source=linkedin&utm_campaign=webinar&gclid=AbC"


class AccessCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"access_{number}", groups=groups)
            for number, (role, groups) in enumerate(ROLES.items())
        }
        # else no list can be exported, and nothing is proved about what may be
        exporters = cls.env.ref("base.group_allow_export")
        for user in cls.users.values():
            if user._is_internal():
                user.group_ids |= exporters
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})

    @classmethod
    def make_lead(cls, name, **values):
        email = f"{name}@example.com"
        values = {"name": name, "contact_name": name, "email_from": email, **values}
        lead = cls.env["crm.lead"].create({"landing_url": LANDING, **values})
        lead._handle_partner_assignment()
        return lead

    def as_role(self, role, records):
        return records.with_user(self.users[role])
