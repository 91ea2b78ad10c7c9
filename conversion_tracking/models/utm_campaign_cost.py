from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..groups import BILL_READERS


class UtmCampaignCost(models.Model):
    """What one activity of a campaign was planned to cost, and what it cost.

    Amounts are without tax. The amounts in company currency are converted at the date of
    the line and stored, so that a later rate does not change what was spent.
    """

    _name = "utm.campaign.cost"
    _description = "Campaign Cost"
    _inherit = ["conversion.company.mixin", "conversion.guard.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    campaign_id = fields.Many2one("utm.campaign", required=True, index=True, ondelete="cascade")
    name = fields.Char(
        "Activity",
        required=True,
        compute="_compute_from_bill_line",
        store=True,
        readonly=False,
        precompute=True,
        help="What the money is for, such as the stand at a trade fair.",
    )
    date = fields.Date(
        required=True,
        compute="_compute_from_bill_line",
        store=True,
        readonly=False,
        precompute=True,
        help="Day of the activity: amounts in another currency are converted at its rate.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_from_bill_line",
        store=True,
        readonly=False,
        precompute=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_from_bill_line",
        store=True,
        readonly=False,
        precompute=True,
    )
    planned_amount = fields.Monetary("Planned", help="Planned cost without tax.")
    actual_amount = fields.Monetary(
        "Actual",
        compute="_compute_from_bill_line",
        store=True,
        readonly=False,
        precompute=True,
        help="Cost without tax. Of a vendor bill for several campaigns, enter the share of "
        "this one.",
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
        help="Zero as long as the vendor bill is not posted.",
    )

    # Where the amount comes from
    source = fields.Selection(
        [("manual", "Entered"), ("bill", "Vendor bill")],
        compute="_compute_source",
        store=True,
        precompute=True,
    )
    bill_line_id = fields.Many2one(
        "account.move.line",
        "Vendor bill line",
        groups=BILL_READERS,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('parent_state', '=', 'posted'), ('display_type', '=', 'product'),"
        " ('move_id.move_type', 'in', ('in_invoice', 'in_receipt'))]",
        help="Line of a posted vendor bill. It fills in the date, currency and amount.",
    )
    is_bill_posted = fields.Boolean(compute="_compute_is_bill_posted", compute_sudo=True)
    external_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names the same cost where it is read from, such as an ad platform: reading it again "
        "updates the line.",
    )

    _planned_not_negative = models.Constraint(
        "CHECK (planned_amount >= 0)", "The planned cost cannot be negative."
    )
    _actual_not_negative = models.Constraint(
        "CHECK (actual_amount >= 0)",
        "The actual cost cannot be negative. Lower the line that was too high instead.",
    )
    _external_key_idx = models.UniqueIndex(
        "(external_key) WHERE external_key IS NOT NULL",
        "This cost was read already.",
    )

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------

    @api.depends("bill_line_id")
    def _compute_from_bill_line(self):
        for cost in self:
            line = cost.sudo().bill_line_id
            bill = line.move_id
            cost.name = cost.name or line.name or bill.name
            cost.date = bill.invoice_date or cost.date or fields.Date.context_today(cost)
            cost.company_id = line.company_id or cost.company_id or self.env.company
            cost.currency_id = line.currency_id or cost.currency_id or cost.company_id.currency_id
            cost.actual_amount = line.price_subtotal if line else cost.actual_amount

    @api.depends("bill_line_id", "external_key")
    def _compute_source(self):
        for cost in self:
            cost.source = cost._get_source()

    def _get_source(self):
        """Where the amount comes from. Override for what is read from elsewhere."""
        self.ensure_one()
        return "bill" if self.sudo().bill_line_id else "manual"

    @api.depends("bill_line_id.parent_state")
    def _compute_is_bill_posted(self):
        for cost in self:
            cost.is_bill_posted = cost.bill_line_id.parent_state == "posted"

    @api.depends(
        "planned_amount",
        "actual_amount",
        "currency_id",
        "company_id",
        "date",
        "bill_line_id.parent_state",
    )
    def _compute_company_amounts(self):
        for cost in self:
            counts = not cost.bill_line_id or cost.bill_line_id.parent_state == "posted"
            cost.planned_company_amount = cost._to_company_currency(cost.planned_amount)
            cost.actual_company_amount = counts and cost._to_company_currency(cost.actual_amount)

    def _to_company_currency(self, amount):
        """``amount`` of this line in its company's currency, at the line's date."""
        if not (amount and self.currency_id and self.company_id and self.date):
            return amount
        return self.currency_id._convert(
            amount, self.company_id.currency_id, self.company_id, self.date
        )

    @api.constrains("bill_line_id", "actual_amount")
    def _check_bill_line(self):
        """A bill line is shared between campaigns, not counted in full for each."""
        lines = self.sudo().bill_line_id
        rows = self.sudo()._read_group(
            [("bill_line_id", "in", lines.ids)], ["bill_line_id"], ["actual_amount:sum"]
        )
        for line, used in rows:
            if line.currency_id.compare_amounts(used, line.price_subtotal) > 0:
                raise ValidationError(
                    self.env._(
                        "The vendor bill line '%(line)s' is %(amount)s, but %(used)s of it would "
                        "be campaign cost. Lower the actual amount of one of the campaigns.",
                        line=line.display_name,
                        amount=line.currency_id.format(line.price_subtotal),
                        used=line.currency_id.format(used),
                    )
                )

    # ------------------------------------------------------------
    # Costs read from elsewhere
    # ------------------------------------------------------------

    @api.model
    def _upsert(self, vals_list):
        """Write costs that carry an ``external_key``: known ones anew, others as new lines.

        :param vals_list: values with at least ``external_key``, ``campaign_id``, ``date``,
            ``name``, ``actual_amount``, ``currency_id`` and ``company_id``
        :return: the cost lines, in the order of the values
        """
        keys = [vals["external_key"] for vals in vals_list]
        known = {cost.external_key: cost for cost in self.search([("external_key", "in", keys)])}
        latest = {vals["external_key"]: vals for vals in vals_list}
        fresh = [vals for key, vals in latest.items() if key not in known]
        for cost in self.create(fresh):
            known[cost.external_key] = cost
        for key, cost in known.items():
            if changed := cost._get_changes(latest[key]):
                cost.write(changed)
        return self.browse(known[key].id for key in keys)

    def _get_changes(self, vals):
        """The values that are not this line's already."""

        def in_cache(name, value):
            return self._fields[name].convert_to_cache(value, self)

        return {
            name: value
            for name, value in vals.items()
            if in_cache(name, value) != in_cache(name, self[name])
        }
