"""What the system found out of accounts and conversion actions is not entered by anybody."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.conversion_guard_mixin import is_kept
from .access_case import AccessCase
from .google_account_case import CUSTOMER, MANAGER, GoogleMixin

WHEN = "2020-01-01 10:00:00"
FORGED = {
    "char": "forged",
    "text": "forged",
    "integer": 7,
    "float": 7.0,
    "boolean": True,
    "datetime": WHEN,
    "json": {"forged": "forged"},
}
# Of what belongs to a record: a whole one.
FORGED_RECORDS = {
    "google.ads.account.check": {"key": "k", "title": "Forged", "state": "passed"},
    "google.ads.upload.summary": {"action_name": "Forged", "status": "good"},
}
# Some that matter, named: a guard that lost its list of fields would pass every loop below.
RECORDED = {
    "google.ads.account": {
        *("state", "pause_reason", "pause_code", "last_success_at", "report_since", "tested_at"),
        *("check_ids", "read_problems", "delivery_started_at", "delivery_failures"),
    },
    "google.ads.conversion.action": {"state", "found", "read_at", "created_at_google"},
}
ENTERED = {
    "google.ads.account": {
        *("name", "customer_id", "customer_number", "login_customer_id", "next_delivery_at"),
        *("conversion_customer_id", "currency_id", "timezone", "transport", "user_id"),
    },
    "google.ads.conversion.action": {"name", "google_id", "counting", "primary", "lookback_days"},
}


@tagged("post_install", "-at_install")
class TestGoogleAdsGuard(AccessCase, GoogleMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.accounts.create({"name": "Solar", "customer_id": CUSTOMER})
        [cls.action, *_others] = cls.account._create_default_actions()
        account_id = cls.account.id
        cls.needed = {
            "google.ads.account": {"name": "New"},
            "google.ads.conversion.action": {
                **{"name": "New", "event": "stage", "counting": "one", "account_id": account_id},
                "stage_id": cls.env["crm.stage"].search([], limit=1).id,
            },
        }

    def recorded(self):
        """Each field that only the system writes: the administrator's record, its name, a value."""
        for record in (self.account, self.action):
            for field in record._fields.values():
                if is_kept(field):
                    yield self.as_role("administrator", record), field.name, self.forge(field)

    def forge(self, field):
        if field.type == "selection":
            return field.get_values(self.env)[1]
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1).id
        if field.type == "one2many":
            return [Command.create(FORGED_RECORDS[field.comodel_name])]
        return FORGED[field.type]

    # Forging

    def test_what_is_recorded_and_what_is_entered(self):
        for record in (self.account, self.action):
            kept = {name for name, field in record._fields.items() if is_kept(field)}
            self.assertLessEqual(RECORDED[record._name], kept)
            self.assertFalse(ENTERED[record._name] & kept)

    def test_no_administrator_edits_it(self):
        for record, name, value in self.recorded():
            with self.subTest(model=record._name, name=name):
                with self.assertRaises(AccessError) as caught:
                    record.write({name: value})
                self.assertIn("is recorded by Conversion Tracking", str(caught.exception))

    def test_no_administrator_makes_a_record_with_it(self):
        for record, name, value in self.recorded():
            needed = self.needed[record._name]
            with self.subTest(model=record._name, name=name), self.assertRaises(AccessError):
                record.create({**needed, name: value})

    def test_no_default_sets_it(self):
        for record, name, value in self.recorded():
            model = record.browse().with_context(**{f"default_{name}": value})
            with self.subTest(model=record._name, name=name):
                self.assertNotEqual(model.default_get([name]).get(name), value)
                if record._fields[name].store:
                    self.env["ir.default"].set(record._name, name, value)
                    self.assertNotEqual(record.default_get([name]).get(name), value)

    def test_no_form_that_is_not_saved_takes_it(self):
        for record, name, value in self.recorded():
            for one in (record, record.browse()):
                with self.subTest(model=record._name, name=name, new=not one):
                    plain = one.onchange({}, [], {name: {}})["value"]
                    self.assertEqual(one.onchange({name: value}, [], {name: {}})["value"], plain)

    @mute_logger("odoo.orm.models", "odoo.models")
    def test_no_import_brings_it(self):
        for record, name, value in self.recorded():
            field = record._fields[name]
            suffix = {"many2one": "/.id"}.get(field.type, "")
            if field.type == "one2many":
                suffix = f"/{next(iter(FORGED_RECORDS[field.comodel_name]))}"
            text = "k" if isinstance(value, (list, dict)) else str(value)
            columns = ["name", "event", "counting", "account_id/.id", "stage_id/.id"]
            needed = ["New", "Stage reached", "One per ad click", str(self.account.id), "1"]
            if record._name == "google.ads.account":
                columns, needed = columns[:1], needed[:1]
            with self.subTest(model=record._name, name=name):
                result = record.load([*columns, name + suffix], [[*needed, text]])
                self.assertFalse(result["ids"], result)

    def test_a_conversion_action_in_its_accounts_form_is_guarded_too(self):
        account = self.as_role("administrator", self.account)
        found = {"status": "ENABLED"}
        for command in (
            Command.create({**self.needed["google.ads.conversion.action"], "found": found}),
            Command.update(self.action.id, {"found": found}),
        ):
            with self.assertRaises(AccessError):
                account.action_ids = [command]

    # What people do goes on working

    def administrator(self, account):
        return self.as_role("administrator", account)

    def test_an_administrator_enters_an_account(self):
        accounts = self.as_role("administrator", self.accounts)
        with Form(accounts) as form:
            form.name = "Second"
            form.customer_number = "555-666-7777"
            form.next_delivery_at = "2026-12-01 06:00:00"
        account = form.save()
        self.assertEqual((account.customer_id, account.state), ("5556667777", "draft"))
        self.assertTrue(account.report_since)
        imported = accounts.load(["name", "customer_id"], [["Third", "5556667778"]])
        self.assertTrue(imported["ids"], imported["messages"])
        self.assertFalse(account.copy().tested_at)

    def test_an_administrator_connects_step_by_step(self):
        account = self.administrator(self.new_account(company_id=self.other_company.id))
        self.users["administrator"].company_ids |= self.other_company
        account = account.with_context(allowed_company_ids=self.other_company.ids)
        choice = account.action_choose_customer()
        lines = (
            self.env[choice["res_model"]].browse(choice["res_id"]).with_env(account.env).line_ids
        )
        lines.filtered(lambda line: line.customer_id == CUSTOMER).action_choose()
        self.assertEqual((account.state, account.customer_id), ("connected", CUSTOMER))
        account.action_create_actions()
        self.assertEqual(set(account.action_ids.mapped("state")), {"ready"})
        account.action_test_connection()
        self.assertTrue(account.tested_at)
        self.assertTrue(account.check_ids)

    def test_an_administrator_types_the_number_and_connects(self):
        self.account.unlink()
        account = self.administrator(self.new_account())
        account.write({"customer_number": CUSTOMER, "login_customer_id": MANAGER})
        account.action_connect()
        self.assertEqual(account.state, "connected")
        account.customer_number = "555-666-7777"
        self.assertEqual(account.state, "draft", "another account begins anew")

    def ready(self):
        self.account.unlink()
        return self.administrator(self.ready_account())

    def test_an_administrator_sees_that_the_connection_failed(self):
        account = self.ready()
        account.sudo().service_account_json = "$CONVERSION_TRACKING_NOT_THERE"
        account.action_test_connection()
        self.assertEqual(account.state, "error")

    def test_an_administrator_repairs_and_accepts(self):
        account = self.ready()
        first, second, _third = account.action_ids
        for action in (first, second):
            path = f"accounts/{CUSTOMER}/conversion_actions/{action.google_id}/name"
            self.google.update(path, f"Renamed {action.id}")
        account.action_read_actions()
        self.assertEqual((first.state, second.state), ("problem", "problem"))
        first.action_repair()
        second.action_accept()
        self.assertEqual((first.state, second.state), ("ready", "ready"))
        self.assertEqual(second.name, f"Renamed {second.id}")

    def test_an_administrator_pauses_resumes_and_switches(self):
        account = self.ready()
        account.action_pause()
        self.assertEqual(account.state, "paused")
        self.assertIn(account.env.user.name, account.pause_reason)
        account.action_resume()
        self.assertEqual((account.state, account.pause_reason), ("connected", False))
        account.transport = "google_ads_upload"
        account.action_pause()
        account.action_switch_to_data_manager()
        self.assertEqual((account.state, account.transport), ("connected", "data_manager"))

    def test_an_administrator_fills_back(self):
        account = self.ready()
        since = account.report_since
        account.env["google.ads.backfill"].create({"account_id": account.id}).action_start()
        self.assertLess(account.report_since, since)

    def test_a_manager_sends_now(self):
        account = self.ready()
        manager = self.users["marketing manager"]
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            answer = account.with_env(self.env(cr=cr, user=manager)).action_send_now()
        self.assertEqual(answer["params"]["type"], "success")
