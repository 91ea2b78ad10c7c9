"""What reports read of leads: columns kept on them, and indexes that answer without them."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.sql_db import Cursor

from .campaign_case import CampaignCase

LAST_YEAR = [("date", ">=", "today -12m")]
ROI = ("lead_count:sum", "won_count:sum", "revenue:sum", "cost_actual:sum")
# Reports as they open, and the board's charts: model, groups, aggregates.
QUESTIONS = (
    ("campaign.roi.report", ["campaign_id"], [*ROI, "qualified_count:sum", "roi_percent:avg"]),
    ("campaign.roi.report", ["date:month"], ROI),
    ("campaign.roi.report", ["source_id", "medium_id"], ROI),
    ("campaign.roi.report", ["channel", "date:week", "fact"], ROI),
    ("campaign.response.report", ["step"], ["count:sum", "days:avg"]),
)


class TestLeadFacts(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.make_campaign("Search", 100)
        cls.touch = cls.env["conversion.touchpoint"].create(
            {"occurred_at": fields.Datetime.now(), "kind": "visit", "channel": "email"}
        )
        cls.lead = cls.win(cls.campaign, 1000)
        cls.lead.sudo().lead_creation_touch_id = cls.touch
        cls.env.flush_all()
        # so many that it matters how they are found
        cls.env.cr.execute(
            """
            INSERT INTO crm_lead (name, type, active, company_id, campaign_id, won_status, won_at,
                                  qualified_at, create_date)
            SELECT name, type, active, company_id, campaign_id, won_status, old.day, old.day,
                   old.day
              FROM crm_lead, generate_series(
                   now() - interval '9 years', now() - interval '2 years', interval '1 day'
                   ) AS old (day)
             WHERE id = %s
            """,
            [cls.lead.id],
        )
        cls.env.cr.execute("ANALYZE crm_lead")
        cls.manager = cls.env(user=cls.people["sales_manager"])

    def test_the_channel_is_that_of_the_touch(self):
        """In the database, too, where reports read it."""
        self.assertEqual(self._read_channel(), "email")
        self.touch.channel = "paid_search"
        self.assertEqual(self._read_channel(), "paid_search")
        self.lead.sudo().lead_creation_touch_id = False
        self.assertIsNone(self._read_channel())

    def test_the_channel_goes_with_the_touch(self):
        self.touch.unlink()
        self.assertIsNone(self._read_channel())

    def test_nobody_says_the_channel_himself(self):
        """Whoever could would decide what a channel earns."""
        lead = self.lead.with_user(self.people["sales_manager"])
        with self.assertRaisesRegex(AccessError, "cannot be entered"):
            lead.write({"lead_creation_channel": "affiliates"})
        self.assertEqual(self._read_channel(), "email")

    def test_reports_of_days_are_answered_by_indexes_alone(self):
        for reading in ("period", "cohort"):
            for model, groups, aggregates in QUESTIONS:
                report = self.manager[model].with_context(reading=reading)
                with self.subTest(model=model, groups=groups, reading=reading):
                    self._check_plans(
                        lambda report=report, asked=(groups, aggregates): report._read_group(
                            LAST_YEAR, *asked
                        )
                    )

    def test_the_funnel_is_answered_by_an_index_alone(self):
        funnel = self.manager["lead.funnel"].with_context(reading="cohort")
        self._check_plans(lambda: funnel._read([*LAST_YEAR, ("fact", "=", "lead")]))

    def test_forms_and_quotations_have_indexes_of_their_own(self):
        report = self.manager["campaign.roi.report"].with_context(reading="cohort")
        leads = [*LAST_YEAR, ("fact", "=", "lead")]
        questions = {
            "conversion_touchpoint_form_idx": lambda: report._read_group(
                leads, ["form_page"], ["lead_count:sum"]
            ),
            "sale_order_conversion_quoted_idx": lambda: self.manager["lead.funnel"]._read(leads),
        }
        for index, ask in questions.items():
            self.assertIn(f"using {index}", self._find_plans(ask))

    def test_lead_creation_is_answered_by_an_index_alone(self):
        report = self.manager["conversion.credit.report"]
        groups, sums = ["channel", "attribution_model"], ["revenue:sum", "deals:sum"]
        report._read_group(LAST_YEAR, groups, sums)  # shares what was won a moment ago
        plans = self._find_plans(lambda: report._read_group(LAST_YEAR, groups, sums))
        self.assertIn("Index Only Scan using crm_lead_conversion_won_idx", plans)
        self.assertEqual(plans.count(" on conversion_touchpoint "), 1, "for the other models")

    def _read_channel(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT lead_creation_channel FROM crm_lead WHERE id = %s", [self.lead.id]
        )
        return self.env.cr.fetchone()[0]

    def _check_plans(self, ask):
        scans = [line for line in self._find_plans(ask).splitlines() if " on crm_lead" in line]
        self.assertTrue(scans)
        for line in scans:
            # looked up one by one: the lead of an order, whether a campaign has any lead
            self.assertRegex(line, "Index Only Scan|crm_lead_pkey|crm_lead__campaign_id_index")

    def _find_plans(self, ask):
        """How the database answers when it looks at whole tables only where it must."""
        statements = []
        execute = Cursor.execute

        def note(cursor, *args, **kwargs):
            result = execute(cursor, *args, **kwargs)
            statements.append(cursor._obj.query.decode())
            return result

        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        with patch.object(Cursor, "execute", note):
            ask()
        plans = []
        for statement in statements:
            if "crm_lead" in statement and not statement.startswith("SET"):
                self.env.cr.execute(f"EXPLAIN {statement}")
                plans += [line for (line,) in self.env.cr.fetchall()]
        return "\n".join(plans)
