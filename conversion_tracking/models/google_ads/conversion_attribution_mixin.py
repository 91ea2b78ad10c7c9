from odoo import fields, models

from ...groups import CLICK_ID_READERS, TOUCHPOINT_READERS


class ConversionAttributionMixin(models.AbstractModel):
    """*Google Ads info*: what Google knows of the ad click behind a lead or contact, and what it
    was told of them."""

    _inherit = "conversion.attribution.mixin"

    google_ads_click_id = fields.Many2one(
        related="google_touch_id.google_ads_click_id", groups=TOUCHPOINT_READERS
    )
    click_info = fields.Selection(related="google_touch_id.click_info", groups=TOUCHPOINT_READERS)
    google_click_at = fields.Datetime(
        "Clicked on", related="google_touch_id.occurred_at", groups=TOUCHPOINT_READERS
    )
    google_gclid = fields.Char(
        "Google click id", related="google_touch_id.gclid", groups=CLICK_ID_READERS
    )
    google_campaign = fields.Char(
        "Google campaign", related="google_ads_click_id.campaign_name", groups=TOUCHPOINT_READERS
    )
    google_ad_group = fields.Char(
        "Ad group", related="google_ads_click_id.ad_group_name", groups=TOUCHPOINT_READERS
    )
    google_ad = fields.Char("Ad", related="google_ads_click_id.ad_name", groups=TOUCHPOINT_READERS)
    google_keyword = fields.Char(
        "Keyword", related="google_ads_click_id.keyword", groups=TOUCHPOINT_READERS
    )
    google_match_type = fields.Char(
        "Match type", related="google_ads_click_id.match_type", groups=TOUCHPOINT_READERS
    )
    google_network = fields.Char(
        "Network", related="google_ads_click_id.network", groups=TOUCHPOINT_READERS
    )
    google_device = fields.Char(
        "Device", related="google_ads_click_id.device", groups=TOUCHPOINT_READERS
    )
    google_click_type = fields.Char(
        "Click type", related="google_ads_click_id.click_type", groups=TOUCHPOINT_READERS
    )
    google_slot = fields.Char(
        "Ad position", related="google_ads_click_id.slot", groups=TOUCHPOINT_READERS
    )
    google_location = fields.Char(
        "Location", related="google_ads_click_id.location", groups=TOUCHPOINT_READERS
    )
    google_click_day = fields.Date(
        "Click date", related="google_ads_click_id.day", groups=TOUCHPOINT_READERS
    )

    google_conversion_id = fields.Many2one(
        "google.ads.conversion",
        "Last report to Google Ads",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=TOUCHPOINT_READERS,
    )
    google_upload_state = fields.Selection(
        related="google_conversion_id.state", string="Google Ads upload", groups=TOUCHPOINT_READERS
    )
