from odoo import models


class ResConfigSettings(models.TransientModel):
    """Odoo's own page of settings, for system administrators."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "conversion.settings.mixin"]
