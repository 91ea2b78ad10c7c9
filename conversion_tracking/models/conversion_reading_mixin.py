from odoo import models


class ConversionReadingMixin(models.AbstractModel):
    """Records that are read from elsewhere, again and again: what is the same is not written."""

    _name = "conversion.reading.mixin"
    _description = "Read from Elsewhere"

    def _take_over(self, vals):
        """Write what is not this record's already."""
        if changed := self._get_changes(vals):
            self.write(changed)

    def _make_equal(self, reported, get_key):
        """Make these records equal to what was read: changed in place, made, or gone again.

        :param reported: the values of each record by its key
        :param get_key: gives the key of a record
        :return: the records that were read
        """
        known = {get_key(one): one for one in self}
        for key in reported.keys() & known.keys():
            known[key]._take_over(reported[key])
        kept = self.browse(one.id for key, one in known.items() if key in reported)
        (self - kept).unlink()
        return kept + self.create([vals for key, vals in reported.items() if key not in known])

    def _get_changes(self, vals):
        """The values that are not this record's already."""

        def in_cache(name, value):
            return self._fields[name].convert_to_cache(value, self)

        return {
            name: value
            for name, value in vals.items()
            if in_cache(name, value) != in_cache(name, self[name])
        }
