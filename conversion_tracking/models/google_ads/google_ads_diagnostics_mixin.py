from odoo import api, fields, models
from odoo.exceptions import UserError

from ...google_ads.diagnostics import read_upload_summaries
from ...groups import MANAGER, require_manager


class GoogleAdsDiagnosticsMixin(models.AbstractModel):
    """What Google says of an account's uploads as a whole.

    Only of those that went by the Google Ads API upload. Of what the Data Manager API delivers,
    Google says for each event what became of it; that is on the conversions themselves.
    """

    _name = "google.ads.diagnostics.mixin"
    _description = "Upload Diagnostics of Google Ads"

    upload_summary_ids = fields.One2many(
        "google.ads.upload.summary",
        "account_id",
        "Google's diagnostics of uploads",
        readonly=True,
        groups=MANAGER,
    )
    upload_warning = fields.Text(
        compute="_compute_upload_warning",
        groups=MANAGER,
        help="Errors that Google warns of, by conversion action, what they mean and what to do.",
    )
    uploads_read_at = fields.Datetime("Diagnostics read", readonly=True, copy=False)

    @api.depends("upload_summary_ids.alerts")
    @api.depends_context("lang")
    def _compute_upload_warning(self):
        for account in self:
            warned = account.upload_summary_ids.filtered("alert_text")
            # what is said of all of them together is said of its action, too
            warned = warned.filtered("google_action_id") or warned
            texts = (f"{one.display_name}: {one.alert_text}" for one in warned)
            account.upload_warning = "\n".join(texts) or False

    @api.model
    def _cron_read_uploads(self):
        """Daily: read the diagnostics of all accounts that have some."""
        accounts = self._search_readable()
        for done, account in enumerate(accounts):
            account._read_uploads()
            self.env["ir.cron"]._commit_progress(1, remaining=len(accounts) - done - 1)

    def action_read_uploads(self):
        """The same at once, for people."""
        require_manager(self)
        for account in self:
            if not account._has_diagnostics():
                raise UserError(
                    self.env._(
                        "This account delivers by the Data Manager API: Google says of each "
                        "conversion what became of it. Open Conversions or Conversion Errors."
                    )
                )
            summaries = account._ask_google(
                account._ask_for_uploads(), customer_id=account._get_upload_customer_id()
            )
            account._take_over_uploads(summaries)

    def _read_uploads(self):
        self.ensure_one()
        if not self._has_diagnostics():
            self._note_read_problem("uploads", None)
            return
        summaries = self._ask_in_job(
            "uploads", self._ask_for_uploads(), customer_id=self._get_upload_customer_id()
        )
        if summaries is not None:
            self._take_over_uploads(summaries)

    def _ask_for_uploads(self):
        """The question, which does not touch the database."""
        time_zone = self.timezone or "UTC"
        return lambda connection: read_upload_summaries(connection, time_zone)

    def _has_diagnostics(self):
        """Whether Google has a summary of what this account delivers."""
        self.ensure_one()
        return self.transport == "google_ads_upload"

    def _take_over_uploads(self, summaries):
        """Put what Google says now in the place of what it said before.

        :param summaries: ``google_ads.diagnostics.UploadSummary`` objects
        """
        account = self.sudo()
        rows = self.env["google.ads.upload.summary"].sudo()
        account.upload_summary_ids.unlink()
        rows.create([{"account_id": account.id, **rows._prepare(one)} for one in summaries])
        account.uploads_read_at = fields.Datetime.now()
        account._note_read_problem("uploads", None)
