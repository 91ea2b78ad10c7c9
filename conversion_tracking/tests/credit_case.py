"""Deals, touches and the rows of credit that are kept of them."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase

from ..attribution.credit import split_all
from ..models.conversion_credit import SHARES


class CreditCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.leads = cls.env["crm.lead"].with_context(active_test=False)
        cls.credit = cls.env["conversion.credit"]
        cls.touchpoints = cls.env["conversion.touchpoint"]
        cls.now = fields.Datetime.now()
        cls.env["conversion.credit"]._refresh(cls.leads.search([("won_status", "=", "won")]))

    def make_lead(self, email="ann@example.com", **values):
        """A lead of a person, which no marketing brought until a test says so."""
        lead = self.leads.create({"name": "Deal", "email_from": email, **values})
        lead.lead_creation_touch_id.unlink()
        return lead

    def touch(self, lead=None, days=1, partner=None, **values):
        """A touch of a lead's or contact's person, some days before now."""
        lead, partner = lead or self.leads, partner or self.env["res.partner"]
        values = {
            "lead_id": lead.id,
            "partner_id": (partner or lead.partner_id).id,
            "company_id": (lead or partner).company_id.id,
            "channel": "paid_search",
            "occurred_at": self.now - timedelta(days=days),
            **values,
        }
        return self.touchpoints.create(values)

    # ------------------------------------------------------------
    # What is kept, and what should be
    # ------------------------------------------------------------

    def rows(self):
        """What is kept of all deals: ``{(deal, touchpoint): (position, *shares)}``."""
        return {
            (row.lead_id.id, row.touchpoint_id.id): (
                row.position,
                *(round(row[model], 9) for model in SHARES),
            )
            for row in self.credit.search([])
        }

    def rebuilt(self):
        """The same from nothing, deal by deal, from the journey that a lead's page shows."""
        rows = {}
        half_life = self.credit._get_half_life()
        for lead in self.leads.search([("won_status", "=", "won")]):
            won_at = lead.won_at or lead.date_closed
            [journey] = self.env["conversion.journey"]._find([lead._get_traveller()])
            touches = journey.filtered(
                lambda one, won_at=won_at: (
                    one.kind == "visit"
                    and one.channel != "direct"
                    and not (won_at and one.occurred_at > won_at)
                )
            ).sorted(lambda one: (one.occurred_at, one.id))
            creation = lead.lead_creation_touch_id
            shares = split_all(
                [one.occurred_at for one in touches],
                creation=touches.ids.index(creation.id) if creation in touches else None,
                qualified_at=lead.qualified_at or None,
                half_life_days=half_life,
            )
            for index, touch in enumerate(touches):
                rows[lead.id, touch.id] = (
                    index + 1,
                    *(round(shares[model][index], 9) for model in SHARES),
                )
        return rows

    def assertBothAgree(self):
        """What is kept is what would be written from nothing."""
        self.assertEqual(self.rows(), self.rebuilt())

    def assertShares(self, lead, model, *expected):
        rows = self.credit.search([("lead_id", "=", lead.id)])
        self.assertEqual([round(row[model], 3) for row in rows], [*expected])
