from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain

from .conversion_person import Identity

NOBODY = Identity()
STRANGER = "email_normalized"  # of a touchpoint whose person is no lead or contact yet


@dataclass(frozen=True)
class Traveller:
    """Whose journey is looked for.

    :param identity: a person; touchpoints of the same person in the same company are found by it
    :param lead_ids: leads whose touchpoints belong to the journey whoever they are
    :param partner_ids: contacts likewise
    """

    identity: Identity = NOBODY
    lead_ids: tuple = ()
    partner_ids: tuple = ()

    @property
    def all_partner_ids(self):
        """The contacts, with the one that the identity names."""
        return {*self.partner_ids, self.identity.partner_id} - {0}


class ConversionJourney(models.AbstractModel):
    """Finds the touchpoints of persons, many at once and with a fixed number of queries.

    Leads and contacts of a person are looked up by their indexed keys first, and touchpoints by
    these: asked in one condition, the database would read all touchpoints there are.
    """

    _name = "conversion.journey"
    _description = "Journeys of Persons"

    @api.model
    def _find(self, travellers, domain=Domain.TRUE):
        """The touchpoints of each traveller, the latest first, read as the superuser.

        :param domain: which of the touchpoints
        """
        clues = {one.identity.clue for one in travellers} - {None}
        leads = self._search_alike("crm.lead", clues)
        partners = self._search_alike("res.partner", clues)
        lead_ids = {lead_id for one in travellers for lead_id in one.lead_ids}
        partner_ids = {partner_id for one in travellers for partner_id in one.all_partner_ids}
        owned = Domain("lead_id", "in", lead_ids.union(*leads.values()))
        owned |= Domain("partner_id", "in", partner_ids.union(*partners.values()))
        if strangers := [value for column, value in clues if column == STRANGER]:
            owned |= Domain(STRANGER, "in", strangers)
        found = (
            self.env["conversion.touchpoint"]
            .sudo()
            .search_fetch(owned & domain, ["lead_id", "partner_id", "company_id", STRANGER])
        )
        of_lead, of_partner, of_clue = (defaultdict(set) for _kind in range(3))
        for place, touchpoint in enumerate(found):
            of_lead[touchpoint.lead_id.id].add(place)
            of_partner[touchpoint.partner_id.id].add(place)
            of_clue[STRANGER, touchpoint.email_normalized].add(place)

        def get_places(lead_ids, partner_ids):
            places = [of_lead[lead_id] for lead_id in lead_ids]
            places += [of_partner[partner_id] for partner_id in partner_ids]
            return set().union(*places)

        journeys = []
        for one in travellers:
            clue, companies = one.identity.clue, (one.identity.company_id, False)
            alike = get_places(leads.get(clue, ()), partners.get(clue, ()))
            alike |= of_clue.get(clue, set())
            places = get_places(one.lead_ids, one.all_partner_ids)
            places.update(place for place in alike if found[place].company_id.id in companies)
            journeys.append(found.browse(found[place].id for place in sorted(places)))
        return journeys

    @api.model
    def _search_alike(self, model, clues):
        """Ids of the records that have a clue, ``{clue: ids}``, archived ones too."""
        records = self.env[model].sudo().with_context(active_test=False)
        by_column = defaultdict(list)
        for column, value in clues:
            by_column[column].append(value)
        found = defaultdict(list)
        alike = Domain.OR(Domain(column, "in", values) for column, values in by_column.items())
        for record in records.search_fetch(alike, list(by_column), order="id"):
            for column in by_column:
                found[column, record[column]].append(record.id)
        return found
