from odoo import api, models, tools

from ..attribution.addresses import host_of

DEFAULT_JOURNEY_DAYS = 90
MIN_JOURNEY_DAYS, MAX_JOURNEY_DAYS = 1, 395


class Website(models.Model):
    _inherit = "website"

    @api.model
    @tools.ormcache()
    def _get_own_hosts(self):
        """Host names under which this database shows websites: they refer nobody."""
        websites = self.sudo().search([("domain", "!=", False)])
        return frozenset(
            host
            for domain in websites.mapped("domain")
            if (host := host_of(domain if "//" in domain else f"//{domain}"))
        )

    @api.model
    def _get_journey_days(self):
        """Days after the last visit for which a browser keeps its journey."""
        parameter = self.env["ir.config_parameter"].sudo()
        try:
            days = int(parameter.get_param("conversion_tracking.journey_days", ""))
        except ValueError:
            return DEFAULT_JOURNEY_DAYS
        return min(max(days, MIN_JOURNEY_DAYS), MAX_JOURNEY_DAYS)

    @api.model_create_multi
    def create(self, vals_list):
        websites = super().create(vals_list)
        self.env.registry.clear_cache()
        return websites
