from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..attribution.naming import NamingRule

PARAMETERS = [
    ("source", "Source (utm_source)"),
    ("medium", "Medium (utm_medium)"),
    ("campaign", "Campaign (utm_campaign)"),
    ("term", "Term (utm_term)"),
    ("content", "Content (utm_content)"),
]
EXAMPLE = "Été Sale 2026"


class UtmNamingRule(models.Model):
    """How tags of links are written, one rule for each parameter.

    A rule without company holds for all; a company's own takes its place. Where there is none,
    tags are small letters and digits with underscores.
    """

    _name = "utm.naming.rule"
    _description = "Naming Rule"
    _inherit = ["conversion.company.mixin", "conversion.cached.mixin"]
    _order = "sequence, company_id, id"
    _rec_name = "parameter"

    sequence = fields.Integer(default=10)
    parameter = fields.Selection(PARAMETERS, required=True)
    letter_case = fields.Selection(
        [("lower", "Small letters"), ("upper", "CAPITALS"), ("keep", "As typed")],
        "Letters",
        required=True,
        default="lower",
        help="Other tools, Google Analytics too, take Facebook and facebook for two sources.",
    )
    separator = fields.Selection(
        [
            ("underscore", "Underscore: spring_sale"),
            ("hyphen", "Hyphen: spring-sale"),
            ("space", "Space: spring sale"),
        ],
        "Between words",
        required=True,
        default="underscore",
    )
    alphabet = fields.Selection(
        [
            ("plain", "a to z, digits and . _ - ~"),
            ("letters", "Letters and digits of any language"),
            ("any", "Whatever a name may have"),
        ],
        "Characters",
        required=True,
        default="plain",
        help="Accents are taken off (Été becomes Ete) and signs become separators; letters that "
        "cannot be written are refused. Words that mix look-alike letters, such as Latin and "
        "Cyrillic, are always refused.",
    )
    allowed_values = fields.Text(
        help="The only values that may be used, one a line. Empty: any value that can be written."
    )
    is_required = fields.Boolean("Must be given")
    company_id = fields.Many2one(
        "res.company", help="Whose rule this is. Empty: of all companies without one of their own."
    )
    example = fields.Char(
        "Writes", compute="_compute_example", help=f"How this rule writes “{EXAMPLE}”."
    )

    _parameter_uniq = models.UniqueIndex(
        "(parameter, COALESCE(company_id, 0))",
        "There is a rule for this parameter already: change that one.",
    )

    @api.depends("letter_case", "separator", "alphabet")
    def _compute_example(self):
        for rule in self:
            rule.example = rule._to_rule(allowed=False).apply(EXAMPLE).value

    @api.constrains("allowed_values", "letter_case", "separator", "alphabet")
    def _check_allowed_values(self):
        for rule in self:
            plain = rule._to_rule(allowed=False)
            for value in rule._get_allowed():
                if not plain.apply(value).value:
                    raise ValidationError(
                        self.env._(
                            "'%(value)s' cannot be an allowed value: this rule cannot write it. "
                            "Change the value, or which characters may be used.",
                            value=value[:80],
                        )
                    )

    @api.model
    @tools.ormcache("company.id")
    def _get_rules(self, company):
        """The plain rules of a company, by parameter."""
        rules = {name: NamingRule() for name, _label in PARAMETERS}
        known = self.sudo().search([("company_id", "in", (company.id, False))])
        # a company's own comes last and stays
        for rule in known.sorted(lambda one: bool(one.company_id)):
            rules[rule.parameter] = rule._to_rule()
        return rules

    def _to_rule(self, allowed=True):
        self.ensure_one()
        return NamingRule(
            letter_case=self.letter_case or "lower",
            separator=self.separator or "underscore",
            alphabet=self.alphabet or "plain",
            allowed=self._get_allowed() if allowed else (),
            is_required=self.is_required,
        )

    def _get_allowed(self):
        lines = (self.allowed_values or "").splitlines()
        return tuple(dict.fromkeys(filter(None, (line.strip() for line in lines))))

    @api.model
    def _explain(self, problem, parameter, company):
        """What to do about a problem that :meth:`NamingRule.apply` has found.

        :param parameter: ``source``, ``medium``, ...
        """
        label = dict(self._fields["parameter"]._description_selection(self.env))[parameter]
        name = label.partition(" (")[0]
        if problem == "not_allowed":
            allowed = self._get_rules(company)[parameter].allowed
            return self.env._(
                "%(name)s: use one of %(values)s, or ask an administrator to allow another.",
                name=name,
                values=", ".join(allowed[:12]) + (", ..." if len(allowed) > 12 else ""),
            )
        texts = {
            "missing": self.env._("%(name)s is missing.", name=name),
            "long": self.env._("%(name)s is too long: use at most 255 characters.", name=name),
            "mixed": self.env._(
                "%(name)s mixes letters of several alphabets that look alike, such as Latin and "
                "Cyrillic: type it anew.",
                name=name,
            ),
            "letters": self.env._(
                "%(name)s has letters other than a to z: write it with those, or ask an "
                "administrator to allow letters of any language.",
                name=name,
            ),
            "nothing": self.env._(
                "%(name)s says nothing that a report could show: use letters or digits.", name=name
            ),
        }
        return texts[problem]
