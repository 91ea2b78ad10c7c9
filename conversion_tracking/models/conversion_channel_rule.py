from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..attribution import channels
from ..attribution.touch import CLICK_HINTS, CLICK_IDS

CHANNELS = [
    ("paid_search", "Paid search"),
    ("paid_social", "Paid social"),
    ("display", "Display"),
    ("email", "Email"),
    ("organic_search", "Organic search"),
    ("organic_social", "Organic social"),
    ("ai_assistant", "AI assistant"),
    (channels.REFERRAL, "Referral"),
    (channels.OTHER, "Other campaign"),
    (channels.DIRECT, "Direct"),
    (channels.OFFLINE, "Offline"),
]


class ConversionChannelRule(models.Model):
    """Decides the channel of a touchpoint: the first rule that fits, by sequence."""

    _name = "conversion.channel.rule"
    _description = "Channel Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        CHANNELS + [(channels.IGNORED, "No touchpoint")],
        required=True,
        help="Channel of the touchpoints that fit. 'No touchpoint' is for sites a visitor "
        "only passes through, such as payment and login pages.",
    )
    mediums = fields.Text(
        help="utm_medium values, one per line; * stands for anything. Empty: any medium."
    )
    sources = fields.Text(
        help="utm_source values, one per line; * stands for anything. Empty: any source."
    )
    hosts = fields.Text(
        string="Referring sites",
        help="Host names, one per line. A host covers its subdomains; google.* covers "
        "google.com, google.nl and google.co.uk. Empty: any site, or none.",
    )
    click_ids = fields.Text(
        help="Click id parameters of which one must be present, one per line: "
        "gclid, gbraid, wbraid, dclid, msclkid, fbclid, li_fat_id, ttclid, twclid, rdt_cid, epik, "
        "sccid; gclsrc, gad_source and gad_campaignid tell a click, too. Empty: not needed.",
    )
    default_source = fields.Char(
        help="Source of a touchpoint whose link names neither source nor medium. Empty: the "
        "referring site."
    )
    default_medium = fields.Char(
        help="Medium of a touchpoint whose link names neither source nor medium."
    )

    @api.constrains("mediums", "sources", "hosts", "click_ids")
    def _check_conditions(self):
        for rule in self:
            conditions = rule._to_plain()
            if not (
                conditions.mediums or conditions.sources or conditions.hosts or conditions.click_ids
            ):
                raise ValidationError(
                    self.env._(
                        "The rule '%(rule)s' would fit everything. Fill in at least one of "
                        "mediums, sources, referring sites or click ids.",
                        rule=rule.name,
                    )
                )
            patterns = (*conditions.mediums, *conditions.sources, *conditions.hosts)
            if any(len(one) > channels.MAX_LENGTH for one in patterns):
                raise ValidationError(
                    self.env._(
                        "A line of the rule '%(rule)s' is longer than %(limit)s characters. Write "
                        "one value per line.",
                        rule=rule.name,
                        limit=channels.MAX_LENGTH,
                    )
                )
            if unknown := set(conditions.click_ids) - {*CLICK_IDS, *CLICK_HINTS}:
                raise ValidationError(
                    self.env._(
                        "'%(names)s' is no click id we know. Choose from %(known)s.",
                        names=", ".join(sorted(unknown)),
                        known=", ".join((*CLICK_IDS, *CLICK_HINTS)),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _to_plain(self):
        self.ensure_one()

        def lines(text):
            return tuple(line.strip() for line in (text or "").splitlines() if line.strip())

        return channels.ChannelRule(
            channel=self.channel,
            mediums=lines(self.mediums),
            sources=lines(self.sources),
            hosts=lines(self.hosts),
            click_ids=lines(self.click_ids),
            source=self.default_source or "",
            medium=self.default_medium or "",
        )

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        return tuple(rule._to_plain() for rule in self.sudo().search([]))

    @api.model
    def _describe(self, touch):
        """Channel, source and medium of a plain touch."""
        return channels.describe(touch, self._get_rules())

    @api.model
    def _is_ignored(self, touch):
        return self._describe(touch)[0] == channels.IGNORED
