from datetime import datetime, timedelta, timezone

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..google_ads import catalogue
from ..google_ads.events import Adjustment, ConversionEvent

# Google knows a click six hours after it happened; earlier it answers TOO_RECENT_CLICK.
CLICK_SETTLED = timedelta(hours=6)
GIVEN_TO_GOOGLE = ("sending", "sent", "success")
NO_ERROR = dict.fromkeys(
    ("error_code", "error_source", "error_class", "error_raw", "error_at"), False
)


class GoogleAdsConversionQueue(models.Model):
    """What moves a row besides Google's answers: people, consent, and the engine's wishes."""

    _inherit = "google.ads.conversion"

    # ------------------------------------------------------------
    # What a user can do
    # ------------------------------------------------------------

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("conversion_tracking.group_manager"):
            raise AccessError(
                self.env._("Only managers of Conversion Tracking can retry or cancel deliveries.")
            )

    def action_retry(self):
        """Send again as soon as possible."""
        self._check_manager()
        if done := self.filtered(lambda one: one.state in GIVEN_TO_GOOGLE):
            raise UserError(
                self.env._(
                    "%(conversion)s is on its way or delivered already. Retry is for conversions "
                    "that wait, are held, failed or were cancelled.",
                    conversion=done[0].display_name,
                )
            )
        if replaced := self.filtered(lambda one: one.error_code == "REPLACED"):
            raise UserError(
                self.env._(
                    "A newer correction took the place of %(conversion)s. Retry that one instead.",
                    conversion=replaced[0].display_name,
                )
            )
        now = fields.Datetime.now()
        for one in self.sudo():
            settled = one.click_time + CLICK_SETTLED if one.click_time else now
            one._queue(max(now, settled), attempts=0, part=False)
        self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()

    def action_cancel(self):
        """Do not send; can be taken back with Retry."""
        self._check_manager()
        if sent := self.filtered(lambda one: one.state in GIVEN_TO_GOOGLE):
            raise UserError(
                self.env._(
                    "%(conversion)s has been given to Google and cannot be cancelled any more.",
                    conversion=sent[0].display_name,
                )
            )
        self.sudo()._stop("cancelled")

    # ------------------------------------------------------------
    # Towards the engine
    # ------------------------------------------------------------

    def _queue(self, at, **values):
        """Send these rows at ``at`` (UTC), whatever the account's hour."""
        self.write({"state": "waiting", "next_try_at": at, "out_of_turn": True, **values})

    def _stop(self, state, reason=None):
        """Take rows out of the queue.

        :param reason: a code of the catalogue's source ``Outbox``
        """
        values = {"state": state, "next_try_at": False, "claim": False, "part": False}
        if reason:
            values |= {
                **NO_ERROR,
                "error_code": reason,
                "error_source": catalogue.OUTBOX,
                "error_class": catalogue.entry(catalogue.OUTBOX, reason).error_class,
                "error_at": fields.Datetime.now(),
            }
        self.write(values)

    def _release(self):
        """Give back rows of a worker that was stopped: nobody knows what it had sent."""
        self._stop("waiting", "WORKER_LOST")
        self._queue(fields.Datetime.now(), may_have_arrived=True, claimed_at=False)

    def _get_told_fields(self):
        """Columns that an event is made of."""
        return [
            *("kind", "origin_id", "action_id", "lead_id", "partner_id", "transaction_id"),
            *("event_time", "gclid", "gbraid", "wbraid", "value", "currency_id", "consent"),
        ]

    def _get_claimed_fields(self):
        """Columns that a claim reads: what an event is made of, and what its answer depends on."""
        return ["id", "claim", *self._get_told_fields(), "click_time", "attempts", "sent_at"]

    def _complete(self, facts):
        """Add to the columns what an event is made of beside them.

        That is ``google_id`` of the action, ``currency``, the ``identifiers`` of the person if
        they are sent at all, and ``origin``, the facts of the row that a row corrects.

        :param facts: dicts with ``id`` and all of ``_get_told_fields``
        """
        actions = self.env["google.ads.conversion.action"].browse(_ids(facts, "action_id"))
        currencies = self.env["res.currency"].browse(_ids(facts, "currency_id"))
        google_ids = {action.id: action.google_id for action in actions}
        identifying = {one.id for one in actions if one.account_id.send_identifiers}
        names = {currency.id: currency.name for currency in currencies}
        origins = self.browse(_ids(facts, "origin_id")).read(self._get_told_fields(), load=None)
        if origins:
            self._complete(origins)
        of_rows = {origin["id"]: origin for origin in origins}
        rows = self.browse(fact["id"] for fact in facts)
        for fact in facts:
            fact["google_id"] = google_ids[fact["action_id"]]
            fact["currency"] = names.get(fact["currency_id"])
            fact["identifiers"] = {}
            if fact["action_id"] in identifying:
                row = rows.browse(fact["id"]).with_prefetch(rows._prefetch_ids)
                fact["identifiers"] = row._get_identifiers()
            fact["origin"] = of_rows.get(fact["origin_id"])

    def _get_consents(self, facts):
        """The consent of today for each of ``facts``: it may be withdrawn since the event."""
        leads = self.env["crm.lead"].browse(_ids(facts, "lead_id"))
        leads.fetch(["consent"])
        of_leads = {lead.id: lead.consent for lead in leads}
        partners = self.env["res.partner"].browse(_ids(facts, "partner_id"))
        partners.fetch(["google_click_id"])
        denied = {one.id for one in partners if one.google_click_id.consent == "denied"}
        return [
            of_leads.get(fact["lead_id"])
            or ("denied" if not fact["lead_id"] and fact["partner_id"] in denied else None)
            or fact["consent"]
            for fact in facts
        ]

    def _to_engine(self, fact, consent):
        """What the engine sends for a row.

        :param fact: completed by :meth:`_complete`; a record would take several times as long
        :param consent: of :meth:`_get_consents`
        """
        if fact["kind"] == "conversion":
            return self._to_event(fact, consent)
        return self._to_adjustment(fact, consent)

    def _to_event(self, fact, consent):
        """A row as a plain conversion event; personal data are hashed when it is sent."""
        return ConversionEvent(
            transaction_id=fact["transaction_id"],
            conversion_action_id=fact["google_id"],
            occurred_at=_aware(fact["event_time"]),
            gclid=fact["gclid"] or "",
            gbraid=fact["gbraid"] or "",
            wbraid=fact["wbraid"] or "",
            value=(fact["value"] or 0.0) if fact["currency"] else None,
            currency=fact["currency"],
            consent=consent,
            **fact["identifiers"],
        )

    def _get_identifiers(self):
        """E-mail and phone of the person, in clear."""
        person = self.lead_id or self.partner_id
        if not person:
            return {}
        return {
            "email": person.email_normalized or "",
            "phone": person.phone_sanitized or "",
            "country_code": person.country_id.code or self.company_id.country_id.code or "",
        }

    def _to_adjustment(self, fact, consent):
        """A correction for the engine."""
        retraction = fact["kind"] == "retraction"
        return Adjustment(
            event=self._to_event(fact["origin"], consent),
            kind=fact["kind"],
            adjusted_at=_aware(fact["event_time"]),
            value=None if retraction else fact["value"] or 0.0,
            currency=None if retraction else fact["currency"],
        )


def _aware(moment):
    return datetime.combine(moment, moment.time(), timezone.utc)  # in a quarter of replace's time


def _ids(facts, name):
    return {fact[name] for fact in facts if fact[name]}
