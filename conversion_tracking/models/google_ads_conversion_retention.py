from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .google_ads_conversion_queue import NO_ERROR

DEFAULT_RETENTION_DAYS = 400
VACUUM_BATCH = 1_000


class GoogleAdsConversionRetention(models.Model):
    """Errors are kept for a time that is set; what Google counts is kept for good."""

    _inherit = "google.ads.conversion"

    @api.model
    def _get_retention(self):
        """How long errors are kept."""
        text = (
            self.env["ir.config_parameter"].sudo().get_param("conversion_tracking.error_days") or ""
        )
        days = int(text) if text.isdigit() and int(text) else DEFAULT_RETENTION_DAYS
        return timedelta(days=days)

    @api.autovacuum
    def _gc_errors(self):
        """Forget old errors: rows that Google never counted go, remarks on others are emptied.

        :return: rows done and whether there are more, for Odoo to call again
        """
        old = Domain("error_at", "<", fields.Datetime.now() - self._get_retention())
        rows = self.sudo().search(
            old & Domain("state", "not in", ("waiting", "sending", "sent")),
            order="error_at",
            limit=VACUUM_BATCH,
        )
        counted = rows.filtered(lambda one: one.state == "success")
        counted.write(NO_ERROR)
        (rows - counted).unlink()
        return len(rows), len(rows) == VACUUM_BATCH
