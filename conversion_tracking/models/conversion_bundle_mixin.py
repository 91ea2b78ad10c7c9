from contextlib import contextmanager

from odoo import models

BUNDLE = "conversion_bundle"


class Bundle(dict):
    """``{(name of a method, its arguments): ids of records}``: what is still to be called.

    It travels in the context, where a client can put dictionaries, but none of these. Records
    may carry it on after its block: then it is closed.
    """

    is_open = True


class ConversionBundleMixin(models.AbstractModel):
    """Follows many small steps of Odoo all together, with the queries of one.

    Odoo converts leads and makes their contacts one by one. Followed one by one, fifty leads
    would cost fifty times what one does.
    """

    _name = "conversion.bundle.mixin"
    _description = "Steps That Are Followed Together"

    @contextmanager
    def _bundled(self):
        """These records; what follows their changes waits for the end of the outermost block."""
        if self._get_bundle() is not None:
            yield self
            return
        bundle = Bundle()
        try:
            yield self.with_context(**{BUNDLE: bundle})
        finally:
            bundle.is_open = False
        left = self.browse(sorted({one for ids in bundle.values() for one in ids})).exists()
        for (name, *arguments), ids in bundle.items():
            getattr(left.filtered(lambda record, ids=ids: record.id in ids), name)(*arguments)

    def _follow(self, name, *arguments):
        """Call the method ``name`` of these records, now or at the end of the block."""
        bundle = self._get_bundle()
        if bundle is not None:
            bundle.setdefault((name, *arguments), set()).update(self.ids)
        else:
            getattr(self, name)(*arguments)

    def _get_bundle(self):
        """The one of the block that these records are in; ``None`` outside of one."""
        bundle = self.env.context.get(BUNDLE)
        return bundle if isinstance(bundle, Bundle) and bundle.is_open else None
