from dataclasses import dataclass
from datetime import datetime

from odoo import api, models
from odoo.tools import SQL

from ..attribution.channels import DIRECT

# What the journeys of deals are read from, and what changes them.
COLUMNS = {
    "crm.lead": frozenset(
        (
            "won_status",
            "won_at",
            "date_closed",
            "qualified_at",
            "lead_creation_touch_id",
            "partner_id",
            "email_normalized",
            "phone_sanitized",
            "company_id",
            "team_id",
        )
    ),
    "res.partner": frozenset(("email_normalized", "phone_sanitized")),
    "conversion.touchpoint": frozenset(
        ("kind", "channel", "occurred_at", "lead_id", "partner_id", "company_id", "own_link")
    ),
}


@dataclass(frozen=True)
class Deal:
    """A won deal and the touches that led to it, oldest first.

    Times are naive UTC. ``creation`` is the index of the touch of lead creation, ``None`` when it
    is not among them.
    """

    id: int
    qualified_at: datetime | None
    touchpoint_ids: list
    times: list
    creation: int | None


class ConversionDealJourney(models.AbstractModel):
    """Finds the touches that led to deals, many deals at once and with one query.

    A person's journey is what a lead's page shows (``conversion.journey``). Of it count the
    visits that say where somebody came from, offline ways too, up to the win: a form is no
    touch, nor is a direct visit, nor a link on an own page unless nothing else led to the lead.
    """

    _name = "conversion.deal.journey"
    _description = "Journeys of Won Deals"

    @api.model
    def _find_deals(self, lead_ids):
        """A :class:`Deal` for each of the leads that is won and has touches, archived ones too."""
        if not lead_ids:
            return []
        for model, columns in COLUMNS.items():
            self.env[model].flush_model(columns)
        rows = self.env.execute_query(self._select_deals(lead_ids))
        return [self._make_deal(*row) for row in rows]

    @api.model
    def _make_deal(self, lead_id, qualified_at, creation_id, touchpoint_ids, times):
        creation = touchpoint_ids.index(creation_id) if creation_id in touchpoint_ids else None
        return Deal(lead_id, qualified_at, touchpoint_ids, times, creation)

    @api.model
    def _select_deals(self, lead_ids):
        """Each way to the person's touchpoints is a join of its own, so that each has an index.

        As for a single lead, the phone only tells when the lead has no e-mail, and touchpoints of
        another company only count by the lead or contact itself.
        """
        return SQL(
            """
            WITH deal AS MATERIALIZED (
                SELECT lead.id, lead.partner_id, %(email)s AS email,
                       CASE WHEN %(email)s IS NULL THEN %(phone)s END AS phone,
                       %(company)s AS company_id,
                       COALESCE(lead.won_at, lead.date_closed) AS won_at,
                       lead.qualified_at, lead.lead_creation_touch_id
                  FROM crm_lead lead
             LEFT JOIN crm_team team ON team.id = lead.team_id
                 WHERE lead.id IN %(lead_ids)s AND lead.won_status = 'won'
            ), journey AS (
                %(journey)s
            )
            SELECT deal.id, deal.qualified_at, deal.lead_creation_touch_id,
                   array_agg(touch.id ORDER BY touch.occurred_at, touch.id),
                   array_agg(touch.occurred_at ORDER BY touch.occurred_at, touch.id)
              FROM deal JOIN journey touch ON touch.lead_id = deal.id
          GROUP BY deal.id, deal.qualified_at, deal.lead_creation_touch_id
          ORDER BY deal.id
            """,
            company=self._get_company(),
            email=self.env["conversion.person"]._select_email("lead"),
            phone=self.env["conversion.person"]._select_phone("lead"),
            lead_ids=tuple(lead_ids),
            # all of a touch is taken at once: to join touchpoints again would read them all
            journey=SQL(" UNION ").join(
                SQL(
                    "SELECT deal.id AS lead_id, touch.id, touch.occurred_at FROM %s WHERE %s",
                    way,
                    self._get_condition(),
                )
                for way in self._get_ways()
            ),
        )

    @api.model
    def _get_company(self):
        """Company of a lead: its own, else its team's, else the main one."""
        main = self.env["res.company"].sudo().search([], order="id", limit=1)
        return SQL("COALESCE(lead.company_id, team.company_id, %s)", main.id)

    @api.model
    def _get_ways(self):
        """Joins of ``deal`` with ``touch``, a touchpoint of the deal's person."""
        yield SQL("deal JOIN conversion_touchpoint touch ON touch.lead_id = deal.id")
        yield SQL("deal JOIN conversion_touchpoint touch ON touch.partner_id = deal.partner_id")
        for key, column in (("email", "email_normalized"), ("phone", "phone_sanitized")):
            for table, pointer in (("crm_lead", "lead_id"), ("res_partner", "partner_id")):
                yield SQL(
                    """
                    deal
                    JOIN %(table)s person ON person.%(column)s = deal.%(key)s
                    JOIN conversion_touchpoint touch ON touch.%(pointer)s = person.id
                     AND (touch.company_id = deal.company_id OR touch.company_id IS NULL)
                    """,
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    key=SQL.identifier(key),
                    pointer=SQL.identifier(pointer),
                )

    @api.model
    def _get_condition(self):
        """Which touchpoints of a person count as touches of a deal. Override for other rules."""
        return SQL(
            """
            touch.kind = 'visit' AND touch.channel IS DISTINCT FROM %s
            AND (touch.own_link IS NOT TRUE OR touch.id = deal.lead_creation_touch_id)
            AND (deal.won_at IS NULL OR touch.occurred_at <= deal.won_at)
            """,
            DIRECT,
        )
