from odoo import api, fields, models
from odoo.tools import SQL

from ...google_ads.catalogue import IOS_CLICK_CODES, WRONG_ACCOUNT_CODES
from ...google_ads.lifecycle import ATTENTION, CLICK_SETTLED, SUCCESS, UNDER_WAY, UNMATCHED
from .google_ads_event_list import KINDS
from .google_ads_unreported_mixin import EVERY

LISTS = ("reported", "clicked", "unclicked")


class GoogleAdsEvent(models.AbstractModel):
    """SQL of every event that could be reported to Google Ads, and what became of it.

    Events are leads created, qualified and won (archived and lost leads, too), leads that reached
    a stage which is counted, and contacts made by a form. What happens to leads behind Odoo's
    back, by SQL or an import, is among them. An event that is not in the outbox has the first
    reason of ``google_ads.eligibility``, or is missing there.
    """

    _name = "google.ads.event"
    _description = "Events for Google Ads"
    _inherit = ["google.ads.unreported.mixin"]

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
        # one list less: planning so large a query takes the database longer than running it
        unreported = "clicked" if lead.sudo().google_touch_id else "unclicked"
        query = self.with_company(lead.company_id)._get_query(
            SQL("lead_id = %s", lead.id), kinds=("milestone",), lists=("reported", unreported)
        )
        rows = self.env.execute_query(SQL("SELECT event, status, conversion_id FROM (%s) e", query))
        return {event: (status, conversion_id) for event, status, conversion_id in rows}

    @api.model
    def _get_query(self, condition=EVERY, *, kinds=KINDS, happened=None, told=EVERY, lists=LISTS):
        """All events with ``status`` (a reason, ``missing``, or the state in the outbox) and
        ``outcome``, the group that the status belongs to.

        Three lists, each of which reads only what it needs: events in the outbox, those of who
        came by a Google ad, and the others. How many there are is counted faster by
        ``google.ads.event.count``.

        :param condition: on ``lead_id``, for a few leads to be found without reading all
        :param kinds: as for ``google.ads.event.list``
        :param happened: as for ``google.ads.event.list``
        :param told: on the latest row ``o`` of an event in the outbox
        :param lists: which of the three are wanted
        """
        unreported = SQL(
            "NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.event_id = e.id AND %s)",
            self._is_same(kinds, "outbox", "e"),
        )
        parts = {
            "reported": (self._get_outcome(), self._get_reported(kinds, told)),
            "clicked": (SQL("'left_out'"), self._get_clicked(unreported)),
            "unclicked": (SQL("'left_out'"), self._get_unclicked(unreported)),
        }
        return SQL(
            "WITH %s %s",
            self._get_tables(condition, kinds, happened),
            SQL(" UNION ALL ").join(
                SQL("SELECT line.*, %s AS outcome FROM (%s) AS line", *parts[name])
                for name in lists
            ),
        )

    @api.model
    def _get_tables(self, condition, kinds, happened):
        """The tables, after ``WITH``, that the lists read."""
        # not materialized: the database reads only the columns asked for, several workers at once
        return SQL(
            """
            %(setup)s,
            event AS NOT MATERIALIZED (
                SELECT * FROM (%(events)s) AS happened WHERE %(condition)s AND %(happened)s
            ),
            outbox AS NOT MATERIALIZED (%(outbox)s)
            """,
            setup=self._get_setup(),
            events=self.env["google.ads.event.list"]._get_events(kinds, happened),
            condition=condition,
            happened=happened(SQL("event_time")) if happened else EVERY,
            outbox=self._get_outbox(condition),
        )

    @api.model
    def _get_setup(self):
        """Those of them that have a few rows: who counts what."""
        events = self.env["google.ads.event.list"]
        return SQL(
            """
            account AS NOT MATERIALIZED (%s),
            stage AS NOT MATERIALIZED (%s),
            action AS NOT MATERIALIZED (%s)
            """,
            events._get_accounts(),
            events._get_stages(),
            events._get_actions(),
        )

    @api.model
    def _get_line(self, **columns):
        """The columns of an event, whichever list it is in."""
        names = ("id", "event", "event_time", "lead_id", "partner_id", "user_id", "team_id")
        names += ("company_id", "campaign_id", "source_id", "google_touch_id")
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
            SELECT %(event_id)s AS event_id, c.id, c.lead_id, c.partner_id, c.event, c.account_id,
                   c.action_id, c.matched_by, c.state, c.error_code, c.error_class, c.click_time
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
    def _get_reported(self, kinds=KINDS, told=EVERY):
        """Events in the outbox: of several rows for one event of a record, the latest counts.

        :param kinds, told: as for :meth:`_get_query`
        """
        line = self._get_line(
            conversion_id=SQL("o.id"),
            account_id=SQL("o.account_id"),
            action_id=SQL("o.action_id"),
            status=self._get_reported_status(self._get_is_recent()),
            matched_by=SQL("o.matched_by"),
        )
        return SQL(
            """
            SELECT %(line)s
              FROM event e
              JOIN outbox o ON o.event_id = e.id AND %(of_event)s
             WHERE %(told)s
               AND NOT EXISTS (SELECT 1 FROM outbox newer
                                WHERE newer.event_id = o.event_id AND newer.id > o.id
                                  AND %(of_row)s)
            """,
            line=line,
            of_event=self._is_same(kinds, "o", "e"),
            of_row=self._is_same(kinds, "newer", "o"),
            told=told,
        )

    @api.model
    def _is_same(self, kinds, one, other):
        """That both are about one lead or contact, as their ids say: by this an index finds a few
        rows, where they are about leads alone or contacts alone."""
        if "contact" not in kinds:
            name = "lead_id"
        elif len(kinds) == 1:
            name = "partner_id"
        else:
            return EVERY
        return SQL("%s = %s", SQL.identifier(one, name), SQL.identifier(other, name))

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
                 WHEN o.state = %(success)s AND o.matched_by = 'person' THEN 'success_person'
                 ELSE o.state END
            """,
            wrong_account=WRONG_ACCOUNT_CODES,
            ios_click=IOS_CLICK_CODES,
            is_recent=is_recent,
            success=SUCCESS,
        )

    @api.model
    def _get_outcome(self):
        return SQL(
            """
            CASE WHEN status = %(success)s THEN 'delivered'
                 WHEN status = 'success_person' THEN 'delivered_person'
                 WHEN status = %(unmatched)s THEN 'unmatched'
                 WHEN status IN %(under_way)s THEN 'under_way'
                 WHEN status IN %(attention)s THEN 'attention'
                 ELSE 'left_out' END
            """,
            success=SUCCESS,
            unmatched=UNMATCHED,
            under_way=(*UNDER_WAY, "too_recent"),
            attention=(*ATTENTION, "wrong_account"),
        )
