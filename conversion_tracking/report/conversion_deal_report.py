from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..groups import LEAD_READERS, RESULT_READERS, TOUCHPOINT_READERS


class ConversionDealReport(models.Model):
    """The audit of attribution: each won deal, the touches that led to it, the credit of each."""

    _name = "conversion.deal.report"
    _description = "Deals and Their Touches"
    _inherit = ["won.deals.mixin", "conversion.subject.mixin"]
    _auto = False
    _rec_name = "subject"
    _order = "date desc, id desc"

    date = fields.Date("Won on", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True, groups=LEAD_READERS)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    revenue = fields.Monetary(
        currency_field="currency_id",
        readonly=True,
        groups=RESULT_READERS,
        help="Revenue of the deal, as chosen beside the report.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    touch_count = fields.Integer(
        "Touches", readonly=True, help="Touches before the win. Forms and direct visits are none."
    )
    first_touch_at = fields.Datetime("First touch", readonly=True)
    days = fields.Float(
        "Days to win",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Days from the first touch to the win.",
    )
    journey = fields.Char(
        compute="_compute_journey", groups=TOUCHPOINT_READERS, help="The touches, in order."
    )
    credit_ids = fields.Many2many(
        "conversion.credit",
        compute="_compute_journey",
        groups=TOUCHPOINT_READERS,
        help="What each touch is credited with, by each attribution model.",
    )
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        # looked up for each deal that is shown, not read for all
        return SQL(
            """
            SELECT path.*,
                   EXTRACT(epoch FROM path.won_at - path.first_touch_at)::float8 / 86400 AS days
              FROM (SELECT deal.*, deal.id AS lead_id, %s AS currency_id,
                           (SELECT COUNT(*) FROM conversion_credit credit
                             WHERE credit.lead_id = deal.id) AS touch_count,
                           (SELECT MIN(touch.occurred_at) FROM conversion_credit credit
                              JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id
                             WHERE credit.lead_id = deal.id) AS first_touch_at
                      FROM (%s) deal) path
            """,
            self.env.company.currency_id.id,
            self._get_deals(),
        )

    @api.depends("lead_id")
    @api.depends_context("uid", "allowed_company_ids", "lang", "tz")
    def _compute_journey(self):
        # by the deal, which is hidden at a credit from who opens no leads; the credits are not
        found = self.env["conversion.credit"].sudo().search([("lead_id", "in", self.ids)])
        credits = found.with_env(self.env)._filtered_access("read")
        by_lead = credits.grouped(lambda credit: credit.sudo().lead_id.id)
        for deal in self:
            rows = by_lead.get(deal.id, credits.browse()).sorted("position")
            deal.credit_ids = rows
            deal.journey = " → ".join(
                f"{touch.display_name} ({format_date(self.env, touch.occurred_at)})"
                for touch in rows.sudo().touchpoint_id
            )

    def action_open_lead(self):
        """Open the deal itself in CRM."""
        self.ensure_one()
        lead = self.sudo().lead_id.with_user(self.env.uid)
        if not lead.has_access("read"):
            raise UserError(self.env._("Only those who see this lead in CRM can open it."))
        return lead.get_formview_action()
