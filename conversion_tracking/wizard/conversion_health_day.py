from odoo import fields, models
from odoo.tools import format_date


class ConversionHealthDay(models.TransientModel):
    """The numbers of one day, as they stood when the page *Health* was opened."""

    _name = "conversion.health.day"
    _inherit = "conversion.health.figures.mixin"
    _description = "Health of a Day"
    _order = "day desc, id"

    health_id = fields.Many2one("conversion.health", required=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True, help="In your time zone.")

    def _compute_display_name(self):
        for one in self:
            one.display_name = format_date(self.env, one.day)

    def action_open_figure(self):
        """Open the records of the figure that the context names, of this day."""
        self.ensure_one()
        return self.health_id._open_figure(self.day, self.day)
