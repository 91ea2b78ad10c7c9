from odoo import models


class ConversionReadingMixin(models.AbstractModel):
    """Records that are read from elsewhere, again and again: what is the same is not written."""

    _name = "conversion.reading.mixin"
    _description = "Read from Elsewhere"

    def _take_over(self, vals):
        """Write what is not this record's already."""
        if changed := self._get_changes(vals):
            self.write(changed)

    def _get_changes(self, vals):
        """The values that are not this record's already."""

        def in_cache(name, value):
            return self._fields[name].convert_to_cache(value, self)

        return {
            name: value
            for name, value in vals.items()
            if in_cache(name, value) != in_cache(name, self[name])
        }
