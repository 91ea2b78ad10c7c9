from odoo import api, models
from odoo.fields import Domain

from .conversion_board_opens_mixin import REPORT
from .lead_step_mixin import FURTHEST_STEPS


class ConversionBoardFunnelMixin(models.AbstractModel):
    """The leads of a period, and how far they came until today.

    A step counts who reached it or a later one, so that none has more than the one before it.
    """

    _name = "conversion.board.funnel.mixin"
    _description = "Funnel on the Board"
    _inherit = ["conversion.board.opens.mixin"]

    @api.model
    def _read_funnel(self, question):
        found = self.env["lead.funnel"]._read(self._get_fact_domain(question, "lead"))
        labels = {
            "lead": self.env._("Leads"),
            "qualified": self.env._("Qualified"),
            "quotation": self.env._("Quotations"),
            "won": self.env._("Won deals"),
        }
        steps = []
        names = [step for step, _label in FURTHEST_STEPS]
        for number, name in enumerate(names):
            value, amount, days = found[name]
            steps.append(
                {
                    "key": name,
                    "label": labels[name],
                    "value": value,
                    "open": self._get_step_open(question, labels[name], names[number:], value),
                    # what may come of a lead is not known yet
                    "amount": amount if number else None,
                    "rate": self._get_percent(value, steps[-1]["value"]) if steps else None,
                    "days": days if number else None,
                }
            )
        return {
            "steps": steps,
            "note": self.env._(
                "Leads that came in during this period, and how far they came until today. A lead "
                "that skipped a step counts in it, too. Amounts are expected revenue; days are the "
                "median since the step before."
            ),
        }

    @api.model
    def _get_step_open(self, question, name, steps, count):
        """:param steps: the furthest steps of those who are counted"""
        # who arrived, arrived, whatever came of it
        reached = Domain("furthest_step", "in", steps) if len(steps) < len(FURTHEST_STEPS) else []
        if self._opens_leads():
            domain = self._get_arrived_domain(question) & Domain(reached)
            return self._get_lead_open(name, domain, count)
        domain = self._get_fact_domain(question, "lead") & Domain(reached)
        return self._get_open(name, domain, count, REPORT)
