from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.orm.domains import OptimizationLevel, field_type_optimization

MODULE = "conversion_tracking"
SYSTEM_VALUES = "conversion_system_values"


def is_own(field):
    """Whether a field is one of this add-on, and not of Odoo or a company's own."""
    return field._modules[:1] == (MODULE,)


def is_kept(field):
    """Whether only the system writes a field: what happened is recorded, not entered."""
    return field.readonly and MODULE in field._modules


class SystemValues(list):
    """Values of records about to be created, one dictionary each, that our own code found.

    They travel in the context, where a client can put dictionaries and lists, but none of these.
    """


@field_type_optimization(list(fields.Field._by_type__), OptimizationLevel.DYNAMIC_VALUES)
def _guard_condition(condition, model):
    """Check the groups of our fields wherever a domain names one, at the end of any path.

    Odoo puts the path in the place of a related field before it looks at groups, and follows it
    as the superuser: what stands behind a pointer would be found by guessing.
    """
    if model.env.su or MODULE not in (field := condition._field(model))._modules:
        return condition
    model._check_field_access(field, "read")
    followed = field.related and not field.store and condition.operator in ("any", "not any")
    if not (followed and isinstance(condition.value, Domain)):
        return condition
    comodel = model.env[field.comodel_name].with_context(active_test=False)
    return Domain(condition.field_expr, condition.operator, comodel._search(condition.value))


class ConversionGuardMixin(models.AbstractModel):
    """What our fields say of who reads and who writes them holds in every way to reach them.

    Odoo checks ``groups`` of a field that is read, but not of a related one that is sorted,
    grouped, aggregated or searched by; and ``readonly`` only describes the screen.
    """

    _name = "conversion.guard.mixin"
    _description = "Guard of Recorded Fields"

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _traverse_related_sql(self, alias, field, query):
        if MODULE in field._modules:
            self._check_field_access(field, "read")
        return super()._traverse_related_sql(alias, field, query)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and is_kept(field):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _check_field_access(self, field, operation):
        if operation == "write" and not self.env.su and is_kept(field):
            raise AccessError(
                self.env._(
                    "'%(field)s' is recorded by Conversion Tracking when it happens. It cannot be "
                    "entered, changed or imported.",
                    field=field.get_description(self.env, ["string"])["string"],
                )
            )
        return super()._check_field_access(field, operation)

    @api.model
    def default_get(self, fields):  # pylint: disable=redefined-outer-name
        """Without defaults that a context or a user set for what only the system writes."""
        kept = self._get_kept(fields)
        values = super().default_get([name for name in fields if name not in kept])
        for name in kept:
            if default := self._fields[name].default:
                values[name] = default(self)
        return values

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for vals in filter(None, () if self.env.su else vals_list):
            for name in self._get_kept(vals):
                del vals[name]
        return vals_list

    def _update_cache(self, values, validate=True):
        """A form that was never saved shows nothing through a pointer that its client made up."""
        if not (self.env.su or self.id):
            kept = set(self._get_kept(values))
            values = {name: value for name, value in values.items() if name not in kept}
        return super()._update_cache(values, validate)

    @api.model
    def _prepare_create_values(self, vals_list):
        """Add what :meth:`_with_system_values` gave, after Odoo has checked what the user gave."""
        system_values = self.env.context.get(SYSTEM_VALUES)
        if isinstance(system_values, SystemValues) and system_values:
            pairs = zip(vals_list, system_values, strict=True)
            vals_list = [{**vals, **found} for vals, found in pairs]
            # once: nothing that is created on the way may take them for its own
            system_values.clear()
        return super()._prepare_create_values(vals_list)

    def _with_system_values(self, vals_list):
        """Take what only the system writes out of ``vals_list`` and add it while creating."""
        taken = SystemValues(
            {name: vals.pop(name) for name in self._get_kept(vals)} for vals in vals_list
        )
        return self.with_context(**{SYSTEM_VALUES: taken})

    def _get_kept(self, vals):
        """Names in ``vals`` of what only the system writes."""
        return [name for name in vals if name in self._fields and is_kept(self._fields[name])]
