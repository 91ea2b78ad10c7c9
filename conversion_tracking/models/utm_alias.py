from odoo import api, fields, models, tools

from ..attribution.text import name_key

POINTERS = {"utm.source": "source_id", "utm.medium": "medium_id", "utm.campaign": "campaign_id"}


class UtmAlias(models.Model):
    """What links call a source, medium or campaign beside its name.

    Links live on after their tags were merged or written by a rule: whoever follows one that says
    ``fb`` comes from ``facebook``. A record that has the name itself comes first.
    """

    _name = "utm.alias"
    _description = "Other Name of a Tag"
    _inherit = ["conversion.cached.mixin"]
    _order = "name, id"

    name = fields.Char("In links", required=True)
    name_key = fields.Char(
        compute="_compute_name_key", store=True, precompute=True, readonly=True, copy=False
    )
    source_id = fields.Many2one("utm.source", index="btree_not_null", ondelete="cascade")
    medium_id = fields.Many2one("utm.medium", index="btree_not_null", ondelete="cascade")
    campaign_id = fields.Many2one("utm.campaign", index="btree_not_null", ondelete="cascade")

    _one_tag = models.Constraint(
        "CHECK (num_nonnulls(source_id, medium_id, campaign_id) = 1)",
        "Choose one: a source, a medium or a campaign.",
    )
    _source_uniq = models.UniqueIndex(
        "(name_key) WHERE source_id IS NOT NULL", "Links with this name have a source already."
    )
    _medium_uniq = models.UniqueIndex(
        "(name_key) WHERE medium_id IS NOT NULL", "Links with this name have a medium already."
    )
    _campaign_uniq = models.UniqueIndex(
        "(name_key) WHERE campaign_id IS NOT NULL", "Links with this name have a campaign already."
    )

    @api.depends("name")
    def _compute_name_key(self):
        for alias in self:
            alias.name_key = name_key(alias.name or "")

    @api.model
    @tools.ormcache("model")
    def _get_ids(self, model):
        """Ids of the records of ``model`` that have other names, by the key of such a name."""
        pointer = POINTERS[model]
        aliases = self.sudo().search([(pointer, "!=", False)])
        return {alias.name_key: alias[pointer].id for alias in aliases}

    @api.model
    def _find(self, model, keys):
        """Records of ``model`` that links call otherwise.

        :param keys: ``{name: key}`` of the names that no record has
        :return: the record by name, for those that have one
        """
        known = self._get_ids(model) if keys else {}
        ids = {name: known[key] for name, key in keys.items() if key in known}
        records = self.env[model].browse(ids.values()).exists()
        return {name: records.browse(one) for name, one in ids.items() if one in records._ids}

    @api.model
    def _add(self, names):
        """Let links that say a name mean a record, as far as they meant nothing yet.

        :param names: ``{name: record}``, records of one model
        """
        if not names:
            return self
        model = next(iter(names.values()))._name
        known = self._get_ids(model)
        new = {name_key(name): (name, record) for name, record in names.items() if name}
        return self.sudo().create(
            [
                {"name": name, POINTERS[model]: record.id}
                for key, (name, record) in new.items()
                if key not in known and key != name_key(record.name)
            ]
        )
