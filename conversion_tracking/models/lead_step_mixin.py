from odoo import api, fields, models
from odoo.fields import Domain

from ..groups import TOUCHPOINT_READERS

# Each lies behind who skipped it: most deals of small amounts were never quoted.
FURTHEST_STEPS = [
    ("lead", "Lead"),
    ("qualified", "Qualified"),
    ("quotation", "Quotation"),
    ("won", "Won"),
]


class LeadStepMixin(models.AbstractModel):
    """How far a lead came, as the funnel counts it.

    The same as ``furthest_step`` of ``campaign.roi.report``, which reads it for many.
    """

    _name = "lead.step.mixin"
    _description = "Furthest Step of a Lead"

    furthest_step = fields.Selection(
        FURTHEST_STEPS,
        compute="_compute_furthest_step",
        search="_search_furthest_step",
        groups=TOUCHPOINT_READERS,
        help="Won, quoted (a quotation that was not cancelled), qualified, or none of these.",
    )

    @api.depends("won_status", "qualified_at", "date_conversion", "order_ids.state")
    def _compute_furthest_step(self):
        # a quotation counts whoever may read it
        orders = self.env["sale.order"].sudo()
        quoted = orders._read_group(
            [("opportunity_id", "in", self.ids), ("state", "!=", "cancel")], ["opportunity_id"]
        )
        quoted_ids = {lead.id for (lead,) in quoted}
        for lead in self:
            if lead.won_status == "won":
                lead.furthest_step = "won"
            elif lead._origin.id in quoted_ids:
                lead.furthest_step = "quotation"
            elif lead.qualified_at or lead.date_conversion:
                lead.furthest_step = "qualified"
            else:
                lead.furthest_step = "lead"

    @api.model
    def _search_furthest_step(self, operator, value):
        if operator != "in":
            return NotImplemented
        reached = {
            "won": Domain("won_status", "=", "won"),
            "quotation": Domain("order_ids", "any!", Domain("state", "!=", "cancel")),
            "qualified": Domain("qualified_at", "!=", False)
            | Domain("date_conversion", "!=", False),
            "lead": Domain.TRUE,
        }
        found, later = Domain.FALSE, Domain.FALSE
        for step, condition in reached.items():
            if step in value:
                found |= condition & ~later
            later |= condition
        return found
