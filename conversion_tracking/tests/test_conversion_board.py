"""What a board answers at once, and what it leaves for the next request."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models import conversion_board
from ..models.conversion_board import FILTERS
from .kpi_case import MARCH, KpiCase


@tagged("post_install", "-at_install")
class TestConversionBoard(KpiCase):
    def ask(self, *keys):
        """The keys that are answered, and those that are left, when there is no time to lose."""
        with patch.object(conversion_board, "BUDGET", -1):
            answer = self.board.with_user(self.manager).get_board(MARCH, list(keys))
        return list(answer["sections"]), answer["pending"]

    def test_what_takes_long_leaves_the_rest_for_the_next_request(self):
        answered, pending = self.ask("funnel", "pipeline", "kpi_leads")
        self.assertEqual((answered, pending), (["funnel"], ["pipeline", "kpi_leads"]))

    def test_cards_of_the_same_records_come_together(self):
        """They are read by one query, which the next request would have to repeat."""
        rates = ("kpi_lead_conversion_rate", "kpi_lead_qualification_rate")
        answered, pending = self.ask("kpi_leads", "kpi_deals_won", *rates)
        self.assertEqual(answered, ["kpi_leads", *rates])
        self.assertEqual(pending, ["kpi_deals_won"])

    def test_charts_of_the_same_facts_come_together(self):
        answered, pending = self.ask("channel_result", "funnel", "channels")
        self.assertEqual((answered, pending), (["channel_result", "channels"], ["funnel"]))

    def test_what_is_left_is_divided_for_two_requests(self):
        """What is read together is not asked for twice."""
        keys = ("funnel", "channel_result", "landing_pages", "channels", "forms", "kpi_leads")
        with patch.object(conversion_board, "BUDGET", -1):
            answer = self.board.with_user(self.manager).get_board(MARCH, list(keys))
        first, second = answer["lanes"]
        self.assertEqual(first, ["channel_result", "channels", "kpi_leads"])
        self.assertEqual(second, ["landing_pages", "forms"])
        self.assertEqual(set(first + second), set(answer["pending"]))

    def test_a_card_that_cannot_be_read_keeps_nobody_waiting(self):
        broken = self.make_kpi("broken", kind="formula", formula="leads / 2")
        self.break_kpi(broken, formula="gone / 2")
        answered, pending = self.ask("funnel", "kpi_broken", "pipeline")
        self.assertEqual((answered, pending), (["funnel", "kpi_broken"], ["pipeline"]))

    def test_what_cannot_be_asked_is_left_out(self):
        """Whoever may call the server may send it anything that JSON can say."""
        board = self.board.with_user(self.manager)
        nonsense = (None, True, -1, 1.5, 10**30, "", "none", "\x00", [], [[]], [{}], {}, {"a": 1})
        names = ("period", "from", "to", *FILTERS)
        for value in nonsense:
            for asked in (value, dict.fromkeys(names, value), {name: [value] for name in names}):
                answer = board.get_board(asked, ["kpi_leads"])
                self.assertEqual(answer["asked"], {"period": "last_90_days"}, asked)
            self.assertTrue(board.get_board(MARCH, value)["sections"])
