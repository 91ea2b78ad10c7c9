"""Which keyword brought which sales, and who may see it."""

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
