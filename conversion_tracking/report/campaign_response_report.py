from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..groups import LEAD_READERS
from .lead_sql import (
    BILLED,
    CAME_AT,
    IS_BILLED,
    IS_ORDER,
    IS_WON,
    LEADS,
    ORDERED,
    QUALIFIED_AT,
    READS,
    WON_AT,
)

STEPS = [
    ("lead", "Leads"),
    ("qualified", "Qualified"),
    ("quotation", "Quotations"),
    ("order", "Orders"),
    ("won", "Won deals"),
    ("invoice", "Invoiced"),
]
STEP_BITS = 3  # the last bits of a row's id say which step it is


class CampaignResponseReport(models.Model):
    """How people answered a campaign: from lead to invoice, each step a row.

    A quotation or order belongs to the campaign of its opportunity. A credit note lowers the
    amount invoiced and is no invoice of its own. Amounts are without tax, in the currency of the
    reader's company at the day of the step.
    """

    _name = "campaign.response.report"
    _description = "Response Chain"
    _inherit = ["conversion.report.mixin"]
    _auto = False
    _rec_name = "step"
    _order = "date desc, id desc"

    step = fields.Selection(STEPS, readonly=True)
    date = fields.Date(readonly=True, help="Day on which the step was reached.")
    count = fields.Integer("Number", readonly=True, help="One for each, none for a credit note.")
    amount = fields.Monetary(
        currency_field="currency_id",
        readonly=True,
        help="Expected revenue of leads and deals, quotations and orders without tax, invoices "
        "without tax less credit notes.",
    )
    days = fields.Float(
        "Median days",
        aggregator="avg",
        readonly=True,
        digits=(16, 1),
        help="Days since the lead came in: half of them were faster.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    lead_number = fields.Integer("Number of the lead", readonly=True, aggregator="count_distinct")
    order_id = fields.Many2one("sale.order", readonly=True, groups=LEAD_READERS)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True, groups=LEAD_READERS)

    _depends = READS

    @property
    def _table_query(self):
        expected = SQL("COALESCE(lead.expected_revenue, 0)")
        won_at = SQL("CASE WHEN %s THEN %s END", IS_WON, WON_AT)
        quoted_at = SQL("CASE WHEN sale.state != 'cancel' THEN sale.create_date END")
        ordered_at = SQL("CASE WHEN %s THEN sale.date_order END", IS_ORDER)
        parts = (
            self._select_steps(
                LEADS, expected, {"lead": CAME_AT, "qualified": QUALIFIED_AT, "won": won_at}
            ),
            self._select_steps(
                SQL("sale_order sale JOIN crm_lead lead ON lead.id = sale.opportunity_id"),
                ORDERED,
                {"quotation": quoted_at, "order": ordered_at},
                record=SQL("sale.id"),
                company=SQL("sale.company_id"),
                order_id=SQL("sale.id"),
            ),
            self._select_steps(
                SQL(
                    "(SELECT lead.id AS lead_id, move.id, SUM(-item.balance) AS amount"
                    " FROM %s WHERE %s GROUP BY lead.id, move.id) bill"
                    " JOIN crm_lead lead ON lead.id = bill.lead_id"
                    " JOIN account_move move ON move.id = bill.id",
                    BILLED,
                    IS_BILLED,
                ),
                SQL("bill.amount"),
                {"invoice": SQL("move.invoice_date::timestamp")},
                # a move may bill several leads: these are rows of one move and one lead
                record=SQL("(bill.id::bigint << 31) + lead.id"),
                company=SQL("move.company_id"),
                count=SQL("CASE WHEN move.move_type = 'out_refund' THEN 0 ELSE 1 END"),
                move_id=SQL("move.id"),
            ),
        )
        return SQL(" UNION ALL ").join(parts)

    def _select_steps(self, source, amount, moments, *, record=None, company=None, **columns):
        """SQL of the steps that the records of ``source`` reached.

        :param moments: SQL of when each step was reached, empty where it was not
        """
        numbers = {step: number for number, (step, _label) in enumerate(STEPS)}
        record = record or SQL("lead.id")
        company = company or SQL("lead.company_id")
        # first the records by when anything became of them, then each step by its own moment
        where = SQL(
            "(%s) AND reached.at IS NOT NULL AND %s",
            SQL(" OR ").join(map(self._in_range, moments.values())),
            self._in_range(SQL("reached.at")),
        )
        asked = self._asked().ids
        if asked is not None:
            known = {numbers[step] for step in moments}
            records = tuple(one >> STEP_BITS for one in asked if one & 7 in known)
            where = SQL("%s AND %s IN %s", where, record, records or (0,))
        date = self._get_day(SQL("reached.at"))
        return SQL(
            """
            SELECT ((%(record)s)::bigint << %(bits)s) + reached.number AS id, reached.step,
                   %(date)s AS date, %(count)s AS count, %(amount)s::numeric AS amount,
                   EXTRACT(epoch FROM reached.at - lead.create_date)::float8 / 86400 AS days,
                   %(currency)s AS currency_id, lead.campaign_id, lead.team_id, lead.user_id,
                   %(company)s AS company_id, lead.id AS lead_id, lead.id AS lead_number,
                   %(order)s AS order_id, %(move)s AS move_id
              FROM %(source)s
        CROSS JOIN LATERAL (VALUES %(moments)s) AS reached(number, step, at)
             WHERE %(where)s
            """,
            record=record,
            bits=STEP_BITS,
            date=date,
            count=columns.get("count", SQL("1")),
            amount=self._in_report_currency(amount, company, date),
            currency=self.env.company.currency_id.id,
            company=company,
            order=columns.get("order_id", SQL("NULL::integer")),
            move=columns.get("move_id", SQL("NULL::integer")),
            source=source,
            moments=SQL(", ").join(
                SQL("(%s, %s::varchar, %s)", numbers[step], step, moment)
                for step, moment in moments.items()
            ),
            where=where,
        )

    def _read_group_select(self, aggregate_spec, query):
        """The median of days: a few deals that took years would spoil an average."""
        if aggregate_spec == "days:avg":
            days = self._field_to_sql(self._table, "days", query)
            return SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", days)
        return super()._read_group_select(aggregate_spec, query)

    def action_open_record(self):
        """Open the invoice, the order or the lead of a step."""
        self.ensure_one()
        row = self.sudo()
        record = (row.move_id or row.order_id or row.lead_id).with_user(self.env.uid)
        if not record.has_access("read"):
            raise UserError(self.env._("Only those who see this record in Sales can open it."))
        return record.get_formview_action()
