from odoo import models

# Odoo's look-up of a person in all tables, where it is installed: a form, and what it found.
LOOKUPS = ("privacy.lookup.wizard", "privacy.lookup.wizard.line")


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    def _get_bindings(self, model_name):
        """*Erase attribution* is in the Action menu of Odoo's privacy look-up, too; an action of a
        data file could only be bound to a model that is sure to be there."""
        bindings = super()._get_bindings(model_name)
        if model_name not in LOOKUPS:
            return bindings
        erasure = self.env.ref("conversion_tracking.conversion_erasure_action").id
        of_contacts = super()._get_bindings("res.partner").get("action", ())
        ours = [
            action | {"binding_view_types": "list,form"}
            for action in of_contacts
            if action["id"] == erasure
        ]
        return {**bindings, "action": (*bindings.get("action", ()), *ours)}
