from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.fields import Domain

from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.touch import CLICK_IDS, GOOGLE_CLICK_IDS
from .conversion_journey import Traveller
from .conversion_origin import UTM_FIELDS
from .conversion_person import Identity

CONSENT_FIELDS = ("consent", "consent_at")
EMAIL_FIELDS = ("email_from", "email", "partner_email")


@dataclass
class Arrival:
    """What is to be written for one new lead or contact.

    A touch is the id of an existing touchpoint or the values of one to be made; ``rows``
    are the latter. ``is_new`` says that these touches brought the person. ``values`` are further
    values of the lead: its consent, and core's three UTM fields unless they stay as they are.
    """

    rows: list = field(default_factory=list)
    first_touch: object = None
    lead_creation_touch: object = None
    google_touch: object = None
    partner_id: int = 0
    is_new: bool = False
    values: dict = field(default_factory=dict)


class ConversionRecorder(models.AbstractModel):
    """Turns visits into touchpoints of persons: who is new, who is known, what is whose.

    Works on batches, with a fixed number of queries a batch: ten thousand imported leads
    must not cost ten thousand searches.
    """

    _name = "conversion.recorder"
    _description = "Touchpoint Recorder"

    # ------------------------------------------------------------
    # Entry points
    # ------------------------------------------------------------

    @api.model
    def _prepare_leads(self, vals_list):
        """Write the touchpoints of leads about to be made and complete their values.

        :return: arrivals, one for each lead, for :meth:`_attach`
        """
        visit = self.env["ir.http"]._current_visit()
        identities = [self._identify(vals, visit) for vals in vals_list]
        persons = self.env["conversion.person"]._find(identities)
        origin = self.env["conversion.origin"]
        landings = [origin._read_landing(vals) for vals in vals_list]
        told = [landing.touch for landing in landings if landing.touch]
        seen = visit.journey.touches if visit else ()
        names = self.env["conversion.touchpoint"]._remember_names([*seen, *told])
        arrivals = []
        for vals, person, landing in zip(vals_list, persons, landings, strict=True):
            if vals.get("lead_creation_touch_id"):
                # It comes with its history, from demo data or another system.
                arrivals.append(None)
                continue
            given = {name: vals[name] for name in CONSENT_FIELDS if vals.get(name)}
            rows = [{**row, **given} for row in origin._get_rows(vals, visit, names, landing)]
            arrival = self._place(person, rows, visit, form="crm.lead")
            arrival.values.update(self._get_lead_values(rows, visit))
            arrivals.append(arrival)
        self._create_rows(arrivals)
        for vals, arrival in zip(vals_list, arrivals, strict=True):
            if arrival:
                vals.update(
                    first_touch_id=arrival.first_touch,
                    lead_creation_touch_id=arrival.lead_creation_touch,
                    google_touch_id=arrival.google_touch,
                    **arrival.values,
                )
        return arrivals

    @api.model
    def _attach(self, leads, arrivals):
        """Tell the touchpoints which lead they belong to, and the contact what brought it."""
        touchpoints = self.env["conversion.touchpoint"]
        for lead, arrival in zip(leads, arrivals, strict=True):
            if arrival:
                touchpoints.browse(row["id"] for row in arrival.rows).write(
                    {
                        "lead_id": lead.id,
                        "partner_id": lead.partner_id.id or arrival.partner_id or False,
                        "company_id": lead.company_id.id,
                    }
                )
        contacts = self.env["res.partner"]
        self.env["conversion.owner"]._bring(
            (lead, lead.partner_id or contacts.browse(arrival.partner_id))
            for lead, arrival in zip(leads.sudo(), arrivals, strict=True)
            if arrival and arrival.first_touch
        )

    @api.model
    def _record_form(self, record, values):
        """Write the touchpoints of a record that a website form has just made of ``values``."""
        if record._name == "res.partner":
            self._record_contact(record)
        elif record._name != "crm.lead":  # leads record themselves when they are created
            self._record_submission(record, values)

    @api.model
    def _record_contact(self, partner):
        """Write the touchpoints of a contact that a website form has just made."""
        visit = self.env["ir.http"]._current_visit()
        if not visit:
            return
        persons = self.env["conversion.person"]
        vals = {
            "email": partner.email,
            "phone": partner.phone,
            "country_id": partner.country_id.id,
            "company_id": partner.company_id.id,
        }
        identity = persons._get_identity(vals, "email")
        [person] = persons._find([identity], exclude=partner.ids)
        rows = self.env["conversion.origin"]._get_visit_rows(visit, {})
        arrival = self._place(person, rows, visit, form="res.partner")
        self._create_rows([arrival])
        self.env["conversion.touchpoint"].browse(row["id"] for row in arrival.rows).write(
            {"partner_id": partner.id, "company_id": partner.company_id.id}
        )
        earlier = person.lead_creation_touch
        creation = arrival.lead_creation_touch if arrival.is_new else earlier
        partner.write(
            {
                "first_touch_id": arrival.first_touch,
                "lead_creation_touch_id": creation,
                "google_touch_id": arrival.google_touch,
            }
        )
        self.env["conversion.owner"]._bring([(partner, partner.browse(person.partner_id))])
        partner._conversion_happened("lead_created")
        if partner.is_company and arrival.is_new:
            partner.company_source_touch_id = creation

    @api.model
    def _record_submission(self, record, values):
        """Write the conversion of a form that made neither a lead nor a contact."""
        visit = self.env["ir.http"]._current_visit()
        if not visit:
            return
        email = next((values[name] for name in EMAIL_FIELDS if values.get(name)), "")
        identity = self._identify({"email_from": email, "phone": values.get("phone")}, visit)
        [person] = self.env["conversion.person"]._find([identity])
        rows = self.env["conversion.origin"]._get_visit_rows(visit, {})
        conversion = self._prepare_conversion(self._get_latest(rows), visit, record._name)
        # An e-mail has no company, and what a form makes is not always given one.
        company = record.company_id if "company_id" in record else self.env["res.company"]
        company = company or self.env["website"].browse(visit.website_id).company_id
        self.env["conversion.touchpoint"].create(
            {
                **conversion,
                "partner_id": person.partner_id or False,
                "company_id": company.id,
            }
        )

    @api.model
    def _record_demonstration(self):
        """Write the demonstration's story; what tells it is read only now."""
        from ..demo import demonstration

        demonstration.write(self.env)

    # ------------------------------------------------------------
    # The submission
    # ------------------------------------------------------------

    @api.model
    def _consent_values(self, visit):
        at = visit.consent_at
        return {"consent": visit.consent, "consent_at": at and at.replace(tzinfo=None)}

    @api.model
    def _get_lead_values(self, rows, visit):
        """Consent and core's UTM fields of a lead.

        The UTM fields are those of the lead creation, as one whole. Without one they do
        not say anything: not even what core's own cookies remember, which mix visits. Of a
        lead that came offline they stay as they are.
        """
        values = {}
        if visit:
            values.update(self._consent_values(visit))
        creation = self._get_latest(rows)
        if creation and creation["channel"] not in (DIRECT, OFFLINE):
            values.update({name: creation.get(name, False) for name in UTM_FIELDS})
        elif visit:
            medium = self.env["utm.medium"]._fetch_or_create_utm_medium("website")
            values.update(source_id=False, campaign_id=False, medium_id=medium.id)
        return values

    @api.model
    def _get_latest(self, rows):
        """Values of the touch that counts as the latest; a link on an own page only alone."""
        marketing = [row for row in rows if not row.get("own_link")]
        return (marketing or rows or [{}])[-1]

    @api.model
    def _prepare_conversion(self, touch_values, visit, form):
        """Values of the submission itself: its form, page and time, and what led to it."""
        return {
            **touch_values,
            **self._consent_values(visit),
            "kind": "conversion",
            "occurred_at": fields.Datetime.now(),
            "form": self.env["ir.model"].with_context(lang=None)._get(form).name,
            "page": visit.page,
            "website_id": visit.website_id,
        }

    # ------------------------------------------------------------
    # Whose
    # ------------------------------------------------------------

    @api.model
    def _identify(self, vals, visit):
        """Identity of who sent a form: what they filled in, else who is logged in."""
        identity = self.env["conversion.person"]._get_identity(vals)
        if visit and visit.partner_id and not identity.names:
            return Identity(partner_id=visit.partner_id, company_id=identity.company_id)
        return identity

    @api.model
    def _place(self, person, rows, visit, form):
        """Say which touches are the first touch and the lead creation of a new record.

        A known person keeps both; touches recorded by an earlier form are not repeated. A contact
        of whom nothing else is known, made since the first touch, is new all the same: they
        signed up, or bought, before they sent the form.

        :param rows: values of the touches, oldest first
        """
        arrival = Arrival(partner_id=person.partner_id)
        recorded = self._recorded_touches(person, rows) if visit and person.known else {}
        touches = [self._find_recorded(row, recorded) or row for row in rows]
        arrival.rows = [touch for touch in touches if isinstance(touch, dict)]
        latest = self._get_latest(rows)
        if touches:
            [creation] = [touch for row, touch in zip(rows, touches, strict=True) if row is latest]
            arrival.lead_creation_touch = creation
        since = person.made_at
        if touches and (not person.known or (since and since >= rows[0]["occurred_at"])):
            arrival.is_new = True
            person.known, person.made_at = True, None
            person.first_touch = touches[0]
            person.lead_creation_touch = creation
        arrival.first_touch = person.first_touch
        for row, touch in zip(rows, touches, strict=True):
            if any(row.get(name) for name in GOOGLE_CLICK_IDS):
                person.google_touch = touch
        arrival.google_touch = person.google_touch
        if visit:
            arrival.rows.append(self._prepare_conversion(dict(latest), visit, form))
            for row in arrival.rows:
                row.update(self._consent_values(visit), website_id=visit.website_id)
        return arrival

    @api.model
    def _recorded_touches(self, person, rows):
        """Touchpoints of the person's journey that may be one of the touches: ``{time: them}``."""
        times = Domain("occurred_at", "in", [row["occurred_at"] for row in rows])
        visits = Domain("kind", "=", "visit")
        traveller = Traveller(person.identity, partner_ids=(person.partner_id or 0,))
        [found] = self.env["conversion.journey"]._find([traveller], times & visits)
        return found.grouped("occurred_at")

    @api.model
    def _find_recorded(self, row, recorded):
        """Id of the touchpoint that a row would be again, else ``None``.

        Two browsers come within the same second, but hardly by the same way. Of what a full
        cookie drops, only what both tell is compared.
        """
        same = ["click_platform", "campaign_id"]
        if not row.get("referrer") and not row.get("click_platform"):
            same += ["source_id", "medium_id"]  # of others the rules say them, which may change
        told = [*CLICK_IDS, "term", "content", "referrer", "landing_page"]
        for touchpoint in recorded.get(row["occurred_at"], []):
            values = touchpoint.sudo().read([*same, *told], load=None)[0]
            if all((row.get(name) or False) == values[name] for name in same) and all(
                row[name] == values[name] for name in told if row.get(name) and values[name]
            ):
                return touchpoint.id
        return None

    @api.model
    def _create_rows(self, arrivals):
        """Create the planned touchpoints together and put their ids in the arrivals."""
        arrivals = [arrival for arrival in arrivals if arrival]
        rows = [row for arrival in arrivals for row in arrival.rows]
        created = self.env["conversion.touchpoint"].create([dict(row) for row in rows])
        for row, touchpoint in zip(rows, created, strict=True):
            row["id"] = touchpoint.id
        for arrival in arrivals:
            for name in ("first_touch", "lead_creation_touch", "google_touch"):
                touch = getattr(arrival, name)
                setattr(arrival, name, touch["id"] if isinstance(touch, dict) else touch or False)
