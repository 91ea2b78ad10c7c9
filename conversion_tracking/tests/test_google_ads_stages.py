"""Events of stages that went past the outbox are found: moved in SQL, or before the action."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .google_case import ACCOUNT, GoogleCase

ACTION = "6490000077"


@tagged("post_install", "-at_install")
class TestGoogleAdsStages(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage, cls.other = cls.env["crm.stage"].create([{"name": "Visit"}, {"name": "Offer"}])
        cls.account.report_since = fields.Datetime.now() - timedelta(days=1)

    def count_stage(self, stage, google_id=ACTION):
        """From now on, leads that reach ``stage`` are reported."""
        world = self.google.state()["accounts"][ACCOUNT]["conversion_actions"]
        self.google.update(
            f"accounts/{ACCOUNT}/conversion_actions/{google_id}",
            {**world["6490000002"], "name": stage.name},
        )
        return self.env["google.ads.conversion.action"].create(
            {
                "account_id": self.account.id,
                "name": stage.name,
                "event": "stage",
                "stage_id": stage.id,
                "google_id": google_id,
            }
        )

    def move_in_sql(self, lead, stage):
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id = %s", [stage.id, lead.id])
        lead.invalidate_recordset()

    def move(self, lead, stage):
        lead.stage_id = stage
        self.write_history()

    def write_history(self):
        """What Odoo does before a commit: note what changed."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def sweep(self):
        self.env.flush_all()
        self.run_cron("ir_cron_sweep")

    def lines(self, lead):
        self.env.flush_all()
        return self.env["google.ads.coverage"].search(
            [("lead_id", "=", lead.id), ("event", "=", "stage")]
        )

    def test_a_lead_moved_in_sql_is_found_and_counted_once(self):
        self.count_stage(self.stage)
        lead = self.lead_from_ad()
        self.move_in_sql(lead, self.stage)
        self.assertEqual(self.lines(lead).status, "missing")
        self.sweep()
        self.sweep()
        self.assertEqual(self.lines(lead).status, "too_recent")
        self.assertEqual(len(self.rows_of(lead, "stage")), 1)
        self.deliver_and_poll()
        self.assertCounted(self.rows_of(lead))

    def test_a_stage_that_was_passed_before_it_was_counted_is_filled_back(self):
        lead = self.lead_from_ad()
        self.write_history()
        self.later(hours=2)
        reached_at = fields.Datetime.now()
        self.move(lead, self.stage)
        self.later(days=3)
        self.move(lead, self.other)
        self.later(days=7)
        self.account.report_since = fields.Datetime.now()
        self.count_stage(self.stage)
        self.sweep()
        self.assertFalse(self.rows_of(lead, "stage"), "before the account reports from")
        wizard = self.env["google.ads.backfill"].create({"account_id": self.account.id})
        self.assertEqual(wizard.count, 1)
        wizard.action_start()
        self.sweep()
        row = self.rows_of(lead, "stage")
        self.assertEqual(row.event_time, reached_at)
        self.assertEqual(wizard.count, 0)
        self.deliver_and_poll()
        self.assertEqual(row.state, "success")

    def test_the_stage_that_a_lead_was_made_in_is_filled_back(self):
        made_at = fields.Datetime.now()
        lead = self.lead_from_ad(stage_id=self.stage.id)
        self.write_history()
        for stage in (self.other, self.stage, self.other):
            self.later(hours=2)
            self.move(lead, stage)
        self.count_stage(self.stage)
        self.count_stage(self.other, "6490000078")
        times = {line.action_id.stage_id: line.date for line in self.lines(lead)}
        self.assertEqual(times, {self.stage: made_at, self.other: made_at + timedelta(hours=2)})
        self.sweep()
        self.assertEqual(
            sorted(self.rows_of(lead, "stage").mapped("event_time")),
            # a second after the lead itself, which Google counts for the same click
            [made_at + timedelta(seconds=1), made_at + timedelta(hours=2)],
        )

    def test_each_stage_of_a_lead_is_an_event_of_its_own(self):
        visit = self.count_stage(self.stage)
        offer = self.count_stage(self.other, "6490000078")
        lead = self.lead_from_ad()
        lead.stage_id = self.stage
        self.move_in_sql(lead, self.other)
        lines = self.lines(lead)
        self.assertEqual(
            {line.action_id: line.status for line in lines}, {visit: "too_recent", offer: "missing"}
        )
        self.assertEqual(len(set(lines.ids)), 2)

    def test_a_stage_that_nobody_counts_is_no_event(self):
        self.count_stage(self.stage)
        lead = self.lead_from_ad()
        self.move_in_sql(lead, self.other)
        self.assertFalse(self.lines(lead))

    def test_a_stage_counted_by_another_company_is_no_event(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        self.count_stage(self.stage)
        lead = self.lead_from_ad(company_id=company.id)
        self.move_in_sql(lead, self.stage)
        self.assertFalse(self.lines(lead))
