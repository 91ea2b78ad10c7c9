from odoo import fields, models
from odoo.tools import SQL

from ..fields import Ratio, UnitCost
from ..groups import COST_READERS, RESULT_READERS

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
# name: (numerator, denominator, factor), each a sum
RATIOS = {
    "won_rate": ("won_count", "lead_count", 100),
    "roi_percent": ("profit", "cost_actual", 100),
    "roas": ("revenue", "cost_actual", 1),
    "cost_per_lead": ("cost_actual", "lead_count", 1),
    "cost_per_qualified": ("cost_actual", "qualified_count", 1),
    "cost_per_won": ("cost_actual", "won_count", 1),
}
MEASURES = (*SUMS, *RATIOS)


class CampaignMeasuresMixin(models.AbstractModel):
    """What marketing costs and what it brings: sums, and the ratios of those sums.

    Both the report and the campaign have these fields, so that each number has one
    definition. A ratio is always taken from the sums of the records shown: the average
    of two returns is not the return of both together.
    """

    _name = "campaign.measures.mixin"
    _description = "Cost and Result of Campaigns"
    _inherit = ["conversion.choices.mixin"]

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

    def _read_group_select(self, aggregate_spec, query):
        """Take ratios from sums, whatever the aggregate asked for."""
        name = aggregate_spec.partition(":")[0]
        if name in RATIOS:
            return self._get_ratio_sql(
                name, lambda field: SQL("SUM(%s)", self._field_to_sql(self._table, field, query))
            )
        return super()._read_group_select(aggregate_spec, query)

    def _get_ratio_sql(self, name, get_sum):
        """SQL of a ratio: ``NULL`` without a denominator, and without cost.

        :param get_sum: gives the SQL of the sum of a field
        """
        numerator, denominator, factor = RATIOS[name]
        above, below = get_sum(numerator), SQL("NULLIF(%s, 0)", get_sum(denominator))
        if numerator == "cost_actual":
            # no cost was entered: that is not a lead for nothing
            above = SQL("NULLIF(%s, 0)", above)
        return SQL("%s::numeric * %s / %s", above, factor, below)
