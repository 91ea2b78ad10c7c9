from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...google_ads.lifecycle import SUCCESS
from ..conversion_health import Figure

CONVERSION = "google.ads.conversion"


class ConversionHealth(models.TransientModel):
    """Google's side: what was delivered and how soon, and how each account fares."""

    _inherit = "conversion.health"

    click_read_at = fields.Datetime("Newest click description", readonly=True)
    account_ids = fields.Many2many(
        "google.ads.account", "conversion_health_account_rel", string="Accounts", readonly=True
    )

    def action_refresh(self):
        result = super().action_refresh()
        self.account_ids = self.env["google.ads.account"].search([])
        latencies = self._get_latencies()
        for one, day in [(self, None), *((one, one.day) for one in self.day_ids)]:
            one.latency_median, one.latency_most = latencies.get(day, (0, 0))
        return result

    @api.model
    def _get_figures(self):
        told = Domain("kind", "=", "conversion")
        return {
            **super()._get_figures(),
            "created_events": Figure(self.env._("Conversions"), CONVERSION, "create_date", told),
            "delivered_events": Figure(
                self.env._("Delivered"),
                CONVERSION,
                "uploaded_at",
                told & Domain("state", "=", SUCCESS),
            ),
        }

    @api.model
    def _get_newest_figures(self):
        return {
            **super()._get_newest_figures(),
            "click_read_at": Figure(
                self.env._("Click Descriptions"), "google.ads.click", "create_date"
            ),
        }

    @api.model
    def _get_latencies(self):
        """Hours from event to Google's confirmation, median and 90 %, by the day of confirmation.

        :return: ``{day: (median, most)}``, with all days together under None
        """
        period = self._get_period()
        domain = self._get_domain(
            self._get_figures()["delivered_events"], period.first, period.last
        )
        conversions = self.env[CONVERSION]
        conversions.flush_model()
        query = conversions._search(domain)
        table = SQL.identifier(query.table)
        day = SQL("timezone(%s, timezone('UTC', %s.uploaded_at))::date", str(self.env.tz), table)
        query.groupby = SQL("ROLLUP (1)")
        rows = self.env.execute_query(
            query.select(
                SQL("%s AS day", day),
                SQL(
                    "percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
                    " (ORDER BY EXTRACT(EPOCH FROM %s.uploaded_at - %s.event_time) / 3600)",
                    table,
                    table,
                ),
            )
        )
        return {day: tuple(hours) for day, hours in rows if hours}
