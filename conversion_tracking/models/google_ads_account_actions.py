from odoo import models

from .google_ads_conversion_action import DEFAULT_ACTIONS


class GoogleAdsAccountActions(models.Model):
    """The conversion actions of an account, in Odoo and at Google."""

    _inherit = "google.ads.account"

    def _create_default_actions(self):
        """Make the actions of the specification where an account lacks them; nothing is doubled.

        :return: the default actions of these accounts, made now or before
        """
        events = [values["event"] for values in DEFAULT_ACTIONS]
        actions = self.env["google.ads.conversion.action"].with_context(active_test=False)
        found = actions.search([("account_id", "in", self.ids), ("event", "in", events)])
        known = {(action.account_id, action.event) for action in found}
        return found + actions.create(
            [
                {**values, "account_id": account.id, "sequence": number}
                for account in self
                for number, values in enumerate(DEFAULT_ACTIONS)
                if (account, values["event"]) not in known
            ]
        )
