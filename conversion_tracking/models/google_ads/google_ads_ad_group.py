from odoo import api, fields, models


class GoogleAdsAdGroup(models.Model):
    """An ad group of a Google campaign, by the name that it has now.

    Performance Max campaigns have none.
    """

    _name = "google.ads.ad.group"
    _description = "Google Ads Ad Group"
    _inherit = ["conversion.reading.mixin", "conversion.guard.mixin"]
    _order = "name, id"

    google_campaign_id = fields.Many2one(
        "google.ads.campaign", "Google campaign", required=True, readonly=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="google_campaign_id.account_id", store=True)
    company_id = fields.Many2one(related="google_campaign_id.company_id", store=True, index=True)
    google_id = fields.Char("Google ad group id", required=True, readonly=True)
    name = fields.Char("Ad group", required=True, readonly=True)
    status = fields.Char(readonly=True, help="As shown in Google Ads when it was last read.")

    _google_id_uniq = models.UniqueIndex(
        "(account_id, google_id)", "This ad group is known already."
    )

    @api.model
    def _save(self, account, costs, campaigns):
        """Keep what Google says of ad groups, the latest of each.

        :param costs: ``google_ads.costs.AdGroupCost`` objects, of ``campaigns`` only
        :param campaigns: ``google.ads.campaign`` records by Google's id
        :return: the ad groups here, by Google's id
        """
        latest = {cost.ad_group_id: cost for cost in sorted(costs, key=lambda one: one.day)}
        known = self.search(
            [("account_id", "=", account.id), ("google_id", "in", list(latest))]
        ).grouped("google_id")
        for google_id, ad_group in known.items():
            ad_group._take_over(self._prepare(latest[google_id]))
        new = self.create(
            [
                {
                    "google_campaign_id": campaigns[cost.campaign_id].id,
                    "google_id": google_id,
                    **self._prepare(cost),
                }
                for google_id, cost in latest.items()
                if google_id not in known
            ]
        )
        return {**known, **new.grouped("google_id")}

    @api.model
    def _prepare(self, cost):
        return {
            "name": cost.ad_group_name.strip() or cost.ad_group_id,
            "status": cost.ad_group_status or False,
        }
