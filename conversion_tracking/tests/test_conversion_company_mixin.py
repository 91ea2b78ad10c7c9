"""Nobody gives a record to a company that they are not in, nor takes one from there."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .access_case import AccessCase


@tagged("post_install", "-at_install")
class TestCompanies(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["google.ads.account"]
        cls.account = accounts.create({"name": "Ours", "customer_id": "1234567890"})
        cls.account._create_default_actions()
        cls.their_account = accounts.create(
            {"name": "Theirs", "customer_id": "1234567891", "company_id": cls.other_company.id}
        )
        cls.campaign = cls.env["utm.campaign"].create({"title": "Solar"})
        cls.cost_values = {"campaign_id": cls.campaign.id, "name": "Stand", "actual_amount": 5}
        cls.cost = cls.env["utm.campaign.cost"].create(cls.cost_values)

    def test_an_account_stays_in_the_users_companies(self):
        account = self.as_role("administrator", self.account)
        with self.assertRaises(AccessError):
            account.company_id = self.other_company
        with self.assertRaises(AccessError):
            account.create({"name": "New", "company_id": self.other_company.id})

    def test_a_conversion_action_stays_in_the_users_companies(self):
        action = self.as_role("administrator", self.account.action_ids[:1])
        with self.assertRaises(AccessError):
            action.account_id = self.their_account.id
        values = {"name": "New", "event": "deal_won", "account_id": self.their_account.id}
        with self.assertRaises(AccessError):
            action.create(values)

    def test_a_cost_stays_in_the_users_companies(self):
        cost = self.as_role("marketing manager", self.cost)
        with self.assertRaises(AccessError):
            cost.company_id = self.other_company
        with self.assertRaises(AccessError):
            cost.create({**self.cost_values, "company_id": self.other_company.id})

    def test_who_is_in_both_companies_may_move_it(self):
        user = self.users["marketing manager"]
        user.company_ids |= self.other_company
        both = [self.company.id, self.other_company.id]
        cost = self.cost.with_user(user).with_context(allowed_company_ids=both)
        cost.company_id = self.other_company
        self.assertEqual(self.cost.company_id, self.other_company)

    def test_nobody_gives_a_cost_the_key_of_one_that_is_read(self):
        costs = self.as_role("marketing manager", self.cost)
        for name in ("external_key", "google_campaign_id"):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    costs.write({name: "google-1"})
                with self.assertRaises(AccessError):
                    costs.create({**self.cost_values, name: "google-1"})
                with self.assertRaises(AccessError):
                    costs.with_context(**{f"default_{name}": "google-1"}).create(self.cost_values)
        self.assertEqual(costs.create(self.cost_values).source, "manual")
