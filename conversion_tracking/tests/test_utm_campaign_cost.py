from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
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

    # ------------------------------------------------------------
    # Corrections
    # ------------------------------------------------------------

    def correct(self, cost, amount, **values):
        return self.add_cost(cost.campaign_id, amount, corrects_id=cost.id, **values)

    def test_a_correction_takes_back_a_part(self):
        campaign = self.make_campaign("Fair", 100)
        correction = self.correct(campaign.cost_ids, -30)
        self.assertMeasures(campaign, cost_actual=70)
        self.assertEqual(campaign.cost_ids.correction_ids, correction)

    def test_corrections_take_back_no_more_than_there_is(self):
        campaign = self.make_campaign("Fair", 100)
        cost = campaign.cost_ids
        self.correct(cost, -60)
        with self.assertRaisesRegex(ValidationError, "Lower the corrections"), self.cr.savepoint():
            self.correct(cost, -40.01)
        with self.assertRaisesRegex(ValidationError, "Lower the corrections"):
            cost.actual_amount = 50

    def test_a_correction_belongs_where_its_line_does(self):
        campaign, other = self.make_campaign("Fair", 100), self.make_campaign("Other")
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        cost = campaign.cost_ids
        correction = self.correct(cost, -10)
        for values in (
            {"campaign_id": other.id},
            {"currency_id": pounds.id},
            {"corrects_id": correction.id},
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.cr.savepoint():
                self.correct(cost, -1).write(values)
        with self.assertRaises(ValidationError):
            cost.campaign_id = other
        (cost | correction).campaign_id = other
        self.assertMeasures(other, cost_actual=90)

    def test_a_line_of_another_company_is_not_corrected(self):
        theirs = self.env["res.company"].create({"name": "Other"})
        cost = self.add_cost(self.make_campaign("Fair"), 100, company_id=theirs.id)
        with self.assertRaises(UserError):
            self.correct(cost, -10, company_id=self.company.id)

    def test_a_correction_goes_with_the_line_it_corrects(self):
        campaign = self.make_campaign("Fair", 100)
        cost = campaign.cost_ids
        self.correct(cost, -10)
        cost.unlink()
        self.assertFalse(campaign.cost_ids)

    def test_the_form_of_a_correction_has_the_currency_of_its_line(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        campaign = self.make_campaign("Fair")
        cost = self.add_cost(campaign, 100, currency_id=pounds.id)
        form = Form(self.env["utm.campaign.cost"].with_context(default_campaign_id=campaign.id))
        form.name = "Too much"
        form.corrects_id = cost
        form.actual_amount = -40
        self.assertEqual(form.save().currency_id, pounds)
        self.assertMeasures(campaign, cost_actual=120)

    # ------------------------------------------------------------
    # Staff time
    # ------------------------------------------------------------

    def add_time(self, campaign, hours, hourly_cost):
        return self.env["utm.campaign.cost"].create(
            {
                "campaign_id": campaign.id,
                "name": "Booth",
                "hours": hours,
                "hourly_cost": hourly_cost,
            }
        )

    def test_staff_time_costs_hours_times_the_cost_of_one(self):
        campaign = self.make_campaign("Fair")
        cost = self.add_time(campaign, 2.5, 60)
        self.assertEqual((cost.source, cost.actual_amount), ("staff", 150))
        cost.hours = 3
        self.assertEqual(cost.actual_company_amount, 180)
        cost.hours = 0
        self.assertEqual((cost.source, cost.actual_amount), ("manual", 180))

    def test_staff_time_typed_into_the_form(self):
        campaign = self.make_campaign("Fair")
        form = Form(self.env["utm.campaign.cost"].with_context(default_campaign_id=campaign.id))
        form.name = "Booth"
        form.hours = 8
        form.hourly_cost = 45.5
        self.assertEqual(form.actual_amount, 364)
        self.assertEqual(form.save().source, "staff")

    def test_staff_time_is_in_company_currency(self):
        campaign = self.make_campaign("Fair")
        cost = self.add_time(campaign, 1, 60)
        with self.assertRaisesRegex(ValidationError, "company currency"):
            cost.currency_id = self.env.ref("base.GBP")

    @mute_logger("odoo.sql_db")
    def test_hours_are_not_negative(self):
        campaign = self.make_campaign("Fair")
        for name in ("hours", "hourly_cost"):
            with self.subTest(name), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.add_cost(campaign, **{name: -1})

    # ------------------------------------------------------------
    # Planned activities
    # ------------------------------------------------------------

    def test_overdue_is_what_was_planned_and_cost_nothing(self):
        campaign = self.make_campaign("Fair")
        today = fields.Date.context_today(campaign)
        yesterday = today - timedelta(days=1)
        late = self.add_cost(campaign, planned_amount=10, date=yesterday)
        others = (
            self.add_cost(campaign, planned_amount=10, date=today)
            | self.add_cost(campaign, 9, planned_amount=10, date=yesterday)
            | self.add_cost(campaign, date=yesterday)
        )
        costs = late | others
        self.assertEqual(costs.filtered("is_overdue"), late)
        mine = [("campaign_id", "=", campaign.id)]
        for domain, found in (
            ([("is_overdue", "=", True)], late),
            ([("is_overdue", "=", False)], others),
            ([("is_overdue", "!=", True)], others),
            ([("is_overdue", "in", (True, False))], costs),
        ):
            with self.subTest(domain):
                self.assertEqual(costs.search(mine + domain), found.sorted())
        self.assertIn("enter what it cost", late.hint)
        self.assertFalse(any(others.mapped("hint")))

    def test_what_is_planned_counts_as_planned_only(self):
        campaign = self.make_campaign("Fair")
        self.add_cost(campaign, planned_amount=10)
        self.assertMeasures(campaign, cost_planned=10, cost_actual=0, cost_variance=10)

    def test_a_cost_before_the_campaign_starts_counts_and_says_so(self):
        campaign = self.make_campaign("Fair", start_date="2026-05-01")
        early = self.add_cost(campaign, 10, date="2026-04-30")
        self.assertIn("Before the campaign's start on 05/01/2026", early.hint)
        self.assertFalse(self.add_cost(campaign, 5, date="2026-05-01").hint)
        self.assertMeasures(campaign, cost_actual=15)

    def test_an_archived_campaign_takes_costs_and_says_so(self):
        campaign = self.make_campaign("Fair", 10, active=False)
        self.assertIn("archived", campaign.cost_ids.hint)
        self.assertMeasures(campaign, cost_actual=10)

    # ------------------------------------------------------------
    # Import
    # ------------------------------------------------------------

    def test_costs_are_imported_by_odoos_own_import(self):
        campaign = self.make_campaign("Fair")
        manager = self.people["marketing_manager"]
        result = (
            self.env["utm.campaign.cost"]
            .with_user(manager)
            .load(
                ["campaign_id", "date", "name", "planned_amount", "actual_amount", "currency_id"],
                [
                    ["Fair", "2026-03-31", "Stand", "5500", "5612.5", ""],
                    ["Fair", "2026-04-01", "Travel", "900", "", self.company.currency_id.name],
                ],
            )
        )
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 2)
        self.assertMeasures(campaign, cost_planned=6400, cost_actual=5612.5)

    @mute_logger("odoo.sql_db")
    def test_an_import_tells_the_row_that_is_wrong_and_takes_none(self):
        self.make_campaign("Fair")
        columns = ["campaign_id", "name", "actual_amount"]
        for bad in (["No such", "Stand", "1"], ["Fair", "Stand", "-1"], ["Fair", "Stand", "x"]):
            with self.subTest(bad):
                result = self.env["utm.campaign.cost"].load(columns, [["Fair", "Ok", "1"], bad])
                self.assertFalse(result["ids"])
                self.assertTrue(result["messages"][0]["message"])

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

    def test_what_is_read_is_not_deleted_nor_corrected(self):
        campaign = self.make_campaign("Search")
        cost = self.add_cost(campaign, **self.google_cost(campaign, "2026-05-01", 10))
        with self.assertRaisesRegex(UserError, "come back tomorrow"):
            cost.unlink()
        with self.assertRaisesRegex(ValidationError, "read from an ad platform"):
            self.correct(cost, -1)

    def test_the_campaign_goes_with_what_was_read(self):
        campaign = self.make_campaign("Search")
        cost = self.add_cost(campaign, **self.google_cost(campaign, "2026-05-01", 10))
        campaign.unlink()
        self.assertFalse(cost.exists())

    def test_the_activity_does_not_repeat_the_campaign(self):
        campaign = self.make_campaign("Standing desks")
        repeated, other = self.env["utm.campaign.cost"]._upsert(
            [
                self.google_cost(campaign, "2026-05-01", 1, name="standing Desks "),
                self.google_cost(campaign, "2026-05-02", 1, name="Desks, DE"),
            ]
        )
        self.assertEqual((repeated.name, other.name), ("Google Ads", "Desks, DE"))

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
