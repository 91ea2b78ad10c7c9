from odoo import api, models
from odoo.fields import Domain

from ..attribution.touch import GOOGLE_CLICK_IDS
from .conversion_person import TOUCHES

MERGE = "conversion_merge"  # in the context while leads are merged
COMPANY_SOURCE = "company_source_touch_id"
POINTERS = {"crm.lead": TOUCHES, "res.partner": (*TOUCHES, COMPANY_SOURCE)}


class ConversionOwner(models.AbstractModel):
    """Keeps touchpoints with whom they belong to when leads and contacts change.

    A touchpoint belongs to its lead, its contact, and the company of both. First touch, lead
    creation and Google click of a person are touchpoints of that person in that company: what a
    correction takes away from somebody is found again among what remains theirs. All this works
    on many records at once, with a fixed number of queries.
    """

    _name = "conversion.owner"
    _description = "Owners of Touchpoints"

    # ------------------------------------------------------------
    # A lead gets another contact, or another company
    # ------------------------------------------------------------

    @api.model
    def _follow_leads(self, leads, previous):
        """Take the touchpoints of leads along to the contact and company that these have now.

        :param previous: ``{lead: contact}``, which they had; none by default
        """
        self._move(Domain("lead_id", "in", leads.ids), previous)

    @api.model
    def _follow_contacts(self, contacts):
        """Take the touchpoints of contacts along to their company; those of leads follow these."""
        self._move(Domain("partner_id", "in", contacts.ids) & Domain("lead_id", "=", False), {})

    @api.model
    def _move(self, domain, previous):
        rows = self._browse_all("conversion.touchpoint").search(domain)
        places = {row: self._get_place(row, previous) for row in rows}
        moved = rows.filtered(lambda row: (row.partner_id, row.company_id) != places[row])
        taken = moved.filtered(
            lambda row: (
                row.company_id != places[row][1]
                or row.partner_id not in (row.partner_id.browse(), places[row][0])
            )
        )
        for (partner, company), together in moved.grouped(places.get).items():
            together.write({"partner_id": partner.id, "company_id": company.id})
        if taken:
            self._restore(taken)

    @api.model
    def _get_place(self, row, previous):
        """Contact and company that a touchpoint belongs to now."""
        lead, partner = row.lead_id, row.partner_id
        if not lead:
            return partner, partner.company_id or row.company_id
        stays = (
            partner
            and self._is_same_company(partner, lead)
            and not self._is_replaced(partner, lead, previous.get(lead))
        )
        return (partner if stays else lead.partner_id), lead.company_id

    @api.model
    def _is_replaced(self, partner, lead, previous):
        """Whether a touchpoint's contact makes room for that of its lead.

        The contact that the lead had does, or without one the contact that was recognised; a lead
        that has none any more stays with the same person. Leads that are merged may be of two.
        """
        if not lead.partner_id and self._is_same_person(partner, lead):
            return False
        if previous:
            return partner == previous != lead.partner_id
        return not self.env.context.get(MERGE)

    @api.model
    def _restore(self, taken):
        """Let those who lost these touchpoints point to their own again."""
        leads = taken.lead_id | self._find_pointing("crm.lead", taken)
        wrong = {lead: self._get_wrong(lead) for lead in leads}
        for lead in taken.filtered(lambda row: not row.partner_id).lead_id:
            if not lead.first_touch_id:
                # It had none because of a contact that it has left.
                wrong[lead].append("first_touch_id")

        def without(name):
            return leads.browse(lead.id for lead in leads if name in wrong[lead])

        self._copy_visits(without("lead_creation_touch_id"))
        self._restore_clicks(without("google_touch_id"))
        contacts = self._find_pointing("res.partner", taken)
        self._restore_contacts(contacts)
        self._restore_company_sources(contacts)
        self._restore_first_touches(without("first_touch_id"))

    @api.model
    def _get_wrong(self, record):
        """Which pointers of a lead or contact name a touchpoint that is not theirs."""
        return [name for name in TOUCHES if record[name] and not self._is_own(record[name], record)]

    @api.model
    def _is_own(self, touchpoint, record):
        """Whether a touchpoint is of the person, in the company, of a lead or contact. That of an
        erased person is nobody's: who counts for it stays as it is."""
        if touchpoint.is_anonymous:
            return True
        if not self._is_same_company(touchpoint, record):
            return False
        partner = record if record._name == "res.partner" else record.partner_id
        if touchpoint.partner_id and partner:
            return touchpoint.partner_id == partner or self._is_same_person(
                touchpoint.partner_id, partner
            )
        owner = touchpoint.partner_id or touchpoint.lead_id
        return record in (touchpoint.lead_id, owner) or self._is_same_person(owner, record)

    @api.model
    def _is_same_person(self, one, other):
        """Whether two leads or contacts are of one person, by e-mail or phone."""
        persons = self.env["conversion.person"]
        clues = {
            persons._get_identity_of(record).clue if record else None for record in (one, other)
        }
        return None not in clues and len(clues) == 1 and self._is_same_company(one, other)

    @api.model
    def _is_same_company(self, one, other):
        return not (one.company_id and other.company_id) or one.company_id == other.company_id

    @api.model
    def _copy_visits(self, leads):
        """Give leads a touchpoint of their own for the visit that made them.

        One visit of one browser is recorded once for a person. When the lead turns out to be of
        another person, it happened to both.
        """
        copies = self._browse_all("conversion.touchpoint").create(
            [
                {
                    **lead.lead_creation_touch_id.copy_data()[0],
                    "lead_id": lead.id,
                    "partner_id": lead.partner_id.id,
                    "company_id": lead.company_id.id,
                }
                for lead in leads
            ]
        )
        for lead, copy in zip(leads, copies, strict=True):
            lead.lead_creation_touch_id = copy

    @api.model
    def _restore_clicks(self, leads):
        """The latest Google click among a lead's own visits."""
        for lead, visits in self._get_visits("lead_id", leads).items():
            lead.google_touch_id = self._get_google(visits)

    @api.model
    def _restore_contacts(self, contacts):
        """What is a contact's own: their earliest visit, with the lead that it brought.

        The three pointers come from one lead, as one whole.
        """
        wrong = contacts.filtered(self._get_wrong)
        for contact, visits in self._get_visits("partner_id", wrong).items():
            own = visits.browse(one.id for one in visits if self._is_same_company(one, contact))
            if lead := own[:1].lead_id:
                touches = [own[:1], lead.lead_creation_touch_id, lead.google_touch_id]
            else:
                touches = [own[:1], own[-1:], self._get_google(own)]
            contact.write({name: one.id for name, one in zip(TOUCHES, touches, strict=True)})

    @api.model
    def _restore_company_sources(self, companies):
        """A company arrived with the earliest of the persons who are still there."""
        lost = companies.filtered(
            lambda company: (
                company[COMPANY_SOURCE].partner_id.commercial_partner_id
                != company.commercial_partner_id
            )
        ).filtered(COMPANY_SOURCE)
        people = self._browse_all("res.partner").search(
            Domain("commercial_partner_id", "in", lost.ids)
            & Domain("lead_creation_touch_id", "!=", False)
        )
        of_company = people.grouped("commercial_partner_id")
        for company in lost:
            sources = of_company.get(company, people.browse()).lead_creation_touch_id
            company[COMPANY_SOURCE] = sources.sorted(lambda one: (one.occurred_at, one.id))[:1]

    @api.model
    def _restore_first_touches(self, leads):
        """The first touch of leads: that of their contact, else their own earliest visit."""
        of_lead = self._get_visits("lead_id", leads)
        for lead in leads:
            first = lead.partner_id.first_touch_id
            is_own = first and self._is_own(first, lead)
            lead.first_touch_id = first if is_own else of_lead[lead][:1]

    @api.model
    def _get_visits(self, field, records):
        """``{record: visits, the earliest first}``, of leads or contacts."""
        visits = self._browse_all("conversion.touchpoint")
        domain = Domain(field, "in", records.ids) & Domain("kind", "=", "visit")
        found = visits.search(domain, order="occurred_at, id").grouped(field)
        return {record: found.get(record, visits) for record in records}

    @api.model
    def _get_google(self, visits):
        return visits.filtered(lambda visit: any(visit[name] for name in GOOGLE_CLICK_IDS))[-1:]

    # ------------------------------------------------------------
    # A lead or contact is deleted
    # ------------------------------------------------------------

    @api.model
    def _release(self, touchpoints):
        """Delete those of these touchpoints that nobody needs after a lead or contact is deleted.

        Those that a lead or contact still points to move there, the oldest first.
        """
        left = touchpoints.filtered(lambda row: not (row.lead_id or row.partner_id))
        owners = {}
        for model, field in (("crm.lead", "lead_id"), ("res.partner", "partner_id")):
            for record in self._find_pointing(model, left).sorted("id"):
                for name in POINTERS[model]:
                    owners.setdefault(record[name].id, (field, record))
        needed = left.filtered(lambda row: row.id in owners)
        for row in needed:
            field, record = owners[row.id]
            row[field] = record
        (left - needed).unlink()

    # ------------------------------------------------------------
    # A contact gets what brought the person
    # ------------------------------------------------------------

    @api.model
    def _bring(self, pairs):
        """Give contacts that have no first touch, and were made since that of their lead, what
        brought the person: they signed up, or were made for the lead. A contact that was there
        before keeps what it has.

        :param pairs: of a lead, or another card of the person, and the contact; read as the
            superuser
        """
        for record, contact in pairs:
            if not contact or (record.attribution_erased_at and not record.first_touch_id):
                continue
            since = min(filter(None, (record.first_touch_id.occurred_at, record.create_date)))
            if self._is_new(contact, since):
                contact.write({name: record[name].id for name in TOUCHES})

    @api.model
    def _is_new(self, contact, since):
        """Whether a contact came into being since then (naive UTC), and nobody said how."""
        told = contact.first_touch_id or contact.lead_creation_touch_id
        return not told and contact.create_date >= since

    # ------------------------------------------------------------

    @api.model
    def _find_pointing(self, model, touchpoints):
        """Leads or contacts that point to any of these touchpoints, archived ones too."""
        pointing = (Domain(name, "in", touchpoints.ids) for name in POINTERS[model])
        return self._browse_all(model).search(Domain.OR(pointing))

    @api.model
    def _browse_all(self, model):
        return self.env[model].sudo().with_context(active_test=False)
