from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..kpi.formula import CODE, FormulaError, find_cycle, parse

# What a reader of results may reasonably count; each with rules of its own about who sees what.
MODELS = ("crm.lead", "sale.order", "conversion.touchpoint", "utm.campaign.cost")
KINDS = [
    ("count", "Number of records"),
    ("sum", "Sum"),
    ("average", "Average"),
    ("duration", "Average duration"),
    ("formula", "Formula"),
]
READINGS = [
    ("flow", "In the period, by their date"),
    ("state", "At the end of the period: begun, and not ended"),
]
UNITS = [("count", "Number"), ("money", "Amount"), ("percent", "Percent"), ("days", "Days")]
DIRECTIONS = [("1", "Up is good"), ("-1", "Down is good"), ("0", "Neither")]
TARGET_STEPS = [
    ("week", "a week"),
    ("month", "a month"),
    ("quarter", "a quarter"),
    ("year", "a year"),
]
DEFINITION = ("code", "kind", "reading", "model", "domain", "measure_field", "date_field") + (
    "since_field",
    "until_field",
    "formula",
    "unit",
)


class ConversionKpi(models.Model):
    """A key figure: what is counted of which records, by which date, or a formula over others.

    It holds no number: :class:`ConversionKpiReader` reads it for a period. What is wrong with
    it is said when it is saved, and again on its card, because fields and other figures that
    it names can go away later.
    """

    _name = "conversion.kpi"
    _description = "Key Figure"
    _inherit = ["conversion.kpi.check.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="By this name, formulas of other key figures use this one: small letters, digits "
        "and underscores.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_shown = fields.Boolean(
        "On the board",
        default=True,
        help="Shown to everybody who did not choose otherwise. The others can be added by hand.",
    )
    definition = fields.Text(
        required=True,
        translate=True,
        help="What is counted, by which date, and what is left out. Shown beside the number.",
    )
    kind = fields.Selection(KINDS, required=True, default="count")
    reading = fields.Selection(READINGS, "Records", required=True, default="flow")
    model = fields.Selection("_select_models", "Of", required=True, default="crm.lead")
    domain = fields.Char(
        required=True,
        default="[]",
        help="Which records count. Archived ones do, unless a condition leaves them out.",
    )
    measure_field = fields.Char("Measure", help="The field that is added up or averaged.")
    date_field = fields.Char(
        "Date", default="create_date", help="The date that has to lie in the period."
    )
    since_field = fields.Char("Since", help="From this date on, days are counted to the date.")
    until_field = fields.Char("Until", help="When what began at the date ended; empty: not yet.")
    formula = fields.Char(
        help="Codes of other key figures, numbers, + - * / and brackets. In percent, the result "
        "is multiplied by 100."
    )
    unit = fields.Selection(UNITS, required=True, default="count")
    direction = fields.Selection(DIRECTIONS, required=True, default="1")
    target = fields.Float(
        help="What you aim at. Numbers and sums are compared with their share for the days of "
        "the period, all others with the target as it is. Zero: no target."
    )
    target_step = fields.Selection(TARGET_STEPS, "Target for", required=True, default="month")
    beside_ids = fields.Many2many(
        "conversion.kpi",
        "conversion_kpi_beside_rel",
        "kpi_id",
        "beside_id",
        string="Shown beside",
        help="Key figures that the card shows in small, without mixing them in.",
    )
    group_ids = fields.Many2many(
        "res.groups", string="Groups", help="Who has it on the board; empty: everybody there."
    )
    company_id = fields.Many2one("res.company", help="Empty: of all companies.")
    preview = fields.Char(
        "Last 90 days",
        compute="_compute_preview",
        help="The number as you would see it now, or why there is none.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is a key figure with this code. Choose another code."
    )

    @api.model
    def _select_models(self):
        labels = self.env["ir.model"].sudo()
        return [(name, labels._get(name).name) for name in self._get_models()]

    @api.model
    def _get_models(self):
        """Names of models that can be counted. Override to add."""
        return MODELS

    @api.depends(*DEFINITION)
    @api.depends_context("uid", "allowed_company_ids", "tz", "lang")
    def _compute_preview(self):
        for kpi in self:
            kpi.preview = self.env["conversion.kpi.card"]._get_preview(kpi)

    # ------------------------------------------------------------
    # Life
    # ------------------------------------------------------------

    @api.constrains("code")
    def _check_code(self):
        for kpi in self:
            if not CODE.fullmatch(kpi.code) or len(kpi.code) > 60:
                raise ValidationError(
                    self.env._(
                        "The code '%s' cannot be used in formulas. Take small letters, digits "
                        "and underscores, at most 60, with a letter first.",
                        kpi.code,
                    )
                )

    @api.constrains(*DEFINITION)
    def _check_definition(self):
        for kpi in self:
            try:
                if kpi.kind == "formula":
                    kpi._get_operands(kpi._get_family())
                else:
                    kpi._check_computable()
            except UserError as error:
                raise ValidationError(str(error)) from error

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        taken = set(self.with_context(active_test=False).sudo().search([]).mapped("code"))
        for kpi, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                number = 2
                while f"{kpi.code[:55]}_{number}" in taken:
                    number += 1
                vals["code"] = f"{kpi.code[:55]}_{number}"
                taken.add(vals["code"])
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", kpi.name)
        return vals_list

    def write(self, vals):
        if "code" in vals:
            self.filtered(lambda kpi: kpi.code != vals["code"])._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """Keep the codes that formulas of others name.

        :raise UserError: naming one of the others
        """
        others = self._get_family(formulas_only=True).values()
        for other in others:
            used = set(other._find_codes()) & set(self.mapped("code"))
            if used and other not in self:
                raise UserError(
                    self.env._(
                        "'%(code)s' is used by the key figure '%(other)s'. Change its formula "
                        "first, or archive this one: it stays usable then.",
                        code=min(used),
                        other=other.name,
                    )
                )

    # ------------------------------------------------------------
    # What it is made of
    # ------------------------------------------------------------

    @api.model
    def _get_family(self, *, formulas_only=False):
        """All key figures by code, with this one as it is being edited.

        As superuser: what a figure is made of is no secret to whoever may see the figure. The
        records that it counts are read with the rights of the reader.
        """
        domain = [("kind", "=", "formula")] if formulas_only else []
        known = self.sudo().with_context(active_test=False).search_fetch(domain, DEFINITION)
        family = {kpi.code: kpi for kpi in known}
        if len(self) == 1 and not self.id and self.code:
            family[self.code] = self
        return family

    def _get_formula(self):
        """The formula as it can be evaluated.

        :raise UserError: where it is wrong, and what to do
        """
        try:
            return parse(self.formula or "")
        except FormulaError as error:
            raise UserError(self._describe_formula_error(error)) from error

    def _find_codes(self):
        """Codes that the formula names; none when it is no formula."""
        try:
            return parse(self.formula or "").codes if self.kind == "formula" else ()
        except FormulaError:
            return ()

    def _get_operands(self, family):
        """Key figures that the formula names, by code, in its order.

        :param family: see :meth:`_get_family`
        :raise UserError: when there is none with a code, or the formula leads back to itself
        """
        codes = self._get_formula().codes
        for code in codes:
            if code not in family:
                raise UserError(
                    self.env._(
                        "There is no key figure with the code '%(code)s', which the formula "
                        "names. Correct the formula, or create that key figure.",
                        code=code,
                    )
                )
        named = {code: kpi.sudo()._find_codes() for code, kpi in family.items()}
        # only what this one leads to: others say so of themselves
        circle = find_cycle(_get_reached(self.code or "", {**named, self.code or "": codes}))
        if circle:
            raise UserError(
                self.env._(
                    "The formula leads back to itself: %s. Take one of these out of a formula.",
                    " → ".join(circle),
                )
            )
        return {code: family[code] for code in codes}

    def _get_domain(self):
        """The domain as :class:`Domain`; see ``conversion.kpi.reader`` for what is added.

        :raise UserError: when it is none
        """
        try:
            value = literal_eval(self.domain or "[]")
            if not isinstance(value, list):
                raise TypeError(self.domain)
            return Domain(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
            raise self._explain(error) from error

    def _get_currency_field(self):
        """Name of the field with the currency of the measure; empty: the company's currency."""
        rows = self.env[self.model]
        name = rows._fields[self.measure_field].get_currency_field(rows)
        return name if name and rows._fields[name].store else ""

    def _is_for_reader(self):
        """Whether the reader has it on the board. A manager configures also what others see."""
        groups = self.group_ids
        return not groups or bool(groups & self.env.user.all_group_ids)

    def _get_value(self, tally):
        """The number that is shown for a tally; ``None``: there is none."""
        if self.kind == "count":
            return tally.number
        return tally.total if self.kind == "sum" else tally.average

    def _get_target(self, period):
        """The target for a period; ``None`` when there is none."""
        if not self.target:
            return None
        adds_up = self.kind in ("count", "sum") and self.reading == "flow"
        return self.target * period.count(self.target_step) if adds_up else self.target


def _get_reached(start, named):
    """The part of a graph that ``start`` leads to."""
    reached, ahead = {}, [start]
    while ahead:
        code = ahead.pop()
        if code not in reached:
            reached[code] = named.get(code, ())
            ahead += reached[code]
    return reached
