from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang


class CampaignCurrencyMixin(models.AbstractModel):
    """What a cost is in its company's money: the arithmetic, the fields are the cost's.

    Odoo converts a currency without any rate one for one: such a line is marked instead, and counts
    as zero until there is a rate. A date before the first rate has the first rate, as in Odoo.
    """

    _name = "campaign.currency.mixin"
    _description = "Campaign Cost in Company Currency"

    @api.depends(
        "planned_amount",
        "actual_amount",
        "currency_id",
        "company_id",
        "date",
        "bill_line_id.parent_state",
    )
    def _compute_company_amounts(self):
        without_rate = self._get_without_rate()
        for cost in self:
            cost.is_rate_missing = cost in without_rate
            counts = not cost.bill_line_id or cost.bill_line_id.parent_state == "posted"
            planned, actual = cost.planned_amount, counts and cost.actual_amount
            cost.planned_company_amount = cost._to_company_currency(planned)
            cost.actual_company_amount = cost._to_company_currency(actual)

    def _to_company_currency(self, amount):
        """``amount`` of this line in its company's currency, at the line's date."""
        if self.is_rate_missing:
            # Odoo would take one for one
            return 0
        if not (amount and self.currency_id and self.company_id and self.date):
            return amount
        return self.currency_id._convert(
            amount, self.company_id.currency_id, self.company_id, self.date
        )

    def _get_without_rate(self):
        """The lines in foreign money that has no rate of any date in their company."""
        foreign = self.filtered(
            lambda cost: cost.currency_id and cost.currency_id != cost.company_id.currency_id
        )
        if not foreign:
            return foreign
        rows = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                Domain("currency_id", "in", foreign.currency_id.ids)
                & Domain("company_id", "in", [False, *foreign.company_id.root_id.ids]),
                ["currency_id", "company_id"],
            )
        )
        known = set(rows)
        everybodys = self.env["res.company"]
        return foreign.filtered(
            lambda cost: (
                not known.intersection(
                    (cost.currency_id._origin, company)
                    for company in (everybodys, cost.company_id.root_id._origin)
                )
            )
        )

    @api.model
    def _convert_waiting(self, currencies):
        """Convert the lines that could not be before these currencies had a rate."""
        waiting = self.search(
            [("is_rate_missing", "=", True), ("currency_id", "in", currencies.ids)]
        )
        waiting.modified(["currency_id"])

    @api.depends("actual_amount", "planned_amount", "currency_id", "company_id")
    @api.depends_context("lang")
    def _compute_original_amount(self):
        for cost in self:
            amount, currency = cost.actual_amount or cost.planned_amount, cost.currency_id
            text = False
            if amount and currency != cost.company_currency_id:
                number = formatLang(self.env, amount, digits=currency.decimal_places)
                # by its code: Odoo knows no symbol of a currency that is not in use
                text = f"{number} {currency.name}"
            cost.original_amount = text
