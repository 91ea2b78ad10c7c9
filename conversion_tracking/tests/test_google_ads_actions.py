"""Conversion actions at Google: made once, found again, watched, repaired or accepted."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from .google_account_case import CUSTOMER, GoogleMixin

ACTIONS = f"accounts/{CUSTOMER}/conversion_actions"


@tagged("post_install", "-at_install")
class TestGoogleAdsActions(GoogleMixin, TransactionCase):
    def named(self, name):
        """Ids of Google's enabled actions of this name."""
        return [
            google_id
            for google_id, values in self.google_actions().items()
            if values["name"] == name and values["status"] == "ENABLED"
        ]

    def action(self, account, event):
        return account.action_ids.filtered(lambda action: action.event == event)

    def test_three_actions_are_made_at_google_once(self):
        before = len(self.google_actions())
        account = self.ready_account()
        self.assertEqual(account.action_ids.mapped("state"), ["ready"] * 3)
        account.action_create_actions()
        self.assertEqual(len(self.google_actions()), before + 3)
        sales = self.google_actions()[self.action(account, "deal_won").google_id]
        self.assertEqual(
            {name: sales[name] for name in ("name", "type", "category", "counting", "primary")},
            {
                "name": "Odoo Sales",
                "type": "UPLOAD_CLICKS",
                "category": "PURCHASE",
                "counting": "MANY_PER_CLICK",
                "primary": False,
            },
        )
        self.assertEqual(sales["window_days"], 90)

    def test_actions_of_an_earlier_installation_are_found_again(self):
        first = self.ready_account()
        ids = first.action_ids.mapped("google_id")
        first.unlink()
        second = self.ready_account()
        self.assertEqual(second.action_ids.mapped("google_id"), ids)
        self.assertFalse(any(second.action_ids.mapped("created_at_google")))

    def test_a_lost_answer_does_not_double_an_action(self):
        account = self.connected_account()
        self.google.fault("drop_after", api="google_ads", method="MutateConversionActions")
        result = account.action_create_actions()
        self.assertIn("Odoo Leads/Contacts", result["params"]["message"])
        account.action_create_actions()
        self.assertEqual(account.action_ids.mapped("state"), ["ready"] * 3)
        for action in account.action_ids:
            self.assertEqual(self.named(action.name), [action.google_id])

    def test_an_action_for_a_stage_needs_no_code(self):
        account = self.ready_account()
        stage = self.env["crm.stage"].create({"name": "Visited"})
        added = self.env["google.ads.conversion.action"].create(
            {
                "account_id": account.id,
                "name": "Odoo Visited",
                "event": "stage",
                "stage_id": stage.id,
                "category": "BOOK_APPOINTMENT",
                "value_basis": "fixed",
                "fixed_value": 25,
            }
        )
        account.action_create_actions()
        self.assertEqual(added.state, "ready")
        made = self.google_actions()[added.google_id]
        self.assertEqual(
            (made["category"], made["default_value"], made["default_currency"]),
            ("BOOK_APPOINTMENT", 25, "EUR"),
        )

    def test_stage_and_value_must_fit_the_event(self):
        account = self.connected_account()
        actions = self.env["google.ads.conversion.action"]
        base = {"account_id": account.id, "name": "X", "event": "deal_won"}
        for values, words in (
            ({"event": "stage"}, "Choose the stage"),
            ({"value_basis": "fixed"}, "fixed value"),
            ({"google_id": "AW-1/abc"}, "digits"),
        ):
            with self.assertRaises(ValidationError) as caught:
                actions.create({**base, **values})
            self.assertIn(words, str(caught.exception))

    def test_names_are_the_same_in_every_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        account = self.connected_account()
        account.with_context(lang="nl_NL").action_create_actions()
        self.assertFalse(account.action_ids._fields["name"].translate)
        self.assertIn("Odoo Sales", account.action_ids.mapped("name"))

    # -- drift ----------------------------------------------------------------------------

    def drifted(self, **changes):
        """A ready account whose sales action was changed at Google, and was read again."""
        account = self.ready_account()
        sales = self.action(account, "deal_won")
        for name, value in changes.items():
            self.google.update(f"{ACTIONS}/{sales.google_id}/{name}", value)
        with self.enter_registry_test_mode():
            self.env.ref("conversion_tracking.ir_cron_read_actions").method_direct_trigger()
        account.invalidate_recordset()
        return account, sales

    def test_a_renamed_action_is_a_warning_and_is_repaired(self):
        account, sales = self.drifted(name="Sales (old)")
        self.assertEqual(sales.state, "problem")
        self.assertIn("Sales (old)", sales.drift_message)
        self.assertEqual(account.drift_count, 1)
        self.assertEqual(account.state, "connected")
        self.assertIn("Repair", account.next_step)
        self.assertEqual(len(account.activity_ids), 1)
        sales.action_repair()
        self.assertEqual(sales.state, "ready")
        self.assertEqual(self.google_actions()[sales.google_id]["name"], "Odoo Sales")

    def test_a_renamed_action_is_accepted(self):
        _account, sales = self.drifted(name="Sales (old)")
        sales.action_accept()
        self.assertEqual((sales.name, sales.state), ("Sales (old)", "ready"))

    def test_other_counting_is_repaired_or_accepted(self):
        _account, sales = self.drifted(counting="ONE_PER_CLICK")
        self.assertIn("One per ad click", sales.drift_message)
        sales.action_repair()
        self.assertEqual(self.google_actions()[sales.google_id]["counting"], "MANY_PER_CLICK")
        self.google.update(f"{ACTIONS}/{sales.google_id}/counting", "ONE_PER_CLICK")
        sales.account_id.action_read_actions()
        sales.action_accept()
        self.assertEqual((sales.counting, sales.state), ("one", "ready"))

    def test_a_removed_action_is_made_anew(self):
        _account, sales = self.drifted(status="REMOVED")
        self.assertEqual(sales.state, "removed")
        removed = sales.google_id
        sales.action_repair()
        self.assertEqual(sales.state, "ready")
        self.assertNotEqual(sales.google_id, removed)
        self.assertEqual(self.named("Odoo Sales"), [sales.google_id])

    def test_accepting_a_removal_stops_reporting(self):
        account, sales = self.drifted(status="REMOVED")
        sales.action_accept()
        self.assertFalse(sales.active)
        account.action_create_actions()
        self.assertFalse(self.named("Odoo Sales"))

    def test_an_action_of_another_type_cannot_be_accepted(self):
        account = self.connected_account()
        [webpage] = self.named("Website purchase")
        action = self.env["google.ads.conversion.action"].create(
            {
                "account_id": account.id,
                "name": "Website purchase",
                "event": "deal_won",
                "counting": "every",
                "google_id": webpage,
            }
        )
        account.action_read_actions()
        self.assertEqual(action.state, "problem")
        with self.assertRaisesRegex(UserError, "Import from clicks"):
            action.action_accept()

    def test_primary_is_what_google_ads_says(self):
        account = self.ready_account()
        sales = self.action(account, "deal_won")
        self.google.update(f"{ACTIONS}/{sales.google_id}/primary", True)
        account.action_read_actions()
        self.assertTrue(sales.primary)
        self.assertEqual(sales.state, "ready")

    def test_reading_that_fails_does_not_stop_deliveries(self):
        account = self.ready_account()
        self.google.update("project/google_ads_enabled", False)
        account._read_actions()
        self.assertEqual(account.state, "connected")
        self.assertIn("enable", account.read_problem)
        self.assertEqual(len(account.activity_ids), 1)
        self.google.update("project/google_ads_enabled", True)
        account._read_actions()
        self.assertFalse(account.read_problem)

    def test_whatever_was_stored_of_google_is_read_or_forgotten(self):
        """``found`` may come from an import, another release or a careless script."""
        action = self.ready_account().action_ids[:1]
        known = action.found
        odd = [[], [1], "x", 5, True, {"id": 1}, {**known, "new": 1}, {**known, "status": []}]
        odd += [{**known, "window_days": None}, {**known, "name": {"a": 1}}, {**known, "id": 7}]
        for found in odd:
            with self.subTest(found):
                action.found = found
                self.assertIn(action.state, ("ready", "draft"))
                self.assertFalse(action.drift_message)
                action.action_accept()
                action._take_over(None)
        action.found = {**known, "counting": "OF_TOMORROW"}
        self.assertEqual(action.state, "problem")
        action.action_accept()
        action.account_id.action_test_connection()
        self.assertEqual(action.found, known)
        self.assertEqual(action.state, "ready")
