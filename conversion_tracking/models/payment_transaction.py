from odoo import api, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever begins to pay is here with their browser; who reports the payment is not."""
        transactions = super().create(vals_list)
        transactions.sudo().sale_order_ids._get_carts()._record_checkout()
        return transactions
