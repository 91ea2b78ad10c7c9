from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..attribution.identity import EMAIL_LENGTH, MAX_STARS, Filler


class ConversionFiller(models.Model):
    """What people type in that tells nothing of who they are.

    Filler such as "noreply@", and mailboxes that many share such as "info@": two leads that have
    one in common are not of one person. The addresses and numbers of Odoo's own companies are
    added, which employees type in for somebody who has none.
    """

    _name = "conversion.filler"
    _description = "Shared or Filler Address"
    _inherit = ["conversion.cached.mixin"]
    _order = "name"

    name = fields.Char(
        "Address or number",
        required=True,
        help="An e-mail address, or a phone number as +31201234567. * stands for anything: info@* "
        "is a mailbox of any company, *@none.* any address there.",
    )
    active = fields.Boolean(default=True)

    @api.constrains("name")
    def _check_name(self):
        for filler in self:
            if any(one.isspace() for one in filler.name) or len(filler.name) > EMAIL_LENGTH:
                raise ValidationError(
                    self.env._(
                        "'%(filler)s' is no address or number: write one a line, without spaces.",
                        filler=filler.name,
                    )
                )
            if filler.name.count("*") > MAX_STARS:
                raise ValidationError(
                    self.env._(
                        "'%(filler)s' has too many stars. Use at most %(limit)s.",
                        filler=filler.name,
                        limit=MAX_STARS,
                    )
                )
            if sum(one.isalnum() for one in filler.name) < 2:
                raise ValidationError(
                    self.env._(
                        "'%(filler)s' would fit nearly everybody, and nobody would be recognised "
                        "any more. Write more of the address.",
                        filler=filler.name,
                    )
                )

    @api.model
    def _changed(self):
        """Find the journeys of all won deals again, too."""
        if not self.env.context.get("install_mode"):
            self.env["conversion.credit.rebuild"]._request_rebuild()
        return super()._changed()

    # ------------------------------------------------------------
    # Asked for each lead
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_filler(self):
        """All of it, as plain Python. Override :meth:`_get_own` for more of one's own."""
        return Filler((*self.sudo().search([]).mapped("name"), *self._get_own()))

    @api.model
    def _get_own(self):
        """Addresses and numbers of this database's companies, and their mail domains."""
        companies = self.env["res.company"].sudo().search([])
        own = [email_normalize(email, strict=False) for email in companies.mapped("email")]
        own += [
            company._phone_format_number(company.phone, company.country_id) for company in companies
        ]
        domains = self.env["mail.alias.domain"].sudo().search([])
        return [*filter(None, own), *(f"*@{domain.name}" for domain in domains)]
