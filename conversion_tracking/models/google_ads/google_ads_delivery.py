import logging
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying

from ...google_ads import lifecycle
from ...google_ads.batch import Deadline
from ...google_ads.credentials import CredentialsError
from ...google_ads.lifecycle import SENDING, WAITING
from ...google_ads.transports.base import LARGEST_BATCH
from ...google_ads.transports.paced import Pace
from .google_ads_counterpart_mixin import USABLE_STATES

_logger = logging.getLogger(__name__)

# One that Google works at, one that it finds ready when it is done, and one whose answer waits to
# be saved; with more, nothing gets faster.
REQUESTS_UNDER_WAY = 3
# One for the deliveries of this process, see ``google_ads.transports.paced``.
DELIVERY_PACE = Pace()


class GoogleAdsDelivery(models.AbstractModel):
    """Moves the outbox to Google: claim, commit, send, save the outcome.

    Rows are claimed under a row lock and the claim is committed before anything is sent,
    so that two workers never send the same row. A worker killed in between leaves claimed
    rows; they are sent again later with the same transaction id, which Google counts once.
    While Google thinks about one batch, the one before it is saved and the next one made ready.
    """

    _name = "google.ads.delivery"
    _inherit = ["google.ads.job.mixin"]
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
                retrying(account._report_bug, self.env)
                self._commit()
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
        deadline = Deadline(seconds)
        try:
            transport = account._get_paced_transport(DELIVERY_PACE)
        except CredentialsError as error:
            account._pause_for_credentials(error)
            self._commit()
            return True
        retrying(account._follow_actions, self.env)
        with closing(transport.connection), ThreadPoolExecutor(REQUESTS_UNDER_WAY) as threads:
            submit = partial(_submit, threads, transport)
            self._send_all(account, submit, deadline)
            while self._has_halves(account, deadline):
                self._send_all(account, submit, deadline)
        if deadline.is_over:
            return False
        if account._may_deliver():
            retrying(account._finish_delivery, self.env)
        return True

    @api.model
    def _release_lost_claims(self):
        if lost := self._get_outbox()._release_lost_claims():
            _logger.warning("%s conversions were left by a worker that was stopped", len(lost))

    @api.model
    def _get_outbox(self):
        return self.env["google.ads.conversion"].sudo()

    # ------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------

    @api.model
    def _get_due(self, account):
        """Domain of the rows of an account that may be sent now."""
        due = (
            Domain("account_id", "=", account.id)
            & Domain("state", "=", WAITING)
            & Domain("action_id.state", "in", USABLE_STATES)
            & Domain("next_try_at", "<=", fields.Datetime.now())
        )
        if not account.delivery_started_at:
            due &= Domain("out_of_turn", "=", True)
        return due

    @api.model
    def _has_halves(self, account, deadline):
        """Whether rows that our own code failed for wait to be tried in smaller batches."""
        if deadline.is_over or not account._may_deliver():
            return False
        halves = self._get_due(account) & Domain("error_code", "=", "ADDON_FAULT")
        return bool(self._get_outbox().search_count(halves, limit=1))

    @api.model
    def _get_groups(self, account):
        """Domains of rows that may share a request: one action, one kind, one half."""
        due = self._get_due(account)
        groups = self._get_outbox()._read_group(
            due, ["action_id", "kind", "batch"], order="action_id, kind, batch"
        )
        return [
            due
            & Domain("action_id", "=", action.id)
            & Domain("kind", "=", kind)
            & Domain("batch", "=", batch)
            for action, kind, batch in groups
        ]

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _send_all(self, account, submit, deadline):
        """Send what is due of an account until it may not be delivered or the time is over.

        An exception may leave claimed rows, which come back by themselves.

        :param submit: takes a batch and gives a future of its outcomes
        :param deadline: when nothing more is claimed; what is claimed then is still sent
        """
        under_way = deque()
        try:
            for batch in self._get_batches(account, deadline):
                under_way.append((batch, submit(batch)))
                if len(under_way) == REQUESTS_UNDER_WAY:
                    self._save_when_done(account, *under_way.popleft())
                if not account._may_deliver():
                    break
        except Exception:
            self.env.cr.rollback()
            self._save_rest(account, under_way)
            raise
        self._save_rest(account, under_way)

    @api.model
    def _save_rest(self, account, under_way):
        while under_way:
            self._save_when_done(account, *under_way.popleft())

    @api.model
    def _get_batches(self, account, deadline):
        """Claim what is due, batch by batch; each is committed.

        Batches that our own code fails for become smaller ones, which come last.
        """
        outbox = self._get_outbox()
        self._commit(remaining=outbox.search_count(self._get_due(account)))
        claimed = True
        while claimed and (groups := self._get_groups(account)):
            claimed = False
            for group in groups:
                while rows := outbox._claim(group, LARGEST_BATCH):
                    claimed = True
                    batch = self._make_batch(account, rows)
                    set_aside = len(rows) - (len(batch.rows) if batch else 0)
                    deadline.shorten(self._commit(set_aside))
                    if batch:
                        yield batch
                    if deadline.is_over:
                        return

    @api.model
    def _make_batch(self, account, rows):
        """A batch of rows; those that our own code fails for go again in halves, later."""
        try:
            with self.env.cr.savepoint():
                return self.env["google.ads.batch"]._make(account, rows)
        except DatabaseError:
            raise  # the transaction is to blame, not a row
        except Exception:
            _logger.exception("A batch of Google Ads account %s could not be made", account.id)
            self.env.invalidate_all()
            self._save_bug(account, rows, rows[0]["claim"], sent=False)
            return None

    # ------------------------------------------------------------
    # Outcomes
    # ------------------------------------------------------------

    @api.model
    def _save_when_done(self, account, batch, future):
        """Wait for the outcomes of a batch that is under way, and save them.

        :param future: gives the batch's outcomes
        """
        # No transaction stays open while Google thinks, and no outcome is saved by an old one:
        # another worker may have taken over meanwhile.
        self._commit()
        try:
            outcomes = future.result()
        except Exception:
            _logger.exception("A batch of Google Ads account %s could not be sent", account.id)
            self._save_bug(account, batch.rows, batch.claim, sent=True)
        else:
            self._save_outcomes(account, batch, outcomes)
        self._commit(len(batch.rows))

    @api.model
    def _save_outcomes(self, account, batch, outcomes):
        """Save the outcomes of a batch; rows that another worker took over are its."""
        sizes = Counter(outcome.request_id for outcome in outcomes)
        now = fields.Datetime.now()
        alike = {}
        for row, outcome in zip(batch.rows, outcomes, strict=True):
            # Nothing of the row itself matters for what Google accepts, and mostly that is all.
            row_id = None if outcome.state == "accepted" else row["id"]
            key = row_id, outcome.request_id, outcome.fault
            alike.setdefault(key, []).append((row, outcome))
        changes = []
        for members in alike.values():
            row, outcome = members[0]
            values = {
                "claim": False,
                "transport": batch.transport,
                "google_action_id": batch.google_action_id,
                "request_size": sizes[outcome.request_id],
                **lifecycle.after_outcome(row, outcome, now),
            }
            changes.append((values, {row["id"]: outcome.index for row, outcome in members}))
        consequence = partial(lifecycle.consequence_of_sending, outcomes)
        self._save(account, batch.claim, changes, consequence)

    @api.model
    def _save_bug(self, account, rows, claim, *, sent):
        """Save that our own code failed for a batch, so that it does not fail for the others.

        :param sent: whether Google may have got it
        """
        values = lifecycle.after_bug(rows, claim, fields.Datetime.now(), sent=sent)
        changes = [(one, {row["id"]: None}) for row, one in zip(rows, values, strict=True)]
        self._save(account, claim, changes, None)

    @api.model
    def _save(self, account, claim, changes, consequence):
        ours = Domain("state", "=", SENDING) & Domain("claim", "=", claim)
        save = partial(self._save_changes, account.sudo(), changes, consequence, ours)
        retrying(save, self.env)

    @api.model
    def _save_changes(self, account, changes, consequence, domain):
        outbox = self._get_outbox()
        outbox._save_outcomes(changes, domain)
        outbox._move_to_next_account(account, changes)
        if consequence:
            account._draw_consequence(consequence(account.delivery_failures))
        else:
            account._report_bug()

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    @api.model
    def _call_again(self):
        """Have the job called when the next row that was tried before is due."""
        domain = [
            ("state", "=", WAITING),
            ("next_try_at", "!=", False),
            ("out_of_turn", "=", True),
        ]
        [(next_try_at,)] = self._get_outbox()._read_group(domain, [], ["next_try_at:min"])
        resumes = self.env["google.ads.account"]._search_connected().mapped("delivery_resume_at")
        now = fields.Datetime.now()
        moments = [moment for moment in (next_try_at, *resumes) if moment and moment > now]
        if moments:
            self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger(at=min(moments))


def _submit(threads, transport, batch):
    return threads.submit(batch.send, transport)
