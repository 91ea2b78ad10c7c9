from odoo import models

from .conversion_deal_journey import COLUMNS

# From a row of credit to the records on which its touchpoint hangs.
POINTERS = {
    "crm.lead": "touchpoint_id.lead_id",
    "res.partner": "touchpoint_id.partner_id",
    "conversion.touchpoint": "touchpoint_id",
}


class ConversionCreditMixin(models.AbstractModel):
    """Leads, contacts and touchpoints: when they change, so may the credit of won deals."""

    _name = "conversion.credit.mixin"
    _description = "What the Credit of Deals Depends on"

    def _write_multi(self, vals_list):
        """Every change of a column comes by here, also of what Odoo computes: a lead's e-mail
        that follows its contact's is never given to ``write``."""
        result = super()._write_multi(vals_list)
        columns = COLUMNS[self._name]
        changed = [
            record_id
            for record_id, vals in zip(self._ids, vals_list, strict=True)
            if not columns.isdisjoint(vals)
        ]
        self.env["conversion.credit"]._note(self.browse(changed))
        return result

    def unlink(self):
        """Touchpoints go along, or lose the name by which they belonged to other deals."""
        credit = self.env["conversion.credit"]
        deals = credit._get_leads([(POINTERS[self._name], "in", self.ids)])
        result = super().unlink()
        credit._note(deals)
        return result
