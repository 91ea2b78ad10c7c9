from odoo import api, models

from .conversion_origin import UTM_FIELDS


class UtmMixin(models.AbstractModel):
    """Whatever has a source, medium and campaign, takes them from one visit or not at all.

    Orders, applicants, tickets and more inherit this model, event registrations ask it: so all of
    them are right without a dependency on any of their apps.
    """

    _inherit = "utm.mixin"

    @api.model
    def default_get(self, fields):
        """Without the values that core reads from its own cookies.

        They mix several visits, they make records of whatever a link says, also for a visitor
        who refused cookies, and in an employee's browser they are the employee's.
        """
        tracked = {name for _parameter, name, _cookie in self.env["utm.mixin"].tracking_fields()}
        values = super().default_get([name for name in fields if name not in tracked])
        # what a context, a user's default or the field itself says stays
        asked = [name for name in fields if name in tracked]
        given = models.BaseModel.default_get(self, asked)
        # a whole, or nothing: who chose one of the three did not mean the visit's other two
        if set(UTM_FIELDS) <= set(asked) and not any(given.get(name) for name in UTM_FIELDS):
            given.update(self._get_visit_values())
        return {**values, **given}

    @api.model
    def _get_visit_values(self):
        """Source, medium and campaign of the visit that led to a record being made just now.

        :return: values for the three fields; empty outside a visitor's request, without their
            consent, and when nothing but a direct visit led there. Override for records that a
            visitor makes before they say who they are.
        """
        return self.env["conversion.origin"].sudo()._get_last_visit_values()
