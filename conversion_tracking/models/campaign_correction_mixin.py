from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CampaignCorrectionMixin(models.AbstractModel):
    """A cost line that takes back a part of another one."""

    _name = "campaign.correction.mixin"
    _description = "Correction of a Campaign Cost"

    corrects_id = fields.Many2one(
        "utm.campaign.cost",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('campaign_id', '=', campaign_id), ('company_id', '=', company_id),"
        " ('corrects_id', '=', False), ('external_key', '=', False), ('id', '!=', id)]",
        help="The line of which this one takes a part back: its amount is entered below zero. "
        "With all its corrections, a line never costs less than nothing.",
    )
    correction_ids = fields.One2many("utm.campaign.cost", "corrects_id", "Corrections")

    @api.constrains("corrects_id", "actual_amount", "campaign_id", "company_id", "currency_id")
    def _check_corrections(self):
        for cost in self.filtered("corrects_id") | self.correction_ids:
            cost._check_same_cost()
        originals = self.corrects_id | self.filtered("correction_ids")
        for original in originals:
            rest = original.actual_amount + sum(original.correction_ids.mapped("actual_amount"))
            if original.currency_id.compare_amounts(rest, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "'%(line)s' costs %(amount)s: its corrections would take back more. Lower "
                        "the corrections, they may take back as much as it costs.",
                        line=original.display_name,
                        amount=original.currency_id.format(original.actual_amount),
                    )
                )

    def _check_same_cost(self):
        """:raise ValidationError: what is corrected is a correction, or is somewhere else"""
        original = self.corrects_id
        if original.external_key:
            raise ValidationError(
                self.env._(
                    "'%(line)s' is read from an ad platform, which may still lower it. Correct "
                    "it there: recent days are read again.",
                    line=original.display_name,
                )
            )
        if original.corrects_id or original == self or self.correction_ids:
            raise ValidationError(
                self.env._(
                    "'%(line)s' is a correction, or is corrected itself. Choose in 'Corrects' the "
                    "line that was too high in the first place.",
                    line=(original if original.corrects_id else self).display_name,
                )
            )
        alike = ("campaign_id", "company_id", "currency_id")
        if any(original[name] != self[name] for name in alike):
            raise ValidationError(
                self.env._(
                    "A correction has the campaign, company and currency of the line that it "
                    "corrects. Change them on '%(line)s' and its corrections together, or choose "
                    "another line in 'Corrects'.",
                    line=original.display_name,
                )
            )
