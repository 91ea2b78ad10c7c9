from odoo import api, fields, models


class CrmLeadGoogleAds(models.Model):
    """What happens to a lead, told to the outbox; and what became of it at Google."""

    _inherit = "crm.lead"

    google_conversion_id = fields.Many2one(
        "google.ads.conversion",
        "Last report to Google Ads",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    google_upload_state = fields.Selection(
        related="google_conversion_id.state", string="Google Ads upload"
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._report_conversion("stage")
        return leads

    def write(self, vals):
        moved = self.browse()
        if vals.get("stage_id"):
            moved = self.filtered(lambda lead: lead.stage_id.id != vals["stage_id"])
        result = super().write(vals)
        moved._report_conversion("stage")
        return result

    def _link_journey_to_contact(self):
        """A contact also shows what was reported of its leads before they had a contact."""
        conversions = self._get_google_conversions().filtered(lambda row: not row.partner_id)
        for conversion in conversions:
            conversion.partner_id = conversion.lead_id.partner_id
        conversions._show_on_records()
        return super()._link_journey_to_contact()

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """A deal that is reopened or lost is not reported, unless Google has it already."""
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        nobody = {"is_won": False}
        left = self.filtered(
            lambda lead: (
                old_status_by_lead.get(lead.id, nobody)["is_won"]
                and not new_status_by_lead.get(lead.id, nobody)["is_won"]
            )
        )
        left._get_google_conversions("deal_won")._withdraw("NO_LONGER_WON")
        return result

    def unlink(self):
        conversions = self._get_google_conversions()
        result = super().unlink()
        conversions._withdraw("RECORD_DELETED")
        return result

    def _merge_dependences(self, opportunities):
        """What was reported of the others happened all the same, and is the merged lead's now."""
        result = super()._merge_dependences(opportunities)
        opportunities._get_google_conversions().lead_id = self
        return result

    def _get_google_conversions(self, event=None):
        if not self:
            return self.env["google.ads.conversion"].sudo()
        of_event = [("event", "=", event)] if event else []
        return (
            self.env["google.ads.conversion"]
            .sudo()
            .search([("lead_id", "in", self.ids), *of_event])
        )
