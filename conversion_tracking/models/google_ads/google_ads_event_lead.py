from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.eligibility import PERSON_LIFETIME

# The three events that every lead can have, in the order of their ids, and what their columns
# are named by here.
MOMENTS = {"lead_created": "created", "lead_qualified": "qualified", "deal_won": "won"}
WON = SQL("l.won_status = 'won'")
CREATED_AT, QUALIFIED_AT = SQL("l.create_date"), SQL("l.qualified_at")
WON_AT = SQL("COALESCE(l.won_at, l.date_closed)")
NEVER = SQL("NULL::timestamp")


class GoogleAdsEventLead(models.AbstractModel):
    """SQL of leads that something happened to, with no more than events are counted by.

    They are found by the day of what happened, in indexes that know all there is to know of them:
    of a million leads, none is read itself.
    """

    _name = "google.ads.event.lead"
    _description = "Leads of Events for Google Ads"

    @api.model
    def _get_query(self, happened):
        """Leads that were created when events are asked for, with all that ever happened to them;
        of the others who was qualified then and who was won, once for each. Which of it happened
        then is still to be asked, see :meth:`_get_when`.

        :param happened: gives the SQL condition that a moment is when events are asked for
        """
        created = happened(CREATED_AT)
        # the same in the words of the indexes, each of which says where it has a second choice
        by_index = SQL("COALESCE(l.qualified_at, l.date_conversion)")
        qualified = SQL(
            "l.qualified_at IS NOT NULL AND %s IS NOT NULL AND %s", by_index, happened(by_index)
        )
        by_index = SQL("COALESCE(l.won_at, l.date_closed, l.create_date)")
        won = SQL("%s AND %s IS NOT NULL AND %s", WON, WON_AT, happened(by_index))
        # won behind Odoo's back: when the lead was last changed, which no index knows
        undated = SQL("%s AND l.won_at IS NULL AND l.date_closed IS NULL", WON)
        won_if_won = SQL("CASE WHEN %s THEN %s END", WON, WON_AT)
        parts = (
            (True, CREATED_AT, QUALIFIED_AT, won_if_won, created),
            (False, NEVER, QUALIFIED_AT, NEVER, SQL("%s AND (%s) IS NOT TRUE", qualified, created)),
            (False, NEVER, NEVER, WON_AT, SQL("%s AND (%s) IS NOT TRUE", won, created)),
            (False, NEVER, NEVER, SQL("l.write_date"), undated),
        )
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT l.id, %s AS is_whole, %s AS created_at, %s AS qualified_at, %s AS won_at,
                       l.user_id, l.team_id, l.company_id, l.campaign_id, l.source_id,
                       l.google_touch_id, l.lead_creation_touch_id, l.consent, %s AS has_identity
                  FROM crm_lead l
                 WHERE %s
                """,
                *facts,
                self.env["google.ads.person"]._select_has_identity("l"),
                condition,
            )
            for *facts, condition in parts
        )

    @api.model
    def _get_when(self, happened):
        """Conditions on a lead ``e`` that something happened to it when events are asked for, and
        that it did so too long ago to be reported without a click id: ``created``,
        ``created_old`` and so on."""
        oldest, when = fields.Datetime.now() - PERSON_LIFETIME, {}
        for name in MOMENTS.values():
            moment = SQL.identifier("e", f"{name}_at")
            # created is every lead, even if nobody knows when
            has_it = SQL("e.is_whole") if name == "created" else SQL("%s IS NOT NULL", moment)
            when[name] = SQL("%s AND %s", has_it, happened(moment))
            when[f"{name}_old"] = SQL("%s < %s", moment, oldest)
        return when

    @api.model
    def _get_clicked(self):
        """Those in the table ``lead`` who came by a Google ad. Nobody asks who else they could be
        found by."""
        return SQL(
            """
            SELECT id, is_whole, created_at, qualified_at, won_at, user_id, team_id, company_id,
                   campaign_id, source_id, google_touch_id, lead_creation_touch_id, consent
              FROM lead
             WHERE google_touch_id IS NOT NULL
            """
        )

    @api.model
    def _get_unreported(self, happened):
        """Events of the leads in the table ``clicked`` that the table ``outbox`` lacks."""
        when = self._get_when(happened)
        events = (
            SQL(
                """
                SELECT e.id::bigint * 4 + %s AS id, %s AS event, NULL::int AS stage_id,
                       %s AS event_time, e.id AS lead_id, NULL::int AS partner_id, e.user_id,
                       e.team_id, e.company_id, e.campaign_id, e.source_id, e.google_touch_id,
                       e.lead_creation_touch_id, e.consent, FALSE AS has_identity
                  FROM clicked e
                 WHERE %s
                """,
                number,
                event,
                SQL.identifier("e", f"{name}_at"),
                when[name],
            )
            for number, (event, name) in enumerate(MOMENTS.items())
        )
        return SQL(
            """
            SELECT e.*
              FROM (%s) AS e
             WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.event_id = e.id)
            """,
            SQL(" UNION ALL ").join(events),
        )
