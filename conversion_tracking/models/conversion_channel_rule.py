from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.tools.convert import convert_file

from ..attribution import channels
from ..attribution.patterns import MAX_LENGTH
from ..attribution.sites import is_too_wide, read_addresses
from ..groups import ADMINISTRATOR
from .conversion_site import CATEGORIES

# In the order of reports: what is paid for, what is sent, what comes by itself.
CHANNELS = [
    ("paid_search", "Paid search"),
    ("paid_social", "Paid social"),
    ("paid_video", "Paid video"),
    ("paid_shopping", "Paid shopping"),
    ("cross_network", "Cross-network"),
    ("display", "Display"),
    ("paid_other", "Paid other"),
    ("affiliates", "Affiliates"),
    ("audio", "Audio"),
    ("email", "Email"),
    ("sms", "SMS"),
    ("mobile_push", "Mobile push"),
    ("organic_search", "Organic search"),
    ("organic_social", "Organic social"),
    ("organic_video", "Organic video"),
    ("organic_shopping", "Organic shopping"),
    ("ai_assistant", "AI assistant"),
    (channels.REFERRAL, "Referral"),
    (channels.OTHER, "Other campaign"),
    (channels.DIRECT, "Direct"),
    (channels.OFFLINE, "Offline"),
]
PAID_MEDIUMS_KEY = "conversion_tracking.paid_mediums"
RULES = "data/conversion_channel_rule.xml"
COUNTED_DAYS = 90


class ConversionChannelRule(models.Model):
    """Decides the channel of a touchpoint: the first rule that fits, by sequence.

    The rules that come with the add-on follow Google Analytics' default channel groups
    (support.google.com/analytics/answer/9756891).
    """

    _name = "conversion.channel.rule"
    _description = "Channel Rule"
    _inherit = ["conversion.cached.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        CHANNELS + [(channels.IGNORED, "No touchpoint")],
        required=True,
        help="Channel of the touchpoints that fit. 'No touchpoint' is for sites a visitor "
        "only passes through, such as payment and login pages; a link that carries marketing "
        "values is a touchpoint all the same.",
    )

    # Conditions
    site_category = fields.Selection(
        CATEGORIES,
        "From",
        help="The visitor comes from a site of this category: the link's utm_source names it, or "
        "else the referring page is on it. Which sites these are, you see under Sites.",
    )
    sources = fields.Text(
        string="Or from",
        help="Values of utm_source, or hosts of referring pages, one per line. partner.com is "
        "that host, with or without www.; *.partner.com its subdomains too; google.* every "
        "country; in a name without a dot, * stands for anything. Empty: from anywhere.",
    )
    paid_medium = fields.Boolean(
        help="The link's utm_medium is one of the paid media in the settings, such as cpc or "
        "paid_social."
    )
    mediums = fields.Text(
        help="Values of utm_medium, one per line; * stands for anything, (none) for a link that "
        "has none. Empty: any medium."
    )
    campaigns = fields.Text(
        help="Words that utm_campaign may have, one per line: shop fits 'Summer-shop' and "
        "'shopping', not 'workshop'; *shop fits these all. Empty: any campaign."
    )
    click_ids = fields.Text(
        help="Parameters of which one must be present, one per line, such as gclid, msclkid or "
        "fbclid. Empty: not needed.",
    )

    # What is said of a touchpoint whose link says nothing
    default_source = fields.Char(
        help="Source of a touchpoint whose link names neither source nor medium. Empty: the "
        "referring site."
    )
    default_medium = fields.Char(
        help="Medium of a touchpoint whose link names neither source nor medium."
    )

    # What an administrator sees
    summary = fields.Char("Fits when", compute="_compute_summary")
    taken_by_id = fields.Many2one(
        "conversion.channel.rule",
        "Never reached",
        compute="_compute_taken_by_id",
        help="A rule above this one takes every touchpoint that would fit this one. Drag this rule "
        "above it, or archive it.",
    )
    touchpoint_count = fields.Integer(
        "Touchpoints",
        compute="_compute_touchpoint_count",
        help="Touchpoints of the rule's channel in the last 90 days, by whichever rule.",
    )

    @api.depends("site_category", "sources", "paid_medium", "mediums", "campaigns", "click_ids")
    def _compute_summary(self):
        for rule in self:
            rule.summary = "; ".join(rule._describe_conditions())

    def _describe_conditions(self):
        """Each condition in words."""
        self.ensure_one()
        categories = dict(self._fields["site_category"]._description_selection(self.env))
        sources = [categories[self.site_category]] if self.site_category else []
        sources += read_addresses(self.sources or "")
        mediums = [self.env._("paid")] if self.paid_medium else []
        mediums += _read_lines(self.mediums)
        conditions = (
            (_read_lines(self.click_ids), self.env._("click id: %s")),
            (sources, self.env._("from: %s")),
            (mediums, self.env._("medium: %s")),
            (_read_lines(self.campaigns), self.env._("campaign: %s")),
        )
        return [text % self._join_values(values) for values, text in conditions if values]

    def _join_values(self, values, shown=5):
        """The first values, and how many more there are."""
        text = ", ".join(values[:shown])
        if len(values) <= shown:
            return text
        return self.env._("%(values)s and %(count)s more", values=text, count=len(values) - shown)

    @api.depends(
        *("sequence", "active", "channel", "site_category", "sources", "paid_medium"),
        *("mediums", "campaigns", "click_ids"),
    )
    def _compute_taken_by_id(self):
        found = channels.never_reached(*self._get_rules())
        taken = {rule.key: above.key for rule, above in found.items()}
        for rule in self:
            rule.taken_by_id = taken.get(rule._origin.id, False)

    @api.depends("channel")
    def _compute_touchpoint_count(self):
        since = fields.Datetime.now() - timedelta(days=COUNTED_DAYS)
        counts = dict(
            self.env["conversion.touchpoint"]._read_group(
                [("occurred_at", ">=", since), ("channel", "in", self.mapped("channel"))],
                ["channel"],
                ["__count"],
            )
        )
        for rule in self:
            rule.touchpoint_count = counts.get(rule.channel, 0)

    # ------------------------------------------------------------
    # What may be written
    # ------------------------------------------------------------

    @api.constrains("site_category", "sources", "paid_medium", "mediums", "campaigns", "click_ids")
    def _check_conditions(self):
        for rule in self:
            rule._check_not_empty()
            rule._check_lines()
            rule._check_click_ids()

    def _check_not_empty(self):
        if not self._describe_conditions():
            raise ValidationError(
                self.env._(
                    "The rule '%(rule)s' would fit everything. Fill in at least one of its "
                    "conditions: where visitors come from, mediums, campaigns or click ids.",
                    rule=self.name,
                )
            )

    def _check_lines(self):
        sources = (self.sources or "").replace(",", "\n")
        lines = [*_read_lines(sources), *_read_lines(self.mediums), *_read_lines(self.campaigns)]
        if any(len(line) > MAX_LENGTH for line in lines):
            raise ValidationError(
                self.env._(
                    "A line of the rule '%(rule)s' is longer than %(limit)s characters. Write "
                    "one value per line.",
                    rule=self.name,
                    limit=MAX_LENGTH,
                )
            )
        if wide := next(filter(is_too_wide, read_addresses(sources)), None):
            raise ValidationError(
                self.env._(
                    "'%(address)s' would fit visitors from everywhere. Write a host such as "
                    "partner.com or a value of utm_source, or leave the field empty.",
                    address=wide,
                )
            )

    def _check_click_ids(self):
        if unknown := set(_read_lines(self.click_ids)) - set(channels.CLICK_PARAMETERS):
            raise ValidationError(
                self.env._(
                    "'%(names)s' is no click id we know. Choose from %(known)s.",
                    names=", ".join(sorted(unknown)),
                    known=", ".join(channels.CLICK_PARAMETERS),
                )
            )

    def action_restore(self):
        """Set rules and sites back to those that come with the add-on.

        Rules of one's own are archived, sites of one's own stay.
        """
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only administrators of Conversion Tracking can restore the channel rules. Ask "
                    "one of them."
                )
            )
        rules = self.sudo().with_context(active_test=False, lang=None).search([])
        ours = rules.filtered(
            lambda rule: rule.get_external_id()[rule.id].startswith("conversion_tracking.")
        )
        (rules - ours).active = False
        ours.unlink()
        self.env["conversion.site"].sudo()._restore_default_sites()
        convert_file(rules.env, "conversion_tracking", RULES, idref={}, mode="init")
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # ------------------------------------------------------------
    # What the rules say
    # ------------------------------------------------------------

    def _to_plain(self, paid_mediums):
        self.ensure_one()
        return channels.ChannelRule(
            channel=self.channel,
            mediums=(*(paid_mediums if self.paid_medium else ()), *_read_lines(self.mediums)),
            sources=read_addresses(self.sources or ""),
            site_category=self.site_category or "",
            campaigns=_read_lines(self.campaigns),
            click_ids=_read_lines(self.click_ids),
            source=self.default_source or "",
            medium=self.default_medium or "",
            key=self.id,
        )

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """The plain rules in their order, and the sites that they know by category.

        A rule that lost its conditions, as one of an earlier version may, takes nothing.
        """
        paid = self._get_paid_mediums()
        rules = [rule._to_plain(paid) for rule in self.sudo().search([])]
        sites = self.env["conversion.site"]._get_sites()
        return tuple(rule for rule in rules if rule.has_condition), sites

    @api.model
    def _get_paid_mediums(self):
        """Patterns of the media that are paid for, from the settings."""
        text = self.env["ir.config_parameter"].sudo().get_param(PAID_MEDIUMS_KEY)
        return channels.read_paid_mediums(text or "") or channels.PAID_MEDIUMS

    @api.model
    def _describe(self, touch):
        """Channel, source and medium of a plain touch."""
        return channels.describe(touch, *self._get_rules())

    @api.model
    def _is_ignored(self, touch):
        return self._describe(touch)[0] == channels.IGNORED


def _read_lines(text):
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
