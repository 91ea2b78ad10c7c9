from odoo import api, models


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.model
    def get_authorized_fields(self, model_name, property_origins):
        """Without our fields: attribution is never taken from what a form posts.

        Core describes every field three times for each form that is sent, and related ones cost
        the most.
        """
        forms = self.with_context(conversion_own_fields=False)
        return super(IrModel, forms).get_authorized_fields(model_name, property_origins)
