from odoo import api, models
from odoo.tools import SQL

from ..attribution.zones import get_steps


class ConversionAmountsMixin(models.AbstractModel):
    """SQL of days in the reader's time zone, and of amounts in the reader's currency."""

    _name = "conversion.amounts.mixin"
    _description = "Days and Amounts of Reports"

    @api.model
    def _get_day(self, moment):
        """Day of a moment stored in UTC, in the reader's time zone."""
        moments, offsets = get_steps(self.env.tz)
        if not moments:
            return (
                SQL("(%s + %s)::date", moment, offsets[0])
                if offsets[0]
                else SQL("%s::date", moment)
            )
        # a few steps instead of the zone's rules, which take three times as long for each row
        return SQL(
            "(%(moment)s + (%(offsets)s::interval[])"
            "[width_bucket(%(moment)s, %(moments)s::timestamp[]) + 1])::date",
            moment=moment,
            offsets=list(offsets),
            moments=list(moments),
        )

    @api.model
    def _in_report_currency(self, amount, company, date):
        """SQL of an amount in a company's currency, in the currency of the reader's company.

        Converted at its own day, so that past results do not change with today's rate. A
        record without company is in the reader's currency, as everywhere in CRM. Empty when
        there is no rate: see :meth:`get_report_info`.
        """
        currency = self.env.company.currency_id
        companies = self.env["res.company"] if self.env.su else self.env.companies
        foreign = companies.filtered(lambda one: one.currency_id != currency)
        if not (foreign or self.env.su):
            return amount
        return SQL(
            "CASE WHEN %(company)s IN %(foreign)s"
            " THEN %(amount)s * %(to_rate)s / %(from_rate)s ELSE %(amount)s END",
            company=company,
            foreign=tuple(foreign.ids)
            or SQL("(SELECT id FROM res_company WHERE currency_id != %s)", currency.id),
            amount=amount,
            to_rate=SQL("COALESCE(%s, 1.0)", self._get_rate(SQL("%s", currency.id), date)),
            from_rate=self._get_rate(
                SQL("(SELECT currency_id FROM res_company WHERE id = %s)", company), date
            ),
        )

    @api.model
    def _get_rate(self, currency, date):
        """SQL of a currency's rate on a day: the latest until then, else the first.

        The same choice as the ``_get_rates`` of core's currency makes, which takes a currency
        without any rate for one of the same worth: true of the reader's own only.
        """
        rates = SQL(
            "FROM res_currency_rate WHERE currency_id = %s AND"
            " (company_id IS NULL OR company_id = %s)",
            currency,
            self.env.company.root_id.id,
        )
        return SQL(
            "COALESCE("
            "(SELECT rate %(rates)s AND name <= %(date)s ORDER BY company_id, name DESC LIMIT 1),"
            " (SELECT rate %(rates)s ORDER BY company_id, name LIMIT 1))",
            rates=rates,
            date=date,
        )
