from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignCost(CampaignCase):
    def test_amounts_are_converted_at_the_date_of_the_line(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2026-01-01": 0.8, "2026-03-01": 0.5})
        campaign = self.make_campaign("Fair")
        january, march = (
            self.add_cost(campaign, 100, planned_amount=40, date=day, currency_id=pounds.id)
            for day in ("2026-01-15", "2026-03-15")
        )
        self.assertEqual(january.actual_company_amount, 125)
        self.assertEqual(january.planned_company_amount, 50)
        self.assertEqual(march.actual_company_amount, 200)
        self.assertMeasures(campaign, cost_actual=325, cost_planned=130, cost_variance=-195)

    def test_todays_rate_does_not_change_what_was_spent(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2026-01-01": 0.8})
        campaign = self.make_campaign("Fair")
        self.add_cost(campaign, 100, date="2026-01-15", currency_id=pounds.id)
        self.set_rates(pounds, {"2026-01-01": 0.8, fields.Date.today(): 0.1})
        self.assertMeasures(campaign, cost_actual=125)

    def test_a_line_typed_into_the_form_is_of_today_and_in_company_currency(self):
        campaign = self.make_campaign("Fair")
        form = Form(self.env["utm.campaign.cost"].with_context(default_campaign_id=campaign.id))
        form.name = "Stand"
        form.planned_amount = 900
        cost = form.save()
        self.assertEqual(cost.date, fields.Date.context_today(cost))
        self.assertEqual(cost.currency_id, self.company.currency_id)
        self.assertEqual(cost.company_id, self.company)
        self.assertEqual(cost.source, "manual")
        self.assertEqual(cost.actual_amount, 0)

    @mute_logger("odoo.sql_db")
    def test_negative_amounts_are_refused(self):
        campaign = self.make_campaign("Fair")
        for name in ("planned_amount", "actual_amount"):
            with self.subTest(name), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.add_cost(campaign, **{name: -1})

    def test_a_copy_of_a_campaign_has_cost_nothing_yet(self):
        copy = self.make_campaign("Fair", 100).copy()
        self.assertFalse(copy.cost_ids)

    # ------------------------------------------------------------
    # Read from Google
    # ------------------------------------------------------------

    def google_cost(self, campaign, day, amount, **values):
        return {
            "external_key": f"1234567890/77/{day}",
            "google_campaign_id": "77",
            "campaign_id": campaign.id,
            "name": "Google Ads",
            "date": day,
            "actual_amount": amount,
            "currency_id": self.company.currency_id.id,
            "company_id": self.company.id,
            **values,
        }

    def test_reading_a_day_again_corrects_it(self):
        campaign = self.make_campaign("Search")
        costs = self.env["utm.campaign.cost"]
        first = costs._upsert(
            [self.google_cost(campaign, day, 10) for day in ("2026-05-01", "2026-05-02")]
        )
        again = costs._upsert(
            [
                self.google_cost(campaign, "2026-05-02", 12.5),
                self.google_cost(campaign, "2026-05-03", 7),
            ]
        )
        self.assertEqual(first[1], again[0])
        self.assertEqual(len(campaign.cost_ids), 3)
        self.assertEqual(set(campaign.cost_ids.mapped("source")), {"google_ads"})
        self.assertMeasures(campaign, cost_actual=29.5)

    def test_an_unchanged_day_is_not_written(self):
        campaign = self.make_campaign("Search")
        costs = self.env["utm.campaign.cost"]
        vals = self.google_cost(campaign, "2026-05-01", 10)
        cost = costs._upsert([vals])
        self.assertFalse(cost._get_changes(vals))
        self.assertFalse(cost._get_changes({**vals, "date": fields.Date.to_date("2026-05-01")}))
        self.assertEqual(
            cost._get_changes({**vals, "actual_amount": 11, "name": "Google Ads"}),
            {"actual_amount": 11},
        )

    @mute_logger("odoo.sql_db")
    def test_the_same_cost_cannot_be_there_twice(self):
        campaign = self.make_campaign("Search")
        vals = self.google_cost(campaign, "2026-05-01", 10)
        self.add_cost(campaign, **vals)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.add_cost(campaign, **vals)

    def find(self, google_id, name, **options):
        return self.campaigns._find_for_google({google_id: name}, **options)[google_id]

    def test_many_google_campaigns_are_found_together(self):
        known = self.make_campaign("Desks", google_campaign_id="501")
        named = self.make_campaign("Chairs")
        names = {"501": "Desks", "502": "chairs", "503": "Lamps", "504": "lamps"}
        found = self.campaigns._find_for_google(names, make=True)
        self.assertEqual((found["501"], found["502"]), (known, named))
        self.assertEqual(found["503"], found["504"], "namesakes share the campaign")
        self.assertEqual(found["503"].google_campaign_id, "503")

    def test_a_google_campaign_is_found_by_id_then_by_name(self):
        search = self.make_campaign("Standing_Desks 100%")
        self.make_campaign("StandingXDesks 100%")
        found = self.find("501", " standing_desks 100% ")
        self.assertEqual(found, search)
        self.assertEqual(search.google_campaign_id, "501")
        renamed = self.find("501", "Desks, new name")
        self.assertEqual(renamed, search)

    def test_a_google_campaign_is_found_by_the_id_in_its_links(self):
        tagged_by_id = self.make_campaign("9001")
        self.assertEqual(self.find("9001", "Brand"), tagged_by_id)

    def test_a_namesake_in_another_account_shares_the_campaign(self):
        search = self.make_campaign("Brand", google_campaign_id="501")
        self.assertEqual(self.find("777", "brand"), search)
        self.assertEqual(search.google_campaign_id, "501")

    def test_an_archived_campaign_keeps_its_costs(self):
        search = self.make_campaign("Brand", active=False)
        self.assertEqual(self.find("501", "Brand", make=True), search)

    def test_an_unknown_google_campaign_is_made_on_request_only(self):
        self.assertFalse(self.find("501", "Brand"))
        made = self.find("501", "Brand", make=True)
        self.assertEqual((made.title, made.campaign_type), ("Brand", "search_ads"))
        self.assertEqual(self.find("501", "Other", make=True), made)
        unnamed = self.find("502", " ", make=True)
        self.assertEqual(unnamed.title, "502")

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def test_costs_are_for_marketing_and_sales_managers(self):
        campaign = self.make_campaign("Fair", 100)
        for name in ("employee", "salesperson", "sales_all"):
            with self.subTest(name):
                seen = campaign.with_user(self.people[name])
                with self.assertRaises(AccessError):
                    self.env["utm.campaign.cost"].with_user(self.people[name]).search([])
                for field in ("cost_ids", "cost_actual", "roi_percent", "budget", "profit"):
                    with self.assertRaises(AccessError):
                        seen.read([field])
        for name in ("sales_manager", "marketing", "marketing_manager"):
            with self.subTest(name):
                self.assertEqual(campaign.with_user(self.people[name]).cost_actual, 100)

    def test_only_marketing_managers_write_costs_and_plans(self):
        campaign = self.make_campaign("Fair", 100)
        for name in ("sales_manager", "marketing"):
            with self.subTest(name):
                seen = campaign.with_user(self.people[name])
                with self.assertRaises(AccessError):
                    seen.cost_ids.actual_amount = 1
                with self.assertRaises(AccessError):
                    seen.budget = 1
                self.assertTrue(seen.fields_get(["budget"])["budget"]["readonly"])
        managed = campaign.with_user(self.people["marketing_manager"])
        managed.write({"budget": 500, "cost_ids": [(1, campaign.cost_ids.id, {"name": "Stand"})]})
        self.assertEqual((campaign.budget, campaign.cost_ids.name), (500, "Stand"))

    def test_an_employee_still_creates_and_names_campaigns(self):
        mine = self.campaigns.with_user(self.people["employee"]).create({"title": "Card"})
        mine.title = "Business card"
        self.assertEqual(mine.title, "Business card")

    def test_costs_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        campaign = self.make_campaign("Fair", 100)
        self.add_cost(campaign, 40, company_id=other.id)
        seen = campaign.with_user(self.people["marketing_manager"])
        campaign.invalidate_recordset()
        self.assertEqual(seen.cost_actual, 100)
        self.assertEqual(seen.cost_ids.mapped("actual_amount"), [100])
