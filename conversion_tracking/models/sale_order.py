from odoo import api, fields, models

from ..groups import TOUCHPOINT_READERS

PLACED = ("sent", "sale")


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "conversion.guard.mixin"]

    last_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="Last touch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The visit that led the customer to this order of the web shop.",
        groups=TOUCHPOINT_READERS,
    )

    # When a lead was first quoted.
    _conversion_quoted_idx = models.Index(
        "(opportunity_id, create_date) WHERE opportunity_id IS NOT NULL AND state != 'cancel'"
    )

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
        is_placed = vals.get("state") in PLACED
        carts = self._get_carts() if is_placed or vals.get("partner_id") else self.browse()
        result = super().write(vals)
        carts._record_checkout()
        if is_placed:
            self.env["conversion.purchase"].sudo()._record_placed(carts.sudo())
        return result

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

    # ------------------------------------------------------------
    # The web shop
    # ------------------------------------------------------------

    @api.model
    def _get_visit_values(self):
        """Nothing: an anonymous cart makes no records, and who buys may have come back since."""
        return {}

    def _get_carts(self):
        """Those of these orders that a visitor may still be filling."""
        return self.filtered(
            lambda order: (
                order.state == "draft"
                and not order.sudo().opportunity_id
                and "website_id" in order
                and order.sudo().website_id
            )
        )

    def _record_checkout(self):
        purchase = self.env["conversion.purchase"].sudo()
        for order in self.sudo():  # a visitor has one cart
            purchase._record_checkout(order)

    # ------------------------------------------------------------
    # The opportunity
    # ------------------------------------------------------------

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
