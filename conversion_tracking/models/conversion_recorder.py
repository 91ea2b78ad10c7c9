from dataclasses import dataclass, field

from odoo import api, models

from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.touch import GOOGLE_CLICK_IDS
from .conversion_origin import NO_LANDING, UTM_FIELDS
from .conversion_person import Identity
from .conversion_submission import RECORDED

CONSENT_FIELDS = ("consent", "consent_at")


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
        origin = self.env["conversion.origin"]
        current = self.env["ir.http"]._current_visit()
        visits = [origin._read_handover(vals) or current for vals in vals_list]
        identities = [
            self._identify(vals, visit) for vals, visit in zip(vals_list, visits, strict=True)
        ]
        persons = self.env["conversion.person"]._find(identities)
        landings = [
            # a site that hands a journey over has said all
            NO_LANDING if visit and visit.other_site else landing
            for visit, landing in zip(visits, map(origin._read_landing, vals_list), strict=True)
        ]
        told = [landing.touch for landing in landings if landing.touch]
        seen = [touch for visit in visits if visit for touch in visit.journey.touches]
        names = self.env["utm.finder"]._find([*seen, *told])
        arrivals = []
        for vals, visit, person, landing in zip(vals_list, visits, persons, landings, strict=True):
            if vals.get("lead_creation_touch_id"):
                # It comes with its history, from demo data or another system.
                arrivals.append(None)
                continue
            given = {name: vals[name] for name in CONSENT_FIELDS if vals.get(name)}
            chosen = origin._get_explicit(vals, visit)
            rows = [{**row, **given} for row in origin._get_rows(vals, visit, names, landing)]
            form = "" if self.env.context.get(RECORDED) else "crm.lead"
            arrival = self._place(person, rows, visit, form)
            arrival.values.update(self._get_lead_values(rows, visit, chosen))
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
        self.env["conversion.submission"]._adopt(leads)

    @api.model
    def _record_form(self, record, values):
        """Write the touchpoints of a record that a website form has just made of ``values``."""
        if record._name == "res.partner":
            self._record_contact(record)
        elif record._name not in ("crm.lead", *self.env["conversion.submission"]._get_models()):
            # those record themselves when they are created
            self.env["conversion.submission"]._record(record, [values])

    @api.model
    def _record_contact(self, partner):
        """Write the touchpoints of a contact that a visitor has just made.

        :return: the :class:`Arrival`, ``None`` when no visitor did
        """
        visit = self.env["ir.http"]._current_visit()
        if not visit:
            return None
        person = self._find_contact(partner, exclude=partner.ids)
        rows = self.env["conversion.origin"]._get_visit_rows(visit, {})
        arrival = self._place(person, rows, visit, form="res.partner")
        self._create_rows([arrival])
        self._give(arrival, partner)
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
        self.env["conversion.submission"]._adopt(partner)
        partner._conversion_happened("lead_created")
        if partner.is_company and arrival.is_new:
            partner.company_source_touch_id = creation
        return arrival

    @api.model
    def _record_return(self, partner):
        """Write the touchpoints of the current journey of a contact who was here before.

        :return: the :class:`Arrival`, ``None`` when no visitor is here
        """
        visit = self.env["ir.http"]._current_visit()
        if not visit:
            return None
        rows = self.env["conversion.origin"]._get_visit_rows(visit, {})
        arrival = self._place(self._find_contact(partner), rows, visit)
        self._create_rows([arrival])
        self._give(arrival, partner)
        return arrival

    @api.model
    def _find_contact(self, partner, exclude=()):
        """The :class:`Person` who a contact is.

        :param exclude: ids of contacts that were just made and do not know themselves
        """
        persons = self.env["conversion.person"]
        vals = {
            "partner_id": partner.id if partner.id not in exclude else 0,
            "email": partner.email,
            "phone": partner.phone,
            "country_id": partner.country_id.id,
            "company_id": partner.company_id.id,
        }
        [person] = persons._find([persons._get_identity(vals, "email")], exclude)
        return person

    @api.model
    def _give(self, arrival, partner):
        """Tell the touchpoints which contact they belong to."""
        self.env["conversion.touchpoint"].browse(row["id"] for row in arrival.rows).write(
            {"partner_id": partner.id, "company_id": partner.company_id.id}
        )

    @api.model
    def _record_demonstration(self):
        """Write the demonstration's story; what tells it is read only now."""
        from ..demo import demonstration

        demonstration.write(self.env)

    # ------------------------------------------------------------
    # What a lead says
    # ------------------------------------------------------------

    @api.model
    def _get_lead_values(self, rows, visit, chosen):
        """Consent and core's UTM fields of a lead.

        The UTM fields are those of the lead creation, as one whole. Without one they say what
        the form or app itself chose, else nothing. Of a lead that came offline they stay as
        they are.
        """
        values = {}
        if visit:
            values.update(self.env["conversion.submission"]._get_consent(visit))
        creation = self._get_latest(rows)
        if creation and creation["channel"] not in (DIRECT, OFFLINE):
            values.update({name: creation.get(name, False) for name in UTM_FIELDS})
        elif visit and chosen:
            values.update({name: chosen.get(name, False) for name in UTM_FIELDS})
        elif visit:
            medium = self.env["utm.medium"]._fetch_or_create_utm_medium("website")
            values.update(source_id=False, campaign_id=False, medium_id=medium.id)
        return values

    @api.model
    def _get_latest(self, rows):
        """Values of the touch that counts as the latest; a link on an own page only alone."""
        marketing = [row for row in rows if not row.get("own_link")]
        return (marketing or rows or [{}])[-1]

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
    def _place(self, person, rows, visit, form=""):
        """Say which touches are the first touch and the lead creation of a new record.

        A known person keeps both; touches recorded by an earlier form are not repeated. A contact
        of whom nothing else is known, made since the first touch, is new all the same: they
        signed up, or bought, before they sent the form.

        :param rows: values of the touches, oldest first
        :param form: model of what was submitted; without one, nothing was or it is recorded
        """
        submission = self.env["conversion.submission"]
        arrival = Arrival(partner_id=person.partner_id)
        touches = self.env["conversion.repetition"]._find_touches(person, rows, visit)
        arrival.rows = [touch for touch in touches if isinstance(touch, dict)]
        latest = self._get_latest(rows)
        if touches:
            creation = next(
                touch for row, touch in zip(rows, touches, strict=True) if row is latest
            )
            arrival.lead_creation_touch = creation
        since = person.made_at
        if touches and (not person.known or (since and since >= rows[0]["occurred_at"])):
            arrival.is_new = True
            person.known, person.made_at = True, None
            person.first_touch = person.first_touch or touches[0]  # a stranger has one
            person.lead_creation_touch = creation
        arrival.first_touch = person.first_touch
        for row, touch in zip(rows, touches, strict=True):
            if any(row.get(name) for name in GOOGLE_CLICK_IDS):
                person.google_touch = touch
        arrival.google_touch = person.google_touch
        if visit and form:
            arrival.rows.append(submission._prepare_conversion(latest, visit, form))
        if visit:
            for row in arrival.rows:
                row.update(submission._get_circumstances(visit))
        return arrival

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
