from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.eligibility import obstacle_sql

# column by column, because PostgreSQL knows how many of each are empty
HAS_CLICK_ID = SQL(
    "(click.gclid IS NOT NULL OR click.gbraid IS NOT NULL OR click.wbraid IS NOT NULL)"
)
EVERY = SQL("TRUE")
# a value, not EXISTS, for which the database would read all touchpoints to answer for a few
CREATED_ELSEWHERE = SQL(
    """COALESCE((SELECT creation.click_platform <> 'google'
                   FROM conversion_touchpoint creation
                  WHERE creation.id = e.lead_creation_touch_id), FALSE)"""
)


class GoogleAdsUnreportedMixin(models.AbstractModel):
    """SQL of the events that are not in the outbox, each with the first reason why."""

    _name = "google.ads.unreported.mixin"
    _description = "Events that Google Ads was not Told"

    @api.model
    def _get_clicked(self, unreported):
        """Events of who came by a Google ad, with the first reason of
        ``google_ads.eligibility``. The click id is missing where it was forgotten.

        :param unreported: condition on an event ``e`` that it is not in the outbox
        """
        return self._get_judged(
            SQL(
                """
                SELECT e.*, %(account)s AS account_id, act.id AS action_id,
                       click.occurred_at AS click_time, %(now)s AS now,
                       click.gclid IS NOT NULL AS has_gclid,
                       COALESCE(click.gbraid, click.wbraid) IS NOT NULL AS has_braid,
                       NOT %(has_id)s AND %(other)s AS other_platform,
                       act.id IS NOT NULL AS has_action,
                       COALESCE(act.counting = 'one', FALSE) AS counts_one,
                       %(counted)s AS counted_already, FALSE AS sends_identity
                  FROM event e
                  JOIN conversion_touchpoint click ON click.id = e.google_touch_id
             LEFT JOIN crm_team team ON team.id = e.team_id
             LEFT JOIN website site ON site.id = click.website_id
             LEFT JOIN account acc ON acc.company_id = COALESCE(
                           e.company_id, team.company_id, site.company_id, %(company)s)
             LEFT JOIN action act ON act.account_id = %(account)s AND act.event = e.event
                   AND act.stage = COALESCE(e.stage_id, 0)
                 WHERE e.google_touch_id IS NOT NULL AND %(unreported)s
                """,
                unreported=unreported,
                account=self._get_account(),
                counted=self._get_counted(),
                has_id=HAS_CLICK_ID,
                other=CREATED_ELSEWHERE,
                company=self.env["google.ads.reporter"]._get_main_company().id,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _get_account(self):
        """SQL of the account that an event with a click goes to."""
        events = self.env["google.ads.event.list"]
        if not events._has_several_accounts():
            return SQL("acc.id")
        owner = events._get_owner(SQL("click.id"), SQL("acc.company_id"))
        return SQL("COALESCE(%s, acc.id)", owner)

    @api.model
    def _get_unclicked(self, unreported):
        """The same of everybody else, most by far: of a touchpoint they only need to know whether
        it was a click on another platform."""
        return self._get_judged(
            SQL(
                """
                SELECT e.*, acc.id AS account_id, act.id AS action_id,
                       NULL::timestamp AS click_time, %(now)s AS now, FALSE AS has_gclid,
                       FALSE AS has_braid, creation.id IS NOT NULL AS other_platform,
                       act.id IS NOT NULL AS has_action, FALSE AS counts_one,
                       FALSE AS counted_already,
                       COALESCE(acc.send_identifiers, FALSE) AS sends_identity
                  FROM event e
             LEFT JOIN conversion_touchpoint creation
                    ON creation.id = e.lead_creation_touch_id
                   AND creation.click_platform <> 'google'
             LEFT JOIN crm_team team ON team.id = e.team_id
             LEFT JOIN account acc
                    ON acc.company_id = COALESCE(e.company_id, team.company_id, %(company)s)
             LEFT JOIN action act ON act.account_id = acc.id AND act.event = e.event
                   AND act.stage = COALESCE(e.stage_id, 0)
                 WHERE e.google_touch_id IS NULL AND %(unreported)s
                """,
                unreported=unreported,
                company=self.env["google.ads.reporter"]._get_main_company().id,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _get_judged(self, candidates):
        """Lines of candidates, which have the columns that the rules ask for."""
        line = self._get_line(
            conversion_id=SQL("NULL::integer"),
            account_id=SQL("e.account_id"),
            action_id=SQL("e.action_id"),
            status=self._get_status(),
            matched_by=SQL("NULL::varchar"),
        )
        return SQL("SELECT %s FROM (%s) AS e", line, candidates)

    @api.model
    def _get_status(self):
        """SQL of what became of a candidate that is not in the outbox."""
        return SQL("COALESCE(%s, 'missing')", SQL(obstacle_sql()))  # pylint: disable=sql-injection

    @api.model
    def _get_counted(self):
        """Whether another event came by the same form and click, as the reporter asks; the form
        is the one that made the record."""
        return SQL(
            """
            act.counting = 'one' AND click.gclid IS NOT NULL AND EXISTS (
                SELECT 1
                  FROM google_ads_conversion other
                 WHERE other.kind = 'conversion'
                   AND other.action_id = act.id
                   AND other.gclid = click.gclid
                   AND COALESCE(NULLIF(other.form_key, ''), other.event) = COALESCE((
                       SELECT CASE WHEN e.lead_id IS NULL THEN 'res.partner ' ELSE 'crm.lead ' END
                              || COALESCE(form.other_site, '') || COALESCE(form.page, '')
                         FROM conversion_touchpoint form
                        WHERE e.event = 'lead_created'
                          AND form.kind = 'conversion'
                          AND (form.lead_id = e.lead_id
                               OR form.partner_id = e.partner_id
                                  AND form.lead_id IS NULL AND e.lead_id IS NULL)
                        ORDER BY form.occurred_at, form.id
                        LIMIT 1), e.event)
            )
            """
        )
