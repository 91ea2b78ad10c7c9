import random
from collections import Counter
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..attribution.touch import CLICK_IDS, GOOGLE_CLICK_IDS
from .google_case import ACCOUNT, GoogleCase


@tagged("post_install", "-at_install")
class TestGoogleAdsCoverage(GoogleCase):
    """Every event is listed once: in the outbox, or with the one reason why not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coverage = cls.env["google.ads.coverage"]
        cls.account.report_since = fields.Datetime.now() - timedelta(days=1)

    def status(self, record, event="lead_created"):
        owner = "lead_id" if record._name == "crm.lead" else "partner_id"
        self.env.flush_all()
        self.coverage.invalidate_model()
        lines = self.coverage.search([(owner, "=", record.id), ("event", "=", event)])
        if owner == "partner_id":
            lines = lines.filtered(lambda line: not line.lead_id)
        self.assertEqual(len(lines), 1)
        return lines.status

    def lead_by(self, query, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Roof",
                "landing_url": f"https://shop.example/?{query}",
                "consent": "granted",
                **values,
            }
        )

    # Each reason

    def test_no_click_id(self):
        lead = self.env["crm.lead"].create({"name": "Typed"})
        self.assertEqual(self.status(lead), "no_click_id")
        self.assertEqual(self.status(self.lead_by("utm_source=news")), "no_click_id")

    def test_click_of_another_platform(self):
        others = [name for name in CLICK_IDS if name not in GOOGLE_CLICK_IDS]
        foreign = "gclid=abc&gclsrc=3p.ds"
        for query in (*(f"{name}=abc" for name in others), foreign):
            self.assertEqual(self.status(self.lead_by(query)), "other_platform")

    def test_no_consent(self):
        self.assertEqual(self.status(self.lead_by("gclid=A", consent="denied")), "no_consent")
        withdrawn = self.lead_from_ad()
        withdrawn.consent = "denied"
        self.deliver()
        self.assertEqual(self.status(withdrawn), "no_consent")

    def test_unknown_consent_that_is_held(self):
        self.account.unknown_consent = "hold"
        lead = self.lead_from_ad(consent="unknown")
        self.deliver()
        self.assertEqual(self.status(lead), "no_consent")

    def test_click_over_90_days_ago(self):
        lead = self.lead_from_ad()
        self.later(days=91)
        lead.action_set_won()
        self.assertEqual(self.status(lead, "deal_won"), "click_too_old")

    def test_an_imported_click_is_as_old_as_the_import_says(self):
        old = self.lead_by("gclid=Old", landed_at=self.moment(days=91))
        self.assertEqual(self.status(old), "click_too_old")
        self.assertFalse(self.rows_of(old))
        young = self.lead_by("gclid=Young", landed_at=self.moment(days=89))
        self.assertEqual(self.status(young), "waiting")

    def test_of_a_click_of_an_unknown_day_nothing_is_guessed(self):
        lead = self.lead_by("gclid=Some-day")
        self.assertEqual(self.status(lead), "too_recent")
        self.later(hours=7)
        self.assertEqual(self.status(lead), "waiting", "Google will tell")
        self.later(days=91)
        lead.action_set_won()
        self.assertEqual(self.status(lead, "deal_won"), "click_too_old", "the click was earlier")

    def moment(self, **ago):
        return (self.now - timedelta(**ago)).replace(tzinfo=None)

    def test_event_before_the_click(self):
        lead = self.lead_from_ad()
        self.rows_of(lead).unlink()
        lead.google_touch_id.occurred_at = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(self.status(lead), "event_before_click")

    def test_not_configured(self):
        lead = self.lead_from_ad()
        self.account.action_ids.filtered(lambda one: one.event == "deal_won").active = False
        lead.action_set_won()
        self.assertEqual(self.status(lead, "deal_won"), "not_configured")
        self.account.state = "draft"
        self.assertEqual(self.status(self.lead_from_ad("AbC-2")), "not_configured")

    def test_ios_click(self):
        lead = self.lead_by("gbraid=Braid-1")
        self.assertEqual(self.status(lead), "ios_click")
        lead.action_set_won()
        self.assertEqual(self.status(lead, "deal_won"), "too_recent")

    def test_too_recent(self):
        lead = self.lead_from_ad()
        self.assertEqual(self.status(lead), "too_recent")
        self.later(hours=6)
        self.assertEqual(self.status(lead), "waiting")

    def test_wrong_account(self):
        lead = self.lead_by("gclid=Foreign-1")
        self.google.add_click("Foreign-1", account="2345678901", clicked=self.now)
        self.deliver_and_poll()
        self.assertEqual(self.status(lead), "wrong_account")
        self.assertEqual(self.account.state, "connected", "one foreign click is no fault of all")

    def test_form_counted_already(self):
        first, second = self.lead_from_ad(), self.lead_from_ad()
        for lead in (first, second):
            self.env["conversion.touchpoint"].create(
                {
                    "kind": "conversion",
                    "occurred_at": lead.create_date,
                    "lead_id": lead.id,
                    "page": "/contactus",
                }
            )
        second.google_touch_id = first.google_touch_id
        self.conversions.search([("lead_id", "in", (first | second).ids)]).unlink()
        (first | second)._conversion_happened("lead_created")
        self.assertEqual(self.status(first), "too_recent")
        self.assertEqual(self.status(second), "counted_once")

    def test_the_same_page_on_another_site_is_another_form(self):
        leads = self.lead_from_ad() | self.lead_from_ad()
        for lead, site in zip(leads, (False, "blog.example"), strict=True):
            self.env["conversion.touchpoint"].create(
                {
                    "kind": "conversion",
                    "occurred_at": lead.create_date,
                    "lead_id": lead.id,
                    "page": "/contactus",
                    "other_site": site,
                }
            )
        leads.google_touch_id = leads[0].google_touch_id
        self.conversions.search([("lead_id", "in", leads.ids)]).unlink()
        leads._conversion_happened("lead_created")
        self.assertEqual({self.status(lead) for lead in leads}, {"too_recent"})

    def test_outbox_states(self):
        lead = self.lead_from_ad()
        row = self.rows_of(lead)
        for state in ("waiting", "sending", "sent", "success", "held", "unclear", "failed"):
            row.write({"state": state, "click_time": fields.Datetime.now() - timedelta(days=1)})
            self.assertEqual(self.status(lead), state)

    # Together

    def crowd(self):
        """Leads of every kind; returns them."""
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2") | self.lead_by("gbraid=Braid-1")
        leads |= self.lead_by("gclid=No-1", consent="denied") | self.lead_by("msclkid=abc")
        leads |= self.env["crm.lead"].create([{"name": f"Typed {number}"} for number in range(3)])
        leads[0].action_set_won()
        leads[1].convert_opportunity(False)
        leads[5].action_set_won()
        leads[6].action_set_lost()
        leads[7].action_archive()
        self.env.flush_all()
        return leads

    def test_counts_add_up_to_the_events_and_open_their_records(self):
        leads = self.crowd()
        domain = [("lead_id", "in", leads.ids)]
        groups = self.coverage._read_group(domain, ["status"], ["__count"])
        events = len(leads) + len(leads.filtered("qualified_at")) + len(leads.filtered("won_at"))
        self.assertEqual(sum(count for _status, count in groups), events)
        for status, count in groups:
            lines = self.coverage.search([*domain, ("status", "=", status)])
            self.assertEqual(len(lines), count)
            for line in lines:
                action = line.action_open_record()
                self.assertEqual(
                    (action["res_model"], action["res_id"]), ("crm.lead", line.lead_id.id)
                )

    def test_outcomes_add_up_to_the_same(self):
        leads = self.crowd()
        domain = [("lead_id", "in", leads.ids)]
        by_outcome = self.coverage._read_group(domain, ["outcome"], ["__count"])
        self.assertEqual(
            sum(count for _outcome, count in by_outcome), self.coverage.search_count(domain)
        )

    def test_counts_agree_with_the_list(self):
        """Also of who was reported and then forgotten, and of contacts."""
        leads = self.crowd()
        forgotten = self.lead_from_ad("Gone-1") | self.lead_from_ad("Gone-2")
        forgotten[0].google_touch_id = False
        forgotten[1].google_touch_id.gclid = False
        self.rows_of(forgotten[1]).unlink()
        leads[5].lead_creation_touch_id = leads[4].lead_creation_touch_id
        self.assertCountsAgree()

    def test_counts_agree_with_the_list_where_people_are_reported(self):
        """By e-mail and phone alone: told, missing, and those who cannot be."""
        self.account.send_identifiers = True
        self.crowd()
        for number, consent in enumerate(("granted", "granted", "unknown", "denied")):
            for email in (f"ann{number}@home.example", False):
                lead = self.env["crm.lead"].create(
                    {"name": "Ann", "consent": consent, "email_from": email}
                )
                if number:
                    lead.action_set_won()
        told = self.conversions.search([("matched_by", "=", "person")])
        self.assertGreater(len(told), 2)
        told[0].unlink()
        told[1].state = "success"
        self.assertCountsAgree()

    def test_counts_agree_with_the_list_whenever_it_happened(self):
        """On any days, of leads created, qualified and won in any order, or behind Odoo's back."""
        self.account.send_identifiers = True
        chance, now = random.Random(7), fields.Datetime.now()
        self.crowd()
        for number in range(25):
            self.lead_from_ad(f"Some-{number}") if number % 3 else self.lead_by("utm_source=news")
        self.env.flush_all()
        for lead in self.env["crm.lead"].search([]):
            moments = [
                chance.choice([None, now - timedelta(days=chance.randint(0, 99))]) for _ in range(4)
            ]
            created, qualified, won, closed = moments
            self.env.cr.execute(
                """
                UPDATE crm_lead
                   SET create_date = %s, qualified_at = %s, won_at = %s, date_closed = %s,
                       won_status = %s, write_date = %s
                 WHERE id = %s
                """,
                (
                    *(created, qualified, won, closed, chance.choice(["won", "won", "pending"])),
                    *(now - timedelta(days=chance.randint(0, 99)), lead.id),
                ),
            )
        self.env.invalidate_all()
        early, late = (fields.Date.to_string(now - timedelta(days=days)) for days in (80, 30))
        since, until = ("date", ">=", early), ("date", "<", late)
        for domain in ([], [since], [until], [since, until]):
            with self.subTest(domain=domain):
                self.assertCountsAgree(domain)

    def assertCountsAgree(self, domain=()):
        self.env["res.partner"].create({"name": "Ann"})._conversion_happened("lead_created")
        self.env.flush_all()
        lines = self.coverage.search(domain)
        self.assertTrue(lines)
        for names in (["outcome", "status"], ["event", "company_id"], ["campaign_id", "status"]):
            counts = self.coverage._read_group(domain, names, ["__count"])
            counted = {tuple(values): count for *values, count in counts}
            listed = Counter(tuple(line[name] for name in names) for line in lines)
            self.assertEqual(counted, listed)
        missing = [*domain, ("status", "=", "missing")]
        [(count,)] = self.coverage._read_group(missing, [], ["__count"])
        self.assertEqual(count, len(lines.filtered(lambda line: line.status == "missing")))

    def test_a_record_merged_or_won_twice_is_listed_once(self):
        leads = self.lead_from_ad("Merge-1") | self.lead_from_ad("Merge-2")
        merged = leads.merge_opportunity()
        self.assertEqual(self.status(merged), "too_recent")

    def test_contacts_made_by_a_form(self):
        partner = self.env["res.partner"].create({"name": "Ann"})
        self.assertFalse(self.coverage.search([("partner_id", "=", partner.id)]))
        partner._conversion_happened("lead_created")
        self.assertEqual(self.status(partner), "no_click_id")

    # Who sees it

    def test_each_company_sees_its_own(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        lead = self.lead_by("gclid=A", company_id=company.id)
        self.env.flush_all()
        theirs = self.coverage.with_context(allowed_company_ids=company.ids)
        row = [("id", "in", theirs.search([("lead_id", "=", lead.id)]).ids)]
        ours = new_test_user(self.env, "ct_ours", groups="conversion_tracking.group_user")
        lines = self.coverage.with_user(ours)
        self.assertFalse(lines.search(row))
        ours.company_ids |= company
        lines = lines.with_context(allowed_company_ids=[self.env.company.id, company.id])
        self.assertTrue(lines.search(row))

    def test_salespeople_and_portal_users_do_not_see_it(self):
        for group in ("sales_team.group_sale_salesman", "base.group_portal"):
            user = new_test_user(self.env, f"ct_{group[-5:]}", groups=group)
            with self.assertRaises(AccessError):
                self.coverage.with_user(user).search([])

    # What was left out

    def sweep(self):
        self.env.flush_all()
        self.run_cron("ir_cron_sweep")

    def test_a_deal_won_in_sql_is_found(self):
        lead = self.lead_from_ad(type="opportunity", expected_revenue=80)
        won = self.env.ref("crm.stage_lead4")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_id = %s, probability = 100, won_status = 'won', "
            "date_closed = %s WHERE id = %s",
            [won.id, self.now.replace(tzinfo=None), lead.id],
        )
        lead.invalidate_recordset()
        self.assertEqual(self.status(lead, "deal_won"), "missing")
        self.sweep()
        [row] = self.rows_of(lead, "deal_won")
        self.assertEqual(row.value, 80)
        # created, qualified and won at once: Google wants a second of its own for each
        self.assertEqual((row.event_time - lead.date_closed).total_seconds(), 2)
        self.assertEqual(lead.won_at, lead.date_closed)
        self.deliver_and_poll()
        self.assertCounted(self.rows_of(lead))

    def test_the_sweep_finds_nothing_twice(self):
        lead = self.lead_from_ad()
        self.sweep()
        self.assertEqual(len(self.rows_of(lead)), 1)

    def leads_from_before(self):
        """Leads that came, were qualified and won before the account was connected."""
        self.account.state = "draft"
        leads = self.lead_from_ad() | self.lead_from_ad("AbC-2", expected_revenue=70)
        self.later(hours=1)
        leads[1].action_set_won()
        self.later(days=10)
        self.account.write({"state": "connected", "report_since": fields.Datetime.now()})
        self.env.flush_all()
        return leads

    def test_the_sweep_leaves_alone_what_was_before_the_account(self):
        leads = self.leads_from_before()
        self.sweep()
        self.assertFalse(leads.google_conversion_ids)

    def test_filling_back_counts_first_and_then_reports(self):
        leads = self.leads_from_before()
        wizard = self.env["google.ads.backfill"].create({"account_id": self.account.id})
        self.assertEqual((wizard.days, wizard.count), (90, 4))
        wizard.days = 9
        self.assertEqual(wizard.count, 0)
        wizard.days = 11
        self.assertEqual(wizard.count, 4)
        wizard.action_start()
        self.assertEqual(self.account.backfill_total, 4)
        self.sweep()
        rows = leads.google_conversion_ids
        self.assertEqual(len(rows), 4)
        won = rows.filtered(lambda row: row.event == "deal_won")
        self.assertEqual(won.value, 70)
        self.assertLess((won.event_time - leads[1].won_at).total_seconds(), 2)
        self.assertFalse(self.account.backfill_total, "done")
        self.deliver_and_poll()
        self.assertCounted(rows)

    def test_filling_back_shows_what_cannot_be_uploaded(self):
        self.leads_from_before()
        lead = self.lead_by("gclid=No-1", consent="denied")
        self.env.flush_all()
        wizard = self.env["google.ads.backfill"].create({"account_id": self.account.id})
        self.assertGreaterEqual(wizard.left_out_count, 1)
        action = wizard.action_view_left_out()
        self.assertIn(lead, self.coverage.search(action["domain"]).lead_id)

    def test_filling_back_goes_90_days_at_most_and_is_for_administrators(self):
        for days in (0, 91):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
                self.env["google.ads.backfill"].create(
                    {"account_id": self.account.id, "days": days}
                )
        manager = new_test_user(self.env, "ct_manager", groups="conversion_tracking.group_manager")
        with self.assertRaises(AccessError):
            self.env["google.ads.backfill"].with_user(manager).create(
                {"account_id": self.account.id}
            )

    def test_progress_of_filling_back_is_seen(self):
        self.account.write({"backfill_total": 200, "backfill_done": 50})
        self.assertEqual(self.account.backfill_progress, 25)
        self.account.backfill_done = 300
        self.assertEqual(self.account.backfill_progress, 100)

    def test_a_contact_of_a_deleted_lead_is_not_taken_for_reported(self):
        partner = self.env["res.partner"].create({"name": "Ann"})
        lead = self.lead_from_ad(partner_id=partner.id)
        self.google.add_click("Form-1", account=ACCOUNT, clicked=self.now)
        lead.unlink()
        partner.form_submitted_at = fields.Datetime.now()
        self.assertEqual(self.status(partner), "missing", "its click is left, its lead is not")

    def test_settings_keep_errors_a_day_at_least(self):
        settings = self.env["res.config.settings"]
        settings.create({"conversion_error_days": 30}).execute()
        self.assertEqual(self.conversions._get_retention(), timedelta(days=30))
        with self.assertRaises(ValidationError):
            settings.create({"conversion_error_days": 0})
