from collections import defaultdict
from contextlib import closing
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying

from ...google_ads import lifecycle
from ...google_ads.catalogue import OUTBOX
from ...google_ads.credentials import CredentialsError
from ...google_ads.errors import TransportFault, make_fault
from ...google_ads.events import Outcome
from ...google_ads.lifecycle import SENT, WAITING
from ...google_ads.transports.paced import Pace

# One for the questions of this process, see ``google_ads.transports.paced``.
POLL_PACE = Pace()
ROW_FIELDS = ["click_time", "attempts", "sent_at", "request_index", "request_size", "polls"]


class GoogleAdsStatusPoll(models.AbstractModel):
    """Asks Google what became of the requests it took: "sent" is not "success"."""

    _name = "google.ads.status.poll"
    _inherit = ["google.ads.job.mixin"]
    _description = "Status of Requests at Google"

    @api.model
    def _cron_poll(self):
        """Ask about every request whose time has come."""
        due = defaultdict(dict)
        requests = (
            self.env["google.ads.conversion"]
            .sudo()
            ._read_group(
                [("state", "=", SENT), ("next_poll_at", "<=", fields.Datetime.now())],
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
                account._pause_for_credentials(error)
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
        """Save what became of one request, or when to ask again.

        :param ids: of the request's rows
        :return: whether it makes sense to ask about further requests of this account now
        """
        rows = self._get_sent_rows(request_id, ids)
        if not rows:
            return True  # another worker has asked meanwhile
        self._commit()  # no transaction stays open while Google thinks
        try:
            status = transport.status(request_id, rows[0]["request_size"])
        except TransportFault as failure:
            return self._save_failure(account, rows, request_id, failure.fault)
        now = fields.Datetime.now()
        self._save(
            account,
            request_id,
            rows,
            lifecycle.after_status(rows, request_id, status, now),
            [status.outcomes[row["request_index"]] for row in rows if status.outcomes],
        )
        return True

    @api.model
    def _save_failure(self, account, rows, request_id, fault):
        """As :meth:`_poll`, when Google did not say."""
        now = fields.Datetime.now()
        if fault.code == "PACE":
            return False
        if fault.is_status_gone:
            lost = make_fault("NO_STATUS", OUTBOX, raw=fault.raw)
            self._save(account, request_id, rows, [lifecycle.give_up(lost, now)] * len(rows), [])
            return True
        values = [lifecycle.ask_later(row, fault, now) for row in rows]
        self._save(account, request_id, rows, values, [Outcome("refused", fault)])
        return not (fault.stops_account or fault.is_outage)

    @api.model
    def _get_sent_rows(self, request_id, ids):
        rows = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [("id", "in", ids), ("state", "=", SENT), ("request_id", "=", request_id)],
                order="request_index",
            )
        )
        return rows.read(ROW_FIELDS, load=None)

    @api.model
    def _save(self, account, request_id, rows, values, outcomes):
        """Save the values that each row gets, and what the outcomes mean for the account."""
        changes = [(one, {row["id"]: None}) for row, one in zip(rows, values, strict=True)]
        domain = Domain("state", "=", SENT) & Domain("request_id", "=", request_id)
        save = partial(self._save_changes, account.sudo(), changes, domain, outcomes)
        retrying(save, self.env)

    @api.model
    def _save_changes(self, account, changes, domain, outcomes):
        outbox = self.env["google.ads.conversion"].sudo()
        outbox._save_outcomes(changes, domain)
        outbox._move_to_next_account(account, changes)
        account._draw_consequence(lifecycle.consequence_of_status(outcomes))
        if any(values.get("state") == WAITING for values, _rows in changes):
            self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()
