from odoo import fields, models


class GoogleAdsUploadDay(models.Model):
    """What became of a day's uploads, as Google counts them; days are those of the account."""

    _name = "google.ads.upload.day"
    _description = "Google's Diagnostics of Uploads by Day"
    _inherit = ["conversion.guard.mixin"]
    _order = "day desc, id"
    _rec_name = "day"

    summary_id = fields.Many2one(
        "google.ads.upload.summary", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="summary_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True)
    successful = fields.Integer(readonly=True)
    failed = fields.Integer(readonly=True)
    pending = fields.Integer(readonly=True)
