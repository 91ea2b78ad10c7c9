"""Figures worked by hand, and the same from every report, for every model and kind of revenue.

Touches in order, ``*`` that of lead creation, days before the win in brackets. Amounts in the first
company's currency: its dollar; the British pound is worth 2 dollars until May 2026, then 4.

====  =======  ========================================  ========  ======  ========
deal  company  touches                                   expected  orders  invoiced
====  =======  ========================================  ========  ======  ========
one   first    Social (14), Search* (7), Fair (0)           1,000     900       700
two   first    Search* (3)                                    500     450       450
three first    Fair (12), Search* (5)                         800     700         0
four  first    none, typed in                                 400       0         0
five  British  Social* (15), Fair (1)                     100 GBP       0         0
====  =======  ========================================  ========  ======  ========

The order of 900 was invoiced and 200 of it credited; a second order of deal two was cancelled. They
were qualified 7, 2, 4 and 2 days before the win, deal four never. Seven leads are not won.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Command
from odoo.tests import tagged

from ..attribution.credit import MODELS
from .campaign_case import CampaignCase

WON_AT = datetime(2026, 7, 20, 12)
# Of which deal each campaign gets which part, by each model; None is unattributed.
THIRD, HALF = Fraction(1, 3), Fraction(1, 2)
SHARES = {
    "lead_creation": {
        "one": {"Search": 1},
        "three": {"Search": 1},
        "five": {"Social": 1},
    },
    "first_touch": {
        "one": {"Social": 1},
        "three": {"Fair": 1},
        "five": {"Social": 1},
    },
    "last_touch": {
        "one": {"Fair": 1},
        "three": {"Search": 1},
        "five": {"Fair": 1},
    },
    "linear": {
        "one": {"Social": THIRD, "Search": THIRD, "Fair": THIRD},
        "three": {"Fair": HALF, "Search": HALF},
        "five": {"Social": HALF, "Fair": HALF},
    },
    "position_based": {
        "one": {"Social": Fraction(2, 5), "Search": Fraction(1, 5), "Fair": Fraction(2, 5)},
        "three": {"Fair": HALF, "Search": HALF},
        "five": {"Social": HALF, "Fair": HALF},
    },
    # one: 30 first, 30 + 30 lead creation and before qualification, 10 the rest
    # three: 30 first, 30 + 30, no rest; five: 30 + 30 + 30 to one touch, 10 the rest
    "w_shaped": {
        "one": {"Social": Fraction(3, 10), "Search": Fraction(6, 10), "Fair": Fraction(1, 10)},
        "three": {"Fair": THIRD, "Search": 2 * THIRD},
        "five": {"Social": Fraction(9, 10), "Fair": Fraction(1, 10)},
    },
    # half as much each seven days: 1, 2 and 4 parts; 1 and 2; 1 and 4
    "time_decay": {
        "one": {"Social": Fraction(1, 7), "Search": Fraction(2, 7), "Fair": Fraction(4, 7)},
        "three": {"Fair": THIRD, "Search": 2 * THIRD},
        "five": {"Social": Fraction(1, 5), "Fair": Fraction(4, 5)},
    },
}
for parts in SHARES.values():
    parts |= {"two": {"Search": 1}, "four": {None: 1}}
AMOUNTS = {
    "expected": {"one": 1000, "two": 500, "three": 800, "four": 400, "five": 400},
    "orders": {"one": 900, "two": 450, "three": 700},
    "invoiced": {"one": 700, "two": 450},
}
# The same multiplied out for expected revenue, to check the table itself.
EXPECTED = {
    "lead_creation": {"Search": 2300, "Social": 400, None: 400},
    "first_touch": {"Search": 500, "Social": 1400, "Fair": 800, None: 400},
    "last_touch": {"Search": 1300, "Fair": 1400, None: 400},
    "linear": {"Search": 1233.33, "Social": 533.33, "Fair": 933.33, None: 400},
    "position_based": {"Search": 1100, "Social": 600, "Fair": 1000, None: 400},
    "w_shaped": {"Search": 1633.33, "Social": 660, "Fair": 406.67, None: 400},
    "time_decay": {"Search": 1319.05, "Social": 222.86, "Fair": 1158.1, None: 400},
}
COSTS = {"Search": 1000, "Social": 600, "Fair": 400}
LEADS = {"Search": 6, "Social": 4, None: 2}


def multiply(model, basis):
    """Revenue of each campaign, from the table."""
    result = {}
    for deal, amount in AMOUNTS[basis].items():
        for campaign, part in SHARES[model][deal].items():
            result[campaign] = result.get(campaign, 0) + amount * part
    return result


@tagged("post_install", "-at_install")
def _round(amounts):
    return [round(float(amount), 2) for amount in amounts]


class TestCampaignFixture(AccountTestInvoicingCommon, CampaignCase):
    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.quick_ref("conversion_tracking.group_manager")
            | cls.quick_ref("sales_team.group_sale_manager")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.pounds = cls.env.ref("base.GBP")
        cls.set_rates(cls.pounds, {"2026-01-01": 0.5, "2026-06-01": 0.25})
        cls.british = cls.env["res.company"].create(
            {"name": "British", "currency_id": cls.pounds.id}
        )
        cls.env.user.company_ids |= cls.british
        cls.campaign_by = {name: cls.make_campaign(name) for name in COSTS}
        cls.sources = {
            name: cls.env["utm.source"].create({"name": f"{name} source"}) for name in COSTS
        }
        cls.add_costs()
        cls.touchpoints = cls.env["conversion.touchpoint"].sudo()
        cls.deals = {}
        cls.make_deal("one", "Search", 1000, [("Social", 14), ("Search*", 7), ("Fair", 0)], 7)
        cls.make_deal("two", "Search", 500, [("Search*", 3)], 2)
        cls.make_deal("three", "Search", 800, [("Fair", 12), ("Search*", 5)], 4)
        cls.make_deal("four", None, 400, [], 0)
        british = {"company_id": cls.british.id}
        cls.make_deal("five", "Social", 100, [("Social*", 15), ("Fair", 1)], 2, **british)
        for number in range(7):
            cls.make_open_lead(number)
        cls.make_orders()
        everything = cls.touchpoints.search([("lead_id.name", "like", "Fixture")])
        assert len(everything) == 40, len(everything)

    @classmethod
    def add_costs(cls):
        cls.add_cost(cls.campaign_by["Search"], 1000, date="2026-01-15")
        cls.add_cost(cls.campaign_by["Social"], 300, date="2026-02-01", currency_id=cls.pounds.id)
        cls.add_cost(
            cls.campaign_by["Fair"],
            200,
            date="2026-03-01",
            company_id=cls.british.id,
            currency_id=cls.pounds.id,
        )

    @classmethod
    def make_deal(cls, name, campaign, revenue, touches, qualified, **values):
        """A won deal; ``qualified`` is in days before the win, 0 for never."""
        lead = cls.make_fixture_lead(name, campaign, revenue, **values)
        for touch, days in touches:
            cls.add_touch(lead, touch, WON_AT - timedelta(days=days))
        # none of these is a touch that led to the deal
        cls.add_touch(lead, None, WON_AT - timedelta(days=6), channel="direct")
        cls.add_touch(lead, "Fair", WON_AT - timedelta(days=4), kind="conversion")
        cls.add_touch(lead, "Social", WON_AT + timedelta(days=3))
        if qualified:
            lead.qualified_at = WON_AT - timedelta(days=qualified)
        lead.stage_id = cls.won_stage
        lead.won_at = WON_AT
        cls.deals[name] = lead

    @classmethod
    def make_open_lead(cls, number):
        campaign = ("Search", "Social", "Search", "Social", "Search", "Social", None)[number]
        lead = cls.make_fixture_lead(f"open {number}", campaign, 50)
        for days in range(2 if number < 4 else 3):
            cls.add_touch(lead, "Fair", WON_AT - timedelta(days=days + 1))

    @classmethod
    def make_fixture_lead(cls, name, campaign, revenue, **values):
        email = f"{name.replace(' ', '')}@example.com"
        lead = cls.make_lead(
            cls.campaign_by.get(campaign),
            revenue,
            name=f"Fixture {name}",
            email_from=email,
            source_id=cls.sources[campaign].id if campaign else False,
            **values,
        ).sudo()
        lead.lead_creation_touch_id.unlink()
        return lead

    @classmethod
    def add_touch(cls, lead, campaign, moment, **values):
        name = (campaign or "").removesuffix("*")
        touch = cls.touchpoints.create(
            {
                "lead_id": lead.id,
                "company_id": lead.company_id.id,
                "occurred_at": moment,
                "channel": "paid_search",
                "campaign_id": cls.campaign_by[name].id if name else False,
                "source_id": cls.sources[name].id if name else False,
                **values,
            }
        )
        if campaign and campaign.endswith("*"):
            lead.lead_creation_touch_id = touch

    @classmethod
    def make_orders(cls):
        cls.product_a.invoice_policy = "order"
        cls.product_a.taxes_id = [Command.clear()]
        orders = {
            deal: cls.make_order(cls.deals[deal], amount)
            for deal, amount in (("one", 900), ("two", 450), ("three", 700))
        }
        cls.make_order(cls.deals["two"], 100)._action_cancel()
        invoices = {deal: orders[deal]._create_invoices() for deal in ("one", "two")}
        for invoice in invoices.values():
            invoice.action_post()
        credit = invoices["one"]._reverse_moves([{"invoice_date": invoices["one"].invoice_date}])
        credit.invoice_line_ids.price_unit = 200
        credit.action_post()

    @classmethod
    def make_order(cls, lead, price):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.partner_a.id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": cls.product_a.id, "price_unit": price})
                ],
            }
        )
        order.action_confirm()
        return order

    def name_of(self, campaign):
        return campaign.title or None

    def both(self, model):
        """A report for the first company and the British one, in dollars."""
        companies = (self.company | self.british).ids
        return self.env[model].with_context(allowed_company_ids=companies)

    def assertAmounts(self, shown, expected, message):
        shown = {name: round(float(amount), 2) for name, amount in shown.items() if amount}
        expected = {name: round(float(amount), 2) for name, amount in expected.items()}
        self.assertEqual(shown, expected, message)

    # ------------------------------------------------------------
    # The table, and the reports
    # ------------------------------------------------------------

    def test_the_table_adds_up(self):
        for model in MODELS:
            self.assertAmounts(multiply(model, "expected"), EXPECTED[model], model)
            for basis, amounts in AMOUNTS.items():
                total = sum(multiply(model, basis).values())
                self.assertEqual(total, sum(amounts.values()), (model, basis))

    def test_the_comparison_of_models(self):
        domain = [("lead_id", "in", [deal.id for deal in self.deals.values()])]
        for basis in AMOUNTS:
            report = self.both("conversion.credit.report").with_context(revenue_basis=basis)
            rows = report._read_group(
                domain, ["attribution_model", "campaign_id"], ["revenue:sum", "deals:sum"]
            )
            for model in MODELS:
                of_model = [row[1:] for row in rows if row[0] == model]
                shown = {self.name_of(campaign): revenue for campaign, revenue, _deals in of_model}
                self.assertAmounts(shown, multiply(model, basis), (model, basis))
                self.assertAlmostEqual(sum(row[2] for row in of_model), 5, 6, model)

    def test_campaign_roi(self):
        domain = [("campaign_id", "in", [one.id for one in self.campaign_by.values()])]
        for model in MODELS:
            for basis in AMOUNTS:
                for reading in ("period", "cohort"):
                    report = self.both("campaign.roi.report").with_context(
                        revenue_basis=basis, attribution_model=model, reading=reading
                    )
                    rows = report._read_group(
                        domain, ["campaign_id"], ["revenue:sum", "cost_actual:sum", "profit:sum"]
                    )
                    case = (model, basis, reading)
                    revenue = multiply(model, basis)
                    revenue.pop(None, None)
                    self.assertAmounts(
                        {self.name_of(row[0]): row[1] for row in rows}, revenue, case
                    )
                    self.assertAmounts({self.name_of(row[0]): row[2] for row in rows}, COSTS, case)
                    for campaign, earned, cost, profit in rows:
                        self.assertAlmostEqual(profit, earned - cost, 2, (case, campaign.title))

    def test_campaigns_themselves(self):
        for model in MODELS:
            revenue = multiply(model, "orders")
            for name, campaign in self.campaign_by.items():
                seen = (
                    self.both("utm.campaign")
                    .browse(campaign.id)
                    .with_context(revenue_basis="orders", attribution_model=model)
                )
                self.assertAlmostEqual(seen.revenue, float(revenue.get(name, 0)), 2, (model, name))
                self.assertAlmostEqual(seen.cost_actual, COSTS[name], 2)
                self.assertEqual(seen.lead_count, LEADS.get(name, 0), name)

    def test_by_source_each_lead_carries_an_equal_share_of_the_cost(self):
        sources = {name: source.id for name, source in self.sources.items()}
        rows = self.both("campaign.roi.report")._read_group(
            [("source_id", "in", list(sources.values()))],
            ["source_id"],
            [
                "lead_count:sum",
                "won_count:sum",
                "revenue:sum",
                "cost_actual:sum",
                "roi_percent:avg",
            ],
        )
        shown = {source.name: values for source, *values in rows}
        self.assertEqual(shown["Search source"][:3], [6, 3, 2300])
        self.assertAlmostEqual(shown["Search source"][3], 1000, 2)
        self.assertAlmostEqual(shown["Search source"][4], 130, 2)
        self.assertEqual(shown["Social source"][:3], [4, 1, 400])
        self.assertAlmostEqual(shown["Social source"][3], 600, 2)
        self.assertNotIn("Fair source", shown)
        # what no lead can carry is not lost: it stays where no source is
        [total] = self.both("campaign.roi.report")._read_group(
            [("campaign_id", "in", [one.id for one in self.campaign_by.values()])],
            [],
            ["cost_actual:sum"],
        )
        by_source = self.both("campaign.roi.report")._read_group(
            [("campaign_id", "in", [one.id for one in self.campaign_by.values()])],
            ["source_id"],
            ["cost_actual:sum"],
        )
        self.assertAlmostEqual(sum(cost for _source, cost in by_source), total[0], 2)

    def test_deals_and_their_touches(self):
        report = self.both("conversion.deal.report")
        for basis, amounts in AMOUNTS.items():
            for name, lead in self.deals.items():
                report.invalidate_model()
                deal = report.with_context(revenue_basis=basis).search([("lead_id", "=", lead.id)])
                self.assertAlmostEqual(deal.revenue, amounts.get(name, 0), 2, (basis, name))
        one = report.search([("lead_id", "=", self.deals["one"].id)])
        self.assertEqual((one.touch_count, one.days), (3, 14))
        self.assertEqual(
            one.credit_ids.touchpoint_id.campaign_id.mapped("title"), ["Social", "Search", "Fair"]
        )
        self.assertEqual(one.journey.count("→"), 2)
        four = report.search([("lead_id", "=", self.deals["four"].id)])
        self.assertEqual((four.touch_count, four.journey), (0, ""))

    def test_every_credited_euro_opens_its_deal(self):
        report = self.both("conversion.credit.report")
        rows = report.search(
            [
                ("attribution_model", "=", "linear"),
                ("campaign_id", "=", self.campaign_by["Fair"].id),
            ]
        )
        self.assertAlmostEqual(sum(rows.mapped("revenue")), EXPECTED["linear"]["Fair"], 2)
        opened = [row.action_open_record() for row in rows]
        self.assertEqual({one["res_model"] for one in opened}, {"conversion.deal.report"})
        deals = {self.deals[name].id for name in ("one", "three", "five")}
        self.assertEqual({one["res_id"] for one in opened}, deals)

    def test_all_of_it_stays_when_the_people_are_erased(self):
        def read():
            self.env.invalidate_all()
            shown = {}
            for model in MODELS:
                for basis in AMOUNTS:
                    for reading in ("period", "cohort"):
                        context = {"revenue_basis": basis, "attribution_model": model}
                        report = self.both("campaign.roi.report").with_context(
                            **context, reading=reading
                        )
                        shown[model, basis, reading] = report._read_group(
                            [("company_id", "in", (self.company | self.british).ids)],
                            ["campaign_id", "source_id", "channel", "date:day"],
                            ["lead_count:sum", "revenue:sum", "cost_actual:sum", "profit:sum"],
                        )
                    shown[model, basis] = (
                        self.both("conversion.credit.report")
                        .with_context(revenue_basis=basis)
                        ._read_group(
                            [("attribution_model", "=", model)],
                            ["campaign_id", "channel", "position"],
                            ["revenue:sum", "deals:sum"],
                        )
                    )
            return shown

        before = read()
        leads = self.touchpoints.lead_id.search([("name", "like", "Fixture")])
        companies = (self.company | self.british).ids
        leads.with_context(allowed_company_ids=companies)._erase_attribution()
        self.assertFalse(self.touchpoints.search([("lead_id", "in", leads.ids)]))
        self.assertEqual(read(), before)

    def test_several_models_have_no_sum_together(self):
        [(revenue,)] = self.both("conversion.credit.report")._read_group(
            [("lead_id", "=", self.deals["one"].id)], [], ["revenue:sum"]
        )
        self.assertFalse(revenue)

    def test_groups_sum_up_their_rows(self):
        """Sums are read in another way than rows, unless these are named by their ids."""
        for model, kind, measures, groups in (
            (
                "conversion.credit.report",
                "attribution_model",
                ("deals", "revenue"),
                ("channel", "campaign_id", "source_id", "medium_id", "touchpoint_id", "position")
                + ("team_id", "user_id", "company_id", "lead_id", "partner_id", "date"),
            ),
            (
                "campaign.response.report",
                "step",
                ("count", "amount"),
                ("campaign_id", "team_id", "user_id", "company_id", "lead_id", "order_id", "date"),
            ),
        ):
            report = self.both(model)
            rows = report.search([("campaign_id", "in", [False, *self.campaigns.search([]).ids])])
            for name in groups:
                expected = defaultdict(list)
                for row in rows:
                    expected[row[kind], row[name]].append([row[measure] for measure in measures])
                groupby = [kind, f"{name}:day" if name == "date" else name]
                for domain in ([], [("id", "in", rows.ids)], [("date", ">=", "1990-01-01")]):
                    with self.subTest(model=model, name=name, domain=domain[:1]):
                        found = report._read_group(
                            domain, groupby, [f"{measure}:sum" for measure in measures]
                        )
                        self.assertEqual(
                            {row[:2]: _round(row[2:]) for row in found},
                            {
                                key: _round(map(sum, zip(*amounts, strict=True)))
                                for key, amounts in expected.items()
                            },
                        )

    def test_steps_come_in_their_order(self):
        groups = self.both("campaign.response.report").formatted_read_group(
            [("campaign_id", "=", self.campaign_by["Search"].id)], ["step"], ["count:sum"]
        )
        order = ["lead", "qualified", "quotation", "order", "won", "invoice"]
        self.assertEqual([group["step"] for group in groups], order)

    def test_response_chain(self):
        campaign = self.both("utm.campaign").browse(self.campaign_by["Search"].id)
        steps = {step["step"]: step for step in campaign.response_chain["steps"]}
        self.assertEqual(
            {name: (step["count"], round(step["amount"], 2)) for name, step in steps.items()},
            {
                "lead": (6, 2450),
                "qualified": (3, 2300),
                "quotation": (3, 2050),
                "order": (3, 2050),
                "won": (3, 2300),
                "invoice": (2, 1150),
            },
        )
        self.assertEqual((steps["lead"]["rate"], steps["won"]["rate"]), (False, 50))
        for name, step in steps.items():
            action = campaign.action_open_step(name)
            rows = self.both(action["res_model"]).search(action["domain"])
            self.assertEqual(len(rows), step["rows"], name)
            self.assertEqual(sum(rows.mapped("count")), step["count"], name)
            self.assertAlmostEqual(sum(rows.mapped("amount")), step["amount"], 2, name)
