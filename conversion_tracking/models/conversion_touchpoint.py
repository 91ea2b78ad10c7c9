from datetime import timezone

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import escape_psql
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..attribution.touch import CLICK_IDS, GOOGLE_CLICK_IDS
from ..groups import CLICK_ID_READERS, LEAD_READERS
from .conversion_channel_rule import CHANNELS
from .ir_http import LONGEST

CONSENTS = [("granted", "Granted"), ("denied", "Denied"), ("unknown", "Not asked or not answered")]
PLATFORMS = {
    **dict.fromkeys(GOOGLE_CLICK_IDS, "google"),
    "msclkid": "microsoft",
    "fbclid": "meta",
    "li_fat_id": "linkedin",
}


class ConversionTouchpoint(models.Model):
    """One marketing contact of a person: a visit that marketing brought, or a form.

    The row of a visit is written once and shared: leads and contacts point to it as their
    first touch, their lead creation, or both; ``role`` says so in words. Every submitted form
    adds a row of kind *conversion*. Rows are written by the system only.
    """

    _name = "conversion.touchpoint"
    _description = "Touchpoint"
    _inherit = ["conversion.guard.mixin", "conversion.credit.mixin"]
    _order = "occurred_at desc, id desc"
    _rec_name = "occurred_at"

    kind = fields.Selection(
        [("visit", "Visit"), ("conversion", "Conversion")],
        required=True,
        readonly=True,
        default="visit",
        help="Visit: marketing brought the person. Conversion: a form was submitted.",
    )
    role = fields.Selection(
        [
            ("first_touch", "First touch"),
            ("lead_creation", "Lead creation"),
            ("visit", "Visit"),
            ("conversion", "Conversion"),
        ],
        compute="_compute_role",
        search="_search_role",
        help="First touch: the visit that first brought the person. Lead creation: the visit "
        "during which the lead was created. Visit: any other visit that marketing brought. "
        "Conversion: a form that was submitted.",
    )
    occurred_at = fields.Datetime(
        string="When", required=True, readonly=True, index=True, help="Time of the visit or form."
    )
    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=LEAD_READERS,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    email_normalized = fields.Char(
        "E-mail of a stranger",
        readonly=True,
        copy=False,
        help="Whose touchpoint this is, as long as they are no lead or contact: somebody who "
        "registered for an event or subscribed to a newsletter.",
        groups=CLICK_ID_READERS,
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    website_id = fields.Many2one("website", readonly=True, ondelete="set null")

    # Where from
    channel = fields.Selection(
        CHANNELS, readonly=True, help="By the channel rules, at the time it was recorded."
    )
    source_id = fields.Many2one(
        "utm.source", readonly=True, index="btree_not_null", ondelete="set null"
    )
    medium_id = fields.Many2one(
        "utm.medium", readonly=True, index="btree_not_null", ondelete="set null"
    )
    campaign_id = fields.Many2one(
        "utm.campaign", readonly=True, index="btree_not_null", ondelete="set null"
    )
    term = fields.Char(readonly=True, help="utm_term: the keyword, as a rule.")
    content = fields.Char(readonly=True, help="utm_content: which of several ads or links.")
    referrer = fields.Char(
        string="Referring page", readonly=True, help="Page of the other site, without its query."
    )
    landing_page = fields.Char(
        readonly=True, help="Page the visitor arrived on, without marketing parameters."
    )
    form = fields.Char(readonly=True, help="What the submitted form creates.")
    page = fields.Char(readonly=True, help="Page of the submitted form.")

    # The click
    click_platform = fields.Selection(
        [
            ("google", "Google"),
            ("microsoft", "Microsoft"),
            ("meta", "Meta"),
            ("linkedin", "LinkedIn"),
        ],
        string="Ad click",
        readonly=True,
        help="Advertising platform whose click id the visitor arrived with.",
    )
    gclid = fields.Char("Google click id", readonly=True, groups=CLICK_ID_READERS)
    gbraid = fields.Char("Google app click id", readonly=True, groups=CLICK_ID_READERS)
    wbraid = fields.Char("Google iOS click id", readonly=True, groups=CLICK_ID_READERS)
    msclkid = fields.Char("Microsoft click id", readonly=True, groups=CLICK_ID_READERS)
    fbclid = fields.Char("Meta click id", readonly=True, groups=CLICK_ID_READERS)
    li_fat_id = fields.Char("LinkedIn click id", readonly=True, groups=CLICK_ID_READERS)

    # The permission
    consent = fields.Selection(CONSENTS, readonly=True, default="unknown", required=True)
    consent_at = fields.Datetime(readonly=True)

    # Reports ask of every lead whether one of them made it, and need no more to know.
    _other_click_idx = models.Index("(id) WHERE click_platform <> 'google'")
    _stranger_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _google_click_idx = models.Index("(gclid) WHERE gclid IS NOT NULL")

    @api.depends("channel", "source_id", "campaign_id", "occurred_at")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for touchpoint in self:
            names = (touchpoint.source_id.name, touchpoint.campaign_id.title)
            parts = [part for part in names if part] or [channels.get(touchpoint.channel, "")]
            touchpoint.display_name = " / ".join(parts)

    @api.depends("kind")
    def _compute_role(self):
        first = self._get_pointed("res.partner", "first_touch_id")
        first |= self._get_pointed("crm.lead", "first_touch_id") - self._get_replaced()
        creation = self._get_pointed("res.partner", "lead_creation_touch_id")
        creation |= self._get_pointed("crm.lead", "lead_creation_touch_id")
        for touchpoint in self:
            if touchpoint.kind == "conversion":
                touchpoint.role = "conversion"
            elif touchpoint in first:
                touchpoint.role = "first_touch"
            else:
                touchpoint.role = "lead_creation" if touchpoint in creation else "visit"

    def _get_pointed(self, model, pointer):
        """Those of these touchpoints that the field ``pointer`` of a lead or contact names."""
        records = self.env[model].sudo().with_context(active_test=False)
        rows = records._read_group([(pointer, "in", self.ids)], [pointer])
        return self.browse(touchpoint.id for (touchpoint,) in rows)

    def _get_replaced(self):
        """Those of these touchpoints whose contact has another first touch.

        Contacts that are merged have one first touch; each of their leads keeps its own.
        """
        return self.filtered(
            lambda one: one.sudo().partner_id.first_touch_id.id not in (False, one.id)
        )

    @api.model
    def _search_role(self, operator, value):
        if operator != "in":
            return NotImplemented
        touchpoints = self.sudo()
        replaced = touchpoints._search(
            Domain("partner_id.first_touch_id", "!=", False)
            & Domain("id", "not in", self._select_pointed("res.partner", "first_touch_id"))
        )
        first = Domain("id", "in", self._select_pointed("res.partner", "first_touch_id"))
        first |= Domain("id", "in", self._select_pointed("crm.lead", "first_touch_id")) & Domain(
            "id", "not in", replaced
        )
        creation = Domain("id", "in", self._select_pointed("res.partner", "lead_creation_touch_id"))
        creation |= Domain("id", "in", self._select_pointed("crm.lead", "lead_creation_touch_id"))
        visit = Domain("kind", "=", "visit")
        roles = {
            "conversion": Domain("kind", "=", "conversion"),
            "first_touch": visit & first,
            "lead_creation": visit & creation & ~first,
            "visit": visit & ~first & ~creation,
        }
        return Domain.OR(roles[role] for role in value if role in roles)

    @api.model
    def _select_pointed(self, model, pointer):
        records = self.env[model].sudo().with_context(active_test=False)
        query = records._search([(pointer, "!=", False)])
        return query.subselect(records._field_to_sql(records._table, pointer, query))

    @api.model_create_multi
    def create(self, vals_list):
        touchpoints = super().create(vals_list)
        self.env["conversion.credit"]._note(touchpoints)
        return touchpoints

    # ------------------------------------------------------------
    # From plain touches to values
    # ------------------------------------------------------------

    @api.model
    def _prepare_touch_values(self, touch, names):
        """Values of a touchpoint for a plain touch, UTM records looked up or made.

        Only called when a lead or contact exists: anonymous traffic makes no records.

        :param names: dictionary that remembers UTM records found, for a whole batch
        """
        channel, source, medium = self.env["conversion.channel.rule"]._describe(touch)
        platforms = [PLATFORMS[name] for name in touch.click_ids]
        return {
            "occurred_at": touch.occurred_at.astimezone(timezone.utc).replace(tzinfo=None),
            "channel": channel,
            "source_id": self._get_utm_id("utm.source", source, names),
            "medium_id": self._get_utm_id("utm.medium", medium, names),
            "campaign_id": self._get_utm_id("utm.campaign", touch.campaign, names),
            "click_platform": platforms[0] if platforms else False,
            **{
                name: getattr(touch, name) or False
                for name in ("term", "content", "referrer", "landing_page", *CLICK_IDS)
            },
        }

    @api.model
    def _get_utm_id(self, model, name, names):
        key = (model, name.lower())
        if key not in names:
            names[key] = self._get_utm_record(model, name).id
        return names[key]

    @api.model
    def _get_utm_record(self, model, name):
        """Record called ``name``, capitals ignored, or a new one; empty without a name.

        Core's lookup takes ``_`` and ``%`` for wildcards, so that "web_nl" finds "web-nl".
        """
        records = self.env[model].sudo().with_context(active_test=False)
        if not name:
            return records
        found = records.search([("name", "=ilike", escape_psql(name))], limit=1)
        if found:
            return found
        values = {"name": name}
        if "is_auto_campaign" in records._fields:
            values["is_auto_campaign"] = True
        try:
            with self.env.cr.savepoint():
                return records.create(values)
        except UniqueViolation as error:
            # Made by another visitor's form meanwhile: ours is run again and finds it.
            raise ConcurrencyError(f"{model} {name!r} was just created") from error

    # ------------------------------------------------------------
    # Strangers
    # ------------------------------------------------------------

    @api.autovacuum
    def _forget_strangers(self):
        """Delete what nobody came back for: it may stay no longer than in their own browser."""
        before = fields.Datetime.now() - LONGEST
        domain = [("email_normalized", "!=", False), ("create_date", "<", before)]
        forgotten = self.search(domain, limit=GC_UNLINK_LIMIT)
        done = len(forgotten)
        forgotten.unlink()
        return done, done == GC_UNLINK_LIMIT

    # ------------------------------------------------------------
    # When a lead is deleted
    # ------------------------------------------------------------

    def _leave_deleted_lead(self):
        """Delete these touchpoints of a deleted lead, except those that another lead of
        the person still points to: these move there."""
        pointers = ("first_touch_id", "lead_creation_touch_id", "google_touch_id")
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        others = leads.search(
            Domain.OR(Domain(name, "in", self.ids) for name in pointers), order="id"
        )
        for lead in others.sorted(reverse=True):
            for name in pointers:
                (lead[name] & self).lead_id = lead
        self.filtered(lambda one: not one.lead_id).unlink()
