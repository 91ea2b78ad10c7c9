from datetime import datetime, timedelta, timezone

from odoo import api, models

from ...google_ads.accounts import account_day
from ...google_ads.costs import read_campaign_costs

# Google judges clicks again for weeks and gives money back: recent days are read again.
READ_AGAIN = timedelta(days=30)


class GoogleAdsCostReader(models.AbstractModel):
    """Brings the daily cost of Google's campaigns into campaign cost lines."""

    _name = "google.ads.cost.reader"
    _description = "Google Ads Cost Reader"

    @api.model
    def _cron_read(self):
        accounts = self.env["google.ads.account"]._search_readable()
        for done, account in enumerate(accounts):
            self._read(account)
            self.env["ir.cron"]._commit_progress(1, remaining=len(accounts) - done - 1)

    @api.model
    def _read(self, account):
        """Read the last 30 days of one account; days read before are brought up to date."""
        last_day = account_day(datetime.now(timezone.utc), account.timezone or "UTC")
        costs = account._ask_in_job(
            "costs",
            lambda connection: list(
                read_campaign_costs(connection, last_day - READ_AGAIN, last_day)
            ),
        )
        if costs:
            self._store(account, costs)

    @api.model
    def _store(self, account, costs):
        """Write costs as cost lines of the campaigns they belong to.

        A campaign is found by Google's id, then by its name, or made if the account says so.
        """
        campaigns = (
            self.env["utm.campaign"]
            .sudo()
            ._find_for_google(
                {cost.campaign_id: cost.campaign_name for cost in costs},
                make=account.make_campaigns,
            )
        )
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        currency_of = {
            currency.name: currency
            for currency in currencies.search([("name", "in", [cost.currency for cost in costs])])
        }
        self.env["utm.campaign.cost"].sudo()._upsert(
            [
                {
                    "external_key": f"{account.customer_id}/{cost.campaign_id}/{cost.day}",
                    "google_campaign_id": cost.campaign_id,
                    "campaign_id": campaigns[cost.campaign_id].id,
                    "name": cost.campaign_name,
                    "date": cost.day,
                    "actual_amount": float(cost.cost),
                    "currency_id": currency_of.get(cost.currency, currencies).id,
                    "company_id": account.company_id.id,
                }
                for cost in costs
                if campaigns[cost.campaign_id]
            ]
        )
