from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..groups import LEAD_READERS
from ..models.conversion_channel_rule import CHANNELS
from ..models.lead_step_mixin import FURTHEST_STEPS
from .lead_sql import READS

FACTS = [
    ("lead", "Lead"),
    ("qualified", "Qualified lead"),
    ("won", "Won deal"),
    ("order", "Confirmed order"),
    ("invoice", "Posted invoice"),
    ("cost", "Cost"),
]


class CampaignRoiReport(models.Model):
    """Cost and result of campaigns as facts that can be added up.

    One row is one fact: a lead came in, it was qualified, it was won, an order or invoice of a
    won deal, a cost line. What the reader chooses (see ``conversion.choices.mixin``) decides on
    which day a fact counts, what revenue is, and which touches are credited with it: leads,
    qualified leads and won deals always count where the lead came in.

    A cost belongs to a campaign. By what only leads have, such as source or sales team, each
    lead carries an equal share of what its campaign cost, on the day the lead came in.
    """

    _name = "campaign.roi.report"
    _inherit = ["campaign.measures.mixin", "campaign.facts.mixin"]
    _description = "Campaign ROI"
    _auto = False
    _rec_name = "fact"
    _order = "date desc, id desc"

    fact = fields.Selection(FACTS, readonly=True)
    date = fields.Date(
        readonly=True, help="Day of the cost, or on which the lead came in, was qualified or won."
    )
    lead_date = fields.Date(
        "Lead created on", readonly=True, help="Day the lead came in; for a cost, its day."
    )
    channel = fields.Selection(CHANNELS, readonly=True, help="Channel of the touch.")
    landing_page = fields.Char(readonly=True, help="Page the visitor arrived on.")
    term = fields.Char(readonly=True, help="utm_term of the touch: the keyword, as a rule.")
    content = fields.Char(
        readonly=True, help="utm_content of the touch: which of several ads or links."
    )
    form_page = fields.Char(
        "Form", readonly=True, help="Page of the form by which the lead came in."
    )
    referring_site = fields.Char(readonly=True, help="Site whose link the visitor followed.")
    furthest_step = fields.Selection(
        FURTHEST_STEPS,
        readonly=True,
        help="How far the lead came. A step that it skipped counts as taken.",
    )
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    campaign_type = fields.Selection(related="campaign_id.campaign_type")
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    cost_id = fields.Many2one("utm.campaign.cost", string="Cost line", readonly=True)

    _depends = {
        **READS,
        "utm.campaign.cost": [
            "actual_company_amount",
            "campaign_id",
            "company_id",
            "date",
            "planned_company_amount",
        ],
    }

    @api.model
    def _get_hint(self):
        return self.env._(
            "By source, medium, channel, page, team or salesperson, each lead carries an equal "
            "share of its campaign's cost."
        )

    def action_open_record(self):
        """Open what the fact is about: the lead, or the cost line."""
        self.ensure_one()
        row = self.sudo()
        record = (row.cost_id or row.lead_id).with_user(self.env.uid)
        if not record:
            raise UserError(
                self.env._(
                    "The person behind this deal was erased. Only what it counts for is left."
                )
            )
        if not record.has_access("read"):
            raise UserError(self.env._("Only those who see this lead in CRM can open it."))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _get_totals_by_campaign(self, names):
        """SQL table of these measures by ``campaign_id``, of the facts the reader may see."""
        domain = Domain("campaign_id", "!=", False) & self._get_facts_of(names)
        report = self._asking(domain, ["campaign_id"], [f"{name}:sum" for name in names])
        report._tune()
        query = report._search(domain)
        query.groupby = self._field_to_sql(self._table, "campaign_id", query)
        measures = [
            SQL("%s AS %s", self._read_group_select(f"{name}:sum", query), SQL.identifier(name))
            for name in names
            if self._has_field_access(self._fields[name], "read")
        ]
        return SQL("(%s)", query.select(query.groupby, *measures))

    def _get_facts_of(self, names):
        """Domain of the facts that measures are made of."""
        amounts = self._get_needed_amounts(names)
        of_cost = {name for name in amounts if name.startswith("cost_")}
        if of_cost == amounts:
            return Domain("fact", "=", "cost")
        return Domain.TRUE if of_cost else Domain("fact", "!=", "cost")
