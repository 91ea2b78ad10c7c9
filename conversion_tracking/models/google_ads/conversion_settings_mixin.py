from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .google_ads_conversion import DEFAULT_RETENTION_DAYS


class ConversionSettingsMixin(models.AbstractModel):
    """How long what Google refused is kept."""

    _inherit = "conversion.settings.mixin"

    conversion_error_days = fields.Integer(
        "Keep conversion errors for",
        default=DEFAULT_RETENTION_DAYS,
        config_parameter="conversion_tracking.error_days",
        help="Days after which what Google refused is forgotten. What Google counts is kept.",
    )

    @api.constrains("conversion_error_days")
    def _check_conversion_error_days(self):
        if any(settings.conversion_error_days < 1 for settings in self):
            raise ValidationError(self.env._("Conversion errors are kept for one day at least."))
