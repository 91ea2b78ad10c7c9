"""People without a click id, who are reported by hashed e-mail and phone alone."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..google_ads.hashing import sha256_hex
from .google_case import ACCOUNT, ACTIONS, GoogleCase

EMAIL = "ann@home.example"


@tagged("post_install", "-at_install")
class TestGoogleAdsPerson(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.send_identifiers = True
        cls.account.report_since = fields.Datetime.now() - timedelta(days=1)

    def lead(self, **values):
        """A lead whose visitor came by nothing that Odoo knows, and agreed."""
        return self.env["crm.lead"].create(
            {"name": "Roof", "type": "lead", "email_from": EMAIL, "consent": "granted", **values}
        )

    def known(self, email=EMAIL, gclid="Known-1", **click):
        """Google knows an ad click of the person with this e-mail."""
        person = {"email": email}
        clicked = self.now - timedelta(hours=2)
        self.google.add_click(
            gclid,
            **{"account": ACCOUNT, "campaign": "20111000001", "clicked": clicked},
            **{"person": person, **click},
        )

    def status(self, lead, event="lead_created"):
        self.env.flush_all()
        lines = self.env["google.ads.coverage"].search(
            [("lead_id", "=", lead.id), ("event", "=", event)]
        )
        self.assertEqual(len(lines), 1)
        return lines.status, lines.outcome

    # -- who is not ---------------------------------------------------------------------

    def test_switched_off_nothing_is_reported(self):
        self.account.send_identifiers = False
        lead = self.lead()
        lead.action_set_won()
        self.assertFalse(self.rows_of(lead))
        self.assertEqual(self.status(lead), ("no_click_id", "left_out"))

    def test_only_who_agreed_and_is_known(self):
        cases = {
            "no_click_no_consent": {"consent": "unknown"},
            "no_consent": {"consent": "denied"},
            "no_click_no_identity": {"email_from": "noreply@home.example"},
        }
        for status, values in cases.items():
            with self.subTest(status):
                lead = self.lead(**values)
                self.assertFalse(self.rows_of(lead))
                self.assertEqual(self.status(lead), (status, "left_out"))

    def test_a_lead_that_was_typed_in_carries_no_consent(self):
        lead = self.env["crm.lead"].create({"name": "Typed", "email_from": EMAIL})
        self.assertEqual(self.status(lead), ("no_click_no_consent", "left_out"))

    def test_after_63_days_google_does_not_look_any_more(self):
        lead = self.lead()
        self.rows_of(lead).unlink()
        self.later(days=64)
        self.assertEqual(self.status(lead), ("no_click_too_old", "left_out"))

    def test_another_company_sends_nothing(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        other = self.account.copy({"company_id": company.id, "send_identifiers": False})
        other.state = "connected"
        other._create_default_actions()
        lead = self.lead(company_id=company.id)
        self.assertFalse(self.rows_of(lead))
        coverage = self.env["google.ads.coverage"].with_context(allowed_company_ids=company.ids)
        [line] = coverage.search([("lead_id", "=", lead.id)])
        self.assertEqual(line.status, "no_click_id")

    # -- until it is sent ---------------------------------------------------------------

    def test_what_changes_before_it_is_sent(self):
        withdrawn, switched, blurred = (
            self.lead(email_from=f"{name}@home.example") for name in ("one", "two", "three")
        )
        unasked = self.lead(email_from="four@home.example")
        withdrawn.consent = "denied"
        unasked.consent = "unknown"
        blurred.email_from = '"Ann" <three@home.example>, joe@home.example'
        self.deliver()
        self.assertEqual(self.rows_of(withdrawn).error_code, "CONSENT_WITHDRAWN")
        self.assertEqual(self.rows_of(unasked).error_code, "PERSON_NOT_GRANTED")
        self.assertEqual(self.status(unasked), ("no_consent", "left_out"))
        self.assertEqual(self.rows_of(blurred).error_code, "PERSON_UNKNOWN")
        self.assertEqual(self.rows_of(blurred).state, "held")
        self.assertEqual(self.rows_of(switched).state, "sent")
        self.account.send_identifiers = False
        late = self.rows_of(switched)
        late._queue(fields.Datetime.now())
        self.deliver()
        self.assertEqual((late.state, late.error_code), ("held", "PERSON_SWITCHED_OFF"))
        self.assertTrue(late.error_meaning and late.error_remedy)

    def test_only_hashes_leave_and_none_is_kept(self):
        lead = self.lead(phone="+31 20 794 1000")
        self.deliver()
        sent = "\n".join(map(str, self.google.requests()))
        for clear in (EMAIL, "+31207941000"):
            self.assertIn(sha256_hex(clear), sent)
            self.assertNotIn(clear, sent)
        self.env.cr.execute("SELECT string_agg(c::text, '') FROM google_ads_conversion c")
        [(kept,)] = self.env.cr.fetchall()
        self.assertNotIn(sha256_hex(EMAIL), kept)
        self.assertEqual(self.rows_of(lead).matched_by, "person")

    def test_enhanced_conversions_that_are_off_at_google_pause_the_account(self):
        self.google.update(f"accounts/{ACCOUNT}/enhanced_conversions", False)
        lead = self.lead()
        self.deliver()
        self.assertEqual(self.account.state, "paused")
        self.assertIn("nhanced conversions", self.account.pause_reason)
        self.assertEqual(self.rows_of(lead).state, "waiting", "nothing is lost")

    # -- what Google makes of it --------------------------------------------------------

    def test_a_person_whose_click_google_knows_is_counted(self):
        for transport in ("data_manager", "google_ads_upload"):
            with self.subTest(transport):
                if transport == "google_ads_upload":
                    self.use_google_ads_upload()
                email = f"{transport}@home.example"
                self.known(email, transport.replace("_", "-"))
                lead = self.lead(email_from=email)
                self.deliver_and_poll()
                row = self.rows_of(lead)
                self.assertEqual(row.state, "success")
                self.assertIn((row.transaction_id, ACTIONS["lead_created"]), self.delivered())
                self.assertEqual(self.status(lead), ("success_person", "delivered_person"))
        self.account.invalidate_recordset()
        self.assertEqual((self.account.delivered_7d, self.account.person_7d), (2, 2))

    def test_a_person_of_whom_google_knows_no_click(self):
        for transport in ("data_manager", "google_ads_upload"):
            with self.subTest(transport):
                if transport == "google_ads_upload":
                    self.use_google_ads_upload()
                lead = self.lead(email_from=f"stranger-{transport}@home.example")
                self.deliver_and_poll()
                row = self.rows_of(lead)
                self.assertEqual(
                    (row.state, row.error_code[-15:]), ("unmatched", "CLICK_NOT_FOUND")
                )
                self.assertFalse(row.uploaded_at)
                self.assertEqual(self.status(lead), ("unmatched", "unmatched"))
                self.assertIn("No click known", lead.google_report)
        self.assertFalse(self.delivered())
        self.assertEqual(self.account.state, "connected", "that is nobody's fault")
        self.assertFalse(self.account._find_alarm())

    def test_the_value_of_a_deal_is_corrected(self):
        self.known()
        lead = self.lead(expected_revenue=100)
        lead.action_set_won()
        self.deliver_and_poll()
        won = self.rows_of(lead, "deal_won")
        key = (won.transaction_id, ACTIONS["deal_won"])
        self.assertEqual(self.delivered()[key], 100)
        lead.expected_revenue = 250
        self.deliver_and_poll()
        self.assertEqual(self.delivered()[key], 250)
        self.assertEqual(won.correction_ids.matched_by, "person")

    def test_contacts_made_by_a_form(self):
        touch = self.env["conversion.touchpoint"].create(
            {"occurred_at": fields.Datetime.now(), "consent": "granted"}
        )
        ann = self.env["res.partner"].create(
            {"name": "Ann", "email": EMAIL, "lead_creation_touch_id": touch.id}
        )
        self.assertFalse(ann.google_conversion_ids, "typed in")
        ann._conversion_happened("lead_created")
        self.assertEqual(ann.google_conversion_ids.matched_by, "person")

    def test_switching_it_on_reports_what_happened_before(self):
        self.account.send_identifiers = False
        lead = self.lead()
        self.account.send_identifiers = True
        self.assertEqual(self.status(lead), ("missing", "left_out"))
        self.run_cron("ir_cron_sweep")
        self.assertEqual(self.rows_of(lead).matched_by, "person")

    def test_a_click_that_comes_later_counts_nothing_twice(self):
        """Leads that are merged: one was told by e-mail, the other came by an ad."""
        self.known()
        lead, clicked = self.lead(), self.lead_from_ad("Later-1", email_from=EMAIL)
        merged = (lead | clicked).merge_opportunity()
        merged.action_set_won()
        self.assertEqual(len(self.rows_of(merged, "deal_won")), 1)

    # -- together -----------------------------------------------------------------------

    def test_with_a_click_by_e_mail_and_without_consent(self):
        """300 leads by an ad, 200 by nothing known who agreed, 100 who did not: what Google
        counts, and what the coverage says, is the same."""
        self.google.add_clicks(
            {
                **{
                    f"Click-{n}": {"account": ACCOUNT, "campaign": "20111000001"}
                    | {"clicked": self.now - timedelta(hours=1)}
                    for n in range(300)
                },
                # of the others, three in four have clicked an ad that Odoo never heard of
                **{
                    f"Silent-{n}": {"account": ACCOUNT, "campaign": "20111000001"}
                    | {"clicked": self.now - timedelta(hours=1)}
                    | {"person": {"email": f"silent{n}@home.example"}}
                    for n in range(150)
                },
            }
        )
        crowd = [
            {"landing_url": f"https://shop.example/?gclid=Click-{n}", "consent": "granted"}
            for n in range(300)
        ]
        crowd += [
            {"email_from": f"silent{n}@home.example", "consent": "granted"} for n in range(200)
        ]
        crowd += [
            {"email_from": f"shy{n}@home.example", "consent": ("unknown", "denied")[n % 2]}
            for n in range(100)
        ]
        leads = self.env["crm.lead"].create(
            [{"name": "Roof", "type": "lead", **values} for values in crowd]
        )
        self.deliver_and_poll()
        ledger = self.google.ledger()
        by_click = [one for one in ledger["accepted"] if one["click_id"]]
        by_person = [one for one in ledger["accepted"] if not one["click_id"]]
        self.assertEqual((len(by_click), len(by_person)), (300, 150))
        self.assertEqual({one["count"] for one in ledger["accepted"]}, {1})
        self.assertEqual(len(ledger["refused"]), 50)
        self.env.flush_all()
        counts = self.env["google.ads.coverage"]._read_group(
            [("lead_id", "in", leads.ids)], ["status"], ["__count"]
        )
        self.assertEqual(
            dict(counts),
            {
                **{"success": 300, "success_person": 150, "unmatched": 50},
                **{"no_click_no_consent": 50, "no_consent": 50},
            },
        )
