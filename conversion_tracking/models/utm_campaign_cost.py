from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

# Required, and known without being entered.
FILLED_IN = ("name", "date", "company_id", "currency_id")


class UtmCampaignCost(models.Model):
    """What one activity of a campaign was planned to cost, and what it cost.

    Amounts are without tax. The amounts in company currency are converted at the date of
    the line and stored, so that a later rate does not change what was spent. As long as the
    currency has no rate at all they are zero and the line says so.
    """

    _name = "utm.campaign.cost"
    _description = "Campaign Cost"
    _inherit = [
        "campaign.currency.mixin",
        "campaign.bill.mixin",
        "campaign.correction.mixin",
        "campaign.feed.mixin",
        "conversion.reading.mixin",
        "conversion.company.mixin",
        "conversion.guard.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade")
    name = fields.Char(
        "Activity",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        help="What the money is for, such as the stand at a trade fair.",
    )
    date = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Day of the activity: amounts in another currency are converted at its rate. "
        "Of a vendor bill it is first the bill's date.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    planned_amount = fields.Monetary("Planned", help="Planned cost without tax.")
    actual_amount = fields.Monetary(
        "Actual",
        compute="_compute_actual_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="Cost without tax. Of a vendor bill for several campaigns, enter the share of "
        "this one. Below zero only what a credit note or a correction takes back.",
    )
    hours = fields.Float(help="Working time of your own staff.")
    hourly_cost = fields.Monetary(
        "Cost per hour",
        currency_field="company_currency_id",
        help="What an hour of the staff costs, in company currency and without tax.",
    )

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    planned_company_amount = fields.Monetary(
        "Planned in company currency",
        currency_field="company_currency_id",
        compute="_compute_company_amounts",
        store=True,
    )
    actual_company_amount = fields.Monetary(
        "Actual in company currency",
        currency_field="company_currency_id",
        compute="_compute_company_amounts",
        store=True,
        help="Zero as long as the vendor bill is not posted, or its currency has no rate.",
    )
    original_amount = fields.Char(
        "Original",
        compute="_compute_original_amount",
        help="The actual amount, or the planned one until there is any, in its own currency.",
    )
    is_rate_missing = fields.Boolean("Rate missing", compute="_compute_company_amounts", store=True)

    # What is to be known of a line
    source = fields.Selection(
        [("manual", "Entered"), ("bill", "Vendor bill"), ("staff", "Staff time")],
        compute="_compute_source",
        store=True,
        precompute=True,
    )
    is_overdue = fields.Boolean(
        "Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Planned for a day that is past, and nothing was spent.",
    )
    hint = fields.Char(compute="_compute_hint", help="What to know or to do about this line.")

    _planned_not_negative = models.Constraint(
        "CHECK (planned_amount >= 0)", "The planned cost cannot be negative."
    )
    _negative_corrects = models.Constraint(
        "CHECK (actual_amount >= 0 OR bill_line_id IS NOT NULL OR corrects_id IS NOT NULL)",
        "The actual cost can be negative only as a correction. Choose the line that was too high "
        "in 'Corrects', or link the line of the vendor's credit note.",
    )
    _hours_not_negative = models.Constraint(
        "CHECK (hours >= 0 AND hourly_cost >= 0)",
        "Hours and the cost per hour cannot be negative.",
    )
    _hours_or_bill = models.Constraint(
        "CHECK (bill_line_id IS NULL OR COALESCE(hours, 0) = 0)",
        "A vendor bill says itself what it costs. Empty the hours, or the vendor bill line.",
    )
    # What campaigns cost is added up without looking at the lines.
    _campaign_idx = models.Index(
        "(campaign_id, company_id) INCLUDE (planned_company_amount, actual_company_amount)"
    )
    # Reports of a few months read the lines of their days only.
    _day_idx = models.Index(
        "(date) INCLUDE (campaign_id, company_id, planned_company_amount, actual_company_amount)"
    )
    _rate_missing_idx = models.Index("(currency_id) WHERE is_rate_missing")

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A cell that an import leaves empty is filled in as in the form."""
        return super().create(
            [
                {name: value for name, value in vals.items() if value or name not in FILLED_IN}
                for vals in vals_list
            ]
        )

    @api.depends("bill_line_id")
    def _compute_name(self):
        for cost in self:
            line = cost.sudo().bill_line_id
            cost.name = cost.name or line.name or line.move_id.name

    @api.depends("bill_line_id")
    def _compute_date(self):
        for cost in self:
            bill = cost.sudo().bill_line_id.move_id
            cost.date = bill.invoice_date or cost.date or fields.Date.context_today(cost)

    @api.depends("bill_line_id")
    def _compute_company_id(self):
        for cost in self:
            line = cost.sudo().bill_line_id
            cost.company_id = line.company_id or cost.company_id or self.env.company

    @api.depends("bill_line_id", "corrects_id", "hours", "company_id")
    def _compute_currency_id(self):
        for cost in self:
            given = cost.sudo().bill_line_id.currency_id or cost.corrects_id.currency_id
            own = cost.company_id.currency_id
            cost.currency_id = given or (own if cost.hours else cost.currency_id or own)

    @api.depends("bill_line_id", "hours", "hourly_cost")
    def _compute_actual_amount(self):
        rests = self._get_bill_rests(self.sudo().bill_line_id)
        for cost in self:
            if line := cost.sudo().bill_line_id:
                rest = rests[line._origin]
                # a share that was entered stays
                is_share = 0 < cost.actual_amount <= rest or rest <= cost.actual_amount < 0
                cost.actual_amount = cost.actual_amount if is_share else rest
            elif cost.hours:
                cost.actual_amount = cost.hours * cost.hourly_cost
            else:
                cost.actual_amount = cost.actual_amount

    @api.onchange("bill_line_id")
    def _onchange_bill_line_id(self):
        """Who chooses another line sees its amount."""
        if line := self.sudo().bill_line_id._origin:
            self.actual_amount = self._get_bill_rests(line)[line]

    @api.depends("bill_line_id", "external_key", "hours")
    def _compute_source(self):
        for cost in self:
            cost.source = cost._get_source()

    def _get_source(self):
        """Where the amount comes from. Override for what is read from elsewhere."""
        self.ensure_one()
        if self.sudo().bill_line_id:
            return "bill"
        return "staff" if self.hours else "manual"

    @api.constrains("hours", "currency_id", "company_id")
    def _check_currency_of_hours(self):
        for cost in self:
            if cost.hours and cost.currency_id != cost.company_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "Staff time is in company currency. Choose %(currency)s for '%(line)s', "
                        "or empty its hours.",
                        currency=cost.company_id.currency_id.name,
                        line=cost.display_name,
                    )
                )

    # ------------------------------------------------------------
    # What is to be known
    # ------------------------------------------------------------

    @api.depends("planned_amount", "actual_amount", "date")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for cost in self:
            planned = cost.planned_amount > 0 and not cost.actual_amount
            cost.is_overdue = bool(planned and cost.date and cost.date < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        overdue = (
            Domain("planned_amount", ">", 0)
            & Domain("actual_amount", "=", 0)
            & Domain("date", "<", today)
        )
        return Domain.OR(overdue if wanted else ~overdue for wanted in set(value))

    @api.depends("is_rate_missing", "is_bill_posted", "is_overdue", "date", "source", "currency_id")
    @api.depends("campaign_id.start_date", "campaign_id.active")
    @api.depends_context("lang", "tz")
    def _compute_hint(self):
        for cost in self:
            cost.hint = " ".join(cost._get_hints()) or False

    def _get_hints(self):
        """Sentences about the line, the weightiest first. Override to add some."""
        self.ensure_one()
        campaign, hints = self.campaign_id, []
        if self.is_rate_missing:
            hints.append(
                self.env._(
                    "No rate of %(currency)s: add one in Accounting (Currencies); until then this "
                    "line counts as zero.",
                    currency=self.currency_id.name,
                )
            )
        if self.source == "bill" and not self.is_bill_posted:
            hints.append(
                self.env._("The vendor bill is not posted: this line counts as zero until it is.")
            )
        if self.is_overdue:
            hints.append(self.env._("Overdue: enter what it cost, or a later date."))
        if campaign.start_date and self.date and self.date < campaign.start_date:
            hints.append(
                self.env._(
                    "Before the campaign's start on %(date)s.",
                    date=format_date(self.env, campaign.start_date),
                )
            )
        if campaign and not campaign.active:
            hints.append(self.env._("The campaign is archived."))
        return hints

    # ------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------

    def action_paste(self):
        """Open the window for rows of a spreadsheet, of the campaign that the context names."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_paste_action"
        )
        campaign_id = self.env.context.get("default_campaign_id")
        return {**action, "context": {"default_campaign_id": campaign_id}}
