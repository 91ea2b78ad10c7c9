from odoo import models


class ResConfigSettings(models.TransientModel):
    """Odoo's own page of settings, for system administrators."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "conversion.settings.mixin"]

    def set_values(self):
        result = super().set_values()
        self.env["conversion.credit.rebuild"]._follow_half_life()
        return result
