from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.phone_validation.tools.phone_validation import phone_format


@dataclass
class Person:
    """Somebody who may be known already, as a contact or by an earlier lead.

    Touches are ids of touchpoints, or values of one that is about to be made for an
    earlier record of the same batch.
    """

    known: bool = False
    partner_id: int = 0
    first_touch: object = None
    lead_creation_touch: object = None
    touchpoints: object = ()


class ConversionPerson(models.AbstractModel):
    """Recognises persons: by the contact given, else the e-mail, else the phone.

    The phone only tells when one side has no e-mail: colleagues share a switchboard,
    and one person's marketing must never end up with another.
    """

    _name = "conversion.person"
    _description = "Person Recognition"

    @api.model
    def _find(self, vals_list, email_field="email_from", except_partner=None):
        """A :class:`Person` for each record about to be made; the same one for the same
        person. A fixed number of queries, whatever the length of the list.

        :param vals_list: values with ``partner_id``, an e-mail, ``phone``, ``country_id``
            and ``company_id``, all optional
        :param except_partner: contact that was just made and does not know itself
        """
        keys = [self._get_keys(vals, email_field) for vals in vals_list]
        partners = self._search_partners(keys, except_partner)
        leads = self._search_leads(keys)
        touchpoints = self._search_touchpoints(partners, leads)
        persons = {}
        result = []
        for key in keys:
            person = next((persons[name] for name in self._names(key) if name in persons), None)
            if person is None:
                person = self._match(key, partners, leads, touchpoints)
            for name in self._names(key):
                persons.setdefault(name, person)
            result.append(person)
        return result

    @api.model
    def _get_keys(self, vals, email_field):
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        return {
            "partner_id": vals.get("partner_id") or 0,
            "email": email_normalize(vals.get(email_field) or "") or "",
            "phone": self._get_phone(vals, company),
            "company_id": vals.get("company_id") or 0,
        }

    @api.model
    def _get_phone(self, vals, company):
        if not vals.get("phone"):
            return ""
        country = self.env["res.country"].browse(vals.get("country_id")) or company.country_id
        return phone_format(
            vals["phone"],
            country.code,
            country.phone_code,
            force_format="E164",
            raise_exception=False,
        )

    @api.model
    def _names(self, key):
        """Under which names a person is remembered within a batch."""
        company = key["company_id"]
        if key["partner_id"]:
            yield "partner", key["partner_id"]
        if key["email"]:
            yield "email", key["email"], company
        elif key["phone"]:
            yield "phone", key["phone"], company

    @api.model
    def _search_partners(self, keys, except_partner):
        domain = self._same_domain(keys) | Domain("id", "in", self._values(keys, "partner_id"))
        if except_partner:
            domain &= Domain("id", "not in", except_partner.ids)
        # Whoever has a first touch speaks for a person with several cards.
        return (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search(domain, order="first_touch_id, id")
        )

    @api.model
    def _search_leads(self, keys):
        domain = self._same_domain(keys)
        return (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(domain, order="id")
        )

    @api.model
    def _same_domain(self, keys):
        return Domain("email_normalized", "in", self._values(keys, "email")) | Domain(
            "phone_sanitized", "in", self._values(keys, "phone")
        )

    @api.model
    def _values(self, keys, name):
        return list({key[name] for key in keys if key[name]})

    @api.model
    def _search_touchpoints(self, partners, leads):
        return (
            self.env["conversion.touchpoint"]
            .sudo()
            .search(Domain("partner_id", "in", partners.ids) | Domain("lead_id", "in", leads.ids))
        )

    @api.model
    def _match(self, key, partners, leads, touchpoints):
        def fits(record):
            if record.company_id and key["company_id"] not in (0, record.company_id.id):
                return False
            if key["email"] and record.email_normalized:
                return key["email"] == record.email_normalized
            return bool(key["phone"]) and key["phone"] == record.phone_sanitized

        if key["partner_id"]:
            partner = partners.filtered(lambda one: one.id == key["partner_id"])
        else:
            partner = partners.filtered(fits)[:1]
        same_leads = leads.filtered(fits)
        lead = same_leads.filtered("first_touch_id")[:1] or same_leads[:1]
        if not partner and not lead:
            return Person()
        origin = partner if partner.first_touch_id or not lead else lead
        return Person(
            known=True,
            partner_id=partner.id,
            first_touch=origin.first_touch_id.id,
            lead_creation_touch=origin.lead_creation_touch_id.id,
            touchpoints=touchpoints.filtered(
                lambda one: one.partner_id == partner if partner else False
            )
            | touchpoints.filtered(lambda one: one.lead_id in same_leads),
        )
