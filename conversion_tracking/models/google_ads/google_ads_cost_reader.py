from datetime import datetime, timedelta, timezone

from odoo import api, models

from ...google_ads.accounts import account_day
from ...google_ads.costs import read_ad_group_costs, read_campaign_costs

# Google judges clicks again for weeks and gives money back: recent days are read again.
READ_AGAIN = timedelta(days=30)


class GoogleAdsCostReader(models.AbstractModel):
    """Brings the daily cost of Google's campaigns into campaign cost lines.

    What their ad groups cost is kept for the keyword report. Campaigns come first: without ad
    groups nobody lacks a total.
    """

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
        first_day = last_day - READ_AGAIN
        costs = account._ask_in_job(
            "costs", lambda connection: list(read_campaign_costs(connection, first_day, last_day))
        )
        if costs is None:
            return
        self._store(account, costs, first_day)
        costs = account._ask_in_job(
            "ad_groups",
            lambda connection: list(read_ad_group_costs(connection, first_day, last_day)),
        )
        if costs is not None:
            self._store_ad_groups(account, costs, first_day)

    @api.model
    def _store_ad_groups(self, account, costs, since):
        """Keep what ad groups cost by day.

        :param since: first day that was asked for
        """
        campaigns = self.env["google.ads.campaign"].sudo()
        campaign_of = campaigns.search([("account_id", "=", account.id)]).grouped("google_id")
        # of a campaign that began between two questions the next reading tells
        costs = [cost for cost in costs if cost.campaign_id in campaign_of]
        saved = self.env["google.ads.ad.group"].sudo()._save(account, costs, campaign_of)
        self.env["google.ads.ad.group.day"].sudo()._save(account, costs, saved, since)

    @api.model
    def _store(self, account, costs, since):
        """Keep Google's numbers by day, and make cost lines of the campaigns they belong to.

        :param since: first day that was asked for
        """
        campaigns = self.env["google.ads.campaign"].sudo()
        saved = campaigns._save(account, costs)
        self.env["google.ads.campaign.day"].sudo()._save(account, costs, saved, since)
        known = campaigns.search([("account_id", "=", account.id)])
        known._map(make=account.make_campaigns)
        known._write_costs(since)
        account._note_read_problem("currency", self._get_currency_problem(account, known))

    @api.model
    def _get_currency_problem(self, account, campaigns):
        """What keeps costs of these campaigns from counting; ``None`` when nothing does."""
        days = self.env["google.ads.campaign.day"].sudo()
        unknown = days._read_group(
            [("google_campaign_id", "in", campaigns.ids), ("currency_id", "=", False)],
            ["currency_code"],
        )
        if unknown:
            return self.env._(
                "Odoo does not know the currency %(code)s of this account, so that its costs are "
                "left out. Create the currency with its rate; the next reading adds the costs.",
                code=", ".join(code for (code,) in unknown),
            )
        waiting = (
            self.env["utm.campaign.cost"]
            .sudo()
            ._read_group(
                [
                    ("google_campaign_line_id", "in", campaigns.ids),
                    ("is_rate_missing", "=", True),
                ],
                ["currency_id"],
            )
        )
        if waiting:
            return self.env._(
                "There is no rate of %(currency)s: the costs of this account count as zero until "
                "there is one. Add it under Accounting > Configuration > Currencies.",
                currency=", ".join(currency.name for (currency,) in waiting),
            )
        return None
