from odoo import api, fields, models


class ConversionHealthFiguresMixin(models.AbstractModel):
    """The numbers of a day or of several, on the page *Health*."""

    _name = "conversion.health.figures.mixin"
    _description = "Figures of Health"

    leads = fields.Integer(readonly=True)
    sourced_leads = fields.Integer("Leads with a source", readonly=True)
    clicked_leads = fields.Integer("Leads with an ad click", readonly=True)
    consenting_leads = fields.Integer("Leads with consent", readonly=True)

    source_share = fields.Float(
        "With a source",
        compute="_compute_shares",
        help="Leads that say where they came from. The others came directly, or refused cookies.",
    )
    click_share = fields.Float(
        "With an ad click",
        compute="_compute_shares",
        help="Leads that came by an ad of any platform whose link said so, as a click id does.",
    )
    consent_share = fields.Float(
        "With consent", compute="_compute_shares", help="Leads who accepted cookies."
    )

    @api.depends("leads", "sourced_leads", "clicked_leads", "consenting_leads")
    def _compute_shares(self):
        for one in self:
            one.source_share = one._get_share(one.sourced_leads)
            one.click_share = one._get_share(one.clicked_leads)
            one.consent_share = one._get_share(one.consenting_leads)

    def _get_share(self, part):
        """Of no leads there is no share; pages hide it."""
        return part / self.leads if self.leads else 0
