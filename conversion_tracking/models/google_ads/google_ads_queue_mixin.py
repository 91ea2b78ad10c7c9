import uuid

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...google_ads import lifecycle
from ...google_ads.catalogue import WRONG_ACCOUNT_CODES
from ...google_ads.lifecycle import CLAIM_LIFETIME, SENDING

# Why rows are forgotten, and what is said of those that Google may have all the same.
UNCONFIRMED = {
    "RECORD_DELETED": "DELETED_UNCONFIRMED",
    "PERSON_ERASED": "ERASED_UNCONFIRMED",
}


class GoogleAdsQueueMixin(models.AbstractModel):
    """The outbox as a queue: rows go in, are claimed by workers, and get their outcomes.

    This is the one room for raw SQL on the outbox: through the ORM, claims and outcomes of many
    rows take longer than Google does. How rows change is decided in ``google_ads.lifecycle``.
    """

    _name = "google.ads.queue.mixin"
    _description = "Queue of the Outbox"

    # ------------------------------------------------------------
    # In and out
    # ------------------------------------------------------------

    def _queue(self, at, **values):
        """Send these rows at ``at`` (UTC), whatever the account's hour."""
        self.write({**lifecycle.queue(at), **values})

    def _queue_again(self):
        """Send rows anew, as soon as Google can know their clicks."""
        now = fields.Datetime.now()
        for row in self:
            row._queue(lifecycle.settles_at(row.click_time, now), attempts=0, batch=False)

    def _stop(self, state, reason=None):
        """Take rows out of the queue.

        :param reason: a code of the catalogue's source ``Outbox``
        """
        self.write(lifecycle.stop(state, reason, fields.Datetime.now()))

    def _withdraw(self, reason):
        """Take back what Google has not been given yet.

        A deal that Google may have, because an answer was lost, is sent once more all the same:
        it is corrected when its fate is known. What was deleted or erased is not sent in any case.
        """
        withdrawable = self.filtered(lambda one: one.state in lifecycle.WITHDRAWABLE)
        unconfirmed = withdrawable.filtered("may_have_arrived")
        if reason in UNCONFIRMED:
            unconfirmed._stop(lifecycle.CANCELLED, UNCONFIRMED[reason])
            (withdrawable - unconfirmed)._stop(lifecycle.CANCELLED, reason)
            return
        (withdrawable - unconfirmed).filtered(lambda one: one.kind == "conversion")._stop(
            lifecycle.CANCELLED, reason
        )

    # ------------------------------------------------------------
    # Claims
    # ------------------------------------------------------------

    @api.model
    def _claim(self, group, size):
        """Take rows that are due, so that no other worker sends them; not yet committed.

        Nothing else may wait to be committed: a claim that fails is begun anew in a transaction
        that sees what the other worker took. Each failure means that the other one got some.

        :param group: domain of rows that may share a request
        :param size: rows to take at most
        :return: ``_get_claimed_fields`` of each row as plain values, a list of dicts
        """
        self.flush_model()
        names = self._get_claimed_fields()
        due = self._search(group, order="next_try_at, id", limit=size)
        # The lock lets leads and contacts point at these rows meanwhile. An array of places,
        # because a join would read the whole table for each claim; locked rows do not move.
        claim = SQL(
            """
            UPDATE google_ads_conversion
               SET state = %s, claim = %s, claimed_at = %s
             WHERE ctid = ANY(ARRAY(%s FOR NO KEY UPDATE OF google_ads_conversion SKIP LOCKED))
         RETURNING %s
            """,
            SENDING,
            uuid.uuid4().hex,
            fields.Datetime.now(),
            due.select(SQL("google_ads_conversion.ctid")),
            SQL(", ").join(SQL.identifier(name) for name in names),
        )
        while True:
            try:
                self.env.cr.execute(claim, log_exceptions=False)
                break
            except SerializationFailure:
                self.env.cr.rollback()
        rows = [dict(zip(names, row, strict=True)) for row in sorted(self.env.cr.fetchall())]
        claimed = self.browse([row["id"] for row in rows])
        claimed.invalidate_recordset(["state", "claim", "claimed_at"])
        return rows

    def _get_claimed_fields(self):
        """Columns that a claim reads: what an event is made of, and what its outcome depends on."""
        return ["id", "claim", *self._get_event_fields(), "click_time", "attempts", "sent_at"]

    @api.model
    def _release_lost_claims(self):
        """Give back rows of a worker that died; what it did send is counted once anyway.

        :return: the rows
        """
        now = fields.Datetime.now()
        lost = self.search(
            Domain("state", "=", SENDING)
            & Domain("next_try_at", "!=", False)
            & Domain("claimed_at", "<", now - CLAIM_LIFETIME)
        ).try_lock_for_update()
        if lost:
            lost.write(lifecycle.release(now))
        return lost

    # ------------------------------------------------------------
    # Outcomes
    # ------------------------------------------------------------

    @api.model
    def _save_outcomes(self, changes, domain):
        """Write what became of many rows, the same values on all that get them at once.

        :param changes: pairs of values and of the rows that get them: a dict of each row's id and
            its index in Google's request; with a ``None`` among them, indexes stay as they are
        :param domain: of rows that may still be written; whatever else happened to others stands
        """
        alike = {}
        for values, rows in changes:
            alike.setdefault(tuple(values.items()), {}).update(rows)
        self.flush_model()
        for values, rows in alike.items():
            self._save_alike(dict(values), rows, domain)
        self.invalidate_model()

    @api.model
    def _save_alike(self, values, rows, domain):
        """Write the same values on rows; their indexes as in :meth:`_save_outcomes`."""
        ids = sorted(rows)
        writable = self._search(domain & Domain("id", "in", ids), bypass_access=True)
        columns = [
            SQL(
                "%s = %s",
                SQL.identifier(name),
                self._fields[name].convert_to_column(value, self),
            )
            for name, value in values.items()
        ]
        indexes = [rows[row_id] for row_id in ids]
        if None not in indexes:
            # Finds each row's place in the list of ids; a join would compare each with each.
            place = SQL("width_bucket(id, %s::int4[])", _to_array(ids))
            columns.append(SQL("request_index = (%s::int4[])[%s]", _to_array(indexes), place))
        # No write_uid: who wrote last stays a person, and the database need not look up each.
        self.env.cr.execute(
            SQL(
                "UPDATE google_ads_conversion SET %s, write_date = %s WHERE %s",
                SQL(", ").join(columns),
                self.env.cr.now(),
                writable.where_clause,
            )
        )

    @api.model
    def _move_to_next_account(self, account, changes):
        """Try the company's next account for rows whose click is not this one's.

        A row that every account was tried for stays held, and says so.

        :param changes: of :meth:`_save_outcomes`
        """
        strangers = [
            row_id
            for values, rows in changes
            if values.get("error_code") in WRONG_ACCOUNT_CODES
            for row_id in rows
        ]
        following = strangers and account._get_next()
        if not following:
            return
        for row in self.browse(strangers)._filter_refused_as_foreign():
            if action := following._get_action_like(row.action_id):
                row._queue(fields.Datetime.now(), action_id=action.id, **lifecycle.NO_FAULT)

    @api.model
    def _move_to_owner(self, account, gclids):
        """Give the events of clicks to the account that has these clicks, as Google says.

        What was told to another account already stays there: nobody could take it back, and it
        would be counted twice.

        :param gclids: clicks of ``account``
        """
        rows = self.search(
            Domain("gclid", "in", gclids)
            & Domain("kind", "=", "conversion")
            & Domain("company_id", "=", account.company_id.id)
            & Domain("account_id", "!=", account.id)
            & Domain("state", "in", lifecycle.WITHDRAWABLE)
            & Domain("may_have_arrived", "=", False)
        ).try_lock_for_update()
        refused = rows._filter_refused_as_foreign()
        told = self.search(
            [("account_id", "=", account.id), ("res_id", "in", rows.mapped("res_id"))]
        )
        taken = {(one.action_id, one.res_model, one.res_id) for one in told}
        for row in rows:
            action = account._get_action_like(row.action_id)
            if not action or (action, row.res_model, row.res_id) in taken:
                continue
            if row in refused:
                row._queue(fields.Datetime.now(), action_id=action.id, **lifecycle.NO_FAULT)
            elif row.state != lifecycle.FAILED:
                row.action_id = action

    def _filter_refused_as_foreign(self):
        """Events that Google refused because their click is another account's."""
        return self.filtered(
            lambda one: (
                one.kind == "conversion"
                and one.state in (lifecycle.HELD, lifecycle.FAILED)
                and one.error_code in WRONG_ACCOUNT_CODES
            )
        )

    # ------------------------------------------------------------
    # Corrections
    # ------------------------------------------------------------

    @api.model
    def _search_correctable(self, account, since, margin):
        """Deals that Google counts for an account and that may have changed since it was asked.

        A correction goes the way the conversion went: whether one of Google's APIs corrects what
        the other took is not documented, and Data Manager would count an unknown one anew.

        :param since: events before it can no longer be corrected
        :param margin: a transaction may commit this long after the time it wrote on a lead
        """
        self.flush_model()
        self.env["crm.lead"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id
                  FROM google_ads_conversion c
                  JOIN google_ads_conversion_action a ON a.id = c.action_id
                  JOIN crm_lead l ON l.id = c.lead_id
                 WHERE c.account_id = %(account)s
                   AND c.kind = 'conversion'
                   AND c.event = 'deal_won'
                   AND c.state = %(success)s
                   AND c.transport = %(transport)s
                   AND c.event_time > %(since)s
                   AND (c.value_checked_at IS NULL
                        OR a.value_basis IN ('orders_untaxed', 'invoiced')
                        OR l.write_date > c.value_checked_at - %(margin)s)
                 ORDER BY c.id
                """,
                account=account.id,
                success=lifecycle.SUCCESS,
                transport=account.transport,
                since=since,
                margin=margin,
            )
        )
        return self.browse(row_id for (row_id,) in rows)


def _to_array(numbers):
    # as text: the driver would quote each number by itself, which takes ten times as long
    return f"{{{','.join(map(str, numbers))}}}"
