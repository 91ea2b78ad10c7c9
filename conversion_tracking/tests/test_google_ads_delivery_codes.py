"""Every error code of both APIs once: the row's state, the account's, and Google's ledger."""

from odoo.tests import tagged

from ..google_ads.catalogue import (
    ACTION_CODES,
    CATALOGUE,
    IOS_CLICK_CODES,
    WRONG_ACCOUNT_CODES,
    entry,
)
from .google_case import GoogleCase

STATES = {
    "retry": "waiting",
    "waiting": "waiting",
    "permanent": "failed",
    "duplicate": "success",
    "warning": "success",
    "unmatched": "unmatched",
    "consent": "held",
    "unknown": "held",
}
NEW_CODE = "999"
PROCESSING_PREFIX = "PROCESSING_ERROR_REASON_"


@tagged("post_install", "-at_install")
class TestGoogleAdsDeliveryCodes(GoogleCase):
    def rows_for(self, codes):
        """One row for each code, of a lead each."""
        return {
            code: self.rows_of(self.lead_from_ad(f"Code-{number}"))
            for number, code in enumerate(codes)
        }

    def expected_state(self, source, code):
        error_class = entry(source, code).error_class
        if error_class == "configuration":
            narrower = code in (*WRONG_ACCOUNT_CODES, *IOS_CLICK_CODES, *ACTION_CODES)
            return "held" if narrower else "waiting"
        return STATES[error_class]

    def assertAnswered(self, row, source, code):
        self.assertEqual(row.error_code, code)
        self.assertEqual(row.state, self.expected_state(source, code), code)
        self.assertEqual(row.attempts, int(entry(source, code).error_class == "retry"), code)
        self.assertTrue(row.error_meaning and row.error_remedy, code)
        if row.state == "waiting":
            self.assertTrue(row.next_try_at, code)
        stops = row.error_class == "configuration" and row.state == "waiting"
        self.assertEqual(self.account.state == "paused", stops, code)
        self.account._resume()

    def test_each_reason_that_processing_gives(self):
        codes = [*CATALOGUE["ProcessingErrorReason"], NEW_CODE]
        rows = self.rows_for(codes)
        for code, row in rows.items():
            self.google.fault(
                "error",
                code=f"ProcessingErrorReason.{code.removeprefix(PROCESSING_PREFIX)}",
                transaction_id=row.transaction_id,
            )
        self.deliver()
        self.assertEqual({row.state for row in rows.values()}, {"sent"})
        self.poll()
        self.assertFalse(self.delivered(), "Google counted none")
        for code, row in rows.items():
            if code == NEW_CODE:
                self.assertEqual(row.state, "held")
                self.assertIn("does not know", row.error_meaning)
                continue
            self.assertEqual(row.error_code, code)
            self.assertEqual(row.state, self.expected_state("ProcessingErrorReason", code), code)
        self.assertEqual(self.account.state, "paused")
        self.assertEqual(len(self.account.activity_ids), 1, "one, not one for each event")

    def test_each_reason_that_refuses_one_event_of_a_request(self):
        for number, code in enumerate(CATALOGUE["ErrorReason"]):
            with self.subTest(code):
                good = self.rows_of(self.lead_from_ad(f"Good-{number}"))
                bad = self.rows_of(self.lead_from_ad(f"Code-{number}"))
                self.google.fault(
                    "error", code=f"ErrorReason.{code}", transaction_id=bad.transaction_id
                )
                self.deliver()
                self.assertAnswered(bad, "ErrorReason", code)
                bad._stop("cancelled")
                self.google.clear_faults()
                self.deliver_and_poll()
                self.assertEqual(good.state, "success", "not held up by the other")

    def test_each_error_of_the_google_ads_api(self):
        self.use_google_ads_upload()
        good = self.rows_of(self.lead_from_ad("Good-1"))
        for number, code in enumerate([*CATALOGUE["ConversionUploadError"], NEW_CODE]):
            with self.subTest(code):
                row = self.rows_of(self.lead_from_ad(f"Code-{number}"))
                self.google.fault(
                    "error",
                    code=f"ConversionUploadError.{code}",
                    transaction_id=row.transaction_id,
                )
                self.deliver()
                self.assertAnswered(row, "ConversionUploadError", code)
                if row.state != "success":
                    row._stop("cancelled")
                self.google.clear_faults()
        self.assertEqual(good.state, "success", "none of them held up another event")

    def test_general_errors_of_the_google_ads_api(self):
        self.use_google_ads_upload()
        row = self.rows_of(self.lead_from_ad())
        for source in (
            "AuthenticationError",
            "AuthorizationError",
            "HeaderError",
            "InternalError",
            "NotAllowlistedError",
            "QuotaError",
        ):
            for code in CATALOGUE[source]:
                with self.subTest(f"{source}.{code}"):
                    self.google.fault(
                        "error",
                        code=f"{source}.{code}",
                        api="google_ads",
                        method="UploadClickConversions",
                        times=2,  # an expired token is tried a second time with a new one
                    )
                    row._queue(self.now.replace(tzinfo=None), attempts=0)
                    self.deliver()
                    self.google.clear_faults()
                    self.assertAnswered(row, source, code)
        row._queue(self.now.replace(tzinfo=None), attempts=0)
        self.deliver()
        self.assertCounted(row)

    def test_a_project_that_may_not_upload_is_offered_the_switch(self):
        self.use_google_ads_upload()
        self.google.update("project/old_upload_allowed", False)
        row = self.rows_of(self.lead_from_ad())
        self.deliver()
        self.assertEqual((row.state, self.account.state), ("waiting", "paused"))
        self.assertEqual(self.account.pause_code, "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE")
        self.account.action_switch_to_data_manager()
        self.assertEqual((self.account.state, self.account.pause_code), ("connected", False))
        self.assertFalse(self.account.activity_ids)
        self.deliver_and_poll()
        self.assertCounted(row)
