from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CampaignFeedMixin(models.AbstractModel):
    """A cost that is read from elsewhere, such as an ad platform, again and again.

    There it is corrected and deleted, not here.
    """

    _name = "campaign.feed.mixin"
    _description = "Campaign Cost Read from Elsewhere"

    external_key = fields.Char(
        readonly=True,
        copy=False,
        help="Names the same cost where it is read from, such as an ad platform: reading it again "
        "updates the line.",
    )

    _external_key_idx = models.UniqueIndex(
        "(external_key) WHERE external_key IS NOT NULL",
        "This cost was read already.",
    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Without a bin on lines that nobody deletes: Odoo's schema of views does not know how."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list":
            for control in arch.xpath("/list/control"):
                etree.SubElement(control, "delete", invisible="external_key")
        return arch, view

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        if read := self.filtered("external_key")[:1]:
            raise UserError(
                self.env._(
                    "'%(line)s' of %(date)s is read from an ad platform and would come back "
                    "tomorrow. If it is wrong, correct it there: recent days are read again.",
                    line=read.name,
                    date=format_date(self.env, read.date),
                )
            )

    @api.model
    def _upsert(self, vals_list):
        """Write costs that carry an ``external_key``: known ones anew, others as new lines.

        :param vals_list: values with at least ``external_key``, ``campaign_id``, ``date``,
            ``name``, ``actual_amount``, ``currency_id`` and ``company_id``
        :return: the cost lines, in the order of the values
        """
        keys = [vals["external_key"] for vals in vals_list]
        known = {cost.external_key: cost for cost in self.search([("external_key", "in", keys)])}
        latest = {vals["external_key"]: vals for vals in vals_list}
        fresh = [vals for key, vals in latest.items() if key not in known]
        for cost in self.create(fresh):
            known[cost.external_key] = cost
        for key, cost in known.items():
            cost._take_over(latest[key])
        return self.browse(known[key].id for key in keys)

    def _forget_read(self):
        """Delete lines that are no longer there where they were read."""
        self.external_key = False
        self.unlink()
