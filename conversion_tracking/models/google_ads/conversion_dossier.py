from odoo import api, models
from odoo.fields import Domain

from ...attribution.touch import GOOGLE_CLICK_IDS

CLICK_TEXTS = (
    *("campaign_name", "campaign_type", "ad_group_name", "ad_name", "keyword", "match_type"),
    *("network", "device", "click_type", "slot", "location", "interest"),
)


class ConversionDossier(models.AbstractModel):
    """What was reported of a person to Google Ads, and what Google told of their clicks."""

    _inherit = "conversion.dossier"

    @api.model
    def _get_conversions(self, dossier):
        """The rows of these persons in the outbox, corrections among them."""
        of_them = Domain("lead_id", "in", dossier.leads.ids)
        # a contact that is shared by companies shows what was reported of leads of all of them
        of_them |= Domain("partner_id", "in", dossier.contacts.ids) & self._get_here()
        return self._browse_all("google.ads.conversion").search(of_them, order="event_time, id")

    @api.model
    def _get_clicks(self, dossier):
        """Google's descriptions of their clicks; not of a click that somebody else came by, too."""
        touchpoints = dossier.touchpoints
        gclids = [gclid for gclid in touchpoints.mapped("gclid") if gclid]
        known = Domain("gclid", "in", gclids) & self._get_here()
        known |= Domain("id", "in", touchpoints.google_ads_click_id.ids)
        clicks = self._browse_all("google.ads.click").search(known)
        return clicks.filtered(lambda click: click.touchpoint_ids <= touchpoints)

    @api.model
    def _export(self, dossier):
        """Also to which company something was given, when, and what for."""
        return {
            **super()._export(dossier),
            "ad_clicks": [self._export_click(one) for one in self._get_clicks(dossier)],
            "reported": [self._export_reported(one) for one in self._get_conversions(dossier)],
        }

    @api.model
    def _export_click(self, click):
        return {
            "platform": "Google Ads",
            "gclid": click.gclid or None,
            "day": (click.day and click.day.isoformat()) or None,
            **{name: click[name] or None for name in CLICK_TEXTS},
        }

    @api.model
    def _export_reported(self, row):
        return {
            "to": "Google Ads",
            "account": row.account_id.name,
            "customer_id": row.account_id.customer_id or None,
            "conversion_action": row.action_id.name,
            "kind": row.kind,
            "event": row.event,
            "at": self._tell_time(row.event_time),
            "lead": row.lead_id.id or None,
            "contact": row.partner_id.id or None,
            "transaction_id": row.transaction_id,
            "value": row.value if row.currency_id else None,
            "currency": row.currency_id.name or None,
            "click_ids": {name: row[name] for name in GOOGLE_CLICK_IDS if row[name]},
            # nobody stores the hashes: the account says whether they go with an event
            "with_hashed_email_and_phone": bool(row.account_id.send_identifiers),
            "consent": row.consent or None,
            "status": row.state,
            "sent_at": self._tell_time(row.sent_at),
            "confirmed_at": self._tell_time(row.uploaded_at),
        }
