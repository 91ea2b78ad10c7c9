from odoo import api, fields, models

from ...groups import SYSTEM


class GoogleAdsPlace(models.Model):
    """Names of places at Google, so that each is asked for once: clicks only carry numbers."""

    _name = "google.ads.place"
    _description = "Google Ads Place"
    _order = "name, id"

    code = fields.Char("Google's name", required=True, readonly=True, groups=SYSTEM)
    name = fields.Char(required=True, readonly=True)

    _code_uniq = models.UniqueIndex("(code)", "This place is known already.")

    @api.model
    def _get_names(self):
        """``{resource name at Google: name}`` of the places known."""
        return {place.code: place.name for place in self.sudo().search([])}

    @api.model
    def _learn(self, names):
        """Keep the names of places that were not known.

        :param names: as of :meth:`_get_names`
        """
        self.sudo().create([{"code": code, "name": name} for code, name in names.items()])
