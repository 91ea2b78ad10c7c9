from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...groups import ACCOUNT_READERS

EVENTS = [
    ("lead_created", "Lead or contact created"),
    ("lead_qualified", "Lead qualified"),
    ("deal_won", "Deal won"),
    ("stage", "Stage reached"),
]
# Google's names, https://developers.google.com/google-ads/api/reference/rpc/latest/ConversionActionCategoryEnum.ConversionActionCategory
CATEGORIES = [
    ("SIGNUP", "Sign-up"),
    ("SUBMIT_LEAD_FORM", "Submit lead form"),
    ("IMPORTED_LEAD", "Imported lead"),
    ("QUALIFIED_LEAD", "Qualified lead"),
    ("CONVERTED_LEAD", "Converted lead"),
    ("PURCHASE", "Purchase"),
    ("REQUEST_QUOTE", "Request quote"),
    ("BOOK_APPOINTMENT", "Book appointment"),
    ("CONTACT", "Contact"),
    ("PHONE_CALL_LEAD", "Phone call lead"),
    ("DEFAULT", "Other"),
]
# Made for every account. The names are those at Google: the same in every language.
DEFAULT_ACTIONS = (
    {
        "name": "Odoo Leads/Contacts",
        "event": "lead_created",
        "counting": "one",
        "category": "SIGNUP",
        "value_basis": "none",
    },
    {
        "name": "Odoo Lead Qualification",
        "event": "lead_qualified",
        "counting": "one",
        "category": "QUALIFIED_LEAD",
        "value_basis": "none",
    },
    {
        "name": "Odoo Sales",
        "event": "deal_won",
        "counting": "every",
        "category": "PURCHASE",
        "value_basis": "expected_revenue",
    },
)


class GoogleAdsConversionAction(models.Model):
    """Google's counter of one kind of event, and what Odoo counts with it."""

    _name = "google.ads.conversion.action"
    _description = "Google Ads Conversion Action"
    _inherit = [
        "conversion.company.mixin",
        "conversion.guard.mixin",
        "google.ads.counterpart.mixin",
        "mail.thread",
    ]
    # not by account: salespeople sort by actions, and may read no accounts
    _order = "sequence, id"

    account_id = fields.Many2one(
        "google.ads.account",
        required=True,
        index=True,
        ondelete="cascade",
        groups=ACCOUNT_READERS,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        compute_sudo=True,
        help="Currency of the fixed value.",
    )
    name = fields.Char(
        required=True,
        tracking=True,
        help="Name at Google: the same in every language, and unique in the account.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # What is counted
    event = fields.Selection(EVENTS, "Counts", required=True, tracking=True)
    stage_id = fields.Many2one(
        "crm.stage",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The conversion happens when a lead reaches this stage for the first time.",
    )
    counting = fields.Selection(
        [("one", "One per ad click"), ("every", "Every conversion")],
        required=True,
        default="one",
        tracking=True,
        help="One: a person who submits one form twice and another three times counts 2. Every: 5.",
    )
    category = fields.Selection(CATEGORIES, required=True, default="DEFAULT", tracking=True)
    lookback_days = fields.Integer(
        "Click window (days)",
        required=True,
        default=90,
        tracking=True,
        help="Google counts conversions up to this many days after the ad click (1 to 90).",
    )
    primary = fields.Boolean(
        tracking=True,
        help="On: Google's bidding follows this action. Switch it on when its numbers have proven "
        "right.",
    )

    # Its value
    value_basis = fields.Selection(
        [
            ("none", "No value"),
            ("fixed", "Fixed value"),
            ("expected_revenue", "Expected revenue"),
            ("orders_untaxed", "Confirmed orders, without tax"),
            ("invoiced", "Posted invoices minus credit notes, without tax"),
        ],
        string="Value",
        required=True,
        default="none",
        tracking=True,
    )
    fixed_value = fields.Monetary(tracking=True)

    _name_unique = models.UniqueIndex(
        "(account_id, name) WHERE active",
        "This account already has a conversion action of this name.",
    )
    _event_unique = models.UniqueIndex(
        "(account_id, event, COALESCE(stage_id, 0)) WHERE active",
        "This account already counts this event with another conversion action.",
    )
    _lookback_possible = models.Constraint(
        "CHECK (lookback_days BETWEEN 1 AND 90)",
        "The click window has 1 to 90 days.",
    )
    _fixed_value_positive = models.Constraint(
        "CHECK (fixed_value >= 0)", "The fixed value cannot be negative."
    )

    @api.depends("account_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for action in self:
            action.currency_id = action.account_id.currency_id or action.company_id.currency_id

    @api.constrains("event", "stage_id")
    def _check_stage(self):
        for action in self:
            if (action.event == "stage") != bool(action.stage_id):
                raise ValidationError(
                    self.env._(
                        "Choose the stage for “Stage reached”, and leave it empty for every other "
                        "event."
                    )
                )

    @api.constrains("value_basis", "fixed_value")
    def _check_value(self):
        for action in self:
            if action.value_basis == "fixed" and not action.fixed_value:
                raise ValidationError(self.env._("Enter the fixed value, or choose another value."))

    @api.onchange("event")
    def _onchange_event(self):
        if self.event != "stage":
            self.stage_id = False
