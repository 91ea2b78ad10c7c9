"""Key figures that users make, also wrong ones, and what their cards say then."""

from datetime import date
from unittest.mock import patch

from psycopg2.errors import ReadOnlySqlTransaction, SerializationFailure

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..kpi.period import Period
from .kpi_case import MARCH, KpiCase


@tagged("post_install", "-at_install")
class TestConversionKpi(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.make_past("ann", "2026-03-10 12:00", "", 500)

    def assertRefused(self, text, **values):
        with self.assertRaisesRegex(ValidationError, text), self.cr.savepoint():
            self.make_kpi("wrong", **values)

    # ------------------------------------------------------------
    # Refused when saved
    # ------------------------------------------------------------

    def test_a_formula_says_where_it_is_wrong(self):
        self.assertRefused("character 8: .*missing", kind="formula", formula="leads +")
        self.assertRefused("character 6: '%' cannot", kind="formula", formula="leads% 2")
        self.assertRefused("Enter a formula", kind="formula")
        self.assertRefused("too long", kind="formula", formula="1+" * 400 + "1")

    def test_a_formula_cannot_name_what_there_is_not(self):
        self.assertRefused("the code 'profit'", kind="formula", formula="profit / leads")

    def test_a_formula_cannot_lead_back_to_itself(self):
        self.assertRefused("wrong → wrong", kind="formula", formula="wrong + 1")
        first = self.make_kpi("first", kind="formula", formula="leads * 2")
        second = self.make_kpi("second", kind="formula", formula="first * 2")
        with self.assertRaisesRegex(ValidationError, "first → second → first"):
            first.formula = "second * 2"
        self.assertTrue(second)

    def test_a_domain_that_cannot_be_applied(self):
        self.assertRefused("nothing_like_it", domain="[('nothing_like_it', '=', 1)]")
        self.assertRefused("conditions cannot be applied", domain="leads of today")
        self.assertRefused("conditions cannot be applied", domain="{'a': 1}")
        self.assertRefused("conditions cannot be applied", domain="[('name', 'looks', 'x')]")
        self.assertRefused("conditions cannot be applied", domain="__import__('os').getcwd()")
        self.assertRefused("conditions cannot be applied", domain="[" * 300)

    def test_fields_that_do_not_fit(self):
        self.assertRefused("is not there", date_field="nothing_like_it")
        self.assertRefused("it is no date", date_field="name")
        self.assertRefused("Choose a field under 'Date'", date_field=False)
        self.assertRefused("Choose a field under 'Measure'", kind="sum")
        self.assertRefused("it is no number", kind="average", measure_field="name")
        self.assertRefused("Choose a field under 'Since'", kind="duration")
        self.assertRefused("Choose a field under 'Until'", reading="state")
        self.assertRefused("of the same kind", reading="state", until_field="date_deadline")

    def test_codes_that_formulas_cannot_name(self):
        for code in ("Leads", "2leads", "leads-won", "_leads", "a" * 61, "läads", "leads\n"):
            wrong = self.assertRaisesRegex(ValidationError, "cannot be used in formulas")
            with wrong, self.cr.savepoint():
                self.make_kpi(code)

    @mute_logger("odoo.sql_db")
    def test_a_code_belongs_to_one(self):
        with self.assertRaisesRegex(Exception, "with this code|unique"), self.cr.savepoint():
            self.make_kpi("leads")

    def test_models_that_are_not_for_readers(self):
        self.assertRefused("cannot be counted", model="res.users")

    def test_what_others_are_made_of_stays(self):
        leads = self.env.ref("conversion_tracking.kpi_leads")
        for act in (leads.unlink, lambda: leads.write({"code": "people"})):
            with self.assertRaisesRegex(UserError, "'leads' is used by"):
                act()
        leads.active = False
        self.assertEqual(self.read_card("lead_conversion_rate")["value"], 0)

    # ------------------------------------------------------------
    # Explained when read
    # ------------------------------------------------------------

    def test_a_wrong_figure_says_why_and_the_others_stand(self):
        wrong = {
            "broken_domain": ({"domain": "[('gone', '=', 1)]"}, "gone"),
            "broken_date": ({"date_field": "gone"}, "is not there"),
            "broken_model": ({"model": "gone.model"}, "cannot be counted"),
            "broken_value": ({"domain": "[('create_date', '>', 'soon')]"}, "conditions"),
            "broken_many": ({"domain": "[('tag_ids', '<=', True)]"}, "conditions"),
            "broken_formula": ({"kind": "formula", "formula": "gone + 1"}, "'gone'"),
            "broken_circle": ({"kind": "formula", "formula": "broken_circle"}, "back to itself"),
            "broken_text": ({"kind": "formula", "formula": "1 +"}, "character 4"),
        }
        kpis = {code: self.make_kpi(code) for code in wrong}
        self.make_kpi("on_broken", kind="formula", formula="broken_domain + leads")
        for code, (values, _text) in wrong.items():
            self.break_kpi(kpis[code], **values)
        cards = self.read_board()
        for code, (_values, text) in wrong.items():
            self.assertIn(text, cards[f"kpi_{code}"]["problem"], code)
            self.assertNotIn("value", cards[f"kpi_{code}"])
            self.assertEqual(cards[f"kpi_{code}"]["definition"], "What counts.")
        self.assertIn("gone", cards["kpi_on_broken"]["problem"])
        good = [card for key, card in cards.items() if "broken" not in key]
        self.assertEqual(len(good), 12)
        self.assertFalse([card["problem"] for card in good if "problem" in card])
        self.assertEqual(cards["kpi_leads"]["value"], 1)

    def test_while_it_is_edited_it_says_why_it_cannot_be_computed(self):
        """Odoo takes the conditions, and finds out when it looks for records."""
        form = Form(self.kpis.with_user(self.manager))
        form.domain = "[('tag_ids', '<=', True)]"
        self.assertIn("conditions cannot be applied to Lead", form.preview)

    @mute_logger("odoo.sql_db")
    def test_what_only_the_database_finds_out_stops_nothing_else(self):
        self.make_kpi("odd", domain="[('id', '<', 99999999999999999999999999)]")
        cards = self.read_board()
        self.assertEqual(cards["kpi_leads"]["value"], 1)
        card = cards["kpi_odd"]
        self.assertTrue("problem" in card or card["value"] == 1)

    def test_a_conflict_is_no_wrong_condition(self):
        """Odoo tries the request again, if it hears of it."""
        for error in (SerializationFailure, ReadOnlySqlTransaction):
            with (
                patch.object(self.registry["conversion.kpi.reader"], "_tally", side_effect=error),
                self.assertRaises(error),
            ):
                self.read_board(keys=["kpi_leads"])

    def test_a_model_that_the_reader_may_not_read(self):
        self.make_kpi("orders", model="sale.order", date_field="date_order")
        card = self.read_card("orders", self.people["marketing"])
        self.assertIn("You may not read", card["problem"])
        self.assertNotIn("problem", self.read_card("orders"))

    def test_nobody_finds_out_about_leads_by_counting_them(self):
        """A marketer without access to leads makes figures, but not of what reports hide."""
        marketer = self.people["marketing_manager"]
        kpis = self.kpis.with_user(marketer)
        domains = (
            "[('email_from', 'ilike', 'a')]",
            "[('partner_id.name', 'ilike', 'a')]",
            "[('user_id', 'any', [('login', 'ilike', 'a')])]",
            "[('user_id.password', 'ilike', 'a')]",
            "[('team_id', 'ilike', 'a')]",
        )
        for number, domain in enumerate(domains):
            kpis.create(
                {"name": "Spy", "code": f"spy_{number}", "definition": "x", "domain": domain}
            )
        cards = self.read_board(marketer)
        for number, domain in enumerate(domains):
            self.assertIn("access to CRM", cards[f"kpi_spy_{number}"]["problem"], domain)
        self.assertEqual(cards["kpi_leads"]["value"], 1)

    def test_divisions_by_zero_are_empty(self):
        self.make_kpi("ratio", kind="formula", formula="leads / (leads - leads)")
        card = self.read_card("ratio")
        self.assertIsNone(card["value"])
        self.assertIsNone(card["change"])

    def test_an_empty_database_shows_empty_cards(self):
        self.lead.unlink()
        for asked in (MARCH, {"period": "this_year"}):
            cards = self.read_board(asked=asked)
            self.assertEqual(len(cards), 12)
            for card in cards.values():
                self.assertNotIn("problem", card)
                self.assertIn(card["value"], (0, None))
                self.assertFalse(card["change"])

    def test_periods_that_cannot_be(self):
        for first, last in (
            ("2026-03-02", "2026-03-01"),
            ("0001-01-01", "2026-03-01"),
            ("soon", "later"),
            ([], {}),
            (None, None),
        ):
            asked = {"period": "custom", "from": first, "to": last}
            answer = self.board.with_user(self.manager).get_board(asked, ["kpi_leads"])
            self.assertEqual(answer["asked"]["period"], "last_90_days")

    def test_thirty_years_and_the_ends_of_the_calendar(self):
        for first, last, value in (
            ("1997-01-01", "2026-12-31", 1),
            ("2026-03-10", "2026-03-10", 1),
            ("0001-01-01", "0001-01-01", 0),
            ("9999-12-31", "9999-12-31", 0),
        ):
            asked = {"period": "custom", "from": first, "to": last}
            cards = self.read_board(asked=asked)
            self.assertEqual(cards["kpi_leads"]["value"], value)
            self.assertLessEqual(len(cards["kpi_leads"]["trend"]), 31)
            self.assertFalse([card for card in cards.values() if "problem" in card])

    # ------------------------------------------------------------
    # What users make
    # ------------------------------------------------------------

    def test_a_figure_of_ones_own(self):
        self.make_kpi("big", domain="[('expected_revenue', '>', 400)]")
        self.make_kpi("share", kind="formula", formula="big / leads", unit="percent")
        self.make_kpi("largest", kind="sum", measure_field="expected_revenue", unit="money")
        cards = self.read_board()
        self.assertValues(cards, {"big": 1, "share": 100, "largest": 500})

    def test_the_form_shows_the_number_while_it_is_edited(self):
        form = Form(self.kpis.with_user(self.manager))
        form.name, form.code, form.definition = "Big", "big", "Large ones."
        self.make_past("new", "2026-11-20 12:00", "", 900)
        self.set_created(self.lead, self.env.cr.now())
        form.domain = "[('expected_revenue', '>', 100)]"
        self.assertTrue(form.preview.startswith("2 "), form.preview)
        form.domain = "[('gone', '=', 1)]"
        self.assertIn("cannot be applied", form.preview)
        form.kind = "formula"
        form.formula = "leads * 2 +"
        self.assertIn("character", form.preview)
        form.formula = "leads * big"
        self.assertIn("big → big", form.preview)
        form.formula = "leads * 2"
        self.assertTrue(form.preview.startswith("4 "), form.preview)
        self.assertEqual(form.save().formula, "leads * 2")

    def test_a_duplicate_works(self):
        copies = [self.env.ref(f"conversion_tracking.kpi_{name}") for name in ("leads", "win_rate")]
        copies = [kpi.copy() for kpi in copies] + [copies[0].copy()]
        self.assertEqual([kpi.code for kpi in copies], ["leads_2", "win_rate_2", "leads_3"])
        cards = self.read_board()
        self.assertEqual(cards["kpi_leads_3"]["value"], cards["kpi_leads"]["value"])

    def test_targets_are_for_the_days_of_the_period(self):
        leads = self.env.ref("conversion_tracking.kpi_leads")
        rate = self.env.ref("conversion_tracking.kpi_win_rate")
        self.assertIsNone(self.read_card("leads")["target"])
        (leads | rate).target = 31
        self.assertEqual(self.read_card("leads")["target"], 31)
        half = Period(date(2026, 3, 1), date(2026, 3, 10))
        self.assertAlmostEqual(leads._get_target(half), 10)
        self.assertEqual(rate._get_target(half), 31)
        self.assertEqual(self.env.ref("conversion_tracking.kpi_open_deals")._get_target(half), None)

    def test_different_cohorts_are_said(self):
        self.make_kpi("mixed", kind="formula", formula="deals_won / leads", unit="percent")
        cards = self.read_board()
        self.assertIn("different dates", cards["kpi_mixed"]["note"])
        for code in ("win_rate", "lead_conversion_rate", "lead_qualification_rate"):
            self.assertFalse(cards[f"kpi_{code}"]["note"])

    def test_what_a_filter_cannot_hold_for_is_said(self):
        self.make_kpi("visits", model="conversion.touchpoint", date_field="occurred_at")
        asked = {**MARCH, "team": [1], "channel": ["direct"]}
        self.assertIn("team", self.read_card("visits", asked=asked)["note"])
        self.assertNotIn("channel", self.read_card("visits", asked=asked)["note"])

    def test_costs_and_days_without_a_time(self):
        campaign = self.make_campaign("Search")
        self.add_cost(campaign, 70, date="2026-03-31")
        self.add_cost(campaign, 30, date="2026-04-01")
        self.make_kpi(
            "cost",
            model="utm.campaign.cost",
            kind="sum",
            measure_field="actual_company_amount",
            date_field="date",
            unit="money",
        )
        card = self.read_card("cost")
        self.assertEqual((card["value"], card["open"]["count"]), (70, 1))
        costs = self.env["utm.campaign.cost"].with_user(self.manager)
        self.assertEqual(costs.search_count(card["open"]["domain"]), 1)

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def test_groups_and_companies_have_their_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_kpi("for_sales", group_ids=[self.env.ref("sales_team.group_sale_manager").id])
        self.make_kpi("for_other", company_id=other.id)
        self.assertIn("kpi_for_sales", self.read_board())
        self.assertNotIn("kpi_for_sales", self.read_board(self.seller))
        self.assertNotIn("kpi_for_other", self.read_board())

    def test_only_managers_make_figures(self):
        for name in ("salesperson", "sales_manager", "marketing"):
            with self.assertRaises(AccessError):
                self.kpis.with_user(self.people[name]).create(
                    {"name": "x", "code": "x", "definition": "x"}
                )

    def test_strangers_see_no_board(self):
        with self.assertRaises(AccessError):
            self.read_board(self.people["employee"])
