from odoo import api, models

from ..kpi.section import Section


class ConversionBoardChartsMixin(models.AbstractModel):
    """The sections of the board below the cards, in their order."""

    _name = "conversion.board.charts.mixin"
    _description = "Charts of the Board"
    _inherit = [
        "conversion.board.series.mixin",
        "conversion.board.results.mixin",
        "conversion.board.funnel.mixin",
        "conversion.board.rankings.mixin",
        "conversion.board.export.mixin",
    ]

    @api.model
    def _get_chart_sections(self):
        """:return: dictionary of :class:`Section` by key. Override to add."""
        by_channel = self.env._("Revenue by channel")
        by_campaign = self.env._("Revenue by campaign")
        if self._has_cost():
            by_channel = self.env._("Which channels earn")
            by_campaign = self.env._("Cost and ROI by campaign")
        sections = (
            ("channel_result", by_channel, "result", "by_channel"),
            ("funnel", self.env._("From lead to deal"), "funnel", ""),
            ("channels", self.env._("Leads and revenue by channel"), "series", "by_channel"),
            ("campaigns", by_campaign, "result", ""),
            ("pipeline", self.env._("Pipeline by lead-creation source"), "ranking", ""),
            ("landing_pages", self.env._("Top landing pages"), "ranking", "texts"),
            ("forms", self.env._("Top forms"), "ranking", "texts"),
            ("referrers", self.env._("Top referring sites"), "ranking", "texts"),
        )
        return {
            key: Section(
                key,
                title,
                type=kind,
                group="chart",
                read=getattr(self, f"_read_{key}"),
                is_read=lambda question, shared=shared: shared in question.shared,
                together=shared,
            )
            for key, title, kind, shared in sections
        }
