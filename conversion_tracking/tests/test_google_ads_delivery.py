from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.google_ads import google_ads_delivery
from .google_case import ACTIONS, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsDelivery(GoogleCase):
    """When events are sent, who sends them, and what becomes of claims."""

    def requests(self):
        return [one for one in self.google.requests() if one["method"] == "ingest"]

    # From the CRM to Google

    def test_a_lead_is_reported_when_created_qualified_and_won(self):
        lead = self.lead_from_ad(expected_revenue=1200)
        self.later(hours=1)
        lead.convert_opportunity(False)
        self.later(hours=1)
        lead.action_set_won()
        rows = lead.google_conversion_ids
        self.assertEqual(set(rows.mapped("event")), {"lead_created", "lead_qualified", "deal_won"})
        self.run_cron("ir_cron_deliver")
        self.assertEqual(set(rows.mapped("state")), {"waiting"}, "the click is too young")

        self.deliver()
        self.assertEqual(set(rows.mapped("state")), {"sent"}, rows.mapped("error_meaning"))
        self.poll()
        self.assertCounted(rows)
        won = rows.filtered(lambda row: row.event == "deal_won")
        self.assertEqual(self.delivered()[won.transaction_id, ACTIONS["deal_won"]], 1200)
        self.assertEqual(self.account.last_success_at, self.now.replace(tzinfo=None))
        self.assertEqual(lead.google_upload_state, "success")

    def test_the_first_question_comes_after_half_an_hour(self):
        row = self.rows_of(self.lead_from_ad())
        self.deliver()
        self.poll(minutes=29)
        self.assertEqual((row.state, row.polls), ("sent", 0))
        self.poll(minutes=2)
        self.assertEqual(row.state, "success")

    def test_questions_grow_rarer_while_google_processes(self):
        self.google.switch("processing_minutes", 100_000)
        row = self.rows_of(self.lead_from_ad())
        self.deliver()
        waits = []
        for _number in range(7):
            waits.append((row.next_poll_at - fields.Datetime.now()).total_seconds() / 3600)
            self.poll(hours=waits[-1])
        self.assertEqual(waits, [0.5, 1, 2, 4, 8, 16, 24])
        self.assertEqual(row.state, "sent")
        for _number in range(7):
            self.poll(hours=25)
        self.assertEqual((row.state, row.error_code), ("unclear", "NO_STATUS"))

    # Consent, at the last moment

    def test_consent_withdrawn_before_delivery_stops_it(self):
        lead = self.lead_from_ad()
        lead.consent = "denied"
        self.deliver()
        row = self.rows_of(lead)
        self.assertEqual((row.state, row.error_code), ("cancelled", "CONSENT_WITHDRAWN"))
        self.assertFalse(self.requests())

    def test_unknown_consent_is_held_or_sent_as_the_account_says(self):
        self.account.unknown_consent = "hold"
        lead = self.lead_from_ad(consent="unknown")
        self.deliver()
        row = self.rows_of(lead)
        self.assertEqual((row.state, row.error_code), ("held", "CONSENT_UNKNOWN"))
        self.google.switch("consent_countries", "")
        self.account.unknown_consent = "send"
        row.action_retry()
        self.deliver_and_poll()
        self.assertCounted(row)

    # When

    def test_the_account_s_hour_is_kept(self):
        self.account.next_delivery_at = fields.Datetime.now() + timedelta(hours=10)
        hour = self.account.next_delivery_at
        row = self.rows_of(self.lead_from_ad())
        self.deliver(hours=9)
        self.assertEqual(row.state, "waiting")
        self.deliver(hours=1, minutes=7)
        self.assertEqual(row.state, "sent")
        self.assertEqual(self.account.next_delivery_at, hour + timedelta(hours=24))

    def test_sending_by_hand_leaves_the_hour_as_it_is(self):
        hour = fields.Datetime.now() + timedelta(hours=10)
        self.account.next_delivery_at = hour
        self.account._start_delivery()
        self.assertEqual(self.account.next_delivery_at, hour)

    def test_missed_hours_are_not_made_up_for(self):
        self.account.delivery_interval_hours = 6
        hour = fields.Datetime.now()
        self.account.next_delivery_at = hour
        self.deliver(hours=31)
        self.assertEqual(self.account.next_delivery_at, hour + timedelta(hours=36))

    def test_a_click_younger_than_six_hours_waits_for_the_next_delivery(self):
        self.account.next_delivery_at = fields.Datetime.now() + timedelta(hours=5)
        row = self.rows_of(self.lead_from_ad())
        self.deliver(hours=5)
        self.assertEqual((row.state, row.attempts), ("waiting", 0))
        self.deliver(hours=24)
        self.assertEqual(row.state, "sent")

    def test_events_of_actions_that_were_renamed_at_google_go_all_the_same(self):
        row = self.rows_of(self.lead_from_ad())
        action = row.action_id
        action.found = {**self.found(action), "name": "Renamed"}
        self.assertEqual(action.state, "problem")
        self.deliver()
        self.assertEqual(row.state, "sent")

    def found(self, action):
        return {
            "id": action.google_id,
            "name": action.name,
            "type": "UPLOAD_CLICKS",
            "status": "ENABLED",
            "category": action.category,
            "counting": "ONE_PER_CLICK",
            "window_days": 90,
            "primary": False,
            "resource_name": f"customers/1234567890/conversionActions/{action.google_id}",
            "default_value": 0.0,
            "default_currency": "EUR",
        }

    # Claims

    def test_a_batch_has_2000_events_of_one_action(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        leads.action_set_won()
        with patch.object(google_ads_delivery, "LARGEST_BATCH", 2):
            self.deliver()
        sizes = sorted(body["body"].count("transactionId") for body in self.requests())
        self.assertEqual(sizes, [1, 1, 1, 2, 2, 2])
        self.assertEqual(set(leads.google_conversion_ids.mapped("state")), {"sent"})

    @mute_logger("odoo.addons.conversion_tracking.models.google_ads.google_ads_delivery")
    def test_rows_of_a_worker_that_died_are_sent_again(self):
        row = self.rows_of(self.lead_from_ad())
        row.write(
            {
                "state": "sending",
                "claim": "dead",
                "claimed_at": fields.Datetime.now() + timedelta(hours=29, minutes=1),
            }
        )
        self.deliver()
        self.assertEqual(row.state, "sending", "its worker may be alive")
        self.deliver(minutes=2)
        self.assertEqual(row.state, "sent")
        self.poll()
        self.assertCounted(row)

    def test_an_answer_does_not_overwrite_rows_that_were_taken_over(self):
        row = self.rows_of(self.lead_from_ad())
        save_outcomes = type(self.delivery)._save_outcomes

        def taken_over(delivery, *arguments):
            delivery.env["google.ads.conversion"].browse(row.id).write({"claim": "other"})
            return save_outcomes(delivery, *arguments)

        with patch.object(type(self.delivery), "_save_outcomes", taken_over):
            self.deliver()
        self.assertEqual((row.state, row.claim), ("sending", "other"))

    def test_one_account_s_bug_does_not_stop_the_others(self):
        other = self.account.copy({"customer_id": "2345678901"})
        other.state = "connected"
        other.next_delivery_at = fields.Datetime.now()
        row = self.rows_of(self.lead_from_ad())
        get_transport = type(self.account)._get_paced_transport

        def broken(account, pace):
            if account == other:
                raise ZeroDivisionError
            return get_transport(account, pace)

        log = "odoo.addons.conversion_tracking.models.google_ads.google_ads_delivery"
        with (
            patch.object(type(self.account), "_get_paced_transport", broken),
            self.assertLogs(log, "ERROR"),
        ):
            self.deliver()
        self.assertEqual(row.state, "sent")

    def test_an_event_that_cannot_be_told_does_not_stop_the_others(self):
        rows = self.rows_of(self.lead_from_ad()) | self.rows_of(self.lead_from_ad("AbC-2"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE google_ads_conversion SET value = 'NaN', currency_id = %s WHERE id = %s",
            [self.env.company.currency_id.id, rows[0].id],
        )
        rows.invalidate_recordset()
        self.deliver()
        self.assertEqual(rows.mapped("state"), ["held", "sent"])
        self.assertEqual(rows[0].error_code, "UNTELLABLE")

    # Send now

    def send_now(self, user=None):
        with self.worker(user) as env:
            action = self.account.with_env(env).action_send_now()
        return action["params"]["message"]

    def test_send_now_does_not_wait_for_the_job(self):
        self.account.next_delivery_at = fields.Datetime.now() + timedelta(days=3)
        row = self.rows_of(self.lead_from_ad())
        self.assertIn("Nothing is due", self.send_now())
        self.later(hours=7)
        self.assertIn("1 conversions were sent", self.send_now())
        self.assertEqual(row.state, "sent")
        self.assertFalse(self.account.delivery_started_at)

    def test_send_now_leaves_alone_what_the_job_is_sending(self):
        row = self.rows_of(self.lead_from_ad())
        self.later(hours=7)
        row.write({"state": "sending", "claim": "job", "claimed_at": fields.Datetime.now()})
        self.assertIn("Nothing is due", self.send_now())
        self.assertFalse(self.requests())

    def test_send_now_is_for_managers_of_connected_accounts(self):
        user = new_test_user(self.env, "ct_user", groups="conversion_tracking.group_user")
        with self.assertRaisesRegex(AccessError, "Only managers"):
            self.account.with_user(user).action_send_now()
        self.account.state = "paused"
        with self.assertRaisesRegex(UserError, "Connect the account first"):
            self.account.action_send_now()

    def test_send_now_by_a_manager(self):
        manager = new_test_user(self.env, "ct_manager", groups="conversion_tracking.group_manager")
        self.rows_of(self.lead_from_ad())
        self.later(hours=7)
        self.assertIn("1 conversions were sent", self.send_now(manager))

    def test_progress_is_seen_while_a_delivery_runs(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        seen = []
        save = type(self.delivery)._save_when_done

        def look(delivery, account, batch, outcomes):
            save(delivery, account, batch, outcomes)
            account.invalidate_recordset()
            seen.append(round(account.delivery_progress))

        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(type(self.delivery), "_save_when_done", look),
        ):
            self.deliver()
        self.assertEqual(seen, [33, 67, 100])
        self.account.invalidate_recordset()
        self.assertFalse(self.account.delivery_started_at)
        self.assertEqual(set(leads.google_conversion_ids.mapped("state")), {"sent"})

    def test_a_delivery_out_of_time_goes_on_with_the_next_call(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        self.later(hours=30)
        self.account._start_delivery()
        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(type(self.delivery), "_commit", lambda *args, **options: 0.0),
            self.worker() as env,
        ):
            finished = env["google.ads.delivery"]._deliver(self.account.with_env(env))
        rows = leads.google_conversion_ids
        self.assertFalse(finished)
        self.assertEqual(sorted(rows.mapped("state")), ["sent", "waiting", "waiting"])
        self.assertTrue(self.account.delivery_started_at)
        self.account.next_delivery_at = fields.Datetime.now() + timedelta(days=1)
        self.run_cron("ir_cron_deliver")
        self.assertEqual(set(rows.mapped("state")), {"sent"})
