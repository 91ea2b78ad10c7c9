"""What stays of a person who was deleted, and of a company in a copy of its database."""

from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.google_ads.google_ads_forget_mixin import PERSONAL
from .google_case import GoogleCase

NEUTRALIZE = Path(__file__).parents[1] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestForgetting(GoogleCase):
    def assertForgotten(self, row):
        self.assertFalse(any(row[name] for name in PERSONAL))

    def assertKnown(self, row):
        self.assertTrue(row.gclid and row.note)

    def reported(self, state=None, gclid="AbC-1"):
        lead = self.lead_from_ad(gclid, type="opportunity")
        row = self.rows_of(lead)
        row.write({"note": "Called Ann", **({"state": state} if state else {})})
        return lead, row

    def test_a_deleted_lead_leaves_no_click_in_what_is_not_sent(self):
        for state in ("waiting", "held", "failed"):
            lead, row = self.reported(state)
            lead.unlink()
            with self.subTest(state):
                self.assertEqual(row.state, "cancelled")
                self.assertForgotten(row)

    def test_a_deleted_contact_leaves_none_either(self):
        _lead, row = self.reported()
        partner = self.env["res.partner"].create({"name": "Ann"})
        row.write(
            {
                "lead_id": False,
                "partner_id": partner.id,
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )
        partner.unlink()
        self.assertForgotten(row)

    def test_what_was_forgotten_cannot_be_retried_and_says_so(self):
        lead, row = self.reported()
        lead.unlink()
        with self.assertRaises(UserError) as caught:
            row.action_retry()
        self.assertIn("was deleted", str(caught.exception))

    def test_what_google_counts_is_forgotten_when_the_click_has_ended(self):
        lead, row = self.reported("success")
        _kept, other = self.reported("success", "AbC-2")
        lead.unlink()
        self.env["conversion.retention"]._gc_deleted()
        self.assertKnown(row)
        self.later(days=91)
        self.env["conversion.retention"]._gc_deleted()
        self.assertForgotten(row)
        self.assertEqual(row.state, "success")
        self.assertKnown(other)

    def test_a_click_goes_with_the_last_touchpoint_that_came_by_it(self):
        lead, _row = self.reported()
        clicks = self.env["google.ads.click"]
        click = clicks.create(
            {"account_id": self.account.id, "gclid": "AbC-1", "day": "2026-01-01"}
        )
        lead.google_touch_id.google_ads_click_id = click
        self.later(days=8)
        clicks._gc_clicks()
        self.assertTrue(click.exists())
        lead.unlink()
        clicks._gc_clicks()
        self.assertFalse(click.exists())

    def test_a_click_that_was_just_read_stays_for_a_week(self):
        clicks = self.env["google.ads.click"]
        click = clicks.create(
            {"account_id": self.account.id, "gclid": "AbC-1", "day": "2026-01-01"}
        )
        self.later(days=6)
        clicks._gc_clicks()
        self.assertTrue(click.exists())

    def test_a_neutralised_copy_shares_no_id_with_its_origin(self):
        lead, row = self.reported()
        before = row.transaction_id
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        self.assertNotEqual(row.transaction_id, before)
        self.assertEqual(row.transaction_id.split("-")[2:], before.split("-")[2:])
        self.account.state = "connected"
        lead.action_set_won()
        won = self.rows_of(lead, "deal_won")
        self.assertEqual(won.transaction_id.split("-")[:2], row.transaction_id.split("-")[:2])
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertNotEqual(won.transaction_id.split("-")[1], before.split("-")[1])
