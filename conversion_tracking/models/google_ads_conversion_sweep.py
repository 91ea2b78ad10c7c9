from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

CHUNK = 500  # records in one transaction


class GoogleAdsConversionSweep(models.Model):
    """Finds events that never reached the outbox: of deals won in SQL, of leads from before the
    account was connected. One job for both, and for the period that a person chooses."""

    _inherit = "google.ads.conversion"

    @api.model
    def _cron_sweep(self):
        """Report what is missing since the time that each account reports from."""
        for account in self.env["google.ads.account"]._search_connected():
            self._mark_milestones(account.report_since)
            for action in account.action_ids:
                missing = self._get_missing(action)
                for chunk in split_every(CHUNK, missing):
                    self._report_missing(chunk, action)
                    account.backfill_done += len(chunk)
                    if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=1):
                        return  # out of time: Odoo calls again
            account.write({"backfill_done": 0, "backfill_total": 0})
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _get_missing(self, action):
        """Lines of the report on coverage whose event is missing in the outbox.

        :return: triples of model name, record id and time of the event
        """
        lines = (
            self.env["google.ads.coverage"]
            .sudo()
            .with_company(action.company_id)
            .search_fetch(
                [
                    ("action_id", "=", action.id),
                    ("status", "=", "missing"),
                    ("date", ">=", action.account_id.report_since),
                ],
                ["lead_id", "partner_id", "date"],
                order="date, id",
            )
        )
        return [
            (record._name, record.id, line.date)
            for line in lines
            for record in (line.lead_id or line.partner_id,)
        ]

    @api.model
    def _report_missing(self, chunk, action):
        for model in ("crm.lead", "res.partner"):
            times = {record_id: at for name, record_id, at in chunk if name == model}
            records = self.env[model].sudo().with_context(active_test=False).browse(times)
            if records:
                self._report_to(action, records.exists(), times)

    @api.model
    def _mark_milestones(self, since):
        """Date deals and qualified leads that were made so behind Odoo's back, as well as known.

        Only those that an ad click brought; of the others nothing is reported.
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        clicked = Domain("google_click_id", "!=", False)
        for lead in leads.search(
            clicked
            & Domain("won_status", "=", "won")
            & Domain("won_at", "=", False)
            & Domain("write_date", ">=", since)
        ):
            lead.won_at = lead.date_closed or lead.write_date
        for lead in leads.search(
            clicked
            & Domain("qualified_at", "=", False)
            & Domain("write_date", ">=", since)
            & (
                Domain("date_conversion", "!=", False)
                | Domain("stage_id.counts_as_qualified", "=", True)
            )
        ):
            lead.qualified_at = (
                lead.date_conversion or lead.date_last_stage_update or lead.create_date
            )
        self.env.flush_all()  # the report on coverage reads tables
