import logging
from datetime import datetime, timedelta, timezone

from odoo import api, models

_logger = logging.getLogger(__name__)

# Google judges clicks again for weeks and gives money back: recent days are read again.
READ_AGAIN = timedelta(days=30)


class GoogleAdsCostReader(models.AbstractModel):
    """Brings the daily cost of Google's campaigns into campaign cost lines."""

    _name = "google.ads.cost.reader"
    _description = "Google Ads Cost Reader"

    @api.model
    def _cron_read(self):
        accounts = self.env["google.ads.account"]._search_connected()
        for done, account in enumerate(accounts):
            self._read(account)
            self.env["ir.cron"]._commit_progress(1, remaining=len(accounts) - done - 1)

    @api.model
    def _read(self, account):
        """Read the last 30 days of one account; days read before are brought up to date."""
        from ..google_ads.errors import TransportFault
        from ..google_ads.reading import account_day, read_campaign_costs

        last_day = account_day(datetime.now(timezone.utc), account.timezone or "UTC")
        try:
            costs = list(
                read_campaign_costs(account._get_connection(), last_day - READ_AGAIN, last_day)
            )
        except TransportFault as failure:
            # Reading is not uploading: the account goes on delivering.
            _logger.warning("Costs of %s could not be read: %s", account.name, failure)
            return
        self.env["utm.campaign.cost"].sudo()._import_google(
            account.company_id, account.customer_id, costs
        )
