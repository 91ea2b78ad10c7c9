from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..groups import ADMINISTRATOR
from ..models.ir_actions_actions import LOOKUPS

SUBJECTS = ("res.partner", "crm.lead")


class ConversionErasure(models.TransientModel):
    """Asks an administrator, with numbers, before a person's attribution is erased.

    Opened from contacts, from leads, and from what Odoo's privacy look-up has found.
    """

    _name = "conversion.erasure"
    _description = "Erase Attribution"

    # no relations: whoever may open no leads in CRM may erase a contact all the same
    subjects = fields.Json(help="The chosen contacts and leads, lists of ids by model.")
    contact_count = fields.Integer("Contacts", compute="_compute_counts", compute_sudo=True)
    lead_count = fields.Integer(
        "Leads and opportunities", compute="_compute_counts", compute_sudo=True
    )
    touchpoint_count = fields.Integer(
        "Visits and forms", compute="_compute_counts", compute_sudo=True
    )
    deal_count = fields.Integer("Won deals", compute="_compute_counts", compute_sudo=True)
    elsewhere_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    understood = fields.Boolean("I understand that this cannot be undone")

    @api.model
    def default_get(self, fields):  # pylint: disable=redefined-outer-name
        """Take the records that the Action menu was opened on."""
        values = super().default_get(fields)
        if "subjects" in fields:
            values["subjects"] = self._get_chosen()
        return values

    @api.model
    def _get_chosen(self):
        """The contacts and leads that the user has chosen and may read, ``{model: ids}``.

        :raise UserError: when there are none
        """
        chosen = {
            model: self.env[model].browse(ids).exists()._filtered_access("read").ids
            for model, ids in self._get_chosen_ids().items()
        }
        if not any(chosen.values()):
            raise UserError(
                self.env._("No contact or lead that you may open is among these. Choose one.")
            )
        return chosen

    @api.model
    def _get_chosen_ids(self):
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model in SUBJECTS:
            return {model: ids}
        found = {subject: [] for subject in SUBJECTS}
        for line in self._get_lookup_lines():
            if line.res_model in SUBJECTS and not line.is_unlinked:
                found[line.res_model].append(line.res_id)
        return found

    @api.model
    def _get_lookup_lines(self):
        """What Odoo's privacy look-up has found; nothing where this was opened elsewhere."""
        model = self.env.context.get("active_model")
        if model not in LOOKUPS or model not in self.env:
            return ()
        chosen = self.env[model].browse(self.env.context.get("active_ids") or [])
        return chosen.line_ids if model == LOOKUPS[0] else chosen

    # ------------------------------------------------------------
    # What goes
    # ------------------------------------------------------------

    @api.depends("subjects")
    def _compute_counts(self):
        for wizard in self:
            wizard.update(wizard._count(wizard._get_dossier()))

    def _get_dossier(self):
        """All that is stored about the persons, of companies that the user has chosen."""
        contacts, leads = map(self.env["conversion.dossier"]._collect, self._get_subjects())
        return contacts | leads

    def _get_subjects(self):
        """The contacts, and the leads."""
        self.ensure_one()
        subjects = self.subjects if isinstance(self.subjects, dict) else {}
        for model in SUBJECTS:
            ids = subjects.get(model)
            ids = [one for one in ids if isinstance(one, int)] if isinstance(ids, list) else []
            yield self.env[model].browse(ids).exists()

    @api.model
    def _count(self, dossier):
        """Values of the numbers that are shown. Extend to add some."""
        return {
            "contact_count": len(dossier.contacts),
            "lead_count": len(dossier.leads),
            "touchpoint_count": len(dossier.touchpoints),
            "deal_count": len(dossier.leads.filtered(lambda lead: lead.won_status == "won")),
            "elsewhere_count": dossier.elsewhere,
        }

    def action_erase(self):
        """Erase them, for good.

        :raise AccessError: for all but administrators of Conversion Tracking
        """
        self.ensure_one()
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only administrators of Conversion Tracking can erase a person. Ask one of "
                    "them."
                )
            )
        for records in self._get_subjects():
            if records:
                records.check_access("read")
        if not self.understood:
            raise UserError(self.env._("Tick first that you understand: this cannot be undone."))
        dossier = self._get_dossier()
        count = self.env["conversion.eraser"]._erase(dossier)
        note = self.env._("Attribution erased: %s visits and forms are anonymous now.", count)
        for line in self._get_lookup_lines():
            if line.res_model in SUBJECTS:
                line.execution_details = f"{line.res_model_id.name} #{line.res_id}: {note}"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": note,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
