from unittest.mock import patch

from odoo.tests import tagged

from ..models import google_ads_delivery, google_ads_delivery_sending
from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsDeliveryOverlap(GoogleCase):
    """Some requests are under way while the next one is made ready."""

    def test_the_next_request_is_sent_before_an_answer_is_awaited(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        rows = leads.google_conversion_ids
        seen = []
        record = type(self.delivery)._record

        def look(delivery, *arguments):
            states = delivery.env["google.ads.conversion"].browse(rows.ids).mapped("state")
            seen.append([states.count(state) for state in ("waiting", "sending", "sent")])
            return record(delivery, *arguments)

        with (
            patch.object(google_ads_delivery, "BATCH", 1),
            patch.object(google_ads_delivery_sending, "REQUESTS_UNDER_WAY", 2),
            patch.object(type(self.delivery), "_record", look),
        ):
            self.deliver()
        self.assertEqual(seen, [[1, 2, 0], [0, 2, 1], [0, 1, 2]])
        self.poll()
        self.assertCounted(rows)

    def test_a_bug_while_one_is_under_way_does_not_lose_its_answer(self):
        rows = (self.lead_from_ad() | self.lead_from_ad("AbC-2")).google_conversion_ids
        make_parcel = type(self.delivery)._make_parcel
        batches = []

        def broken(delivery, account, facts):
            batches.append(facts)
            if len(batches) == 2:
                raise ZeroDivisionError
            return make_parcel(delivery, account, facts)

        log = "odoo.addons.conversion_tracking.models.google_ads_delivery"
        with (
            patch.object(google_ads_delivery, "BATCH", 1),
            patch.object(type(self.delivery), "_make_parcel", broken),
            self.assertLogs(log, "ERROR"),
        ):
            self.deliver()
        self.assertEqual(sorted(rows.mapped("state")), ["sent", "waiting"])
        self.deliver()
        self.poll()
        self.assertCounted(rows)
