from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attribution.allocation import month_later, split_by_shares, split_evenly

LONGEST = 120


class UtmCampaignCostSpread(models.TransientModel):
    """Shares cost lines over months, over campaigns, or over both; no cent is lost or made."""

    _name = "utm.campaign.cost.spread"
    _description = "Spread Campaign Costs"

    cost_ids = fields.Many2many("utm.campaign.cost", string="Lines", required=True, readonly=True)
    months = fields.Integer(
        "Over months",
        required=True,
        default=1,
        help="Into how many equal parts each line is divided, one a month. What cannot be divided "
        "is on the last.",
    )
    start_date = fields.Date(
        "From",
        compute="_compute_start_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Date of the first part. The others are on the same day of the next months.",
    )
    share_ids = fields.One2many(
        "utm.campaign.cost.spread.share",
        "spread_id",
        "Over campaigns",
        help="Without any, each line stays with its campaign.",
    )

    _months_possible = models.Constraint(
        f"CHECK (months BETWEEN 1 AND {LONGEST})", "Costs are spread over 1 to 120 months."
    )

    @api.depends("cost_ids")
    def _compute_start_date(self):
        for spread in self:
            dates = spread.cost_ids.mapped("date")
            spread.start_date = spread.start_date or (
                min(dates) if dates else fields.Date.context_today(self)
            )

    def action_spread(self):
        """Divide the lines: each becomes its first part, the others are new lines."""
        self.ensure_one()
        costs = self.cost_ids
        costs.check_access("write")
        costs.check_access("create")
        self._check_can_be_spread()
        fresh = []
        for cost in costs:
            first, *others = self._split(cost)
            cost.write(first)
            fresh += [{**self._prepare_copy(cost), **values} for values in others]
        # the link to a bill is copied for those, too, who may not read bills
        parts = costs | costs.browse(costs.sudo().create(fresh).ids)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_action"
        )
        return {**action, "domain": [("id", "in", parts.ids)], "context": {}}

    def _check_can_be_spread(self):
        """:raise UserError: a line would be whole again tomorrow, or is one of a pair"""
        if read := self.cost_ids.filtered("external_key")[:1]:
            raise UserError(
                self.env._(
                    "'%(line)s' is read from an ad platform and would be whole again tomorrow. "
                    "Leave such lines out: they have the right day and campaign already.",
                    line=read.name,
                )
            )
        if one := self.cost_ids.filtered(lambda cost: cost.corrects_id or cost.correction_ids)[:1]:
            raise UserError(
                self.env._(
                    "'%(line)s' is a correction or has one. Lower the corrected line itself, "
                    "delete the correction, then spread what is left.",
                    line=one.name,
                )
            )

    def _split(self, cost):
        """Values of the parts of a line: for each campaign, each month."""
        owners = [(share.campaign_id.id, share.share) for share in self.share_ids if share.share]
        campaigns, shares = zip(*(owners or [(cost.campaign_id.id, 1)]), strict=True)
        parts = [
            {"campaign_id": campaign, "date": month_later(self.start_date, month)}
            for campaign in campaigns
            for month in range(self.months)
        ]
        for name, unit in self._get_units(cost).items():
            by_campaign = split_by_shares(
                _to_decimal(cost[name]), [_to_decimal(share) for share in shares], unit
            )
            amounts = [
                amount for one in by_campaign for amount in split_evenly(one, self.months, unit)
            ]
            for part, amount in zip(parts, amounts, strict=True):
                part[name] = float(amount)
        return parts

    @api.model
    def _get_units(self, cost):
        """What is divided, and the smallest unit of it. Override to divide more."""
        money = _to_decimal(cost.currency_id.rounding)
        units = {"planned_amount": money, "actual_amount": money}
        return {**units, "hours": Decimal("0.01")} if cost.hours else units

    @api.model
    def _prepare_copy(self, cost):
        """What every part has from the line that it is a part of."""
        return {
            "name": cost.name,
            "company_id": cost.company_id.id,
            "currency_id": cost.currency_id.id,
            "bill_line_id": cost.sudo().bill_line_id.id,
            "hourly_cost": cost.hourly_cost,
        }


class UtmCampaignCostSpreadShare(models.TransientModel):
    _name = "utm.campaign.cost.spread.share"
    _description = "Share of a Campaign in Costs"
    _order = "id"

    spread_id = fields.Many2one("utm.campaign.cost.spread", required=True, ondelete="cascade")
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade")
    share = fields.Float(
        required=True,
        default=1,
        help="In proportion to the others: 2 and 1 give two thirds and one third, as do 50 and 25.",
    )

    _share_not_negative = models.Constraint("CHECK (share >= 0)", "A share cannot be negative.")


def _to_decimal(number):
    """The decimal number that a float was read as."""
    return Decimal(str(number))
