"""What the board shows below its cards: every number opens as many records as it counts."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ..kpi.period import Period
from ..models.conversion_board import Asked
from ..models.conversion_board_results_mixin import Sums
from .campaign_case import CampaignCase

TODAY = "2026-05-20 10:00:00"
PERIOD = Period(date(2026, 4, 1), date(2026, 4, 30))
LANDING = "https://shop.example/roof?utm_source={}&utm_medium={}"


class BoardCase(CampaignCase):
    """A month of four campaigns, several channels and two companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(TODAY)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.board = cls.env["conversion.board"].with_context(tz="Europe/Amsterdam")
        cls.seller = cls.people["salesperson"]
        cls.team = cls.env["crm.team"].create({"name": "Roofs"})
        cls.windmill = cls.env["res.company"].create(
            {"name": "Windmill", "currency_id": cls.company.currency_id.id}
        )
        cls.people["other_company"] = new_test_user(
            cls.env,
            "board_other_company",
            groups="base.group_user,sales_team.group_sale_manager",
            company_id=cls.windmill.id,
            company_ids=[(6, 0, cls.windmill.ids)],
        )
        cls.people["seller_in_marketing"] = new_test_user(
            cls.env,
            "board_seller_in_marketing",
            groups="base.group_user,sales_team.group_sale_salesman,conversion_tracking.group_user",
        )
        for user in cls.people.values():
            user.tz = "Europe/Amsterdam"
        cls._make_world()

    @classmethod
    def _make_world(cls):
        cls.search = cls.make_campaign("Search")
        cls.add_cost(cls.search, 400, date=date(2026, 4, 10))
        cls.social = cls.make_campaign("Social")
        cls.add_cost(cls.social, 5000, date=date(2026, 4, 11))
        cls.idle = cls.make_campaign("Idle")
        cls.add_cost(cls.idle, 70, date=date(2026, 4, 12))
        of_seller = {"user_id": cls.seller.id, "team_id": cls.team.id}
        cls.arrive(cls.search, "google", "cpc", 5, "2026-04-03 08:00:00")
        cls.arrive(cls.search, "google", "cpc", 15, "2026-04-14 08:00:00", won=900, **of_seller)
        cls.arrive(cls.social, "facebook", "paid_social", 16, "2026-04-20 08:00:00", **of_seller)
        # the last day of the month in UTC, the next one for the reader
        cls.arrive(cls.search, "google", "cpc", 1, "2026-04-30 22:30:00")
        cls.arrive(cls.search, "google", "cpc", 1, "2026-03-31 22:30:00", won=50)
        cls.arrive(None, "news", "email", 2, "2026-04-21 08:00:00", quoted=True)
        cls.arrive(None, None, None, 3, "2026-04-22 08:00:00")
        lost = cls.arrive(cls.social, "facebook", "paid_social", 1, "2026-04-23 08:00:00")
        lost.action_set_lost()
        cls.arrive(
            cls.search, "google", "cpc", 2, "2026-04-09 08:00:00", company_id=cls.windmill.id
        )
        cls.env.flush_all()

    @classmethod
    def arrive(cls, campaign, source, medium, number, moment, won=0, quoted=False, **values):
        """Some leads that came by a link at a moment in UTC; ``won`` for so much each, a week
        later."""
        if source:
            values["landing_url"] = LANDING.format(source, medium)
        leads = cls.env["crm.lead"]
        with freeze_time(moment):
            for _number in range(number):
                leads |= cls.make_lead(campaign, won or 100, **values)
        for lead in leads:
            if campaign:
                lead.campaign_id = campaign
            cls.set_created(lead, moment)
        if quoted:
            partner = cls.env["res.partner"].create({"name": "Ann"})
            cls.env["sale.order"].create(
                [{"partner_id": partner.id, "opportunity_id": lead.id} for lead in leads]
            )
        if won:
            leads.stage_id = cls.won_stage
            leads.flush_recordset()
            cls.env.cr.execute(
                "UPDATE crm_lead SET won_at = create_date + interval '7 days' WHERE id IN %s",
                [tuple(leads.ids)],
            )
            leads.invalidate_recordset()
        return leads

    def read_section(self, key, person="marketing_manager", period=PERIOD, **filters):
        board = self.board.with_user(self.people[person])
        section = board._get_sections()[key]
        return board._read_section(section, Asked("custom", period, filters))

    def values(self, payload, *names):
        """``{label: values}`` of a payload's rows."""
        return {
            row["label"]: tuple(row["values"][name] for name in names) for row in payload["rows"]
        }


@tagged("post_install", "-at_install")
class TestConversionBoardCharts(BoardCase):
    # ------------------------------------------------------------
    # Every number opens its records
    # ------------------------------------------------------------

    def iterate_opens(self, payload):
        """Pairs of a number and what it opens, wherever they are in a payload."""
        for row in payload.get("rows", ()):
            for name, opened in row.get("opens", {}).items():
                unit = next(one["unit"] for one in payload["measures"] if one["key"] == name)
                yield f"{row['label']}: {name}", row["values"][name], unit, opened
            if "open" in row:
                yield row["label"], row["value"], "count", row["open"]
        for step in payload.get("steps", ()):
            yield step["label"], step["value"], "count", step["open"]
        if payload.get("more"):
            yield "more", None, "money", payload["more"]

    def check_opens(self, payload, person):
        number = 0
        for name, value, unit, opened in self.iterate_opens(payload):
            with self.subTest(section=payload["key"], number=name, person=person):
                if not opened:
                    continue
                number += 1
                records = self.env[opened["model"]].with_user(self.people[person])
                records = records.with_context(tz="Europe/Amsterdam", **opened["context"])
                self.assertEqual(records.search_count(opened["domain"]), opened["count"])
                if unit == "count":
                    self.assertEqual(opened["count"], value)
        return number

    def check_cells(self, payload, person):
        """Each cell of a series, by the domain of its column and of its row."""
        for measure in payload.get("measures", ()):
            if "domains" not in measure:
                continue
            records = self.env[measure["model"]].with_user(self.people[person])
            records = records.with_context(tz="Europe/Amsterdam")
            for row in payload["rows"]:
                cells = zip(row["values"][measure["key"]], measure["domains"], strict=True)
                # nothing is hidden in the empty ones: the total is that of the other sections
                for value, domain in (cell for cell in cells if cell[0]):
                    domain = Domain.AND([domain, row["domain"]])
                    if measure["unit"] == "count":
                        self.assertEqual(records.search_count(domain), value)
                    else:
                        found = sum(records.search(domain).mapped("revenue"))
                        self.assertAlmostEqual(found, value, 2)

    def test_every_number_opens_as_many_records(self):
        filters = (
            {"team": [self.team.id]},
            {"channel": ["paid_search", "email"]},
            {"campaign": [self.search.id]},
            {"company": [self.company.id]},
            {"user": [False]},
        )
        for person in set(self.people) - {"employee"}:
            board = self.board.with_user(self.people[person])
            everything = person in ("sales_manager", "salesperson")
            for chosen in ({}, *filters) if everything else ({},):
                opened = 0
                for key, section in board._get_sections().items():
                    if section.group != "chart":
                        continue
                    payload = self.read_section(key, person, **chosen)
                    self.assertNotIn("problem", payload, key)
                    opened += self.check_opens(payload, person)
                    self.check_cells(payload, person)
                self.assertTrue(opened or person == "other_company", (person, chosen))

    def test_every_number_opens_with_any_choice(self):
        """As the settings choose revenue, credit and reading for everybody."""
        parameters = self.env["ir.config_parameter"]
        for name, value in (
            ("reading", "cohort"),
            ("attribution_model", "linear"),
            ("revenue_basis", "orders"),
            ("revenue_basis", "invoiced"),
        ):
            parameters.set_param(f"conversion_tracking.{name}", value)
            for person in ("sales_manager", "marketing", "salesperson"):
                for key in ("channel_result", "campaigns", "channels"):
                    payload = self.read_section(key, person)
                    self.check_opens(payload, person)
                    self.check_cells(payload, person)

    # ------------------------------------------------------------
    # What the numbers are
    # ------------------------------------------------------------

    def test_which_channels_earn(self):
        shown = self.values(
            self.read_section("channel_result"), "leads", "won", "revenue", "cost", "profit"
        )
        # 22 leads share 400; 16 and one lost one share 5000
        self.assertEqual(next(iter(shown)), "Paid search")
        leads, won, revenue, cost, profit = shown["Paid search"]
        self.assertEqual((leads, won, revenue), (21, 16, 15 * 900 + 50))
        self.assertAlmostEqual(cost, 400 * 21 / 22, 2)
        self.assertAlmostEqual(profit, revenue - cost, 2)
        self.assertEqual(list(shown)[-1], "Paid social")
        self.assertAlmostEqual(shown["Paid social"][4], -5000, 2)
        self.assertEqual(shown["Email"][:2], (2, 0))
        # the cost that no lead carries
        self.assertAlmostEqual(shown["Unknown channel"][3], 70, 2)

    def test_the_result_is_that_of_the_report(self):
        for reading in ("period", "cohort"):
            self.env["ir.config_parameter"].set_param("conversion_tracking.reading", reading)
            for person in ("sales_manager", "marketing", "salesperson", "other_company"):
                payload = self.read_section("channel_result", person)
                report = self.report.with_user(self.people[person])
                report = report.with_context(tz="Europe/Amsterdam")
                names = {"leads": "lead_count", "won": "won_count", "revenue": "revenue"}
                if payload["has_cost"]:
                    names["cost"] = "cost_actual"
                rows = report._read_group(
                    [("date", ">=", PERIOD.first), ("date", "<=", PERIOD.last)],
                    ["channel"],
                    [f"{name}:sum" for name in names.values()],
                )
                for number, name in enumerate(names, 1):
                    self.assertAlmostEqual(
                        payload["total"][name], sum(row[number] or 0 for row in rows), 2
                    )

    def test_leads_are_the_same_everywhere(self):
        for person in set(self.people) - {"employee"}:
            for filters in ({}, {"channel": ["paid_search"]}, {"user": [self.seller.id]}):
                result = self.read_section("channel_result", person, **filters)["total"]["leads"]
                funnel = self.read_section("funnel", person, **filters)["steps"][0]["value"]
                series = self.read_section("channels", person, **filters)["rows"]
                total = sum(row["totals"]["leads"] for row in series)
                card = self.read_section("kpi_leads", person, **filters)["value"]
                self.assertEqual((funnel, total, card), (result,) * 3, (person, filters))

    def test_no_costs_for_salespeople(self):
        for key in ("channel_result", "campaigns"):
            payload = self.read_section(key, "salesperson")
            self.assertFalse(payload["has_cost"])
            self.assertEqual(
                [measure["key"] for measure in payload["measures"]], ["leads", "won", "revenue"]
            )
            for row in payload["rows"]:
                self.assertEqual(set(row["values"]), {"leads", "won", "revenue"})

    def test_roi_by_campaign(self):
        shown = self.values(self.read_section("campaigns"), "cost", "profit", "roi")
        self.assertEqual(list(shown), ["Search", "Idle", "Social"])
        self.assertEqual(shown["Search"], (400, 13150, 3287.5))
        self.assertEqual(shown["Social"], (5000, -5000, -100))

    def test_what_fractions_leave_is_neither_profit_nor_loss(self):
        board = self.board.with_user(self.people["marketing_manager"])
        for revenue, cost in ((0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2)):
            values = board._get_values(Sums(revenue=revenue, cost=cost))
            self.assertEqual((values["profit"], values["roi"]), (0, 0))

    def test_the_rest_of_many_campaigns(self):
        for number in range(12):
            self.add_cost(self.make_campaign(f"Tiny {number}"), 1, date=date(2026, 4, 2))
        payload = self.read_section("campaigns")
        self.assertEqual(len(payload["rows"]), 11)
        rest = payload["rows"][-1]
        self.assertEqual(rest["label"], "The other 5 campaigns")
        self.assertEqual(rest["values"]["cost"], 5)
        self.assertEqual(payload["total"]["cost"], 5482)
        self.check_opens(payload, "marketing_manager")

    def test_an_archived_campaign_still_costs(self):
        self.social.active = False
        self.assertIn("Social", self.values(self.read_section("campaigns"), "cost"))

    def test_the_funnel(self):
        payload = self.read_section("funnel")
        steps = {step["key"]: step for step in payload["steps"]}
        # 21 by search, 17 by social ads, 2 by newsletter, 3 by nobody
        self.assertEqual(
            [step["value"] for step in payload["steps"]],
            [steps["lead"]["value"], 18, 18, 16],
        )
        self.assertEqual(steps["lead"]["value"], 43)
        self.assertAlmostEqual(steps["qualified"]["rate"], 100 * 18 / 43)
        self.assertEqual(steps["won"]["amount"], 15 * 900 + 50)
        self.assertAlmostEqual(steps["won"]["days"], 7, 2)
        for step in payload["steps"][1:]:
            self.assertLessEqual(step["rate"], 100)

    def test_a_cancelled_quotation_is_none(self):
        self.env["sale.order"].search([("opportunity_id.source_id.name", "=", "news")]).write(
            {"state": "cancel"}
        )
        self.assertEqual(
            [step["value"] for step in self.read_section("funnel")["steps"]][1:], [16] * 3
        )

    def test_what_lies_behind_a_lead(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        for step, number in (("won", 16), ("quotation", 2), ("qualified", 0), ("lead", 25)):
            found = leads.search(
                [
                    ("furthest_step", "=", step),
                    ("create_date", ">=", "2026-03-31 22:00:00"),
                    ("create_date", "<", "2026-04-30 22:00:00"),
                    ("company_id", "=", self.company.id),
                ]
            )
            self.assertEqual(len(found), number, step)
            self.assertEqual(set(found.mapped("furthest_step")) or {step}, {step})

    def test_a_late_lead_counts_on_the_readers_day(self):
        first = self.read_section("funnel", period=Period(date(2026, 4, 1), date(2026, 4, 1)))
        self.assertEqual(first["steps"][0]["value"], 1)
        last = self.read_section("funnel", period=Period(date(2026, 4, 30), date(2026, 4, 30)))
        self.assertEqual(last["steps"][0]["value"], 0)
        series = self.read_section("channels", period=Period(date(2026, 4, 1), date(2026, 5, 1)))
        self.assertEqual(series["step"], "day")
        paid = next(row for row in series["rows"] if row["key"] == "paid_search")
        self.assertEqual((paid["values"]["leads"][0], paid["values"]["leads"][-1]), (1, 1))

    def test_the_pipeline_by_source(self):
        payload = self.read_section("pipeline", "sales_manager")
        shown = self.values(payload, "open_deals", "expected_revenue")
        own = {label: shown[label] for label in shown if label.lower() in ("facebook", "news")}
        self.assertEqual(sorted(own.values()), [(2, 200), (16, 1600)])
        self.assertEqual(
            self.values(
                self.read_section("pipeline", "marketing"), "open_deals", "expected_revenue"
            ),
            shown,
        )

    def test_landing_pages_and_their_rate(self):
        shown = self.values(self.read_section("landing_pages"), "leads", "won", "won_rate")
        self.assertEqual(shown, {"/roof": (40, 16, 40)})

    def test_referring_sites(self):
        ours = [("lead_id.company_id", "=", self.company.id)]
        touch = self.env["conversion.touchpoint"].search(ours, limit=1)
        for lead in touch.lead_id:
            pointed = lead.lead_creation_touch_id
        self.env.cr.execute(
            "UPDATE conversion_touchpoint SET referrer = 'https://WWW.Blog.example/a/b'"
            " WHERE id = %s",
            [pointed.id],
        )
        leads = self.env["crm.lead"].with_context(active_test=False)
        number = leads.search_count([("lead_creation_touch_id", "=", pointed.id)])
        self.set_created(touch.lead_id, datetime(2026, 4, 5))
        payload = self.read_section("referrers")
        self.assertEqual(self.values(payload, "leads"), {"blog.example": (number,)})
        self.check_opens(payload, "marketing_manager")

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    def test_periods_and_filters_that_find_nothing(self):
        empty = Period(date(1999, 1, 1), date(1999, 1, 1))
        long = Period(date(1996, 5, 20), date(2026, 5, 20))
        nobody = {"source": [2**30], "channel": ["offline"]}
        for key, section in self.board._get_sections().items():
            if section.group != "chart":
                continue
            for period, filters in ((empty, {}), (long, {}), (PERIOD, nobody), (empty, nobody)):
                payload = self.read_section(key, "sales_manager", period, **filters)
                self.assertNotIn("problem", payload, (key, payload.get("problem")))
                self.check_opens(payload, "sales_manager")
                self.check_cells(payload, "sales_manager")
        self.assertEqual(self.read_section("funnel", period=empty)["steps"][1]["rate"], None)
        self.assertEqual(
            self.read_section("channel_result", period=empty)["total"].get("roi"), None
        )

    def test_a_deleted_source_is_no_source(self):
        source = self.env["utm.source"].search([("name", "=", "news")])
        source.unlink()
        shown = self.values(self.read_section("pipeline", "sales_manager"), "open_deals")
        self.assertIn("No source", shown)
