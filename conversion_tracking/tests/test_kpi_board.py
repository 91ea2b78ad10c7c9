"""A manager at the board in a real browser: at a desk, with a phone, by a bookmark."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

TWO_MINUTES = 120


class KpiBoardCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Autumn"})
        cls.env["utm.campaign.cost"].create(
            {
                "name": "Ads",
                "campaign_id": cls.campaign.id,
                "date": fields.Date.today() - timedelta(days=2),
                "actual_amount": 1000,
            }
        )
        cls._make_lead("Ann", "paid_search", campaign_id=cls.campaign.id)
        won = cls._make_lead("Bob", "paid_search", campaign_id=cls.campaign.id)
        won.expected_revenue = 5000
        won.action_set_won()
        cls._make_lead("Cem", "email")

    @classmethod
    def _make_lead(cls, name, channel, **values):
        lead = cls.env["crm.lead"].create({"name": name, "type": "lead", **values})
        lead.lead_creation_touch_id = cls.env["conversion.touchpoint"].create(
            {
                "lead_id": lead.id,
                "company_id": lead.company_id.id,
                "occurred_at": lead.create_date,
                "channel": channel,
                "kind": "visit",
            }
        )
        return lead


@tagged("post_install", "-at_install")
class TestKpiBoard(KpiBoardCase):
    def test_at_a_desk(self):
        self.start_tour(
            "/odoo", "conversion_tracking.kpi_board", login="admin", timeout=TWO_MINUTES
        )
        layout = self.env["conversion.board.layout"].search([])
        self.assertEqual(layout.user_id, self.env.ref("base.user_admin"))
        self.assertNotIn("funnel", layout.shown)
        self.assertIn("channel_result", layout.shown)

    def test_a_bookmark_and_a_page_read_anew(self):
        self.start_tour(
            "/odoo/conversion-board?period=this_year&channel=paid_search&team=nonsense",
            "conversion_tracking.kpi_board_address",
            login="admin",
            timeout=TWO_MINUTES,
        )


@tagged("post_install", "-at_install")
class TestKpiBoardPhone(KpiBoardCase):
    browser_size = "375x812"
    touch_enabled = True

    def test_with_a_phone(self):
        self.start_tour(
            "/odoo/conversion-board",
            "conversion_tracking.kpi_board_phone",
            login="admin",
            timeout=TWO_MINUTES,
        )
