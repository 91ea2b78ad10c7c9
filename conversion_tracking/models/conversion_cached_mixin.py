from odoo import api, models


class ConversionCachedMixin(models.AbstractModel):
    """Records of which something is remembered (``ormcache``): it is forgotten when they change.

    Only afterwards, so that nothing that reads it meanwhile remembers what was there before; Odoo
    tells the other workers at the end of the transaction.
    """

    _name = "conversion.cached.mixin"
    _description = "Record of Which Something Is Remembered"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._is_remembered(vals):
            self._changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._changed()
        return result

    @api.model
    def _is_remembered(self, vals):
        """Whether anything of these values is. Override where a few fields are, of many."""
        return True

    @api.model
    def _changed(self):
        """Forget what is remembered. Override for what else has to follow such a change."""
        self.env.registry.clear_cache()
