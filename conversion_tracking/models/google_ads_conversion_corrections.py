from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .google_ads_conversion_queue import GIVEN_TO_GOOGLE

# https://developers.google.com/google-ads/api/docs/conversions/upload-adjustments
CORRECTABLE_FOR = timedelta(days=54)
# A transaction that changed a lead may commit this long after the time it wrote on it.
LONGEST_TRANSACTION = timedelta(hours=1)


class GoogleAdsConversionCorrections(models.Model):
    """Keeps what Google counts of won deals true: new values, deals that are no longer won.

    Found by comparing, not by hooks: a deal's value hangs on orders, invoices and credit notes,
    which change in more ways than can be hooked.
    """

    _inherit = "google.ads.conversion"

    @api.model
    def _correct_changes(self, account):
        """Queue a correction of each deal that Google counts otherwise than it is now."""
        for conversion in self._find_changed(account):
            conversion._correct()

    @api.model
    def _find_changed(self, account):
        """Deals that Google counts, can still correct, and that may have changed since.

        A correction goes the way the conversion went: whether one of Google's APIs corrects what
        the other took is not documented, and Data Manager would count an unknown one anew.
        """
        now = fields.Datetime.now()
        self.flush_model()
        self.env["crm.lead"].flush_model()
        return self.sudo().browse(
            row_id
            for (row_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT c.id
                      FROM google_ads_conversion c
                      JOIN google_ads_conversion_action a ON a.id = c.action_id
                      JOIN crm_lead l ON l.id = c.lead_id
                     WHERE c.account_id = %(account)s
                       AND c.kind = 'conversion'
                       AND c.event = 'deal_won'
                       AND c.state = 'success'
                       AND c.transport = %(transport)s
                       AND c.event_time > %(since)s
                       AND (c.value_checked_at IS NULL
                            OR a.value_basis IN ('orders_untaxed', 'invoiced')
                            OR l.write_date > c.value_checked_at - %(margin)s)
                     ORDER BY c.id
                    """,
                    account=account.id,
                    transport=account.transport,
                    since=now - CORRECTABLE_FOR,
                    margin=LONGEST_TRANSACTION,
                )
            )
        )

    def _correct(self):
        """Queue what has to be told Google so that it counts this deal as it is now."""
        self.ensure_one()
        corrections = self.correction_ids.sorted("id").filtered(
            lambda one: one.error_code != "REPLACED"
        )
        if any(one._is_under_way() for one in corrections):
            return  # looked at again when its end is known
        self.value_checked_at = fields.Datetime.now()
        if self._was_retracted():
            self._report_again()
            return
        wanted = self._get_wanted_kind(), *self._get_wanted_value()
        if not wanted[0]:
            return
        queued = corrections.filtered(lambda one: one.state in ("waiting", "held"))
        if queued and queued[-1]._tells(*wanted):
            return
        queued._stop("cancelled", "REPLACED")
        last = (corrections - queued)[-1:] or self
        if not last._tells(*wanted):
            self._queue_correction(*wanted, after=last.event_time)

    def _is_under_way(self):
        return self.state in ("sending", "sent") or (
            self.state == "waiting" and self.may_have_arrived
        )

    def _get_wanted_kind(self):
        """``restatement`` of a won deal, ``retraction`` of another; None when none can be made."""
        if not self._is_of_its_lead():
            return None
        if self.lead_id.won_status == "won":
            return "restatement"
        # Without a value Data Manager has nothing to correct: the conversion stays counted.
        by_upload = self.transport == "google_ads_upload"
        return "retraction" if by_upload or self.currency_id else None

    def _is_of_its_lead(self):
        """Not when the lead was deleted, or merged into another deal, which is reported itself."""
        own = self.lead_id and self._get_transaction_id(self.lead_id, self.action_id)
        return bool(own) and (self.transaction_id + "-").startswith(own + "-")

    def _was_retracted(self):
        """Whether Google took it back for ever, as only the Google Ads API does."""
        retractions = self.correction_ids.filtered(
            lambda one: one.kind == "retraction" and one.state in GIVEN_TO_GOOGLE
        )
        return self.transport == "google_ads_upload" and bool(retractions)

    def _report_again(self):
        """Report a deal that was won again before its retraction was known to have arrived."""
        lead = self.lead_id
        if lead.won_status == "won" and self._is_of_its_lead():
            self._report_to(self.action_id, lead, {lead.id: lead.won_at})

    def _get_wanted_value(self):
        value, currency = self._get_value(self.lead_id, self.action_id)
        return (value, currency) if currency else (self.value, self.currency_id)

    def _tells(self, kind, value, currency):
        """Whether this row told Google just that."""
        if "retraction" in (kind, self.kind):
            return kind == self.kind
        return self.currency_id == currency and (
            not currency or not currency.compare_amounts(self.value, value)
        )

    def _queue_correction(self, kind, value, currency, after):
        now = fields.Datetime.now()
        self.create(
            {
                "kind": kind,
                "origin_id": self.id,
                "action_id": self.action_id.id,
                "event": self.event,
                "lead_id": self.lead_id.id,
                "partner_id": self.partner_id.id,
                # Google ignores a correction that is not later than the one before.
                "event_time": max(now, after + timedelta(seconds=1)),
                "value": 0.0 if kind == "retraction" else value,
                "currency_id": currency.id,
                "transaction_id": self.transaction_id,
                "click_time": self.click_time,
                "consent": self.consent,
                "next_try_at": now,
            }
        )
