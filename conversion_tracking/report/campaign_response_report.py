from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..groups import LEAD_READERS
from .lead_sql import (
    BILLED,
    CAME_AT,
    EVERY,
    IS_BILLED,
    IS_ORDER,
    IS_WON,
    LEADS,
    ORDERED,
    QUALIFIED_AT,
    QUOTED,
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
NOTHING = SQL()
ORDERED_FROM_LEAD = SQL("sale.opportunity_id IS NOT NULL AND %s", IS_ORDER)
STEP_NUMBERS = {step: number for number, (step, _label) in enumerate(STEPS)}
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

    @api.model
    def _reads_days(self):
        return True

    @property
    def _table_query(self):
        expected = SQL("COALESCE(lead.expected_revenue, 0)")
        order = {
            "source": SQL("sale_order sale JOIN crm_lead lead ON lead.id = sale.opportunity_id"),
            "record": SQL("sale.id"),
            "company_id": SQL("sale.company_id"),
            "amount": ORDERED,
            "order_id": SQL("sale.id"),
        }
        # a move may bill several leads, by several lines: a row for each move and lead
        bill = {
            "source": BILLED,
            "record": SQL("((move.id::bigint << 31) + lead.id)"),
            "company_id": SQL("move.company_id"),
            "amount": SQL("SUM(-item.balance)"),
            "count": SQL("CASE WHEN move.move_type = 'out_refund' THEN 0 ELSE 1 END"),
            "move_id": SQL("move.id"),
            "grouped": SQL("GROUP BY lead.id, move.id"),
        }
        qualified = SQL("%s IS NOT NULL", QUALIFIED_AT)
        parts = (
            self._select_step("lead", CAME_AT, EVERY, amount=expected),
            self._select_step("qualified", QUALIFIED_AT, qualified, amount=expected),
            self._select_step("won", WON_AT, IS_WON, amount=expected),
            self._select_step("quotation", SQL("sale.create_date"), QUOTED, **order),
            self._select_step("order", SQL("sale.date_order"), ORDERED_FROM_LEAD, **order),
            self._select_step("invoice", SQL("move.invoice_date"), IS_BILLED, is_day=True, **bill),
        )
        return SQL(" UNION ALL ").join(parts)

    def _select_step(
        self,
        step,
        moment,
        where,
        *,
        source=LEADS,
        record=None,
        is_day=False,
        grouped=NOTHING,
        **columns,
    ):
        """SQL of one step, for the records of ``source`` that reached it.

        :param moment: SQL of when it was reached, in UTC
        :param is_day: ``moment`` is a day
        :param grouped: SQL that follows the conditions
        """
        number = STEP_NUMBERS[step]
        record = record or SQL("lead.id")
        where = SQL("%s AND %s", where, self._in_range(moment, is_day=is_day))
        asked = self._asked().ids
        if asked is not None:
            records = tuple(one >> STEP_BITS for one in asked if one & 7 == number)
            where = SQL("%s AND %s IN %s", where, record, records or (0,))
        values = {
            "id": SQL("((%s)::bigint << %s) + %s", record, STEP_BITS, number),
            "step": SQL("%s::varchar", step),
            "date": moment if is_day else self._get_day(moment),
            "count": SQL("1"),
            "days": SQL("date_part('epoch', %s - lead.create_date) / 86400", moment),
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            **{
                name: SQL.identifier("lead", name)
                for name in ("campaign_id", "team_id", "user_id", "company_id")
            },
            "lead_id": SQL("lead.id"),
            "lead_number": SQL("lead.id"),
            "order_id": SQL("NULL::integer"),
            "move_id": SQL("NULL::integer"),
            **columns,
        }
        values["amount"] = SQL(
            "(%s)::numeric",
            self._in_report_currency(values["amount"], values["company_id"], values["date"]),
        )
        columns = self._name_columns(self._leave_asked(values))
        return SQL("SELECT %s FROM %s WHERE %s %s", columns, source, where, grouped)

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
