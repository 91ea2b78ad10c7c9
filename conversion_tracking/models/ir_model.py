from odoo import api, models

from ..attribution.handover import FIELD


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.model
    def get_authorized_fields(self, model_name, property_origins):
        """Without our fields: attribution is never taken from what a form posts. But for the
        journey that another site hands over, which is only taken where it is offered.

        Core describes every field three times for each form that is sent, and related ones cost
        the most.
        """
        forms = self.with_context(conversion_own_fields=False)
        fields = super(IrModel, forms).get_authorized_fields(model_name, property_origins)
        if model_name == "crm.lead":
            fields.update(self.env[model_name].fields_get([FIELD]))
        return fields
