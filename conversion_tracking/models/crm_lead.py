from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

from ..attribution.handover import FIELD, find_handover
from ..groups import ADMINISTRATOR, TOUCHPOINT_READERS
from .conversion_journey import Traveller
from .conversion_owner import MERGE
from .conversion_person import TOUCHES
from .conversion_touchpoint import CONSENTS

# What an administrator may bring along for a lead that another system had before.
HISTORY_FIELDS = (*TOUCHES, "consent", "consent_at")
UTM_FIELDS = ("source_id", "medium_id", "campaign_id")
# What the contact and the company of a lead depend on.
OWNER_FIELDS = frozenset(("partner_id", "company_id", "team_id", "user_id"))


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = [
        "crm.lead",
        "conversion.attribution.mixin",
        "conversion.bundle.mixin",
        "lead.facts.mixin",
        "lead.step.mixin",
        "conversion.milestones.mixin",
    ]

    # Kept here, because reports ask for it and would look up the touch of each lead.
    lead_creation_channel = fields.Selection(store=True)
    consent = fields.Selection(
        CONSENTS,
        readonly=True,
        copy=False,
        help="Answer to the website's cookies bar when the lead was created.",
        groups=TOUCHPOINT_READERS,
    )
    consent_at = fields.Datetime(
        "Consent given or denied on", readonly=True, copy=False, groups=TOUCHPOINT_READERS
    )
    qualified_at = fields.Datetime(
        "Qualified on",
        readonly=True,
        copy=False,
        help="When the lead became an opportunity or reached a stage that counts as qualified, "
        "for the first time. It never changes.",
        groups=TOUCHPOINT_READERS,
    )
    won_at = fields.Datetime(
        "Won on",
        readonly=True,
        copy=False,
        help="When the deal was won. Unlike the closing date, archiving does not change it.",
        groups=TOUCHPOINT_READERS,
    )
    landing_url = fields.Char(
        compute="_compute_landing_url",
        # who may read the lead may read the address, which carries no click id
        compute_sudo=True,
        inverse="_inverse_landing_url",
        help="Address the person arrived on, with its marketing parameters. Give it when you "
        "import leads or create them through the API: it is read like a visit. Say in 'Landed on' "
        "when that was. Only its path and harmless parameters are kept.",
        groups=TOUCHPOINT_READERS,
    )
    conversion_journey = fields.Char(
        "Journey from another site",
        compute="_compute_conversion_journey",
        inverse="_inverse_landing_url",
        help="What the script for other sites puts into the hidden field of that name. Give it "
        "when you create leads through the API or import them: it is read like the visits of your "
        "own website, and takes the place of 'Landing url'. It is not kept as it is.",
        groups=TOUCHPOINT_READERS,
    )
    landed_at = fields.Datetime(
        "Landed on",
        compute="_compute_landing_url",
        compute_sudo=True,
        inverse="_inverse_landing_url",
        help="When the person arrived at the landing address. Give it together with the address "
        "when you import leads: Google takes conversions up to 90 days after the click. Empty: "
        "nobody knows, it was some time before the lead was created.",
        groups=TOUCHPOINT_READERS,
    )

    @api.depends("lead_creation_touch_id")
    def _compute_landing_url(self):
        for lead in self:
            touch = lead.lead_creation_touch_id
            lead.landing_url = touch.landing_page
            lead.landed_at = touch.landing_page and not touch.time_unknown and touch.occurred_at

    def _compute_conversion_journey(self):
        """Empty: what it said are touchpoints."""
        self.conversion_journey = False

    def _inverse_landing_url(self):
        """Nothing to do: ``create`` has read address and time; later on they are history."""

    # Everybody who submits a form is looked up by e-mail; core's trigram index serves "ilike".
    _conversion_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    # ------------------------------------------------------------
    # Arrival
    # ------------------------------------------------------------

    @api.model
    def _get_visit_values(self):
        """Nothing: they come with the touchpoints, see ``conversion.recorder``."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        histories = [self._check_history(vals) for vals in vals_list]
        recorder = self.env["conversion.recorder"].sudo()
        arrivals = recorder._prepare_leads(vals_list)
        complete = self._with_system_values(vals_list)
        leads = super(CrmLead, complete).create(vals_list).with_env(self.env)
        recorder._attach(leads, arrivals)
        for lead, history in zip(leads, histories, strict=True):
            lead._check_history_company(history)
        leads._conversion_happened("lead_created")
        leads._mark_qualified()
        leads._conversion_happened("stage")
        return leads

    @api.model
    def _check_history(self, vals):
        """Let administrators import leads with the history that another system kept of them.

        :return: the touchpoints in ``vals``
        :raise AccessError: for what nobody may bring along, and for everybody else
        """
        touchpoints = self.env["conversion.touchpoint"]
        if self.env.su:
            return touchpoints
        may_import = self.env.user.has_group(ADMINISTRATOR)
        for name in self._get_kept(vals):
            if not (may_import and name in HISTORY_FIELDS):
                self._check_field_access(self._fields[name], "write")
        history = touchpoints.browse(vals[name] for name in TOUCHES if vals.get(name))
        history.check_access("read")
        return history

    def _check_history_company(self, history):
        for touchpoint in history.sudo():
            company = touchpoint.company_id
            if company and company != self.company_id:
                raise ValidationError(
                    self.env._(
                        "The touchpoint '%(touchpoint)s' belongs to %(company)s and cannot be "
                        "the history of a lead of another company.",
                        touchpoint=touchpoint.display_name,
                        company=company.name,
                    )
                )

    def copy_data(self, default=None):
        """A duplicate is a new lead: nobody's marketing brought it."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            for name in UTM_FIELDS:
                if name not in (default or {}):
                    vals.pop(name, None)
        return vals_list

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # An alias fills in what its owner chose, but whoever writes to it is the superuser.
        given = dict(custom_values or {})
        for name in self._get_kept(given):
            del given[name]
        body = msg_dict.get("body") or ""
        if FIELD in body:
            given.setdefault(FIELD, find_handover(html2plaintext(body)))
        lead = super(CrmLead, self.with_context(conversion_way="mail_alias")).message_new(
            msg_dict, custom_values=given
        )
        return lead.with_env(self.env)

    def _get_traveller(self):
        identity = self.env["conversion.person"]._get_identity_of(self)
        return Traveller(identity, lead_ids=tuple(self.ids))

    # ------------------------------------------------------------
    # Life
    # ------------------------------------------------------------

    def write(self, vals):
        moved = self.browse()
        if vals.get("stage_id"):
            moved = self.filtered(lambda lead: lead.stage_id.id != vals["stage_id"])
        owners = {} if OWNER_FIELDS.isdisjoint(vals) else self._get_owners()
        result = super().write(vals)
        if owners:
            self._follow_owners(owners)
        if vals.get("type") == "opportunity" or vals.get("stage_id"):
            self._follow("_mark_qualified")
        moved._follow("_conversion_happened", "stage")
        return result

    def convert_opportunity(self, partner, user_ids=False, team_id=False):
        with self._bundled() as leads:
            return super(CrmLead, leads).convert_opportunity(partner, user_ids, team_id)

    def _handle_partner_assignment(self, *args, **kwargs):
        with self._bundled() as leads:
            return super(CrmLead, leads)._handle_partner_assignment(*args, **kwargs)

    def _get_owners(self):
        """``{lead: (contact, company)}``, to whom a lead and its touchpoints belong."""
        owners = ((lead.partner_id, lead.company_id) for lead in self.sudo())
        return dict(zip(self, owners, strict=True))

    def _follow_owners(self, before):
        """Take touchpoints along when these leads have another contact or company than before."""
        now = self._get_owners()
        changed = self.filtered(lambda lead: now[lead] != before[lead])
        linked = changed.filtered(lambda lead: not before[lead][0])
        linked._follow("_link_journey_to_contact")
        if corrected := changed - linked:
            corrected._link_journey_to_contact({lead: before[lead][0] for lead in corrected})

    def _link_journey_to_contact(self, previous=None):
        """Give the touchpoints to the contact and company that these leads have now, and a
        contact made for this lead the person's first touch and lead creation.

        :param previous: ``{lead: contact}``, of leads of which the contact is corrected
        """
        owner = self.env["conversion.owner"].sudo()
        owner._follow_leads(self, previous or {})
        owner._bring((lead, lead.partner_id) for lead in self.sudo())

    def _is_qualified(self):
        """Whether this lead counts as qualified now. Override for other rules."""
        self.ensure_one()
        return bool(self.date_conversion) or self.stage_id.counts_as_qualified

    def _mark_qualified(self):
        newly = self.sudo().filtered(lambda lead: not lead.qualified_at and lead._is_qualified())
        if newly:
            newly.qualified_at = fields.Datetime.now()
            newly._conversion_happened("lead_qualified")

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """Every way to win a deal ends here: button, stage, e-mail link, import, flag."""
        nobody = {"is_won": False}
        won = self.filtered(
            lambda lead: (
                new_status_by_lead.get(lead.id, nobody)["is_won"]
                and not old_status_by_lead.get(lead.id, nobody)["is_won"]
            )
        )
        left = self.filtered(
            lambda lead: (
                old_status_by_lead.get(lead.id, nobody)["is_won"]
                and not new_status_by_lead.get(lead.id, nobody)["is_won"]
            )
        )
        if old_status_by_lead:  # a lead that is made is marked as soon as its touchpoints are there
            won._follow("_mark_qualified")
        won.sudo().won_at = fields.Datetime.now()
        left.sudo().won_at = False
        # only now, because it writes the leads that it looks at: so it does it once
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        if won:
            won._conversion_happened("deal_won")
        if left:
            left._conversion_undone("deal_won")
        return result

    def unlink(self):
        """Touchpoints go with the last record of their person, not before."""
        touchpoints = self.env["conversion.touchpoint"].sudo()
        rows = touchpoints.search([("lead_id", "in", self.ids), ("partner_id", "=", False)])
        result = super().unlink()
        self.env["conversion.owner"].sudo()._release(rows)
        return result

    # ------------------------------------------------------------
    # Merge, contact
    # ------------------------------------------------------------

    def _get_attribution_origin(self):
        """Of several leads of one person, the one whose attribution counts as a whole:
        the one with the earliest first touch, else the first with any UTM value."""
        touched = self.filtered("first_touch_id")
        if touched:
            return min(touched, key=lambda lead: (lead.first_touch_id.occurred_at, lead.id))
        tagged = self.filtered(lambda lead: lead.source_id or lead.medium_id or lead.campaign_id)
        return tagged[:1] or self[:1]

    def _merge_get_fields_specific(self):
        def from_origin(name, leads):
            value = leads.sudo()._get_attribution_origin()[name]
            return value.id if isinstance(value, models.BaseModel) else value

        return {
            **super()._merge_get_fields_specific(),
            **dict.fromkeys(UTM_FIELDS, from_origin),
        }

    def _merge_history(self, opportunities):
        """What only the system writes of the merged lead: attribution comes from one lead as a
        whole and must never come from two."""
        leads = (self | opportunities).sudo()
        origin = leads._get_attribution_origin()
        values = origin._convert_to_write({name: origin[name] for name in HISTORY_FIELDS})
        for name in ("qualified_at", "won_at"):
            values[name] = min(filter(None, leads.mapped(name)), default=False)
        self.sudo().write(values)

    def _merge_opportunity(self, *args, **kwargs):
        leads = self.with_context(**{MERGE: True})
        return super(CrmLead, leads)._merge_opportunity(*args, **kwargs).with_env(self.env)

    def _merge_dependences(self, opportunities):
        self._merge_history(opportunities)
        result = super()._merge_dependences(opportunities)
        touchpoints = self.env["conversion.touchpoint"].sudo()
        rows = touchpoints.search_fetch([("lead_id", "in", opportunities.ids)], ["lead_id"])
        rows.lead_id = self
        return result

    def _create_customer(self, with_parent=None):
        """A company made together with the person gets its company source."""
        partner = super()._create_customer(with_parent)
        if self.partner_name and not with_parent:
            self._follow("_name_source_of", partner if partner.is_company else partner.parent_id)
        return partner

    def _name_source_of(self, company):
        company.sudo().company_source_touch_id = self.sudo().lead_creation_touch_id
