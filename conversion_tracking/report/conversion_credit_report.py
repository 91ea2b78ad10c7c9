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
MEASURES = ("deals", "revenue")
SHARED = MODELS[1:]
BY_CREATION = SQL("'lead_creation'::varchar")
# What a row knows: of the deal, and of what it is credited to, the lead's creation or a touch.
OF_DEAL = {
    name: SQL.identifier("deal", name) for name in ("date", "team_id", "user_id", "company_id")
}
OF_CREATION = {
    "lead_id": SQL("deal.id"),
    "channel": SQL("COALESCE(deal.lead_creation_channel, %s)", UNATTRIBUTED),
    "touchpoint_id": SQL("deal.lead_creation_touch_id"),
    "position": SQL("0::integer"),
    **{
        name: SQL.identifier("deal", name)
        for name in ("partner_id", "campaign_id", "source_id", "medium_id")
    },
}
OF_TOUCH = {
    # of a person who was erased nobody learns which touches they met
    "lead_id": SQL("CASE WHEN touch.is_anonymous IS NOT TRUE THEN deal.id END"),
    "partner_id": SQL("CASE WHEN touch.is_anonymous IS NOT TRUE THEN deal.partner_id END"),
    "channel": SQL("COALESCE(touch.channel, %s)", UNATTRIBUTED),
    "touchpoint_id": SQL("touch.id"),
    "position": SQL("COALESCE(credit.position, 0)"),
    **{name: SQL.identifier("touch", name) for name in ("campaign_id", "source_id", "medium_id")},
}


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

    @api.model
    def _is_measure(self, name):
        return name in MEASURES

    @api.model
    def _is_sum(self, spec):
        return spec in ("deals:sum", "revenue:sum", "currency_id:array_agg_distinct")

    @property
    def _table_query(self):
        deals = self._get_deals()
        if self._asked().summed:
            return SQL("%s UNION ALL %s", self._sum_creations(deals), self._sum_touches(deals))
        models_sql = SQL(", ").join(
            SQL("(%s, %s::varchar, %s)", number, name, SQL.identifier("credit", name))
            for number, name in enumerate(SHARED, 1)
        )
        return SQL(
            """
            SELECT deal.id::bigint << 15 AS id, %(creation)s AS attribution_model,
                   1::float8 AS deals, deal.revenue::float8 AS revenue, %(of_creation)s
              FROM (%(deals)s) deal
             UNION ALL
            SELECT (deal.id::bigint << 15) + LEAST(COALESCE(credit.position, 0), 4095) * 8
                   + share.number, share.name,
                   COALESCE(share.part, 1), deal.revenue::float8 * COALESCE(share.part, 1),
                   %(of_touch)s
              FROM (%(deals)s) deal
         LEFT JOIN conversion_credit credit ON credit.lead_id = deal.id
        CROSS JOIN LATERAL (VALUES %(models)s) AS share(number, name, part)
         LEFT JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id
             WHERE share.part > 0 OR credit.id IS NULL
            """,
            creation=BY_CREATION,
            deals=deals,
            models=models_sql,
            of_creation=self._name_columns(self._get_columns(OF_CREATION)),
            of_touch=self._name_columns(self._get_columns(OF_TOUCH)),
        )

    def _get_columns(self, known):
        """SQL of the columns of a row; of a deal and the touch it is credited to."""
        return {
            **OF_DEAL,
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            **known,
        }

    def _sum_creations(self, deals):
        """SQL of what leads came in by, added up by what is asked for."""
        by = self._leave_asked(self._get_columns(OF_CREATION), "currency_id")
        return SQL(
            """
            SELECT %(creation)s AS attribution_model, COUNT(*)::float8 AS deals,
                   SUM(deal.revenue)::float8 AS revenue, %(columns)s
              FROM (%(deals)s) deal %(grouped)s
            """,
            creation=BY_CREATION,
            deals=deals,
            columns=self._name_columns(by),
            grouped=self._group(by),
        )

    def _sum_touches(self, deals):
        """SQL of the credit of touches, added up by what is asked for; all models in one go."""
        by = self._leave_asked(self._get_columns(OF_TOUCH), "currency_id")
        parts = {name: SQL("COALESCE(%s, 1)", SQL.identifier("credit", name)) for name in SHARED}
        sums = {name: SQL("SUM(%s)", part) for name, part in parts.items()} | {
            f"{name}_revenue": SQL("SUM(deal.revenue::float8 * %s)", part)
            for name, part in parts.items()
        }
        touches = "LEFT JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id"
        return SQL(
            """
            SELECT share.name, share.deals, share.revenue, %(names)s
              FROM (SELECT %(sums)s, %(columns)s
                      FROM (%(deals)s) deal
                 LEFT JOIN conversion_credit credit ON credit.lead_id = deal.id
                      %(touches)s %(grouped)s) summed
        CROSS JOIN LATERAL (VALUES %(models)s) AS share(name, deals, revenue)
             WHERE share.deals > 0
            """,
            names=SQL(", ").join(SQL.identifier("summed", name) for name in sorted(by)),
            sums=self._name_columns(sums),
            columns=self._name_columns(by),
            deals=deals,
            touches=SQL(touches) if by.keys() & OF_TOUCH.keys() else SQL(),
            grouped=self._group(by),
            models=SQL(", ").join(
                SQL("(%s::varchar, %s, %s)", name, *map(SQL.identifier, (name, f"{name}_revenue")))
                for name in SHARED
            ),
        )

    def _group(self, by):
        """SQL that adds up by columns; the currency is the same everywhere."""
        keys = SQL(", ").join(value for name, value in sorted(by.items()) if name != "currency_id")
        return SQL("GROUP BY %s", keys) if keys else SQL("HAVING COUNT(*) > 0")

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
