import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying
from odoo.tools import SQL

from ..google_ads.errors import Fault
from ..google_ads.pace import Pace
from ..google_ads.parcel import Deadline
from .google_ads_conversion_action_google import USABLE_STATES

_logger = logging.getLogger(__name__)

BATCH = 2_000  # Google's limit for a request
# One that Google works at, one that it finds ready when it is done, and one whose answer waits to
# be recorded; with more, nothing gets faster.
REQUESTS_UNDER_WAY = 3
# A worker that was killed leaves rows behind; no living one holds them longer.
CLAIM_LIFETIME = timedelta(minutes=60)
# One for the deliveries of this process, see ``google_ads.pace``.
DELIVERY_PACE = Pace()


class GoogleAdsDelivery(models.AbstractModel):
    """Moves the outbox to Google: claim, commit, send, record, ask what became of it.

    Rows are claimed under a row lock and the claim is committed before anything is sent,
    so that two workers never send the same row. A worker killed in between leaves claimed
    rows; they are sent again later with the same transaction id, which Google counts once.
    """

    _name = "google.ads.delivery"
    _description = "Delivery to Google Ads"

    @api.model
    def _cron_deliver(self):
        """Send what is due for every connected account, and come back when more is due."""
        retrying(self._release_lost_claims, self.env)
        for account in self.env["google.ads.account"]._search_deliverable():
            try:
                retrying(account._start_planned_delivery, self.env)
                finished = self._deliver(account)
            except Exception:
                # Claimed rows come back by themselves; the other accounts must not wait.
                self.env.cr.rollback()
                _logger.exception("Delivery of Google Ads account %s failed", account.id)
                continue
            if not finished:
                return  # out of time: Odoo calls again
        self._commit(remaining=0)
        self._call_again()

    @api.model
    def _deliver(self, account, seconds=None):
        """Send everything due of one account, batch by batch.

        :param seconds: time for it; by default what Odoo gives a scheduled job
        :return: whether everything was sent; ``False`` when the time is over
        """
        from ..google_ads.credentials import CredentialsError

        deadline = Deadline(seconds)
        try:
            transport = account._get_paced_transport(DELIVERY_PACE)
        except CredentialsError as error:
            account._pause(Fault("CREDENTIALS", "Connection", "configuration", str(error), ""))
            self._commit()
            return True
        retrying(partial(self._follow_actions, account), self.env)
        with closing(transport.connection), ThreadPoolExecutor(REQUESTS_UNDER_WAY) as threads:
            self._send_all(account, partial(_submit, threads, transport), deadline)
        if deadline.is_over:
            return False
        if account._may_deliver():
            retrying(account._finish_delivery, self.env)
        return True

    @api.model
    def _get_due(self, account):
        """Domain of the rows of an account that may be sent now."""
        due = (
            Domain("account_id", "=", account.id)
            & Domain("state", "=", "waiting")
            & Domain("action_id.state", "in", USABLE_STATES)
            & Domain("next_try_at", "<=", fields.Datetime.now())
        )
        if not account.delivery_started_at:
            due &= Domain("out_of_turn", "=", True)
        return due

    @api.model
    def _get_lots(self, account):
        """Domains of rows that may share a request: one action, one kind, one part."""
        due = self._get_due(account)
        groups = (
            self.env["google.ads.conversion"]
            .sudo()
            ._read_group(due, ["action_id", "kind", "part"], order="action_id, kind, part")
        )
        return [
            due
            & Domain("action_id", "=", action.id)
            & Domain("kind", "=", kind)
            & Domain("part", "=", part)
            for action, kind, part in groups
        ]

    # ------------------------------------------------------------
    # Claims
    # ------------------------------------------------------------

    @api.model
    def _claim(self, lot):
        """Take rows that are due, so that no other worker sends them; not yet committed.

        Nothing else may wait to be committed: a claim that fails is begun anew in a transaction
        that sees what the other worker took. Each failure means that the other one got some. The
        rows are read by the same query: through the ORM it takes longer than Google does.

        :return: ``_get_claimed_fields`` of each row as plain values, a list of dicts
        """
        conversions = self.env["google.ads.conversion"].sudo()
        conversions.flush_model()
        names = conversions._get_claimed_fields()
        due = conversions._search(lot, order="next_try_at, id", limit=BATCH)
        # The lock lets leads and contacts point at these rows meanwhile. An array of places,
        # because a join would read the whole table for each claim; locked rows do not move.
        claim = SQL(
            """
            UPDATE google_ads_conversion
               SET state = 'sending', claim = %s, claimed_at = %s
             WHERE ctid = ANY(ARRAY(%s FOR NO KEY UPDATE OF google_ads_conversion SKIP LOCKED))
         RETURNING %s
            """,
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
        rows = sorted(self.env.cr.fetchall())
        facts = [dict(zip(names, row, strict=True)) for row in rows]
        claimed = conversions.browse([fact["id"] for fact in facts])
        claimed.invalidate_recordset(["state", "claim", "claimed_at"])
        return facts

    @api.model
    def _release_lost_claims(self):
        """Give back rows of a worker that died; what it did send is counted once anyway."""
        lost = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [
                    ("state", "=", "sending"),
                    ("next_try_at", "!=", False),
                    ("claimed_at", "<", fields.Datetime.now() - CLAIM_LIFETIME),
                ]
            )
            .try_lock_for_update()
        )
        if lost:
            _logger.warning("%s conversions were left by a worker that was stopped", len(lost))
            lost._release()

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    @api.model
    def _commit(self, processed=0, remaining=None):
        """Commit a step; seconds left for this run (unlimited outside a cron)."""
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _call_again(self):
        """Have the job called when the next row that was tried before is due."""
        [(next_try_at,)] = (
            self.env["google.ads.conversion"]
            .sudo()
            ._read_group(
                [
                    ("state", "=", "waiting"),
                    ("next_try_at", "!=", False),
                    ("out_of_turn", "=", True),
                ],
                [],
                ["next_try_at:min"],
            )
        )
        resumes = self.env["google.ads.account"]._search_connected().mapped("delivery_resume_at")
        now = fields.Datetime.now()
        moments = [moment for moment in (next_try_at, *resumes) if moment and moment > now]
        if moments:
            self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger(at=min(moments))


def _submit(threads, transport, parcel):
    return threads.submit(parcel.send, transport)
