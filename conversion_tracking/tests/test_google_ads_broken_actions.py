"""A conversion action that cannot be used stops its own events, and nothing else."""

from odoo.tests import tagged

from .google_case import ACCOUNT, ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsBrokenActions(GoogleCase):
    def setUp(self):
        super().setUp()
        self.account.action_read_actions()
        self.account.action_ids.action_accept()  # the sandbox has names of its own
        self.lead = self.lead_from_ad(expected_revenue=100)
        self.lead.action_set_won()
        self.action = self.account.action_ids.filtered(lambda one: one.event == "lead_created")

    @property
    def held(self):
        return self.rows_of(self.lead, "lead_created")

    @property
    def others(self):
        return self.rows_of(self.lead) - self.held

    def at_google(self, **values):
        """Somebody changes the action in Google Ads."""
        for name, value in values.items():
            path = f"accounts/{ACCOUNT}/conversion_actions/{ACTIONS['lead_created']}/{name}"
            self.google.update(path, value)

    def assertHeld(self, code):
        self.assertEqual((self.held.state, self.held.error_code), ("held", code))
        self.assertTrue(self.held.error_meaning and self.held.error_remedy)
        self.assertEqual(self.account.state, "connected")
        self.assertFalse(self.account.pause_reason)

    def test_removed_between_two_readings(self):
        self.at_google(status="REMOVED")
        self.deliver_and_poll()
        self.assertHeld("INVALID_CONVERSION_ACTION_ID")
        self.assertEqual(set(self.others.mapped("state")), {"success"})
        self.assertEqual(len(self.account.activity_ids), 1)

    def test_removed_for_the_google_ads_api(self):
        self.use_google_ads_upload()
        self.at_google(status="REMOVED")
        self.deliver()
        self.assertHeld("NO_CONVERSION_ACTION_FOUND")
        self.assertCounted(self.others)

    def test_repaired_it_goes_by_itself(self):
        self.at_google(status="REMOVED")
        self.deliver_and_poll()
        self.run_cron("ir_cron_deliver")
        self.assertHeld("INVALID_CONVERSION_ACTION_ID")
        self.account.action_read_actions()
        self.assertEqual(self.action.state, "removed", "so that Repair is offered")
        self.later(minutes=5)
        self.action.action_repair()
        for _number in range(2):  # Google takes nothing for an action younger than six hours
            self.deliver_and_poll()
        self.assertCounted(self.rows_of(self.lead))

    def test_google_is_asked_again_when_the_action_was_refused(self):
        cron = self.env.ref("conversion_tracking.ir_cron_read_actions")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search([("cron_id", "=", cron.id)])
        self.at_google(status="REMOVED")
        self.deliver()
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]) - before)

    def test_known_to_be_removed_nothing_is_sent(self):
        self.at_google(status="REMOVED")
        self.account.action_read_actions()
        self.deliver_and_poll()
        self.assertHeld("ACTION_REMOVED")
        self.assertFalse(self.google.ledger()["refused"])
        self.assertEqual(set(self.others.mapped("state")), {"success"})

    def test_renamed_is_a_warning_only(self):
        self.at_google(name="Our leads")
        self.account.action_read_actions()
        self.deliver_and_poll()
        self.assertEqual((self.action.state, self.account.drift_count), ("problem", 1))
        self.assertCounted(self.rows_of(self.lead))

    def test_not_at_google_yet(self):
        self.action.google_id = False
        self.deliver_and_poll()
        self.assertHeld("ACTION_MISSING")
        self.action.google_id = ACTIONS["lead_created"]
        self.deliver_and_poll()
        self.assertCounted(self.rows_of(self.lead))

    def test_retry_before_the_repair_says_so_again(self):
        self.action.google_id = False
        self.deliver()
        self.held.action_retry()
        self.assertEqual(self.held.state, "waiting")
        self.deliver(minutes=30)
        self.assertHeld("ACTION_MISSING")
