from odoo import api, fields, models

from .conversion_journey import STRANGER

# Records that visitors make in forms of the apps' own; their apps need not be installed.
MODELS = ("event.registration", "mailing.contact")
EMAIL_FIELDS = ("email_from", "email", "partner_email")
# In the context of a lead: the record it is made from has recorded the submission.
RECORDED = "conversion_recorded"


class ConversionSubmission(models.AbstractModel):
    """Keeps what visitors submit, also what makes neither a lead nor a contact.

    Whoever registers for an event or subscribes to a newsletter may be a stranger: their visits
    wait under their e-mail, until a lead or contact of that e-mail takes them.
    """

    _name = "conversion.submission"
    _description = "Submission of a Visitor"

    @api.model
    def _get_models(self):
        """Names of the models whose records visitors make in other forms than those of the form
        builder. Override for those of other apps; they have an ``email``."""
        return MODELS

    @api.model
    def _record_made(self, records):
        """Write the conversions of records of these models that have just been made.

        :return: the records; leads that are made of them add no conversion of their own
        """
        known = records.sudo()
        values_list = [{"email": one.email, "phone": "phone" in one and one.phone} for one in known]
        recorded = self._record(known, values_list)
        return records.with_context(**{RECORDED: True}) if recorded else records

    @api.model
    def _record(self, records, values_list):
        """Write the conversions of records that a visitor has just made, and a stranger's visits.

        :param values_list: what was filled in, a dictionary for each record
        :return: whether a lead of each of them would find its conversion
        """
        visit = self.env["ir.http"]._current_visit()
        if not visit:
            return False
        recorder = self.env["conversion.recorder"]
        here = self.env["website"].browse(visit.website_id).company_id
        # an e-mail has no company, and what a form makes is not always given one
        companies = [("company_id" in record and record.company_id) or here for record in records]
        identities = [
            recorder._identify({**self._get_clues(values), "company_id": company.id}, visit)
            for values, company in zip(values_list, companies, strict=True)
        ]
        persons = self.env["conversion.person"]._find(identities)
        visits = self.env["conversion.origin"]._get_visit_rows(visit, {})
        rows, met = [], set()
        for record, identity, person in zip(records, identities, persons, strict=True):
            owner = {"partner_id": person.partner_id or False, "company_id": identity.company_id}
            if identity.email and not person.partner_id:
                owner[STRANGER] = identity.email
            if identity.email and not person.known and identity not in met:
                met.add(identity)
                touches = self.env["conversion.repetition"]._find_touches(person, visits, visit)
                new = [touch for touch in touches if isinstance(touch, dict)]
                rows += [{**row, **self._get_circumstances(visit), **owner} for row in new]
            led_by = recorder._get_latest(visits)
            rows.append({**self._prepare_conversion(led_by, visit, record._name), **owner})
        self.env["conversion.touchpoint"].create(rows)
        return all(identity.email for identity in identities)

    @api.model
    def _get_clues(self, values):
        email = next((values[name] for name in EMAIL_FIELDS if values.get(name)), "")
        return {"email_from": email, "phone": values.get("phone")}

    @api.model
    def _adopt(self, records):
        """Give new leads or contacts what they submitted while they were strangers."""
        newcomers = records.filtered("email_normalized").grouped("email_normalized")
        waiting = self.env["conversion.touchpoint"].search([(STRANGER, "in", list(newcomers))])
        for email, rows in waiting.grouped(STRANGER).items():
            for record in newcomers[email]:
                companies = record.company_id or self.env.company
                own = rows.filtered(lambda row, those=companies: row.company_id <= those)
                own.write({**self._get_owner(record), STRANGER: False})
                rows -= own

    @api.model
    def _get_owner(self, record):
        if record._name == "crm.lead":
            return {"lead_id": record.id, "partner_id": record.partner_id.id}
        return {"partner_id": record.id}

    # ------------------------------------------------------------
    # What every submission says
    # ------------------------------------------------------------

    @api.model
    def _prepare_conversion(self, touch_values, visit, form):
        """Values of the submission itself: its form, page and time, and what led to it.

        :param form: model of what was submitted
        """
        return {
            **touch_values,
            **self._get_circumstances(visit),
            "kind": "conversion",
            "occurred_at": fields.Datetime.now(),
            "form": self._get_form_name(form),
            "page": visit.page,
        }

    @api.model
    def _get_form_name(self, model):
        return self.env["ir.model"].with_context(lang=None)._get(model).name

    @api.model
    def _get_circumstances(self, visit):
        """Where a visitor is, and what they allow: all touchpoints of a submission say so."""
        return {
            **self._get_consent(visit),
            "website_id": visit.website_id or False,
            "other_site": visit.other_site or False,
            "consent_signal": visit.consent_signal or False,
        }

    @api.model
    def _get_consent(self, visit):
        at = visit.consent_at
        return {"consent": visit.consent, "consent_at": at and at.replace(tzinfo=None)}
