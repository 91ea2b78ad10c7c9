from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model_create_multi
    def create(self, vals_list):
        """Take note of what visitors submit elsewhere than in a website form.

        Here, because the apps of these records need not be installed.
        """
        records = super().create(vals_list)
        submission = self.env["conversion.submission"].sudo()
        if self._name in submission._get_models():
            return submission._record_made(records)
        return records
