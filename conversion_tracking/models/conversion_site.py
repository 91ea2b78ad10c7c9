from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import file_open

from ..attribution.patterns import MAX_LENGTH
from ..attribution.site_list import read_site_list
from ..attribution.sites import Site, Sites, is_too_wide, read_addresses

SITE_LIST = "conversion_tracking/data/conversion_site.csv"
CATEGORIES = [
    ("search", "Search engine"),
    ("social", "Social network"),
    ("video", "Video site"),
    ("shopping", "Shopping site"),
    ("ai", "AI assistant"),
    ("webmail", "Webmail"),
    ("ads", "Ad network"),
    ("passing", "Payment, bank or sign-in page"),
]


class ConversionSite(models.Model):
    """A service on the web: rules ask for its category, whether it refers a visitor or a link
    names it as the source.

    The sites that come with the add-on are in ``data/conversion_site.csv``; those that an update
    brings are added to them, and nothing that somebody changed or archived is touched.
    """

    _name = "conversion.site"
    _description = "Site"
    _inherit = ["conversion.cached.mixin"]
    _order = "category, name, id"

    name = fields.Char(
        required=True, help="Source of its visitors when their link names none, e.g. facebook."
    )
    category = fields.Selection(CATEGORIES, required=True)
    addresses = fields.Char(
        help="Hosts, and what links call the site in utm_source, separated by commas. facebook.com "
        "is that host, with or without www. and m.; *.facebook.com its subdomains too; google.* "
        "every country; fb or facebook* what links say. The name itself always counts."
    )
    active = fields.Boolean(
        default=True,
        help="Archive a site that should count like any other. A site of ours that you delete "
        "comes back with the next update.",
    )

    _name_uniq = models.UniqueIndex("(lower(name))", "There is already a site of this name.")

    @api.constrains("name", "addresses", "active")
    def _check_addresses(self):
        for site in self:
            for address in site._get_addresses():
                if is_too_wide(address) or len(address) > MAX_LENGTH:
                    raise ValidationError(
                        self.env._(
                            "'%(address)s' of the site '%(site)s' is no address of one service. "
                            "Write a host such as facebook.com, *.facebook.com or google.*, or "
                            "what links call it, such as fb, separated by commas.",
                            address=address[:MAX_LENGTH],
                            site=site.name,
                        )
                    )
        owners = {}
        for site in self.search([]):
            for address in site._get_addresses():
                other = owners.setdefault(address, site)
                if other != site and (site in self or other in self):
                    raise ValidationError(
                        self.env._(
                            "'%(address)s' is an address of both '%(site)s' and '%(other)s'. "
                            "Remove it from one of them.",
                            address=address,
                            site=site.name,
                            other=other.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_values(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_values(vals))

    @api.model
    def _clean_values(self, vals):
        """Addresses as they are compared: of a page's address that somebody pasted, its host."""
        if vals.get("addresses"):
            return {**vals, "addresses": ", ".join(read_addresses(vals["addresses"]))}
        return vals

    def _get_addresses(self):
        self.ensure_one()
        return dict.fromkeys(read_addresses(f"{self.name},{self.addresses or ''}"))

    @api.model
    @tools.ormcache()
    def _get_sites(self):
        """The plain sites that rules know by category."""
        return Sites(
            Site(site.name, site.category, tuple(site._get_addresses()))
            for site in self.sudo().search([])
        )

    # ------------------------------------------------------------
    # The sites that come with the add-on
    # ------------------------------------------------------------

    @api.model
    def _add_default_sites(self):
        """Add sites of our list that nobody has: all at first, the new ones with an update."""
        known = self.with_context(active_test=False).search([])
        names = {site.name.lower() for site in known}
        taken = {address for site in known for address in site._get_addresses()}
        self.create(
            [
                {
                    "name": site.name,
                    "category": site.category,
                    "addresses": ", ".join(one for one in site.addresses if one not in taken),
                }
                for site in self._read_default_sites()
                if site.name not in names and site.name not in taken
            ]
        )

    @api.model
    def _restore_default_sites(self):
        """Set the sites of our list back to what it says; sites of one's own stay."""
        names = [site.name for site in self._read_default_sites()]
        self.with_context(active_test=False).search([("name", "in", names)]).unlink()
        self._add_default_sites()

    @api.model
    def _read_default_sites(self):
        with file_open(SITE_LIST) as lines:
            return list(read_site_list(lines))
