from odoo import fields, models


class GoogleAdsAccountCheck(models.Model):
    """One prerequisite of an account and how it stood when the connection was last tested.

    Written by the system only; the texts are in the language of whoever tested.
    """

    _name = "google.ads.account.check"
    _description = "Google Ads Connection Check"
    _inherit = ["conversion.guard.mixin"]
    _order = "account_id, sequence, id"
    _rec_name = "title"

    account_id = fields.Many2one(
        "google.ads.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    key = fields.Char(readonly=True, required=True)
    title = fields.Char(string="Check", readonly=True, required=True)
    state = fields.Selection(
        [
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("waiting", "Wait a little"),
            ("unknown", "Not known"),
            ("not_needed", "Not needed"),
        ],
        readonly=True,
        required=True,
    )
    meaning = fields.Char(readonly=True)
    remedy = fields.Char(string="What to do", readonly=True)
    detail = fields.Char(string="Google says", readonly=True)
    link = fields.Char(string="Google's page", readonly=True)
