from collections import defaultdict
from contextlib import closing
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying

from ..google_ads.catalogue import OUTBOX
from ..google_ads.errors import Fault, make_fault
from ..google_ads.pace import Pace
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

        due = defaultdict(dict)
        requests = (
            self.env["google.ads.conversion"]
            .sudo()
            ._read_group(
                [("state", "=", "sent"), ("next_poll_at", "<=", fields.Datetime.now())],
                ["account_id", "request_id"],
                ["id:array_agg"],
            )
        )
        for account, request_id, ids in requests:
            due[account][request_id] = ids
        remaining = len(requests)
        for account, ids_of in due.items():
            if account.state != "connected":
                continue  # nothing is lost: Google keeps the answer for 50 days
            try:
                transport = account._get_poll_transport(POLL_PACE)
            except CredentialsError as error:
                account._pause(Fault("CREDENTIALS", "Connection", "configuration", str(error), ""))
                continue
            with closing(transport.connection):
                for request_id, ids in ids_of.items():
                    if not self._poll(account, transport, request_id, ids):
                        break
                    remaining -= 1
                    if not self._commit(1, remaining=remaining):
                        return
        self._commit(remaining=0)

    @api.model
    def _poll(self, account, transport, request_id, ids):
        """Record what became of one request, or when to ask again.

        :param ids: of the request's rows
        :return: whether it makes sense to ask about further requests of this account now
        """
        from ..google_ads.errors import TransportFault

        rows = self._get_sent_rows(request_id, ids)
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
                answers = {row["id"]: self._give_up(fault) for row in rows}
            else:
                answers = {row["id"]: self._ask_later(row, fault) for row in rows}
            retrying(partial(self._record_poll, account, answers, request_id, fault), self.env)
            return not (fault.stops_account or fault.error_class == "retry")
        if status.state == "processing":
            answers = {row["id"]: self._ask_later(row) for row in rows}
        else:
            answers = self._resolve(rows, request_id, status)
        retrying(partial(self._record_poll, account, answers, request_id), self.env)
        return True

    @api.model
    def _get_sent_rows(self, request_id, ids):
        rows = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [("id", "in", ids), ("state", "=", "sent"), ("request_id", "=", request_id)],
                order="request_index",
            )
        )
        return rows.read(
            ["click_time", "attempts", "sent_at", "request_index", "request_size", "polls"],
            load=None,
        )

    @api.model
    def _record_poll(self, account, answers, request_id, fault=None):
        """Record what each row became.

        :param answers: values by the row's id
        """
        self._store(
            [(values, {row_id: None}) for row_id, values in answers.items()],
            Domain("state", "=", "sent") & Domain("request_id", "=", request_id),
        )
        states = {values.get("state", "sent") for values in answers.values()}
        account = account.sudo()
        if "success" in states:
            account.last_success_at = fields.Datetime.now()
        faults = [fault] if fault else self._get_faults(answers.values())
        if stop := next((one for one in faults if one.stops_account), None):
            account._pause(stop)
        elif broken := next((one for one in faults if one.stops_action), None):
            self._report_action(account, broken)
        if "waiting" in states:
            self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()

    @api.model
    def _get_faults(self, answers):
        """The faults among the values for which somebody has to change something."""
        return [
            make_fault(values["error_code"], values["error_source"])
            for values in answers
            if values["error_class"] == "configuration"
        ]

    # ------------------------------------------------------------
    # What a row becomes
    # ------------------------------------------------------------

    @api.model
    def _resolve(self, rows, request_id, status):
        """Each row's own outcome as values by its id; halves go again where Google only counted."""
        unclear = []
        resolved = {}
        for row in rows:
            outcome = status.outcomes[row["request_index"]]
            if outcome.state == "unclear" and len(rows) > 1:
                unclear.append(row)
            else:
                values = self._get_outcome_values(row, outcome)
                resolved[row["id"]] = {"may_have_arrived": False, **values}
        middle = (len(unclear) + 1) // 2
        for number, half in enumerate((unclear[:middle], unclear[middle:])):
            part = f"{request_id}/{number}"
            resolved |= {row["id"]: self._send_apart(part) for row in half}
        return resolved

    @api.model
    def _send_apart(self, part):
        """A row goes again in a part of its request, whose answer tells more."""
        return {
            **self._get_fault_values(make_fault("NOT_TOLD_APART", OUTBOX)),
            **self._again(fields.Datetime.now()),
            "part": part,
            "next_poll_at": False,
        }

    @api.model
    def _ask_later(self, row, fault=None):
        """Ask again after 30 minutes, 1, 2, 4, 8 and then every 24 hours, for a week."""
        now = fields.Datetime.now()
        if now - row["sent_at"] > POLL_FOR:
            return self._give_up(fault or make_fault("NO_STATUS", OUTBOX))
        pause = min(FIRST_POLL * 2 ** min(row["polls"] + 1, 10), LONGEST_POLL_PAUSE)
        return {
            **self._get_fault_values(fault),
            "polls": row["polls"] + 1,
            "next_poll_at": now + pause,
        }

    @api.model
    def _give_up(self, fault):
        return {
            **self._get_fault_values(fault),
            "state": "unclear",
            "next_poll_at": False,
        }
