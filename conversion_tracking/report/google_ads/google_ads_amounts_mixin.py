from odoo import api, models
from odoo.tools import SQL


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

    @api.model
    def _reads_days(self):
        return True

    @api.model
    def _is_sum(self, spec):
        return True

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Groups by what only leads have are asked for on their own: so the groups above them
        still show what Google tells."""
        of_leads = [bool(self._only_of_leads & {*self._get_names(by)}) for by in grouping_sets]
        rows = [None] * len(grouping_sets)
        for part in set(of_leads):
            places = [place for place, of_lead in enumerate(of_leads) if of_lead == part]
            sets = [grouping_sets[place] for place in places]
            found = super()._read_grouping_sets(
                domain, sets, aggregates, self._get_order_of(order, grouping_sets, sets)
            )
            for place, group in zip(places, found, strict=True):
                rows[place] = group
        return rows

    @api.model
    def _get_order_of(self, order, grouping_sets, kept):
        """The order without groups that are not among those kept."""
        gone = {spec for by in grouping_sets for spec in by}.difference(*kept)
        terms = [term.strip() for term in (order or "").split(",")]
        return ", ".join(term for term in terms if term.partition(" ")[0] not in gone) or None

    @api.model
    def _tells_google(self):
        """Whether what is asked can be told of Google's numbers, too."""
        asked = self._asked().columns | self._get_rule_columns()
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
