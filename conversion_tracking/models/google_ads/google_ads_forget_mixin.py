from odoo import api, fields, models
from odoo.fields import Domain

from ...google_ads.eligibility import CLICK_LIFETIME
from ...google_ads.lifecycle import CANCELLED, UNDER_WAY

PERSONAL = dict.fromkeys(("gclid", "gbraid", "wbraid", "note"), False)
FORGET_BATCH = 1_000


class GoogleAdsForgetMixin(models.AbstractModel):
    """What stays in the outbox of a lead or contact that was deleted: that an event was counted,
    and not who it was."""

    _name = "google.ads.forget.mixin"
    _description = "Forgetting in the Outbox"

    def _forget(self):
        """Empty the click ids and notes of rows that will never be sent."""
        self.filtered(lambda one: one.state == CANCELLED).write(PERSONAL)

    @api.autovacuum
    def _gc_deleted(self):
        """Forget the clicks of what Google was told of deleted leads and contacts.

        As long as Google accepts another conversion of the click, its id tells that the same form
        was counted.

        :return: rows done and whether there are more, for Odoo to call again
        """
        deleted = Domain("res_model", "=", "crm.lead") & Domain("lead_id", "=", False)
        deleted |= Domain("res_model", "=", "res.partner") & Domain("partner_id", "=", False)
        rows = self.sudo().search(
            deleted
            & Domain.OR(Domain(name, "not in", (False, "")) for name in PERSONAL)
            & Domain("state", "not in", UNDER_WAY)
            & Domain("event_time", "<", fields.Datetime.now() - CLICK_LIFETIME),
            limit=FORGET_BATCH,
        )
        rows.write(PERSONAL)
        return len(rows), len(rows) == FORGET_BATCH
