from odoo import api, fields, models

from ...google_ads import operations
from ...google_ads.operations import EXPLORER_LIMIT, Operations

# What is read first keeps what it needs: nobody can decide without costs of campaigns, those of ad
# groups and clicks can wait a day.
RESERVED_FOR_OTHERS = {"ad_groups": 20, "clicks": 100}


class GoogleAdsQuotaMixin(models.AbstractModel):
    """How much an account may still ask the Google Ads API today.

    Reading stops before Google would refuse, and goes on when there is room again. What is
    delivered goes by the Data Manager API, which has limits of its own.
    """

    _name = "google.ads.quota.mixin"
    _description = "Daily Operations of a Google Ads Account"

    daily_operations = fields.Integer(
        "Operations a day",
        default=EXPLORER_LIMIT,
        required=True,
        help="How often Odoo may ask the Google Ads API for this account in 24 hours. Google "
        "allows 2,880 operations on Explorer access and 15,000 on Basic access, for all accounts "
        "of one Google Cloud project together: share them out where several accounts use one.",
    )
    operation_log = fields.Json(readonly=True, copy=False)
    operations_used = fields.Integer(
        "Used", compute="_compute_operations", compute_sudo=True, help="In the last 24 hours."
    )
    operations_left = fields.Integer("Left", compute="_compute_operations", compute_sudo=True)

    _daily_operations_possible = models.Constraint(
        "CHECK (daily_operations > 0)", "Allow at least one operation a day."
    )

    @api.depends("operation_log", "daily_operations")
    def _compute_operations(self):
        now = fields.Datetime.now()
        for account in self:
            used = operations.count_used(account.operation_log or {}, now)
            account.operations_used = used
            account.operations_left = max(account.daily_operations - used, 0)

    def _get_operations(self, what):
        """The operations that reading ``what`` may use now."""
        self.ensure_one()
        return Operations(max(self.operations_left - RESERVED_FOR_OTHERS.get(what, 0), 0))

    def _note_operations(self, done):
        """Remember the operations of a piece of work."""
        if done.used:
            account = self.sudo()
            account.operation_log = operations.note(
                account.operation_log or {}, done.used, fields.Datetime.now()
            )
