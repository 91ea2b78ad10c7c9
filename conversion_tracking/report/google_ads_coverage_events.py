from odoo import api, models
from odoo.tools import SQL


class GoogleAdsCoverageEvents(models.Model):
    """The events themselves, before it is asked what became of them."""

    _inherit = "google.ads.coverage"

    @api.model
    def _get_events(self):
        """All events, with ids that stay the same: four for each lead or contact, and above
        them those of stages."""
        common = SQL(
            "'lead-' || l.id AS record, l.id AS lead_id, l.partner_id, l.user_id, l.team_id, "
            "l.company_id, l.campaign_id, l.source_id, l.google_click_id, "
            "l.lead_creation_touch_id, l.consent"
        )
        of_leads = SQL(" UNION ALL ").join(
            SQL(
                "SELECT l.id::bigint * 4 + %s AS id, %s AS event, NULL::int AS stage_id, "
                "%s AS date, %s FROM crm_lead l WHERE %s",
                number,
                event,
                date,
                common,
                condition,
            )
            for number, (event, date, condition) in enumerate(
                (
                    ("lead_created", SQL("l.create_date"), SQL("TRUE")),
                    ("lead_qualified", SQL("l.qualified_at"), SQL("l.qualified_at IS NOT NULL")),
                    (
                        "deal_won",
                        SQL("COALESCE(l.won_at, l.date_closed, l.write_date)"),
                        SQL("l.won_status = 'won'"),
                    ),
                )
            )
        )
        return SQL(
            """
            %s
            UNION ALL
            SELECT (s.action_id::bigint << 33) + l.id, 'stage', s.stage_id, r.date, %s
              FROM (%s) AS r
              JOIN crm_lead l ON l.id = r.lead_id
              JOIN stage s
                ON s.stage_id = r.stage_id AND s.company_id = COALESCE(l.company_id, %s)
            UNION ALL
            SELECT p.id::bigint * 4 + 3, 'lead_created', NULL, p.form_submitted_at,
                   'contact-' || p.id, NULL, p.id, p.user_id, NULL, p.company_id,
                   click.campaign_id, click.source_id, p.google_click_id,
                   p.lead_creation_touch_id, click.consent
              FROM res_partner p
         LEFT JOIN conversion_touchpoint click
                ON click.id = COALESCE(p.google_click_id, p.lead_creation_touch_id)
             WHERE p.form_submitted_at IS NOT NULL
            """,
            of_leads,
            common,
            self._get_reached(),
            self.env.company.id,
        )

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
    def _get_reached(self):
        """When a lead first reached a stage, as far as Odoo knows: it is there, its history of
        changes says so, it was made there and left it by the first change, or it was reported."""
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        return SQL(
            """
            SELECT lead_id, stage_id, min(date) AS date
              FROM (SELECT id AS lead_id, stage_id,
                           COALESCE(date_last_stage_update, create_date) AS date
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
