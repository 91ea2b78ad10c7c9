from odoo import api, models
from odoo.tools import SQL

from .lead_sql import QUOTED

OF_LEAD = ("lead_id", "came_at", "qualified_at", "won_at", "expected_revenue")


class LeadFunnel(models.AbstractModel):
    """How many leads came how far, with one query.

    A lead that skipped a step passed it: a deal that was won without a quotation was as good as
    quoted. So each step counts a part of the one before.
    """

    _name = "lead.funnel"
    _description = "Funnel of Leads"
    _inherit = ["conversion.report.mixin"]

    @api.model
    def _read(self, domain):
        """Steps of the leads behind facts of ``campaign.roi.report``.

        :param domain: facts, one for each lead
        :return: for ``lead``, ``qualified``, ``quotation`` and ``won``: the number, the expected
            revenue in the currency of the reader's company, and the median of days since the
            step before that the lead took, ``None`` where no lead has both
        """
        report = self.env["campaign.roi.report"]
        report.browse().check_access("read")
        # lead by lead, of which only these are read
        report = report._asking(domain, OF_LEAD, ["lead_id:array_agg"])
        query = report._search(domain)
        self.env["sale.order"].flush_model(["opportunity_id", "state"])
        report._tune()
        row = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), SUM(expected_revenue), NULL,
                       COUNT(*) FILTER (WHERE is_qualified),
                       SUM(expected_revenue) FILTER (WHERE is_qualified), %(qualified_days)s,
                       COUNT(*) FILTER (WHERE is_quoted),
                       SUM(expected_revenue) FILTER (WHERE is_quoted), %(quoted_days)s,
                       COUNT(won_at),
                       SUM(expected_revenue) FILTER (WHERE won_at IS NOT NULL), %(won_days)s
                  FROM (SELECT *, won_at IS NOT NULL OR quoted_at IS NOT NULL AS is_quoted,
                               COALESCE(won_at, quoted_at, qualified_at) IS NOT NULL
                               AS is_qualified
                          FROM (SELECT fact.*, quotation.at AS quoted_at
                                  FROM (%(facts)s) fact
                             LEFT JOIN (SELECT sale.opportunity_id, MIN(sale.create_date) AS at
                                          FROM sale_order sale
                                         WHERE %(quoted)s
                                         GROUP BY sale.opportunity_id) quotation
                                    ON quotation.opportunity_id = fact.lead_id) life) step
                """,
                qualified_days=self._get_median("qualified_at", "came_at"),
                quoted_days=self._get_median("quoted_at", "COALESCE(qualified_at, came_at)"),
                won_days=self._get_median("won_at", "COALESCE(quoted_at, qualified_at, came_at)"),
                facts=query.select(*(SQL.identifier(report._table, name) for name in OF_LEAD)),
                quoted=QUOTED,
            )
        )[0]
        names = ("lead", "qualified", "quotation", "won")
        return {
            name: (row[first], row[first + 1] or 0, row[first + 2])
            for name, first in zip(names, range(0, len(row), 3), strict=True)
        }

    @api.model
    def _get_median(self, moment, before):
        """SQL of the median of days between two moments; what was done in another order took no
        time."""
        return SQL(
            "percentile_cont(0.5) WITHIN GROUP"
            " (ORDER BY GREATEST(date_part('epoch', %(moment)s - %(before)s), 0) / 86400)"
            " FILTER (WHERE %(moment)s IS NOT NULL)",
            moment=SQL(moment),
            before=SQL(before),
        )
