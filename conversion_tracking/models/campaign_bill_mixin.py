from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..groups import BILL_READERS

BILL_TYPES = ("in_invoice", "in_receipt", "in_refund")


class CampaignBillMixin(models.AbstractModel):
    """A cost that is the line of a vendor bill, or what a vendor's credit note gives back.

    Several campaigns may share a line, but together they count no more of it than it is.
    """

    _name = "campaign.bill.mixin"
    _description = "Campaign Cost of a Vendor Bill"

    bill_line_id = fields.Many2one(
        "account.move.line",
        "Vendor bill line",
        groups=BILL_READERS,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('parent_state', '=', 'posted'), ('display_type', '=', 'product'),"
        " ('move_id.move_type', 'in', ('in_invoice', 'in_receipt', 'in_refund'))]",
        help="Line of a posted vendor bill or credit note. It fills in the date, currency and "
        "amount; a credit note lowers the cost.",
    )
    is_bill_posted = fields.Boolean(compute="_compute_is_bill_posted", compute_sudo=True)

    @api.depends("bill_line_id.parent_state")
    def _compute_is_bill_posted(self):
        for cost in self:
            cost.is_bill_posted = cost.bill_line_id.parent_state == "posted"

    # ------------------------------------------------------------
    # What a bill costs
    # ------------------------------------------------------------

    @api.model
    def _get_bill_amount(self, line):
        """What a line of a bill costs, without tax and in its currency; negative if credited."""
        return (
            -line.price_subtotal if line.move_id.move_type == "in_refund" else line.price_subtotal
        )

    @api.model
    def _get_bill_rests(self, lines):
        """What of each line is no campaign's cost yet, in its currency, as ``{line: amount}``.

        The lines of ``self`` are left out: what they may be is asked.
        """
        lines = lines.sudo()._origin
        if not lines:
            return {}
        domain = Domain("bill_line_id", "in", lines.ids) & Domain("id", "not in", self._origin.ids)
        rows = self.sudo()._read_group(domain, ["bill_line_id"], ["actual_amount:sum"])
        used = dict(rows)
        return {
            line: line.currency_id.round(self._get_bill_amount(line) - used.get(line, 0))
            for line in lines
        }

    @api.constrains("bill_line_id", "actual_amount", "currency_id")
    def _check_bill_line(self):
        """A bill line is shared between campaigns, not counted in full for each."""
        costs = self.sudo().filtered("bill_line_id")
        for cost in costs:
            cost._check_kind_of_bill()
        rows = self.sudo()._read_group(
            [("bill_line_id", "in", costs.bill_line_id.ids)],
            ["bill_line_id"],
            ["actual_amount:sum", "actual_amount:min", "actual_amount:max"],
        )
        for line, used, lowest, highest in rows:
            amount = self._get_bill_amount(line)
            # a line that gives back is counted as it is: below zero
            sign = -1 if amount < 0 else 1
            wrong_way = lowest < 0 if sign > 0 else highest > 0
            if not wrong_way and line.currency_id.compare_amounts(sign * used, sign * amount) <= 0:
                continue
            names = {
                "line": line.display_name,
                "amount": line.currency_id.format(amount),
                "used": line.currency_id.format(used),
            }
            if not wrong_way:
                message = self.env._(
                    "The vendor bill line '%(line)s' is %(amount)s, but %(used)s of it would "
                    "be campaign cost. Lower the actual amount of one of the campaigns.",
                    **names,
                )
            elif sign < 0:
                message = self.env._(
                    "The line '%(line)s' gives money back (%(amount)s): enter the actual amount "
                    "below zero.",
                    **names,
                )
            else:
                message = self.env._(
                    "The line '%(line)s' costs %(amount)s: enter the actual amount above zero. "
                    "What a vendor gives back is a line of the credit note.",
                    **names,
                )
            raise ValidationError(message)

    def _check_kind_of_bill(self):
        """:raise ValidationError: the line is no vendor's, or its money is another"""
        line = self.bill_line_id
        if line.move_id.move_type not in BILL_TYPES or line.display_type != "product":
            raise ValidationError(
                self.env._(
                    "'%(line)s' is no line of a vendor bill or vendor credit note. Choose one "
                    "that names what was bought.",
                    line=line.display_name,
                )
            )
        if self.currency_id != line.currency_id:
            raise ValidationError(
                self.env._(
                    "The vendor bill line '%(line)s' is in %(currency)s: enter its cost in "
                    "%(currency)s too.",
                    line=line.display_name,
                    currency=line.currency_id.name,
                )
            )
