from odoo import fields, models


class ConversionSelfTestLine(models.TransientModel):
    """One step of a self-test, and how it came out."""

    _name = "conversion.self.test.line"
    _description = "Step of a Self-test"
    _order = "sequence, id"

    test_id = fields.Many2one("conversion.self.test", required=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    title = fields.Char("Step", readonly=True, required=True)
    state = fields.Selection(
        [
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("unknown", "Not known"),
            ("not_needed", "Not needed"),
        ],
        readonly=True,
        required=True,
    )
    # Text, not Char: lists show it whole
    meaning = fields.Text("What it means", readonly=True)
    remedy = fields.Text("What to do", readonly=True)
    page = fields.Char(readonly=True, help="A page whose form can be mended.")

    def action_mend(self):
        """Let the e-mail forms of a page make leads, on this website only; then test again."""
        self.ensure_one()
        website = self.test_id.website_id
        website._mend_forms(self.page)
        return self.test_id.action_run()
