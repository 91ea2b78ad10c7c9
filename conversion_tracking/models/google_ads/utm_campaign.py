from odoo import api, fields, models

from ...groups import COST_READERS


class UtmCampaign(models.Model):
    """The campaign of Google Ads that a campaign stands for."""

    _inherit = "utm.campaign"

    google_campaign_id = fields.Char(
        "Google campaign id",
        copy=False,
        groups=COST_READERS,
        help="Id of this campaign in Google Ads. Its costs are found by this id, also after "
        "the campaign was renamed there.",
    )

    _google_campaign_idx = models.UniqueIndex(
        "(google_campaign_id) WHERE google_campaign_id IS NOT NULL",
        "Another campaign has this Google campaign id already.",
    )

    def action_compare_with_google(self):
        """Open the comparison of this campaign: what Google counts, what Odoo told it."""
        self.ensure_one()
        return self.env["google.ads.comparison"]._open(self)

    @api.model
    def _get_plan_fields(self):
        return (*super()._get_plan_fields(), "google_campaign_id")

    def _merge_values(self, others):
        """One of Google's ids is kept; links with the others mean this campaign."""
        result = super()._merge_values(others)
        ids = list(filter(None, others.mapped("google_campaign_id")))
        others.google_campaign_id = False
        others.flush_recordset(["google_campaign_id"])
        if ids and not self.google_campaign_id:
            self.google_campaign_id = ids.pop(0)
        self.env["utm.alias"]._add(dict.fromkeys(ids, self))
        return result

    @api.model
    def _find_by_names(self, names):
        """Also by Google's id, which many links have in the place of a name."""
        found = super()._find_by_names(names)
        ids = [name for name in names if name not in found and name.isdecimal()]
        if ids:
            domain = [("google_campaign_id", "in", ids)]
            campaigns = self.sudo().with_context(active_test=False).search(domain)
            found |= {one.google_campaign_id: one.with_env(self.env) for one in campaigns}
        return found
