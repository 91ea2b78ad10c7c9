from unittest.mock import patch

from odoo.tests import tagged

from ..google_ads import batch
from ..models.google_ads import google_ads_delivery
from .google_case import GoogleCase

LOG = "odoo.addons.conversion_tracking.models.google_ads.google_ads_delivery"


@tagged("post_install", "-at_install")
class TestGoogleAdsDeliveryOverlap(GoogleCase):
    """Some requests are under way while the next one is made ready."""

    def test_the_next_request_is_sent_before_an_answer_is_awaited(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        rows = leads.google_conversion_ids
        seen = []
        save = type(self.delivery)._save_when_done

        def look(delivery, *arguments):
            states = delivery.env["google.ads.conversion"].browse(rows.ids).mapped("state")
            seen.append([states.count(state) for state in ("waiting", "sending", "sent")])
            return save(delivery, *arguments)

        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(google_ads_delivery, "REQUESTS_UNDER_WAY", 2),
            patch.object(type(self.delivery), "_save_when_done", look),
        ):
            self.deliver()
        self.assertEqual(seen, [[1, 2, 0], [0, 2, 1], [0, 1, 2]])
        self.poll()
        self.assertCounted(rows)

    def test_a_bug_holds_one_row_and_tells_somebody(self):
        """Whatever our own code trips over: the others go, and a button frees the one."""
        leads = self.lead_from_ad()
        for number in range(2, 6):
            leads |= self.lead_from_ad(f"AbC-{number}")
        rows = leads.google_conversion_ids
        bad = rows.sorted("id")[2]
        kind = type(self.env["google.ads.batch"])
        make = kind._make

        def broken(batches, account, claimed):
            if bad.id in [row["id"] for row in claimed]:
                raise ZeroDivisionError
            return make(batches, account, claimed)

        with patch.object(kind, "_make", broken), self.assertLogs(LOG, "ERROR"):
            self.deliver()
        self.poll()
        self.assertCounted(rows - bad)
        self.assertEqual((bad.state, bad.error_code), ("held", "ADDON_FAULT"))
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(self.account.state, "connected")
        bad.action_retry()
        self.deliver()
        self.poll()
        self.assertEqual(bad.state, "success")

    def test_a_bug_while_sending_loses_nothing_and_counts_nothing_twice(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        rows = leads.google_conversion_ids
        bad = rows.sorted("id")[0].transaction_id
        send = batch.Batch.send

        def broken(one, transport):
            outcomes = send(one, transport)
            if bad in [event.transaction_id for event in one.events]:
                raise ZeroDivisionError  # Google has them by now
            return outcomes

        with patch.object(batch.Batch, "send", broken), self.assertLogs(LOG, "ERROR"):
            self.deliver()
        held = rows.filtered(lambda row: row.state == "held")
        self.assertEqual(held.transaction_id, bad)
        self.assertTrue(held.may_have_arrived)
        held.action_retry()
        self.deliver()
        self.poll()
        self.assertCounted(rows)
