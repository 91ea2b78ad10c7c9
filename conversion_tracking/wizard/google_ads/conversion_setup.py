from odoo import models

from ...google_ads.lifecycle import SUCCESS


class ConversionSetup(models.TransientModel):
    """The steps of Google's side."""

    _inherit = "conversion.setup"

    def _get_steps(self):
        yield from super()._get_steps()
        accounts = self.env["google.ads.account"].search([])
        yield self._get_account_step(accounts)
        yield self._get_conversion_step()
        yield self._get_delivery_step()
        yield self._get_cost_step()

    def _get_account_step(self, accounts):
        """Connected, with its conversion actions, and tested: the account's own page says it."""
        working = accounts.filtered(lambda one: one.setup_step == "done")
        if working:
            meaning = ", ".join(working.mapped("display_name"))
        elif accounts:
            meaning = accounts[0].next_step
        else:
            meaning = self.env._(
                "Make an account: its page leads through signing in, choosing the account at "
                "Google, the conversion actions, and a test."
            )
        return self._get_step(
            self.env._("Connect Google Ads"),
            self.env._("Administrator, with access to Google Ads"),
            15,
            bool(working),
            meaning,
            "conversion_tracking.google_ads_account_action",
        )

    def _get_conversion_step(self):
        rows = self.env["google.ads.conversion"].sudo().search_count([], limit=1)
        return self._get_step(
            self.env._("First conversion"),
            self.env._("Your visitors"),
            0,
            bool(rows),
            self.env._("Conversions are waiting or delivered.")
            if rows
            else self.env._("Comes by itself, with the first lead that a Google ad brings."),
            "conversion_tracking.google_ads_conversion_action",
            waits=True,
        )

    def _get_delivery_step(self):
        counted = (
            self.env["google.ads.conversion"]
            .sudo()
            .search_count([("state", "=", SUCCESS)], limit=1)
        )
        return self._get_step(
            self.env._("First conversion that Google counts"),
            self.env._("Odoo, once a day"),
            0,
            bool(counted),
            self.env._("Google counts what Odoo tells.")
            if counted
            else self.env._(
                "Comes by itself: Google takes a conversion six hours after the click at the "
                "earliest, and says half an hour later that it counts it. Send now on the account "
                "does not wait for the account's hour."
            ),
            "conversion_tracking.google_ads_conversion_action",
            waits=True,
        )

    def _get_cost_step(self):
        costs = self.env["utm.campaign.cost"].sudo().search_count([], limit=1)
        return self._get_step(
            self.env._("Costs of your campaigns"),
            self.env._("Odoo for Google Ads, marketing for the rest"),
            5,
            bool(costs),
            self.env._("Costs are known, so that the reports show returns.")
            if costs
            else self.env._(
                "Google's arrive once a day. Type in, paste or import what else your campaigns "
                "cost."
            ),
            "conversion_tracking.utm_campaign_cost_action",
        )
