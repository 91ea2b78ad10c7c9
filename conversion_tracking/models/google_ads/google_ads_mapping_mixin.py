from odoo import fields, models


class GoogleAdsMappingMixin(models.AbstractModel):
    """How many campaigns of an account stand for none in Odoo, so that their costs are left out."""

    _name = "google.ads.mapping.mixin"
    _description = "Campaigns of a Google Ads Account"

    unmapped_count = fields.Integer("Campaigns not mapped", compute="_compute_mapping")
    suggested_count = fields.Integer(
        "With a suggestion",
        compute="_compute_mapping",
        help="Campaigns not mapped whose name is like the one of a campaign in Odoo.",
    )

    def _compute_mapping(self):
        rows = self.env["google.ads.campaign"]._read_group(
            [("account_id", "in", self.ids), ("campaign_id", "=", False)],
            ["account_id"],
            ["__count", "suggested_campaign_id:count"],
        )
        counts = {account: numbers for account, *numbers in rows}
        for account in self:
            account.unmapped_count, account.suggested_count = counts.get(account, (0, 0))

    def action_view_unmapped(self):
        """Open the campaigns of this account that are not mapped."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.google_ads_campaign_action"
        )
        return {
            **action,
            "domain": [("account_id", "=", self.id)],
            "context": {"search_default_unmapped": 1},
        }
