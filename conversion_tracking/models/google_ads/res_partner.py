from odoo import fields, models

from ...groups import TOUCHPOINT_READERS


class ResPartner(models.Model):
    """What Google Ads was told of a contact and of the leads that belong to it."""

    _inherit = "res.partner"

    form_submitted_at = fields.Datetime(
        "Made by a form on",
        readonly=True,
        copy=False,
        help="When a form of the website made this contact. Empty for every other contact.",
        groups=TOUCHPOINT_READERS,
    )
    google_conversion_ids = fields.One2many(
        "google.ads.conversion",
        "partner_id",
        "Reported to Google Ads",
        readonly=True,
        groups=TOUCHPOINT_READERS,
    )

    _form_submitted_idx = models.Index("(form_submitted_at) WHERE form_submitted_at IS NOT NULL")

    def _conversion_happened(self, event):
        """Contacts are only told about when a form has made them."""
        if event == "lead_created":
            self.form_submitted_at = fields.Datetime.now()
        self.env["google.ads.reporter"]._report(self, event)
        return super()._conversion_happened(event)

    def unlink(self):
        conversions = (
            self.env["google.ads.conversion"]
            .sudo()
            .search([("partner_id", "in", self.ids), ("lead_id", "=", False)])
        )
        result = super().unlink()
        conversions._withdraw("RECORD_DELETED")
        conversions._forget()
        return result
