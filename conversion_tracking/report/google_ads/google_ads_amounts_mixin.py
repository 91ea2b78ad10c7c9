from odoo import api, models
from odoo.tools import SQL

TOLD = "google_ads_told"


class GoogleAdsAmountsMixin(models.AbstractModel):
    """Reports that set Google's own numbers beside ours.

    Google's amounts are in the account's currency; they are converted at the rate of their day,
    and left out, with a word beside the report, where there is none.
    """

    _name = "google.ads.amounts.mixin"
    _description = "Google's Amounts in Reports"
    _inherit = ["conversion.report.mixin"]

    # What only leads have: asked by these, what Google tells stays empty.
    _only_of_leads = frozenset()
    # Measures that need Google's rows, and the count of the others, which Google's rows lack.
    _told_by_google = frozenset()
    _count_of_leads = ""

    @api.model
    def _reads_days(self):
        return True

    @api.model
    def _is_sum(self, spec):
        return True

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), *args, **kwargs):
        """Groups show what Google tells also when groups below them, by what only leads have, are
        asked for together with them. Those below do not, and none is made of Google's rows."""
        by_lead = [bool(self._only_of_leads & {*self._get_names(by)}) for by in grouping_sets]
        if all(by_lead) or not any(by_lead):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, *args, **kwargs)
        told = not self._get_asked(domain).columns & self._only_of_leads
        report = self.with_context(**{TOLD: told})
        sets = super(GoogleAdsAmountsMixin, report)._read_grouping_sets(
            domain, grouping_sets, [*aggregates, f"{self._count_of_leads}:sum"], *args, **kwargs
        )
        empty = {
            -len(aggregates) - 1 + place
            for place, name in enumerate(self._get_names(aggregates))
            if name in self._told_by_google
        }
        return [
            self._forget_asked(
                [
                    tuple(
                        False if below and place - len(row) in empty else value
                        for place, value in enumerate(row[:-1])
                    )
                    for row in rows
                    if not below or row[-1] is not False
                ]
            )
            for below, rows in zip(by_lead, sets, strict=True)
        ]

    @api.model
    def _tells_google(self):
        """Whether what is asked can be told of Google's numbers, too."""
        asked = self._get_rule_columns()
        if not self.env.context.get(TOLD):
            asked |= self._asked().columns
        return not asked & self._only_of_leads

    @api.model
    def _convert(self, amount, currency):
        """SQL of an amount in the reader's currency, beside a table ``factor`` that is joined."""
        mine = self.env.company.currency_id.id
        return SQL(
            "CASE WHEN %(currency)s = %(mine)s OR %(amount)s = 0 THEN %(amount)s"
            " ELSE %(amount)s * factor.factor END",
            amount=amount,
            currency=currency,
            mine=mine,
        )

    @api.model
    def _get_factors(self, rows):
        """SQL table of what turns foreign money into the reader's: ``currency_id``, ``day`` and
        ``factor``, which is empty when there is no rate.

        One look-up of a rate for each currency and day, not for each amount.

        :param rows: SQL table that has ``currency_id`` and ``day``
        """
        mine = self.env.company.currency_id.id
        return SQL(
            """
            SELECT money.currency_id, money.day, COALESCE(%(to_rate)s, 1) / %(from_rate)s AS factor
              FROM (SELECT DISTINCT currency_id, day FROM (%(rows)s) AS amount
                     WHERE currency_id != %(mine)s) AS money
            """,
            mine=mine,
            to_rate=self._get_rate(SQL("%s", mine), SQL("money.day")),
            from_rate=self._get_rate(SQL("money.currency_id"), SQL("money.day")),
            rows=rows,
        )

    @api.model
    def _get_currencies(self):
        accounts = self.env["google.ads.account"].sudo().with_context(active_test=False)
        read = accounts.search([("company_id", "in", self.env.companies.ids)])
        return super()._get_currencies() | read.currency_id
