import functools

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import clean_context

from ..attribution.naming import alike_key
from ..attribution.text import choose_name, name_key


class UtmNameMixin(models.AbstractModel):
    """Sources, mediums and campaigns, found by what a link or another system calls them.

    A name is kept as somebody wrote it, with emoji and quotes. On its way through mailings,
    spreadsheets and advertising platforms such signs get lost: then names are compared by what
    is left of both.
    """

    _name = "utm.name.mixin"
    _description = "Found by Name"
    _inherit = "conversion.guard.mixin"

    name_key = fields.Char(
        compute="_compute_name_key",
        store=True,
        precompute=True,
        copy=False,
        readonly=True,
        index=True,
        help="The name without capitals and signs, by which it is looked up.",
    )
    is_from_link = fields.Boolean(
        "Named by a link",
        readonly=True,
        copy=False,
        help="A link said this name before anybody here knew it. Other names were given in Odoo, "
        "or by another system: naming rules of links do not judge them.",
    )

    # The name is core's, and stays so: declared here it would seem to be ours.
    @api.depends(lambda self: ("name",) if "name" in self._fields else ())
    def _compute_name_key(self):
        for record in self:
            record.name_key = name_key(record.name or "")

    @api.model
    def _find_by_names(self, names):
        """Records of these names, archived ones too, all found with one query.

        Links may call them otherwise: see ``utm.alias``.

        :return: the record by name, for those that have one
        """
        keys = {name: name_key(name) for name in names if name}
        found = self.with_context(active_test=False).search(
            [("name_key", "in", list({*keys.values()}))], order="id"
        )
        alike = found.grouped("name_key")
        chosen = {}
        for name, key in keys.items():
            by_name = {record.name: record for record in alike.get(key, ())}
            if (meant := choose_name(name, list(by_name))) is not None:
                chosen[name] = by_name[meant].with_env(self.env)
        unknown = {name: key for name, key in keys.items() if name not in chosen}
        return chosen | self.env["utm.alias"]._find(self._name, unknown)

    @api.model
    def _find_alike(self, names):
        """Other names in use that probably mean one of these, of which there is no record yet.

        :return: ``{name: name of a record}``
        """
        known = self._find_by_names(names)
        find_key = functools.partial(alike_key, is_source=self._name == "utm.source")
        wanted = {find_key(name): name for name in names if name and name not in known}
        if not wanted:
            return {}
        in_use = self.search_fetch([], ["name"], order="id desc").mapped("name")
        keys = ((find_key(other or ""), other) for other in in_use)
        return {wanted[key]: other for key, other in keys if key in wanted}

    @api.model
    def _find_or_make(self, names, said=(), **values):
        """Records of these names, by name; those that are missing are made together.

        :param said: those of the names that a link says
        :param values: further values of new records
        """
        found = self._find_by_names(names)
        missing, meant = {}, {}
        for name in names:
            if name and name not in found:
                alike = missing.setdefault(name_key(name), [])
                meant[name] = choose_name(name, alike) or name
                if meant[name] == name and name not in alike:
                    alike.append(name)
        made = self._make([name for alike in missing.values() for name in alike], said, values)
        return {**found, **{name: made[other] for name, other in meant.items()}}

    def _merge_values(self, others):
        """Take over what ``others`` say of themselves, before they are merged into this one."""
        self.ensure_one()

    @api.model
    def _make(self, names, said, values):
        if not names:
            return {}
        if "is_auto_campaign" in self._fields:
            values = {"is_auto_campaign": True, **values}
        try:
            with self.env.cr.savepoint():
                # defaults in the context are the lead's, such as nobody as the user of a mail
                plain = self.with_context(clean_context(self.env.context))
                by_link = {"is_from_link": True}  # which nobody but the system may say
                records = plain.create(
                    [
                        {"name": name, **(by_link if name in said else {}), **values}
                        for name in names
                    ]
                )
                for record, name in zip(records, names, strict=True):
                    if record.name != name:
                        # Core takes the end of "promo [1]" for a counter of its own, and the name
                        # that it gave instead may be the one of the next record.
                        record.name = name
                        record.flush_recordset(["name"])
        except UniqueViolation as error:
            # Made by another visitor's form meanwhile: ours is run again and finds it.
            raise ConcurrencyError(f"One of {names!r} was just created") from error
        return dict(zip(names, records.with_env(self.env), strict=True))
