from odoo import api, models
from odoo.tools import SQL

from .google_ads_access_mixin import DELIVERING_STATES

KINDS = ("milestone", "contact", "stage")
WON_AT = SQL("COALESCE(l.won_at, l.date_closed, l.write_date)")


class GoogleAdsEventList(models.AbstractModel):
    """SQL of every event that could be reported to Google Ads, whether it was or not.

    Each has an id that stays the same, by which its rows in the outbox find it, and what decides
    whether it may be uploaded. Parts of it name the tables ``account`` and ``stage``, see
    :meth:`_get_accounts` and :meth:`_get_stages`.
    """

    _name = "google.ads.event.list"
    _description = "List of Events for Google Ads"

    @api.model
    def _get_id(self, lead, partner, event, stage):
        """SQL of the id of an event: four for each lead or contact, and above them those of stages.

        One number, because joining by it takes the database half as long as by what it is made of.

        :param lead, partner, event, stage: SQL of their values; no lead for a contact's event
        """
        return SQL(
            """
            CASE WHEN %(lead)s IS NULL THEN %(partner)s::bigint * 4 + 3
                 WHEN %(event)s = 'lead_created' THEN %(lead)s::bigint * 4
                 WHEN %(event)s = 'lead_qualified' THEN %(lead)s::bigint * 4 + 1
                 WHEN %(event)s = 'deal_won' THEN %(lead)s::bigint * 4 + 2
                 ELSE (%(stage)s::bigint << 33) + %(lead)s END
            """,
            lead=lead,
            partner=partner,
            event=event,
            stage=stage,
        )

    @api.model
    def _get_lead_id(self, event_id):
        """The lead that an event is about, by the id that :meth:`_get_id` gave it. Of a contact's
        event any number."""
        above, lead_id = divmod(event_id, 1 << 33)
        return lead_id if above else event_id // 4

    @api.model
    def _get_accounts(self):
        """The account that a company's events go to, as ``google.ads.account._find_for``."""
        return SQL(
            """
            SELECT DISTINCT ON (company_id) company_id, id, send_identifiers
              FROM google_ads_account
             WHERE active AND state IN %s
             ORDER BY company_id, id
            """,
            DELIVERING_STATES,
        )

    @api.model
    def _get_actions(self):
        """The conversion action by which an account counts an event; ``stage`` is 0 for none.

        There is one at most, by an index; *distinct* lets the database leave the table out where
        nobody asks for the action.
        """
        return SQL(
            """
            SELECT DISTINCT ON (a.account_id, a.event::text, COALESCE(a.stage_id, 0))
                   a.account_id, a.event::text AS event, COALESCE(a.stage_id, 0) AS stage,
                   a.id, a.counting
              FROM google_ads_conversion_action a
             WHERE a.active
            """
        )

    @api.model
    def _has_several_accounts(self):
        """Whether a company has more accounts than the one its events go to first."""
        accounts = self.env["google.ads.account"]._search_readable()
        return len(accounts) > len(accounts.company_id)

    @api.model
    def _get_owner(self, touchpoint, company):
        """SQL of the account of ``company`` that has the click of ``touchpoint``, as far as Google
        told; as ``google.ads.reporter`` asks.

        :param touchpoint, company: SQL of their ids
        """
        return SQL(
            """
            (SELECT owner.id
               FROM conversion_touchpoint landing
               JOIN google_ads_click known ON known.id = landing.google_ads_click_id
               JOIN google_ads_account owner ON owner.id = known.account_id
              WHERE landing.id = %s AND owner.company_id = %s
                AND owner.active AND owner.state IN %s)
            """,
            touchpoint,
            company,
            DELIVERING_STATES,
        )

    @api.model
    def _counts_stages(self):
        """Whether any conversion action counts a stage."""
        actions = self.env["google.ads.conversion.action"].sudo()
        return bool(actions.search_count([("event", "=", "stage")], limit=1))

    @api.model
    def _get_stages(self):
        """The stages that an account counts."""
        return SQL(
            """
            SELECT a.id AS action_id, a.stage_id, acc.company_id
              FROM account acc
              JOIN google_ads_conversion_action a
                ON a.account_id = acc.id AND a.event = 'stage' AND a.active
            """
        )

    @api.model
    def _get_events(self, kinds=KINDS, happened=None):
        """All events, with ids as :meth:`_get_id` gives them.

        :param kinds: which of ``KINDS`` are wanted; without those of stages, which the database
            has no plan for at once, a question about one lead is faster
        :param happened: gives the SQL condition that a moment is when events are asked for; all
            are without it
        """
        common = SQL(
            "l.id AS lead_id, l.partner_id, l.user_id, l.team_id, "
            "l.company_id, l.campaign_id, l.source_id, l.google_touch_id, "
            "l.lead_creation_touch_id, l.consent, %s AS has_identity",
            self.env["google.ads.person"]._select_has_identity("l"),
        )
        events = []
        if "milestone" in kinds:
            events.append(self._get_milestones(common, happened))
        if "contact" in kinds:
            events.append(self._get_contact_events())
        if "stage" in kinds and self._counts_stages():
            events.append(self._get_stage_events(common))
        return SQL(" UNION ALL ").join(events)

    @api.model
    def _get_milestones(self, common, happened):
        """The three events that every lead can have, side by side: each lead is read once."""
        moments = (SQL("l.create_date"), SQL("l.qualified_at"), WON_AT)
        return SQL(
            """
            SELECT l.id::bigint * 4 + milestone.number AS id, milestone.event,
                   NULL::int AS stage_id, milestone.at AS event_time, %(common)s
              FROM crm_lead l
        CROSS JOIN LATERAL (VALUES
                   (0, 'lead_created', l.create_date, TRUE),
                   (1, 'lead_qualified', l.qualified_at, l.qualified_at IS NOT NULL),
                   (2, 'deal_won', %(won_at)s, l.won_status = 'won')
                   ) AS milestone (number, event, at, happened)
             WHERE milestone.happened AND (%(any)s)
            """,
            common=common,
            won_at=WON_AT,
            any=SQL(" OR ").join(map(happened, moments)) if happened else SQL("TRUE"),
        )

    @api.model
    def _get_stage_events(self, common):
        """Stages that an account counts, each when the lead first reached it."""
        return SQL(
            """
            SELECT (s.stage_id::bigint << 33) + l.id, 'stage', s.stage_id, r.reached_at, %s
              FROM (%s) AS r
              JOIN crm_lead l ON l.id = r.lead_id
         LEFT JOIN crm_team team ON team.id = l.team_id
         LEFT JOIN conversion_touchpoint click ON click.id = l.google_touch_id
         LEFT JOIN website site ON site.id = click.website_id
              JOIN stage s
                ON s.stage_id = r.stage_id
               AND s.company_id = COALESCE(
                       l.company_id, team.company_id, site.company_id, %s)
            """,
            common,
            self._get_reached(),
            self.env["google.ads.reporter"]._get_main_company().id,
        )

    @api.model
    def _get_contact_events(self):
        """Contacts that a form has made."""
        return SQL(
            """
            SELECT p.id::bigint * 4 + 3 AS id, 'lead_created' AS event, NULL::int AS stage_id,
                   p.form_submitted_at AS event_time, NULL::int AS lead_id, p.id AS partner_id,
                   p.user_id, NULL::int AS team_id, p.company_id, click.campaign_id,
                   click.source_id, p.google_touch_id, p.lead_creation_touch_id, click.consent,
                   %s AS has_identity
              FROM res_partner p
         LEFT JOIN conversion_touchpoint click
                ON click.id = COALESCE(p.google_touch_id, p.lead_creation_touch_id)
             WHERE p.form_submitted_at IS NOT NULL
            """,
            self.env["google.ads.person"]._select_has_identity("p"),
        )

    @api.model
    def _get_reached(self):
        """When a lead first reached a stage, as far as Odoo knows: it is there, its history of
        changes says so, it was made there and left it by the first change, or it was reported."""
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        return SQL(
            """
            SELECT lead_id, stage_id, min(reached_at) AS reached_at
              FROM (SELECT id AS lead_id, stage_id,
                           COALESCE(date_last_stage_update, create_date) AS reached_at
                      FROM crm_lead
                     WHERE stage_id IN (SELECT stage_id FROM stage)
                     UNION ALL
                    SELECT m.res_id, v.new_value_integer, m.date
                      FROM mail_tracking_value v
                      JOIN mail_message m ON m.id = v.mail_message_id
                     WHERE v.field_id = %(field)s
                       AND v.new_value_integer IN (SELECT stage_id FROM stage)
                     UNION ALL
                    SELECT l.id, v.old_value_integer, l.create_date
                      FROM mail_tracking_value v
                      JOIN mail_message m ON m.id = v.mail_message_id
                      JOIN crm_lead l ON l.id = m.res_id
                     WHERE v.field_id = %(field)s
                       AND v.old_value_integer IN (SELECT stage_id FROM stage)
                       AND NOT EXISTS (
                           SELECT 1
                             FROM mail_message earlier
                             JOIN mail_tracking_value change
                               ON change.mail_message_id = earlier.id
                            WHERE earlier.model = 'crm.lead'
                              AND earlier.res_id = m.res_id
                              AND earlier.id < m.id
                              AND change.field_id = %(field)s)
                     UNION ALL
                    SELECT c.lead_id, a.stage_id, c.event_time
                      FROM google_ads_conversion c
                      JOIN google_ads_conversion_action a ON a.id = c.action_id
                     WHERE c.event = 'stage' AND c.kind = 'conversion') AS moment
             WHERE lead_id IS NOT NULL
             GROUP BY lead_id, stage_id
            """,
            field=field.id,
        )
