from odoo import api, models

from ..attribution.credit import MODELS

# What a reader chooses in the report itself; the first is meant when nothing was chosen.
CHOICES = {
    "revenue_basis": ("expected", "orders", "invoiced"),
    "attribution_model": MODELS,
    "reading": ("period", "cohort"),
}


class ConversionChoicesMixin(models.AbstractModel):
    """Numbers that depend on what the reader chose: revenue, attribution model, reading.

    ``revenue_basis``: expected revenue of the won deals, their confirmed orders, or their posted
    invoices. ``attribution_model``: who is credited with it. ``reading``: each fact on its own
    day (period), or all facts of a lead on the day it came in (cohort).
    """

    _name = "conversion.choices.mixin"
    _description = "Choices of a Reader of Reports"

    @api.model
    def _get_choice(self, name):
        """What the reader chose in the context, else what the settings say, else the first."""
        parameter = self.env["ir.config_parameter"].sudo()
        wanted = (
            self.env.context.get(name),
            parameter.get_param(f"conversion_tracking.{name}"),
        )
        known = CHOICES[name]
        return next((choice for choice in wanted if choice in known), known[0])

    def with_context(self, *args, **kwargs):
        """Forget choices that are none: anybody can send a context, and one that is a list or a
        dictionary could not be a key of the cache."""
        records = super().with_context(*args, **kwargs)
        odd = [
            name
            for name, known in CHOICES.items()
            if records.env.context.get(name) not in (None, *known)
        ]
        return records.with_context(**dict.fromkeys(odd)) if odd else records

    # ------------------------------------------------------------
    # Beside the report
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_report_info(self):
        """What is shown beside the report.

        :return: dictionary of ``defaults`` (what holds when nothing was chosen), ``hint`` (what
            the reader should know of the numbers) and ``warnings`` (what is missing in them)
        """
        self.browse().check_access("read")
        neutral = self.with_context(**dict.fromkeys(CHOICES))
        return {
            "defaults": {name: neutral._get_choice(name) for name in CHOICES},
            "hint": self._get_hint(),
            "warnings": [
                self.env._(
                    "Amounts in %(currency)s are left out: there is no rate. Add one under "
                    "Accounting > Configuration > Currencies.",
                    currency=currency.name,
                )
                for currency in self._get_currencies_without_rate()
            ],
        }

    @api.model
    def _get_hint(self):
        """What the reader of these numbers should know. Override."""
        return ""

    @api.model
    def _get_currencies_without_rate(self):
        """Currencies of amounts that cannot be converted."""
        currencies = self._get_currencies() - self.env.company.currency_id
        if not currencies:
            return currencies
        rates = self.env["res.currency.rate"].sudo()
        companies = (self.env.company.root_id.id, False)
        known = rates._read_group(
            [("currency_id", "in", currencies.ids), ("company_id", "in", companies)],
            ["currency_id"],
        )
        return currencies.filtered(lambda one: (one,) not in known)

    @api.model
    def _get_currencies(self):
        """Currencies that amounts may be in: those of the reader's companies. Override."""
        return self.env.companies.currency_id
