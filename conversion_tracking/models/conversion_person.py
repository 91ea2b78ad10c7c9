from dataclasses import dataclass
from datetime import datetime
from itertools import product

from odoo import api, models
from odoo.tools import SQL, email_normalize, escape_psql

from ..attribution.identity import DELIVERABLE_LENGTH, EMAIL_LENGTH

KEYS = ("email_normalized", "phone_sanitized", "company_id")
TOUCHES = ("first_touch_id", "lead_creation_touch_id", "google_touch_id")


@dataclass(frozen=True)
class Identity:
    """What tells who somebody is: a contact, else an e-mail, else a phone.

    The phone only tells when one side has no e-mail: colleagues share a switchboard, and
    one person's marketing must never end up with another. What is nobody's (``conversion.filler``)
    is neither an e-mail nor a phone.
    """

    partner_id: int = 0
    email: str = ""
    phone: str = ""
    company_id: int = 0

    @property
    def names(self):
        """Names under which the same person appears again in a batch."""
        names = [("partner", self.partner_id), ("email", self.email)]
        if not self.email:
            names.append(("phone", self.phone))
        return [(*name, self.company_id) for name in names if name[1]]

    @property
    def clues(self):
        """Keys to look somebody up, the best first: column, value, has an e-mail, company.

        Records of another company are not theirs to find; those of no company are.
        """
        companies = (self.company_id, 0)
        clues = []
        if self.email:
            clues += product(["email_normalized"], [self.email], [True], companies)
        if self.phone:
            with_email = [False] if self.email else [True, False]
            clues += product(["phone_sanitized"], [self.phone], with_email, companies)
        return clues

    @property
    def clue(self):
        """The one key that the person's touchpoints are found by, ``None`` without any: column
        and value."""
        if self.email:
            return ("email_normalized", self.email)
        return ("phone_sanitized", self.phone) if self.phone else None


@dataclass
class Person:
    """Somebody who may be known already, as a contact or by an earlier lead.

    Touches are ids of touchpoints, or the values of one that is about to be made for an
    earlier record of the same batch. ``google_touch`` is that of the latest click on a Google ad.
    ``made_at`` (naive UTC) is when the contact was made of somebody of whom nothing else is known.
    """

    identity: Identity
    known: bool = False
    partner_id: int = 0
    first_touch: object = None
    lead_creation_touch: object = None
    google_touch: object = None
    made_at: datetime | None = None


class ConversionPerson(models.AbstractModel):
    """Recognises persons, many at once and with a fixed number of queries."""

    _name = "conversion.person"
    _description = "Person Recognition"

    @api.model
    def _find(self, identities, exclude=()):
        """A :class:`Person` for each identity; the same one for the same person.

        :param exclude: ids of contacts that were just made and do not know themselves
        """
        contacts = self._search_contacts(identities, exclude)
        leads = self._search_leads(identities)
        strangers = self._search_strangers(identities)
        persons = {}
        result = []
        for identity in identities:
            names = identity.names
            person = next((persons[name] for name in names if name in persons), None)
            if person is None:
                person = self._match(identity, contacts, leads)
                if not person.known:
                    submitted = (strangers[clue] for clue in identity.clues if clue in strangers)
                    person.first_touch, person.google_touch = next(submitted, (None, None))
            for name in names:
                persons.setdefault(name, person)
            result.append(person)
        return result

    @api.model
    def _get_identity(self, vals, email_field="email_from"):
        """Identity in the values of a record about to be made.

        :param vals: with ``partner_id``, an e-mail, ``phone``, ``country_id``,
            ``company_id`` and ``team_id``, all optional
        """
        company = (
            self.env["res.company"].browse(vals.get("company_id"))
            or self.env["crm.team"].browse(vals.get("team_id")).sudo().company_id
            or self.env.company
        )
        return Identity(
            partner_id=vals.get("partner_id") or 0,
            email=self._get_email(vals.get(email_field)),
            phone=self._get_phone(vals, company),
            company_id=company.id,
        )

    @api.model
    def _get_email(self, text):
        if not isinstance(text, str) or len(text) > EMAIL_LENGTH or "\x00" in text:
            return ""
        return self._get_filler().tell_email(email_normalize(text, strict=False))

    @api.model
    def _get_phone(self, vals, company):
        phone = vals.get("phone")
        if not phone or not isinstance(phone, str) or "\x00" in phone:
            return ""
        country = self.env["res.country"].browse(vals.get("country_id")) or company.country_id
        return self._get_filler().tell_phone(company._phone_format_number(phone, country))

    @api.model
    def _get_identity_of(self, record):
        """Identity of a lead or contact as it is now, read as the superuser."""
        filler, known = self._get_filler(), record.sudo()
        is_contact = record._name == "res.partner"
        return Identity(
            partner_id=(known if is_contact else known.partner_id)._origin.id or 0,
            email=filler.tell_email(known.email_normalized),
            phone=filler.tell_phone(known.phone_sanitized),
            company_id=known.company_id.id or self.env.company.id,
        )

    @api.model
    def _get_filler(self):
        return self.env["conversion.filler"]._get_filler()

    @api.model
    def _select_email(self, alias):
        """SQL of what :attr:`Identity.email` is for a row of leads or contacts, else ``NULL``."""
        filler = self._get_filler()
        return SQL(
            """
            CASE WHEN %(email)s ~ %(shape)s AND length(%(email)s) <= %(length)s
                  AND NOT split_part(%(email)s, '@', 1) = ANY(%(mailboxes)s::text[])
                  AND NOT split_part(%(email)s, '@', 2) = ANY(%(domains)s::text[])
                  AND %(email)s NOT LIKE ALL(%(patterns)s::text[])
                 THEN %(email)s END
            """,
            email=SQL.identifier(alias, "email_normalized"),
            shape=filler.email_shape,
            length=DELIVERABLE_LENGTH,
            mailboxes=sorted(filler.mailboxes),
            domains=sorted(filler.domains),
            patterns=self._get_like(filler.addresses),
        )

    @api.model
    def _select_phone(self, alias):
        """The same of :attr:`Identity.phone`."""
        filler = self._get_filler()
        return SQL(
            """
            CASE WHEN %(phone)s ~ %(shape)s AND %(phone)s NOT LIKE ALL(%(patterns)s::text[])
                 THEN %(phone)s END
            """,
            phone=SQL.identifier(alias, "phone_sanitized"),
            shape=filler.phone_shape,
            patterns=self._get_like(filler.numbers),
        )

    @api.model
    def _get_like(self, patterns):
        return sorted(escape_psql(pattern).replace("*", "%") for pattern in patterns)

    # ------------------------------------------------------------
    # Looking up
    # ------------------------------------------------------------

    @api.model
    def _search_contacts(self, identities, exclude):
        """``{clue: (id, made at, *touches)}`` of contacts, archived ones too.

        Of several cards of one person, the one with a first touch speaks for them.
        """
        partners = self.env["res.partner"].sudo()
        partners.flush_model([*KEYS, *TOUCHES])
        found = {}
        for column, values in self._values(identities).items():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (%(column)s, 2, company_id)
                           %(column)s, %(email)s IS NOT NULL, COALESCE(company_id, 0),
                           id, create_date, first_touch_id, lead_creation_touch_id, google_touch_id
                      FROM res_partner
                     WHERE %(column)s IN %(values)s AND id NOT IN %(exclude)s
                  ORDER BY %(column)s, 2, company_id, first_touch_id, id
                    """,
                    column=SQL.identifier(column),
                    email=self._select_email("res_partner"),
                    values=values,
                    exclude=(*exclude, 0),
                )
            )
            found.update(((column, *row[:3]), row[3:]) for row in rows)
        given = {one.partner_id for one in identities if one.partner_id}
        for partner in partners.browse(given):
            touches = (partner[name].id for name in TOUCHES)
            found["id", partner.id] = (partner.id, partner.create_date, *touches)
        return found

    @api.model
    def _search_leads(self, identities):
        """``{clue: touches}`` of leads, lost ones too.

        Grouped by the database: a made-up address may have thousands of leads. What a lead of an
        erased person still counts for is no touch of whoever comes back.
        """
        self.env["crm.lead"].flush_model([*KEYS, *TOUCHES, "attribution_erased_at"])
        found = {}
        for column, values in self._values(identities).items():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT %(column)s, %(email)s IS NOT NULL, COALESCE(company_id, 0),
                           MIN(first_touch_id),
                           MIN(lead_creation_touch_id)
                               FILTER (WHERE attribution_erased_at IS NULL),
                           MAX(google_touch_id)
                      FROM crm_lead
                     WHERE %(column)s IN %(values)s
                  GROUP BY 1, 2, 3
                    """,
                    column=SQL.identifier(column),
                    email=self._select_email("crm_lead"),
                    values=values,
                )
            )
            found.update(((column, *row[:3]), row[3:]) for row in rows)
        return found

    @api.model
    def _search_strangers(self, identities):
        """``{clue: (first touch, latest Google click)}`` of people who are no lead or contact
        yet, but submitted something with their e-mail."""
        emails = self._values(identities).get("email_normalized")
        if not emails:
            return {}
        touchpoints = self.env["conversion.touchpoint"].sudo()
        domain = [("email_normalized", "in", emails), ("kind", "=", "visit")]
        found = {}
        for row in touchpoints.search(domain, order="id"):
            clue = ("email_normalized", row.email_normalized, True, row.company_id.id or 0)
            first, click = found.get(clue, (row.id, None))
            found[clue] = (first, row.id if row.click_platform == "google" else click)
        return found

    @api.model
    def _values(self, identities):
        """What to look for, ``{column: values}``; columns without a value are left out."""
        values = {
            "email_normalized": tuple({one.email for one in identities if one.email}),
            "phone_sanitized": tuple({one.phone for one in identities if one.phone}),
        }
        return {column: found for column, found in values.items() if found}

    @api.model
    def _match(self, identity, contacts, leads):
        def best(found):
            return next((found[clue] for clue in identity.clues if clue in found), None)

        contact = contacts.get(("id", identity.partner_id)) or best(contacts)
        lead = best(leads)
        nothing = (None, None, None)
        partner_id, made_at, *of_contact = contact or (0, None, *nothing)
        of_lead = lead or nothing
        # First touch and lead creation come from the same record, never one from each.
        first_touch, creation, _click = of_contact if of_contact[0] else of_lead
        return Person(
            identity=identity,
            known=bool(contact or lead),
            partner_id=partner_id,
            first_touch=first_touch,
            lead_creation_touch=creation,
            # The later click has the higher id.
            google_touch=max(of_contact[2] or 0, of_lead[2] or 0) or None,
            made_at=None if first_touch or creation or lead else made_at,
        )
