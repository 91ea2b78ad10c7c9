import logging
from collections import Counter

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..groups import require_manager

_logger = logging.getLogger(__name__)


class UtmMerger(models.AbstractModel):
    """Makes one source, medium or campaign of several, keeping all that points to them.

    Every column that points to one of them is moved, also of other apps and of many2many fields,
    by the same list that Odoo's merging of contacts goes by. All of it, or nothing.
    """

    _name = "utm.merger"
    _description = "Merging of Tags"

    @api.model
    def _count(self, others):
        """What points to ``others``: number of rows by model, those of all companies."""
        counts = Counter()
        for model, field in self._get_pointers(others._name):
            records = self.env[model].sudo().with_context(active_test=False)
            if number := records.search_count([(field.name, "in", others.ids)]):
                counts[model] += number
        return counts

    @api.model
    def _get_problem(self, target, others):
        """Why these cannot be merged, as a sentence for the user; empty when they can."""
        names = ", ".join(f"'{one}'" for one in others.mapped("display_name"))
        if "company_id" in target._fields and (others | target).company_id - target.company_id:
            return self.env._("%(names)s belong to different companies.", names=names)
        foreign = self._get_foreign_model(others)
        if foreign:
            return self.env._(
                "%(names)s are also used by other companies (%(records)s): only somebody who is in "
                "all of them can merge these.",
                names=names,
                records=self.env[foreign]._description,
            )
        named = self._get_named_record(others)
        if named:
            return self.env._(
                "'%(name)s' is also the name of a record (%(kind)s), which would lose it: merge "
                "the others into this one instead.",
                name=named.source_id.name,
                kind=named._description,
            )
        return ""

    @api.model
    def _get_foreign_model(self, others):
        """A model whose records of a company that the user is not in use one of ``others``."""
        if self.env.su:
            return ""
        own = self.env.user.company_ids.ids
        for model, field in self._get_pointers(others._name):
            company = self.env[model]._fields.get("company_id")
            if company and company.store and model != others._name:
                records = self.env[model].sudo().with_context(active_test=False)
                domain = Domain(field.name, "in", others.ids) & Domain("company_id", "!=", False)
                if records.search_count(domain & Domain("company_id", "not in", own), limit=1):
                    return model
        return ""

    @api.model
    def _get_named_record(self, others):
        """A record, such as a mailing, that borrows its own name from one of the sources."""
        if others._name != "utm.source":
            return None
        for model, field in self._get_pointers(others._name):
            name = self.env[model]._fields.get("name")
            if name is not None and name.related == f"{field.name}.name":
                records = self.env[model].sudo().with_context(active_test=False)
                if found := records.search([(field.name, "in", others.ids)], limit=1):
                    return found
        return None

    @api.model
    def _merge(self, target, others):
        """Move whatever points to ``others`` to ``target``, and delete them.

        Links that say the name of one of them mean ``target`` from now on.

        :raise AccessError: for anybody but managers
        :raise UserError: when they cannot be merged; nothing was changed then
        """
        others -= target
        require_manager(target | others)
        if not others:
            raise UserError(self.env._("Choose at least two that are one."))
        if problem := self._get_problem(target, others):
            raise UserError(problem)
        names = others.mapped("name")
        target, others = target.sudo(), others.sudo()
        target._merge_values(others)
        self.env.flush_all()
        for table, column in self._get_columns(target._table):
            self._move(table, column, target, others)
        self.env.invalidate_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._update_reference_fields_generic(target._name, others, target)
        self._recompute(target)
        others.unlink()
        self.env["utm.alias"]._add(dict.fromkeys(names, target))
        self.env["link.tracker"]._merge_doubles(target)
        self.env.registry.clear_cache()
        _logger.info("User %s merged %s into %s", self.env.uid, others, target)

    @api.model
    def _move(self, table, column, target, others):
        """Let the rows of a table point to ``target``."""
        values = {
            "table": SQL.identifier(table),
            "column": SQL.identifier(column),
            "target": target.id,
            "others": tuple(others.ids),
        }
        if partner := self._get_partner_column(table, column):
            # Of a many2many, each pair stands once.
            values["partner"] = SQL.identifier(partner)
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %(table)s (%(column)s, %(partner)s)
                       SELECT DISTINCT %(target)s, %(partner)s FROM %(table)s
                        WHERE %(column)s IN %(others)s ON CONFLICT DO NOTHING""",
                    **values,
                )
            )
            self.env.cr.execute(
                SQL("DELETE FROM %(table)s WHERE %(column)s IN %(others)s", **values)
            )
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %(table)s SET %(column)s = %(target)s"
                        " WHERE %(column)s IN %(others)s",
                        **values,
                    )
                )
        except (CheckViolation, UniqueViolation) as error:
            model = next((name for name, one in self.env.items() if one._table == table), table)
            raise UserError(
                self.env._(
                    "Nothing was merged: both have records of the kind '%(kind)s' of which there "
                    "can be only one. Delete or change one of them first.",
                    kind=self.env[model]._description if model in self.env else table,
                )
            ) from error

    @api.model
    def _get_columns(self, table):
        """Pairs of a table and its column that points to ``table``."""
        return self.env["base.partner.merge.automatic.wizard"]._get_fk_on(table)

    @api.model
    def _get_partner_column(self, table, column):
        """The other column of a many2many's table; none of a model's table."""
        for model in self.env.values():
            if model._abstract:
                continue  # its table has the columns of whoever inherits it
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation == table:
                    return field.column2 if field.column1 == column else field.column1
        return None

    @api.model
    def _get_pointers(self, comodel):
        """Model and field of every stored many2one or many2many to ``comodel``."""
        return [
            (name, field)
            for name, model in self.env.items()
            if not (model._abstract or model._transient) and model._auto
            for field in model._fields.values()
            if field.type in ("many2one", "many2many")
            and field.comodel_name == comodel
            and field.store
            and not (field.inherited or field.company_dependent)
        ]

    @api.model
    def _recompute(self, target):
        """Compute anew what is stored of the moved records and depends on where they point."""
        for model, field in self._get_pointers(target._name):
            dependents = self.env.registry.get_dependent_fields(field)
            if any(one.store for one in dependents):
                records = self.env[model].sudo().with_context(active_test=False)
                records.search([(field.name, "in", target.ids)]).modified([field.name])
        self.env.flush_all()
