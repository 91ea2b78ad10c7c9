from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...fields import Ratio
from ...groups import ACCOUNT_READERS, LEAD_READERS, RESULT_READERS
from ..lead_sql import CAME_AT, IS_WON, QUALIFIED_AT, READS, WON_AT

CLICK_TEXTS = (
    *("campaign_name", "campaign_type", "ad_group_name", "ad_name", "keyword", "match_type"),
    *("network", "device"),
)


class GoogleAdsKeywordReport(models.Model):
    """What came of the clicks on Google's ads: by campaign, ad group, keyword, device and so on.

    One row is one lead whose click Google described. A lead counts on the day it came in, for the
    latest ad that its person clicked before; Google's keyword stands for ads of search only.
    """

    _name = "google.ads.keyword.report"
    _description = "Keywords and Ads"
    _inherit = ["won.deals.mixin", "conversion.subject.mixin"]
    _auto = False
    _rec_name = "subject"
    _order = "date desc, id desc"

    date = fields.Date("Lead created on", readonly=True)
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

    _depends = {
        **READS,
        "conversion.touchpoint": [*READS["conversion.touchpoint"], "google_ads_click_id"],
        "crm.lead": [*READS["crm.lead"], "google_touch_id"],
        "google.ads.click": [*CLICK_TEXTS, "account_id"],
    }

    @property
    def _table_query(self):
        totals = self._get_totals(self._get_choice("revenue_basis"))
        expected = self._in_report_currency(
            SQL("COALESCE(lead.expected_revenue, 0)"),
            SQL("lead.company_id"),
            self._get_day(WON_AT),
        )
        return SQL(
            """
            SELECT lead.id, lead.id AS lead_id, %(date)s AS date, %(texts)s, click.account_id,
                   lead.campaign_id, lead.team_id, lead.user_id, lead.company_id,
                   lead.partner_id, %(currency)s AS currency_id, 1 AS lead_count,
                   (%(qualified_at)s IS NOT NULL)::int AS qualified_count,
                   (%(is_won)s)::int AS won_count, NULL::float8 AS won_rate,
                   CASE WHEN %(is_won)s THEN %(revenue)s ELSE 0 END AS revenue
              FROM google_ads_click click
              JOIN conversion_touchpoint landing ON landing.google_ads_click_id = click.id
              JOIN crm_lead lead ON lead.google_touch_id = landing.id
                   %(totals)s
            """,
            date=self._get_day(CAME_AT),
            texts=SQL(", ").join(SQL.identifier("click", name) for name in CLICK_TEXTS),
            currency=self.env.company.currency_id.id,
            qualified_at=QUALIFIED_AT,
            is_won=IS_WON,
            revenue=SQL("COALESCE(total.revenue, 0)") if totals else expected,
            totals=SQL("LEFT JOIN (%s) total ON total.lead_id = lead.id", totals)
            if totals
            else SQL(),
        )

    def _read_group_select(self, aggregate_spec, query):
        """The rate is taken from the sums, whatever the aggregate asked for."""
        if aggregate_spec.partition(":")[0] == "won_rate":
            won, leads = (
                self._field_to_sql(self._table, name, query) for name in ("won_count", "lead_count")
            )
            return SQL("SUM(%s)::numeric * 100 / NULLIF(SUM(%s), 0)", won, leads)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_hint(self):
        return self.env._(
            "Leads whose ad click Google described, on the day they came in. Google is asked once "
            "a day."
        )

    def action_open_record(self):
        """Open the lead."""
        self.ensure_one()
        lead = self.sudo().lead_id.with_user(self.env.uid)
        if not lead.has_access("read"):
            raise UserError(self.env._("Only those who see this lead in CRM can open it."))
        return lead.get_formview_action()
