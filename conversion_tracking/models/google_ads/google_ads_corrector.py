from datetime import timedelta

from odoo import api, fields, models

from ...google_ads.lifecycle import CANCELLED, GIVEN_TO_GOOGLE, HELD, SENDING, SENT, WAITING

# https://developers.google.com/google-ads/api/docs/conversions/upload-adjustments
CORRECTABLE_FOR = timedelta(days=54)
# A transaction that changed a lead may commit this long after the time it wrote on it.
LONGEST_TRANSACTION = timedelta(hours=1)
# Corrections that were taken out of the queue by the add-on itself.
NEVER_SAID = ("REPLACED", "OTHER_WAY")


class GoogleAdsCorrector(models.AbstractModel):
    """Keeps what Google counts of won deals true: new values, deals that are no longer won.

    Found by comparing, not by hooks: a deal's value hangs on orders, invoices and credit notes,
    which change in more ways than can be hooked.
    """

    _name = "google.ads.corrector"
    _description = "Corrector of Conversions at Google Ads"

    @api.model
    def _correct_changes(self, account):
        """Queue a correction of each deal that Google counts otherwise than it is now."""
        since = fields.Datetime.now() - CORRECTABLE_FOR
        conversions = self.env["google.ads.conversion"].sudo()
        for row in conversions._search_correctable(account, since, LONGEST_TRANSACTION):
            self._correct(row)

    @api.model
    def _correct(self, row):
        """Queue what Google has to get so that it counts the deal of ``row`` as it is now."""
        corrections = row.correction_ids.sorted("id").filtered(
            lambda one: one.error_code not in NEVER_SAID
        )
        if any(self._is_under_way(one) for one in corrections):
            return  # looked at again when its end is known
        row.value_checked_at = fields.Datetime.now()
        if self._was_retracted(row):
            self._report_again(row)
            return
        wanted = self._get_wanted_kind(row), *self._get_wanted_value(row)
        if not wanted[0]:
            return
        queued = corrections.filtered(lambda one: one.state in (WAITING, HELD))
        if queued and self._says(queued[-1], *wanted):
            return
        queued._stop(CANCELLED, "REPLACED")
        last = (corrections - queued)[-1:] or row
        if not self._says(last, *wanted):
            self._queue_correction(row, *wanted, after=last.event_time)

    @api.model
    def _is_under_way(self, row):
        return row.state in (SENDING, SENT) or (row.state == WAITING and row.may_have_arrived)

    @api.model
    def _was_retracted(self, row):
        """Whether Google took it back for ever, as only the Google Ads API does."""
        retractions = row.correction_ids.filtered(
            lambda one: one.kind == "retraction" and one.state in GIVEN_TO_GOOGLE
        )
        return row.transport == "google_ads_upload" and bool(retractions)

    @api.model
    def _represents(self, row):
        """Whether it is this row by which Google counts its lead's deal.

        Deals that were merged are one deal from then on, and may have been reported each: the
        lead's own row stands for it, else the first one that Google did not take back for ever.
        """
        alive = row.lead_id.google_conversion_ids.filtered(
            lambda one: (
                one.kind == "conversion"
                and one.event == row.event
                and one.action_id == row.action_id
                and one.state in GIVEN_TO_GOOGLE
                and not self._was_retracted(one)
            )
        )
        own = alive.filtered(lambda one: one.res_id == row.lead_id.id)
        return row == (own or alive).sorted("id")[:1]

    @api.model
    def _report_again(self, row):
        """Report a deal that was won again before its retraction was known to have arrived."""
        lead = row.lead_id
        if lead.won_status == "won" and lead:
            self.env["google.ads.reporter"]._report_to(row.action_id, lead, {lead.id: lead.won_at})

    # ------------------------------------------------------------
    # What Google should count
    # ------------------------------------------------------------

    @api.model
    def _get_wanted_kind(self, row):
        """``restatement`` of a won deal, ``retraction`` of another; None when none can be made."""
        known_action = row.google_action_id or row.action_id.google_id
        if not row.lead_id or known_action != row.action_id.google_id:
            return None
        if row.lead_id.attribution_erased_at:
            return None  # nothing more is told of who was erased
        if row.lead_id.won_status == "won" and self._represents(row):
            return "restatement"
        # Without a value Data Manager has nothing to correct: the conversion stays counted.
        by_upload = row.transport == "google_ads_upload"
        return "retraction" if by_upload or row.currency_id else None

    @api.model
    def _get_wanted_value(self, row):
        reporter = self.env["google.ads.reporter"]
        value, currency = reporter._get_value(row.lead_id, row.action_id)
        return (value, currency) if currency else (row.value, row.currency_id)

    @api.model
    def _says(self, row, kind, value, currency):
        """Whether ``row`` says just that to Google."""
        if "retraction" in (kind, row.kind):
            return kind == row.kind
        return row.currency_id == currency and (
            not currency or not currency.compare_amounts(row.value, value)
        )

    @api.model
    def _queue_correction(self, row, kind, value, currency, after):
        now = fields.Datetime.now()
        row.create(
            {
                "kind": kind,
                "origin_id": row.id,
                "action_id": row.action_id.id,
                "event": row.event,
                "res_model": row.res_model,
                "res_id": row.res_id,
                "occurrence": row.occurrence,
                "lead_id": row.lead_id.id,
                "partner_id": row.partner_id.id,
                # Google ignores a correction that is not later than the one before.
                "event_time": max(now, after + timedelta(seconds=1)),
                "value": 0.0 if kind == "retraction" else value,
                "currency_id": currency.id,
                "transaction_id": row.transaction_id,
                "click_time": row.click_time,
                "matched_by": row.matched_by,
                "consent": row.consent,
                "next_try_at": now,
            }
        )
