from odoo import fields, models


class UtmCampaignCost(models.Model):
    """Costs that were read from Google Ads."""

    _inherit = "utm.campaign.cost"

    source = fields.Selection(selection_add=[("google_ads", "Google Ads")])
    google_campaign_id = fields.Char("Google campaign id", readonly=True, copy=False)

    def _get_source(self):
        return "google_ads" if self.external_key else super()._get_source()
