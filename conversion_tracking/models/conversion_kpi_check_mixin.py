from odoo import models
from odoo.exceptions import UserError

DATES = ("date", "datetime")
NUMBERS = ("monetary", "float", "integer")


class ConversionKpiCheckMixin(models.AbstractModel):
    """Why a key figure cannot be computed, in words that say what to do."""

    _name = "conversion.kpi.check.mixin"
    _description = "Checks of a Key Figure"

    def _check_computable(self):
        """Whether its model, fields and domain are there.

        :raise UserError: when one is missing
        """
        self.ensure_one()
        if self.model not in self._get_models() or self.model not in self.env:
            raise UserError(
                self.env._(
                    "Records of '%s' cannot be counted (any more). Choose others.", self.model
                )
            )
        self._check_field("date_field", DATES)
        if self.kind in ("sum", "average"):
            self._check_field("measure_field", NUMBERS)
        if self.kind == "duration":
            self._check_field("since_field", DATES)
            self._check_same_type("since_field")
        if self.reading == "state":
            self._check_field("until_field", DATES)
            self._check_same_type("until_field")
        try:
            self._get_domain().validate(self.env[self.model].sudo())
        except UserError:
            raise
        except Exception as error:  # whatever search methods of other fields raise
            raise self._explain(error) from error

    def _check_field(self, name, types):
        field = self.env[self.model]._fields.get(self[name] or "")
        label = self._fields[name].get_description(self.env, ["string"])["string"]
        if not self[name]:
            raise UserError(self.env._("Choose a field under '%s'.", label))
        if field is None:
            raise UserError(
                self.env._(
                    "The field '%(field)s', chosen under '%(label)s', is not there (any more). "
                    "Choose another one.",
                    field=self[name],
                    label=label,
                )
            )
        is_read = field.store or field.search
        if field.type not in types or not is_read or (types == NUMBERS and not field.store):
            raise UserError(
                self.env._(
                    "The field '%(field)s' cannot be taken for '%(label)s': it is no %(kind)s "
                    "that is stored. Choose another one.",
                    field=self[name],
                    label=label,
                    kind=self.env._("date") if types == DATES else self.env._("number"),
                )
            )

    def _check_same_type(self, name):
        known = self.env[self.model]._fields
        if known[self[name]].type != known[self.date_field].type:
            raise UserError(
                self.env._(
                    "'%(first)s' and '%(second)s' are not both days, or both days with a time. "
                    "Choose two of the same kind.",
                    first=self.date_field,
                    second=self[name],
                )
            )

    def _get_model_label(self):
        return self.env["ir.model"].sudo()._get(self.model).name or self.model

    def _explain(self, error):
        """An error of a domain or of the database as one for people."""
        if isinstance(error, UserError):
            return error
        return UserError(
            self.env._(
                "The conditions cannot be applied to %(records)s: %(reason)s. Correct them in "
                "the key figure '%(name)s'.",
                records=self._get_model_label(),
                reason=str(error).strip().rstrip(".").partition("\n")[0],
                name=self.name or "",
            )
        )

    def _describe_formula_error(self, error):
        """What is wrong with the formula, and where."""
        texts = {
            "empty": self.env._("Enter a formula: codes of other key figures, + - * / ( )."),
            "long": self.env._("The formula is too long. Split it into several key figures."),
            "deep": self.env._(
                "Too many brackets are within each other. Split the formula into several key "
                "figures."
            ),
            "character": self.env._(
                "'%s' cannot stand in a formula. Take codes of key figures in small letters, "
                "numbers such as 2.5, and + - * / ( ).",
                error.found,
            ),
            "operand": self.env._("Here, a code, a number or a bracket is missing.")
            if not error.found
            else self.env._("Before '%s', a code, a number or a bracket is missing.", error.found),
            "operator": self.env._("Before '%s', one of + - * / is missing.", error.found),
            "bracket": self.env._("A bracket was opened and not closed. Add ')'."),
        }
        if error.reason in ("empty", "long"):
            return texts[error.reason]
        return self.env._(
            "Formula, character %(position)s: %(text)s",
            position=error.position,
            text=texts[error.reason],
        )
