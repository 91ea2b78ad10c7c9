from odoo import models

from ...google_ads.lifecycle import CANCELLED

# What tells who it was, by which click and form; also Google's answer, which may quote it.
PERSONAL = dict.fromkeys(
    ("gclid", "gbraid", "wbraid", "click_time", "form_key", "error_raw", "note"), False
)


class GoogleAdsForgetMixin(models.AbstractModel):
    """What stays in the outbox of a person who was deleted or erased: that an event was counted,
    and not who it was. The clean-up of every day is in ``conversion.retention``."""

    _name = "google.ads.forget.mixin"
    _description = "Forgetting in the Outbox"

    def _forget(self):
        """Empty what is personal in rows that will never be sent."""
        self.filtered(lambda one: one.state == CANCELLED).write(PERSONAL)

    def _erase_person(self):
        """Take back what Google was not told yet, and empty what is personal in all of these.

        What Google was told stays told: a row says that it was, when, and for which event. One
        that is on its way goes no second time, because its person does not consent any more.
        """
        self._withdraw("PERSON_ERASED")
        self.write(PERSONAL)
