from odoo import fields, models


class GoogleAdsCustomerChoiceLine(models.TransientModel):
    """One account at Google."""

    _name = "google.ads.customer.choice.line"
    _description = "Google Ads Account to Choose"

    choice_id = fields.Many2one(
        "google.ads.customer.choice", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    customer_id = fields.Char(readonly=True, required=True)
    customer_number = fields.Char("Customer ID", readonly=True)
    currency = fields.Char(readonly=True)
    timezone = fields.Char("Time zone", readonly=True)
    is_manager = fields.Boolean("Manager account", readonly=True)
    login_customer_id = fields.Char(readonly=True)
    manager_name = fields.Char("Reached through", readonly=True)

    def action_choose(self):
        """Use this account; Google says the rest of it."""
        self.ensure_one()
        account = self.choice_id.account_id
        account.check_access("write")
        account.write(
            {"customer_id": self.customer_id, "login_customer_id": self.login_customer_id}
        )
        account.action_connect()
        return {"type": "ir.actions.act_window_close"}
