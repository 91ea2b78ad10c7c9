from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..groups import LEAD_READERS
from ..models.campaign_measures_mixin import MEASURES, RATIOS, REVENUE_BASES

FACTS = [
    ("lead", "Lead"),
    ("qualified", "Qualified lead"),
    ("won", "Won deal"),
    ("order", "Confirmed order"),
    ("invoice", "Posted invoice"),
    ("cost", "Cost"),
]
# Every fact gives these columns, in this order; what it does not know is empty or zero.
COLUMNS = {
    "date": SQL("NULL::date"),
    "lead_date": SQL("NULL::date"),
    "campaign_id": SQL("NULL::integer"),
    "source_id": SQL("NULL::integer"),
    "medium_id": SQL("NULL::integer"),
    "team_id": SQL("NULL::integer"),
    "user_id": SQL("NULL::integer"),
    "company_id": SQL("NULL::integer"),
    "lead_id": SQL("NULL::integer"),
    "cost_id": SQL("NULL::integer"),
    "lead_count": SQL("0"),
    "qualified_count": SQL("0"),
    "won_count": SQL("0"),
    "revenue": SQL("0::numeric"),
    "cost_planned": SQL("0::numeric"),
    "cost_actual": SQL("0::numeric"),
}


class CampaignRoiReport(models.Model):
    """Cost and result of campaigns as facts that can be added up.

    One row is one fact: a lead came in, it was qualified, it was won, an order or invoice
    of a won deal, a cost line. Each counts on its own day, in the reader's time zone, so
    that a month shows what was spent and what was won in it; ``lead_date`` puts all facts
    of a lead on the day the lead came in. Amounts are in the currency of the reader's
    company, converted at the day of the fact.
    """

    _name = "campaign.roi.report"
    _inherit = "campaign.measures.mixin"
    _description = "Campaign ROI"
    _auto = False
    _rec_name = "fact"
    _order = "date desc, id desc"

    fact = fields.Selection(FACTS, readonly=True)
    date = fields.Date(
        readonly=True, help="Day of the cost, or on which the lead came in, was qualified or won."
    )
    lead_date = fields.Date(
        "Lead created on", readonly=True, help="Day the lead came in; for a cost, its day."
    )
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    campaign_type = fields.Selection(related="campaign_id.campaign_type")
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    cost_id = fields.Many2one("utm.campaign.cost", string="Cost line", readonly=True)

    _depends = {
        "account.move": ["state", "move_type", "invoice_date"],
        "account.move.line": ["balance", "company_id", "display_type", "move_id"],
        "crm.lead": [
            "campaign_id",
            "company_id",
            "date_closed",
            "date_conversion",
            "expected_revenue",
            "medium_id",
            "qualified_at",
            "source_id",
            "team_id",
            "user_id",
            "won_at",
            "won_status",
        ],
        "res.company": ["currency_id"],
        "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
        "sale.order": [
            "amount_untaxed",
            "company_id",
            "currency_rate",
            "date_order",
            "opportunity_id",
            "state",
        ],
        "sale.order.line": ["invoice_lines", "order_id"],
        "utm.campaign.cost": [
            "actual_company_amount",
            "campaign_id",
            "company_id",
            "date",
            "planned_company_amount",
        ],
    }

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._get_facts())

    def action_open_record(self):
        """Open what the fact is about: the lead, or the cost line."""
        self.ensure_one()
        row = self.sudo()
        record = (row.cost_id or row.lead_id).with_user(self.env.uid)
        if not record.has_access("read"):
            raise UserError(self.env._("Only those who see this lead in CRM can open it."))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _get_totals_by_campaign(self):
        """SQL table of all measures by ``campaign_id``, of the facts the reader may see."""
        query = self._search([("campaign_id", "!=", False)])
        query.groupby = self._field_to_sql(self._table, "campaign_id", query)
        measures = [
            SQL("%s AS %s", self._read_group_select(f"{name}:sum", query), SQL.identifier(name))
            for name in MEASURES
            if self._has_field_access(self._fields[name], "read")
        ]
        return SQL("(%s)", query.select(query.groupby, *measures))

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    def _get_facts(self):
        """SQL of each kind of fact. Override to add kinds, with numbers from 6 on."""
        basis = self._get_revenue_basis()
        facts = [
            self._get_lead_fact(),
            self._get_qualified_fact(),
            self._get_won_fact(with_revenue=basis == "expected"),
            self._get_cost_fact(),
        ]
        if basis == "orders":
            facts.append(self._get_order_fact())
        elif basis == "invoiced":
            facts.append(self._get_invoice_fact())
        return facts

    def _get_revenue_basis(self):
        """What counts as revenue: the reader's choice in the context, else the setting."""
        parameter = self.env["ir.config_parameter"].sudo()
        choices = (
            self.env.context.get("revenue_basis"),
            parameter.get_param("conversion_tracking.revenue_basis"),
        )
        return next((basis for basis in choices if basis in REVENUE_BASES), "expected")

    def _get_lead_fact(self):
        return self._select_fact(
            0, "lead", SQL("crm_lead lead"), date=self._get_lead_date(), lead_count=SQL("1")
        )

    def _get_qualified_fact(self):
        # leads from before the add-on was installed only have core's date
        qualified_at = SQL("COALESCE(lead.qualified_at, lead.date_conversion)")
        return self._select_fact(
            1,
            "qualified",
            SQL("crm_lead lead WHERE %s IS NOT NULL", qualified_at),
            date=self._get_day(qualified_at),
            qualified_count=SQL("1"),
        )

    def _get_won_fact(self, with_revenue):
        won_at = SQL("COALESCE(lead.won_at, lead.date_closed, lead.create_date)")
        date = self._get_day(won_at)
        columns = {}
        if with_revenue:
            columns["revenue"] = self._in_report_currency(
                SQL("COALESCE(lead.expected_revenue, 0)"), SQL("lead.company_id"), date
            )
        return self._select_fact(
            2,
            "won",
            SQL("crm_lead lead WHERE lead.won_status = 'won'"),
            date=date,
            won_count=SQL("1"),
            **columns,
        )

    def _get_order_fact(self):
        date = self._get_day(SQL("sale.date_order"))
        amount = SQL("sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)")
        return self._select_fact(
            3,
            "order",
            SQL(
                """
                sale_order sale JOIN crm_lead lead ON lead.id = sale.opportunity_id
                WHERE lead.won_status = 'won' AND sale.state NOT IN ('draft', 'sent', 'cancel')
                """
            ),
            id=SQL("sale.id"),
            date=date,
            company_id=SQL("sale.company_id"),
            revenue=self._in_report_currency(amount, SQL("sale.company_id"), date),
        )

    def _get_invoice_fact(self):
        date = SQL("move.invoice_date")
        return self._select_fact(
            4,
            "invoice",
            SQL(
                """
                (
                    -- one invoice line may bill several order lines: count it once
                    SELECT link.invoice_line_id, MIN(sale.opportunity_id) AS lead_id
                    FROM sale_order_line_invoice_rel link
                    JOIN sale_order_line line ON line.id = link.order_line_id
                    JOIN sale_order sale ON sale.id = line.order_id
                    WHERE sale.opportunity_id IS NOT NULL
                    GROUP BY link.invoice_line_id
                ) billed
                JOIN account_move_line item ON item.id = billed.invoice_line_id
                JOIN account_move move ON move.id = item.move_id
                JOIN crm_lead lead ON lead.id = billed.lead_id
                WHERE lead.won_status = 'won' AND move.state = 'posted'
                    AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                    AND item.display_type = 'product'
                """
            ),
            id=SQL("item.id"),
            date=date,
            company_id=SQL("item.company_id"),
            revenue=self._in_report_currency(SQL("-item.balance"), SQL("item.company_id"), date),
        )

    def _get_cost_fact(self):
        def amount(column):
            return self._in_report_currency(column, SQL("cost.company_id"), SQL("cost.date"))

        return self._select_fact(
            5,
            "cost",
            SQL("utm_campaign_cost cost"),
            id=SQL("cost.id"),
            date=SQL("cost.date"),
            lead_date=SQL("cost.date"),
            campaign_id=SQL("cost.campaign_id"),
            source_id=COLUMNS["source_id"],
            medium_id=COLUMNS["medium_id"],
            team_id=COLUMNS["team_id"],
            user_id=COLUMNS["user_id"],
            company_id=SQL("cost.company_id"),
            lead_id=COLUMNS["lead_id"],
            cost_id=SQL("cost.id"),
            cost_planned=amount(SQL("cost.planned_company_amount")),
            cost_actual=amount(SQL("cost.actual_company_amount")),
        )

    def _select_fact(self, number, fact, source, **columns):
        """SQL of one kind of fact, with every column of the report.

        The dimensions are those of ``lead``, a row of ``crm_lead`` in ``source``, unless given.

        :param number: makes the ids of the facts unique and stable, 0 to 15
        :param source: SQL after ``FROM``
        """
        dimensions = ("campaign_id", "source_id", "medium_id", "team_id", "user_id", "company_id")
        values = {
            **COLUMNS,
            "id": SQL("lead.id"),
            "lead_date": self._get_lead_date(),
            "lead_id": SQL("lead.id"),
            **{name: SQL.identifier("lead", name) for name in dimensions},
            **columns,
        }
        values |= {
            "id": SQL("%s::bigint * 16 + %s", values["id"], number),
            "fact": SQL("%s::varchar", fact),
            "roi_currency_id": SQL("%s", self.env.company.currency_id.id),
            "profit": SQL("%s - %s", values["revenue"], values["cost_actual"]),
            "cost_variance": SQL("%s - %s", values["cost_planned"], values["cost_actual"]),
            **dict.fromkeys(RATIOS, SQL("NULL::float8")),
        }
        selected = SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in sorted(values.items())
        )
        return SQL("SELECT %s FROM %s", selected, source)

    # ------------------------------------------------------------
    # Days and currencies
    # ------------------------------------------------------------

    def _get_lead_date(self):
        return self._get_day(SQL("lead.create_date"))

    def _get_day(self, moment):
        """Day of a moment stored in UTC, in the reader's time zone."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, str(self.env.tz))

    def _in_report_currency(self, amount, company, date):
        """SQL of an amount in a company's currency, in the currency of the reader's company.

        Converted at its own day, so that past results do not change with today's rate. A
        record without company is in the reader's currency, as everywhere in CRM.
        """
        currency = self.env.company.currency_id.id
        own_currency = SQL("(SELECT currency_id FROM res_company WHERE id = %s)", company)
        return SQL(
            "CASE WHEN %(company)s IN"
            " (SELECT id FROM res_company WHERE currency_id != %(currency)s)"
            " THEN %(amount)s * %(to_rate)s / %(from_rate)s ELSE %(amount)s END",
            company=company,
            currency=currency,
            amount=amount,
            to_rate=self._get_rate(SQL("%s", currency), date),
            from_rate=self._get_rate(own_currency, date),
        )

    def _get_rate(self, currency, date):
        """SQL of a currency's rate on a day: the latest until then, else the first, else 1.

        The same choice as the ``_get_rates`` of core's currency makes.
        """
        rates = SQL(
            "FROM res_currency_rate WHERE currency_id = %s AND"
            " (company_id IS NULL OR company_id = %s)",
            currency,
            self.env.company.root_id.id,
        )
        return SQL(
            "COALESCE("
            "(SELECT rate %(rates)s AND name <= %(date)s ORDER BY company_id, name DESC LIMIT 1),"
            " (SELECT rate %(rates)s ORDER BY company_id, name LIMIT 1), 1.0)",
            rates=rates,
            date=date,
        )
