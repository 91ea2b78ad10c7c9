from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Keep the earliest first touch, with its lead creation, as one whole.

        Core fills each empty field on its own and would mix two journeys.
        """
        partners = (dst_partner | src_partners).sudo()
        touched = partners.filtered("first_touch_id")
        origin = min(
            touched, key=lambda one: (one.first_touch_id.occurred_at, one.id), default=dst_partner
        )
        sourced = partners.filtered("company_source_touch_id")
        company_source = min(
            sourced.company_source_touch_id,
            key=lambda one: (one.occurred_at, one.id),
            default=False,
        )
        values = {
            "first_touch_id": origin.first_touch_id.id,
            "lead_creation_touch_id": origin.lead_creation_touch_id.id,
            "google_touch_id": origin.google_touch_id.id,
            "company_source_touch_id": company_source and company_source.id,
        }
        # core writes as the user what it finds in the cards; these are for the system only
        others = dst_partner.with_context(conversion_own_fields=False)
        result = super()._update_values(src_partners, others)
        dst_partner.sudo().write(values)
        # Odoo moved touchpoints and leads to this contact in SQL
        self.env["conversion.credit"]._note(dst_partner)
        return result
