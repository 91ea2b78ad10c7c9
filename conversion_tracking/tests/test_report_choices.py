"""What readers choose in reports, what they are told beside them, and who sees what."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.conversion_choices_mixin import CHOICES
from .campaign_case import CampaignCase

REPORTS = (
    "campaign.roi.report",
    "campaign.response.report",
    "conversion.credit.report",
    "conversion.deal.report",
)
ODD = ("x", "", 0, 1, True, ["linear"], {"linear": 1}, [{}], None)


@tagged("post_install", "-at_install")
class TestReportChoices(CampaignCase):
    def test_nobody_breaks_a_report_by_an_odd_choice(self):
        campaign = self.make_campaign("Search", 100)
        self.win(campaign, 300)
        for name in CHOICES:
            for odd in ODD:
                with self.subTest(name=name, odd=odd):
                    for model in REPORTS:
                        report = self.env[model].with_context(**{name: odd})
                        self.assertTrue(report.search([("campaign_id", "=", campaign.id)]))
                    seen = campaign.with_context(**{name: odd})
                    self.assertEqual(seen.read(["revenue"])[0]["revenue"], 300)

    def test_whatever_is_offered_to_look_for_can_be_looked_for(self):
        """In the filters that Odoo lets everybody put together."""
        self.win(self.make_campaign("Search", 100), 300)
        reports = [name for name in self.registry if self._is_report(name)]
        self.assertLess(set(REPORTS), set(reports))
        for model in reports:
            report = self.env[model]
            for name, field in report.fields_get().items():
                if field["searchable"]:
                    with self.subTest(model=model, field=name):
                        report.search([(name, "!=", False)])
                        report.formatted_read_group([(name, "!=", False)], [], ["__count"])

    def _is_report(self, name):
        model, mixin = self.registry[name], self.registry["conversion.report.mixin"]
        return issubclass(model, mixin) and not (model._auto or model._abstract)

    def test_the_switch_knows_what_holds(self):
        self.env["ir.config_parameter"].set_param("conversion_tracking.revenue_basis", "orders")
        report = self.report.with_context(revenue_basis="invoiced")
        info = report.get_report_info()
        self.assertEqual(
            info["defaults"],
            {"revenue_basis": "orders", "attribution_model": "lead_creation", "reading": "period"},
        )
        self.assertIn("equal share", info["hint"])
        self.assertEqual(info["warnings"], [])

    def test_every_choice_has_its_filter(self):
        """The switch beside a report offers what the search view has."""
        offered = {
            "campaign.roi.report": set(CHOICES),
            "utm.campaign": {"revenue_basis", "attribution_model"},
            "conversion.credit.report": {"revenue_basis"},
            "conversion.deal.report": {"revenue_basis"},
        }
        for model, names in offered.items():
            arch = self.env[model].get_view(view_type="search")["arch"]
            for name, values in CHOICES.items():
                for value in values:
                    written = f'name="{name}__{value}"' in arch
                    self.assertEqual(written, name in names, (model, name, value))

    def test_an_amount_without_rate_is_said_and_not_taken_as_it_is(self):
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        pounds.rate_ids.unlink()
        british = self.env["res.company"].create({"name": "British", "currency_id": pounds.id})
        campaign = self.make_campaign("Shared")
        self.win(campaign, 60, company_id=british.id)
        self.win(campaign, 40)
        both = {"allowed_company_ids": (self.company | british).ids}
        seen = campaign.with_context(**both)
        self.assertMeasures(seen, won_count=2, revenue=40)
        [warning] = self.report.with_context(**both).get_report_info()["warnings"]
        self.assertRegex(warning, "GBP are left out.*Add one")
        self.set_rates(pounds, {"2026-01-01": 0.5})
        self.assertMeasures(seen, revenue=160)
        self.assertEqual(self.report.with_context(**both).get_report_info()["warnings"], [])

    def test_each_role_sees_what_it_may_see_in_every_report(self):
        campaign = self.make_campaign("Search", 100)
        other = self.env["res.company"].create({"name": "Windmill"})
        deals = {
            "own": self.win(campaign, 10, user_id=self.people["salesperson"].id),
            "colleague's": self.win(campaign, 200, user_id=self.people["sales_all"].id),
            "other company's": self.win(campaign, 3000, company_id=other.id),
        }
        everything = {"own", "colleague's"}
        visible = {
            "salesperson": {"own"},
            "sales_all": everything,
            "sales_manager": everything,
            "marketing": everything,
            "marketing_manager": everything,
        }
        numbers = {lead.id: name for name, lead in deals.items()}
        for model in REPORTS:
            for person, expected in visible.items():
                report = self.env[model].with_user(self.people[person])
                rows = report.search([("campaign_id", "=", campaign.id)])
                seen = {numbers[row.lead_id.id] for row in rows.sudo() if row.lead_id}
                self.assertEqual(seen, expected, (model, person))
            self.assertFalse(self.env[model].with_user(self.people["employee"]).has_access("read"))

    def test_a_click_opens_only_what_one_may_open(self):
        campaign = self.make_campaign("Search")
        lead = self.win(campaign, 10)
        for model in ("campaign.roi.report", "campaign.response.report"):
            row = self.env[model].search([("lead_id", "=", lead.id)], limit=1)
            action = row.with_user(self.people["sales_manager"]).action_open_record()
            self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
            with self.assertRaisesRegex(UserError, "Only those who see"):
                row.with_user(self.people["marketing"]).action_open_record()
        deal = self.env["conversion.deal.report"].search([("lead_id", "=", lead.id)])
        with self.assertRaisesRegex(UserError, "Only those who see"):
            deal.with_user(self.people["marketing"]).action_open_lead()
        self.assertEqual(
            deal.with_user(self.people["sales_manager"]).action_open_lead()["res_id"], lead.id
        )

    def test_two_to_five_campaigns_compare(self):
        campaigns = self.campaigns.concat(*(self.make_campaign(f"C{n}") for n in range(6)))
        for wrong in (campaigns[:1], campaigns):
            with self.assertRaisesRegex(UserError, "two to five"):
                wrong.action_compare()
        action = campaigns[:5].action_compare()
        self.assertEqual(action["params"]["campaign_ids"], campaigns[:5].ids)

    def test_a_budget_overspent_shows(self):
        over = self.make_campaign("Over", 150, budget=100)
        fine = self.make_campaign("Fine", 50, budget=100)
        none = self.make_campaign("No budget", 50)
        campaigns = over | fine | none
        self.assertEqual(campaigns.filtered("is_over_budget"), over)
        domain = [("id", "in", campaigns.ids)]
        found = self.campaigns.search([*domain, ("is_over_budget", "=", True)])
        self.assertEqual(found, over)
        found = self.campaigns.search([*domain, ("is_over_budget", "=", False)])
        self.assertEqual(found, fine | none)

    # ------------------------------------------------------------
    # One row for a lead, or one for each day
    # ------------------------------------------------------------

    def test_a_lead_is_one_row_until_somebody_asks_for_days(self):
        campaign = self.make_campaign("Search", 100)
        lead = self.win(campaign, 300)
        domain = [("campaign_id", "=", campaign.id)]
        together = self.report.search(domain)
        self.assertEqual(len(together), 2)
        outcome = together.filtered("lead_id")
        self.assertEqual((outcome.lead_count, outcome.won_count, outcome.revenue), (1, 1, 300))
        today = [*domain, ("date", ">=", "2000-01-01")]
        by_day = self.report.search(today)
        self.assertEqual(sorted(by_day.mapped("fact")), ["cost", "lead", "won"])
        cohort = self.report.with_context(reading="cohort").search(today)
        self.assertEqual(len(cohort), 2)
        # read again by their ids alone, as the web client does, they say the same
        for rows in (together, by_day, cohort):
            rows.invalidate_recordset()
            self.assertEqual(sum(rows.mapped("won_count")), 1)
            self.assertEqual(sum(rows.mapped("revenue")), 300)
            self.assertEqual(sum(rows.mapped("cost_actual")), 100)
        self.assertEqual(lead, outcome.lead_id)

    def test_rows_that_cannot_be_are_not_there(self):
        for odd in ([12], [15, 31], [-5], [0], [2**62], [False], []):
            with self.subTest(odd=odd):
                for model in REPORTS:
                    self.assertFalse(self.env[model].search([("id", "in", odd)]))

    def test_a_group_asks_its_own_questions(self):
        campaign = self.make_campaign("Search", 100)
        self.win(campaign, 300)
        domain = [("campaign_id", "=", campaign.id)]
        [(found, _count)] = self.report._read_group(domain, ["campaign_id"], ["__count"])
        rows = found.env["campaign.roi.report"].search(domain)
        self.assertEqual(sum(rows.mapped("revenue")), 300)

    def test_a_shared_cost_is_read_again_by_id(self):
        campaign = self.make_campaign("Search", 100)
        source = self.env["utm.source"].create({"name": "Shared source"})
        for _number in range(4):
            self.make_lead(campaign, source_id=source.id)
        rows = self.report.search([("source_id", "=", source.id)])
        rows.invalidate_recordset()
        self.assertEqual(rows.mapped("cost_actual"), [25] * 4)
        self.assertEqual(len(set(rows.ids)), 4)
