from odoo import fields, models


class ConversionSetupStep(models.TransientModel):
    """One step of the set-up, as it stood when the page was opened."""

    _name = "conversion.setup.step"
    _description = "Step of the Set-up"
    _order = "sequence, id"

    setup_id = fields.Many2one("conversion.setup", required=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    title = fields.Char("Step", readonly=True, required=True)
    who = fields.Char("Who does it", readonly=True)
    minutes = fields.Integer(readonly=True)
    state = fields.Selection(
        [("done", "Done"), ("open", "To do"), ("waiting", "Comes by itself")],
        readonly=True,
        required=True,
    )
    meaning = fields.Char(readonly=True)
    action = fields.Char(readonly=True)

    def action_open(self):
        """Open the place where the step is done."""
        self.ensure_one()
        return self.env["ir.actions.actions"]._for_xml_id(self.action)
