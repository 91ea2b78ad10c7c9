from odoo import api, fields, models

from ..groups import TOUCHPOINT_READERS


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "conversion.guard.mixin"]

    first_touch_id = fields.Many2one(
        related="opportunity_id.first_touch_id", string="First touch", groups=TOUCHPOINT_READERS
    )
    first_touch_source_id = fields.Many2one(
        related="opportunity_id.first_touch_source_id",
        string="First touch source",
        groups=TOUCHPOINT_READERS,
    )
    first_touch_campaign_id = fields.Many2one(
        related="opportunity_id.first_touch_campaign_id",
        string="First touch campaign",
        groups=TOUCHPOINT_READERS,
    )
    first_touch_channel = fields.Selection(
        related="opportunity_id.first_touch_channel",
        string="First touch channel",
        groups=TOUCHPOINT_READERS,
    )

    # An order shows where its opportunity came from: nobody looks through an order that they
    # write, or only begin to write, at an opportunity that they may not read.

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_opportunity(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_opportunity(vals)
        return super().write(vals)

    def _update_cache(self, values, validate=True):
        if not self.id:
            self._origin._check_opportunity(values)
        return super()._update_cache(values, validate)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for vals in filter(None, vals_list):
            if not self._get_chosen(vals).has_access("read"):
                del vals["opportunity_id"]
        return vals_list

    def _check_opportunity(self, vals):
        (self._get_chosen(vals) - self.sudo().opportunity_id).check_access("read")

    def _get_chosen(self, vals):
        """The opportunity that ``vals`` would give an order."""
        chosen = vals.get("opportunity_id")
        return self.env["crm.lead"].browse([chosen] if chosen and isinstance(chosen, int) else [])

    def _prepare_invoice(self):
        return {
            **super()._prepare_invoice(),
            "first_touch_id": self.sudo().opportunity_id.first_touch_id.id,
        }
