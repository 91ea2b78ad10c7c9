import random
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

from .google_ads_conversion_queue import CLICK_SETTLED, NO_ERROR

MAX_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=24)
# https://developers.google.com/data-manager/api/devguides/diagnostics: not before 30 minutes
FIRST_POLL = timedelta(minutes=30)
# After these nobody knows whether Google counts the event.
ANSWER_LOST = (
    "ANSWER_UNREADABLE",
    "CONNECTION_LOST",
    "DEADLINE_EXCEEDED",
    "INTERNAL_ERROR",
    "NO_ANSWER_IN_TIME",
    "SERVICE_UNAVAILABLE",
    "TRANSIENT_ERROR",
)
# Everything that an answer changes, with its type in the database.
COLUMNS = {
    "state": "varchar",
    "next_try_at": "timestamp",
    "out_of_turn": "bool",
    "attempts": "int4",
    "may_have_arrived": "bool",
    "transport": "varchar",
    "claim": "varchar",
    "sent_at": "timestamp",
    "uploaded_at": "timestamp",
    "request_id": "varchar",
    "request_index": "int4",
    "request_size": "int4",
    "part": "varchar",
    "next_poll_at": "timestamp",
    "polls": "int4",
    "error_code": "varchar",
    "error_source": "varchar",
    "error_class": "varchar",
    "error_raw": "text",
    "error_at": "timestamp",
}


class GoogleAdsDeliveryOutcomes(models.AbstractModel):
    """Writes what Google answered on the rows, and draws the consequences for the account."""

    _inherit = "google.ads.delivery"

    @api.model
    def _get_facts(self, rows, names=()):
        """What is needed to record answers after the rows themselves may have changed.

        Read in one query: through the ORM it takes as long as Google takes to answer.

        :param names: further columns to read

        :return: a dict for each of ``rows``, in their order
        """
        kinds = {"id": "int4", "click_time": "timestamp", **COLUMNS}
        names = [*(name for name in kinds if name not in NO_ERROR), *names]
        columns = SQL(", ").join(
            SQL("COALESCE(%s, 0) AS %s", SQL.identifier(name), SQL.identifier(name))
            if kinds.get(name) == "int4"
            else SQL.identifier(name)
            for name in names
        )
        rows.flush_recordset(names[1:])
        query = SQL("SELECT %s FROM google_ads_conversion WHERE id IN %s", columns, rows._ids)
        facts = {fact["id"]: fact for fact in self.env.execute_query_dict(query)}
        return [facts[row_id] for row_id in rows._ids]

    @api.model
    def _record_all(self, account, facts, outcomes, *, claim, transport):
        """Record the answers for claimed rows; those that another worker took over are its.

        :param facts: of :meth:`_get_facts`, as the rows were when they were claimed
        """
        sizes = {}
        for outcome in outcomes:
            sizes[outcome.request_id] = sizes.get(outcome.request_id, 0) + 1
        rows = [
            {
                **fact,
                "claim": False,
                "transport": transport,
                **NO_ERROR,
                "request_size": sizes[outcome.request_id],
                **self._get_outcome_values(fact, outcome),
            }
            for fact, outcome in zip(facts, outcomes, strict=True)
        ]
        still_ours = SQL("c.state = 'sending' AND c.claim = %s", claim)
        retrying(partial(self._record_rows, account, rows, outcomes, still_ours), self.env)

    @api.model
    def _record_rows(self, account, rows, outcomes, condition):
        self._store(rows, condition)
        self._draw_consequences(account.sudo(), outcomes)

    @api.model
    def _store(self, rows, condition):
        """Write many rows at once, each with values of its own.

        :param rows: dicts with ``id`` and all of ``COLUMNS``
        :param condition: SQL that must hold for a row ``c`` to be written
        """
        columns = {
            name: [_to_sql(row[name], kind) for row in rows]
            for name, kind in {"id": "int4", **COLUMNS}.items()
        }
        # Mostly all rows of a request get the same state, times and so on.
        shared = {name for name in COLUMNS if len(set(columns[name])) == 1}
        names = SQL(", ").join(SQL.identifier(name) for name in columns if name not in shared)
        assignments = SQL(", ").join(
            SQL("%s = %s::%s", SQL.identifier(name), columns[name][0], SQL(kind))
            if name in shared
            else SQL("%s = v.%s", SQL.identifier(name), SQL.identifier(name))
            for name, kind in COLUMNS.items()
        )
        arrays = SQL(", ").join(
            SQL("%s::%s[]", values, SQL(COLUMNS.get(name, "int4")))
            for name, values in columns.items()
            if name not in shared
        )
        self.env["google.ads.conversion"].flush_model()
        # not write_uid: who wrote last stays a person, and the database need not look up each
        self.env.cr.execute(
            SQL(
                """
                UPDATE google_ads_conversion c
                   SET %s, write_date = %s
                  FROM unnest(%s) AS v(%s)
                 WHERE c.id = v.id AND %s
                """,
                assignments,
                self.env.cr.now(),
                arrays,
                names,
                condition,
            )
        )
        self.env["google.ads.conversion"].invalidate_model([*COLUMNS])

    # ------------------------------------------------------------
    # One answer
    # ------------------------------------------------------------

    @api.model
    def _get_outcome_values(self, row, outcome):
        """What an answer changes on a row.

        :param row: the row's values before
        """
        now = fields.Datetime.now()
        values = self._get_fault_values(outcome.fault)
        if outcome.state == "refused":
            return values | self._get_refusal_values(row, outcome.fault, now)
        values |= {"next_try_at": False, "out_of_turn": False, "part": False}
        if outcome.state == "accepted":
            return values | {
                "state": "sent",
                "may_have_arrived": True,
                "sent_at": now,
                "request_id": outcome.request_id,
                "request_index": outcome.index,
                "next_poll_at": now + FIRST_POLL,
                "polls": 0,
            }
        values |= {"next_poll_at": False}
        if outcome.state == "delivered":
            return values | {
                "state": "success",
                "sent_at": row["sent_at"] or now,
                "uploaded_at": now,
                "request_id": outcome.request_id or row["request_id"],
            }
        return values | {"state": "unclear"}

    @api.model
    def _get_refusal_values(self, row, fault, now):
        """Not counted: wait, try again, hold, or give up, by the class of the fault."""
        values = {"next_poll_at": False}
        if fault.code in ANSWER_LOST:
            values["may_have_arrived"] = True
        if fault.error_class == "waiting":
            # Google is not ready yet; that is no failed attempt.
            wait = timedelta(seconds=fault.retry_after or 0) or CLICK_SETTLED
            settled = (row["click_time"] or now) + CLICK_SETTLED
            later = settled if settled > now and not fault.retry_after else now + wait
            return values | self._again(later)
        if fault.stops_account:
            return values | self._again(now)
        if fault.error_class == "retry" and row["attempts"] + 1 < MAX_ATTEMPTS:
            pause = self._get_pause(row["attempts"], fault.retry_after)
            return values | self._again(now + pause) | {"attempts": row["attempts"] + 1}
        end = {"permanent": "failed"}.get(fault.error_class, "held")
        if fault.code == "CONSENT_DENIED":
            end = "cancelled"
        return values | {"state": end, "next_try_at": False, "out_of_turn": False}

    @api.model
    def _again(self, at):
        return {"state": "waiting", "next_try_at": at, "out_of_turn": True}

    @api.model
    def _get_pause(self, attempts, retry_after=None):
        """Exponential back-off with jitter: 5 minutes doubled each time, at most a day."""
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
        pause *= random.uniform(0.75, 1.25)
        return max(pause, timedelta(seconds=retry_after or 0))

    @api.model
    def _get_fault_values(self, fault):
        if not fault:
            return dict(NO_ERROR)
        return {
            "error_code": fault.code,
            "error_source": fault.source,
            "error_class": fault.error_class,
            "error_raw": fault.raw,
            "error_at": fields.Datetime.now(),
        }

    # ------------------------------------------------------------
    # Consequences
    # ------------------------------------------------------------

    @api.model
    def _draw_consequences(self, account, outcomes):
        """Success, pause or break of the account, by what its events met with."""
        faults = [one.fault for one in outcomes if one.state == "refused"]
        if any(one.state == "delivered" for one in outcomes):
            account.last_success_at = fields.Datetime.now()
        if account.delivery_failures and any(one.state != "refused" for one in outcomes):
            account.delivery_failures = 0  # written only when needed: workers share the account
        if stop := next((one for one in faults if one.stops_account), None):
            # Circuit breaker: one activity instead of a failure for each event.
            account._pause(stop)
            return
        if broken := next((one for one in faults if one.stops_action), None):
            self._report_action(account, broken)
        of_request = [one for one in faults if one.index is None]
        if slow := next((one for one in of_request if one.code == "PACE"), None):
            account._back_off(timedelta(seconds=slow.retry_after), failed=False)
        elif down := next((one for one in of_request if _is_outage(one)), None):
            account._back_off(self._get_pause(account.delivery_failures, down.retry_after))


def _to_sql(value, kind):
    return bool(value) if kind == "bool" else (None if value is False else value)


def _is_outage(fault):
    return fault.error_class == "retry" and fault.code != "NOT_ISOLATED"
