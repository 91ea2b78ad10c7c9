from odoo import fields, models

from ..groups import INTERNAL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    first_touch_id = fields.Many2one(
        related="opportunity_id.first_touch_id", string="First touch", groups=INTERNAL
    )
    first_touch_source_id = fields.Many2one(
        related="opportunity_id.first_touch_source_id", string="First touch source", groups=INTERNAL
    )
    first_touch_campaign_id = fields.Many2one(
        related="opportunity_id.first_touch_campaign_id",
        string="First touch campaign",
        groups=INTERNAL,
    )
    first_touch_channel = fields.Selection(
        related="opportunity_id.first_touch_channel", string="First touch channel", groups=INTERNAL
    )

    def _prepare_invoice(self):
        return {
            **super()._prepare_invoice(),
            "first_touch_id": self.sudo().opportunity_id.first_touch_id.id,
        }
