from odoo import api, models


class ConversionSettings(models.TransientModel):
    """The settings of this add-on, and nothing else, for its administrators.

    Odoo's page of settings opens for system administrators only.
    """

    _name = "conversion.settings"
    _inherit = "conversion.settings.mixin"
    _description = "Settings of Conversion Tracking"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        for name, value in self._get_stored().items():
            if name in fields:
                values[name] = value
        return values

    @api.model
    def _get_stored(self):
        """What is set now; without what was set by hand to something that makes no sense."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        stored = {}
        for name, key in self._get_parameters().items():
            text, field = get_param(key), self._fields[name]
            if field.type == "integer":
                if text and text.isdigit():
                    stored[name] = int(text)
            elif field.type == "char" or text in dict(field.selection):
                stored[name] = text
        return stored

    def action_save(self):
        """Set what the page shows."""
        self.ensure_one()
        self.check_access("write")
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for name, key in self._get_parameters().items():
            set_param(key, str(self[name] or ""))
        self.env["conversion.credit.rebuild"]._follow_half_life()
        return {"type": "ir.actions.act_window_close"}
