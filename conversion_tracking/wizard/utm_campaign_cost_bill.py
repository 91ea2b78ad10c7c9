from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class UtmCampaignCostBill(models.TransientModel):
    """What of a vendor bill, or of a vendor's credit note, is the cost of which campaign."""

    _name = "utm.campaign.cost.bill"
    _description = "Add a Vendor Bill to Campaigns"

    move_id = fields.Many2one(
        "account.move",
        "Vendor bill",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    is_credit_note = fields.Boolean(compute="_compute_is_credit_note")
    campaign_id = fields.Many2one(
        "utm.campaign",
        compute="_compute_campaign_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Campaign of all lines that name no other.",
    )
    line_ids = fields.One2many(
        "utm.campaign.cost.bill.line",
        "wizard_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is left of a bill is told to those who may read it.

        Not a constraint: Odoo checks those as the superuser.
        """
        wizards = super().create(vals_list)
        wizards.move_id.check_access("read")
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self.move_id.check_access("read")
        return result

    @api.depends("move_id")
    def _compute_is_credit_note(self):
        for wizard in self:
            wizard.is_credit_note = wizard.move_id.move_type == "in_refund"

    @api.depends("move_id")
    def _compute_campaign_id(self):
        """A credit note most often gives back what one campaign has paid."""
        for wizard in self:
            campaigns = wizard._get_credited_costs().campaign_id
            wizard.campaign_id = wizard.campaign_id or (len(campaigns) == 1 and campaigns)

    @api.depends("move_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"bill_line_id": line.id, "amount": amount})
                    for line, amount in wizard._get_proposals().items()
                ),
            ]

    def _get_proposals(self):
        """Amount to begin with for each line of which something is left: ``{line: amount}``.

        A credit note is proposed as far as the bill it belongs to is campaign cost: who gets more
        back than the campaign has paid decides that themselves.
        """
        self.move_id.check_access("read")
        lines = self.move_id.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        rests = self.env["utm.campaign.cost"]._get_bill_rests(lines)
        rests = {line: rest for line, rest in rests.items() if not line.currency_id.is_zero(rest)}
        if not self._has_known_bill():
            return rests
        paid = sum(self._get_credited_costs().mapped("actual_amount"))
        for line, rest in rests.items():
            if rest < 0:
                rests[line] = max(rest, -paid)
                paid += rests[line]
        return rests

    def _has_known_bill(self):
        """Whether it is told of which bill a credit note takes something back."""
        bill = self.move_id.reversed_entry_id
        return self.is_credit_note and bill.currency_id == self.move_id.currency_id

    def _get_credited_costs(self):
        """Costs of the bill that a credit note belongs to, and of its other credit notes."""
        bill = self.move_id.reversed_entry_id
        if not bill:
            return self.env["utm.campaign.cost"]
        return self.env["utm.campaign.cost"].search(
            [("bill_line_id.move_id", "in", (bill | bill.reversal_move_ids).ids)]
        )

    def action_add(self):
        """Make cost lines of all lines with an amount, and open those of the bill."""
        self.ensure_one()
        self.env["utm.campaign.cost"].create(
            [line._prepare_cost() for line in self.line_ids if line.amount]
        )
        return self.move_id.action_open_campaign_costs()


class UtmCampaignCostBillLine(models.TransientModel):
    _name = "utm.campaign.cost.bill.line"
    _description = "Line of a Vendor Bill for a Campaign"
    _order = "id"

    wizard_id = fields.Many2one("utm.campaign.cost.bill", required=True, ondelete="cascade")
    move_id = fields.Many2one(related="wizard_id.move_id")
    bill_line_id = fields.Many2one(
        "account.move.line",
        "Line",
        required=True,
        ondelete="cascade",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
    )
    currency_id = fields.Many2one(related="bill_line_id.currency_id")
    rest = fields.Monetary(
        "Left",
        compute="_compute_rest",
        help="What of this line is no campaign's cost yet, without tax. Below zero it lowers the "
        "cost.",
    )
    amount = fields.Monetary(
        "Add", help="Zero leaves the line out. Add the line again for another campaign."
    )
    campaign_id = fields.Many2one("utm.campaign", "Other campaign")

    @api.depends("bill_line_id")
    def _compute_rest(self):
        self.bill_line_id.check_access("read")
        rests = self.env["utm.campaign.cost"]._get_bill_rests(self.bill_line_id)
        for line in self:
            line.rest = rests.get(line.bill_line_id._origin, 0)

    def _prepare_cost(self):
        """Values of the cost line.

        :raise UserError: no campaign is chosen, or the line is another bill's
        """
        campaign = self.campaign_id or self.wizard_id.campaign_id
        if not campaign:
            raise UserError(
                self.env._(
                    "Choose the campaign that '%(line)s' is for.",
                    line=self.bill_line_id.display_name,
                )
            )
        if self.bill_line_id.move_id != self.move_id:
            raise UserError(
                self.env._(
                    "'%(line)s' is no line of %(bill)s. Remove it, or choose one that is.",
                    line=self.bill_line_id.display_name,
                    bill=self.move_id.display_name,
                )
            )
        return {
            "campaign_id": campaign.id,
            "bill_line_id": self.bill_line_id.id,
            "actual_amount": self.amount,
        }
