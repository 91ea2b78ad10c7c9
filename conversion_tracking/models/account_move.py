from odoo import fields, models

from ..groups import INTERNAL


class AccountMove(models.Model):
    _inherit = "account.move"

    first_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="First touch",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="First touch of the opportunity this invoice comes from.",
        groups=INTERNAL,
    )
    first_touch_source_id = fields.Many2one(
        related="first_touch_id.source_id", string="First touch source", groups=INTERNAL
    )
    first_touch_campaign_id = fields.Many2one(
        related="first_touch_id.campaign_id", string="First touch campaign", groups=INTERNAL
    )
