from odoo import api, fields, models
from odoo.fields import Domain

from ...attribution.touch import GOOGLE_CLICK_IDS
from ...google_ads.eligibility import CLICK_LIFETIME
from ...google_ads.lifecycle import UNDER_WAY
from ..conversion_retention import MOST
from .google_ads_corrector import CORRECTABLE_FOR
from .google_ads_forget_mixin import PERSONAL


class ConversionRetention(models.AbstractModel):
    """Forgets the clicks in what Google was told, and in what Google told."""

    _inherit = "conversion.retention"

    @api.autovacuum
    def _gc_reported_click_ids(self):
        """Forget the click ids in the outbox, when they can serve no correction any more.

        :return: rows done and whether there are more, for Odoo to call again
        """
        due = self._get_reported_due()
        return self._empty(GOOGLE_CLICK_IDS, due, "google.ads.conversion", "id")

    @api.model
    def _get_reported_due(self):
        before = min(self._get_before("click_id"), fields.Datetime.now() - CORRECTABLE_FOR)
        filled = Domain.OR(Domain(name, "!=", False) for name in GOOGLE_CLICK_IDS)
        return Domain("event_time", "<", before) & Domain("state", "not in", UNDER_WAY) & filled

    @api.autovacuum
    def _gc_described_click_ids(self):
        """Forget the ids and places of clicks that Google described; keyword and ad stay.

        :return: rows done and whether there are more, for Odoo to call again
        """
        names = ("gclid", "location", "interest")
        due = Domain("day", "<", self._get_before("click_id").date())
        due &= Domain.OR(Domain(name, "!=", False) for name in names)
        return self._empty(names, due, "google.ads.click", "id")

    @api.autovacuum
    def _gc_deleted(self):
        """Forget the clicks of what Google was told of deleted leads and contacts.

        As long as Google accepts another conversion of the click, its id tells that the same form
        was counted.

        :return: rows done and whether there are more, for Odoo to call again
        """
        deleted = Domain("res_model", "=", "crm.lead") & Domain("lead_id", "=", False)
        deleted |= Domain("res_model", "=", "res.partner") & Domain("partner_id", "=", False)
        due = deleted & Domain.OR(Domain(name, "!=", False) for name in PERSONAL)
        due &= Domain("state", "not in", UNDER_WAY)
        due &= Domain("event_time", "<", fields.Datetime.now() - CLICK_LIFETIME)
        return self._empty(PERSONAL, due, "google.ads.conversion", "id")

    @api.model
    def _describe_due(self):
        rows = self.env["google.ads.conversion"].sudo()
        count = rows.search_count(self._get_reported_due(), limit=MOST + 1)
        phrases = super()._describe_due()
        if count:
            phrases.append(
                self.env._("click ids of %s reports to Google Ads", self._tell_count(count))
            )
        return phrases
