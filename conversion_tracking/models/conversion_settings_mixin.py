from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .website import DEFAULT_JOURNEY_DAYS, MAX_JOURNEY_DAYS, MIN_JOURNEY_DAYS


class ConversionSettingsMixin(models.AbstractModel):
    """The settings of this add-on, each a system parameter."""

    _name = "conversion.settings.mixin"
    _description = "Settings of Conversion Tracking"

    def _valid_field_parameter(self, field, name):
        return name == "config_parameter" or super()._valid_field_parameter(field, name)

    @api.model
    def _get_parameters(self):
        """``{name of a setting: key of the system parameter}``."""
        return {
            name: field.config_parameter
            for name, field in self.env["conversion.settings.mixin"]._fields.items()
            if getattr(field, "config_parameter", None)
        }

    conversion_journey_days = fields.Integer(
        "Remember a journey for",
        default=DEFAULT_JOURNEY_DAYS,
        config_parameter="conversion_tracking.journey_days",
        help="Days after the last visit for which the visitor's browser keeps the journey. "
        "Google accepts conversions up to 90 days after the click.",
    )

    conversion_revenue_basis = fields.Selection(
        [
            ("expected", "Expected revenue of won deals"),
            ("orders", "Confirmed orders of won deals, without tax"),
            ("invoiced", "Posted invoices of won deals, less credit notes"),
        ],
        string="Revenue of campaigns",
        default="expected",
        config_parameter="conversion_tracking.revenue_basis",
        help="What counts as revenue in campaign ROI. The report can show the others too.",
    )

    @api.constrains("conversion_journey_days")
    def _check_conversion_journey_days(self):
        for settings in self:
            if not MIN_JOURNEY_DAYS <= settings.conversion_journey_days <= MAX_JOURNEY_DAYS:
                raise ValidationError(
                    self.env._(
                        "A journey can be remembered for %(minimum)s to %(maximum)s days: "
                        "European authorities do not accept longer.",
                        minimum=MIN_JOURNEY_DAYS,
                        maximum=MAX_JOURNEY_DAYS,
                    )
                )
