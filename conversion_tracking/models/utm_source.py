from odoo import models


class UtmSource(models.Model):
    _name = "utm.source"
    _inherit = ["utm.source", "utm.name.mixin"]
