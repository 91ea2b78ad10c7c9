from odoo import api, fields, models
from odoo.fields import Domain

from ..groups import RESULT_READERS
from .conversion_choices_mixin import CHOICES

# By which a lead is known to have come over a link, in the ROI report.
DIMENSIONS = ("source_id", "medium_id", "campaign_id", "term", "content", "landing_page")
RESULTS = ("lead_count", "won_count", "revenue")


class LinkResultsMixin(models.AbstractModel):
    """What a tagged link brought: leads, deals won and revenue, each with its records.

    Read from the ROI report, so that links and campaigns agree.
    """

    _name = "link.results.mixin"
    _description = "Results of a Link"

    roi_currency_id = fields.Many2one("res.currency", compute="_compute_roi_currency_id")
    lead_count = fields.Integer(
        "Leads",
        compute="_compute_results",
        groups=RESULT_READERS,
        help="Leads that were created during a visit over this link, the short one too: of the "
        "same source, medium, campaign, term, content and landing page. Who was erased came over "
        "no link any more, and counts for the campaign only.",
    )
    won_count = fields.Integer(
        "Won deals",
        compute="_compute_results",
        groups=RESULT_READERS,
        help="Those of the leads that were won.",
    )
    revenue = fields.Monetary(
        compute="_compute_results",
        currency_field="roi_currency_id",
        groups=RESULT_READERS,
        help="Revenue of the won deals, as the campaign ROI counts it by lead creation.",
    )

    @api.depends_context("company")
    def _compute_roi_currency_id(self):
        self.roi_currency_id = self.env.company.currency_id

    @api.depends_context("uid", "allowed_company_ids", *CHOICES)
    def _compute_results(self):
        """Read the results of all links in one query, with the reader's access rights."""
        built = self.filtered("tagged_url")
        found = {}
        if built:
            # Only columns that bound the answer; links that share some are told apart below.
            domain = Domain("fact", "!=", "cost")
            for name in ("source_id", "campaign_id", "landing_page"):
                values = {link._get_dimension(name) for link in built}
                domain &= Domain(name, "in", list(values))
            rows = self._get_report()._read_group(
                domain, DIMENSIONS, [f"{name}:sum" for name in RESULTS]
            )
            found = {tuple(self._plain(one) for one in row[:-3]): row[-3:] for row in rows}
        for link in self:
            key = tuple(link._get_dimension(name) for name in DIMENSIONS)
            results = (link.tagged_url and found.get(key)) or (0, 0, 0)
            for name, value in zip(RESULTS, results, strict=True):
                link[name] = value

    @api.model
    def _get_report(self):
        return self.env["campaign.roi.report"].with_context(attribution_model="lead_creation")

    def _get_dimension(self, name):
        return self._plain(self[name])

    @staticmethod
    def _plain(value):
        return value.id if isinstance(value, models.BaseModel) else value or False

    def _get_lead_domain(self, prefix=""):
        """Leads that came over this link; ``prefix`` leads to the touch of lead creation."""
        self.ensure_one()
        domain = Domain.TRUE
        for name in DIMENSIONS:
            path = name if name.endswith("_id") else f"{prefix}{name}"
            domain &= Domain(path, "in", [self._get_dimension(name)])
        return domain

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_leads(self):
        return self._open_leads(Domain.TRUE, self.env._("Leads"))

    def action_open_won(self):
        return self._open_leads(Domain("won_status", "=", "won"), self.env._("Won deals"))

    def _open_leads(self, domain, name):
        """Open the leads, or the facts about them for those who have no access to CRM."""
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return self.action_open_report()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        return {
            **action,
            "name": name,
            "domain": list(domain & self._get_lead_domain("lead_creation_touch_id.")),
            "context": {"active_test": False, "create": False},
        }

    def action_open_report(self):
        """Open the campaign ROI of what came over this link."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.campaign_roi_report_action"
        )
        domain = self._get_lead_domain() & Domain("fact", "!=", "cost")
        context = {"attribution_model": "lead_creation"}
        return {**action, "domain": list(domain), "context": context}
