from bisect import bisect_right

from odoo import api, models
from odoo.fields import Domain

from .conversion_board_opens_mixin import REPORT

MOST_ROWS = 8


class ConversionBoardSeriesMixin(models.AbstractModel):
    """Leads and revenue by channel, over the steps of the period."""

    _name = "conversion.board.series.mixin"
    _description = "Series on the Board"
    _inherit = ["conversion.board.results.mixin"]

    @api.model
    def _read_channels(self, question):
        buckets = self._get_steps(question.period)
        found = self._read_steps(question, [bucket.first for bucket in buckets])
        labels = self._get_labels("channel")
        rows = [
            {
                "key": key or "none",
                "label": labels.get(key) or self.env._("Unknown channel"),
                "domain": [("channel", "=", key)],
                "values": values,
            }
            for key, values in found.items()
        ]
        # the same order at every look, whatever is drawn first
        rows.sort(key=lambda row: (-sum(row["values"]["leads"]), -sum(row["values"]["revenue"])))
        rows = self._put_together(rows)
        for row in rows:
            row["totals"] = {name: sum(values) for name, values in row["values"].items()}
        return {
            "step": question.period.get_step(),
            "buckets": [{"from": str(bucket.first), "to": str(bucket.last)} for bucket in buckets],
            "measures": [
                {
                    **measure,
                    "model": REPORT,
                    "domains": [
                        list(self._get_bucket_domain(question, bucket) & condition)
                        for bucket in buckets
                    ],
                }
                for measure, condition in zip(
                    self._describe_measures(["leads", "revenue"]),
                    (Domain("lead_count", "=", 1), self._get_revenue_domain()),
                    strict=True,
                )
            ],
            "rows": rows,
            "note": "",
        }

    @api.model
    def _read_steps(self, question, firsts):
        """Leads and revenue of each step, by channel.

        :param firsts: first days of the steps
        """
        found = {}
        for channel, day, (fact, leads, _won, revenue, *_others) in self._read_by_channel(question):
            # costs are no part of it
            if fact == "cost":
                continue
            if channel not in found:
                found[channel] = {name: [0] * len(firsts) for name in ("leads", "revenue")}
            # the first step may begin before the period
            number = max(bisect_right(firsts, day) - 1, 0)
            found[channel]["leads"][number] += int(leads or 0)
            found[channel]["revenue"][number] += float(revenue or 0)
        return found

    @api.model
    def _get_bucket_domain(self, question, bucket):
        return (
            Domain("date", ">=", str(bucket.first))
            & Domain("date", "<=", str(bucket.last))
            & self._get_filter_domain(question)
        )

    @api.model
    def _put_together(self, rows):
        """The largest rows, and the others as one, if there are too many to tell apart."""
        if len(rows) <= MOST_ROWS:
            return rows
        shown, others = rows[: MOST_ROWS - 1], rows[MOST_ROWS - 1 :]
        keys = [row["domain"][0][2] for row in others]
        other = {
            "key": "others",
            "label": self.env._("Other"),
            "domain": [("channel", "in", keys)],
            "values": {
                name: [
                    sum(numbers)
                    for numbers in zip(*(row["values"][name] for row in others), strict=True)
                ]
                for name in ("leads", "revenue")
            },
        }
        return [*shown, other]
