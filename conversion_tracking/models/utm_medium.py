from odoo import models


class UtmMedium(models.Model):
    _name = "utm.medium"
    _inherit = ["utm.medium", "utm.name.mixin"]
