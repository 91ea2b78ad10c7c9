from odoo import models


class ConversionCompanyMixin(models.AbstractModel):
    """Records that nobody can move to a company that they are not in.

    Odoo checks the record rules before a record is written, and not what it has become.
    """

    _name = "conversion.company.mixin"
    _description = "Record of One of the User's Companies"

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")
        return result
