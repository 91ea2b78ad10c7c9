from odoo import fields, models

from ..fields import Ratio, UnitCost
from ..groups import COST_READERS, RESULT_READERS
from .campaign_ratios_mixin import RATIOS

SUMS = (
    "lead_count",
    "qualified_count",
    "won_count",
    "revenue",
    "recurring_revenue",
    "cost_planned",
    "cost_actual",
    "cost_variance",
    "profit",
)
MEASURES = (*SUMS, *RATIOS)


class CampaignMeasuresMixin(models.AbstractModel):
    """What marketing costs and what it brings: sums, and the ratios of those sums.

    Both the report and the campaign have these fields, so that each number has one
    definition.
    """

    _name = "campaign.measures.mixin"
    _description = "Cost and Result of Campaigns"
    _inherit = ["conversion.choices.mixin", "campaign.ratios.mixin"]

    roi_currency_id = fields.Many2one(
        "res.currency", string="Currency of the amounts", readonly=True
    )

    lead_count = fields.Integer(
        "Leads",
        readonly=True,
        groups=RESULT_READERS,
        help="Leads and opportunities that came in, lost and archived ones included.",
    )
    qualified_count = fields.Integer(
        "Qualified",
        readonly=True,
        groups=RESULT_READERS,
        help="Leads that became an opportunity or reached a stage that counts as qualified.",
    )
    won_count = fields.Integer(
        "Won deals", readonly=True, groups=RESULT_READERS, help="Deals won, and not lost again."
    )
    revenue = fields.Monetary(
        currency_field="roi_currency_id",
        readonly=True,
        groups=RESULT_READERS,
        help="Revenue of the won deals: their expected revenue, their confirmed orders without "
        "tax, or their posted invoices less credit notes, as chosen in the settings.",
    )
    recurring_revenue = fields.Monetary(
        "Recurring revenue",
        currency_field="roi_currency_id",
        readonly=True,
        groups=RESULT_READERS,
        help="Recurring revenue of the won deals for a month. It is not part of the revenue and "
        "of the return.",
    )
    cost_planned = fields.Monetary(
        "Planned cost",
        currency_field="roi_currency_id",
        readonly=True,
        groups=COST_READERS,
        help="Planned amounts of the cost lines, converted at the date of each line.",
    )
    cost_actual = fields.Monetary(
        "Cost",
        currency_field="roi_currency_id",
        readonly=True,
        groups=COST_READERS,
        help="Actual amounts of the cost lines, converted at the date of each line.",
    )
    cost_variance = fields.Monetary(
        "Variance",
        currency_field="roi_currency_id",
        readonly=True,
        groups=COST_READERS,
        help="Planned cost minus cost: negative when more was spent than planned.",
    )
    profit = fields.Monetary(
        currency_field="roi_currency_id",
        readonly=True,
        groups=COST_READERS,
        help="Revenue minus cost.",
    )
    won_rate = Ratio(
        "Won (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        groups=RESULT_READERS,
        help="Won deals for every hundred leads. Empty without leads.",
    )
    roi_percent = Ratio(
        "ROI (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Return on investment: revenue minus cost, in percent of the cost. Empty without "
        "cost.",
    )
    roas = Ratio(
        "ROAS",
        digits=(16, 2),
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Return on ad spend: revenue for every unit of cost. Empty without cost.",
    )
    cost_per_lead = UnitCost(
        "Cost per lead",
        currency_field="roi_currency_id",
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Cost divided by the leads. Empty without cost or leads.",
    )
    cost_per_qualified = UnitCost(
        "Cost per qualified",
        currency_field="roi_currency_id",
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Cost divided by the qualified leads. Empty without cost or qualified leads.",
    )
    cost_per_won = UnitCost(
        "Cost per won",
        currency_field="roi_currency_id",
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Cost divided by the won deals. Empty without cost or won deals.",
    )
