from odoo import api, fields, models

from ..groups import TOUCHPOINT_READERS


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "conversion.guard.mixin"]

    first_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="First touch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="First touch of the opportunity this invoice comes from.",
        groups=TOUCHPOINT_READERS,
    )
    first_touch_source_id = fields.Many2one(
        related="first_touch_id.source_id", string="First touch source", groups=TOUCHPOINT_READERS
    )
    first_touch_campaign_id = fields.Many2one(
        related="first_touch_id.campaign_id",
        string="First touch campaign",
        groups=TOUCHPOINT_READERS,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A credit note takes back what the invoice was: it counts against the same first touch."""
        moves = super().create(vals_list)
        for move in moves.sudo():
            if first_touch := move.reversed_entry_id.first_touch_id:
                move.first_touch_id = first_touch
        return moves
