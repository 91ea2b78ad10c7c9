from odoo import fields, models
from odoo.fields import Domain

from ...google_ads.lifecycle import GIVEN_TO_GOOGLE


class CrmLead(models.Model):
    """What happens to a lead, told to the outbox; and what became of it at Google."""

    _inherit = "crm.lead"

    google_conversion_ids = fields.One2many(
        "google.ads.conversion", "lead_id", "Reported to Google Ads", readonly=True
    )
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

    def _conversion_happened(self, event):
        self.env["google.ads.reporter"]._report(self, event)
        return super()._conversion_happened(event)

    def _conversion_undone(self, event):
        """A deal that is reopened or lost is not reported, unless Google has it already."""
        self._get_google_conversions(event)._withdraw("NO_LONGER_WON")
        return super()._conversion_undone(event)

    def _link_journey_to_contact(self):
        """A contact also shows what was reported of its leads before they had a contact."""
        conversions = self._get_google_conversions().filtered(lambda row: not row.partner_id)
        for conversion in conversions:
            conversion.partner_id = conversion.lead_id.partner_id
        conversions._show_on_records()
        return super()._link_journey_to_contact()

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

    def _merge_opportunity(self, *args, **kwargs):
        """Of deals that were merged one is reported; what Google counts already is corrected."""
        merged = super()._merge_opportunity(*args, **kwargs)
        deals = merged._get_google_conversions("deal_won")
        for rows in deals.grouped("action_id").values():
            if merged.won_status != "won":
                rows._withdraw("NO_LONGER_WON")
                continue
            given = rows.filtered(lambda row: row.state in GIVEN_TO_GOOGLE) or rows
            kept = given.filtered(lambda row: row.res_id == merged.id) or given
            (rows - kept.sorted("id")[:1])._withdraw("MERGED")
        return merged

    def _get_google_conversions(self, event=None):
        """The rows of these leads in the outbox, of one event or of all."""
        domain = Domain("lead_id", "in", self.ids)
        if event:
            domain &= Domain("event", "=", event)
        return self.env["google.ads.conversion"].sudo().search(domain)
