from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.eligibility import PERSON_LIFETIME

# what events are counted by, beside what became of them
DIMENSIONS = ("company_id", "campaign_id", "source_id", "team_id", "user_id")
# what the account depends on that reports people without a click
OF_ACCOUNT = ("company_id", "team_id")

# whether, not which: the database knows that there are two groups, and adds up in all workers
IS_DENIED = SQL("COALESCE(e.consent = 'denied', FALSE)")
IS_GRANTED = SQL("COALESCE(e.consent = 'granted', FALSE)")


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
        events = self.env["google.ads.event"]
        if self.env["google.ads.person"]._get_company_ids():
            columns = columns | {*OF_ACCOUNT}
        by = [name for name in DIMENSIONS if name in columns]
        of_lead = self._name_columns("line", by)
        return SQL(
            """
            WITH %(tables)s,
            -- read twice: with the few groups that they are, the other part is corrected
            reported AS MATERIALIZED (%(reported)s)
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
            tables=events._get_tables(SQL("lead_id IS NOT NULL"), ("milestone",), happened),
            reported=self._get_reported(by, happened),
            of_lead=of_lead,
            outcome=events._get_outcome(),
            status=events._get_reported_status(SQL("o.is_recent")),
            clicked=events._get_clicked(),
            unclicked=self._get_unclicked(by, happened),
            others=self._get_others(happened),
        )

    @api.model
    def _get_others(self, happened):
        """Events of contacts, and of stages if any is counted."""
        stages = self.env["google.ads.event.list"]._counts_stages()
        return self.env["google.ads.event"]._get_query(
            SQL("TRUE") if stages else SQL("lead_id IS NULL"),
            kinds=("contact", "stage"),
            happened=happened,
        )

    @api.model
    def _name_columns(self, alias, names):
        """SQL of columns that follow others."""
        return SQL().join(SQL(", %s", SQL.identifier(alias, name)) for name in names)

    @api.model
    def _get_reported(self, by, happened):
        """Numbers of events in the outbox, with what they would be judged by without their rows if
        they are among those of :meth:`_get_unclicked`."""
        of_lead = self._name_columns("e", by)
        return SQL(
            """
            SELECT o.event, o.state, o.error_code, o.error_class, o.matched_by,
                   %(is_recent)s AS is_recent, e.google_touch_id IS NULL AS is_unclicked,
                   e.google_touch_id IS NULL AND %(is_denied)s AS is_denied,
                   creation.id IS NOT NULL AS other_platform,
                   e.google_touch_id IS NULL AND %(is_granted)s AS is_granted,
                   e.google_touch_id IS NULL AND %(has_identity)s AS has_identity,
                   CASE o.event WHEN 'lead_created' THEN %(created_old)s
                                WHEN 'lead_qualified' THEN %(qualified_old)s
                                ELSE %(won_old)s END AS is_old,
                   COUNT(*) AS event_count %(of_lead)s
              FROM outbox o
              JOIN crm_lead e ON e.id = o.lead_id
         LEFT JOIN conversion_touchpoint creation
                ON creation.id = e.lead_creation_touch_id
               AND creation.click_platform <> 'google'
               AND e.google_touch_id IS NULL
             WHERE (o.event = 'lead_created' AND %(created)s
                    OR o.event = 'lead_qualified' AND e.qualified_at IS NOT NULL AND %(qualified)s
                    OR o.event = 'deal_won' AND e.won_status = 'won' AND %(won)s)
               AND NOT EXISTS (SELECT 1 FROM outbox newer
                                WHERE newer.event_id = o.event_id AND newer.id > o.id)
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 %(of_lead)s
            """,
            is_recent=SQL(
                "o.state = 'waiting' AND %s", self.env["google.ads.event"]._get_is_recent()
            ),
            of_lead=of_lead,
            **self._get_judged(),
            **self._get_when(happened),
        )

    @api.model
    def _get_judged(self):
        """What the status of an event without a click depends on, as conditions on its lead."""
        person = self.env["google.ads.person"]
        is_granted = IS_GRANTED if person._get_company_ids() else SQL("FALSE")
        return {
            "is_denied": IS_DENIED,
            "is_granted": is_granted,
            "has_identity": SQL("(%s AND %s)", is_granted, person._select_has_identity("e")),
        }

    @api.model
    def _get_when(self, happened):
        """Conditions that what happened to a lead did so when events are asked for, and that it did
        so too long ago to be reported without a click id."""
        moments = {
            "created": SQL("e.create_date"),
            "qualified": SQL("e.qualified_at"),
            "won": SQL("COALESCE(e.won_at, e.date_closed, e.write_date)"),
        }
        oldest = fields.Datetime.now() - PERSON_LIFETIME
        return {
            **{name: happened(moment) for name, moment in moments.items()},
            **{f"{name}_old": SQL("%s < %s", moment, oldest) for name, moment in moments.items()},
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
                           COUNT(e.qualified_at) FILTER (WHERE %(qualified)s) AS qualified,
                           COUNT(e.qualified_at) FILTER (WHERE %(qualified)s AND %(qualified_old)s)
                               AS qualified_old,
                           COUNT(*) FILTER (WHERE e.won_status = 'won' AND %(won)s) AS won,
                           COUNT(*) FILTER (WHERE e.won_status = 'won' AND %(won)s AND %(won_old)s)
                               AS won_old
                           %(of_lead)s
                      FROM crm_lead e
                 LEFT JOIN conversion_touchpoint creation
                        ON creation.id = e.lead_creation_touch_id
                       AND creation.click_platform <> 'google'
                     WHERE e.google_touch_id IS NULL AND (%(created)s OR %(qualified)s OR %(won)s)
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
            **self._get_when(happened),
        )
