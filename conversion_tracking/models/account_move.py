from odoo import api, fields, models
from odoo.exceptions import UserError

from ..groups import COST_READERS, TOUCHPOINT_READERS
from .campaign_bill_mixin import BILL_TYPES


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

    campaign_cost_count = fields.Integer(
        "Campaign costs",
        compute="_compute_campaign_cost_count",
        groups=COST_READERS,
        help="Cost lines of campaigns that come from this vendor bill or credit note.",
    )

    def _compute_campaign_cost_count(self):
        # a lead's invoices are no vendor's: most readers' lists need no query
        bills = self.filtered(lambda move: move.move_type in BILL_TYPES)
        counts = {}
        if bills.ids:
            # whoever sees the bill and costs may count them, also without accounting
            costs = self.env["utm.campaign.cost"].sudo()
            domain = [("bill_line_id.move_id", "in", bills.ids)]
            rows = costs._read_group(domain, ["bill_line_id.move_id"], ["__count"])
            counts = {move.id: count for move, count in rows}
        for move in self:
            move.campaign_cost_count = counts.get(move.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A credit note takes back what the invoice was: it counts against the same first touch."""
        moves = super().create(vals_list)
        for move in moves.sudo():
            if first_touch := move.reversed_entry_id.first_touch_id:
                move.first_touch_id = first_touch
        return moves

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_add_to_campaign(self):
        """Choose which campaigns the bill is for, and how much of it."""
        self.ensure_one()
        self.env["utm.campaign.cost"].check_access("create")
        if self.move_type not in BILL_TYPES or self.state != "posted":
            raise UserError(
                self.env._(
                    "Only posted vendor bills and vendor credit notes become campaign costs. Post "
                    "'%(bill)s' first.",
                    bill=self.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_bill_action"
        )
        return {**action, "context": {"default_move_id": self.id}}

    def action_open_campaign_costs(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_action"
        )
        domain = [("bill_line_id", "in", self.line_ids.ids)]
        return {**action, "domain": domain, "context": {"create": False}}
