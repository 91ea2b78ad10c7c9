from odoo import api, fields, models


class UtmCampaignCost(models.Model):
    """Costs that were read from Google Ads."""

    _inherit = "utm.campaign.cost"

    source = fields.Selection(selection_add=[("google_ads", "Google Ads")])
    google_campaign_id = fields.Char("Google campaign id", readonly=True, copy=False)

    google_campaign_line_id = fields.Many2one(
        "google.ads.campaign",
        "Google campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _get_source(self):
        return "google_ads" if self.external_key else super()._get_source()

    @api.model
    def _upsert(self, vals_list):
        """What Google calls its campaign is no news where the campaign is called the same."""
        ids = [vals["campaign_id"] for vals in vals_list]
        campaigns = self.env["utm.campaign"].browse(ids)
        names = {
            campaign.id: {(campaign.title or "").strip().casefold(), campaign.name.casefold()}
            for campaign in campaigns
        }
        return super()._upsert(
            [
                {**vals, "name": "Google Ads"}
                if vals["name"].strip().casefold() in names[vals["campaign_id"]]
                else vals
                for vals in vals_list
            ]
        )
