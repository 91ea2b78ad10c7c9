from psycopg2.errors import UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..google_ads.errors import make_fault


@tagged("post_install", "-at_install")
class TestGoogleAdsAccount(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["google.ads.account"]
        cls.account = cls.accounts.create(
            {
                "customer_id": "123-456-7890",
                "state": "connected",
                "user_id": cls.env.ref("base.user_admin").id,
            }
        )

    def test_customer_ids_are_ten_digits_however_they_are_written(self):
        for text in ("123-456-7890", " 123 456 7890", "1234567890", "123-4567-890"):
            self.account.customer_number = text
            self.assertEqual(self.account.customer_id, "1234567890")
        self.assertEqual(self.account.customer_number, "123-456-7890")
        self.assertEqual(self.account.display_name, "Google Ads (123-456-7890)")

    def test_what_is_no_customer_id_is_refused_with_where_to_find_it(self):
        for text in ("123-456-789", "abc", "12345678901", "١٢٣٤٥٦٧٨٩٠"):
            with self.assertRaisesRegex(ValidationError, "top right of Google Ads"):
                self.account.customer_number = text

    def test_account_is_found_by_its_number_with_dashes(self):
        self.assertIn(self.account, self.accounts.search([("display_name", "ilike", "456-78")]))

    def test_one_company_has_a_google_account_once(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.accounts.create({"customer_id": "1234567890"})

    def test_three_default_actions_are_made_once(self):
        made = self.account._create_default_actions()
        self.assertEqual(
            [(a.name, a.event, a.counting, a.category, a.value_basis, a.primary) for a in made],
            [
                ("Odoo Leads/Contacts", "lead_created", "one", "SIGNUP", "none", False),
                (
                    "Odoo Lead Qualification",
                    "lead_qualified",
                    "one",
                    "QUALIFIED_LEAD",
                    "none",
                    False,
                ),
                ("Odoo Sales", "deal_won", "every", "PURCHASE", "expected_revenue", False),
            ],
        )
        made[0].active = False
        self.assertEqual(self.account._create_default_actions(), made)

    def test_events_go_to_the_account_of_their_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.accounts._find_for(self.env.company), self.account)
        self.assertFalse(self.accounts._find_for(other))

    def test_circuit_breaker_asks_the_responsible_once(self):
        for code in ("LOGIN_REVOKED", "PERMISSION_DENIED"):
            self.account._pause(make_fault(code))
        self.assertEqual(self.account.state, "paused")
        self.assertIn("invite the e-mail", self.account.pause_reason)
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(self.account.activity_ids.user_id, self.account.user_id)
        self.account._resume()
        self.assertEqual(self.account.state, "connected")
        self.assertFalse(self.account.activity_ids)
        self.assertFalse(self.account.pause_reason)
