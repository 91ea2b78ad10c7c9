from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain

from ..attribution.touch import CLICK_IDS
from ..groups import require_manager

FORMAT = 1  # of the export; raised when a key changes its meaning


@dataclass(frozen=True)
class Dossier:
    """All that is stored about a person, or about the people of a company, read as the superuser.

    :param contacts: the contact with those below it, and other cards of the same person
    :param leads: theirs, and those of the same person without a contact; lost and archived, too
    :param touchpoints: theirs, those of strangers with their e-mail among them
    :param elsewhere: how many leads and touchpoints of theirs belong to companies that the reader
        is not in at the moment, so that they are left out
    """

    contacts: models.BaseModel
    leads: models.BaseModel
    touchpoints: models.BaseModel
    elsewhere: int = 0

    def __or__(self, other):
        """Both together."""
        return Dossier(
            self.contacts | other.contacts,
            self.leads | other.leads,
            (self.touchpoints | other.touchpoints).sorted(lambda one: (one.occurred_at, one.id)),
            self.elsewhere + other.elsewhere,
        )


class ConversionDossier(models.AbstractModel):
    """Finds what is stored about a person, whichever of their records one starts from.

    Persons are who they are for the rest of this add-on: a contact, else an e-mail, else a phone
    (``conversion.person``), within the companies that the reader has chosen. Found with a fixed
    number of queries for any number of records.
    """

    _name = "conversion.dossier"
    _description = "What is Stored about a Person"

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _open(self, records):
        """The :class:`Dossier` for somebody to read.

        :raise AccessError: for who may not read click ids, or not these leads or contacts
        """
        require_manager(records)
        return self._collect(records)

    @api.model
    def _collect(self, records):
        """The :class:`Dossier` of the persons whom these leads or contacts are of.

        A lead of a company's card is its own person: the company's other people stay out. A
        contact brings the people below it along, archived ones too.

        :param records: leads or contacts that the caller may read
        """
        contacts, leads = self._browse_all("res.partner"), self._browse_all("crm.lead")
        if records._name == "crm.lead":
            leads |= leads.browse(records.ids)
            contacts |= leads.partner_id.filtered(lambda one: not one.is_company)
        else:
            contacts |= contacts.search([("id", "child_of", records.ids)])
        leads |= leads.search([("partner_id", "in", contacts.ids)])
        clues = self._get_clues([*contacts, *leads])
        contacts |= self._search_alike(contacts, clues)
        leads |= self._search_alike(leads, clues)
        leads |= leads.search([("partner_id", "in", contacts.ids)])
        touchpoints = self._search_touchpoints(contacts, leads, clues)
        here = self._get_here()
        return Dossier(
            contacts=contacts.filtered_domain(here),
            leads=leads.filtered_domain(here),
            touchpoints=touchpoints.filtered_domain(here),
            elsewhere=len(leads.filtered_domain(~here)) + len(touchpoints.filtered_domain(~here)),
        )

    @api.model
    def _get_clues(self, records):
        """``{(column, value): companies}``: what tells who these are, and in which companies."""
        persons, here = self.env["conversion.person"], self.env.companies
        clues = {}
        for record in records:
            clue = persons._get_identity_of(record).clue
            if clue:
                companies = record.company_id or here
                clues[clue] = clues.get(clue, here.browse()) | companies
        return clues

    @api.model
    def _search_alike(self, records, clues):
        """Leads or contacts of the same persons, in the same companies or in none."""
        found = self.env["conversion.journey"]._search_alike(records._name, set(clues))
        alike = {
            one.id
            for clue, companies in clues.items()
            for one in records.browse(found.get(clue, ()))
            if one.company_id <= companies
        }
        return records.browse(alike)

    @api.model
    def _search_touchpoints(self, contacts, leads, clues):
        """The touchpoints of these, of whatever company."""
        emails = [value for column, value in clues if column == "email_normalized"]
        owned = Domain("lead_id", "in", leads.ids) | Domain("partner_id", "in", contacts.ids)
        owned |= Domain("email_normalized", "in", emails)
        return self._browse_all("conversion.touchpoint").search(owned, order="occurred_at, id")

    @api.model
    def _get_here(self):
        """Of the companies that the reader has chosen, or of none."""
        return Domain("company_id", "in", [*self.env.companies.ids, False])

    @api.model
    def _browse_all(self, model):
        return self.env[model].sudo().with_context(active_test=False)

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    @api.model
    def _export(self, dossier):
        """What is stored, as plain values that JSON can hold. Extend to add some.

        Keys and codes stay as they are: other programs read them. Times are UTC, as ISO 8601 with
        a ``Z``; what is not known is ``null``.
        """
        return {
            "format": FORMAT,
            "made_at": self._tell_time(self.env.cr.now()),
            "contacts": [self._export_contact(one) for one in dossier.contacts],
            "leads": [self._export_lead(one) for one in dossier.leads],
            "touchpoints": [self._export_touchpoint(one) for one in dossier.touchpoints],
            "page_views": [self._export_page_view(one) for one in self._get_page_views(dossier)],
        }

    @api.model
    def _export_contact(self, contact):
        return {
            "id": contact.id,
            "name": contact.name or None,
            "email": contact.email or None,
            "phone": contact.phone or None,
            "company": contact.company_id.name or None,
            "first_touch": contact.first_touch_id.id or None,
            "lead_creation": contact.lead_creation_touch_id.id or None,
            "company_source": contact.company_source_touch_id.id or None,
            "erased_at": self._tell_time(contact.attribution_erased_at),
        }

    @api.model
    def _export_lead(self, lead):
        return {
            "id": lead.id,
            "name": lead.name or None,
            "contact": lead.partner_id.id or None,
            "contact_name": lead.contact_name or None,
            "email": lead.email_from or None,
            "phone": lead.phone or None,
            "company": lead.company_id.name or None,
            "created_at": self._tell_time(lead.create_date),
            "qualified_at": self._tell_time(lead.qualified_at),
            "won_at": self._tell_time(lead.won_at),
            "source": lead.source_id.name or None,
            "medium": lead.medium_id.name or None,
            "campaign": lead.campaign_id.title or None,
            "consent": lead.consent or None,
            "consent_at": self._tell_time(lead.consent_at),
            "first_touch": lead.first_touch_id.id or None,
            "lead_creation": lead.lead_creation_touch_id.id or None,
            "erased_at": self._tell_time(lead.attribution_erased_at),
        }

    @api.model
    def _export_touchpoint(self, touchpoint):
        return {
            "id": touchpoint.id,
            "kind": touchpoint.kind,
            "at": self._tell_time(touchpoint.occurred_at),
            "time_known": not touchpoint.time_unknown,
            "lead": touchpoint.lead_id.id or None,
            "contact": touchpoint.partner_id.id or None,
            "email": touchpoint.email_normalized or None,
            "company": touchpoint.company_id.name or None,
            "website": touchpoint.website_id.name or None,
            "channel": touchpoint.channel or None,
            "source": touchpoint.source_id.name or None,
            "medium": touchpoint.medium_id.name or None,
            "campaign": touchpoint.campaign_id.title or None,
            **{
                name: touchpoint[name] or None
                for name in ("term", "content", "landing_page", "referrer", "form", "page")
            },
            "click_platform": touchpoint.click_platform or None,
            "click_ids": {name: touchpoint[name] for name in CLICK_IDS if touchpoint[name]},
            "consent": touchpoint.consent,
            "consent_at": self._tell_time(touchpoint.consent_at),
        }

    @api.model
    def _get_page_views(self, dossier):
        """The pages that Odoo's own list of visitors holds of these persons."""
        visitors = dossier.leads.visitor_ids | self._browse_all("website.visitor").search(
            [("partner_id", "in", dossier.contacts.ids)]
        )
        return visitors.website_track_ids

    @api.model
    def _export_page_view(self, view):
        return {"at": self._tell_time(view.visit_datetime), "page": view.url or None}

    @api.model
    def _tell_time(self, moment):
        return f"{moment.replace(microsecond=0).isoformat()}Z" if moment else None
