from odoo import models


class CrmLead2OpportunityPartner(models.TransientModel):
    _inherit = "crm.lead2opportunity.partner"

    def _convert_and_allocate(self, leads, user_ids, team_id=False):
        with leads._bundled() as leads_together:
            return super()._convert_and_allocate(leads_together, user_ids, team_id)
