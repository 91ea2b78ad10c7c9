from odoo import models
from odoo.tools import SQL

# name: (numerator, denominator, factor), each a sum
RATIOS = {
    "won_rate": ("won_count", "lead_count", 100),
    "roi_percent": ("profit", "cost_actual", 100),
    "roas": ("revenue", "cost_actual", 1),
    "cost_per_lead": ("cost_actual", "lead_count", 1),
    "cost_per_qualified": ("cost_actual", "qualified_count", 1),
    "cost_per_won": ("cost_actual", "won_count", 1),
}


class CampaignRatiosMixin(models.AbstractModel):
    """Ratios of what marketing costs and brings, for models that have fields of these names.

    A ratio is always taken from the sums of the records shown: the average of two returns is not
    the return of both together.
    """

    _name = "campaign.ratios.mixin"
    _description = "Ratios of Cost and Result"

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
