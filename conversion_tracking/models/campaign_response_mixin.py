from odoo import api, fields, models

from ..groups import RESULT_READERS
from .conversion_choices_mixin import CHOICES


class CampaignResponseMixin(models.AbstractModel):
    """How people answered a campaign, from lead to invoice, for its form and for comparison."""

    _name = "campaign.response.mixin"
    _description = "Responses to a Campaign"

    response_chain = fields.Json(
        compute="_compute_response_chain",
        groups=RESULT_READERS,
        help="Leads, qualified leads, quotations, orders, won deals and invoices of this campaign.",
    )
    orders_without_deal = fields.Integer(
        compute="_compute_orders_without_deal",
        groups="sales_team.group_sale_salesman",
        help="Orders that name this campaign, but no opportunity: they are in no number of the "
        "campaign. Choose their opportunity on the order.",
    )

    @api.depends_context("uid", "allowed_company_ids", "lang", *CHOICES)
    def _compute_response_chain(self):
        """``currency_id`` and ``steps``: for each, ``step``, ``label``, ``count``, ``amount``,
        ``rate`` (leads that reached it in percent of all leads, ``False`` without leads), ``days``
        (median since the lead came in, ``False`` without any) and ``rows`` (of the report)."""
        report = self.env["campaign.response.report"]
        rows = report._read_group(
            [("campaign_id", "in", self.ids)],
            ["campaign_id", "step"],
            ["count:sum", "amount:sum", "days:avg", "lead_number:count_distinct", "__count"],
        )
        found = {(campaign.id, step): values for campaign, step, *values in rows}
        labels = report._fields["step"]._description_selection(self.env)
        for campaign in self:
            steps = []
            for step, label in labels:
                nothing = (0, 0, None, 0, 0)
                count, amount, days, leads, number = found.get((campaign._origin.id, step), nothing)
                came = steps[0]["leads"] if steps else leads
                steps.append(
                    {
                        "step": step,
                        "label": label,
                        "count": count,
                        "amount": amount,
                        "leads": leads,
                        "rate": 100 * leads / came if steps and came else False,
                        "days": False if days is None or not steps else days,
                        "rows": number,
                    }
                )
            campaign.response_chain = {
                "currency_id": self.env.company.currency_id.id,
                "steps": steps,
            }

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_orders_without_deal(self):
        rows = self.env["sale.order"]._read_group(
            self._get_orders_without_deal_domain(), ["campaign_id"], ["__count"]
        )
        numbers = {campaign.id: number for campaign, number in rows}
        for campaign in self:
            campaign.orders_without_deal = numbers.get(campaign._origin.id, 0)

    def _get_orders_without_deal_domain(self):
        return [
            ("campaign_id", "in", self.ids),
            ("opportunity_id", "=", False),
            ("state", "not in", ("draft", "sent", "cancel")),
        ]

    def action_open_step(self, step):
        """Open the records behind a number of the response chain.

        :param step: a value of ``step`` of the response report
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.campaign_response_report_action"
        )
        labels = dict(
            self.env["campaign.response.report"]._fields["step"]._description_selection(self.env)
        )
        return {
            **action,
            "name": labels.get(str(step), action["name"]),
            "domain": [("campaign_id", "in", self.ids), ("step", "=", step)],
            "context": {},
            "view_mode": "list",
            "views": [(False, "list")],
        }

    def action_open_orders_without_deal(self):
        """Open the orders that name this campaign, but no opportunity."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders without a deal"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": self._get_orders_without_deal_domain(),
        }
