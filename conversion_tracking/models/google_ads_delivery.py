import logging
import random
import uuid
from contextlib import closing
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

BATCH = 2_000  # Google's limit for a request
# A worker that was killed leaves rows behind; no living one holds them longer.
CLAIM_LIFETIME = timedelta(minutes=60)
MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=24)
# https://developers.google.com/data-manager/api/devguides/diagnostics: not before 30 minutes
FIRST_POLL = timedelta(minutes=30)
POLL_FOR = timedelta(days=7)
WAIT_FOR_GOOGLE = timedelta(hours=6)


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
        self._release_lost_claims()
        now = fields.Datetime.now()
        for account in self.env["google.ads.account"]._search_connected():
            if account.next_delivery_at and account.next_delivery_at > now:
                continue
            if not self._deliver(account):
                return  # out of time: Odoo calls again
            account._plan_next_delivery(now)
        self._commit(0, remaining=0)

    @api.model
    def _deliver(self, account):
        """Send everything due of one account, batch by batch.

        :return: whether everything was sent; ``False`` when the time of the cron is over
        """
        from ..google_ads.credentials import CredentialsError

        conversions = self.env["google.ads.conversion"]
        try:
            transport = account._get_transport()
        except CredentialsError as error:
            account._pause(credentials_fault(error))
            return True
        with closing(transport.connection):
            while True:
                remaining = conversions.search_count(conversions._due_domain(account))
                token, batch = self._claim(account)
                self._commit(0, remaining=remaining)
                if not batch:
                    return True
                self._send(account, transport, batch.exists(), token)
                seconds_left = self._commit(len(batch))
                if account.state != "connected":
                    return True
                if not seconds_left:
                    return False

    @api.model
    def _claim(self, account):
        """Take rows that are due, so that no other worker sends them; not yet committed."""
        conversions = self.env["google.ads.conversion"].sudo()
        token = uuid.uuid4().hex
        try:
            due = conversions.search(
                conversions._due_domain(account), order="next_try_at, id", limit=BATCH
            ).try_lock_for_update()
        except SerializationFailure:
            # Another worker claimed some of them just now; the next run sees the rest.
            self.env.cr.rollback()
            return token, conversions
        due.write({"state": "sending", "claim": token, "claimed_at": fields.Datetime.now()})
        return token, due

    @api.model
    def _release_lost_claims(self):
        """Give back rows of a worker that died; what it did send is counted once anyway."""
        lost = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [
                    ("state", "=", "sending"),
                    ("claimed_at", "<", fields.Datetime.now() - CLAIM_LIFETIME),
                ]
            )
            .try_lock_for_update()
        )
        if lost:
            _logger.warning("%s conversions were left by a worker that died", len(lost))
            lost.write({"state": "waiting", "claim": False, "claimed_at": False})
            self._commit(0)

    @api.model
    def _send(self, account, transport, conversions, token):
        """Send claimed rows and record what Google answered."""
        from ..google_ads.transport import deliver

        ready = self._set_aside(conversions)
        outcomes = deliver(transport, [one._to_event() for one in ready])
        sizes = {}
        for outcome in outcomes:
            sizes[outcome.request_id] = sizes.get(outcome.request_id, 0) + 1
        # A worker that took over our rows meanwhile has recorded them itself.
        ours = set(ready.filtered(lambda one: one.claim == token).ids)
        for conversion, outcome in zip(ready, outcomes, strict=True):
            if conversion.id in ours:
                self._record(conversion, outcome, sizes[outcome.request_id])
        faults = [one.fault for one in outcomes if one.fault and one.state == "refused"]
        if any(one.state == "delivered" for one in outcomes):
            account.sudo().last_success_at = fields.Datetime.now()
        if stop := next((one for one in faults if one.error_class == "configuration"), None):
            self._protect(account, stop)

    @api.model
    def _set_aside(self, conversions):
        """Rows that may be sent; the others are held or given up for want of consent."""
        allowed = {one: one._is_allowed_by_consent() for one in conversions}
        for conversion, answer in allowed.items():
            if answer:
                continue
            if answer is None:
                state = "held"
                meaning = self.env._("The visitor was never asked for consent, or did not answer.")
                remedy = self.env._(
                    "Choose in the account's settings what that means, then press Retry."
                )
            else:
                state = "cancelled"
                meaning = self.env._("The visitor does not consent.")
                remedy = self.env._("Nothing to do: it must not be sent.")
            conversion.write(
                {
                    "state": state,
                    "claim": False,
                    "next_try_at": False,
                    "error_code": "NO_CONSENT",
                    "error_class": "consent",
                    "error_meaning": meaning,
                    "error_remedy": remedy,
                    "error_at": fields.Datetime.now(),
                }
            )
        return conversions.filtered(allowed.get)

    # ------------------------------------------------------------
    # Recording what Google said
    # ------------------------------------------------------------

    @api.model
    def _record(self, conversion, outcome, request_size=0):
        """Write the outcome of one event on its row."""
        now = fields.Datetime.now()
        if outcome.state == "refused":
            self._record_refusal(conversion, outcome.fault)
            return
        values = {"claim": False, "next_try_at": False, **self._fault_values(outcome.fault)}
        if outcome.state == "accepted":
            values |= {
                "state": "sent",
                "sent_at": now,
                "request_id": outcome.request_id,
                "request_index": outcome.index,
                "request_size": request_size,
                "next_poll_at": now + FIRST_POLL,
                "polls": 0,
            }
        elif outcome.state == "delivered":
            values |= {
                "state": "success",
                "sent_at": conversion.sent_at or now,
                "uploaded_at": now,
                "next_poll_at": False,
            }
        else:
            values |= {"state": "unclear", "next_poll_at": False}
        conversion.write(values)

    @api.model
    def _record_refusal(self, conversion, fault):
        """Not counted: wait, try again, hold, or give up, by the class of the fault."""
        now = fields.Datetime.now()
        values = {"claim": False, "next_poll_at": False, **self._fault_values(fault)}
        if fault.error_class == "waiting":
            # Google is not ready yet; that is no failed attempt.
            settled = (conversion.click_time or now) + WAIT_FOR_GOOGLE
            later = now + WAIT_FOR_GOOGLE if settled <= now else settled
            values |= {"state": "waiting", "next_try_at": later}
        elif fault.error_class == "configuration":
            values |= {"state": "waiting", "next_try_at": now}
        elif fault.error_class == "retry" and conversion.attempts + 1 < MAX_ATTEMPTS:
            pause = self._get_pause(conversion.attempts, fault.retry_after)
            values |= {
                "state": "waiting",
                "attempts": conversion.attempts + 1,
                "next_try_at": now + pause,
            }
        elif fault.error_class == "permanent":
            values |= {"state": "failed", "next_try_at": False}
        else:
            values |= {"state": "held", "next_try_at": False}
        conversion.write(values)

    @api.model
    def _get_pause(self, attempts, retry_after=None):
        """Exponential back-off with jitter: 5 minutes doubled each time, at most a day."""
        pause = min(timedelta(minutes=5) * 2**attempts, LONGEST_PAUSE)
        pause *= random.uniform(0.75, 1.25)
        return max(pause, timedelta(seconds=retry_after or 0))

    @api.model
    def _fault_values(self, fault):
        if not fault:
            return dict.fromkeys(
                (
                    "error_code",
                    "error_class",
                    "error_meaning",
                    "error_remedy",
                    "error_raw",
                    "error_at",
                ),
                False,
            )
        return {
            "error_code": fault.code,
            "error_class": fault.error_class,
            "error_meaning": self.env._(fault.meaning),
            "error_remedy": self.env._(fault.remedy),
            "error_raw": fault.raw,
            "error_at": fields.Datetime.now(),
        }

    @api.model
    def _protect(self, account, fault):
        """Circuit breaker: a fault of the configuration stops the account once."""
        if fault.error_class == "configuration":
            account._pause(fault)

    # ------------------------------------------------------------
    # What became of accepted requests
    # ------------------------------------------------------------

    @api.model
    def _cron_poll(self):
        """Ask Google what became of the requests it took."""
        conversions = self.env["google.ads.conversion"].sudo()
        due = [("state", "=", "sent"), ("next_poll_at", "<=", fields.Datetime.now())]
        requests = conversions._read_group(due, ["account_id", "request_id"], ["__count"])
        for done, (account, request_id, _count) in enumerate(requests):
            self._poll(account, request_id)
            if not self._commit(1, remaining=len(requests) - done - 1):
                return
        self._commit(0, remaining=0)

    @api.model
    def _poll(self, account, request_id):
        """Record what became of one request, or when to ask again."""
        from ..google_ads.credentials import CredentialsError
        from ..google_ads.errors import TransportFault

        rows = (
            self.env["google.ads.conversion"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("request_id", "=", request_id),
                    ("state", "=", "sent"),
                ]
            )
        )
        try:
            transport = account._get_transport()
            with closing(transport.connection):
                status = transport.status(request_id, rows[:1].request_size)
        except CredentialsError as error:
            account._pause(credentials_fault(error))
            self._poll_later(rows)
            return
        except TransportFault as failure:
            self._protect(account, failure.fault)
            rows.write(self._fault_values(failure.fault))
            self._poll_later(rows)
            return
        if status.state == "processing":
            self._poll_later(rows)
            return
        for row in rows:
            self._record(row, status.outcomes[row.request_index])
        if any(row.state == "success" for row in rows):
            account.sudo().last_success_at = fields.Datetime.now()

    @api.model
    def _poll_later(self, rows):
        """Ask again after 30 minutes, 1, 2, 4, 8 and then every 24 hours, for a week."""
        now = fields.Datetime.now()
        for row in rows:
            if now - row.sent_at > POLL_FOR:
                row.write({"state": "unclear", "next_poll_at": False})
                continue
            pause = min(FIRST_POLL * 2 ** (row.polls + 1), timedelta(hours=24))
            row.write({"polls": row.polls + 1, "next_poll_at": now + pause})

    @api.model
    def _commit(self, processed, remaining=None):
        """Commit a step; seconds left for this run (unlimited outside a cron)."""
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)


def credentials_fault(error):
    """The fault of credentials that cannot even be used to sign in."""
    from ..google_ads.errors import Fault

    return Fault("CREDENTIALS", "Connection", "configuration", str(error), "")
