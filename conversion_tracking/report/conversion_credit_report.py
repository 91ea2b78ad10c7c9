from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..attribution.credit import MODELS
from ..groups import LEAD_READERS, RESULT_READERS
from ..models.conversion_channel_rule import CHANNELS

LABELS = {
    "lead_creation": "Lead creation",
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "linear": "Linear",
    "position_based": "Position-based 40/20/40",
    "w_shaped": "W-shaped 30/30/30/10",
    "time_decay": "Time decay",
}
UNATTRIBUTED = "unattributed"


class ConversionCreditReport(models.Model):
    """The same won deals, credited to their touches by each attribution model.

    Every model distributes the same total: what no touch is credited with is *unattributed*.
    By lead creation, the campaign, source and medium of the lead itself are credited. What was
    credited to the touches of a person who was erased stays, without the deal's name.
    """

    _name = "conversion.credit.report"
    _description = "Attribution Models"
    _inherit = ["won.deals.mixin", "conversion.subject.mixin"]
    _auto = False
    _rec_name = "attribution_model"
    _order = "date desc, id desc"

    attribution_model = fields.Selection(
        list(LABELS.items()),
        "Model",
        readonly=True,
        help="How a deal is shared over the touches that led to it.",
    )
    date = fields.Date("Won on", readonly=True)
    channel = fields.Selection([*CHANNELS, (UNATTRIBUTED, "Unattributed")], readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    campaign_type = fields.Selection(related="campaign_id.campaign_type")
    touchpoint_id = fields.Many2one("conversion.touchpoint", "Touch", readonly=True)
    position = fields.Integer(readonly=True, aggregator=None, help="1 is the earliest touch.")
    deals = fields.Float(
        "Credited deals",
        readonly=True,
        digits=(16, 2),
        groups=RESULT_READERS,
        help="A deal that two touches share counts as a part of one for each.",
    )
    revenue = fields.Monetary(
        "Credited revenue",
        currency_field="currency_id",
        readonly=True,
        groups=RESULT_READERS,
        help="The share of the revenue of the won deals, as chosen beside the report.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True, groups=LEAD_READERS)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)

    @property
    def _table_query(self):
        columns = SQL(
            "deal.date, deal.team_id, deal.user_id, deal.company_id, %s AS currency_id",
            self.env.company.currency_id.id,
        )
        models_sql = SQL(", ").join(
            SQL("(%s, %s::varchar, %s)", number, name, SQL.identifier("credit", name))
            for number, name in enumerate(MODELS[1:], 1)
        )
        return SQL(
            """
            SELECT deal.id::bigint << 15 AS id, 'lead_creation'::varchar AS attribution_model,
                   %(columns)s, deal.id AS lead_id, deal.partner_id,
                   deal.campaign_id, deal.source_id, deal.medium_id,
                   COALESCE(touch.channel, %(none)s) AS channel, touch.id AS touchpoint_id,
                   0 AS position, 1::float8 AS deals, deal.revenue::float8 AS revenue
              FROM (%(deals)s) deal
         LEFT JOIN conversion_touchpoint touch ON touch.id = deal.lead_creation_touch_id
             UNION ALL
            SELECT (deal.id::bigint << 15) + LEAST(COALESCE(credit.position, 0), 4095) * 8
                   + share.number, share.name,
                   %(columns)s, CASE WHEN touch.is_anonymous IS NOT TRUE THEN deal.id END,
                   CASE WHEN touch.is_anonymous IS NOT TRUE THEN deal.partner_id END,
                   touch.campaign_id, touch.source_id, touch.medium_id,
                   COALESCE(touch.channel, %(none)s), touch.id,
                   COALESCE(credit.position, 0), COALESCE(share.part, 1),
                   deal.revenue::float8 * COALESCE(share.part, 1)
              FROM (%(deals)s) deal
         LEFT JOIN conversion_credit credit ON credit.lead_id = deal.id
        CROSS JOIN LATERAL (VALUES %(models)s) AS share(number, name, part)
         LEFT JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id
             WHERE share.part > 0 OR credit.id IS NULL
            """,
            deals=self._get_deals(),
            columns=columns,
            none=UNATTRIBUTED,
            models=models_sql,
        )

    @api.model
    def _get_hint(self):
        return self.env._(
            "Every model shares the same total. Forms and direct visits are no touches."
        )

    def _read_group_select(self, aggregate_spec, query):
        """Sums of one model only: over several, each deal would count several times."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in ("deals:sum", "revenue:sum"):
            return select
        model = self._field_to_sql(self._table, "attribution_model", query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", model, model, select)

    def action_open_record(self):
        """Open the deal with all its touches and what each is credited with."""
        self.ensure_one()
        if not self.sudo().lead_id:
            raise UserError(
                self.env._(
                    "The person behind this deal was erased. Only what it counts for is left."
                )
            )
        deal = self.env["conversion.deal.report"].browse(self.sudo().lead_id.id)
        return deal.get_formview_action()
