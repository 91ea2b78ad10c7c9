from odoo import api, models


class MailAliasDomain(models.Model):
    _inherit = "mail.alias.domain"

    # The addresses of a mail domain of our own are nobody's, see ``conversion.filler``.

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create(vals_list)
        self.env.registry.clear_cache()
        return domains

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
