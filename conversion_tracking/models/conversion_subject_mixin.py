from odoo import api, fields, models


class ConversionSubjectMixin(models.AbstractModel):
    """Rows about a lead or contact: named for those who may read it, numbered for the others.

    Odoo shows the name of what a many2one points to to everybody who sees the row.
    """

    _name = "conversion.subject.mixin"
    _description = "About a Lead or Contact"

    subject = fields.Char(
        "Lead or contact",
        compute="_compute_subject",
        help="The name is shown to those who may open the lead or contact.",
    )

    @api.depends("lead_id", "partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_subject(self):
        rows = self.sudo()
        readable = {
            record
            for records in (rows.lead_id, rows.partner_id)
            for record in records.with_user(self.env.uid)._filtered_access("read")
        }
        # to the row as the reader sees it: the cache keeps what others see apart
        for row, known in zip(self, rows, strict=True):
            record = known.lead_id or known.partner_id
            if record in readable:
                row.subject = record.display_name
            elif known.lead_id:
                row.subject = self.env._("Lead %(number)s", number=record.id)
            elif record:
                row.subject = self.env._("Contact %(number)s", number=record.id)
            else:
                row.subject = False
