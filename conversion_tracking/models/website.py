import re

from odoo import api, fields, models, tools

from ..attribution.forms import make_leads
from ..attribution.referrers import OwnHosts
from ..groups import ADMINISTRATOR

DEFAULT_JOURNEY_DAYS = 90
MIN_JOURNEY_DAYS, MAX_JOURNEY_DAYS = 1, 395
OWN_HOSTS, OWN_LINKS = "conversion_tracking.own_hosts", "conversion_tracking.own_links"


def split_hosts(text):
    """What a list of hosts names, however it is written."""
    return re.split(r"[\s,;]+", text.strip())


class Website(models.Model):
    _name = "website"
    _inherit = ["website", "conversion.cached.mixin"]

    conversion_tested_at = fields.Datetime(
        "Last self-test", readonly=True, copy=False, groups=ADMINISTRATOR
    )
    conversion_test_passed = fields.Boolean(
        "Self-test passed", readonly=True, copy=False, groups=ADMINISTRATOR
    )

    @api.model
    def _get_own_hosts(self):
        """The :class:`OwnHosts` of the company, which refer nobody: of the websites that this
        database shows, and of other platforms that the settings name."""
        listed = self.env["ir.config_parameter"].sudo().get_param(OWN_HOSTS)
        return self._read_own_hosts(listed or "")

    @api.model
    @tools.ormcache("listed")
    def _read_own_hosts(self, listed):
        websites = self.sudo().search([("domain", "!=", False)])
        return OwnHosts.of([*websites.mapped("domain"), *split_hosts(listed)])

    @api.model
    def _are_own_links_marketing(self):
        """Whether a link with UTM values on an own page replaces the ad that brought a visitor."""
        return self.env["ir.config_parameter"].sudo().get_param(OWN_LINKS) == "touch"

    @api.model
    def _get_journey_days(self):
        """Days after the last visit for which a browser keeps its journey."""
        parameter = self.env["ir.config_parameter"].sudo()
        try:
            days = int(parameter.get_param("conversion_tracking.journey_days", ""))
        except ValueError:
            return DEFAULT_JOURNEY_DAYS
        return min(max(days, MIN_JOURNEY_DAYS), MAX_JOURNEY_DAYS)

    def _mend_forms(self, page):
        """Let the forms of a page that send e-mails make leads instead, on this website only.

        :param page: address of a page, such as ``/contactus``
        :raise AccessError: for those who may not change pages
        """
        self.ensure_one()
        found = self._get_website_pages([("url", "=", page)], limit=1)
        view = found.view_id.sudo(False).with_context(website_id=self.id)
        if arch := make_leads(view.arch):
            view.arch = arch

    @api.model
    def _is_remembered(self, vals):
        return "domain" in vals
