from datetime import datetime, timezone

from odoo import models

from ...google_ads.events import Adjustment, ConversionEvent
from ...google_ads.hashing import given_address, hashed_identifiers
from ...google_ads.lifecycle import CANCELLED, HELD


class GoogleAdsPayloadMixin(models.AbstractModel):
    """What is sent to Google for a row of the outbox, made of its plain values.

    Works on dicts of column values, because records would take several times as long.
    """

    _name = "google.ads.payload.mixin"
    _description = "Payload of the Outbox"

    def _get_event_fields(self):
        """Columns that an event is made of."""
        return [
            *("kind", "origin_id", "action_id", "lead_id", "partner_id", "transaction_id"),
            "matched_by",
            *(
                "google_action_id",
                "transport",
                "event_time",
                "gclid",
                "gbraid",
                "wbraid",
                "value",
                "currency_id",
                "consent",
            ),
        ]

    def _complete(self, rows):
        """Add to the columns what an event is made of beside them.

        That is ``google_id`` of the action, ``currency``, the ``identifiers`` of the person if
        they are sent at all, and ``origin``, the values of the row that a row corrects.

        :param rows: dicts with ``id`` and all of ``_get_event_fields``
        """
        actions = self.env["google.ads.conversion.action"].browse(_ids(rows, "action_id"))
        currencies = self.env["res.currency"].browse(_ids(rows, "currency_id"))
        google_ids = {action.id: action.google_id for action in actions}
        identifying = {one.id for one in actions if one.account_id.send_identifiers}
        names = {currency.id: currency.name for currency in currencies}
        origins = self.browse(_ids(rows, "origin_id")).read(self._get_event_fields(), load=None)
        if origins:
            self._complete(origins)
        origin_of = {origin["id"]: origin for origin in origins}
        records = self.browse(row["id"] for row in rows)
        for row in rows:
            row["google_id"] = google_ids[row["action_id"]]
            row["origin"] = origin_of.get(row["origin_id"])
            row["currency"] = names.get(row["currency_id"])
            row["identifiers"] = {}
            if row["action_id"] in identifying:
                record = records.browse(row["id"]).with_prefetch(records._prefetch_ids)
                row["identifiers"] = record._get_identifiers()

    def _get_consents(self, rows):
        """The consent of today for each of ``rows``: it may be withdrawn since the event."""
        leads = self.env["crm.lead"].browse(_ids(rows, "lead_id"))
        leads.fetch(["consent"])
        of_leads = {lead.id: lead.consent for lead in leads}
        partners = self.env["res.partner"].browse(_ids(rows, "partner_id"))
        partners.fetch(["google_touch_id", "attribution_erased_at"])
        denied = {
            one.id
            for one in partners
            if one.attribution_erased_at or one.google_touch_id.consent == "denied"
        }
        return [
            of_leads.get(row["lead_id"])
            or ("denied" if not row["lead_id"] and row["partner_id"] in denied else None)
            or row["consent"]
            for row in rows
        ]

    def _get_dead_end(self, row, account):
        """Why a correction can no longer be made, as a code of the catalogue; None when it can.

        :param row: completed by :meth:`_complete`
        """
        origin = row["origin"]
        if not origin:
            return None
        if origin["google_action_id"] and origin["google_action_id"] != row["google_id"]:
            return "ACTION_REPLACED"
        if origin["transport"] and origin["transport"] != account.transport:
            return "OTHER_WAY"
        return None

    def _get_person_end(self, row, consent, account):
        """How a row ends that has no click id and may not be sent by e-mail and phone after all:
        a state and a code of the catalogue; None when it may.

        :param row: completed by :meth:`_complete`
        :param consent: of :meth:`_get_consents`
        """
        by_id = row["kind"] != "conversion" and account.transport == "google_ads_upload"
        if row["matched_by"] == "click" or by_id or consent == "denied":
            return None
        if consent != "granted":
            return CANCELLED, "PERSON_NOT_GRANTED"
        if not account.send_identifiers:
            return HELD, "PERSON_SWITCHED_OFF"
        identifiers = (row["origin"] or row)["identifiers"]
        return None if hashed_identifiers(**identifiers) else (HELD, "PERSON_UNKNOWN")

    def _to_engine(self, row, consent):
        """What the engine sends for a row.

        :param row: completed by :meth:`_complete`
        :param consent: of :meth:`_get_consents`
        :raise ValueError: a value that Google cannot accept in any case
        """
        if row["kind"] == "conversion":
            return self._to_event(row, consent)
        return self._to_adjustment(row, consent)

    def _to_event(self, row, consent):
        """A row as a plain conversion event; personal data are hashed when it is sent."""
        return ConversionEvent(
            transaction_id=row["transaction_id"],
            conversion_action_id=row["google_id"],
            occurred_at=_aware(row["event_time"]),
            gclid=row["gclid"] or "",
            gbraid=row["gbraid"] or "",
            wbraid=row["wbraid"] or "",
            value=(row["value"] or 0.0) if row["currency"] else None,
            currency=row["currency"],
            consent=consent,
            **row["identifiers"],
        )

    def _get_identifiers(self):
        """E-mail and phone of the person, in clear and as they were given.

        Not what core made of them: it takes the last word of a text for the address, and of a
        number whatever could be dialled. A number without a country is one of the company's.
        What is nobody's, such as the company's own address, would be matched with a stranger.
        """
        person = self.lead_id or self.partner_id
        if not person:
            return {"email": "", "phone": ""}
        filler = self.env["conversion.filler"]._get_filler()
        email = person.email_from if self.lead_id else person.email
        is_filler = person.email_normalized and not filler.tell_email(person.email_normalized)
        phone = person.phone_sanitized
        return {
            "email": "" if is_filler else given_address(email),
            "phone": "" if phone and not filler.tell_phone(phone) else person.phone or "",
            "country_code": person.country_id.code or self.company_id.country_id.code or "",
        }

    def _to_adjustment(self, row, consent):
        """A correction for the engine."""
        retraction = row["kind"] == "retraction"
        return Adjustment(
            event=self._to_event(row["origin"], consent),
            kind=row["kind"],
            adjusted_at=_aware(row["event_time"]),
            value=None if retraction else row["value"] or 0.0,
            currency=None if retraction else row["currency"],
        )


def _aware(moment):
    return datetime.combine(moment, moment.time(), timezone.utc)  # in a quarter of replace's time


def _ids(rows, name):
    return {row[name] for row in rows if row[name]}
