from odoo import api, fields, models

from ...google_ads.lifecycle import GIVEN_TO_GOOGLE, UNCLEAR, WITHDRAWABLE


class ConversionErasure(models.TransientModel):
    """What Google was told already, and what it will not be told any more."""

    _inherit = "conversion.erasure"

    told_count = fields.Integer(
        "Reports that Google Ads has", compute="_compute_counts", compute_sudo=True
    )
    untold_count = fields.Integer(
        "Reports waiting for Google Ads", compute="_compute_counts", compute_sudo=True
    )

    @api.model
    def _count(self, dossier):
        rows = self.env["conversion.dossier"]._get_conversions(dossier)
        told = rows.filtered(
            lambda row: row.state in (*GIVEN_TO_GOOGLE, UNCLEAR) or row.may_have_arrived
        )
        untold = (rows - told).filtered(lambda row: row.state in WITHDRAWABLE)
        return {
            **super()._count(dossier),
            "told_count": len(told),
            "untold_count": len(untold),
        }
