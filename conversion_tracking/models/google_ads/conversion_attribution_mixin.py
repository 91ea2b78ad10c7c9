from odoo import fields, models

from ...groups import CLICK_ID_READERS, INTERNAL


class ConversionAttributionMixin(models.AbstractModel):
    """*Google Ads info*: what Google knows of the ad click behind a lead or contact."""

    _inherit = "conversion.attribution.mixin"

    google_ads_click_id = fields.Many2one(
        related="google_touch_id.google_ads_click_id", groups=INTERNAL
    )
    click_info = fields.Selection(related="google_touch_id.click_info", groups=INTERNAL)
    google_click_at = fields.Datetime(
        "Clicked on", related="google_touch_id.occurred_at", groups=INTERNAL
    )
    google_gclid = fields.Char(
        "Google click id", related="google_touch_id.gclid", groups=CLICK_ID_READERS
    )
    google_campaign = fields.Char(
        "Google campaign", related="google_ads_click_id.campaign_name", groups=INTERNAL
    )
    google_ad_group = fields.Char(
        "Ad group", related="google_ads_click_id.ad_group_name", groups=INTERNAL
    )
    google_ad = fields.Char("Ad", related="google_ads_click_id.ad_name", groups=INTERNAL)
    google_keyword = fields.Char("Keyword", related="google_ads_click_id.keyword", groups=INTERNAL)
    google_match_type = fields.Char(
        "Match type", related="google_ads_click_id.match_type", groups=INTERNAL
    )
    google_network = fields.Char("Network", related="google_ads_click_id.network", groups=INTERNAL)
    google_device = fields.Char("Device", related="google_ads_click_id.device", groups=INTERNAL)
    google_click_type = fields.Char(
        "Click type", related="google_ads_click_id.click_type", groups=INTERNAL
    )
    google_slot = fields.Char("Ad position", related="google_ads_click_id.slot", groups=INTERNAL)
    google_location = fields.Char(
        "Location", related="google_ads_click_id.location", groups=INTERNAL
    )
    google_click_day = fields.Date("Click date", related="google_ads_click_id.day", groups=INTERNAL)
