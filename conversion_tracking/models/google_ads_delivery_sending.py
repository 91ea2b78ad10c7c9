from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import retrying

from ..google_ads.parcel import Parcel


class GoogleAdsDeliverySending(models.AbstractModel):
    """Makes parcels of claimed rows and exchanges them for Google's answers.

    While Google thinks about one parcel, the one before it is recorded and the next one made
    ready. Each is committed before it is sent, and one at a time is under way.
    """

    _inherit = "google.ads.delivery"

    @api.model
    def _send_all(self, account, submit, deadline):
        """Send what is due of an account until it may not be delivered or the time is over.

        An exception may leave claimed rows, which come back by themselves.

        :param submit: takes a parcel and gives a future of its outcomes
        :param deadline: when nothing more is claimed; what is claimed then is still sent
        """
        under_way = None
        try:
            for parcel in self._get_parcels(account, deadline):
                done, outcomes = self._await(under_way)
                under_way = None
                if any(one.state == "refused" for one in outcomes):
                    # It may concern the account, and so what was made ready.
                    self._record(account, done, outcomes)
                    done = None
                may_deliver = account._may_deliver()
                if may_deliver and parcel.is_fresh:
                    under_way = parcel, submit(parcel)
                else:
                    retrying(partial(self._give_back, parcel), self.env)
                    self._commit()
                if done:
                    self._record(account, done, outcomes)
                if not may_deliver:
                    break
        except Exception:
            self.env.cr.rollback()
            self._settle(account, under_way)
            raise
        self._settle(account, under_way)

    @api.model
    def _settle(self, account, under_way):
        """Wait for the parcel that is under way, if one is, and record its answers."""
        done, outcomes = self._await(under_way)
        if done:
            self._record(account, done, outcomes)

    @api.model
    def _get_parcels(self, account, deadline):
        """Claim what is due, parcel by parcel; each is committed."""
        due = self._get_due(account)
        self._commit(remaining=self.env["google.ads.conversion"].search_count(due))
        for lot in self._get_lots(account):
            while batch := self._claim(lot):
                parcel = self._make_parcel(account, batch)
                set_aside = len(batch) - (len(parcel.facts) if parcel else 0)
                deadline.shorten(self._commit(set_aside))
                if parcel:
                    yield parcel
                if deadline.is_over:
                    return

    @api.model
    def _await(self, under_way):
        """The parcel that is under way, and its outcomes; ``None`` and none without one.

        :param under_way: the parcel and a future of its outcomes, or ``None``
        """
        if not under_way:
            return None, ()
        # No transaction stays open while Google thinks, and none of its answer is read by an
        # old one: another worker may have taken over meanwhile.
        self._commit()
        parcel, answer = under_way
        return parcel, answer.result()

    @api.model
    def _record(self, account, parcel, outcomes):
        """Record the answers to a parcel."""
        self._commit()
        self._record_all(
            account, parcel.facts, outcomes, claim=parcel.claim, transport=parcel.transport
        )
        self._commit(len(parcel.facts))

    @api.model
    def _give_back(self, parcel):
        """Let others claim what was not sent."""
        ours = (
            Domain("id", "in", [fact["id"] for fact in parcel.facts])
            & Domain("state", "=", "sending")
            & Domain("claim", "=", parcel.claim)
        )
        rows = self.env["google.ads.conversion"].sudo().search(ours)
        rows.write({"state": "waiting", "claim": False, "claimed_at": False})

    # ------------------------------------------------------------
    # Parcels
    # ------------------------------------------------------------

    @api.model
    def _make_parcel(self, account, batch):
        """Claimed rows of one lot, without those that must not be sent; ``None`` without any."""
        facts = batch._get_told()
        told = self._tell(batch, self._set_aside(account, batch, facts))
        if not told:
            return None
        facts = [fact for fact in facts if fact["id"] in told]
        return Parcel(
            claim=facts[0]["claim"],
            transport=account.transport,
            facts=facts,
            items=list(told.values()),
        )

    @api.model
    def _set_aside(self, account, rows, facts):
        """Pairs of facts and consent of rows that may be sent; the others are held or given up."""
        consents = rows._get_consents(facts)
        stopped = {"denied": [], "unknown": []}
        if account.unknown_consent != "hold":
            del stopped["unknown"]
        sendable = []
        for fact, consent in zip(facts, consents, strict=True):
            if consent in stopped:
                stopped[consent].append(fact["id"])
            else:
                sendable.append((fact, consent))
        rows.browse(stopped["denied"])._stop("cancelled", "CONSENT_WITHDRAWN")
        rows.browse(stopped.get("unknown", ()))._stop("held", "CONSENT_UNKNOWN")
        return sendable

    @api.model
    def _tell(self, rows, sendable):
        """What the engine sends for each row, by id; what makes no sense is held.

        :param sendable: of :meth:`_set_aside`
        """
        told = {}
        for fact, consent in sendable:
            try:
                told[fact["id"]] = rows._to_engine(fact, consent)
            except ValueError as error:
                row = rows.browse(fact["id"])
                row._stop("held", "UNTELLABLE")
                row.error_raw = str(error)
        return told
