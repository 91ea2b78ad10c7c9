from odoo import api, models
from odoo.tools import SQL, ormcache

from .google_ads_access_mixin import DELIVERING_STATES


class GoogleAdsPerson(models.AbstractModel):
    """Who is reported by hashed e-mail and phone alone, because they have no click id.

    Google calls it enhanced conversions for leads. Asked of each event as it happens, and in SQL
    of all events for the reports: ``google_ads.eligibility`` has the rules for both.
    """

    _name = "google.ads.person"
    _description = "Person without a Click Id"

    @api.model
    @ormcache()
    def _get_company_ids(self):
        """Ids of the companies whose account reports such people, see ``_find_for`` there."""
        accounts = self.env["google.ads.account"].sudo()
        delivering = accounts.search([("state", "in", DELIVERING_STATES)], order="id")
        firsts = (members[0] for members in delivering.grouped("company_id").values())
        return tuple(one.company_id.id for one in firsts if one.send_identifiers)

    @api.model
    def _get_consent(self, record):
        """The answer that a lead or contact gave; that of a contact stands at its touchpoints."""
        if record._name == "crm.lead":
            return record.consent or "unknown"
        return (record.google_touch_id or record.lead_creation_touch_id).consent or "unknown"

    @api.model
    def _filter_possible(self, records):
        """Those of the leads or contacts that are worth looking at: most never agreed."""
        if not self._get_company_ids():
            return records.browse()
        return records.filtered(
            lambda one: not one.google_touch_id and self._get_consent(one) == "granted"
        )

    @api.model
    def _has_identity(self, record):
        """Whether an e-mail or phone tells who a lead or contact is."""
        identity = self.env["conversion.person"]._get_identity_of(record)
        return bool(identity.email or identity.phone)

    # ------------------------------------------------------------
    # The same in SQL
    # ------------------------------------------------------------

    @api.model
    def _select_has_identity(self, alias):
        """SQL of :meth:`_has_identity` for a row of leads or contacts."""
        if not self._get_company_ids():
            return SQL("FALSE")
        person = self.env["conversion.person"]
        return SQL(
            "(%s IS NOT NULL OR %s IS NOT NULL)",
            person._select_email(alias),
            person._select_phone(alias),
        )

    @api.model
    def _select_sender(self, alias):
        """SQL of the company whose account reports people without a click, of a row with the
        company and team of a lead; ``NULL`` where none does."""
        companies = self._get_company_ids()
        if not companies:
            return SQL("NULL::integer")
        company = SQL(
            "COALESCE(%s, (SELECT team.company_id FROM crm_team team WHERE team.id = %s), %s)",
            SQL.identifier(alias, "company_id"),
            SQL.identifier(alias, "team_id"),
            self.env["google.ads.reporter"]._get_main_company().id,
        )
        return SQL("CASE WHEN %s IN %s THEN %s END", company, companies, company)
