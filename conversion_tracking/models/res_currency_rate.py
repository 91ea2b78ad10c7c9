from odoo import api, models


class ResCurrencyRate(models.Model):
    """Campaign costs that waited for the first rate of their currency are converted.

    Others keep what was converted at the date of the line. Nothing begins to wait when a rate is
    deleted: what was spent was spent.
    """

    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._convert_waiting_costs()
        return rates

    def write(self, vals):
        result = super().write(vals)
        self._convert_waiting_costs()
        return result

    def _convert_waiting_costs(self):
        # whoever keeps the rates need not see what marketing costs
        costs = self.env["utm.campaign.cost"].sudo()
        costs._convert_waiting(self.currency_id)
