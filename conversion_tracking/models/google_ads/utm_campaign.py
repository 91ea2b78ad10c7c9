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

    @api.model
    def _get_plan_fields(self):
        return (*super()._get_plan_fields(), "google_campaign_id")

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

    @api.model
    def _find_for_google(self, names, *, make=False):
        """Campaigns that campaigns of Google Ads stand for, all found together.

        By Google's id first, because campaigns are renamed there; then by the name that
        ``utm_campaign`` carries, or the id in its place, compared as in ``utm.name.mixin``.

        :param names: names of campaigns at Google, by Google's id
        :param make: make a campaign where there is none
        :return: by Google's id the campaign, which knows that id from now on, or an empty one
        """
        campaigns = self.with_context(active_test=False)
        found = {
            campaign.google_campaign_id: campaign
            for campaign in campaigns.search([("google_campaign_id", "in", list(names))])
        }
        missing = {key: name.strip() for key, name in names.items() if key not in found}
        by_name = super()._find_by_names([*missing, *missing.values()])
        if make:
            unknown = [
                name or key for key, name in missing.items() if not {name, key} & by_name.keys()
            ]
            values = {"campaign_type": "search_ads", "is_auto_campaign": False}
            by_name |= campaigns._find_or_make(unknown, **values)
        for google_id, name in missing.items():
            campaign = by_name.get(name) or by_name.get(google_id) or self.browse()
            if campaign and not campaign.google_campaign_id:
                campaign.google_campaign_id = google_id
            found[google_id] = campaign
        return {google_id: campaign.with_env(self.env) for google_id, campaign in found.items()}
