from odoo import api, models

from ...attribution.touch import GOOGLE_CLICK_IDS


class ConversionEraser(models.AbstractModel):
    """What Google Ads was and would be told of a person, and what it told of their clicks."""

    _inherit = "conversion.eraser"

    @api.model
    def _erase(self, dossier):
        rows = self.env["conversion.dossier"]._get_conversions(dossier)
        clicks = self.env["conversion.dossier"]._get_clicks(dossier)
        erased = super()._erase(dossier)
        rows._erase_person()
        clicks.unlink()
        return erased

    @api.model
    def _get_secrets(self, dossier):
        rows = self.env["conversion.dossier"]._get_conversions(dossier)
        ids = {row[name] for row in rows for name in GOOGLE_CLICK_IDS if row[name]}
        return super()._get_secrets(dossier) | ids
