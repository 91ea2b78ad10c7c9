from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    counts_as_qualified = fields.Boolean(
        help="A lead that reaches this stage is qualified: it counts in the qualification rate, "
        "and ad platforms are told."
    )
