from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.catalogue import IOS_CLICK_CODES, WRONG_ACCOUNT_CODES
from ...google_ads.eligibility import obstacle_sql
from ...google_ads.lifecycle import ATTENTION, CLICK_SETTLED, SUCCESS, UNDER_WAY
from .google_ads_access_mixin import DELIVERING_STATES

EVERY = SQL("TRUE")


class GoogleAdsEvent(models.AbstractModel):
    """SQL of every event that could be reported to Google Ads, and what became of it.

    Events are leads created, qualified and won (archived and lost leads, too), leads that reached
    a stage which is counted, and contacts made by a form. What happens to leads behind Odoo's
    back, by SQL or an import, is among them. An event that is not in the outbox has the first
    reason of ``google_ads.eligibility``, or is missing there.
    """

    _name = "google.ads.event"
    _description = "Events for Google Ads"

    @api.model
    def _search_missing(self, action):
        """Events that ``action`` counts and the outbox lacks, since its account reports.

        :return: triples of model name, record id and time of the event, in order of time
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead_id, partner_id, date
                  FROM (%s) AS event
                 WHERE action_id = %s AND status = 'missing' AND date >= %s
                 ORDER BY date, id
                """,
                self._get_query(),
                action.id,
                action.account_id.report_since,
            )
        )
        return [
            ("crm.lead", lead_id, date) if lead_id else ("res.partner", partner_id, date)
            for lead_id, partner_id, date in rows
        ]

    # ------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------

    @api.model
    def _get_events_of(self, lead):
        """What became of the events of one lead.

        :return: ``{event: (status, id of its row in the outbox)}``
        """
        lead.env.flush_all()
        query = self.with_company(lead.company_id)._get_query(SQL("lead_id = %s", lead.id))
        rows = self.env.execute_query(SQL("SELECT event, status, conversion_id FROM (%s) e", query))
        return {event: (status, conversion_id) for event, status, conversion_id in rows}

    @api.model
    def _get_query(self, condition=EVERY):
        """All events with ``status`` (a reason, ``missing``, or the state in the outbox) and
        ``outcome``, the group that the status belongs to.

        :param condition: on ``lead_id``, for a few leads to be found without reading all
        """
        return SQL(
            """
            WITH account AS (%(accounts)s), stage AS (%(stages)s),
            event AS (SELECT * FROM (%(events)s) AS happened WHERE %(condition)s),
            reported AS (%(reported)s),
            candidate AS (
                SELECT e.id, e.event, e.event_time, e.lead_id, e.partner_id, e.user_id, e.team_id,
                       e.company_id, e.campaign_id, e.source_id, e.consent,
                       o.id AS conversion_id, o.state, o.error_code, o.error_class,
                       o.click_time AS reported_click_time,
                       COALESCE(o.account_id, acc.id) AS account_id,
                       COALESCE(o.action_id, act.id) AS action_id,
                       click.occurred_at AS click_time, %(now)s AS now,
                       click.gclid IS NOT NULL AS has_gclid,
                       COALESCE(click.gbraid, click.wbraid) IS NOT NULL AS has_braid,
                       COALESCE(creation.click_platform <> 'google', FALSE) AS other_platform,
                       act.id IS NOT NULL AS has_action,
                       COALESCE(act.counting = 'one', FALSE) AS counts_one,
                       %(counted)s AS counted_already
                  FROM event e
             LEFT JOIN conversion_touchpoint click ON click.id = e.google_touch_id
             LEFT JOIN conversion_touchpoint creation ON creation.id = e.lead_creation_touch_id
             LEFT JOIN crm_team team ON team.id = e.team_id
             LEFT JOIN website site ON site.id = click.website_id
             LEFT JOIN account acc ON acc.company_id = COALESCE(
                           e.company_id, team.company_id, site.company_id, %(company)s)
             LEFT JOIN google_ads_conversion_action act
                    ON act.account_id = acc.id AND act.event = e.event AND act.active
                   AND act.stage_id IS NOT DISTINCT FROM e.stage_id
             LEFT JOIN reported o
                    ON o.event = e.event AND o.record = e.record
                   AND o.stage_id IS NOT DISTINCT FROM e.stage_id
            ),
            line AS (
                SELECT id, event, event_time AS date, lead_id, partner_id, user_id, team_id,
                       company_id, campaign_id, source_id, conversion_id, account_id, action_id,
                       CASE WHEN conversion_id IS NOT NULL THEN %(reported_status)s
                            ELSE COALESCE(%(obstacle)s, 'missing') END AS status
                  FROM candidate
            )
            SELECT line.*, %(outcome)s AS outcome FROM line
            """,
            events=self._get_events(),
            accounts=self._get_accounts(),
            stages=self._get_stages(),
            reported=self._get_reported(condition),
            condition=condition,
            counted=self._get_counted(),
            company=self._get_main_company_id(),
            now=fields.Datetime.now(),
            reported_status=self._get_reported_status(),
            obstacle=SQL(obstacle_sql()),  # pylint: disable=sql-injection
            outcome=self._get_outcome(),
        )

    @api.model
    def _get_reported(self, condition):
        """The outbox: of several rows for one event of a record, the latest.

        A lead that was deleted leaves rows behind which are not its contact's.
        """
        return SQL(
            """
            SELECT DISTINCT ON (record, event, stage_id) *
              FROM (SELECT CASE WHEN c.lead_id IS NOT NULL THEN c.lead_id::bigint * 2
                                WHEN c.res_model = 'res.partner'
                                    THEN c.partner_id::bigint * 2 + 1 END AS record,
                           c.id, c.event, a.stage_id, c.account_id, c.action_id, c.state,
                           c.error_code, c.error_class, c.click_time
                      FROM google_ads_conversion c
                      JOIN google_ads_conversion_action a ON a.id = c.action_id
                     WHERE c.kind = 'conversion' AND %(condition)s) AS outbox
             WHERE record IS NOT NULL
             ORDER BY record, event, stage_id, id DESC
            """,
            condition=condition,
        )

    @api.model
    def _get_reported_status(self):
        return SQL(
            """
            CASE WHEN state IN ('held', 'cancelled') AND error_class = 'consent'
                     THEN 'no_consent'
                 WHEN state IN ('held', 'failed') AND error_code IN %(wrong_account)s
                     THEN 'wrong_account'
                 WHEN state IN ('held', 'failed') AND error_code IN %(ios_click)s
                     THEN 'ios_click'
                 WHEN state = 'waiting' AND reported_click_time + %(settled)s > now
                     THEN 'too_recent'
                 ELSE state END
            """,
            wrong_account=WRONG_ACCOUNT_CODES,
            ios_click=IOS_CLICK_CODES,
            settled=CLICK_SETTLED,
        )

    @api.model
    def _get_counted(self):
        """Whether another event came by the same form and click, as the reporter asks; the form
        is the one that made the record."""
        return SQL(
            """
            o.id IS NULL AND act.counting = 'one' AND click.gclid IS NOT NULL AND EXISTS (
                SELECT 1
                  FROM google_ads_conversion other
                 WHERE other.kind = 'conversion'
                   AND other.action_id = act.id
                   AND other.gclid = click.gclid
                   AND COALESCE(NULLIF(other.form_key, ''), other.event) = COALESCE((
                       SELECT CASE WHEN e.lead_id IS NULL THEN 'res.partner ' ELSE 'crm.lead ' END
                              || COALESCE(form.page, '')
                         FROM conversion_touchpoint form
                        WHERE e.event = 'lead_created'
                          AND form.kind = 'conversion'
                          AND form.lead_id IS NOT DISTINCT FROM e.lead_id
                          AND (e.lead_id IS NOT NULL OR form.partner_id = e.partner_id)
                        ORDER BY form.occurred_at, form.id
                        LIMIT 1), e.event)
            )
            """
        )

    @api.model
    def _get_outcome(self):
        return SQL(
            """
            CASE WHEN status = %(success)s THEN 'delivered'
                 WHEN status IN %(under_way)s THEN 'under_way'
                 WHEN status IN %(attention)s THEN 'attention'
                 ELSE 'left_out' END
            """,
            success=SUCCESS,
            under_way=(*UNDER_WAY, "too_recent"),
            attention=(*ATTENTION, "wrong_account"),
        )

    @api.model
    def _get_main_company_id(self):
        return self.env["google.ads.reporter"]._get_main_company().id

    # ------------------------------------------------------------
    # The events
    # ------------------------------------------------------------

    @api.model
    def _get_accounts(self):
        """The account that a company's events go to, as ``google.ads.account._find_for``."""
        return SQL(
            """
            SELECT DISTINCT ON (company_id) company_id, id
              FROM google_ads_account
             WHERE active AND state IN %s
             ORDER BY company_id, id
            """,
            DELIVERING_STATES,
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
    def _get_events(self):
        """All events, with ids that stay the same: four for each lead or contact, and above
        them those of stages."""
        common = SQL(
            "l.id::bigint * 2 AS record, l.id AS lead_id, l.partner_id, l.user_id, l.team_id, "
            "l.company_id, l.campaign_id, l.source_id, l.google_touch_id, "
            "l.lead_creation_touch_id, l.consent"
        )
        of_leads = SQL(" UNION ALL ").join(
            SQL(
                "SELECT l.id::bigint * 4 + %s AS id, %s AS event, NULL::int AS stage_id, "
                "%s AS event_time, %s FROM crm_lead l WHERE %s",
                number,
                event,
                event_time,
                common,
                condition,
            )
            for number, (event, event_time, condition) in enumerate(
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
            SELECT (s.action_id::bigint << 33) + l.id, 'stage', s.stage_id, r.reached_at, %s
              FROM (%s) AS r
              JOIN crm_lead l ON l.id = r.lead_id
         LEFT JOIN crm_team team ON team.id = l.team_id
         LEFT JOIN conversion_touchpoint click ON click.id = l.google_touch_id
         LEFT JOIN website site ON site.id = click.website_id
              JOIN stage s
                ON s.stage_id = r.stage_id
               AND s.company_id = COALESCE(
                       l.company_id, team.company_id, site.company_id, %s)
            UNION ALL
            SELECT p.id::bigint * 4 + 3, 'lead_created', NULL, p.form_submitted_at,
                   p.id::bigint * 2 + 1, NULL, p.id, p.user_id, NULL, p.company_id,
                   click.campaign_id, click.source_id, p.google_touch_id,
                   p.lead_creation_touch_id, click.consent
              FROM res_partner p
         LEFT JOIN conversion_touchpoint click
                ON click.id = COALESCE(p.google_touch_id, p.lead_creation_touch_id)
             WHERE p.form_submitted_at IS NOT NULL
            """,
            of_leads,
            common,
            self._get_reached(),
            self._get_main_company_id(),
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
