from datetime import datetime, timedelta, timezone
from functools import partial

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
        answer = account._ask_in_job("costs", partial(self._ask, account, read_campaign_costs))
        if answer is None:
            return
        self._store(account, *answer)
        answer = account._ask_in_job("ad_groups", partial(self._ask, account, read_ad_group_costs))
        if answer is not None:
            self._store_ad_groups(account, *answer)

    @api.model
    def _ask(self, account, read, connection):
        """Costs of the days that are read, and the first of these days."""
        last_day = account_day(datetime.now(timezone.utc), account.timezone or "UTC")
        first_day = last_day - READ_AGAIN
        # whole, or not at all: of an answer that breaks off nobody knows what is missing
        return list(read(connection, first_day, last_day)), first_day

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
        days = self.env["google.ads.campaign.day"].sudo()
        saved = campaigns._save(account, costs)
        days._save(account, costs, saved, since)
        since = min(filter(None, (since, days._learn_currencies(account))))
        known = campaigns.search([("account_id", "=", account.id)])
        known._map(make=account.make_campaigns)
        known._suggest()
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
        if not waiting:
            return None
        currencies = self.env["res.currency"].union(*(currency for (currency,) in waiting))
        names = ", ".join(currencies.mapped("name"))
        if all(currencies.mapped("active")):
            return self.env._(
                "There is no rate of %(currency)s: the costs of this account count as zero until "
                "there is one. Add it under Accounting > Configuration > Currencies.",
                currency=names,
            )
        return self.env._(
            "There is no rate of %(currency)s, which is not switched on in Odoo: the costs of this "
            "account count as zero until there is one. Under Accounting > Configuration > "
            "Currencies remove the filter, switch the currency on and add its rate.",
            currency=names,
        )
