"""Rows of a spreadsheet become costs; what cannot be read stays, with the reason beside it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..attribution.cost_rows import MAX_ROWS
from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignCostPaste(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.make_campaign("Fair")

    def paste(self, text, campaign=None, **context):
        values = {"text": text, "campaign_id": (campaign or self.campaigns).id}
        return self.env["utm.campaign.cost.paste"].with_context(**context).create(values)

    def costs(self, campaign=None):
        return (campaign or self.fair).cost_ids.sorted("id")

    def test_rows_are_added_when_the_button_is_pressed_and_not_before(self):
        text = "03/31/2026\tStand\t5,500.00\t5,612.50\n2026-04-01\tTravel\t\t$ 90"
        paste = self.paste(text, self.fair)
        self.assertEqual(paste.good_count, 2)
        self.assertFalse(self.costs())
        self.assertEqual(paste.action_add()["type"], "ir.actions.act_window_close")
        told = [
            (cost.name, str(cost.date), cost.planned_amount, cost.actual_amount)
            for cost in self.costs()
        ]
        self.assertEqual(
            told, [("Stand", "2026-03-31", 5500, 5612.5), ("Travel", "2026-04-01", 0, 90)]
        )
        with self.assertRaisesRegex(UserError, "no row to add"):
            paste.action_add()

    def test_a_bad_row_stays_in_the_text(self):
        text = "Date;Activity;Actual\n2026-01-01;Stand;10\nsoon;Travel;20\n2026-01-03;Hotel;30"
        paste = self.paste(text, self.fair)
        self.assertIn("Write the date as", paste.preview)
        action = paste.action_add()
        self.assertEqual(self.costs().mapped("actual_amount"), [10, 30])
        self.assertEqual(action["res_id"], paste.id)
        self.assertEqual(paste.text, "Date;Activity;Actual\nsoon;Travel;20")
        paste.text = paste.text.replace("soon", "2026-01-02")
        paste.action_add()
        self.assertEqual(self.costs().mapped("actual_amount"), [10, 30, 20])

    def test_each_row_tells_what_to_do(self):
        gone = self.make_campaign("Twins"), self.make_campaign("twins")
        self.assertEqual(len(gone), 2)
        for row, said in {
            "2026-01-01;Stand;;": "planned or an actual amount",
            "2026-01-01;;1;": "what the money is for",
            "2026-01-01;Stand;x;": "Write the planned amount as 1234.50",
            "2026-01-01;Stand;;x": "Write the actual amount as 1234.50",
            "2026-01-01;Stand;;-1": "enter a correction",
            "2026-01-01;Stand;;1.234": "Thousands or decimals?",
            "2026-01-01;Stand;1;1;XYZ": "Currency &#39;XYZ&#39; is not known",
            "2026-01-01;Stand;1 XYZ;1": "Currency &#39;XYZ&#39; is not known",
            "2026-01-01;Stand;1;1;;No such": "no campaign &#39;No such&#39;",
            "2026-01-01;Stand;1;1;;TWINS": "Several campaigns",
            "2026-01-01;Stand;1;1;;Fair;x": "columns that are not known",
            "2026-01-01;" + "x" * 300: "more than 255 characters",
        }.items():
            with self.subTest(row):
                paste = self.paste(row, self.fair)
                self.assertIn(said, paste.preview)
                self.assertEqual(paste.good_count, 0)
                with self.assertRaisesRegex(UserError, "no row to add"):
                    paste.action_add()
                self.assertEqual(paste.text, row)

    def test_two_currencies_in_a_row_are_told(self):
        self.env.ref("base.GBP").active = True
        paste = self.paste("2026-01-01;Stand;1 GBP;1;USD", self.fair)
        self.assertIn("Two currencies in one row", paste.preview)

    def test_a_currency_is_found_by_its_code_and_by_its_sign(self):
        pounds = self.env.ref("base.GBP")
        self.set_rates(pounds, {"2020-01-01": 0.5})
        self.paste("2026-01-01;A;;£ 10\n2026-01-01;B;;20;gbp", self.fair).action_add()
        self.assertEqual(self.costs().currency_id, pounds)
        self.assertMeasures(self.fair, cost_actual=60)

    def test_a_row_names_its_campaign(self):
        other = self.make_campaign("100% Solar_")
        self.make_campaign("100x SolarX")
        self.paste("2026-01-01;A;;10\n2026-01-01;B;;20;;100% solar_", self.fair).action_add()
        self.assertMeasures(self.fair, cost_actual=10)
        self.assertMeasures(other, cost_actual=20)

    def test_a_name_may_have_lost_its_signs_in_the_spreadsheet(self):
        sale = self.make_campaign("🔥 Winter sale")
        brand = self.make_campaign('"Brand" NL')
        self.paste("2026-01-01;A;;10;;winter sale\n2026-01-01;B;;20;;Brand NL").action_add()
        self.assertMeasures(sale, cost_actual=10)
        self.assertMeasures(brand, cost_actual=20)
        self.make_campaign("❄ Winter sale")
        paste = self.paste("2026-01-01;A;;10;;Winter sale")
        self.assertIn("There is no campaign", paste.preview, "nobody knows which")

    def test_without_a_campaign_the_row_has_to_name_one(self):
        paste = self.paste("2026-01-01;A;;10\n2026-01-01;B;;20;;Fair")
        self.assertIn("choose one above", paste.preview)
        paste.action_add()
        self.assertEqual((paste.text, self.costs().name), ("2026-01-01;A;;10", "B"))

    def test_a_german_pastes_as_in_germany(self):
        self.env["res.lang"]._activate_lang("de_DE")
        lang = self.env["res.lang"]._get_data(code="de_DE")
        self.assertEqual((lang.decimal_point, lang.date_format), (",", "%d.%m.%Y"))
        self.paste("31.03.2026\tStand\t1.234\t1.234,50", self.fair, lang="de_DE").action_add()
        cost = self.costs()
        self.assertEqual(
            (str(cost.date), cost.planned_amount, cost.actual_amount), ("2026-03-31", 1234, 1234.5)
        )

    def test_too_many_rows_are_refused_before_any_is_read(self):
        paste = self.paste("2026-01-01;A;;1\n" * (MAX_ROWS + 1), self.fair)
        self.assertIn("too much at once", paste.preview)
        with self.assertRaisesRegex(UserError, "too much at once"):
            paste.action_add()
        self.assertTrue(paste.text)

    def test_what_is_pasted_is_shown_as_text(self):
        paste = self.paste("2026-01-01;<img src=x onerror=alert(1)>;;1;;<b>x</b>", self.fair)
        self.assertIn("&lt;img", paste.preview)
        self.assertNotIn("<img", paste.preview)
        self.assertNotIn("<b>", paste.preview)

    def test_the_preview_follows_the_text(self):
        costs = self.env["utm.campaign.cost"].with_context(default_campaign_id=self.fair.id)
        action = costs.action_paste()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.campaign_id, self.fair)
        self.assertFalse(form.preview)
        form.text = "2026-01-01;Stand;;10"
        self.assertIn("Stand", form.preview)
        self.assertEqual(form.good_count, 1)

    def test_the_number_of_queries_does_not_grow_with_the_rows(self):
        def queries(rows):
            paste = self.paste(
                "".join(f"2026-01-01;A;;{n} USD;;Fair\n" for n in range(1, rows + 1)), self.fair
            )
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.assertTrue(paste.preview)
            return self.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(100), queries(2))

    def test_only_managers_paste(self):
        self.env = self.env(user=self.people["marketing"])
        with self.assertRaises(AccessError):
            self.paste("2026-01-01;A;;1", self.fair)
