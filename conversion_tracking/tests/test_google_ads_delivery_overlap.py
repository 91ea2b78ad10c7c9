from unittest.mock import patch

from odoo.tests import tagged

from ..google_ads.parcel import Parcel
from ..models import google_ads_delivery
from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsDeliveryOverlap(GoogleCase):
    """One request is under way while the next one is made ready."""

    def test_the_next_request_is_claimed_while_one_is_under_way(self):
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_from_ad("AbC-3")
        rows = leads.google_conversion_ids
        seen = []
        wait = type(self.delivery)._await

        def look(delivery, under_way):
            states = delivery.env["google.ads.conversion"].browse(rows.ids).mapped("state")
            seen.append([states.count(state) for state in ("waiting", "sending", "sent")])
            return wait(delivery, under_way)

        with (
            patch.object(google_ads_delivery, "BATCH", 1),
            patch.object(type(self.delivery), "_await", look),
        ):
            self.deliver()
        self.assertEqual(seen, [[2, 1, 0], [1, 2, 0], [0, 2, 1], [0, 1, 2]])
        self.poll()
        self.assertCounted(rows)

    def test_a_bug_while_one_is_under_way_does_not_lose_its_answer(self):
        rows = (self.lead_from_ad() | self.lead_from_ad("AbC-2")).google_conversion_ids
        make_parcel = type(self.delivery)._make_parcel
        batches = []

        def broken(delivery, account, batch):
            batches.append(batch.ids)
            if len(batches) == 2:
                raise ZeroDivisionError
            return make_parcel(delivery, account, batch)

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

    def test_what_was_made_ready_long_ago_is_claimed_anew(self):
        """A consent may have been withdrawn while a slow request was under way."""
        lead = self.lead_from_ad()
        ages = iter([False, True])
        with patch.object(Parcel, "is_fresh", property(lambda parcel: next(ages))):
            self.deliver()
        self.assertFalse(list(ages), "made ready twice")
        self.poll()
        self.assertCounted(self.rows_of(lead))
