from odoo import api, fields, models


class ConversionTouchpoint(models.Model):
    """What Google says of the ad click that a visit came by."""

    _inherit = "conversion.touchpoint"

    click_info = fields.Selection(
        [
            ("pending", "Pending"),
            ("found", "Found"),
            ("not_found", "Not found"),
            ("expired", "Expired"),
        ],
        "Google Ads info",
        readonly=True,
        help="Pending: Google is asked once a day and needs some hours itself. Not found: Google "
        "knows no such click in this account. Expired: older than the 90 days Google looks back.",
    )
    google_ads_click_id = fields.Many2one(
        "google.ads.click",
        string="Google Ads click",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _pending_click_idx = models.Index("(occurred_at) WHERE click_info = 'pending'")

    @api.model_create_multi
    def create(self, vals_list):
        """Google is asked once for each click: for the visit, not for the forms that followed."""

        def is_click(vals):
            return vals.get("gclid") and vals.get("kind") != "conversion"

        return super().create(
            [{"click_info": "pending", **vals} if is_click(vals) else vals for vals in vals_list]
        )
