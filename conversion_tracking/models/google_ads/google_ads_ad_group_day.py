from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...groups import COST_READERS

# As long as Google itself: https://developers.google.com/google-ads/api/docs/sunset-dates
KEPT_MONTHS = 37
VACUUM_BATCH = 10_000


class GoogleAdsAdGroupDay(models.Model):
    """What one ad group cost on one day, as Google Ads shows it.

    Amounts are in the account's currency, days those of its time zone. A row is narrow, because
    there are many: twenty ad groups of a hundred campaigns make 730,000 a year.
    """

    _name = "google.ads.ad.group.day"
    _description = "Google Ads Ad Group by Day"
    _inherit = ["conversion.reading.mixin", "conversion.guard.mixin"]
    _order = "day desc, id desc"
    _rec_name = "day"

    ad_group_id = fields.Many2one(
        "google.ads.ad.group", "Ad group", required=True, readonly=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="ad_group_id.account_id", store=True)
    company_id = fields.Many2one(related="ad_group_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True)
    currency_id = fields.Many2one(
        "res.currency", readonly=True, help="Empty when Odoo does not know Google's currency."
    )
    cost = fields.Float(
        digits=(16, 6),
        readonly=True,
        groups=COST_READERS,
        help="To the millionth, as Google counts: cents of many ad groups would not add up.",
    )
    clicks = fields.Integer(readonly=True)
    impressions = fields.Integer(readonly=True)

    _day_uniq = models.UniqueIndex("(ad_group_id, day)", "This day was read already.")
    _day_idx = models.Index("(day)")

    @api.model
    def _save(self, account, costs, ad_groups, since):
        """Make the days from ``since`` on equal to what Google reports of an account now.

        :param costs: ``google_ads.costs.AdGroupCost`` objects
        :param ad_groups: ``google.ads.ad.group`` records by Google's id
        """
        currency_of = self.env["google.ads.campaign.day"]._get_currencies(costs)
        reported = {
            (ad_groups[cost.ad_group_id].id, cost.day): {
                "ad_group_id": ad_groups[cost.ad_group_id].id,
                "day": cost.day,
                "currency_id": currency_of.get(cost.currency),
                "cost": float(cost.cost),
                "clicks": cost.clicks,
                "impressions": cost.impressions,
            }
            for cost in costs
        }
        known = self.search([("account_id", "=", account.id), ("day", ">=", since)])
        known._make_equal(reported, lambda one: (one.ad_group_id.id, one.day))

    @api.autovacuum
    def _gc_days(self):
        """Forget days that Google forgot, too.

        :return: rows done and whether there are more, for Odoo to call again
        """
        before = fields.Date.today() - relativedelta(months=KEPT_MONTHS)
        old = self.sudo().search([("day", "<", before)], limit=VACUUM_BATCH)
        old.unlink()
        return len(old), len(old) == VACUUM_BATCH
