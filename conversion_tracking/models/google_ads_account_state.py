from odoo import api, fields, models
from odoo.tools import plaintext2html

ACTIVITY = "conversion_tracking.mail_activity_google_ads"


class GoogleAdsAccountState(models.Model):
    """Whether deliveries run; the circuit breaker, and the activity that asks for help."""

    _inherit = "google.ads.account"

    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("connected", "Connected"),
            ("paused", "Paused"),
            ("error", "Connection failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Paused: deliveries wait until somebody has removed the reason shown, or resumes "
        "them. Nothing is lost meanwhile.",
    )
    pause_reason = fields.Text(readonly=True, copy=False)

    def _pause(self, fault):
        """Stop deliveries until somebody has done what ``fault`` asks for.

        :param fault: a ``google_ads.errors.Fault``; the responsible gets one activity, however
            often it is found again
        """
        for account in self.sudo():
            reason = account.with_context(lang=account.user_id.lang)._explain(fault)
            account.write({"state": "paused", "pause_reason": reason})
            account._ask_responsible(reason)

    def _resume(self):
        """Deliver again; what was waiting goes with the next delivery."""
        accounts = self.sudo().filtered("customer_id")
        accounts.write({"state": "connected", "pause_reason": False})
        accounts.activity_feedback([ACTIVITY], feedback=self.env._("Deliveries were resumed."))

    @api.model
    def _explain(self, fault):
        """Meaning and remedy of a fault, in the user's language."""
        return "\n".join(self.env._(text) for text in (fault.meaning, fault.remedy) if text)

    def _ask_responsible(self, reason):
        """Give the responsible an activity, or the one that is open already the new reason."""
        self.ensure_one()
        note = plaintext2html(reason)
        if asked := self.activity_search([ACTIVITY]):
            asked.note = note
            return
        user = self.user_id if self.user_id.active else self.env.ref("base.user_admin")
        self.activity_schedule(ACTIVITY, note=note, user_id=user.id)

    def action_pause(self):
        """Stop deliveries by hand; events go on being collected."""
        self.check_access("write")
        for account in self.filtered(lambda one: one.state == "connected"):
            account.write(
                {
                    "state": "paused",
                    "pause_reason": self.env._("Paused by %s.", self.env.user.name),
                }
            )

    def action_resume(self):
        """Deliver again, because a person says so."""
        self.check_access("write")
        self.filtered(lambda one: one.state == "paused")._resume()
