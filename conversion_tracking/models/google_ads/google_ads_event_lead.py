from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.eligibility import PERSON_LIFETIME

# The three events that every lead can have, in the order of their ids, and what their columns
# are named by here.
MOMENTS = {"lead_created": "created", "lead_qualified": "qualified", "deal_won": "won"}
WON = SQL("l.won_status = 'won'")
CREATED_AT, QUALIFIED_AT = SQL("l.create_date"), SQL("l.qualified_at")
WON_AT = SQL("COALESCE(l.won_at, l.date_closed)")
WON_AT_IF_WON = SQL("CASE WHEN %s THEN %s END", WON, WON_AT)
NEVER = SQL("NULL::timestamp")
# Won behind Odoo's back: it was so when the lead was last changed, which no index knows.
UNDATED = SQL("l.won_status = 'won' AND l.won_at IS NULL AND l.date_closed IS NULL")


class GoogleAdsEventLead(models.AbstractModel):
    """SQL of leads that something happened to, with no more than events are counted by.

    They are found by the day of what happened, in indexes that know all there is to know of them:
    of a million leads, none is read itself.
    """

    _name = "google.ads.event.lead"
    _description = "Leads of Events for Google Ads"

    @api.model
    def _get_query(self, happened):
        """Each lead that was created, qualified or won when events are asked for; which of them
        happened then is still to be asked, see :meth:`_get_when`. One won behind Odoo's back is
        there a second time, for this event alone.

        :param happened: gives the SQL condition that a moment is when events are asked for
        """
        created, qualified = happened(CREATED_AT), happened(QUALIFIED_AT)
        # the same in the words of the indexes, each of which says where it has a second choice
        by_index = SQL("COALESCE(l.qualified_at, l.date_conversion)")
        was_qualified = SQL(
            "l.qualified_at IS NOT NULL AND %s IS NOT NULL AND %s", by_index, happened(by_index)
        )
        by_index = SQL("COALESCE(l.won_at, l.date_closed, l.create_date)")
        was_won = SQL("%s AND %s IS NOT NULL AND %s", WON, WON_AT, happened(by_index))
        parts = (
            self._get_part(created),
            self._get_part(SQL("%s AND (%s) IS NOT TRUE", was_qualified, created)),
            self._get_part(
                SQL("%s AND (%s OR %s) IS NOT TRUE", was_won, created, qualified), won_at=WON_AT
            ),
            self._get_part(
                UNDATED,
                is_whole=False,
                created_at=NEVER,
                qualified_at=NEVER,
                won_at=SQL("l.write_date"),
            ),
        )
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _get_part(
        self,
        condition,
        *,
        is_whole=True,
        created_at=CREATED_AT,
        qualified_at=QUALIFIED_AT,
        won_at=WON_AT_IF_WON,
    ):
        return SQL(
            """
            SELECT l.id, %(is_whole)s AS is_whole, %(created_at)s AS created_at,
                   %(qualified_at)s AS qualified_at, %(won_at)s AS won_at, l.user_id, l.team_id,
                   l.company_id, l.campaign_id, l.source_id, l.google_touch_id,
                   l.lead_creation_touch_id, l.consent, %(has_identity)s AS has_identity
              FROM crm_lead l
             WHERE %(condition)s
            """,
            is_whole=is_whole,
            created_at=created_at,
            qualified_at=qualified_at,
            won_at=won_at,
            has_identity=self.env["google.ads.person"]._select_has_identity("l"),
            condition=condition,
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
