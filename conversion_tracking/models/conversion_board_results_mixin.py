from dataclasses import dataclass, field

from odoo import api, models
from odoo.fields import Domain

from ..kpi.period import MOST_STEPS
from .conversion_board_opens_mixin import REPORT

MOST_CAMPAIGNS = 10
# Facts that tell what is shown; of qualified leads nothing is.
FACTS = ("lead", "won", "order", "invoice", "cost")


@dataclass
class Sums:
    """What a row of results sums up.

    :ivar rows: number of rows of Campaign ROI by kind of fact
    """

    leads: int = 0
    won: int = 0
    revenue: float = 0
    cost: float = 0
    rows: dict = field(default_factory=dict)

    def add(self, leads, won, revenue, cost, rows):
        self.leads += leads
        self.won += won
        self.revenue += revenue
        self.cost += cost
        for fact, number in rows.items():
            self.rows[fact] = self.rows.get(fact, 0) + number

    @classmethod
    def total(cls, all_sums):
        """The sum of sums."""
        total = cls()
        for sums in all_sums:
            total.add(sums.leads, sums.won, sums.revenue, sums.cost, sums.rows)
        return total


class ConversionBoardResultsMixin(models.AbstractModel):
    """What channels and campaigns cost and earn.

    The numbers are those of Campaign ROI for the same days, with the revenue, attribution model
    and reading that the settings name. Amounts are in the currency of the reader's company.
    """

    _name = "conversion.board.results.mixin"
    _description = "Results on the Board"
    _inherit = ["conversion.board.opens.mixin"]

    @api.model
    def _read_channel_result(self, question):
        """Channels by what they earn."""
        found = self._add_up(
            (channel, row) for channel, _day, row in self._read_by_channel(question)
        )
        labels = self._get_labels("channel")
        rows = [
            self._get_result_row(
                question,
                key or "none",
                labels.get(key) or self.env._("Unknown channel"),
                Domain("channel", "=", key),
                sums,
            )
            for key, sums in found.items()
        ]
        return self._get_result(rows, found.values())

    @api.model
    def _read_campaigns(self, question):
        """Campaigns by what they cost, or brought; those that are not shown are the last row."""
        found = self._read_sums(question, "campaign_id", Domain("campaign_id", "!=", False))
        has_cost = self._has_cost()
        ranked = sorted(
            found.items(),
            key=lambda one: (has_cost and one[1].cost, one[1].revenue, one[1].leads),
            reverse=True,
        )
        shown = dict(ranked[:MOST_CAMPAIGNS])
        rows = [
            self._get_result_row(
                question,
                campaign.id,
                campaign.display_name,
                Domain("campaign_id", "=", campaign.id),
                sums,
            )
            for campaign, sums in shown.items()
        ]
        rows.sort(key=self._get_earned, reverse=True)
        rest = Sums.total(sums for _campaign, sums in ranked[MOST_CAMPAIGNS:])
        if len(found) > len(shown):
            label = self.env._("The other %(number)s campaigns", number=len(found) - len(shown))
            ids = [campaign.id for campaign in shown]
            domain = Domain("campaign_id", "not in", [*ids, False])
            rows.append(self._get_result_row(question, "rest", label, domain, rest))
        return self._get_result(rows, found.values(), is_sorted=True)

    # ------------------------------------------------------------
    # Sums
    # ------------------------------------------------------------

    @api.model
    def _has_cost(self):
        report = self.env[REPORT]
        return report._has_field_access(report._fields["cost_actual"], "read")

    @api.model
    def _read_sums(self, question, name, domain):
        """:class:`Sums` by a dimension of Campaign ROI, with one query."""
        rows = self.env[REPORT]._read_group(
            self._get_fact_domain(question, *FACTS) & domain, [name, "fact"], self._get_measures()
        )
        return self._add_up((key, row) for key, *row in rows)

    @api.model
    def _read_by_channel(self, question):
        """Facts by channel and by the steps of the period, for results and series with one query.

        :return: rows of the channel, the first day of the step, and what :meth:`_add_up` takes
        """
        if "by_channel" not in question.shared:
            step = question.period.get_step(MOST_STEPS)
            rows = self.env[REPORT]._read_group(
                self._get_fact_domain(question, *FACTS),
                ["channel", f"date:{step}", "fact"],
                self._get_measures(),
            )
            question.shared["by_channel"] = [(key, day, row) for key, day, *row in rows]
        return question.shared["by_channel"]

    @api.model
    def _get_measures(self):
        measures = ["lead_count:sum", "won_count:sum", "revenue:sum", "__count"]
        return [*measures, "cost_actual:sum"] if self._has_cost() else measures

    @api.model
    def _add_up(self, rows):
        """:class:`Sums` by key.

        :param rows: pairs of a key, and the kind of fact with its measures
        """
        found = {}
        for key, (fact, leads, won, revenue, count, *cost) in rows:
            if key not in found:
                found[key] = Sums()
            found[key].add(
                int(leads or 0),
                int(won or 0),
                float(revenue or 0),
                float((cost and cost[0]) or 0),
                {fact: count},
            )
        return found

    @api.model
    def _is_revenue_of_won(self):
        """Whether the revenue is in the won deals' own rows, not in orders, invoices or touches."""
        report = self.env[REPORT]
        return report._get_choice("revenue_basis") == "expected" and not report._is_credited()

    @api.model
    def _get_revenue_domain(self):
        """The rows of Campaign ROI that revenue is in."""
        basis = self.env[REPORT]._get_choice("revenue_basis")
        if self._is_revenue_of_won():
            return Domain("won_count", "=", 1)
        if basis == "expected":
            return Domain("fact", "=", "won") & Domain("won_count", "=", 0)
        return Domain("fact", "=", {"orders": "order", "invoiced": "invoice"}[basis])

    @api.model
    def _count_revenue_rows(self, sums):
        basis = self.env[REPORT]._get_choice("revenue_basis")
        if self._is_revenue_of_won():
            return sums.won
        if basis == "expected":
            # in a cohort, a won deal is counted in the row of its lead
            is_own_row = self.env[REPORT]._get_choice("reading") == "period"
            return sums.rows.get("won", 0) - (sums.won if is_own_row else 0)
        return sums.rows.get({"orders": "order", "invoiced": "invoice"}[basis], 0)

    # ------------------------------------------------------------
    # Payload
    # ------------------------------------------------------------

    @api.model
    def _get_result(self, rows, found, is_sorted=False):
        if not is_sorted:
            rows.sort(key=self._get_earned, reverse=True)
        total = Sums.total(found)
        info = self.env[REPORT].get_report_info()
        return {
            "measures": self._describe_measures(self._get_values(total)),
            "rows": rows,
            "total": self._get_values(total),
            "has_cost": self._has_cost(),
            "note": " ".join([info["hint"] if self._has_cost() else "", *info["warnings"]]).strip(),
        }

    @api.model
    def _get_earned(self, row):
        return row["values"].get("profit", row["values"]["revenue"])

    @api.model
    def _get_values(self, sums):
        # what shares leave behind would be called a profit, or a loss
        revenue, cost, profit = map(
            self.env.company.currency_id.round,
            (sums.revenue, sums.cost, sums.revenue - sums.cost),
        )
        values = {"leads": sums.leads, "won": sums.won, "revenue": revenue}
        if self._has_cost():
            values |= {
                "cost": cost,
                "profit": profit,
                "roi": self._get_percent(profit, cost),
            }
        return values

    @api.model
    def _get_result_row(self, question, key, label, domain, sums):
        """:param domain: what of the facts the row is about"""
        facts = self._get_fact_domain(question) & domain
        opens = {
            "leads": self._get_open(label, facts & Domain("lead_count", "=", 1), sums.leads),
            "won": self._get_open(label, facts & Domain("won_count", "=", 1), sums.won),
            "revenue": self._get_open(
                label, facts & self._get_revenue_domain(), self._count_revenue_rows(sums)
            ),
        }
        if self._opens_leads():
            # what the facts call channel is the channel of the touch that created the lead
            of_lead = domain.map_conditions(
                lambda one: Domain(
                    {"channel": "lead_creation_channel"}.get(one.field_expr, one.field_expr),
                    one.operator,
                    one.value,
                )
            )
            opens["leads"] = self._get_lead_open(
                label, self._get_arrived_domain(question) & of_lead, sums.leads
            )
            if self.env[REPORT]._get_choice("reading") == "period":
                opens["won"] = self._get_lead_open(
                    label, self._get_won_domain(question) & of_lead, sums.won
                )
        if self._has_cost():
            carriers = ("lead", "cost") if self._is_cost_shared(facts) else ("cost",)
            number = sums.cost and sum(sums.rows.get(fact, 0) for fact in carriers)
            opens["cost"] = self._get_open(
                label, facts & Domain("fact", "in", list(carriers)), number
            )
        return {"key": key, "label": label, "values": self._get_values(sums), "opens": opens}

    @api.model
    def _is_cost_shared(self, facts):
        """Whether leads carry the cost, not the cost lines."""
        report = self.env[REPORT]
        return report._asking(facts, [], [])._is_cost_shared()
