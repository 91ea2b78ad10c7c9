from unittest.mock import patch

from odoo.tests import tagged

from ..models.google_ads import google_ads_delivery
from .google_case import GoogleCase


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

    def test_a_bug_while_one_is_under_way_does_not_lose_its_answer(self):
        rows = (self.lead_from_ad() | self.lead_from_ad("AbC-2")).google_conversion_ids
        make_batch = type(self.delivery)._make_batch
        batches = []

        def broken(delivery, account, facts):
            batches.append(facts)
            if len(batches) == 2:
                raise ZeroDivisionError
            return make_batch(delivery, account, facts)

        log = "odoo.addons.conversion_tracking.models.google_ads.google_ads_delivery"
        with (
            patch.object(google_ads_delivery, "LARGEST_BATCH", 1),
            patch.object(type(self.delivery), "_make_batch", broken),
            self.assertLogs(log, "ERROR"),
        ):
            self.deliver()
        self.assertEqual(sorted(rows.mapped("state")), ["sent", "waiting"])
        self.deliver()
        self.poll()
        self.assertCounted(rows)
