"""The page Health: each number is right, and opens what it counts."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .google_case import GoogleCase


@tagged("post_install", "-at_install")
class TestConversionHealth(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "conversion_tracking.group_user"
        cls.marketing = new_test_user(cls.env, "he_marketing", groups=groups)
        cls.reader = new_test_user(
            cls.env, "he_reader", groups=f"{groups},sales_team.group_sale_salesman_all_leads"
        )
        cls.seller = new_test_user(
            cls.env, "he_seller", groups=f"{groups},sales_team.group_sale_salesman"
        )
        for user in (cls.marketing, cls.reader, cls.seller):
            user.tz = "Europe/Amsterdam"

    def setUp(self):
        super().setUp()
        self.set_now(self.now.replace(hour=12, minute=0, second=0))

    def open_page(self, user=None):
        self.env.flush_all()
        health = self.env["conversion.health"].with_user(user or self.reader)
        return health.browse(health.with_context(tz="Europe/Amsterdam").action_open()["res_id"])

    def day(self, page, days_ago=0):
        day = fields.Date.today() - timedelta(days=days_ago)
        return page.day_ids.filtered(lambda one: one.day == day)

    def count_opened(self, record, figure):
        action = record.with_context(figure=figure, tz="Europe/Amsterdam").action_open_figure()
        records = self.env[action["res_model"]].with_user(record.env.user)
        return records.with_context(**action["context"]).search_count(action["domain"])

    def lead(self, days_ago=0, **values):
        lead = self.env["crm.lead"].create({"name": "Roof", **values})
        self.env.flush_all()
        moment = fields.Datetime.now() - timedelta(days=days_ago)
        self.env.cr.execute("UPDATE crm_lead SET create_date=%s WHERE id=%s", (moment, lead.id))
        lead.invalidate_recordset()
        return lead

    def test_nothing_yet(self):
        page = self.open_page(self.marketing)
        self.assertEqual(len(page.day_ids), 30)
        self.assertEqual((page.leads, page.source_share, page.latency_median), (0, 0, 0))
        self.assertFalse(page.visit_at or page.form_at or page.cost_on or page.click_read_at)
        self.assertEqual(page.account_ids, self.account)

    def test_each_number_opens_what_it_counts(self):
        ad = self.lead_from_ad()
        self.lead(landing_url="https://shop.example/", consent="denied")
        self.lead(3, landing_url="https://shop.example/?utm_source=x", active=False)
        self.lead(31)
        row = self.rows_of(ad)
        now = fields.Datetime.now()
        row.write({"state": "success", "uploaded_at": now, "event_time": now - timedelta(hours=9)})
        page = self.open_page()
        self.assertEqual((page.leads, page.sourced_leads, page.clicked_leads), (3, 2, 1))
        self.assertEqual((page.consenting_leads, page.delivered_events), (1, 1))
        self.assertAlmostEqual(page.source_share, 2 / 3)
        self.assertEqual((page.latency_median, page.latency_most), (9, 9))
        today = self.day(page)
        self.assertEqual((today.leads, today.sourced_leads, today.click_share), (2, 1, 0.5))
        self.assertEqual(today.latency_median, 9)
        self.assertEqual(self.day(page, 3).sourced_leads, 1)
        for record in (page, *page.day_ids):
            for figure in page._get_figures():
                self.assertEqual(self.count_opened(record, figure), record[figure], figure)

    def test_days_are_the_readers_own(self):
        moment = self.now.replace(hour=23, minute=30) - timedelta(days=2)
        lead = self.lead()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date=%s WHERE id=%s", (moment.replace(tzinfo=None), lead.id)
        )
        page = self.open_page()
        self.assertEqual((self.day(page, 2).leads, self.day(page, 1).leads), (0, 1))
        self.assertEqual(self.count_opened(self.day(page, 1), "leads"), 1)

    def test_half_and_nine_tenths_of_what_was_delivered(self):
        rows = self.conversions
        for hours in range(1, 6):
            row = self.rows_of(self.lead_from_ad(f"L-{hours}"))
            now = fields.Datetime.now()
            row.write({"state": "success", "uploaded_at": now})
            row.event_time = now - timedelta(hours=hours)
            rows |= row
        rows[0].uploaded_at -= timedelta(days=1)
        rows[0].event_time -= timedelta(days=1)
        page = self.open_page()
        self.assertEqual(page.latency_median, 3)
        self.assertAlmostEqual(page.latency_most, 4.6)
        self.assertEqual(self.day(page).latency_median, 3.5)
        self.assertEqual(self.day(page, 1).latency_median, 1)

    def test_the_newest_of_each_kind_opens_first(self):
        self.lead_from_ad()
        self.env["google.ads.click"].create(
            {"account_id": self.account.id, "gclid": "AbC-1", "day": fields.Date.today()}
        )
        campaign = self.env["utm.campaign"].create({"title": "Solar"})
        costs = self.env["utm.campaign.cost"].create(
            [
                {"campaign_id": campaign.id, "name": "Ads", "actual_amount": 5, "date": day}
                for day in ("2026-01-05", "2026-01-06", "2999-01-01")
            ]
        )
        page = self.open_page()
        self.assertEqual(page.cost_on, costs[1].date, "what is planned is not new")
        self.assertTrue(page.visit_at and page.click_read_at)
        for name in page._get_newest_figures():
            action = page.with_context(figure=name).action_open_newest()
            found = self.env[action["res_model"]].with_user(self.reader).search(action["domain"])
            newest = page._get_newest_figures()[name].moment
            self.assertEqual(found[:1][newest] or False, page[name], name)

    def test_alerts_that_are_open_are_on_the_page(self):
        rule = self.env.ref("conversion_tracking.alert_rule_idle_spend")
        values = {"rule_id": rule.id, "company_id": self.env.company.id, "text": "Look"}
        alert = self.env["conversion.alert"].create({**values, "name": "A", "key": "a"})
        over = {"name": "B", "key": "b", "ended_at": fields.Datetime.now()}
        self.env["conversion.alert"].create({**values, **over})
        self.assertEqual(self.open_page(self.marketing).alert_ids, alert)

    def test_the_counts_of_google_stand_beside_ours(self):
        self.account.report_since = fields.Datetime.now() - timedelta(days=60)
        campaign = self.env["google.ads.campaign"].create(
            {"account_id": self.account.id, "google_id": "1", "name": "Solar"}
        )
        self.assertFalse(self.account.settled_summary)
        day = fields.Date.today() - timedelta(days=10)
        self.env["google.ads.campaign.day"].create(
            {"google_campaign_id": campaign.id, "day": day, "conversions": 4.5}
        )
        self.account.invalidate_recordset()
        self.assertEqual(
            self.account.with_user(self.marketing).settled_summary,
            "Google counts 4, Odoo delivered 0",
        )

    # Who

    def test_marketing_counts_leads_that_it_may_not_open(self):
        self.lead()
        page = self.open_page(self.marketing)
        self.assertEqual(page.leads, 1)
        with self.assertRaisesRegex(UserError, "who see leads in CRM"):
            self.count_opened(page, "leads")
        self.assertEqual(self.count_opened(page, "created_events"), page.created_events)

    def test_who_sees_own_leads_counts_these(self):
        self.lead(user_id=self.seller.id)
        self.lead(user_id=self.reader.id)
        page = self.open_page(self.seller)
        self.assertEqual(page.leads, 1)
        self.assertEqual(self.count_opened(page, "leads"), 1)

    def test_another_companys_leads_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Windmill"})
        self.lead(company_id=other.id, team_id=False, user_id=False)
        for user in (self.marketing, self.reader):
            self.assertEqual(self.open_page(user).leads, 0)

    def test_salespeople_alone_do_not_see_it(self):
        alone = new_test_user(self.env, "he_alone", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["conversion.health"].with_user(alone).action_open()

    def test_whatever_a_client_asks_for_opens_something(self):
        page = self.open_page()
        for figure in ("nothing", ["leads"], {}, None, 7):
            for act in ("action_open_figure", "action_open_newest"):
                self.assertTrue(getattr(page.with_context(figure=figure), act)()["domain"])

    def test_every_number_on_the_page_is_a_button_that_opens_it(self):
        for model in ("conversion.health", "conversion.health.day"):
            arch = self.env[model].with_user(self.reader).get_view(view_type="form")["arch"]
            buttons = etree.fromstring(arch).xpath("//button[@name='action_open_figure']/@context")
            for figure in self.env["conversion.health"]._get_figures():
                self.assertIn(f"{{'figure': '{figure}'}}", buttons, model)
