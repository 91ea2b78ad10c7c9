from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import retrying

from ...google_ads.lifecycle import SENDING
from ...groups import require_manager
from .google_ads_access_mixin import DELIVERING_STATES

# A button answers before the browser or a proxy gives up; the rest goes in the background.
SEND_NOW_SECONDS = 10


class GoogleAdsScheduleMixin(models.AbstractModel):
    """When an account is delivered, since when and how far."""

    _name = "google.ads.schedule.mixin"
    _description = "Schedule of Deliveries to Google Ads"

    # A delivery that runs
    delivery_started_at = fields.Datetime(
        "Delivering since", readonly=True, copy=False, help="Empty when no delivery runs."
    )
    delivery_resume_at = fields.Datetime(
        "Continues at",
        readonly=True,
        copy=False,
        help="Google was not reachable or asked for a pause; the delivery goes on then.",
    )
    delivery_failures = fields.Integer(
        readonly=True, copy=False, help="Outages one after the other; each doubles the pause."
    )
    delivery_total = fields.Integer(
        readonly=True, copy=False, help="Conversions that were due when the delivery began."
    )
    delivery_progress = fields.Float("Progress (%)", compute="_compute_delivery_progress")

    # What is reported
    report_since = fields.Datetime(
        "Reports events since",
        required=True,
        readonly=True,
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

    @api.depends("delivery_started_at", "delivery_total")
    def _compute_delivery_progress(self):
        delivery = self.env["google.ads.delivery"]
        conversions = self.env["google.ads.conversion"]
        under_way = Domain("state", "=", SENDING)
        for account in self:
            account.delivery_progress = 0.0
            if account.delivery_started_at and account.delivery_total:
                left = conversions.search_count(
                    delivery._get_due(account) | Domain("account_id", "=", account.id) & under_way
                )
                done = max(account.delivery_total - left, 0)
                account.delivery_progress = 100.0 * done / account.delivery_total

    # ------------------------------------------------------------
    # When
    # ------------------------------------------------------------

    @api.model
    def _search_connected(self):
        """Accounts that may be used now, of every company."""
        return self.sudo().search([("state", "=", "connected")])

    @api.model
    def _search_readable(self):
        """Accounts to read from, of every company: also when Google takes no uploads of theirs."""
        return self.sudo().search([("state", "in", DELIVERING_STATES)])

    @api.model
    def _search_deliverable(self):
        """Accounts that may be delivered now: connected, and not in a pause."""
        return self._search_connected().filtered(lambda account: account._may_deliver())

    def _may_deliver(self):
        self.ensure_one()
        resume_at = self.delivery_resume_at
        pausing = resume_at and resume_at > fields.Datetime.now()
        return self.state == "connected" and not pausing

    def _is_delivery_planned(self):
        """Whether the account's hour has come."""
        self.ensure_one()
        return not self.next_delivery_at or self.next_delivery_at <= fields.Datetime.now()

    def _start_planned_delivery(self):
        """Begin when the account's hour has come."""
        if self._is_delivery_planned():
            self._start_delivery()

    def _start_delivery(self):
        """Begin to deliver everything that is due; the next one is planned already."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.env["google.ads.corrector"]._correct_changes(self)
        self._plan_next_delivery(now)
        self.write({"delivery_started_at": now, "delivery_resume_at": False})
        delivery = self.env["google.ads.delivery"]
        self.delivery_total = self.env["google.ads.conversion"].search_count(
            delivery._get_due(self)
        )

    def _finish_delivery(self):
        if self.delivery_started_at:
            self.write({"delivery_started_at": False, "delivery_total": 0})

    def _plan_next_delivery(self, now):
        """The next delivery is at the hour of connecting, or the next interval after it.

        One that was started by hand before its hour leaves the hour as it is.
        """
        for account in self:
            interval = timedelta(hours=account.delivery_interval_hours)
            planned = account.next_delivery_at or now
            if planned <= now:
                missed = (now - planned) // interval
                account.next_delivery_at = planned + (missed + 1) * interval

    def _draw_consequence(self, consequence):
        """Success, pause or break, by what the account's events met with.

        :param consequence: a ``google_ads.lifecycle.Consequence``
        """
        self.ensure_one()
        if consequence.has_delivered:
            self.last_success_at = fields.Datetime.now()
        if self.delivery_failures and consequence.has_answered:
            self.delivery_failures = 0  # written only when needed: workers share the account
        if consequence.stop:
            self._pause(consequence.stop)
        elif consequence.action:
            self._report_action(consequence.action)
        if consequence.pause:
            self._back_off(consequence.pause, consequence.is_outage)

    def _back_off(self, pause, is_outage):
        """Leave Google alone for a while; what was not sent yet keeps its place.

        :param is_outage: the pause grows when it happens again
        """
        self.write(
            {
                "delivery_resume_at": fields.Datetime.now() + pause,
                "delivery_failures": self.delivery_failures + 1 if is_outage else 0,
            }
        )

    def _forget_outages(self):
        self.write({"delivery_resume_at": False, "delivery_failures": 0})

    # ------------------------------------------------------------
    # What a user can do
    # ------------------------------------------------------------

    def action_send_now(self):
        """Deliver what is due without waiting for the account's hour or for the scheduled job.

        It cannot collide with the job: both claim the rows they send. What does not fit into
        the seconds that a person waits goes on in the background.
        """
        self.ensure_one()
        require_manager(self)
        if self.state != "connected":
            raise UserError(
                self.env._("Connect the account first: %(reason)s", reason=self.pause_reason or "")
            )
        account = self.sudo()
        # As the scheduled job, which may begin at the same moment.
        retrying(account._start_delivery, self.env)
        total = account.delivery_total
        self.env["google.ads.delivery"].sudo()._deliver(account, seconds=SEND_NOW_SECONDS)
        self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if account._may_deliver() else "warning",
                "message": account._describe_delivery(total),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _describe_delivery(self, total):
        """What a person is told who has just started a delivery of ``total`` events."""
        self.ensure_one()
        if self.state != "connected":
            return self.env._("The delivery stopped: %(reason)s", reason=self.pause_reason or "")
        if self.delivery_resume_at and not self._may_deliver():
            return self.env._("Google could not be reached. Odoo tries again by itself.")
        if self.delivery_started_at:
            return self.env._(
                "%(count)s conversions are being sent. The delivery goes on in the background.",
                count=total,
            )
        if not total:
            return self.env._("Nothing is due. Conversions wait until their click is 6 hours old.")
        return self.env._("%(count)s conversions were sent.", count=total)

    def action_pause(self):
        """Stop deliveries by hand; events go on being collected."""
        self.check_access("write")
        reason = self.env._("Paused by %s.", self.env.user.name)
        connected = self.sudo().filtered(lambda one: one.state == "connected")
        connected.write({"state": "paused", "pause_reason": reason})

    def action_resume(self):
        """Deliver again, because a person says so."""
        self.check_access("write")
        self.filtered(lambda one: one.state == "paused")._resume()

    def action_switch_to_data_manager(self):
        """Deliver by the way that Google has open for everybody, and go on."""
        for account in self:
            account.check_access("write")
            account.transport = "data_manager"
            account._resume()

    def action_view_conversions(self):
        """Open the conversions of this account, with the filters that the button asks for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.google_ads_conversion_action"
        )
        filters = {
            name: value
            for name, value in self.env.context.items()
            if name.startswith("search_default_")
        }
        return {**action, "domain": [("account_id", "=", self.id)], "context": filters}
