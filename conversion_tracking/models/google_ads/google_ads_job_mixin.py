from odoo import api, models


class GoogleAdsJobMixin(models.AbstractModel):
    """A scheduled job that commits as it goes: what Google was told is never rolled back."""

    _name = "google.ads.job.mixin"
    _description = "Job That Commits Its Steps"

    @api.model
    def _commit(self, processed=0, remaining=None):
        """Commit a step; seconds left for this run (unlimited outside a cron)."""
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
