"""What Google counts beside what Odoo told it: the numbers, the reasons, and who sees them."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .google_case import GoogleCase

CAMPAIGN = "20111000001"  # of the sandbox's world
COUNTS = ("google_conversions", "delivered_count", "difference", "event_count")


@tagged("post_install", "-at_install")
class TestGoogleAdsComparison(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["google.ads.comparison"]
        cls.campaign = cls.env["utm.campaign"].create({"title": "Solar", "name": "solar"})
        cls.google_campaign = cls.env["google.ads.campaign"].create(
            {
                "account_id": cls.account.id,
                "google_id": CAMPAIGN,
                "name": "Solar panels - Search NL",
                "campaign_id": cls.campaign.id,
            }
        )
        cls.marketing = new_test_user(
            cls.env, "ct_compare", groups="base.group_user,conversion_tracking.group_user"
        )

    def lead_by(self, query, **values):
        url = f"https://shop.example/?utm_campaign=solar&{query}"
        return self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": url, "consent": "granted", **values}
        )

    def google_day(self, ago=0, google_campaign=None, **values):
        return self.env["google.ads.campaign.day"].create(
            {
                "google_campaign_id": (google_campaign or self.google_campaign).id,
                "day": self.now.date() - timedelta(days=ago),
                "currency_id": self.env.company.currency_id.id,
                **values,
            }
        )

    def totals(self, *names, domain=(), user=None):
        self.env.flush_all()
        report = self.report.with_user(user or self.env.user)
        mine = Domain(domain) & Domain("campaign_id", "=", self.campaign.id)
        [row] = report._read_group(mine, [], [f"{name}:sum" for name in names])
        return row

    def by_status(self, domain=()):
        self.env.flush_all()
        mine = Domain(domain) & Domain("campaign_id", "=", self.campaign.id)
        return dict(self.report._read_group(mine, ["status"], ["event_count:sum"]))

    def crowd(self):
        """One lead for each reason; returns the two that can be delivered."""
        delivered = self.lead_from_ad("AbC-1") | self.lead_from_ad("AbC-2")
        self.lead_by("gclid=No-1", consent="denied")
        self.lead_by("msclkid=abc")
        self.lead_by("utm_source=news")
        self.lead_by("utm_source=news")
        self.lead_by("gclid=Old-1", landed_at=fields.Datetime.now() - timedelta(days=91))
        self.lead_by("gbraid=Braid-1")
        return delivered

    def lead_from_ad(self, gclid="AbC-1", **values):
        lead = super().lead_from_ad(gclid, **values)
        lead.google_touch_id.campaign_id = self.campaign
        return lead

    # The numbers

    def test_what_was_delivered_stands_beside_what_google_counts(self):
        self.crowd()[0].action_set_won()
        self.deliver_and_poll()
        self.later(hours=1)
        self.run_cron("ir_cron_read_costs")
        google, delivered, difference, events = self.totals(*COUNTS)
        self.assertEqual((delivered, events), (4, 10))
        self.assertEqual((google, difference), (4, 0))
        clicks, leads, won = self.totals("google_clicks", "lead_count", "won_count")
        self.assertGreater(clicks, 100, "from Google")
        self.assertEqual((leads, won), (5, 1), "who clicked an ad, also without consent")

    def test_each_reason_is_counted_in_the_words_of_the_coverage_and_opens_its_records(self):
        self.crowd()
        self.deliver_and_poll()
        reasons = self.by_status()
        self.assertEqual(
            reasons,
            {
                "success": 2,
                "no_consent": 1,
                "other_platform": 1,
                "no_click_id": 2,
                "click_too_old": 1,
                "ios_click": 1,
            },
        )
        self.assertEqual(sum(reasons.values()), self.totals("event_count")[0])
        for status, count in reasons.items():
            mine = [("campaign_id", "=", self.campaign.id), ("status", "=", status)]
            rows = self.report.search(mine)
            self.assertEqual(len(rows), count, status)
            self.report.invalidate_model()
            for row in rows:
                self.assertEqual((row.status, row.event_count), (status, 1), "read by its id")
                self.assertEqual(row.action_open_record()["res_id"], row.lead_id.id)
        labels = dict(self.report._fields["status"]._description_selection(self.env))
        coverage = self.env["google.ads.coverage"]._fields["status"]
        self.assertEqual(labels, dict(coverage._description_selection(self.env)))

    def test_who_was_reported_by_e_mail_is_delivered_and_counted_apart(self):
        """Only Google knows by which campaign; a stranger to it is not delivered."""
        self.account.send_identifiers = True
        self.google.add_click(
            "Silent-1",
            account="1234567890",
            campaign=CAMPAIGN,
            clicked=self.now - timedelta(hours=1),
            person={"email": "ann@home.example"},
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": "Roof", "consent": "granted", "type": "lead", "email_from": email}
                for email in ("ann@home.example", "joe@home.example")
            ]
        )
        self.deliver_and_poll()
        self.env.flush_all()
        domain = [("lead_id", "in", leads.ids)]
        counts = ("event_count", "delivered_count", "person_count", "left_out_count")
        [row] = self.report._read_group(domain, [], [f"{name}:sum" for name in counts])
        self.assertEqual(row, (2, 1, 1, 1))
        statuses = self.report._read_group(domain, ["status"], ["event_count:sum"])
        self.assertEqual(dict(statuses), {"success_person": 1, "unmatched": 1})

    def test_waiting_and_held_are_told_apart(self):
        waiting, held = self.crowd()
        self.rows_of(held).write({"state": "held", "error_class": "configuration"})
        self.rows_of(waiting).click_time = fields.Datetime.now() - timedelta(days=1)
        self.env.flush_all()
        self.assertEqual(
            self.totals("delivered_count", "under_way_count", "attention_count", "left_out_count"),
            (0, 1, 1, 6),
        )

    def test_googles_numbers_are_told_of_campaigns_and_stay_empty_by_reason(self):
        self.crowd()
        self.google_day(conversions=12, clicks=300)
        self.env.flush_all()
        mine = [("campaign_id", "=", self.campaign.id)]
        by_campaign, by_status, total = self.report._read_grouping_sets(
            mine,
            [["campaign_id"], ["campaign_id", "status"], []],
            ["google_conversions:sum", "difference:sum", "event_count:sum"],
            order="event_count:sum desc, campaign_id, status",
        )
        self.assertEqual(by_campaign, [(self.campaign, 12, 12, 8)])
        self.assertEqual(total, [(12, 12, 8)])
        self.assertEqual(sum(row[-1] for row in by_status), 8)
        self.assertNotIn(False, [row[1] for row in by_status], "no row called None")
        self.assertEqual({row[2:4] for row in by_status}, {(False, False)})

    def test_a_campaign_that_google_did_not_count_differs_by_all_that_was_delivered(self):
        self.crowd()
        self.deliver_and_poll()
        self.assertEqual(self.totals("google_conversions", "difference"), (0, -2))

    def test_a_described_click_counts_for_its_own_google_campaign(self):
        other = self.env["google.ads.campaign"].create(
            {"account_id": self.account.id, "google_id": "501", "name": "Brand"}
        )
        other.campaign_id = self.campaign
        known, unknown = self.lead_from_ad("AbC-1"), self.lead_from_ad("AbC-2")
        known.google_touch_id.google_ads_click_id = self.env["google.ads.click"].create(
            {
                "account_id": self.account.id,
                "gclid": "AbC-1",
                "day": self.now.date(),
                "google_campaign_id": CAMPAIGN,
            }
        )
        self.env.flush_all()
        rows = self.report.search([("lead_id", "in", (known | unknown).ids)])
        by_lead = {row.lead_id: row.google_campaign_id for row in rows}
        self.assertEqual(by_lead[known], self.google_campaign)
        self.assertFalse(by_lead[unknown], "two stand for this campaign: nobody knows which")

    def test_campaigns_that_google_knows_nothing_of_are_left_out(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": "https://shop.example/?utm_campaign=letter"}
        )
        self.env.flush_all()
        self.assertFalse(self.report.search([("lead_id", "=", lead.id)]))

    # Days

    def test_google_counts_on_the_day_of_the_click_odoo_on_the_day_of_the_event(self):
        lead = self.lead_from_ad()
        clicked = self.now.date()
        self.later(days=10)
        lead.action_set_won()
        won = self.now.date()
        self.deliver_and_poll()
        names = ("delivered_count", "clicked_count", "click_before_count", "event_after_count")
        first = [("date", ">=", clicked), ("date", "<=", clicked + timedelta(days=1))]
        self.assertEqual(self.totals(*names, domain=first), (1, 3, 0, 2))
        later = [("date", ">=", won - timedelta(days=1)), ("date", "<=", won + timedelta(days=1))]
        self.assertEqual(self.totals(*names, domain=later), (2, 0, 2, 0))
        both = [("date", ">=", clicked), ("date", "<=", won + timedelta(days=1))]
        self.assertEqual(self.totals(*names, domain=both), (3, 3, 0, 0))
        [row] = self.report.search([("fact", "=", "click"), *first], limit=1)
        self.assertEqual(row.action_open_record()["res_id"], lead.id)
        rows = self.report.search([*later, ("click_date", "<", won - timedelta(days=1))])
        self.assertEqual(rows.lead_id, lead, "found by the day of the click")
        self.assertEqual(set(rows.mapped("event")), {"lead_qualified", "deal_won"})

    # Amounts

    def test_values_are_in_company_currency_at_the_rate_of_their_day(self):
        krone = self.env.ref("base.NOK")
        krone.active = True
        krone.rate_ids.unlink()
        today = self.now.date()
        rate = {"currency_id": krone.id, "company_id": self.env.company.id}
        self.env["res.currency.rate"].create(
            [
                {**rate, "name": today - timedelta(days=9), "rate": 8},
                {**rate, "name": today, "rate": 10},
            ]
        )
        self.google_day(0, currency_id=krone.id, conversions_value=100)
        self.google_day(5, currency_id=krone.id, conversions_value=80)
        self.google_day(6, conversions_value=3)
        self.assertEqual(self.totals("google_value", "value_difference"), (23, 23))
        self.assertFalse(self.report.get_report_info()["warnings"])

    def test_a_missing_rate_is_said_and_never_one_for_one(self):
        krone = self.env.ref("base.NOK")
        krone.rate_ids.unlink()
        self.account.currency_id = krone
        self.google_day(0, currency_id=krone.id, conversions_value=100)
        self.google_day(1, conversions_value=3)
        self.assertEqual(self.totals("google_value"), (3,))
        [warning] = self.report.get_report_info()["warnings"]
        self.assertIn("NOK", warning)
        row = self.report.search([("campaign_id", "=", self.campaign.id)], limit=1)
        self.assertIs(row.google_value, False, "empty, not nothing")

    def test_won_value_and_revenue(self):
        lead = self.lead_from_ad(expected_revenue=1200, type="opportunity")
        lead.action_set_won()
        self.deliver_and_poll()
        names = ("delivered_value", "won_count", "revenue")
        value = sum(self.rows_of(lead).mapped("value"))
        self.assertEqual(self.totals(*names), (value, 1, 1200))
        by_orders = self.report.with_context(revenue_basis="orders")
        mine = [("campaign_id", "=", self.campaign.id)]
        self.assertEqual(by_orders._read_group(mine, [], ["revenue:sum"]), [(0,)])

    # In one sentence

    def test_a_campaign_opens_its_comparison_with_a_word_on_it(self):
        self.crowd()
        self.deliver_and_poll()
        self.google_day(conversions=1012.5)
        for campaign in (self.campaign, self.google_campaign):
            as_marketing = campaign.with_user(self.marketing)
            compare = getattr(as_marketing, "action_compare_with_google", None)
            action = (compare or as_marketing.action_compare)()
            report = self.report.with_user(self.marketing).with_context(**action["context"])
            self.assertEqual(report.search(action["domain"]).campaign_id, self.campaign)
            hint = report.get_report_info()["hint"]
            self.assertIn("Google counts 1,012.5, Odoo delivered 2.", hint)
            self.assertIn("Not at Google: No click id (2), ", hint)
        self.assertNotIn("delivered", self.report.get_report_info()["hint"])
        for odd in ({"campaign_id": "1; DROP"}, [("id", "=", 1)], {"x": 1}, 5):
            odd_report = self.report.with_context(google_ads_compared=odd)
            self.assertIn("Google", odd_report.get_report_info()["hint"])

    def test_a_day_of_google_opens_googles_own_numbers(self):
        day = self.google_day(conversions=12)
        row = self.report.search([("fact", "=", "google"), ("date", "=", day.day)])
        action = row.action_open_record()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), day)

    def test_lists_are_exported_with_empty_cells_where_nothing_is_known(self):
        self.google_day(conversions=12)
        self.lead_from_ad()
        rows = self.report.search([("campaign_id", "=", self.campaign.id)], order="fact desc")
        columns = ["fact", "campaign_id", "status", "google_conversions", "event_count"]
        self.assertEqual(
            rows.export_data(columns)["datas"],
            [
                ["At Google", "Solar", "", 12.0, 0],
                ["Event", "Solar", "Too recent (waiting)", "", 1],
            ],
        )

    # Who sees it

    def test_marketing_and_sales_managers_see_it_and_nobody_else(self):
        self.crowd()
        for group in ("conversion_tracking.group_user", "sales_team.group_sale_manager"):
            user = new_test_user(self.env, f"ct_{group[-9:]}", groups=f"base.group_user,{group}")
            self.assertEqual(self.totals("event_count", user=user), (8,))
        for group in ("sales_team.group_sale_salesman", "base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"ct_{group[-7:]}", groups=group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.totals("event_count", user=user)

    def test_each_company_sees_its_own(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        account = self.env["google.ads.account"].create(
            {"name": "Windmill", "company_id": company.id, "state": "connected"}
        )
        theirs = self.env["google.ads.campaign"].create(
            {
                "account_id": account.id,
                "google_id": "777",
                "name": "Wind",
                "campaign_id": self.campaign.id,
            }
        )
        self.google_day(conversions=12)
        self.google_day(google_campaign=theirs, conversions=5)
        self.lead_by("utm_source=news", company_id=self.env.company.id)
        self.lead_by("utm_source=news", company_id=company.id)
        names = ("google_conversions", "event_count")
        self.assertEqual(self.totals(*names, user=self.marketing), (12, 1))
        self.marketing.company_ids |= company
        both = [self.env.company.id, company.id]
        self.marketing.company_id = self.env.company
        report = self.report.with_user(self.marketing).with_context(allowed_company_ids=both)
        mine = [("campaign_id", "=", self.campaign.id)]
        rows = report._read_group(mine, ["google_campaign_id"], [f"{name}:sum" for name in names])
        self.assertEqual(rows, [(self.google_campaign, 12, 1), (theirs, 5, 1)])
