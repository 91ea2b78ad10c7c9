from collections import defaultdict

from odoo import api, models

from ...google_ads.batch import Batch
from ...google_ads.lifecycle import CANCELLED, HELD


class GoogleAdsBatch(models.AbstractModel):
    """Makes batches of claimed rows, without those that must not be sent or make no sense."""

    _name = "google.ads.batch"
    _description = "Batch of Conversions for Google Ads"

    @api.model
    def _make(self, account, rows):
        """Claimed rows of one group, without those that must not be sent; ``None`` without any.

        :param rows: of ``google.ads.conversion._claim``
        """
        outbox = self.env["google.ads.conversion"].sudo()
        outbox._complete(rows)
        rows = self._keep_newest(outbox, rows)
        events = self._make_events(outbox, self._set_aside(account, outbox, rows))
        if not events:
            return None
        rows = [row for row in rows if row["id"] in events]
        return Batch(
            claim=rows[0]["claim"],
            transport=account.transport,
            google_action_id=rows[0]["google_id"],
            rows=rows,
            events=list(events.values()),
        )

    @api.model
    def _keep_newest(self, outbox, rows):
        """Of several corrections of one conversion only the newest says what is true now.

        The others may be in this batch or in one that travels beside it and arrives first.
        """
        origins = [row["origin_id"] for row in rows if row["origin_id"]]
        if not origins:
            return rows
        newest = dict(outbox._read_group([("origin_id", "in", origins)], ["origin_id"], ["id:max"]))
        last = {origin.id: row_id for origin, row_id in newest.items()}
        kept = [row for row in rows if row["id"] == last.get(row["origin_id"], row["id"])]
        outbox.browse({row["id"] for row in rows} - {row["id"] for row in kept})._stop(
            CANCELLED, "REPLACED"
        )
        return kept

    @api.model
    def _set_aside(self, account, outbox, rows):
        """Pairs of row and consent for rows that may be sent; the others are held or given up."""
        ends = {"denied": (CANCELLED, "CONSENT_WITHDRAWN")}
        if account.unknown_consent == "hold":
            ends["unknown"] = (HELD, "CONSENT_UNKNOWN")
        sendable, stopped = [], defaultdict(list)
        for row, consent in zip(rows, outbox._get_consents(rows), strict=True):
            dead_end = outbox._get_dead_end(row, account)
            unsendable = outbox._get_person_end(row, consent, account) or ends.get(consent)
            if end := (CANCELLED, dead_end) if dead_end else unsendable:
                stopped[end].append(row["id"])
            else:
                sendable.append((row, consent))
        for end, ids in stopped.items():
            aside = outbox.browse(ids)
            aside._stop(*end)
            if end[1] == "OTHER_WAY":
                aside.origin_id.value_checked_at = False  # compared anew by the way it went
        return sendable

    @api.model
    def _make_events(self, outbox, sendable):
        """What the engine sends for each row, by its id; what makes no sense is held.

        :param sendable: of :meth:`_set_aside`
        """
        events = {}
        for row, consent in sendable:
            try:
                events[row["id"]] = outbox._to_engine(row, consent)
            except ValueError as error:
                record = outbox.browse(row["id"])
                record._stop(HELD, "UNTELLABLE")
                record.error_raw = str(error)
        return events
