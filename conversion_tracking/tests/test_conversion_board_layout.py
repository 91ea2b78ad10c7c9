"""What readers show on the board, and in which order."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .kpi_case import KpiCase


@tagged("post_install", "-at_install")
class TestConversionBoardLayout(KpiCase):
    def layout(self, user):
        return self.board.with_user(user).get_board(keys=["kpi_leads"])["layout"]

    def save(self, user, keys, *, as_default=False):
        self.env["conversion.board.layout"].with_user(user).save(keys, as_default)

    def test_only_a_manager_sets_the_default(self):
        with self.assertRaises(AccessError):
            self.save(self.seller, ["kpi_leads"], as_default=True)
        self.save(self.manager, ["kpi_win_rate", "kpi_leads"], as_default=True)
        self.assertEqual(self.layout(self.seller), ["kpi_win_rate", "kpi_leads"])

    def test_ones_own_comes_before_the_default(self):
        self.save(self.manager, ["kpi_win_rate"], as_default=True)
        self.save(self.seller, ["kpi_open_deals", "kpi_leads"])
        self.save(self.seller, ["kpi_leads", "kpi_open_deals"])
        self.assertEqual(self.layout(self.seller), ["kpi_leads", "kpi_open_deals"])
        self.assertEqual(self.layout(self.manager), ["kpi_win_rate"])
        self.env["conversion.board.layout"].with_user(self.seller).reset()
        self.assertEqual(self.layout(self.seller), ["kpi_win_rate"])

    def test_keys_that_there_are_not_are_left_out(self):
        self.save(self.seller, ["kpi_nothing", "kpi_leads", "kpi_leads", 7, None, ["kpi_leads"]])
        self.assertEqual(self.layout(self.seller), ["kpi_leads"])
        self.save(self.seller, "kpi_leads")
        self.assertEqual(self.layout(self.seller), [])

    def test_a_deleted_figure_leaves_the_others(self):
        own = self.make_kpi("own")
        self.save(self.seller, ["kpi_own", "kpi_leads"])
        own.unlink()
        self.assertEqual(self.layout(self.seller), ["kpi_leads"])
        self.assertEqual(list(self.read_board(self.seller)), ["kpi_leads"])

    def test_building_blocks_are_shown_to_who_chooses_them(self):
        layout = self.layout(self.seller)
        self.assertNotIn("kpi_leads_won", layout)
        self.assertEqual(len([key for key in layout if key.startswith("kpi_")]), 12)
        self.save(self.seller, ["kpi_leads_won"])
        self.assertEqual(list(self.read_board(self.seller)), ["kpi_leads_won"])

    def test_strangers_and_their_neighbours(self):
        with self.assertRaises(AccessError):
            self.save(self.people["employee"], ["kpi_leads"])
        self.save(self.seller, ["kpi_leads"])
        layouts = self.env["conversion.board.layout"]
        own = layouts.search([("user_id", "=", self.seller.id)])
        self.assertFalse(own.with_user(self.manager).has_access("read"))
        self.assertFalse(own.with_user(self.seller).has_access("write"))
        with self.assertRaises(AccessError):
            layouts.with_user(self.manager).create({"user_id": self.seller.id})
