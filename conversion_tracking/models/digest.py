from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..groups import RESULT_READERS
from ..kpi.span import Span

# Codes of the key figures that the digest can show.
FIGURES = {
    "kpi_conversion_deals_won": "deals_won",
    "kpi_conversion_won_amount": "won_amount",
    "kpi_conversion_win_rate": "win_rate",
    "kpi_conversion_pipeline": "pipeline_value",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_conversion_deals_won = fields.Boolean("Deals Won")
    kpi_conversion_deals_won_value = fields.Integer(compute="_compute_kpi_conversion_values")
    kpi_conversion_won_amount = fields.Boolean("Won Amount")
    kpi_conversion_won_amount_value = fields.Monetary(compute="_compute_kpi_conversion_values")
    kpi_conversion_win_rate = fields.Boolean("Deal Win Rate (%)")
    kpi_conversion_win_rate_value = fields.Float(compute="_compute_kpi_conversion_values")
    kpi_conversion_pipeline = fields.Boolean("Pipeline Value")
    kpi_conversion_pipeline_value = fields.Monetary(compute="_compute_kpi_conversion_values")

    def _compute_kpi_conversion_values(self):
        """The same numbers as on the board, of the digest's company and time."""
        if not self.env.user.has_groups(RESULT_READERS):
            raise AccessError(
                self.env._("Key figures of sales are for those who work in sales or marketing.")
            )
        # text, as the digest takes it: its moments name a zone that they are not in
        start, end, _companies = self._get_kpi_compute_parameters()
        end = fields.Datetime.to_datetime(end or None) or fields.Datetime.now()
        start = fields.Datetime.to_datetime(start or None) or end - timedelta(days=1)
        kpis = self.env["conversion.kpi"].search([("code", "in", list(FIGURES.values()))])
        known = {kpi.code: kpi for kpi in kpis}
        for digest in self:
            company = digest.company_id or self.env.company
            reader = self.env["conversion.kpi.reader"].with_context(allowed_company_ids=company.ids)
            span = Span((start, start, end), wanted=tuple(kpis))
            for name, code in FIGURES.items():
                value = digest._read_figure(reader, known.get(code), span)
                digest[f"{name}_value"] = value or 0

    def _read_figure(self, reader, kpi, span):
        """Value of a key figure; the digest leaves out one that cannot be read."""
        if not kpi:
            return None
        try:
            return reader._get_values(kpi, span)[1]
        except UserError:
            return None

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        board = f"conversion_tracking.conversion_board_action?menu_id={menu}"
        return {**actions, **dict.fromkeys(FIGURES, board)}
