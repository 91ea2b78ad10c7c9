from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

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
    def _find_for_google(self, names, *, make=False):
        """Campaigns that campaigns of Google Ads stand for, all found together.

        By Google's id first, because campaigns are renamed there; then by the name that
        ``utm_campaign`` carries, or the id in its place, capitals and outer spaces ignored.

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
        by_name = self._search_by_name([*missing, *missing.values()])
        for google_id, name in missing.items():
            campaign = by_name.get(name.lower()) or by_name.get(google_id) or self.browse()
            if not campaign and make:
                campaign = campaigns.create(
                    {"title": name or google_id, "campaign_type": "search_ads"}
                )
                by_name[(name or google_id).lower()] = campaign
            if campaign and not campaign.google_campaign_id:
                campaign.google_campaign_id = google_id
            found[google_id] = campaign
        return {google_id: campaign.with_env(self.env) for google_id, campaign in found.items()}

    @api.model
    def _search_by_name(self, names):
        """The first campaign of each name, by its name in small letters."""
        alike = Domain.OR(Domain("name", "=ilike", escape_psql(name)) for name in {*names} if name)
        found = {}
        for campaign in self.with_context(active_test=False).search(alike, order="id"):
            found.setdefault(campaign.name.lower(), campaign)
        return found
