from datetime import timedelta

from odoo import api, fields, models

from ...google_ads.eligibility import CLICK_LIFETIME


class GoogleAdsBackfill(models.TransientModel):
    """Reports events from before the account was connected, after showing how many there are."""

    _name = "google.ads.backfill"
    _description = "Fill Back Google Ads Conversions"

    account_id = fields.Many2one("google.ads.account", required=True, ondelete="cascade")
    days = fields.Integer(
        "Days back",
        required=True,
        default=lambda self: self._default_days(),
        help="Google takes conversions up to 90 days after the click.",
    )
    count = fields.Integer("Events to report", compute="_compute_counts")
    left_out_count = fields.Integer("Cannot be uploaded", compute="_compute_counts")

    _days_possible = models.Constraint(
        "CHECK (days BETWEEN 1 AND 90)", "You can fill back 1 to 90 days."
    )

    @api.model
    def _default_days(self):
        return CLICK_LIFETIME.days

    @api.depends("account_id", "days")
    def _compute_counts(self):
        for wizard in self:
            coverage = self.env["google.ads.coverage"].with_company(wizard.account_id.company_id)
            domain = [
                ("account_id", "=", wizard.account_id.id),
                ("date", ">=", wizard._get_since()),
            ]
            wizard.count = coverage.search_count([*domain, ("status", "=", "missing")])
            wizard.left_out_count = coverage.search_count(
                [*domain, ("outcome", "=", "left_out"), ("status", "!=", "missing")]
            )

    def _get_since(self):
        return fields.Datetime.now() - timedelta(days=self.days or 0)

    def action_view_left_out(self):
        """Show the events that cannot be uploaded, by their reasons."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.google_ads_coverage_action"
        )
        domain = [
            ("account_id", "=", self.account_id.id),
            ("date", ">=", self._get_since()),
            ("outcome", "=", "left_out"),
        ]
        return {**action, "domain": domain, "context": {"search_default_group_status": 1}}

    def action_start(self):
        """Put the missing events into the outbox, in the background."""
        self.ensure_one()
        self.account_id.check_access("write")
        account = self.account_id.sudo()
        account.write(
            {
                "report_since": min(account.report_since, self._get_since()),
                "backfill_total": self.count,
                "backfill_done": 0,
            }
        )
        self.env.ref("conversion_tracking.ir_cron_sweep").sudo()._trigger()
        return {"type": "ir.actions.act_window_close"}
