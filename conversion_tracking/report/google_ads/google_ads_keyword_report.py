from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...fields import Ratio, UnitCost
from ...groups import ACCOUNT_READERS, COST_READERS, LEAD_READERS, RESULT_READERS
from ..lead_sql import READS
from .google_ads_keyword_facts_mixin import AD_GROUP, CLICK_TEXTS, NAMES

FACTS = [("lead", "Lead"), ("cost", "Cost")]


class GoogleAdsKeywordReport(models.Model):
    """What Google's ads cost and brought: by campaign, ad group, keyword, device and so on.

    One row is one lead whose click Google described, or the cost of an ad group on a day. A lead
    counts on the day it came in, for the latest ad that its person clicked before; Google's keyword
    stands for ads of search only. Google tells cost by campaign and ad group: by what only leads
    have it is left empty.
    """

    _name = "google.ads.keyword.report"
    _description = "Keywords and Ads"
    _inherit = [
        "campaign.ratios.mixin",
        "google.ads.keyword.facts.mixin",
        "conversion.subject.mixin",
    ]
    _auto = False
    _rec_name = "subject"
    _order = "date desc, id desc"
    _only_of_leads = frozenset((*CLICK_TEXTS, "lead_id", "partner_id", "team_id", "user_id"))
    _told_by_google = frozenset(
        ("cost_actual", "profit", "roi_percent", "cost_per_lead", "cost_per_won")
    )
    _count_of_leads = "lead_count"

    fact = fields.Selection(FACTS, "Kind", readonly=True)
    date = fields.Date(readonly=True, help="Day on which the lead came in; of a cost, its day.")
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    campaign_name = fields.Char("Google campaign", readonly=True)
    campaign_type = fields.Char(readonly=True, help="Kind of campaign at Google.")
    ad_group_name = fields.Char("Ad group", readonly=True)
    ad_name = fields.Char("Ad", readonly=True)
    keyword = fields.Char(readonly=True, help="Empty for ads that are not shown by keywords.")
    match_type = fields.Char("Match type", readonly=True)
    network = fields.Char(readonly=True)
    device = fields.Char(readonly=True)
    account_id = fields.Many2one(
        "google.ads.account", "Google Ads account", readonly=True, groups=ACCOUNT_READERS
    )
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    lead_count = fields.Integer("Leads", readonly=True, groups=RESULT_READERS)
    qualified_count = fields.Integer("Qualified", readonly=True, groups=RESULT_READERS)
    won_count = fields.Integer("Won deals", readonly=True, groups=RESULT_READERS)
    won_rate = Ratio(
        "Won (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        groups=RESULT_READERS,
        help="Won deals for every hundred leads.",
    )
    revenue = fields.Monetary(
        currency_field="currency_id",
        readonly=True,
        groups=RESULT_READERS,
        help="Revenue of the won deals without tax, as chosen beside the report.",
    )
    cost_actual = UnitCost(
        "Cost",
        currency_field="currency_id",
        aggregator="sum",
        readonly=True,
        groups=COST_READERS,
        help="What Google Ads reports, converted at the day's rate. Google tells it by campaign "
        "and ad group only.",
    )
    profit = UnitCost(
        currency_field="currency_id",
        aggregator="sum",
        readonly=True,
        groups=COST_READERS,
        help="Revenue minus cost. Empty without cost.",
    )
    roi_percent = Ratio(
        "ROI (%)",
        digits=(16, 1),
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Return on investment: revenue minus cost, in percent of the cost. Empty without "
        "cost.",
    )
    cost_per_lead = UnitCost(
        "Cost per lead",
        currency_field="currency_id",
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Cost divided by the leads. Empty without cost or leads.",
    )
    cost_per_won = UnitCost(
        "Cost per won",
        currency_field="currency_id",
        aggregator="avg",
        readonly=True,
        groups=COST_READERS,
        help="Cost divided by the won deals. Empty without cost or won deals.",
    )

    _depends = {
        **READS,
        "conversion.touchpoint": [*READS["conversion.touchpoint"], "google_ads_click_id"],
        "crm.lead": [*READS["crm.lead"], "google_touch_id"],
        "google.ads.ad.group": ["account_id", "google_campaign_id", "google_id", "name"],
        "google.ads.ad.group.day": ["ad_group_id", "company_id", "cost", "currency_id", "day"],
        "google.ads.campaign": ["account_id", "campaign_id", "channel_type", "google_id", "name"],
        "google.ads.campaign.day": ["company_id", "cost", "currency_id", "day"],
        "google.ads.click": [
            *(*CLICK_TEXTS, *NAMES, "account_id"),
            *("google_ad_group_id", "google_campaign_id"),
        ],
    }

    def _read_group_select(self, aggregate_spec, query):
        """Without cost there is no profit to tell."""
        if aggregate_spec == "profit:sum":
            revenue, cost = (
                self._field_to_sql(self._table, name, query) for name in ("revenue", "cost_actual")
            )
            return SQL("COALESCE(SUM(%s), 0) - SUM(%s)", revenue, cost)
        return super()._read_group_select(aggregate_spec, query)

    # ------------------------------------------------------------
    # Beside the report
    # ------------------------------------------------------------

    @api.model
    def _get_hint(self):
        return self.env._(
            "Leads whose ad click Google described, on the day they came in. Google tells cost by "
            "campaign and ad group: by keyword, ad, match type, network, device, team or "
            "salesperson it stays empty."
        )

    def action_open_record(self):
        """Open the lead, or of a cost the day at Google."""
        self.ensure_one()
        if self.fact == "cost":
            return self._open_day()
        lead = self.sudo().lead_id.with_user(self.env.uid)
        if not lead.has_access("read"):
            raise UserError(self.env._("Only those who see this lead in CRM can open it."))
        return lead.get_formview_action()

    def _open_day(self):
        """Google's own numbers of the campaign on the day of a cost."""
        kind, record_id = self.id & 3, self.id >> 2
        if kind == AD_GROUP:
            group_day = self.env["google.ads.ad.group.day"].browse(record_id)
            campaign = group_day.ad_group_id.google_campaign_id
        else:
            campaign = self.env["google.ads.campaign.day"].browse(record_id).google_campaign_id
        return self.env["google.ads.campaign.day"]._open(campaign, self.date)
