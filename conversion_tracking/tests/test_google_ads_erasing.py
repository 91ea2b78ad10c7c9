"""What Google Ads is told of a person who was erased: nothing more."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..models.google_ads.google_ads_forget_mixin import PERSONAL
from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsErasing(GoogleCase):
    def lead(self, **values):
        return self.lead_from_ad(email_from="ann@example.com", type="opportunity", **values)

    def assertErased(self, rows):
        for row in rows:
            self.assertFalse([name for name in PERSONAL if row[name]])

    def ids_of(self, rows):
        return set(rows.mapped("transaction_id"))

    def test_what_waits_is_taken_back_and_cannot_be_retried(self):
        lead = self.lead()
        for state in ("waiting", "held", "failed"):
            lead.google_conversion_ids.write({"state": state, "note": "Called Ann"})
        lead._erase_attribution()
        rows = self.rows_of(lead)
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        self.assertIn("forgotten", rows[0].error_meaning)
        self.assertErased(rows)
        self.deliver()
        self.assertFalse(self.delivered())
        with self.assertRaises(UserError) as caught:
            rows[0].action_retry()
        self.assertIn("erased", str(caught.exception))

    def test_what_is_told_stays_told_and_is_not_corrected(self):
        lead = self.lead()
        lead.expected_revenue = 100
        lead.action_set_won()
        self.deliver_and_poll()
        told = self.delivered()
        rows = self.rows_of(lead)
        self.assertCounted(rows)
        lead._erase_attribution()
        self.assertErased(rows)
        self.assertEqual(set(rows.mapped("state")), {"success"})
        lead.expected_revenue = 5
        self.deliver_and_poll()
        self.assertEqual(self.delivered(), told)
        self.assertFalse(rows.correction_ids)

    def test_what_is_on_its_way_goes_no_second_time(self):
        lead = self.lead()
        self.google.fault("drop_before", method="ingest")
        self.deliver()
        [row] = self.rows_of(lead)
        row.write({"state": "sending", "next_try_at": self.now.replace(tzinfo=None)})
        lead._erase_attribution()
        self.assertEqual(row.state, "sending")
        self.assertErased(row)
        row.state = "waiting"
        self.deliver_and_poll()
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.delivered())

    def test_what_may_have_arrived_says_so(self):
        lead = self.lead()
        [row] = self.rows_of(lead)
        row.may_have_arrived = True
        lead._erase_attribution()
        self.assertEqual((row.state, row.error_code), ("cancelled", "ERASED_UNCONFIRMED"))

    def test_nothing_that_happens_later_is_told(self):
        self.account.send_identifiers = True
        lead = self.lead(phone="+31 20 123 4567")
        lead._erase_attribution()
        lead.action_set_won()
        self.run_cron("ir_cron_sweep")
        self.deliver_and_poll()
        self.assertFalse(self.delivered())
        self.assertEqual(set(lead.google_conversion_ids.mapped("state")), {"cancelled"})

    def test_a_contact_that_a_form_made(self):
        contact = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        contact.google_touch_id = self.env["conversion.touchpoint"].create(
            {
                "partner_id": contact.id,
                "gclid": "AbC-9",
                "occurred_at": self.now.replace(tzinfo=None),
                "consent": "granted",
            }
        )
        contact._conversion_happened("lead_created")
        [row] = self.rows_of(contact)
        row.write({"state": "sent", "sent_at": self.now.replace(tzinfo=None)})
        contact._erase_attribution()
        self.assertErased(row)
        row.write({"state": "waiting", "next_try_at": self.now.replace(tzinfo=None)})
        self.deliver_and_poll()
        self.assertEqual(row.state, "cancelled")

    def test_googles_words_go_with_the_last_who_came_by_the_click(self):
        lead = self.lead()
        click = self.env["google.ads.click"].create(
            {"account_id": self.account.id, "gclid": "AbC-1", "day": "2026-01-01"}
        )
        lead.google_touch_id.google_ads_click_id = click
        other = self.lead_from_ad("AbC-1", email_from="bob@example.com")
        other.google_touch_id.google_ads_click_id = click
        lead._erase_attribution()
        self.assertTrue(click.exists())
        self.assertEqual(other.google_touch_id.gclid, "AbC-1")
        other._erase_attribution()
        self.assertFalse(click.exists())

    def test_the_administrator_is_told_what_cannot_be_taken_back(self):
        lead = self.lead()
        self.deliver_and_poll()
        lead.action_set_won()
        wizard = Form(
            self.env["conversion.erasure"].with_context(
                active_model="crm.lead", active_ids=lead.ids
            )
        )
        told = self.rows_of(lead).filtered(lambda row: row.state == "success")
        self.assertEqual(wizard.told_count, len(told))
        self.assertEqual(wizard.untold_count, len(self.rows_of(lead) - told))
        self.assertTrue(wizard.told_count and wizard.untold_count)

    def test_the_export_tells_what_google_was_given(self):
        lead = self.lead()
        self.deliver_and_poll()
        [given] = lead._export_dossier()["reported"]
        self.assertEqual(
            (given["to"], given["customer_id"], given["status"], given["click_ids"]),
            ("Google Ads", self.account.customer_id, "success", {"gclid": "AbC-1"}),
        )
        self.assertTrue(given["sent_at"] and given["confirmed_at"] and given["consent"])
