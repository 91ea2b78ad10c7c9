from odoo import api, fields, models

from ...google_ads.diagnostics import UploadAlert

STATUSES = {
    "EXCELLENT": "excellent",
    "GOOD": "good",
    "NEEDS_ATTENTION": "needs_attention",
    "NO_RECENT_UPLOAD": "no_recent_upload",
}


class GoogleAdsUploadSummary(models.Model):
    """What Google says of the uploads to one conversion action, or to all of an account.

    Google's upload diagnostics, for accounts that deliver by the Google Ads API upload; replaced
    each time they are read.
    """

    _name = "google.ads.upload.summary"
    _description = "Google's Diagnostics of Uploads"
    _inherit = ["conversion.guard.mixin"]
    _order = "account_id, google_action_id nulls first, id"
    _rec_name = "action_name"

    account_id = fields.Many2one(
        "google.ads.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    google_action_id = fields.Char(
        "Google's action id", readonly=True, help="Empty for all conversion actions together."
    )
    action_name = fields.Char("Conversion action", readonly=True, help="Its name at Google.")
    status = fields.Selection(
        [
            ("excellent", "Excellent"),
            ("good", "Good"),
            ("needs_attention", "Needs attention"),
            ("no_recent_upload", "No recent upload"),
            ("unknown", "Not known"),
        ],
        readonly=True,
        required=True,
        help="As Google judges the last day with uploads: excellent and good need nothing, what "
        "needs attention has its reasons below. No recent upload: nothing came for 28 days.",
    )
    last_upload_at = fields.Datetime("Last upload", readonly=True)
    total = fields.Integer(
        readonly=True, help="Conversions and corrections that came by the Google Ads API."
    )
    successful = fields.Integer(readonly=True)
    pending = fields.Integer(readonly=True, help="Google has not judged them yet.")
    failed = fields.Integer(readonly=True)
    alerts = fields.Json(readonly=True)
    alert_text = fields.Text(
        "What Google warns of",
        compute="_compute_alert_text",
        help="Errors of the last day with uploads, what they mean and what to do.",
    )
    day_ids = fields.One2many("google.ads.upload.day", "summary_id", "By day", readonly=True)

    @api.depends("action_name")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = summary.action_name or self.env._("All conversion actions")

    @api.depends("alerts")
    @api.depends_context("lang")
    def _compute_alert_text(self):
        explain = self.env["google.ads.account"]._explain
        for summary in self:
            alerts = [UploadAlert(**alert) for alert in summary.alerts or ()]
            summary.alert_text = (
                "\n".join(
                    self.env._(
                        "%(share)s%% of the uploads (%(code)s): %(explanation)s",
                        share=round(100 * alert.share) or "< 1",
                        code=alert.code,
                        explanation=explain(alert.fault).replace("\n", " "),
                    )
                    for alert in alerts
                )
                or False
            )

    @api.model
    def _prepare(self, summary):
        """Values of a row.

        :param summary: a ``google_ads.diagnostics.UploadSummary``
        """
        return {
            "google_action_id": summary.action_id or False,
            "action_name": summary.action_name or summary.action_id or False,
            "status": STATUSES.get(summary.status, "unknown"),
            "last_upload_at": summary.last_upload and summary.last_upload.replace(tzinfo=None),
            "total": summary.total,
            "successful": summary.successful,
            "pending": summary.pending,
            "failed": max(summary.total - summary.successful - summary.pending, 0),
            "alerts": [
                {"source": one.source, "code": one.code, "share": one.share}
                for one in summary.alerts
            ],
            "day_ids": [
                fields.Command.create(
                    {
                        "day": day.day,
                        "successful": day.successful,
                        "failed": day.failed,
                        "pending": day.pending,
                    }
                )
                for day in summary.days
            ],
        }
