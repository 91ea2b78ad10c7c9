from odoo import api, models
from odoo.tools import SQL

from .lead_sql import BILLED, IS_BILLED, IS_ORDER, IS_WON, ORDERED, READS, WON_AT


class WonDealsMixin(models.AbstractModel):
    """Won deals with their revenue, one row each, for reports that share it over touches."""

    _name = "won.deals.mixin"
    _description = "Won Deals"
    _inherit = ["conversion.report.mixin"]

    _depends = READS

    @api.model
    def _reads_days(self):
        return True

    @api.model
    def _get_deals(self):
        """SQL of the deals won on the days that are asked for.

        Ids, day of the win, and revenue as the reader chose it: without tax, in the currency of
        the reader's company at the day of each order, invoice, or of the win.
        """
        self.env["conversion.credit"].sudo()._settle()
        date = self._get_day(WON_AT)
        expected = self._in_report_currency(
            SQL("COALESCE(lead.expected_revenue, 0)"), SQL("lead.company_id"), date
        )
        totals = self._get_totals(self._get_choice("revenue_basis"))
        return SQL(
            """
            SELECT lead.id, %(won_at)s AS won_at, %(date)s AS date, %(revenue)s AS revenue,
                   lead.campaign_id, lead.source_id, lead.medium_id, lead.team_id, lead.user_id,
                   lead.company_id, lead.partner_id, lead.lead_creation_touch_id,
                   lead.lead_creation_channel
              FROM crm_lead lead %(join)s
             WHERE %(is_won)s AND %(in_range)s
            """,
            won_at=WON_AT,
            date=date,
            revenue=SQL("COALESCE(total.revenue, 0)") if totals else expected,
            join=SQL("LEFT JOIN (%s) total ON total.lead_id = lead.id", totals)
            if totals
            else SQL(),
            is_won=IS_WON,
            in_range=self._in_range(WON_AT),
        )

    @api.model
    def _get_totals(self, basis):
        """SQL of the revenue of each lead from its orders or invoices; none when expected."""
        if basis == "orders":
            amount = self._in_report_currency(
                ORDERED, SQL("sale.company_id"), self._get_day(SQL("sale.date_order"))
            )
            return SQL(
                "SELECT sale.opportunity_id AS lead_id, SUM(%s) AS revenue FROM sale_order sale"
                " WHERE sale.opportunity_id IS NOT NULL AND %s GROUP BY sale.opportunity_id",
                amount,
                IS_ORDER,
            )
        if basis == "invoiced":
            amount = self._in_report_currency(
                SQL("-item.balance"), SQL("item.company_id"), SQL("move.invoice_date")
            )
            return SQL(
                "SELECT lead.id AS lead_id, SUM(%s) AS revenue FROM %s WHERE %s GROUP BY lead.id",
                amount,
                BILLED,
                IS_BILLED,
            )
        return None
