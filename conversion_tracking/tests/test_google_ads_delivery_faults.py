"""What a bad network, a tired Google and a wrong clock do to a delivery: nothing is lost,
nothing counted twice."""

from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests import tagged

from ..google_ads.transports.paced import Pace
from ..models.google_ads import google_ads_delivery
from .google_case import ACTIONS, GoogleCase

INGEST = {"api": "data_manager", "method": "ingest"}
STATUS = {"api": "data_manager", "method": "status"}
# Kept from before Odoo's tests lengthen every time limit to 10 seconds.
SEND = requests.Session.send


@tagged("post_install", "-at_install")
class TestGoogleAdsDeliveryFaults(GoogleCase):
    def setUp(self):
        super().setUp()
        self.rows = self.rows_of(self.lead_from_ad()) | self.rows_of(self.lead_from_ad("AbC-2"))

    def until_done(self):
        """Deliveries and questions as they come, for two days."""
        for _number in range(8):
            self.deliver(hours=6)
            self.poll()

    def deliveries(self):
        return [row["deliveries"] for row in self.google.ledger()["accepted"]]

    def assertTriedAgain(self, code):
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})
        self.assertEqual(set(self.rows.mapped("error_code")), {code})
        self.assertEqual(set(self.rows.mapped("attempts")), {1})
        self.assertGreater(self.account.delivery_resume_at, fields.Datetime.now())

    # The network

    def test_connection_lost_before_google_took_it(self):
        self.google.fault("drop_before", **INGEST)
        self.deliver()
        self.assertTriedAgain("CONNECTION_LOST")
        self.assertFalse(self.delivered())
        self.until_done()
        self.assertCounted(self.rows)
        self.assertEqual(self.deliveries(), [1, 1])

    def test_connection_lost_after_google_took_it(self):
        self.google.fault("drop_after", **INGEST)
        self.deliver()
        self.assertTriedAgain("CONNECTION_LOST")
        self.assertEqual(set(self.rows.mapped("may_have_arrived")), {True})
        self.assertEqual(len(self.delivered()), 2, "Google has them, and we do not know")
        self.until_done()
        self.assertCounted(self.rows)
        self.assertEqual(self.deliveries(), [2, 2])

    def test_half_an_answer(self):
        self.google.fault("truncate", **INGEST)
        self.deliver()
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})
        self.assertEqual(set(self.rows.mapped("may_have_arrived")), {True})
        self.until_done()
        self.assertCounted(self.rows)

    def test_thirty_seconds_of_silence(self):
        self.google.fault("hang", seconds=3, **INGEST)
        get_transport = type(self.account)._get_transport

        def impatient(account):
            return get_transport(account, timeout=0.5)

        with (
            patch.object(type(self.account), "_get_transport", impatient),
            patch.object(requests.Session, "send", SEND),
        ):
            self.deliver()
        self.assertTriedAgain("NO_ANSWER_IN_TIME")
        self.until_done()
        self.assertCounted(self.rows)

    def test_lost_answers_of_the_google_ads_api_come_back_as_duplicates(self):
        self.use_google_ads_upload()
        for fault in ("drop_after", "truncate"):
            with self.subTest(fault):
                self.google.fault(fault, api="google_ads", method="UploadClickConversions")
                self.deliver()
        self.until_done()
        self.assertCounted(self.rows)

    # A tired Google

    def test_too_many_requests_are_answered_with_the_pause_google_asks_for(self):
        self.google.fault("status", code=429, delay=7200, **INGEST)
        self.deliver()
        self.assertTriedAgain("RESOURCE_EXHAUSTED")
        pause = self.account.delivery_resume_at - fields.Datetime.now()
        self.assertEqual(pause, timedelta(hours=2))
        self.assertEqual(set(self.rows.mapped("may_have_arrived")), {False})
        requests = len(self.google.requests())
        self.deliver(hours=1)
        self.assertEqual(len(self.google.requests()), requests, "not before")
        self.until_done()
        self.assertCounted(self.rows)

    def test_a_service_that_is_down_is_left_alone_longer_and_longer(self):
        self.google.fault("status", code=503, times=None, **INGEST)
        pauses = []
        self.later(hours=24)
        for _number in range(6):
            self.run_cron("ir_cron_deliver")
            pause = self.account.delivery_resume_at - fields.Datetime.now()
            pauses.append(pause.total_seconds() / 60)
            again = max([self.account.delivery_resume_at, *self.rows.mapped("next_try_at")])
            self.later(seconds=(again - fields.Datetime.now()).total_seconds() + 1)
        for number, pause in enumerate(pauses):
            self.assertLess(0.74 * 5 * 2**number, pause)
            self.assertLess(pause, 1.26 * 5 * 2**number)
        self.assertEqual(len(set(pauses)), 6, "with jitter")
        self.google.clear_faults()
        self.until_done()
        self.assertCounted(self.rows)
        self.assertEqual(self.account.delivery_failures, 0)

    def test_after_twelve_attempts_somebody_has_to_look(self):
        self.google.fault("status", code=500, times=None, **INGEST)
        for _number in range(12):
            self.deliver(hours=30)
        self.assertEqual(set(self.rows.mapped("state")), {"held"})
        self.google.clear_faults()
        self.rows.action_retry()
        self.until_done()
        self.assertCounted(self.rows)

    def test_the_next_try_is_called_for_at_its_time(self):
        self.google.fault("status", code=503, **INGEST)
        self.later(hours=24)
        cron = self.env.ref("conversion_tracking.ir_cron_deliver")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search([("cron_id", "=", cron.id)])
        self.run_cron("ir_cron_deliver")
        new = triggers.search([("cron_id", "=", cron.id)]) - before
        self.assertIn(
            min([self.account.delivery_resume_at, *self.rows.mapped("next_try_at")]),
            new.mapped("call_at"),
        )

    # Limits

    def test_the_pace_google_allows_is_kept_without_a_refusal(self):
        pace = Pace(limits=((60.0, 1),), clock=lambda: self.now.timestamp())
        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(google_ads_delivery, "DELIVERY_PACE", pace),
        ):
            self.deliver()
            self.assertEqual(sorted(self.rows.mapped("state")), ["sent", "waiting"])
            waiting = self.rows.filtered(lambda row: row.state == "waiting")
            self.assertEqual((waiting.error_code, waiting.attempts), ("PACE", 0))
            self.deliver(seconds=61)
        self.assertEqual(set(self.rows.mapped("state")), {"sent"})
        self.assertFalse(self.google.ledger()["refused"])

    def test_google_s_own_limit_loses_nothing(self):
        self.google.switch("data_manager_per_day", 1)
        self.later(hours=1)
        self.rows_of(self.lead_from_ad("AbC-3"))
        with patch.object(google_ads_delivery, "LARGEST_BATCH", 2):
            self.deliver()
        self.google.switch("data_manager_per_day", 100_000)
        self.until_done()
        self.assertCounted(self.conversions.search([("account_id", "=", self.account.id)]))

    # Login

    def test_a_token_that_expires_in_mid_run_is_replaced(self):
        self.google.fault("expire_token", **INGEST)
        with patch.object(google_ads_delivery, "LARGEST_BATCH", 1):
            self.deliver()
        self.until_done()
        self.assertCounted(self.rows)
        self.assertEqual(self.account.state, "connected")

    def test_nothing_more_is_claimed_when_the_account_is_paused(self):
        rows = self.rows | self.rows_of(self.lead_from_ad("AbC-3"))
        identity = "identities/" + self.google.service_account_info["client_email"]
        self.google.remove(identity)
        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(google_ads_delivery, "REQUESTS_UNDER_WAY", 2),
        ):
            self.deliver()
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(set(rows.mapped("state")), {"waiting"})
        self.assertEqual(set(rows.mapped("claim")), {False})
        tried = rows.filtered("error_code")
        self.assertEqual(len(tried), 2, "the second was under way when the first was refused")

    def test_revoked_login_pauses_the_account_once_and_loses_nothing(self):
        identity = "identities/" + self.google.service_account_info["client_email"]
        known = self.google.state()["identities"][self.google.service_account_info["client_email"]]
        self.google.remove(identity)
        self.deliver()
        self.deliver()
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})
        self.assertEqual(len(self.account.activity_ids), 1)
        self.google.update(identity, known)
        self.account.action_resume()
        self.assertFalse(self.account.activity_ids)
        self.until_done()
        self.assertCounted(self.rows)

    def test_credentials_that_cannot_be_used_pause_the_account(self):
        self.account.sudo().service_account_json = False
        self.deliver()
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})

    # Google's verdict

    def test_too_recent_waits_and_is_no_attempt(self):
        self.google.switch("click_minimum_hours", 40)
        self.deliver_and_poll()
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})
        self.assertEqual(set(self.rows.mapped("attempts")), {0})
        self.assertEqual(
            set(self.rows.mapped("error_code")), {"PROCESSING_ERROR_REASON_TOO_RECENT_CLICK"}
        )
        self.until_done()
        self.assertCounted(self.rows)

    def test_a_young_conversion_action_waits_and_is_no_attempt(self):
        path = f"accounts/1234567890/conversion_actions/{ACTIONS['lead_created']}"
        action = self.google.state()["accounts"]["1234567890"]["conversion_actions"]["6490000002"]
        created = self.now + timedelta(hours=28)
        self.google.update(path, {**action, "created": created.isoformat()})
        self.deliver()
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"})
        self.assertEqual(set(self.rows.mapped("attempts")), {0})
        self.assertEqual(self.account.state, "connected")
        self.until_done()
        self.assertCounted(self.rows)

    def test_one_bad_event_is_named_and_the_rest_goes_in_the_same_run(self):
        bad, good = self.rows
        self.google.fault(
            "error", code="ErrorReason.INVALID_EVENT", transaction_id=bad.transaction_id
        )
        self.deliver()
        self.assertEqual((bad.state, good.state), ("failed", "sent"))

    def test_one_bad_event_that_is_not_named_is_found_by_halves(self):
        bad, good = self.rows
        self.google.fault(
            "error",
            code="ErrorReason.INVALID_EVENT",
            transaction_id=bad.transaction_id,
            indexed=False,
            times=2,
        )
        self.deliver()
        self.assertEqual((bad.state, good.state), ("failed", "sent"))

    def test_counts_without_indices_are_resolved_by_halves(self):
        self.google.switch("data_manager_profile", "v1.8")
        for number in range(3, 9):
            self.rows |= self.rows_of(self.lead_from_ad(f"AbC-{number}"))
        bad = self.rows[4]
        self.google.fault(
            "error",
            code="ProcessingErrorReason.INVALID_GCLID",
            transaction_id=bad.transaction_id,
            times=None,
        )
        self.deliver_and_poll()
        self.assertEqual(set(self.rows.mapped("state")), {"waiting"}, "nobody guesses")
        for _number in range(3):
            self.run_cron("ir_cron_deliver")
            self.poll()
        self.assertEqual(bad.state, "failed")
        self.assertCounted(self.rows - bad)
        self.assertEqual(set(self.rows.mapped("attempts")), {0})

    def test_a_request_google_has_forgotten_is_unclear_and_can_be_sent_again(self):
        self.google.switch("status_kept_days", 0)
        self.deliver_and_poll()
        self.assertEqual(set(self.rows.mapped("state")), {"unclear"})
        self.google.switch("status_kept_days", 50)
        self.rows.action_retry()
        self.run_cron("ir_cron_deliver")
        self.poll()
        self.assertCounted(self.rows)

    def test_a_question_that_fails_is_asked_again(self):
        self.deliver()
        for kind, options in (
            ("drop_before", {}),
            ("truncate", {}),
            ("status", {"code": 503}),
            ("status", {"code": 429, "delay": 60}),
        ):
            self.google.fault(kind, **options, **STATUS)
            self.poll(hours=24)
            self.assertEqual(set(self.rows.mapped("state")), {"sent"}, kind)
        self.poll(hours=24)
        self.assertCounted(self.rows)

    def test_questions_go_to_data_manager_after_a_switch_to_the_other_way(self):
        self.deliver()
        self.use_google_ads_upload()
        self.poll()
        self.assertCounted(self.rows)

    # Clocks

    def test_a_clock_that_is_some_minutes_wrong_does_no_harm(self):
        for minutes in (-4, 4):
            with self.subTest(minutes=minutes):
                self.later(hours=24)
                self.google.set_clock(self.now + timedelta(minutes=minutes))
                self.run_cron("ir_cron_deliver")
                self.until_done()
                self.assertCounted(self.rows)

    def test_a_clock_that_is_hours_behind_stops_the_account_and_loses_nothing(self):
        for hours in (-3, 3):
            with self.subTest(hours=hours):
                self.rows |= self.rows_of(self.lead_from_ad(f"Late-{hours + 3}"))
                self.later(hours=24)
                self.google.set_clock(self.now + timedelta(hours=hours))
                self.google.switch("jwt_clock", "sandbox")
                self.run_cron("ir_cron_deliver")
                self.run_cron("ir_cron_poll")
                self.assertEqual(
                    (self.account.state, self.account.pause_code), ("paused", "CLOCK_WRONG")
                )
                self.google.switch("jwt_clock", "either")
                self.account.action_resume()
                self.until_done()
                self.assertCounted(self.rows)
