from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..attribution.touch import CLICK_IDS
from ..groups import CLICK_ID_READERS, LEAD_READERS
from .conversion_channel_rule import CHANNELS
from .conversion_cookie_mixin import LONGEST

CONSENTS = [("granted", "Granted"), ("denied", "Denied"), ("unknown", "Not asked or not answered")]
PLATFORMS = [
    ("google", "Google"),
    ("microsoft", "Microsoft"),
    ("meta", "Meta"),
    ("linkedin", "LinkedIn"),
    ("tiktok", "TikTok"),
    ("x", "X"),
    ("reddit", "Reddit"),
    ("pinterest", "Pinterest"),
    ("snapchat", "Snapchat"),
    ("display_video_360", "Display & Video 360"),
    ("search_ads_360", "Search Ads 360"),
]


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
    time_unknown = fields.Boolean(
        "Time unknown",
        readonly=True,
        help="The visit was before this time, nobody knows when: an imported lead told where the "
        "person arrived, but not when. This is when the lead was created.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=LEAD_READERS,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    email_normalized = fields.Char(
        "E-mail of a stranger",
        readonly=True,
        copy=False,
        help="Whose touchpoint this is, as long as they are no lead or contact: somebody who "
        "registered for an event or subscribed to a newsletter.",
        groups=CLICK_ID_READERS,
    )
    is_anonymous = fields.Boolean(
        "Anonymous",
        readonly=True,
        copy=False,
        help="The person was erased. What stays is what totals are made of; of the time, the day.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    website_id = fields.Many2one("website", readonly=True, ondelete="set null")
    other_site = fields.Char(
        readonly=True,
        help="Site of yours that is not Odoo's, whose script handed this touchpoint over.",
    )

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
        string="Referring page",
        readonly=True,
        help="Page of the other site, without its query. A * stands for a part that may be secret.",
    )
    landing_page = fields.Char(
        readonly=True,
        help="Page the visitor arrived on, with harmless parameters only. A * stands for a part "
        "of its address that may be secret, such as a token.",
    )
    own_link = fields.Boolean(
        readonly=True,
        help="A link with UTM values on a page of your own site, such as a banner. It never takes "
        "the place of the marketing that brought the visitor.",
    )
    form = fields.Char(readonly=True, help="What the submitted form creates.")
    page = fields.Char(readonly=True, help="Page of the submitted form.")

    # The click
    click_platform = fields.Selection(
        PLATFORMS,
        string="Ad click",
        readonly=True,
        help="Advertising platform whose ad the visitor clicked, by what the link said. Search Ads "
        "360: it bought the click from another search engine than Google.",
    )
    gclid = fields.Char("Google click id", readonly=True, groups=CLICK_ID_READERS)
    gbraid = fields.Char("Google app click id", readonly=True, groups=CLICK_ID_READERS)
    wbraid = fields.Char("Google iOS click id", readonly=True, groups=CLICK_ID_READERS)
    dclid = fields.Char("Display & Video 360 click id", readonly=True, groups=CLICK_ID_READERS)
    msclkid = fields.Char("Microsoft click id", readonly=True, groups=CLICK_ID_READERS)
    fbclid = fields.Char("Meta click id", readonly=True, groups=CLICK_ID_READERS)
    li_fat_id = fields.Char("LinkedIn click id", readonly=True, groups=CLICK_ID_READERS)
    ttclid = fields.Char("TikTok click id", readonly=True, groups=CLICK_ID_READERS)
    twclid = fields.Char("X click id", readonly=True, groups=CLICK_ID_READERS)
    rdt_cid = fields.Char("Reddit click id", readonly=True, groups=CLICK_ID_READERS)
    epik = fields.Char("Pinterest click id", readonly=True, groups=CLICK_ID_READERS)
    sccid = fields.Char("Snapchat click id", readonly=True, groups=CLICK_ID_READERS)

    # The permission
    consent = fields.Selection(CONSENTS, readonly=True, default="unknown", required=True)
    consent_at = fields.Datetime(readonly=True)
    consent_signal = fields.Selection(
        [
            ("call", "The site's own banner"),
            ("page", "The page: it says that consent is given"),
            ("tcf", "Consent tool, by the IAB's framework"),
            ("google", "Consent tool, by Google's consent mode"),
        ],
        "Consent told by",
        readonly=True,
        help="How the script on another site of yours learned of the answer.",
    )

    # Reports ask of every lead whether one of them made it, and need no more to know.
    _other_click_idx = models.Index("(id) WHERE click_platform <> 'google'")
    # By which form a lead came in.
    _form_idx = models.Index("(lead_id, occurred_at, id) WHERE kind = 'conversion'")
    _stranger_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    # The latest journey of each other site; they are few, and so are their forms beside the visits.
    _other_site_idx = models.Index(
        "(other_site, id) INCLUDE (company_id) WHERE other_site IS NOT NULL AND kind = 'conversion'"
    )
    _google_click_idx = models.Index("(gclid) WHERE gclid IS NOT NULL")

    # What is due to be forgotten, the oldest first, see ``conversion.retention``.
    _kept_click_idx = models.Index(
        f"(occurred_at) WHERE {' OR '.join(f'{name} IS NOT NULL' for name in CLICK_IDS)}"
    )
    _kept_page_idx = models.Index(
        "(occurred_at) WHERE landing_page IS NOT NULL OR referrer IS NOT NULL OR page IS NOT NULL"
    )
    _leadless_idx = models.Index(
        "(occurred_at, id) WHERE lead_id IS NULL AND partner_id IS NOT NULL"
    )

    @api.depends("channel", "source_id", "campaign_id", "occurred_at")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for touchpoint in self:
            names = (touchpoint.source_id.name, touchpoint.campaign_id.title)
            parts = [part for part in names if part] or [channels.get(touchpoint.channel, "")]
            touchpoint.display_name = " / ".join(parts)

    def _describe(self):
        """What brought the person, in a few words for a sentence."""
        self.ensure_one()
        labels = dict(self._fields["channel"]._description_selection(self.env))
        channel = labels.get(self.channel, "")
        if not self.source_id:
            return channel
        return self.env._("%(name)s (%(channel)s)", name=self.source_id.name, channel=channel)

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
