from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.catalogue import IOS_CLICK_CODES, WRONG_ACCOUNT_CODES
from ...google_ads.eligibility import obstacle_sql
from ...google_ads.lifecycle import ATTENTION, CLICK_SETTLED, SUCCESS, UNDER_WAY
from .google_ads_event_list import KINDS

EVERY = SQL("TRUE")
# column by column, because PostgreSQL knows how many of each are empty
HAS_CLICK_ID = SQL(
    "(click.gclid IS NOT NULL OR click.gbraid IS NOT NULL OR click.wbraid IS NOT NULL)"
)
# a value, not EXISTS, for which the database would read all touchpoints to answer for a few
CREATED_ELSEWHERE = SQL(
    """COALESCE((SELECT creation.click_platform <> 'google'
                   FROM conversion_touchpoint creation
                  WHERE creation.id = e.lead_creation_touch_id), FALSE)"""
)


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
        """What became of the three events that every lead can have.

        :return: ``{event: (status, id of its row in the outbox)}``
        """
        lead.env.flush_all()
        query = self.with_company(lead.company_id)._get_query(
            SQL("lead_id = %s", lead.id), kinds=("milestone",)
        )
        rows = self.env.execute_query(SQL("SELECT event, status, conversion_id FROM (%s) e", query))
        return {event: (status, conversion_id) for event, status, conversion_id in rows}

    @api.model
    def _get_query(self, condition=EVERY, *, kinds=KINDS, happened=EVERY):
        """All events with ``status`` (a reason, ``missing``, or the state in the outbox) and
        ``outcome``, the group that the status belongs to.

        Three lists, each of which reads only what it needs: events in the outbox, those of who
        came by a Google ad, and the others. How many there are is counted faster by
        ``google.ads.event.count``.

        :param condition: on ``lead_id``, for a few leads to be found without reading all
        :param kinds: as for ``google.ads.event.list``
        :param happened: on ``event_time``, for the events of a few days to be judged only
        """
        return SQL(
            """
            WITH %(tables)s
            SELECT line.*, %(outcome)s AS outcome FROM (%(reported)s) AS line
            UNION ALL
            SELECT line.*, 'left_out' AS outcome FROM (%(clicked)s) AS line
            UNION ALL
            SELECT line.*, 'left_out' AS outcome FROM (%(unclicked)s) AS line
            """,
            tables=self._get_tables(condition, kinds, happened),
            outcome=self._get_outcome(),
            reported=self._get_reported(),
            clicked=self._get_clicked(),
            unclicked=self._get_unclicked(),
        )

    @api.model
    def _get_tables(self, condition, kinds, happened=EVERY):
        """The tables, after ``WITH``, that the lists read."""
        events = self.env["google.ads.event.list"]
        # not materialized: the database reads only the columns asked for, several workers at once
        return SQL(
            """
            account AS NOT MATERIALIZED (%(accounts)s),
            stage AS NOT MATERIALIZED (%(stages)s),
            action AS NOT MATERIALIZED (%(actions)s),
            event AS NOT MATERIALIZED (
                SELECT * FROM (%(events)s) AS happened WHERE %(condition)s AND %(happened)s
            ),
            outbox AS NOT MATERIALIZED (%(outbox)s)
            """,
            accounts=events._get_accounts(),
            stages=events._get_stages(),
            actions=events._get_actions(),
            events=events._get_events(kinds),
            condition=condition,
            happened=happened,
            outbox=self._get_outbox(condition),
        )

    @api.model
    def _get_line(self, **columns):
        """The columns of an event, whichever list it is in."""
        names = ("id", "event", "event_time", "lead_id", "partner_id", "user_id", "team_id")
        names += ("company_id", "campaign_id", "source_id")
        of_event = {"date" if name == "event_time" else name: name for name in names}
        return SQL(", ").join(
            [
                *(
                    SQL("%s AS %s", SQL.identifier("e", column), SQL.identifier(name))
                    for name, column in of_event.items()
                ),
                *(SQL("%s AS %s", value, SQL.identifier(name)) for name, value in columns.items()),
            ]
        )

    # ------------------------------------------------------------
    # In the outbox
    # ------------------------------------------------------------

    @api.model
    def _get_outbox(self, condition):
        """Rows of events in the outbox, with the ids of their events.

        A lead that was deleted leaves rows behind which are not its contact's.
        """
        return SQL(
            """
            SELECT %(event_id)s AS event_id, c.id, c.lead_id, c.event, c.account_id, c.action_id,
                   c.state, c.error_code, c.error_class, c.click_time
              FROM google_ads_conversion c
              JOIN google_ads_conversion_action a ON a.id = c.action_id
             WHERE c.kind = 'conversion' AND %(condition)s
               AND (c.lead_id IS NOT NULL
                    OR c.res_model = 'res.partner' AND c.partner_id IS NOT NULL)
            """,
            event_id=self.env["google.ads.event.list"]._get_id(
                SQL("c.lead_id"), SQL("c.partner_id"), SQL("c.event"), SQL("a.stage_id")
            ),
            condition=condition,
        )

    @api.model
    def _get_reported(self):
        """Events in the outbox: of several rows for one event of a record, the latest counts."""
        line = self._get_line(
            conversion_id=SQL("o.id"),
            account_id=SQL("o.account_id"),
            action_id=SQL("o.action_id"),
            status=self._get_reported_status(self._get_is_recent()),
        )
        return SQL(
            """
            SELECT %(line)s
              FROM event e
              JOIN outbox o ON o.event_id = e.id
             WHERE NOT EXISTS (SELECT 1 FROM outbox newer
                                WHERE newer.event_id = o.event_id AND newer.id > o.id)
            """,
            line=line,
        )

    @api.model
    def _get_is_recent(self):
        """Whether Google may not know the click of a row yet."""
        return SQL("o.click_time + %s > %s", CLICK_SETTLED, fields.Datetime.now())

    @api.model
    def _get_reported_status(self, is_recent):
        return SQL(
            """
            CASE WHEN o.state IN ('held', 'cancelled') AND o.error_class = 'consent'
                     THEN 'no_consent'
                 WHEN o.state IN ('held', 'failed') AND o.error_code IN %(wrong_account)s
                     THEN 'wrong_account'
                 WHEN o.state IN ('held', 'failed') AND o.error_code IN %(ios_click)s
                     THEN 'ios_click'
                 WHEN o.state = 'waiting' AND %(is_recent)s THEN 'too_recent'
                 ELSE o.state END
            """,
            wrong_account=WRONG_ACCOUNT_CODES,
            ios_click=IOS_CLICK_CODES,
            is_recent=is_recent,
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

    # ------------------------------------------------------------
    # Not in the outbox
    # ------------------------------------------------------------

    @api.model
    def _get_clicked(self):
        """Events of who came by a Google ad, with the first reason of
        ``google_ads.eligibility``. The click id is missing where it was forgotten."""
        return self._get_judged(
            SQL(
                """
                SELECT e.*, acc.id AS account_id, act.id AS action_id,
                       click.occurred_at AS click_time, %(now)s AS now,
                       click.gclid IS NOT NULL AS has_gclid,
                       COALESCE(click.gbraid, click.wbraid) IS NOT NULL AS has_braid,
                       NOT %(has_id)s AND %(other)s AS other_platform,
                       act.id IS NOT NULL AS has_action,
                       COALESCE(act.counting = 'one', FALSE) AS counts_one,
                       %(counted)s AS counted_already
                  FROM event e
                  JOIN conversion_touchpoint click ON click.id = e.google_touch_id
             LEFT JOIN crm_team team ON team.id = e.team_id
             LEFT JOIN website site ON site.id = click.website_id
             LEFT JOIN account acc ON acc.company_id = COALESCE(
                           e.company_id, team.company_id, site.company_id, %(company)s)
             LEFT JOIN action act ON act.company_id = acc.company_id AND act.event = e.event
                   AND act.stage = COALESCE(e.stage_id, 0)
                 WHERE e.google_touch_id IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.event_id = e.id)
                """,
                counted=self._get_counted(),
                has_id=HAS_CLICK_ID,
                other=CREATED_ELSEWHERE,
                company=self.env["google.ads.reporter"]._get_main_company().id,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _get_unclicked(self):
        """The same of everybody else, most by far: of a touchpoint they only need to know whether
        it was a click on another platform."""
        return self._get_judged(
            SQL(
                """
                SELECT e.*, acc.id AS account_id, act.id AS action_id,
                       NULL::timestamp AS click_time, %(now)s AS now, FALSE AS has_gclid,
                       FALSE AS has_braid, creation.id IS NOT NULL AS other_platform,
                       act.id IS NOT NULL AS has_action, FALSE AS counts_one,
                       FALSE AS counted_already
                  FROM event e
             LEFT JOIN conversion_touchpoint creation
                    ON creation.id = e.lead_creation_touch_id
                   AND creation.click_platform <> 'google'
             LEFT JOIN crm_team team ON team.id = e.team_id
             LEFT JOIN account acc
                    ON acc.company_id = COALESCE(e.company_id, team.company_id, %(company)s)
             LEFT JOIN action act ON act.company_id = acc.company_id AND act.event = e.event
                   AND act.stage = COALESCE(e.stage_id, 0)
                 WHERE e.google_touch_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.event_id = e.id)
                """,
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
                              || COALESCE(form.page, '')
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
