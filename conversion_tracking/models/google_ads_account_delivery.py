from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GoogleAdsAccountDelivery(models.Model):
    """When an account is delivered, how its deliveries fare, and what is read from it."""

    _inherit = "google.ads.account"

    make_campaigns = fields.Boolean(
        "Create missing campaigns",
        default=True,
        help="Costs of a Google campaign go to the campaign in Odoo with the same Google id or "
        "name. Without one, it is created; switched off, such costs are left out.",
    )

    waiting_count = fields.Integer("Waiting", compute="_compute_delivery_counts")
    success_count = fields.Integer("Delivered", compute="_compute_delivery_counts")
    attention_count = fields.Integer("Needs attention", compute="_compute_delivery_counts")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_delivery_counts(self):
        """Conversions of the last 30 days, by what became of them."""
        since = fields.Datetime.now() - timedelta(days=30)
        groups = self.env["google.ads.conversion"]._read_group(
            [("account_id", "in", self.ids), ("event_time", ">=", since)],
            ["account_id", "state"],
            ["__count"],
        )
        counts = {(account.id, state): count for account, state, count in groups}
        for account in self:

            def total(*states, account_id=account.id):
                return sum(counts.get((account_id, state), 0) for state in states)

            account.waiting_count = total("waiting", "sending", "sent")
            account.success_count = total("success")
            account.attention_count = total("held", "unclear", "failed")

    @api.model
    def _search_connected(self):
        """Accounts that may be used now, of every company."""
        return self.sudo().search([("state", "=", "connected")])

    def _plan_next_delivery(self, now):
        """The next delivery is at the hour of connecting, or the next interval after it."""
        for account in self:
            interval = timedelta(hours=account.delivery_interval_hours)
            planned = account.next_delivery_at or now
            missed = max((now - planned) // interval, 0)
            account.next_delivery_at = planned + (missed + 1) * interval

    def action_send_now(self):
        """Deliver what is due without waiting for the account's hour."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("conversion_tracking.group_manager"):
            raise AccessError(
                self.env._("Only managers of Conversion Tracking can start a delivery.")
            )
        if self.state != "connected":
            raise UserError(
                self.env._("Connect the account first: %(reason)s", reason=self.pause_reason or "")
            )
        self.sudo().next_delivery_at = fields.Datetime.now()
        self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The delivery starts within a minute."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_view_conversions(self):
        """Open the conversions of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.google_ads_conversion_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}
