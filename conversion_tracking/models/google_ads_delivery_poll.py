from contextlib import closing
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

from ..google_ads.catalogue import OUTBOX
from ..google_ads.errors import Fault, make_fault
from ..google_ads.pace import Pace
from .google_ads_conversion_queue import NO_ERROR
from .google_ads_delivery_outcomes import FIRST_POLL

POLL_FOR = timedelta(days=7)
LONGEST_POLL_PAUSE = timedelta(hours=24)
# Google has forgotten the request, or never knew it.
STATUS_GONE = ("INVALID_REQUEST_ID", "REQUEST_TOO_OLD")
# One for the questions of this process, see ``google_ads.pace``.
POLL_PACE = Pace()


class GoogleAdsDeliveryPoll(models.AbstractModel):
    """Asks Google what became of the requests it took: "sent" is not "success"."""

    _inherit = "google.ads.delivery"

    @api.model
    def _cron_poll(self):
        """Ask about every request whose time has come."""
        from ..google_ads.credentials import CredentialsError

        due = (
            self.env["google.ads.conversion"]
            .sudo()
            ._read_group(
                [("state", "=", "sent"), ("next_poll_at", "<=", fields.Datetime.now())],
                ["account_id"],
                ["request_id:array_agg_distinct"],
            )
        )
        remaining = sum(len(request_ids) for _account, request_ids in due)
        for account, request_ids in due:
            if account.state != "connected":
                continue  # nothing is lost: Google keeps the answer for 50 days
            try:
                transport = account._get_poll_transport(POLL_PACE)
            except CredentialsError as error:
                account._pause(Fault("CREDENTIALS", "Connection", "configuration", str(error), ""))
                continue
            with closing(transport.connection):
                for request_id in request_ids:
                    if not self._poll(account, transport, request_id):
                        break
                    remaining -= 1
                    if not self._commit(1, remaining=remaining):
                        return
        self._commit(remaining=0)

    @api.model
    def _poll(self, account, transport, request_id):
        """Record what became of one request, or when to ask again.

        :return: whether it makes sense to ask about further requests of this account now
        """
        from ..google_ads.errors import TransportFault

        rows = self._get_sent_rows(account, request_id)
        if not rows:
            return True  # another worker has asked meanwhile
        self._commit()  # no transaction stays open while Google thinks
        try:
            status = transport.status(request_id, rows[0]["request_size"])
        except TransportFault as failure:
            fault = failure.fault
            if fault.code == "PACE":
                return False
            if fault.code in STATUS_GONE:
                fault = make_fault("NO_STATUS", OUTBOX, raw=fault.raw)
                rows = [self._give_up(row, fault) for row in rows]
            else:
                rows = [self._ask_later(row, fault) for row in rows]
            retrying(partial(self._record_poll, account, rows, request_id, fault), self.env)
            return not (fault.stops_account or fault.error_class == "retry")
        if status.state == "processing":
            rows = [self._ask_later(row) for row in rows]
        else:
            rows = self._resolve(rows, status)
        retrying(partial(self._record_poll, account, rows, request_id), self.env)
        return True

    @api.model
    def _get_sent_rows(self, account, request_id):
        rows = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("request_id", "=", request_id),
                    ("state", "=", "sent"),
                ],
                order="request_index",
            )
        )
        return [fact | NO_ERROR for fact in self._get_facts(rows)] if rows else []

    @api.model
    def _record_poll(self, account, rows, request_id, fault=None):
        self._store(rows, SQL("c.state = 'sent' AND c.request_id = %s", request_id))
        account = account.sudo()
        if any(row["state"] == "success" for row in rows):
            account.last_success_at = fields.Datetime.now()
        faults = [fault] if fault else self._get_faults(rows)
        if stop := next((one for one in faults if one.stops_account), None):
            account._pause(stop)
        elif broken := next((one for one in faults if one.stops_action), None):
            self._report_action(account, broken)
        if any(row["state"] == "waiting" for row in rows):
            self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()

    @api.model
    def _get_faults(self, rows):
        """The faults of the rows for which somebody has to change something."""
        return [
            make_fault(row["error_code"], row["error_source"])
            for row in rows
            if row["error_class"] == "configuration"
        ]

    # ------------------------------------------------------------
    # What a row becomes
    # ------------------------------------------------------------

    @api.model
    def _resolve(self, rows, status):
        """Each row with its own outcome; where Google gave numbers only, halves go again."""
        unclear = []
        resolved = []
        for row in rows:
            outcome = status.outcomes[row["request_index"]]
            if outcome.state == "unclear" and len(rows) > 1:
                unclear.append(row)
            else:
                values = self._get_outcome_values(row, outcome)
                resolved.append({**row, "may_have_arrived": False, **values})
        middle = (len(unclear) + 1) // 2
        for number, half in enumerate((unclear[:middle], unclear[middle:])):
            resolved += [self._send_apart(row, number) for row in half]
        return resolved

    @api.model
    def _send_apart(self, row, number):
        """The row in a half of its request, whose answer tells more."""
        return {
            **row,
            **self._get_fault_values(make_fault("NOT_TOLD_APART", OUTBOX)),
            **self._again(fields.Datetime.now()),
            "part": f"{row['request_id']}/{number}",
            "next_poll_at": False,
        }

    @api.model
    def _ask_later(self, row, fault=None):
        """Ask again after 30 minutes, 1, 2, 4, 8 and then every 24 hours, for a week."""
        now = fields.Datetime.now()
        if now - row["sent_at"] > POLL_FOR:
            return self._give_up(row, fault or make_fault("NO_STATUS", OUTBOX))
        pause = min(FIRST_POLL * 2 ** min(row["polls"] + 1, 10), LONGEST_POLL_PAUSE)
        return {
            **row,
            **self._get_fault_values(fault),
            "polls": row["polls"] + 1,
            "next_poll_at": now + pause,
        }

    @api.model
    def _give_up(self, row, fault):
        return {
            **row,
            **self._get_fault_values(fault),
            "state": "unclear",
            "next_poll_at": False,
        }
