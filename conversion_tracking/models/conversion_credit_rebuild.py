from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .conversion_credit import CHUNK

# The rebuild goes from the newest deal to the oldest; those below this id are still to be done.
# A mark that walks costs no write on a lead, which a date on each would.
REBUILD_BELOW = "conversion_tracking.credit_rebuild_below"
# The half-life in days that the last rebuild was asked for with.
REBUILT_HALF_LIFE = "conversion_tracking.credit_half_life_days"


class ConversionCreditRebuild(models.AbstractModel):
    """Shares all won deals anew: those that were won before there were rows, all with another
    half-life, and all when somebody asks for it."""

    _name = "conversion.credit.rebuild"
    _description = "Rebuild of Attribution Credit"

    @api.model
    def _follow_half_life(self):
        """Share all deals anew if the half-life is not the one that they were shared with."""
        shared_with = self.env["ir.config_parameter"].sudo().get_param(REBUILT_HALF_LIFE)
        if shared_with != str(self.env["conversion.credit"]._get_half_life()):
            self._request_rebuild()

    @api.model
    def _request_rebuild(self):
        """Share all won deals anew, from the newest to the oldest, as soon as the job runs."""
        newest = self._get_all_leads().search([], order="id desc", limit=1)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(REBUILD_BELOW, str(newest.id + 1))
        parameters.set_param(REBUILT_HALF_LIFE, str(self.env["conversion.credit"]._get_half_life()))
        self.env.ref("conversion_tracking.ir_cron_rebuild_credit").sudo()._trigger()

    @api.model
    def _get_mark(self):
        return int(self.env["ir.config_parameter"].sudo().get_param(REBUILD_BELOW) or 0)

    @api.model
    def _count_remaining(self):
        """How many won deals the rebuild has still to do."""
        remaining = Domain("won_status", "=", "won") & Domain("id", "<", self._get_mark())
        return self._get_all_leads().search_count(remaining)

    @api.model
    def _rebuild(self, limit):
        """Share the next won deals anew.

        :return: how many there were: none when all are done
        """
        mark = self._get_mark()
        leads = self._get_all_leads()
        won = Domain("won_status", "=", "won") & Domain("id", "<", mark)
        leads = leads.search(won, order="id desc", limit=limit)
        self.env.execute_query(
            SQL("SELECT id FROM crm_lead WHERE id IN %s FOR NO KEY UPDATE", (0, *leads.ids))
        )
        lowest = min(leads.ids, default=0)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM conversion_credit USING crm_lead lead
                 WHERE lead.id = lead_id AND lead_id >= %s AND lead_id < %s
                   AND lead.won_status IS DISTINCT FROM 'won'
                """,
                lowest,
                mark,
            )
        )
        credit = self.env["conversion.credit"].sudo()
        credit.invalidate_model()
        credit._refresh(leads)
        self.env["ir.config_parameter"].sudo().set_param(
            REBUILD_BELOW, str(lowest) if lowest else False
        )
        return len(leads)

    @api.model
    def _cron_rebuild(self):
        """Rebuild what was asked for, in batches; the first time, all that was won before."""
        self._follow_half_life()
        cron = self.env["ir.cron"]
        remaining = self._count_remaining()
        cron._commit_progress(remaining=remaining)
        while done := self._rebuild(CHUNK):
            remaining = max(remaining - done, 0)
            if not cron._commit_progress(done, remaining=remaining):
                return  # out of time: Odoo calls again

    @api.model
    def _get_all_leads(self):
        return self.env["crm.lead"].sudo().with_context(active_test=False)
