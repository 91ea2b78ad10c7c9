from odoo import models


class MailAliasDomain(models.Model):
    """The addresses of a mail domain of our own are nobody's, see ``conversion.filler``."""

    _name = "mail.alias.domain"
    _inherit = ["mail.alias.domain", "conversion.cached.mixin"]
