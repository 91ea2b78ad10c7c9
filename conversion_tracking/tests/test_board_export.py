"""The board as a workbook: numbers as numbers, names as names, for readers only."""

import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, new_test_user, tagged

ADDRESS = "/conversion_tracking/board.xlsx"
FORMULA = '=HYPERLINK("https://evil.example","Search")'


@tagged("post_install", "-at_install")
class TestBoardExport(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, groups in (
            ("board_manager", "base.group_user,conversion_tracking.group_manager"),
            ("board_seller", "base.group_user,sales_team.group_sale_salesman"),
            ("board_employee", "base.group_user"),
        ):
            new_test_user(cls.env, name, groups=groups, password=name)
        cls.campaign = cls.env["utm.campaign"].create({"title": FORMULA})
        cls.env["utm.campaign.cost"].create(
            {"campaign_id": cls.campaign.id, "name": "Ads", "actual_amount": 12.5}
        )
        cls.env["crm.lead"].create({"name": "Roof", "campaign_id": cls.campaign.id})

    def export(self, login, query=""):
        self.authenticate(login, login)
        return self.url_open(f"{ADDRESS}{query}")

    def book(self, *arguments):
        answer = self.export(*arguments)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("spreadsheetml", answer.headers["Content-Type"])
        return load_workbook(io.BytesIO(answer.content))

    def rows(self, sheet):
        return {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows()}

    def test_only_readers_get_it(self):
        self.assertEqual(self.export("board_employee").status_code, 403)
        self.authenticate(None, None)
        answer = self.url_open(ADDRESS, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
        self.assertIn("/web/login", answer.headers["Location"])

    def test_a_name_is_no_formula_and_a_number_is_a_number(self):
        campaign = self.campaign.id
        book = self.book("board_manager", f"?period=this_month&campaign={campaign}")
        sheet = book["Cost and ROI by campaign"]
        [cell] = [one for [one, *_rest] in sheet.iter_rows() if one.value == FORMULA]
        self.assertEqual(cell.data_type, "s")
        leads, won, _revenue, cost, *_rest = self.rows(sheet)[FORMULA]
        self.assertEqual((leads, won, cost), (1, 0, 12.5))

    def test_the_question_is_that_of_the_address(self):
        book = self.book(
            "board_manager", "?period=custom&from=1999-01-01&to=1999-01-02&channel=email"
        )
        shown = self.rows(book.worksheets[0])
        self.assertEqual((shown["From"][0], shown["To"][0]), ("1999-01-01", "1999-01-02"))
        self.assertEqual(shown["Channel"][0], "Email")
        self.assertEqual(self.rows(book["From lead to deal"])["Leads"][0], 0)

    def test_nonsense_is_left_out(self):
        query = "?period=custom&from=0000-99-99&to=x&team=1,x,-5,²,99999999999,none&channel=%00,x"
        shown = self.rows(self.book("board_manager", query).worksheets[0])
        self.assertNotIn("Channel", shown)

    def test_no_costs_for_salespeople(self):
        book = self.book("board_seller", "?period=this_year")
        for name in ("Revenue by channel", "Revenue by campaign"):
            texts = {cell.value for row in book[name].iter_rows() for cell in row}
            self.assertFalse(texts & {"Cost", "Profit", "ROI"})
