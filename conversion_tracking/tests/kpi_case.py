"""A month of a small company, worked out by hand, and who looks at it."""

from odoo.tests import new_test_user

from .campaign_case import CampaignCase

MARCH = {"period": "custom", "from": "2026-03-01", "to": "2026-03-31"}
DATES = ("create_date", "date_conversion", "won_at", "date_closed")


class KpiCase(CampaignCase):
    """Boards of key figures, and leads with a past."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        cls.board = cls.env["conversion.board"]
        cls.kpis = cls.env["conversion.kpi"]
        cls.seller = cls.people["salesperson"]
        cls.manager = new_test_user(
            cls.env,
            "kpi_manager",
            groups="base.group_user,sales_team.group_sale_manager,"
            "conversion_tracking.group_manager",
            tz="Europe/Amsterdam",
        )
        cls.seller.tz = "Europe/Amsterdam"

    @classmethod
    def make_past(cls, name, created, outcome="", revenue=0, owner=None, **values):
        """A lead with dates of its own.

        :param outcome: ``won``, ``lost``, ``archived`` or nothing
        :param values: dates (see ``DATES``) or fields
        """
        dates = {key: values.pop(key) for key in DATES if key in values}
        lead = cls.make_lead(
            None,
            revenue,
            name=name,
            user_id=(owner or cls.manager).id,
            stage_id=cls.open_stage.id,
            **values,
        )
        if outcome == "won":
            lead.stage_id = cls.won_stage
        elif outcome == "lost":
            lead.action_set_lost()
        elif outcome == "archived":
            lead.action_archive()
        cls.set_dates(lead, create_date=created, **dates)
        return lead

    @classmethod
    def set_dates(cls, lead, **dates):
        lead.flush_recordset()
        for column, moment in dates.items():
            cls.env.cr.execute(
                f"UPDATE crm_lead SET {column} = %s WHERE id = %s",
                (moment, lead.id),
            )
        lead.invalidate_recordset()

    @classmethod
    def make_kpi(cls, code, **values):
        return cls.kpis.create(
            {"name": code.title(), "code": code, "definition": "What counts.", **values}
        )

    def break_kpi(self, kpi, **values):
        """Let something go away behind the back of the checks."""
        for column, value in values.items():
            self.env.cr.execute(
                f"UPDATE conversion_kpi SET {column} = %s WHERE id = %s",
                (value, kpi.id),
            )
        kpi.invalidate_recordset()

    def read_board(self, user=None, asked=None, companies=None, keys=None, **context):
        """Cards of the board, until nothing is pending."""
        board = self.board.with_user(user or self.manager)
        board = board.with_context(allowed_company_ids=(companies or self.company).ids, **context)
        asked = asked or MARCH
        answer = board.get_board(asked, keys)
        sections = dict(answer["sections"])
        while answer["pending"]:
            answer = board.get_board(asked, answer["pending"])
            sections |= answer["sections"]
        return {key: card for key, card in sections.items() if card["type"] == "card"}

    def read_card(self, code, user=None, **options):
        return self.read_board(user, keys=[f"kpi_{code}"], **options)[f"kpi_{code}"]

    def assertValues(self, cards, expected, name="value"):
        """Compare numbers of cards by code; ``None`` is an empty one."""
        for code, value in expected.items():
            card = cards[f"kpi_{code}"]
            self.assertNotIn("problem", card, card.get("problem"))
            if value is None:
                self.assertIsNone(card[name], code)
            else:
                self.assertIsNotNone(card[name], code)
                self.assertAlmostEqual(card[name], value, 2, code)
