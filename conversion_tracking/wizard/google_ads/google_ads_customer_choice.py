from odoo import api, fields, models

from ...models.google_ads.google_ads_account import with_dashes


class GoogleAdsCustomerChoice(models.TransientModel):
    """The accounts at Google that a login can use, to choose one of."""

    _name = "google.ads.customer.choice"
    _description = "Choose a Google Ads Account"

    account_id = fields.Many2one(
        "google.ads.account", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("google.ads.customer.choice.line", "choice_id", readonly=True)

    @api.model
    def _prepare(self, account, customers):
        """A choice of ``google_ads.accounts.ListedCustomer`` objects for ``account``."""
        names = {customer.id: customer.name for customer in customers}
        # A manager account runs no ads: it is listed last, to show that it was found.
        ordered = sorted(customers, key=lambda customer: customer.manager)
        return self.create(
            {
                "account_id": account.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "name": customer.name,
                            "customer_id": customer.id,
                            "customer_number": with_dashes(customer.id),
                            "currency": customer.currency,
                            "timezone": customer.time_zone,
                            "is_manager": customer.manager,
                            "login_customer_id": customer.login_customer_id,
                            "manager_name": names.get(customer.login_customer_id),
                        }
                    )
                    for customer in ordered
                ],
            }
        )

    def _get_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the Google Ads account"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


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
