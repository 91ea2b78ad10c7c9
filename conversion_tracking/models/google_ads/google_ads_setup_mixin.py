from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...google_ads.accounts import list_customers, read_customer
from ...groups import SYSTEM


class GoogleAdsSetupMixin(models.AbstractModel):
    """Connecting an account in four steps, one page that says at any time what comes next."""

    _name = "google.ads.setup.mixin"
    _description = "Guided Set-up of Google Ads"

    setup_step = fields.Selection(
        [
            ("credentials", "1. Sign in"),
            ("account", "2. Account"),
            ("actions", "3. Conversion actions"),
            ("check", "4. Check"),
            ("done", "Working"),
        ],
        string="Step",
        compute="_compute_next_step",
    )
    next_step = fields.Char(
        "What to do next", compute="_compute_next_step", help="The next thing to do, at any time."
    )
    drift_count = fields.Integer(
        "Conversion actions changed at Google", compute="_compute_drift_count"
    )

    @api.depends("action_ids.state", "action_ids.active")
    def _compute_drift_count(self):
        for account in self:
            account.drift_count = len(
                account.action_ids.filtered(lambda action: action.state in ("problem", "removed"))
            )

    @api.depends("has_credentials", "state", "pause_reason", "action_ids.state", "check_ids.state")
    def _compute_next_step(self):
        for account in self:
            account.setup_step, account.next_step = account._get_next_step()

    def _get_next_step(self):
        """The step to do next, and in words what to do in it."""
        self.ensure_one()
        actions, checks = self.action_ids, self.check_ids
        if not self.has_credentials:
            return "credentials", self._explain_credentials()
        if not self.customer_id or self.state == "draft":
            return "account", self.env._(
                "Invite the e-mail below in Google Ads, then choose the account that runs your ads."
            ) if self.credential_type == "service_account" else self.env._(
                "Choose the account that runs your ads."
            )
        if not actions or any(action.state == "draft" for action in actions):
            return "actions", self.env._(
                "Create the conversion actions: Google counts leads, qualified leads and sales "
                "with them."
            )
        if failed := checks.filtered(lambda check: check.state == "failed"):
            return "check", self.env._(
                "%(count)s check(s) failed. Do what is written beside them, then test again.",
                count=len(failed),
            )
        if self.drift_count:
            return "actions", self.env._(
                "%(count)s conversion action(s) changed at Google. Repair puts them back, Accept "
                "goes on with them as they are.",
                count=self.drift_count,
            )
        if not checks:
            return "check", self.env._("Test the connection.")
        return "done", self._explain_delivery()

    def _explain_credentials(self):
        if not self.env.user.has_group(SYSTEM):
            return self.env._("Ask the system administrator to enter the credentials.")
        if self.credential_type == "service_account":
            return self.env._("Upload or paste the key file of a service account.")
        return self.env._("Enter the OAuth client, then sign in with Google.")

    def _explain_delivery(self):
        if self.state == "connected" and self.next_delivery_at:
            return self.env._(
                "Everything works. The next delivery is on %(moment)s.",
                moment=format_datetime(self.env, self.next_delivery_at, dt_format="short"),
            )
        if self.state == "paused":
            return self.env._("Everything works. Press Resume to deliver what has been waiting.")
        return self.env._("Everything works.")

    def write(self, vals):
        before = {account: account.customer_id for account in self}
        result = super().write(vals)
        moved = self.filtered(lambda one: before[one] and before[one] != one.customer_id)
        if moved:
            moved._forget_google(set(vals))
        return result

    def _forget_google(self, kept):
        """Begin anew with another account at Google: the numbers of the old one mean nothing there.

        :param kept: fields that were set together with the new customer id
        """
        self.with_context(active_test=False).action_ids._forget_google()
        self.sudo().check_ids.unlink()
        values = {"state": "draft", "conversion_customer_id": False}
        self.sudo().write({name: value for name, value in values.items() if name not in kept})

    def action_continue(self):
        """Save what was entered; the page then shows the next step."""
        self.check_access("write")

    # ------------------------------------------------------------
    # Step 2: the account
    # ------------------------------------------------------------

    def action_choose_customer(self):
        """Open the list of accounts that the login can use."""
        self.ensure_one()
        self.check_access("write")
        customers = self._ask_google(list_customers, customer_id="")
        if not customers:
            raise UserError(
                self.env._(
                    "The login is not a user of any Google Ads account yet. In Google Ads open "
                    "Admin > Access and security and invite %(email)s, then try again.",
                    email=self.service_account_email or self.env._("the Google user"),
                )
            )
        choice = self.env["google.ads.customer.choice"]._prepare(self, customers)
        return choice._get_action()

    def action_connect(self):
        """Read the account whose number was typed, and fill in the rest."""
        self.ensure_one()
        self.check_access("write")
        if not self.customer_id:
            raise UserError(self.env._("Enter the customer ID, or press Choose account."))
        customer = self._ask_google(read_customer)
        if customer.manager:
            raise UserError(
                self.env._(
                    "%(name)s is a manager account, which runs no ads itself. Enter its number as "
                    "manager ID and the account that runs the ads as customer ID, or press Choose "
                    "account.",
                    name=customer.name,
                )
            )
        self._take_over(customer)

    def _take_over(self, customer):
        """Fill in what Google says of the account, and count it as connected.

        :param customer: ``google_ads.accounts.Customer``
        """
        currency = self.env["res.currency"].with_context(active_test=False)
        values = {
            "currency_id": currency.search([("name", "=", customer.currency)], limit=1).id,
            "timezone": customer.time_zone,
            "conversion_customer_id": customer.conversion_customer_id or customer.id,
        }
        if self.name == self._default_name() and customer.name:
            values["name"] = customer.name
        self.write(values)
        self._mark_connected()

    def _mark_connected(self):
        self.ensure_one()
        values = {"state": "connected"}
        if not self.next_delivery_at:
            values["next_delivery_at"] = fields.Datetime.now()
        self.sudo().write(values)
