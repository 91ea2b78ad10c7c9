from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.date_utils import date_range

from ..fields import Ratio, UnitCost
from ..groups import COST_READERS, MANAGER
from .campaign_measures_mixin import MEASURES
from .conversion_choices_mixin import CHOICES

CHART_MONTHS = 24
COMPARED = range(2, 6)
# Written by those who plan campaigns; core lets every employee write the rest.
PLAN_FIELDS = ("budget", "expected_revenue", "expected_leads")


class UtmCampaign(models.Model):
    _name = "utm.campaign"
    _inherit = [
        "utm.campaign",
        "utm.name.mixin",
        "campaign.measures.mixin",
        "campaign.response.mixin",
        "conversion.guard.mixin",
    ]

    campaign_type = fields.Selection(
        [
            ("search_ads", "Search ads"),
            ("shopping_ads", "Shopping ads"),
            ("display_ads", "Display ads"),
            ("video_ads", "Video ads"),
            ("performance_max", "Performance Max"),
            ("demand_gen", "Demand Gen"),
            ("app_ads", "App ads"),
            ("local_ads", "Local ads"),
            ("travel_ads", "Hotel and travel ads"),
            ("smart_ads", "Smart campaign"),
            ("social_ads", "Social ads"),
            ("social", "Social media"),
            ("email", "E-mail"),
            ("content", "Content and white papers"),
            ("event", "Trade fair or event"),
            ("telephone", "Telephone"),
            ("mail", "Direct mail"),
            ("partner", "Partners and referrals"),
            ("other", "Other"),
        ],
        string="Type",
    )
    start_date = fields.Date()
    end_date = fields.Date()
    budget = fields.Monetary(
        groups=COST_READERS, help="Money set aside for the whole campaign, without tax."
    )
    expected_revenue = fields.Monetary(
        "Expected revenue", groups=COST_READERS, help="Revenue this campaign should bring."
    )
    expected_leads = fields.Integer(
        "Expected leads", groups=COST_READERS, help="Leads this campaign should bring."
    )
    cost_ids = fields.One2many(
        "utm.campaign.cost", "campaign_id", string="Cost lines", groups=COST_READERS
    )

    roi_currency_id = fields.Many2one(compute="_compute_roi_currency_id")
    lead_count = fields.Integer(compute="_compute_measures")
    qualified_count = fields.Integer(compute="_compute_measures")
    won_count = fields.Integer(compute="_compute_measures")
    revenue = fields.Monetary(compute="_compute_measures")
    recurring_revenue = fields.Monetary(compute="_compute_measures")
    cost_planned = fields.Monetary(compute="_compute_measures")
    cost_actual = fields.Monetary(compute="_compute_measures")
    cost_variance = fields.Monetary(compute="_compute_measures")
    profit = fields.Monetary(compute="_compute_measures")
    won_rate = Ratio(compute="_compute_measures")
    roi_percent = Ratio(compute="_compute_measures")
    roas = Ratio(compute="_compute_measures")
    cost_per_lead = UnitCost(compute="_compute_measures")
    cost_per_qualified = UnitCost(compute="_compute_measures")
    cost_per_won = UnitCost(compute="_compute_measures")
    is_over_budget = fields.Boolean(
        "Over budget",
        compute="_compute_is_over_budget",
        search="_search_is_over_budget",
        groups=COST_READERS,
        help="More was spent than the budget allows.",
    )
    cost_revenue_by_month = fields.Json(
        compute="_compute_cost_revenue_by_month", groups=COST_READERS
    )

    _dates_in_order = models.Constraint(
        "CHECK (start_date <= end_date)", "A campaign cannot end before it starts."
    )
    _plan_not_negative = models.Constraint(
        "CHECK (budget >= 0 AND expected_revenue >= 0 AND expected_leads >= 0)",
        "Budget, expected revenue and expected leads cannot be negative.",
    )

    def _has_field_access(self, field, operation):
        """Plans are the managers' to write; core lets every employee write a campaign."""
        if operation == "write" and field.name in self._get_plan_fields() and not self.env.su:
            return self.env.user.has_group(MANAGER)
        return super()._has_field_access(field, operation)

    @api.model
    def _get_plan_fields(self):
        """Names of the fields that only managers write."""
        return PLAN_FIELDS

    # ------------------------------------------------------------
    # Measures
    # ------------------------------------------------------------

    @api.depends_context("company")
    def _compute_roi_currency_id(self):
        self.roi_currency_id = self.env.company.currency_id

    @api.depends_context("uid", "allowed_company_ids", *CHOICES)
    def _compute_measures(self):
        """Read all measures of all campaigns in one query, with the reader's access rights."""
        report = self.env["campaign.roi.report"]
        names = [name for name in MEASURES if report._has_field_access(self._fields[name], "read")]
        aggregates = [f"{name}:{self._fields[name].aggregator}" for name in names]
        rows = report._read_group([("campaign_id", "in", self.ids)], ["campaign_id"], aggregates)
        found = {campaign.id: dict(zip(names, values, strict=True)) for campaign, *values in rows}
        for campaign in self:
            values = found.get(campaign._origin.id, {})
            for name in MEASURES:
                campaign[name] = values.get(name, False)

    @api.depends("budget", "cost_actual")
    def _compute_is_over_budget(self):
        for campaign in self:
            campaign.is_over_budget = 0 < campaign._get_budget() < campaign.cost_actual

    def _search_is_over_budget(self, operator, value):
        if operator != "in":
            return NotImplemented
        planned = self.search([("budget", ">", 0)])
        over = planned.filtered("is_over_budget")
        return [("id", "in" if True in value else "not in", over.ids)]

    def _get_budget(self):
        """The budget in the currency of the other amounts, at today's rate."""
        self.ensure_one()
        currency = self.currency_id
        if not currency or currency == self.roi_currency_id:
            return self.budget
        today = fields.Date.context_today(self)
        return currency._convert(self.budget, self.roi_currency_id, self.env.company, today)

    @api.depends("budget", "cost_ids.actual_company_amount")
    @api.depends_context("uid", "allowed_company_ids", *CHOICES, "lang", "tz")
    def _compute_cost_revenue_by_month(self):
        """For the chart: one dictionary a month, with ``label``, ``planned``, ``cost`` and
        ``revenue`` of the month, ``spent`` until its end and the ``budget`` of the campaign.

        From the first month with cost or revenue to the last, at most the last two years.
        """
        names = ("cost_planned", "cost_actual", "revenue")
        rows = self.env["campaign.roi.report"]._read_group(
            Domain("campaign_id", "in", self.ids)
            & Domain.OR(Domain(one, "!=", 0) for one in names),
            ["campaign_id", "date:month"],
            [f"{name}:sum" for name in names],
        )
        months = defaultdict(dict)
        for campaign, month, *amounts in rows:
            months[campaign.id][month] = amounts
        for campaign in self:
            known = months.get(campaign._origin.id)
            shown = date_range(min(known), max(known)) if known else ()
            chart, spent = [], 0
            for month in shown:
                planned, cost, revenue = known.get(month, (0, 0, 0))
                spent += cost
                chart.append(
                    {
                        "label": format_date(self.env, month, date_format="MMM yyyy"),
                        "planned": planned,
                        "cost": cost,
                        "revenue": revenue,
                        "spent": spent,
                        "budget": campaign._get_budget(),
                    }
                )
            campaign.cost_revenue_by_month = chart[-CHART_MONTHS:]

    def _field_to_sql(self, alias, field_expr, query=None):
        """Make the measures sortable, and summable over groups of campaigns."""
        if field_expr == "roi_currency_id":
            return SQL("%s", self.env.company.currency_id.id)
        if field_expr in MEASURES and query is not None:
            return self._get_measure_sql(alias, field_expr, query, MEASURES)
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Campaigns without a value come last, whichever way the list is sorted."""
        if field_name not in MEASURES:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        value = self._get_measure_sql(alias, field_name, query, (field_name,))
        query._order_groupby.append(value)
        return SQL("%s %s %s", value, direction, nulls if nulls.code else SQL("NULLS LAST"))

    def _get_measure_sql(self, alias, name, query, read):
        """SQL of a measure, from a join that reads the measures ``read``."""
        self._check_field_access(self._fields[name], "read")
        totals = query.make_alias(alias, "measures" if read is MEASURES else name)
        query.add_join(
            "LEFT JOIN",
            totals,
            self.env["campaign.roi.report"]._get_totals_by_campaign(read),
            SQL("%s = %s", SQL.identifier(totals, "campaign_id"), SQL.identifier(alias, "id")),
        )
        return SQL.identifier(totals, name)

    def _merge_values(self, others):
        """Plans are added up, and the campaign lasts as long as all of them together."""
        result = super()._merge_values(others)
        merged = self | others
        # of one company, thus in one currency
        values = {
            **{name: sum(merged.mapped(name)) for name in PLAN_FIELDS},
            "start_date": min(filter(None, merged.mapped("start_date")), default=False),
            "end_date": max(filter(None, merged.mapped("end_date")), default=False),
            "active": any(merged.mapped("active")),
        }
        if not self.campaign_type:
            values["campaign_type"] = next(filter(None, others.mapped("campaign_type")), False)
        self.write(values)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_costs(self):
        """What was entered would be lost without a word; what was read can be read again."""
        entered = self.sudo().cost_ids.filtered(lambda cost: not cost.external_key)
        spent = entered.campaign_id[:1]
        if spent:
            raise UserError(
                self.env._(
                    "'%(campaign)s' has costs, which would be deleted, too. Archive it instead, "
                    "or move the costs to another campaign first.",
                    campaign=spent.title,
                )
            )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_won(self):
        """Open the deals behind the number of won deals and the revenue."""
        action = self.action_redirect_to_leads_opportunities()
        action["domain"] = [("campaign_id", "in", self.ids), ("won_status", "=", "won")]
        return {**action, "name": self.env._("Won deals")}

    def action_open_costs(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_action"
        )
        action["domain"] = [("campaign_id", "in", self.ids)]
        action["context"] = {"default_campaign_id": self[:1].id}
        return action

    def action_open_roi(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.campaign_roi_report_action"
        )
        # of all times, as the numbers of the campaign
        return {**action, "domain": [("campaign_id", "in", self.ids)], "context": {}}

    def action_compare(self):
        """Put these campaigns side by side."""
        if len(self) not in COMPARED:
            raise UserError(self.env._("Choose two to five campaigns to compare."))
        action = self.env["ir.actions.client"]._for_xml_id(
            "conversion_tracking.campaign_compare_action"
        )
        return {**action, "params": {"campaign_ids": self.ids}}
