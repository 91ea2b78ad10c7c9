from odoo import api, fields, models

from ..attribution.channels import DIRECT
from .conversion_origin import UTM_FIELDS


class ConversionPurchase(models.AbstractModel):
    """Keeps which visit led to an order of the web shop, and to its customer.

    An anonymous cart is nobody's and writes nothing. At the checkout the customer is a contact,
    and their browser is at hand; when the order is placed, only the payment provider may be.
    """

    _name = "conversion.purchase"
    _description = "Purchase in the Web Shop"

    @api.model
    def _record_checkout(self, order):
        """Write which visit led a customer, who is at the checkout now, to their order.

        The order's UTM fields are those of that visit, as one whole. A customer whom this journey
        brought gets first touch and lead creation.
        """
        visit = self.env["ir.http"]._current_visit()
        customer = order.partner_id
        if not visit or customer.is_public:
            return
        recorder = self.env["conversion.recorder"]
        first = visit.journey.first
        began = first.occurred_at.replace(tzinfo=None) if first else self.env.cr.now()
        if self.env["conversion.owner"]._is_new(customer, began):
            arrival = recorder._record_contact(customer)
        else:
            arrival = recorder._record_return(customer)
        if not arrival.lead_creation_touch:
            return
        order.last_touch_id = arrival.lead_creation_touch
        if order.last_touch_id.channel != DIRECT:
            order.write({name: order.last_touch_id[name].id for name in UTM_FIELDS})

    @api.model
    def _record_placed(self, orders):
        """Write the conversions of orders that have just been placed, by whomever."""
        visit = self.env["ir.http"]._current_visit()
        rows = [
            self._prepare_conversion(order, visit)
            for order in orders
            if visit or order.last_touch_id
        ]
        self.env["conversion.touchpoint"].create(rows)

    @api.model
    def _prepare_conversion(self, order, visit):
        submission = self.env["conversion.submission"]
        touch = order.last_touch_id
        values = touch.copy_data({"lead_id": False})[0] if touch else {}
        owner = {"partner_id": order.partner_id.id, "company_id": order.company_id.id}
        if visit:
            return {**submission._prepare_conversion(values, visit, "sale.order"), **owner}
        named = submission._get_form_name("sale.order")
        now = fields.Datetime.now()
        return {**values, **owner, "kind": "conversion", "occurred_at": now, "form": named}
