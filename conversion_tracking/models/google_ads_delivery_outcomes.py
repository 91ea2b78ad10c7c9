import random
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
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


class GoogleAdsDeliveryOutcomes(models.AbstractModel):
    """Writes what Google answered on the rows, and draws the consequences for the account."""

    _inherit = "google.ads.delivery"

    @api.model
    def _record_all(self, account, facts, outcomes, *, claim, transport):
        """Record the answers for claimed rows; those that another worker took over are its.

        :param facts: of ``_claim``, as the rows were then
        """
        sizes = Counter(outcome.request_id for outcome in outcomes)
        alike = {}
        for fact, outcome in zip(facts, outcomes, strict=True):
            # Nothing of the row itself matters for what Google accepts, and mostly that is all.
            row_id = None if outcome.state == "accepted" else fact["id"]
            key = row_id, outcome.request_id, outcome.fault
            alike.setdefault(key, []).append((fact, outcome))
        changes = []
        for rows in alike.values():
            fact, outcome = rows[0]
            values = {
                "claim": False,
                "transport": transport,
                "request_size": sizes[outcome.request_id],
                **self._get_outcome_values(fact, outcome),
            }
            changes.append((values, {fact["id"]: outcome.index for fact, outcome in rows}))
        ours = Domain("state", "=", "sending") & Domain("claim", "=", claim)
        retrying(partial(self._record_rows, account, changes, outcomes, ours), self.env)

    @api.model
    def _record_rows(self, account, changes, outcomes, domain):
        self._store(changes, domain)
        self._draw_consequences(account.sudo(), outcomes)

    @api.model
    def _store(self, changes, domain):
        """Write answers on many rows, the same answer on all that get it at once.

        :param changes: pairs of values and of the rows that get them: a dict of each row's id and
            its index in Google's request; with a ``None`` among them, indexes stay as they are
        :param domain: of rows that may still be written; whatever else happened to others stands
        """
        conversions = self.env["google.ads.conversion"].sudo()
        alike = {}
        for values, rows in changes:
            alike.setdefault(tuple(values.items()), {}).update(rows)
        conversions.flush_model()
        for values, rows in alike.items():
            self._store_alike(dict(values), rows, domain)
        conversions.invalidate_model()

    @api.model
    def _store_alike(self, values, rows, domain):
        """Write the same values on rows; through the ORM it takes longer than Google does."""
        conversions = self.env["google.ads.conversion"].sudo()
        ids = sorted(rows)
        writable = conversions._search(domain & Domain("id", "in", ids), bypass_access=True)
        columns = [
            SQL(
                "%s = %s",
                SQL.identifier(name),
                conversions._fields[name].convert_to_column(value, conversions),
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
                "next_poll_at": now + FIRST_POLL,
                "polls": 0,
            }
        values |= {"next_poll_at": False}
        if outcome.state == "delivered":
            if outcome.request_id:
                values["request_id"] = outcome.request_id
            return values | {
                "state": "success",
                "sent_at": row["sent_at"] or now,
                "uploaded_at": now,
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
        if fault.error_class == "retry" and (row["attempts"] or 0) + 1 < MAX_ATTEMPTS:
            pause = self._get_pause((row["attempts"] or 0), fault.retry_after)
            return values | self._again(now + pause) | {"attempts": (row["attempts"] or 0) + 1}
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


def _to_array(numbers):
    # as text: the driver would quote each number by itself, which takes ten times as long
    return f"{{{','.join(map(str, numbers))}}}"


def _is_outage(fault):
    return fault.error_class == "retry" and fault.code != "NOT_ISOLATED"
