from odoo import api, fields, models
from odoo.tools import SQL

from .google_ads_unreported_mixin import CREATED_ELSEWHERE, EVERY

# what events are counted by, beside what became of them
DIMENSIONS = ("company_id", "campaign_id", "source_id", "team_id", "user_id")
# what the account depends on that reports people without a click
OF_ACCOUNT = ("company_id", "team_id")

# whether, not which: the database knows that there are two groups, and adds up in all workers
IS_DENIED = SQL("COALESCE(e.consent = 'denied', FALSE)")
IS_GRANTED = SQL("COALESCE(e.consent = 'granted', FALSE)")
NEVER = SQL("FALSE")


class GoogleAdsEventCount(models.AbstractModel):
    """SQL of how many events there are, and what became of them: as ``google.ads.event``, without
    a line for each.

    Events of leads are counted by what their status depends on, and judged after that. The others,
    of contacts and stages, are few: they are listed and counted.
    """

    _name = "google.ads.event.count"
    _description = "Count of Events for Google Ads"

    @api.model
    def _get_query(self, columns, happened):
        """Numbers of events, ``event_count``, by the event, ``status``, ``outcome`` and those of
        ``DIMENSIONS`` that are in ``columns``. A group may have several rows.

        :param happened: gives the SQL condition that a moment is when events are asked for
        """
        events, leads = self.env["google.ads.event"], self.env["google.ads.event.lead"]
        if self.env["google.ads.person"]._get_company_ids():
            columns = columns | {*OF_ACCOUNT}
        by = [name for name in DIMENSIONS if name in columns]
        of_lead = self._name_columns("line", by)
        return SQL(
            """
            WITH %(setup)s,
            lead AS NOT MATERIALIZED (%(leads)s),
            outbox AS MATERIALIZED (%(outbox)s),
            -- read twice: with the few groups that they are, the other part is corrected
            reported AS MATERIALIZED (%(reported)s),
            clicked AS MATERIALIZED (%(of_click)s),
            -- before anything else, so that clicks are looked up of those alone that are left
            event AS MATERIALIZED (%(unreported)s)
            SELECT event, status, %(outcome)s AS outcome, event_count %(of_lead)s
              FROM (SELECT o.*, %(status)s AS status FROM reported o) AS line
             UNION ALL
            SELECT event, status, 'left_out', COUNT(*) %(of_lead)s
              FROM (%(clicked)s) AS line
             GROUP BY event, status %(of_lead)s
             UNION ALL
            SELECT event, status, 'left_out', event_count %(of_lead)s FROM (%(unclicked)s) AS line
             UNION ALL
            SELECT event, status, outcome, COUNT(*) %(of_lead)s
              FROM (%(others)s) AS line
             GROUP BY event, status, outcome %(of_lead)s
            """,
            setup=events._get_setup(),
            leads=leads._get_query(happened),
            outbox=self._get_outbox(by, happened),
            reported=self._get_reported(by),
            of_click=leads._get_clicked(),
            unreported=leads._get_unreported(happened),
            of_lead=of_lead,
            outcome=events._get_outcome(),
            status=events._get_reported_status(SQL("o.is_recent")),
            clicked=events._get_clicked(unreported=EVERY),
            unclicked=self._get_unclicked(by, happened),
            others=self._get_others(happened),
        )

    @api.model
    def _get_others(self, happened):
        """Events of contacts, and of stages if any is counted."""
        events = self.env["google.ads.event"]
        if self.env["google.ads.event.list"]._counts_stages():
            return events._get_query(kinds=("contact", "stage"), happened=happened)
        return events._get_query(SQL("lead_id IS NULL"), kinds=("contact",), happened=happened)

    @api.model
    def _name_columns(self, alias, names):
        """SQL of columns that follow others."""
        return SQL().join(SQL(", %s", SQL.identifier(alias, name)) for name in names)

    @api.model
    def _get_outbox(self, by, happened):
        """Events in the outbox, with what they would be judged by without their rows if they are
        among those of :meth:`_get_unclicked`. Of several rows for one event the latest counts."""
        return SQL(
            """
            SELECT DISTINCT ON (event_id) %(event_id)s AS event_id, o.event, o.state, o.error_code,
                   o.error_class, o.matched_by, %(is_recent)s AS is_recent,
                   e.google_touch_id IS NULL AS is_unclicked,
                   e.google_touch_id IS NULL AND %(is_denied)s AS is_denied,
                   e.google_touch_id IS NULL AND %(other_platform)s AS other_platform,
                   e.google_touch_id IS NULL AND %(is_granted)s AS is_granted,
                   e.google_touch_id IS NULL AND %(has_identity)s AS has_identity,
                   CASE o.event WHEN 'lead_created' THEN %(created_old)s
                                WHEN 'lead_qualified' THEN %(qualified_old)s
                                ELSE %(won_old)s END AS is_old %(of_lead)s
              FROM google_ads_conversion o
              JOIN lead e ON e.id = o.lead_id
             WHERE o.kind = 'conversion'
               AND (o.event = 'lead_created' AND %(created)s
                    OR o.event = 'lead_qualified' AND %(qualified)s
                    OR o.event = 'deal_won' AND %(won)s)
             ORDER BY event_id, o.id DESC
            """,
            event_id=self.env["google.ads.event.list"]._get_id(
                SQL("o.lead_id"), SQL("NULL"), SQL("o.event"), SQL("NULL")
            ),
            is_recent=SQL(
                "o.state = 'waiting' AND %s", self.env["google.ads.event"]._get_is_recent()
            ),
            other_platform=CREATED_ELSEWHERE,
            of_lead=self._name_columns("e", by),
            **self._get_judged(),
            **self.env["google.ads.event.lead"]._get_when(happened),
        )

    @api.model
    def _get_reported(self, by):
        """Numbers of them."""
        columns = SQL(
            "event, state, error_code, error_class, matched_by, is_recent, is_old, is_unclicked,"
            " is_denied, other_platform, is_granted, has_identity %s",
            self._name_columns("o", by),
        )
        return SQL(
            "SELECT %(columns)s, COUNT(*) AS event_count FROM outbox o GROUP BY %(columns)s",
            columns=columns,
        )

    @api.model
    def _get_judged(self):
        """What the status of an event without a click depends on, as conditions on its lead."""
        is_granted = IS_GRANTED if self.env["google.ads.person"]._get_company_ids() else NEVER
        return {
            "is_denied": IS_DENIED,
            "is_granted": is_granted,
            "has_identity": SQL("(%s AND e.has_identity)", is_granted),
        }

    @api.model
    def _get_unclicked(self, by, happened):
        """Numbers of events of who came by no Google ad: of all of them, less those in the outbox.

        So the rows of the outbox need not be looked up for each lead.
        """
        of_lead = self._name_columns("e", by)
        judged = SQL("is_denied, other_platform, is_granted, has_identity")
        candidates = SQL(
            """
            SELECT e.event, e.other_platform, e.has_identity,
                   acc.id IS NOT NULL AS sends_identity, act.id IS NOT NULL AS has_action,
                   CASE WHEN is_denied THEN 'denied' WHEN is_granted THEN 'granted' END AS consent,
                   CASE WHEN is_old THEN TIMESTAMP 'epoch' ELSE %(now)s END AS event_time,
                   %(now)s AS now, NULL::timestamp AS click_time,
                   FALSE AS has_gclid, FALSE AS has_braid,
                   FALSE AS counts_one, FALSE AS counted_already, e.event_count %(of_lead)s
              FROM (SELECT event, is_old, %(judged)s, SUM(event_count) AS event_count %(of_lead)s
                      FROM (%(all)s
                            UNION ALL
                            SELECT event, is_old, %(judged)s, -event_count %(of_lead)s
                              FROM reported e
                             WHERE is_unclicked) AS e
                     GROUP BY event, is_old, %(judged)s %(of_lead)s
                    HAVING SUM(event_count) > 0) AS e
         LEFT JOIN account acc ON acc.company_id = %(sender)s
         LEFT JOIN action act ON act.account_id = acc.id AND act.event = e.event AND act.stage = 0
            """,
            of_lead=of_lead,
            judged=judged,
            all=self._get_all_unclicked(judged, of_lead, happened),
            sender=self.env["google.ads.person"]._select_sender("e"),
            now=SQL("%s::timestamp", fields.Datetime.now()),
        )
        status = self.env["google.ads.event"]._get_status()
        return SQL("SELECT e.*, %s AS status FROM (%s) AS e", status, candidates)

    @api.model
    def _get_all_unclicked(self, judged, of_lead, happened):
        """Numbers of all events of who came by no Google ad: each lead is read once."""
        return SQL(
            """
            SELECT milestone.event, milestone.is_old, %(judged)s, milestone.event_count %(of_lead)s
              FROM (SELECT %(is_denied)s AS is_denied, creation.id IS NOT NULL AS other_platform,
                           %(is_granted)s AS is_granted, %(has_identity)s AS has_identity,
                           COUNT(*) FILTER (WHERE %(created)s) AS created,
                           COUNT(*) FILTER (WHERE %(created)s AND %(created_old)s) AS created_old,
                           COUNT(*) FILTER (WHERE %(qualified)s) AS qualified,
                           COUNT(*) FILTER (WHERE %(qualified)s AND %(qualified_old)s)
                               AS qualified_old,
                           COUNT(*) FILTER (WHERE %(won)s) AS won,
                           COUNT(*) FILTER (WHERE %(won)s AND %(won_old)s) AS won_old
                           %(of_lead)s
                      FROM lead e
                 LEFT JOIN conversion_touchpoint creation
                        ON creation.id = e.lead_creation_touch_id
                       AND creation.click_platform <> 'google'
                     WHERE e.google_touch_id IS NULL
                     GROUP BY 1, 2, 3, 4 %(of_lead)s) AS e
        CROSS JOIN LATERAL (VALUES
                   ('lead_created', FALSE, created - created_old),
                   ('lead_created', TRUE, created_old),
                   ('lead_qualified', FALSE, qualified - qualified_old),
                   ('lead_qualified', TRUE, qualified_old),
                   ('deal_won', FALSE, won - won_old),
                   ('deal_won', TRUE, won_old)) AS milestone (event, is_old, event_count)
            """,
            judged=judged,
            of_lead=of_lead,
            **self._get_judged(),
            **self.env["google.ads.event.lead"]._get_when(happened),
        )
