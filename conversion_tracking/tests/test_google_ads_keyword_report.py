"""Which keyword brought which sales, what ads cost, and who may see it."""

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .campaign_case import CampaignCase

# keyword, leads, won deals, revenue of each
KEYWORDS = (("solar panels price", 4, 2, 1000), ("heat pump", 5, 0, 0), (False, 1, 1, 300))


@tagged("post_install", "-at_install")
class TestKeywordReport(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["google.ads.account"].create({"name": "Solar", "state": "connected"})
        for keyword, leads, won, revenue in KEYWORDS:
            for number in range(leads):
                lead = cls.lead_by(keyword, number)
                if number < 2:
                    lead.convert_opportunity(lead.partner_id)
                    lead.company_id = cls.company
                if number < won:
                    lead.write({"expected_revenue": revenue, "stage_id": cls.won_stage.id})
        cls.keywords = cls.env["google.ads.keyword.report"]

    @classmethod
    def lead_by(cls, keyword, number, **values):
        """A lead whose person clicked the ad that is shown for ``keyword``."""
        gclid = f"Click-{str(keyword).replace(' ', '-')}-{number}"
        url = f"https://shop.example/?gclid={gclid}"
        lead = cls.make_lead(None, type="lead", landing_url=url, **values)
        click = cls.env["google.ads.click"].create(
            {
                "account_id": cls.account.id,
                "gclid": gclid,
                "day": "2026-11-20",
                "campaign_name": "Search NL" if keyword else "Performance Max",
                "keyword": keyword,
                "match_type": "Phrase",
                "device": "Mobile",
            }
        )
        lead.google_touch_id.write({"google_ads_click_id": click.id, "click_info": "found"})
        return lead

    def report_by(self, by, user=None, **context):
        report = self.keywords.with_user(user or self.env.user).with_context(**context)
        rows = report._read_group(
            [],
            [by],
            [f"{name}_count:sum" for name in ("lead", "qualified", "won")]
            + ["won_rate:avg", "revenue:sum"],
        )
        return {key: tuple(numbers) for key, *numbers in rows}

    def test_leads_and_revenue_by_keyword(self):
        self.assertEqual(
            self.report_by("keyword"),
            {
                "solar panels price": (4, 2, 2, 50, 2000),
                "heat pump": (5, 2, 0, 0, 0),
                False: (1, 1, 1, 100, 300),
            },
        )

    def test_by_everything_that_google_says(self):
        for by in ("campaign_name", "ad_group_name", "match_type", "device", "network"):
            with self.subTest(by):
                self.assertEqual(sum(row[0] for row in self.report_by(by).values()), 10)

    def test_revenue_by_orders_is_that_of_orders(self):
        by_orders = self.report_by("keyword", revenue_basis="orders")
        self.assertEqual(by_orders["solar panels price"][4], 0)

    def test_a_salesperson_sees_what_their_own_leads_brought(self):
        seller = self.people["salesperson"]
        self.env["crm.lead"].search(
            [("google_touch_id.gclid", "like", "Click-")]
        ).user_id = self.people["sales_manager"]
        self.lead_by("heat pump", 99, user_id=seller.id)
        self.assertEqual(self.report_by("keyword", seller), {"heat pump": (1, 0, 0, 0, 0)})
        self.assertEqual(len(self.report_by("keyword", self.people["marketing"])), 3)
        with self.assertRaises(AccessError):
            self.report_by("keyword", self.people["employee"])

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Windmill"})
        seller = self.people["sales_all"]
        seller.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.report_by("keyword", seller))

    def test_a_row_opens_its_lead(self):
        row = self.keywords.search([("keyword", "=", "heat pump")], limit=1)
        action = row.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", row.lead_id.id))

    def test_the_list_of_clicks_names_leads_and_what_they_brought(self):
        click = self.env["google.ads.click"].search([("gclid", "=", "Click-solar-panels-price-0")])
        [lead] = click.lead_ids
        self.assertEqual(click.won_revenue, 1000)
        self.assertEqual(click.action_open_leads()["res_id"], lead.id)

    def test_who_may_not_see_the_lead_does_not_see_it_at_the_click(self):
        lead = self.lead_by("heat pump", 98, user_id=self.people["sales_manager"].id)
        click = lead.google_touch_id.google_ads_click_id
        as_seller = click.with_user(self.people["salesperson"])
        with self.assertRaises(AccessError):
            as_seller.read(["keyword"])
        as_marketing = click.with_user(self.people["marketing"])
        self.assertEqual(as_marketing.won_revenue, 0)
        with self.assertRaises(AccessError):
            as_marketing.read(["lead_ids"])


DAY = date(2026, 11, 20)


@tagged("post_install", "-at_install")
class TestKeywordCosts(CampaignCase):
    """Google tells cost by campaign and ad group; by the rest of what leads have it is empty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["google.ads.account"].create({"name": "Solar", "state": "connected"})
        cls.solar = cls.make_campaign("Solar")
        cls.search = cls.google_campaign("501", "Search NL", campaign_id=cls.solar.id)
        cls.pmax = cls.google_campaign("502", "Performance Max")
        cls.price, cls.battery = cls.env["google.ads.ad.group"].create(
            [
                {"google_campaign_id": cls.search.id, "google_id": google_id, "name": name}
                for google_id, name in (("601", "Price"), ("602", "Battery"))
            ]
        )
        cls.keywords = cls.env["google.ads.keyword.report"]
        for number, (campaign, ad_group, revenue) in enumerate(
            [(cls.search, cls.price, 900)]
            + [(cls.search, cls.price, 0), (cls.search, cls.battery, 0), (cls.pmax, None, 0)]
        ):
            cls.lead_by(number, campaign, ad_group, revenue)
        cls.spend()

    @classmethod
    def google_campaign(cls, google_id, name, account=None, **values):
        account = account or cls.account
        return cls.env["google.ads.campaign"].create(
            {"account_id": account.id, "google_id": google_id, "name": name, **values}
        )

    @classmethod
    def lead_by(cls, number, campaign, ad_group, revenue):
        url = f"https://shop.example/?gclid=Cost-{number}"
        lead = cls.make_lead(None, landing_url=url)
        cls.set_created(lead, f"{DAY} 12:00:00")
        click = cls.env["google.ads.click"].create(
            {
                "account_id": cls.account.id,
                "gclid": f"Cost-{number}",
                "day": DAY,
                "google_campaign_id": campaign.google_id,
                # as they were called on that day
                "campaign_name": f"{campaign.name} (old)",
                "google_ad_group_id": ad_group.google_id if ad_group else False,
                "ad_group_name": f"{ad_group.name} (old)" if ad_group else False,
                "keyword": "solar panels" if ad_group else False,
            }
        )
        lead.google_touch_id.write({"google_ads_click_id": click.id, "click_info": "found"})
        if revenue:
            lead.write({"expected_revenue": revenue, "stage_id": cls.won_stage.id})
        return lead

    @classmethod
    def spend(cls):
        """Of the campaign's 61 on the day its ad groups explain 60."""
        currency = {"currency_id": cls.company.currency_id.id}
        cls.campaign_days = cls.env["google.ads.campaign.day"].create(
            [
                {"google_campaign_id": campaign.id, "day": DAY, "cost": cost, **currency}
                for campaign, cost in ((cls.search, 61), (cls.pmax, 30))
            ]
        )
        cls.group_days = cls.env["google.ads.ad.group.day"].create(
            [
                {"ad_group_id": ad_group.id, "day": DAY, "cost": cost, **currency}
                for ad_group, cost in ((cls.price, 40), (cls.battery, 20))
            ]
        )

    def costs_by(self, by, domain=(), user=None, names=("cost_actual:sum",)):
        self.env.flush_all()
        report = self.keywords.with_user(user or self.env.user)
        rows = report._read_group(list(domain), [by], ["lead_count:sum", *names])
        return {key: tuple(numbers) for key, *numbers in rows}

    def test_cost_by_campaign_under_the_name_that_it_has_now(self):
        measures = ("cost_actual:sum", "cost_per_lead:avg", "cost_per_won:avg", "roi_percent:avg")
        rows = self.costs_by("campaign_name", names=measures)
        self.assertEqual(set(rows), {"Search NL", "Performance Max"})
        self.assertEqual(rows["Performance Max"], (1, 30, 30, False, -100))
        leads, cost, per_lead, per_won, roi = rows["Search NL"]
        self.assertEqual((leads, cost, per_won), (3, 61, 61))
        self.assertAlmostEqual(float(per_lead), 61 / 3, 2)
        self.assertAlmostEqual(float(roi), (900 - 61) * 100 / 61, 2)

    def test_cost_by_ad_group_adds_up_to_the_same(self):
        rows = self.costs_by("ad_group_name")
        self.assertEqual(rows, {"Price": (2, 40), "Battery": (1, 20), False: (1, 31)})
        [(total,)] = self.keywords._read_group([], [], ["cost_actual:sum"])
        self.assertEqual(total, 91)
        by_campaign = self.costs_by("campaign_id")
        self.assertEqual(by_campaign[self.solar][1], 61, "of the campaign in Odoo, too")

    def test_by_what_only_leads_have_cost_is_empty_and_nothing_is_called_none(self):
        for by in ("keyword", "match_type", "device", "network", "ad_name", "team_id", "user_id"):
            rows = self.costs_by(by, names=("cost_actual:sum", "profit:sum", "roi_percent:avg"))
            self.assertEqual({row[1:] for row in rows.values()}, {(False,) * 3}, by)
        self.assertEqual({row[0] for row in self.costs_by("keyword").values()}, {3, 1})
        by_campaign, by_keyword = self.keywords._read_grouping_sets(
            [], [["campaign_name"], ["campaign_name", "keyword"]], ["cost_actual:sum"]
        )
        self.assertEqual(dict(by_campaign), {"Search NL": 61, "Performance Max": 30})
        self.assertEqual({cost for *_names, cost in by_keyword}, {False})
        self.assertEqual(len(by_keyword), 2)
        self.assertIn("by keyword", self.keywords.get_report_info()["hint"])

    def test_days_are_left_out_where_they_are_read(self):
        later = [("date", ">", DAY)]
        self.assertEqual(self.costs_by("campaign_name", later), {})
        same = [("date", ">=", DAY), ("date", "<=", DAY)]
        self.assertEqual(self.costs_by("campaign_name", same)["Search NL"], (3, 61))
        by_month = self.costs_by("date:month")
        self.assertEqual(by_month, {DAY.replace(day=1): (4, 91)})

    def test_a_list_shows_leads_and_costs_and_each_row_opens(self):
        self.env.flush_all()
        rows = self.keywords.search([])
        self.keywords.invalidate_model()
        self.assertEqual(sorted(rows.mapped("fact")), ["cost"] * 4 + ["lead"] * 4)
        self.assertEqual(sum(row.cost_actual or 0 for row in rows), 91)
        for row in rows:
            action = row.action_open_record()
            if row.fact == "lead":
                self.assertEqual(action["res_id"], row.lead_id.id)
                self.assertIs(row.cost_actual, False)
            else:
                [day] = self.env[action["res_model"]].search(action["domain"])
                self.assertIn(day, self.campaign_days)

    def test_foreign_money_at_the_rate_of_its_day_and_a_missing_rate_is_said(self):
        krone = self.env.ref("base.NOK")
        self.set_rates(krone, {"2020-01-01": 10, str(DAY + timedelta(days=1)): 99})
        self.campaign_days.currency_id = self.group_days.currency_id = krone
        self.assertEqual(self.costs_by("ad_group_name")["Price"], (2, 4))
        self.assertEqual(self.costs_by("campaign_name")["Search NL"][1], 6.1)
        self.account.currency_id = krone
        krone.rate_ids.unlink()
        self.assertEqual(self.costs_by("campaign_name")["Search NL"], (3, False))
        self.assertIn("NOK", self.keywords.get_report_info()["warnings"][0])

    def test_salespeople_see_no_costs(self):
        for name in ("salesperson", "sales_all"):
            seller = self.people[name]
            self.assertEqual(
                self.costs_by("campaign_name", user=seller, names=())["Search NL"], (3,)
            )
            self.assertFalse(self.keywords.with_user(seller).search([("fact", "=", "cost")]), name)
            with self.assertRaises(AccessError):
                self.costs_by("campaign_name", user=seller)
            with self.assertRaises(AccessError):
                self.group_days.with_user(seller).read(["clicks"])
        for name in ("sales_manager", "marketing", "marketing_manager"):
            user = self.people[name]
            self.assertEqual(self.costs_by("campaign_name", user=user)["Search NL"], (3, 61))

    def test_another_company_sees_its_own_costs(self):
        other = self.env["res.company"].create({"name": "Windmill"})
        account = self.env["google.ads.account"].create(
            {"name": "Wind", "company_id": other.id, "state": "connected"}
        )
        campaign = self.google_campaign("501", "Wind NL", account=account)
        self.env["google.ads.campaign.day"].create(
            {
                "google_campaign_id": campaign.id,
                "day": DAY,
                "cost": 7,
                "currency_id": other.currency_id.id,
            }
        )
        user = self.people["marketing"]
        self.assertEqual(
            set(self.costs_by("campaign_name", user=user)), {"Search NL", "Performance Max"}
        )
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertEqual(self.costs_by("campaign_name", user=user)["Wind NL"][1], 7)
        self.assertNotIn("Search NL", self.costs_by("campaign_name", user=user))
