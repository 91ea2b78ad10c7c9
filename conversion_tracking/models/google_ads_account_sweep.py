from datetime import timedelta

from odoo import api, fields, models


class GoogleAdsAccountSweep(models.Model):
    """Since when an account's events are reported, and how far a back-fill is."""

    _inherit = "google.ads.account"

    report_since = fields.Datetime(
        "Reports events since",
        required=True,
        copy=False,
        default=lambda self: self._default_report_since(),
        help="Events from before the account was entered are reported only when you fill back.",
    )
    backfill_total = fields.Integer(readonly=True, copy=False)
    backfill_done = fields.Integer(readonly=True, copy=False)
    backfill_progress = fields.Float("Filled back (%)", compute="_compute_backfill_progress")

    @api.model
    def _default_report_since(self):
        return fields.Datetime.now() - timedelta(minutes=1)

    @api.depends("backfill_total", "backfill_done")
    def _compute_backfill_progress(self):
        for account in self:
            total = account.backfill_total
            account.backfill_progress = (
                100.0 * min(account.backfill_done / total, 1) if total else 0
            )
