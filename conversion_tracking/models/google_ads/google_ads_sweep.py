from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from .google_ads_conversion import SUBJECTS

CHUNK = 500  # records in one transaction


class GoogleAdsSweep(models.AbstractModel):
    """Finds events that never reached the outbox: of deals won in SQL, of leads from before the
    account was connected, and of the period that a person chose."""

    _name = "google.ads.sweep"
    _description = "Sweep for Events that Google Ads Lacks"

    @api.model
    def _cron_sweep(self):
        """Report what is missing since the time that each account reports from."""
        for account in self.env["google.ads.account"]._search_connected():
            self._mark_milestones(account.report_since)
            for action in account.action_ids:
                missing = self.env["google.ads.event"]._search_missing(action)
                for chunk in split_every(CHUNK, missing):
                    self._report_missing(chunk, action)
                    account.backfill_done += len(chunk)
                    if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=1):
                        return  # out of time: Odoo calls again
            account.write({"backfill_done": 0, "backfill_total": 0})
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _report_missing(self, chunk, action):
        for model in SUBJECTS:
            times = {record_id: at for name, record_id, at in chunk if name == model}
            records = self.env[model].sudo().with_context(active_test=False).browse(times)
            if records:
                self.env["google.ads.reporter"]._report_to(action, records.exists(), times)

    @api.model
    def _mark_milestones(self, since):
        """Date deals and qualified leads that were made so behind Odoo's back, as well as known.

        Only those that may be reported: that an ad click brought, or who agreed to be told by
        e-mail and phone.
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        reported = Domain("google_touch_id", "!=", False)
        if self.env["google.ads.person"]._get_company_ids():
            reported |= Domain("consent", "=", "granted")
        reported &= Domain("write_date", ">=", since)
        won = Domain("won_status", "=", "won") & Domain("won_at", "=", False)
        for lead in leads.search(reported & won):
            lead.won_at = lead.date_closed or lead.write_date
        qualified = Domain("date_conversion", "!=", False)
        qualified |= Domain("stage_id.counts_as_qualified", "=", True)
        for lead in leads.search(reported & Domain("qualified_at", "=", False) & qualified):
            lead.qualified_at = (
                lead.date_conversion or lead.date_last_stage_update or lead.create_date
            )
