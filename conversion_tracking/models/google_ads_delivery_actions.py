from odoo import api, fields, models
from odoo.fields import Domain

from ..google_ads.catalogue import ACTION_CODES, OUTBOX
from .google_ads_conversion_action_google import USABLE_STATES
from .google_ads_conversion_queue import NO_ERROR

# Why events of a conversion action in this state are held.
REASONS = {"draft": "ACTION_MISSING", "removed": "ACTION_REMOVED"}


class GoogleAdsDeliveryActions(models.AbstractModel):
    """Holds the events of a conversion action that cannot be used; the others go on."""

    _inherit = "google.ads.delivery"

    @api.model
    def _follow_actions(self, account):
        """Hold what is due for unusable actions; queue what was held and may go again."""
        conversions = self.env["google.ads.conversion"].sudo()
        now = fields.Datetime.now()
        for action in account.sudo().with_context(active_test=False).action_ids:
            events = Domain("account_id", "=", account.id) & Domain("action_id", "=", action.id)
            if action.state in USABLE_STATES:
                conversions.search(events & self._get_held(action))._queue(now, **NO_ERROR)
            else:
                due = Domain("state", "=", "waiting") & Domain("next_try_at", "<=", now)
                conversions.search(events & due)._stop("held", REASONS[action.state])

    @api.model
    def _get_held(self, action):
        """Domain of events that were held for a reason that a usable ``action`` no longer gives.

        What Google itself refused goes again only after the action was read since.
        """
        reasons = Domain("error_source", "=", OUTBOX)
        reasons &= Domain("error_code", "in", list(REASONS.values()))
        if action.read_at:
            since = Domain("error_at", "<", action.read_at)
            reasons |= Domain("error_code", "in", ACTION_CODES) & since
        return Domain("state", "=", "held") & reasons

    @api.model
    def _report_action(self, account, fault):
        """Tell the responsible; and have the actions read, so that Repair is offered."""
        account = account.with_context(lang=account.user_id.lang)
        account._ask_responsible(account._explain(fault))
        self.env.ref("conversion_tracking.ir_cron_read_actions").sudo()._trigger()
