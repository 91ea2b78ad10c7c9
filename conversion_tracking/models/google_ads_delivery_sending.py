from collections import defaultdict, deque

from odoo import api, models

from ..google_ads.parcel import Parcel
from .google_ads_delivery import REQUESTS_UNDER_WAY


class GoogleAdsDeliverySending(models.AbstractModel):
    """Makes parcels of claimed rows and exchanges them for Google's answers.

    While Google thinks about one parcel, the one before it is recorded and the next one made
    ready. Each is committed before it is sent.
    """

    _inherit = "google.ads.delivery"

    @api.model
    def _send_all(self, account, submit, deadline):
        """Send what is due of an account until it may not be delivered or the time is over.

        An exception may leave claimed rows, which come back by themselves.

        :param submit: takes a parcel and gives a future of its outcomes
        :param deadline: when nothing more is claimed; what is claimed then is still sent
        """
        under_way = deque()
        try:
            for parcel in self._get_parcels(account, deadline):
                under_way.append((parcel, submit(parcel)))
                if len(under_way) == REQUESTS_UNDER_WAY:
                    self._record(account, *under_way.popleft())
                if not account._may_deliver():
                    break
        except Exception:
            self.env.cr.rollback()
            self._record_rest(account, under_way)
            raise
        self._record_rest(account, under_way)

    @api.model
    def _record_rest(self, account, under_way):
        while under_way:
            self._record(account, *under_way.popleft())

    @api.model
    def _get_parcels(self, account, deadline):
        """Claim what is due, parcel by parcel; each is committed."""
        due = self._get_due(account)
        self._commit(remaining=self.env["google.ads.conversion"].search_count(due))
        for lot in self._get_lots(account):
            while facts := self._claim(lot):
                parcel = self._make_parcel(account, facts)
                set_aside = len(facts) - (len(parcel.facts) if parcel else 0)
                deadline.shorten(self._commit(set_aside))
                if parcel:
                    yield parcel
                if deadline.is_over:
                    return

    @api.model
    def _record(self, account, parcel, answer):
        """Wait for the answer to a parcel that is under way, and record it.

        :param answer: a future of the parcel's outcomes
        """
        # No transaction stays open while Google thinks, and none of its answer is read by an
        # old one: another worker may have taken over meanwhile.
        self._commit()
        outcomes = answer.result()
        self._record_all(
            account, parcel.facts, outcomes, claim=parcel.claim, transport=parcel.transport
        )
        self._commit(len(parcel.facts))

    # ------------------------------------------------------------
    # Parcels
    # ------------------------------------------------------------

    @api.model
    def _make_parcel(self, account, facts):
        """Claimed rows of one lot, without those that must not be sent; ``None`` without any.

        :param facts: of :meth:`_claim`
        """
        rows = self.env["google.ads.conversion"].sudo()
        rows._complete(facts)
        told = self._tell(rows, self._set_aside(account, rows, facts))
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
        ends = {"denied": ("cancelled", "CONSENT_WITHDRAWN")}
        if account.unknown_consent == "hold":
            ends["unknown"] = ("held", "CONSENT_UNKNOWN")
        sendable, stopped = [], defaultdict(list)
        for fact, consent in zip(facts, rows._get_consents(facts), strict=True):
            if consent in ends:
                stopped[consent].append(fact["id"])
            else:
                sendable.append((fact, consent))
        for consent, ids in stopped.items():
            rows.browse(ids)._stop(*ends[consent])
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
