from odoo import fields, models

from ..groups import TOUCHPOINT_READERS
from .conversion_guard_mixin import is_own
from .conversion_journey import Traveller


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "conversion.attribution.mixin"]

    company_source_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="Company source",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Lead creation of the person with whom this company arrived. It never changes.",
        groups=TOUCHPOINT_READERS,
    )
    company_source_at = fields.Datetime(
        "Company source on",
        related="company_source_touch_id.occurred_at",
        groups=TOUCHPOINT_READERS,
    )
    company_source_channel = fields.Selection(
        string="Company source channel",
        related="company_source_touch_id.channel",
        groups=TOUCHPOINT_READERS,
    )
    company_source_id = fields.Many2one(
        "utm.source",
        "Company source name",
        related="company_source_touch_id.source_id",
        groups=TOUCHPOINT_READERS,
    )
    company_source_medium_id = fields.Many2one(
        "utm.medium",
        "Company source medium",
        related="company_source_touch_id.medium_id",
        groups=TOUCHPOINT_READERS,
    )
    company_source_campaign_id = fields.Many2one(
        "utm.campaign",
        "Company source campaign",
        related="company_source_touch_id.campaign_id",
        groups=TOUCHPOINT_READERS,
    )

    lead_creation_consent = fields.Selection(
        related="lead_creation_touch_id.consent",
        string="Consent",
        help="Answer to the website's cookies bar in the visit that made them a lead.",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_consent_at = fields.Datetime(
        "Consent given or denied on",
        related="lead_creation_touch_id.consent_at",
        groups=TOUCHPOINT_READERS,
    )

    # Everybody who submits a form is looked up by e-mail or phone.
    _conversion_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _conversion_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _get_traveller(self):
        if self.is_company:
            return Traveller(partner_ids=tuple((self | self.child_ids).ids))
        return Traveller(self.env["conversion.person"]._get_identity_of(self))

    def write(self, vals):
        companies = {one: one.company_id for one in self.sudo()} if "company_id" in vals else {}
        result = super().write(vals)
        moved = [one.id for one, company in companies.items() if one.company_id != company]
        if moved:
            self.env["conversion.owner"].sudo()._follow_contacts(self.browse(moved))
        return result

    def unlink(self):
        """Touchpoints go with the last record of their person, not before."""
        touchpoints = self.env["conversion.touchpoint"].sudo()
        rows = touchpoints.search([("partner_id", "in", self.ids), ("lead_id", "=", False)])
        result = super().unlink()
        self.env["conversion.owner"].sudo()._release(rows)
        return result

    def _fields_sync(self, values):
        """Parent and children share nothing of ours, so that nothing need be looked up of them."""
        if all(is_own(self._fields[name]) for name in values):
            return None
        return super()._fields_sync(values)

    def create_company(self):
        """The company made from a contact arrived with that contact."""
        result = super().create_company()
        company = self.sudo().parent_id
        if company and not company.company_source_touch_id:
            company.company_source_touch_id = self.sudo().lead_creation_touch_id
        return result
