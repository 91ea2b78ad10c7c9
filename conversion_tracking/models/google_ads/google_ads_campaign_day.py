from odoo import api, fields, models

from ...groups import COST_READERS


class GoogleAdsCampaignDay(models.Model):
    """Google's own numbers of one campaign on one day, as Google Ads shows them.

    Amounts are in the account's currency, as Google counts them; conversions are dated to the
    click. Days are those of the account's time zone.
    """

    _name = "google.ads.campaign.day"
    _description = "Google Ads Campaign by Day"
    _inherit = ["conversion.reading.mixin", "conversion.guard.mixin"]
    _order = "day desc, id desc"
    _rec_name = "day"

    google_campaign_id = fields.Many2one(
        "google.ads.campaign", "Google campaign", required=True, readonly=True, ondelete="cascade"
    )
    campaign_id = fields.Many2one(
        related="google_campaign_id.campaign_id", string="Campaign in Odoo", store=True
    )
    account_id = fields.Many2one(related="google_campaign_id.account_id", store=True)
    company_id = fields.Many2one(related="google_campaign_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True)
    currency_code = fields.Char("Google's currency", readonly=True)
    currency_id = fields.Many2one(
        "res.currency",
        readonly=True,
        help="Empty when Odoo does not know Google's currency: then there is no cost line.",
    )
    cost = fields.Monetary(readonly=True, groups=COST_READERS)
    clicks = fields.Integer(readonly=True)
    impressions = fields.Integer(readonly=True)
    conversions = fields.Float(
        readonly=True, help="Conversions as Google Ads counts them, on the day of the click."
    )
    conversions_value = fields.Monetary("Conversion value", readonly=True)

    _day_uniq = models.UniqueIndex("(google_campaign_id, day)", "This day was read already.")
    _day_idx = models.Index("(day)")

    def _get_key(self):
        """Names the cost line of this day, whoever the campaign is mapped to."""
        campaign = self.google_campaign_id
        return f"{campaign.account_id.customer_id}/{campaign.google_id}/{self.day}"

    @api.model
    def _save(self, account, costs, campaigns, since):
        """Make the days from ``since`` on equal to what Google reports of an account now.

        :param costs: ``google_ads.costs.CampaignCost`` objects
        :param campaigns: ``google.ads.campaign`` records by Google's id
        """
        currency_of = self._get_currencies(costs)
        reported = {
            (campaigns[cost.campaign_id].id, cost.day): {
                "google_campaign_id": campaigns[cost.campaign_id].id,
                "day": cost.day,
                "currency_code": cost.currency,
                "currency_id": currency_of.get(cost.currency),
                "cost": float(cost.cost),
                "clicks": cost.clicks,
                "impressions": cost.impressions,
                "conversions": cost.conversions,
                "conversions_value": cost.conversions_value,
            }
            for cost in costs
        }
        known = self.search([("account_id", "=", account.id), ("day", ">=", since)])
        known._make_equal(reported, lambda one: (one.google_campaign_id.id, one.day))

    @api.model
    def _get_currencies(self, costs):
        """Ids of the currencies of costs by Google's names of them, as far as Odoo knows them."""
        names = list({cost.currency for cost in costs})
        currencies = self.env["res.currency"].with_context(active_test=False)
        return {one.name: one.id for one in currencies.search([("name", "in", names)])}

    @api.model
    def _learn_currencies(self, account):
        """Give days the currency that Odoo did not know when they were read.

        :return: the first of these days, ``None`` when there is none
        """
        waiting = self.search([("account_id", "=", account.id), ("currency_id", "=", False)])
        by_code = waiting.grouped("currency_code")
        currencies = self.env["res.currency"].with_context(active_test=False)
        known = currencies.search([("name", "in", [code for code in by_code if code])])
        for currency in known:
            by_code[currency.name].currency_id = currency
        return min((day for one in known for day in by_code[one.name].mapped("day")), default=None)

    @api.model
    def _open(self, campaign, day):
        """Action that shows Google's own numbers of a campaign on a day."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "conversion_tracking.google_ads_campaign_day_action"
        )
        domain = [("google_campaign_id", "=", campaign.id), ("day", "=", day)]
        return {**action, "domain": domain, "view_mode": "list", "views": [(False, "list")]}
