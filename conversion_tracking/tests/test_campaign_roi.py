import random
from collections import Counter
from datetime import date, datetime
from fractions import Fraction

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.campaign_measures_mixin import MEASURES, RATIOS, SUMS
from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignRoi(CampaignCase):
    def measures(self, domain, groupby=(), names=MEASURES):
        """Measures of the report, as the pivot asks for them: a dictionary for each group."""
        aggregates = [f"{name}:{self.report._fields[name].aggregator}" for name in names]
        rows = self.report._read_group(domain, groupby, aggregates)
        return {
            tuple(row[: len(groupby)]): dict(zip(names, row[len(groupby) :], strict=True))
            for row in rows
        }

    # ------------------------------------------------------------
    # What the numbers mean
    # ------------------------------------------------------------

    def test_costs_and_results_of_a_campaign(self):
        campaign = self.make_campaign("Search", 300, 100)
        self.make_lead(campaign, 9999)
        qualified = self.make_lead(campaign, 5000, type="lead")
        qualified.convert_opportunity(False)
        self.win(campaign, 600)
        self.win(campaign, 400, stage_id=self.won_stage.id)
        self.assertMeasures(
            campaign,
            lead_count=4,
            qualified_count=1,
            won_count=2,
            revenue=1000,
            cost_actual=400,
            profit=600,
            roi_percent=150,
            roas=2.5,
            won_rate=50,
            cost_per_lead=100,
            cost_per_qualified=400,
            cost_per_won=200,
        )

    def test_lost_and_archived_deals_count(self):
        campaign = self.make_campaign("Search", 100)
        self.make_lead(campaign, 50).action_set_lost()
        self.win(campaign, 300).action_archive()
        self.assertMeasures(campaign, lead_count=2, won_count=1, revenue=300, roi_percent=200)

    def test_a_deal_lost_after_it_was_won_brings_nothing(self):
        campaign = self.make_campaign("Search", 100)
        lead = self.win(campaign, 300)
        lead.stage_id = self.open_stage
        lead.action_set_lost()
        self.assertMeasures(campaign, lead_count=1, won_count=0, revenue=0, roi_percent=-100)

    def test_merged_leads_are_one(self):
        campaign = self.make_campaign("Search", 100)
        leads = self.make_lead(campaign, 10) | self.make_lead(campaign, 20)
        leads.merge_opportunity()
        self.assertMeasures(campaign, lead_count=1, cost_per_lead=100)

    def test_won_deals_from_before_the_installation_count(self):
        campaign = self.make_campaign("Search", 100)
        lead = self.win(campaign, 250)
        lead.write(
            {
                "won_at": False,
                "qualified_at": False,
                "date_conversion": datetime(2025, 2, 1),
                "date_closed": datetime(2025, 3, 4, 12),
            }
        )
        self.assertMeasures(campaign, qualified_count=1, won_count=1, revenue=250)
        won = self.report.search([("lead_id", "=", lead.id), ("fact", "=", "won")])
        self.assertEqual(won.date, date(2025, 3, 4))

    def test_an_archived_campaign_keeps_its_figures(self):
        campaign = self.make_campaign("Over", 100)
        self.win(campaign, 300)
        campaign.action_archive()
        self.assertMeasures(campaign, won_count=1, revenue=300, cost_actual=100, roi_percent=200)
        rows = self.measures([("campaign_id", "=", campaign.id)], ["campaign_id"], ["revenue"])
        self.assertEqual(rows[(campaign,)], {"revenue": 300})

    def test_a_deleted_lead_counts_no_more(self):
        campaign = self.make_campaign("Search", 100)
        self.win(campaign, 300).unlink()
        self.make_lead(campaign)
        self.assertMeasures(campaign, lead_count=1, won_count=0, revenue=0, cost_per_lead=100)

    def test_a_campaign_with_costs_is_not_deleted(self):
        campaign = self.make_campaign("Search", 100)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            campaign.unlink()
        self.make_campaign("Draft").unlink()

    def test_leads_and_costs_moved_to_another_campaign_count_there(self):
        one, other = self.make_campaign("One", 100), self.make_campaign("Other", 50)
        self.win(one, 300)
        self.win(other, 150)
        self.env["crm.lead"].search([("campaign_id", "=", one.id)]).campaign_id = other
        one.cost_ids.campaign_id = other
        self.assertMeasures(one, lead_count=0, revenue=0, cost_actual=0, roi_percent=False)
        self.assertMeasures(other, lead_count=2, revenue=450, cost_actual=150, roi_percent=200)

    # ------------------------------------------------------------
    # Nothing to divide by
    # ------------------------------------------------------------

    def test_without_cost_there_is_no_return(self):
        campaign = self.make_campaign("Partners")
        self.win(campaign, 300)
        self.assertMeasures(
            campaign,
            revenue=300,
            profit=300,
            won_rate=100,
            roi_percent=False,
            roas=False,
            cost_per_lead=False,
            cost_per_qualified=False,
            cost_per_won=False,
        )

    def test_without_leads_there_is_no_cost_per_lead(self):
        campaign = self.make_campaign("Banners", 100)
        self.assertMeasures(
            campaign,
            roi_percent=-100,
            roas=0,
            won_rate=False,
            cost_per_lead=False,
            cost_per_won=False,
        )

    def test_a_campaign_with_nothing_shows_nothing(self):
        campaign = self.make_campaign("Draft")
        self.assertMeasures(campaign, **dict.fromkeys(SUMS, 0), **dict.fromkeys(RATIOS, False))
        self.assertMeasures(self.campaigns.new({"title": "Unsaved"}), lead_count=0, roas=False)

    def test_breaking_even_is_a_return_of_zero(self):
        campaign = self.make_campaign("Fair", 100)
        self.win(campaign, 100)
        self.make_lead(campaign)
        self.assertMeasures(campaign, roi_percent=0, roas=1, profit=0)
        self.assertIsNot(campaign.roi_percent, False)

    def test_empty_is_empty_for_the_browser_and_in_exports(self):
        campaign = self.make_campaign("Draft")
        [row] = campaign.read(["roi_percent", "cost_per_lead"])
        self.assertIs(row["roi_percent"], False)
        self.assertIs(row["cost_per_lead"], False)
        exported = campaign.export_data(["title", "roi_percent", "cost_per_lead"])["datas"]
        self.assertEqual(exported, [["Draft", "", ""]])
        [totals] = self.report.formatted_read_group(
            [("campaign_id", "=", campaign.id)], [], ["roi_percent:avg", "lead_count:sum"]
        )
        self.assertIs(totals["roi_percent:avg"], False)

    # ------------------------------------------------------------
    # Totals
    # ------------------------------------------------------------

    def test_ratios_of_a_group_come_from_its_sums(self):
        small = self.make_campaign("Small", 10, campaign_type="email")
        large = self.make_campaign("Large", 990, campaign_type="email")
        self.win(small, 110)
        self.win(large, 990)
        domain = [("campaign_id", "in", (small | large).ids)]
        [total] = self.measures(domain).values()
        self.assertEqual(small.roi_percent, 1000)
        self.assertEqual(large.roi_percent, 0)
        self.assertAlmostEqual(total["roi_percent"], 10)
        [(group, by_type)] = self.measures(domain, ["campaign_type"]).items()
        self.assertEqual(group, ("email",))
        self.assertEqual(by_type, total)

    def test_the_campaign_list_sums_up_its_groups(self):
        small = self.make_campaign("Small", 10, campaign_type="email")
        large = self.make_campaign("Large", 990, campaign_type="email")
        draft = self.make_campaign("Draft", campaign_type="email")
        self.win(small, 110)
        self.win(large, 990)
        [group] = self.campaigns.formatted_read_group(
            [("id", "in", (small | large | draft).ids)],
            ["campaign_type"],
            ["cost_actual:sum", "revenue:sum", "roi_percent:avg", "__count"],
        )
        self.assertEqual(group["__count"], 3)
        self.assertEqual(group["cost_actual:sum"], 1000)
        self.assertEqual(group["revenue:sum"], 1100)
        self.assertAlmostEqual(group["roi_percent:avg"], 10)

    def test_the_campaign_list_sorts_by_return_with_the_empty_ones_last(self):
        poor, none, rich = (
            self.make_campaign("Poor", 100),
            self.make_campaign("None"),
            self.make_campaign("Rich", 100),
        )
        self.win(rich, 500)
        domain = [("id", "in", (poor | none | rich).ids)]
        self.assertEqual(
            self.campaigns.search(domain, order="roi_percent desc"), rich + poor + none
        )
        self.assertEqual(self.campaigns.search(domain, order="roi_percent asc"), poor + rich + none)
        shown = self.campaigns.fields_get(["roi_percent", "cost_actual"])
        self.assertTrue(shown["roi_percent"]["sortable"])
        self.assertEqual(shown["cost_actual"]["aggregator"], "sum")

    def test_many_campaigns_take_as_many_queries_as_one(self):
        made = self.campaigns.concat(*(self.make_campaign(f"C{n}", n + 1) for n in range(20)))
        self.win(made[3], 50)
        self.env.flush_all()
        made[:1].mapped("roi_percent")
        for campaigns in (made[:1], made):
            campaigns.invalidate_recordset()
            # one for the figures, one that tells the database how
            with self.assertQueryCount(2):
                campaigns.mapped("roi_percent")

    def test_facts_have_stable_ids_of_their_own(self):
        campaign = self.make_campaign("Search", 100, 50)
        self.win(campaign, 300, type="lead").convert_opportunity(False)
        domain = [("campaign_id", "=", campaign.id)]
        facts = self.report.search(domain)
        self.assertEqual(len(facts), len(set(facts.ids)))
        self.add_cost(campaign, 5)
        self.assertLess(set(facts.ids), set(self.report.search(domain).ids))

    def test_every_fact_opens_its_record(self):
        campaign = self.make_campaign("Search", 100)
        lead = self.win(campaign, 300)
        facts = self.report.search([("campaign_id", "=", campaign.id)])
        opened = {(action["res_model"], action["res_id"]) for action in self.open_all(facts)}
        self.assertEqual(
            opened, {("crm.lead", lead.id), ("utm.campaign.cost", campaign.cost_ids.id)}
        )

    @staticmethod
    def open_all(facts):
        return [fact.action_open_record() for fact in facts]

    def test_buttons_open_as_many_records_as_they_say(self):
        campaign = self.make_campaign("Search", 100, 50)
        self.make_lead(campaign).action_set_lost()
        self.win(campaign, 300).action_archive()
        for person in ("salesperson", "sales_all", "sales_manager"):
            seen = campaign.with_user(self.people[person])
            for action, number in (
                (seen.action_open_won(), seen.won_count),
                (seen.action_redirect_to_leads_opportunities(), seen.lead_count),
            ):
                leads = self.env["crm.lead"].with_user(self.people[person])
                found = leads.with_context(**action["context"]).search_count(action["domain"])
                self.assertEqual(found, number, (person, action["name"]))
        action = campaign.action_open_costs()
        costs = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(costs.mapped("actual_amount")), campaign.cost_actual)
        action = campaign.action_open_roi()
        self.assertEqual(self.report.search(action["domain"]).campaign_id, campaign)

    # ------------------------------------------------------------
    # Days
    # ------------------------------------------------------------

    def test_days_are_those_of_the_reader(self):
        campaign = self.make_campaign("Search")
        self.add_cost(campaign, 10, date="2026-03-01")
        lead = self.make_lead(campaign)
        self.set_created(lead, datetime(2026, 2, 28, 23, 30))
        for zone, day in (("UTC", date(2026, 2, 28)), ("Europe/Amsterdam", date(2026, 3, 1))):
            facts = self.report.with_context(tz=zone).search([("campaign_id", "=", campaign.id)])
            facts.invalidate_recordset()
            days = {fact.fact: fact.date for fact in facts}
            self.assertEqual(days, {"lead": day, "cost": date(2026, 3, 1)}, zone)

    def test_a_month_shows_what_was_spent_and_won_in_it(self):
        campaign = self.make_campaign("Search", budget=120)
        self.add_cost(campaign, 100, date="2026-01-10")
        self.add_cost(campaign, 50, date="2026-04-10", planned_amount=70)
        lead = self.win(campaign, 600)
        self.set_created(lead, datetime(2026, 1, 20))
        lead.write({"won_at": datetime(2026, 3, 5), "qualified_at": False})
        by_month = self.measures(
            [("campaign_id", "=", campaign.id)], ["date:month"], ["cost_actual", "revenue"]
        )
        self.assertEqual(
            by_month,
            {
                (date(2026, 1, 1),): {"cost_actual": 100, "revenue": 0},
                (date(2026, 3, 1),): {"cost_actual": 0, "revenue": 600},
                (date(2026, 4, 1),): {"cost_actual": 50, "revenue": 0},
            },
        )
        by_lead_month = self.measures(
            [("campaign_id", "=", campaign.id)], ["lead_date:month"], ["cost_actual", "revenue"]
        )
        self.assertEqual(by_lead_month[(date(2026, 1, 1),)], {"cost_actual": 100, "revenue": 600})
        self.assertEqual(
            campaign.cost_revenue_by_month,
            [
                self.month("Jan 2026", cost=100, spent=100),
                self.month("Feb 2026", spent=100),
                self.month("Mar 2026", revenue=600, spent=100),
                self.month("Apr 2026", cost=50, planned=70, spent=150),
            ],
        )

    @staticmethod
    def month(label, **amounts):
        """A month of the chart of a campaign with a budget of 120."""
        nothing = {"planned": 0, "cost": 0, "revenue": 0, "spent": 0, "budget": 120}
        return {"label": label, **nothing, **amounts}

    # ------------------------------------------------------------
    # Companies, currencies, people
    # ------------------------------------------------------------

    def test_each_company_sees_its_own_and_both_together_in_one_currency(self):
        pounds = self.env.ref("base.GBP")
        british = self.env["res.company"].create({"name": "British", "currency_id": pounds.id})
        self.set_rates(pounds, {"2026-01-01": 0.5, "2026-06-01": 0.25})
        self.set_rates(self.company.currency_id, {"2026-01-01": 2, "2026-06-01": 4}, british)
        campaign = self.make_campaign("Shared")
        self.add_cost(campaign, 100, date="2026-02-01")
        self.add_cost(campaign, 50, date="2026-02-01", company_id=british.id, currency_id=pounds.id)
        deal = self.win(campaign, 60, company_id=british.id)
        deal.won_at = datetime(2026, 7, 1, 12)
        marketing = self.people["marketing"]
        marketing.company_ids |= british
        seen = campaign.with_user(marketing)
        own = seen.with_context(allowed_company_ids=self.company.ids)
        self.assertMeasures(own, cost_actual=100, won_count=0, revenue=0, roi_percent=-100)
        other = seen.with_context(allowed_company_ids=british.ids)
        self.assertMeasures(other, cost_actual=50, revenue=60, roi_percent=20)
        self.assertEqual(other.roi_currency_id, pounds)
        both = seen.with_context(allowed_company_ids=(self.company | british).ids)
        self.assertMeasures(both, cost_actual=200, revenue=240, roi_percent=20)
        reverse = seen.with_context(allowed_company_ids=(british | self.company).ids)
        self.assertMeasures(reverse, cost_actual=100, revenue=60, roi_percent=-40)

    def test_a_lead_without_company_is_everybodys(self):
        other = self.env["res.company"].create({"name": "Other"})
        campaign = self.make_campaign("Shared")
        self.win(campaign, 70, company_id=False)
        self.win(campaign, 30, company_id=other.id)
        self.assertMeasures(campaign.with_user(self.people["marketing"]), won_count=1, revenue=70)

    def test_each_role_sees_the_leads_it_may_see(self):
        campaign = self.make_campaign("Search", 100)
        self.win(campaign, 10, user_id=self.people["salesperson"].id)
        self.win(campaign, 200, user_id=self.people["sales_all"].id)
        self.win(campaign, 3000)
        for person, revenue in {
            "salesperson": 3010,
            "sales_all": 3210,
            "sales_manager": 3210,
            "marketing": 3210,
        }.items():
            with self.subTest(person):
                self.assertEqual(campaign.with_user(self.people[person]).revenue, revenue)

    def test_salespeople_find_no_costs_in_the_report(self):
        campaign = self.make_campaign("Search", 100)
        self.win(campaign, 10)
        for person in ("salesperson", "sales_all"):
            report = self.report.with_user(self.people[person])
            facts = report.search([("campaign_id", "=", campaign.id)])
            self.assertNotIn("cost", facts.mapped("fact"))
            self.assertNotIn("cost_actual", report.fields_get())
            self.assertNotIn("roi_percent", report.fields_get())

    def test_an_employee_gets_no_report_but_opens_campaigns(self):
        campaign = self.make_campaign("Search", 100).with_user(self.people["employee"])
        self.assertFalse(self.report.with_user(self.people["employee"]).has_access("read"))
        views = campaign.get_views([(False, "form"), (False, "kanban")])
        shown = views["models"]["utm.campaign"]["fields"]
        self.assertFalse({"cost_actual", "roi_percent", "revenue", "budget"} & set(shown))
        campaign.web_read({"title": {}, "campaign_type": {}})

    # ------------------------------------------------------------
    # Arithmetic
    # ------------------------------------------------------------

    def test_ratios_agree_with_exact_fractions(self):
        chance = random.Random(6)
        amounts = [0, 1, 99, *(chance.randint(0, 10**11) for _ in range(9))]
        counts = [0, 1, *(chance.randint(0, 10**6) for _ in range(5))]
        for _example in range(400):
            cost, revenue = (Fraction(chance.choice(amounts), 100) for _ in range(2))
            leads, qualified, won = (Fraction(chance.choice(counts)) for _ in range(3))
            sums = {
                "cost_actual": cost,
                "revenue": revenue,
                "profit": revenue - cost,
                "lead_count": leads,
                "qualified_count": qualified,
                "won_count": won,
            }
            expected = {
                "won_rate": won / leads * 100 if leads else None,
                "roi_percent": (revenue - cost) / cost * 100 if cost else None,
                "roas": revenue / cost if cost else None,
                "cost_per_lead": cost / leads if cost and leads else None,
                "cost_per_qualified": cost / qualified if cost and qualified else None,
                "cost_per_won": cost / won if cost and won else None,
            }
            self.assertEqual(self.ratios(sums).keys(), expected.keys())
            for name, value in self.ratios(sums).items():
                if expected[name] is None:
                    self.assertIsNone(value, (name, sums))
                else:
                    difference = abs(Fraction(value) - expected[name])
                    self.assertLessEqual(difference, abs(expected[name]) / 10**9, (name, sums))

    def ratios(self, sums):
        """The report's ratios of these sums, as PostgreSQL works them out."""
        selected = SQL(", ").join(
            self.report._get_ratio_sql(
                name, lambda field: SQL("%s::numeric", f"{float(sums[field]):.2f}")
            )
            for name in RATIOS
        )
        [row] = self.env.execute_query(SQL("SELECT %s", selected))
        return dict(zip(RATIOS, row, strict=True))

    def test_totals_of_any_grouping_agree_with_the_records(self):
        chance = random.Random(20261121)
        types = ["email", "event", False]
        campaigns = [
            self.make_campaign(
                f"Campaign {number}",
                *(chance.randint(0, 90000) / 100 for _cost in range(chance.randint(0, 3))),
                campaign_type=types[number % 3],
            )
            for number in range(9)
        ]
        expected = {campaign.id: Counter() for campaign in campaigns}
        for campaign in campaigns:
            expected[campaign.id]["cost_actual"] = round(
                sum(campaign.cost_ids.mapped("actual_amount")), 2
            )
        for _lead in range(40):
            campaign, revenue = chance.choice(campaigns), chance.randint(0, 500000) / 100
            if won := chance.random() < 0.4:
                self.win(campaign, revenue)
            else:
                self.make_lead(campaign, revenue)
            expected[campaign.id].update(lead_count=1, won_count=won, revenue=won and revenue)
        ids = list(expected)
        groups = {
            (): [("total", ids)],
            ("campaign_id",): [(campaign, [campaign.id]) for campaign in campaigns],
            ("campaign_type",): [
                (kind, [one.id for one in campaigns if one.campaign_type == kind]) for kind in types
            ],
        }
        for groupby, members in groups.items():
            found = self.measures([("campaign_id", "in", ids)], groupby)
            for key, members_ids in members:
                sums = sum((expected[one] for one in members_ids), Counter())
                if not sums:
                    continue
                shown = found[(key,) if groupby else ()]
                for name in ("cost_actual", "revenue", "lead_count", "won_count"):
                    self.assertAlmostEqual(shown[name], sums[name], 2)
                cost = sums["cost_actual"]
                roi = (sums["revenue"] - cost) / cost * 100 if cost else False
                self.assertAlmostEqual(shown["roi_percent"], roi, 6)
