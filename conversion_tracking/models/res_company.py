from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _write_multi(self, vals_list):
        """Every change comes by here, also one of the company's contact: the address is its own."""
        result = super()._write_multi(vals_list)
        if any("email" in vals or "phone" in vals for vals in vals_list):
            self.env.registry.clear_cache()
        return result
