from datetime import datetime, timezone

from odoo import api, fields, models

from ..attribution import channels
from ..attribution.click_ids import click_platform
from ..attribution.parameters import parse_landing_url
from ..models.conversion_channel_rule import CHANNELS
from ..models.conversion_touchpoint import PLATFORMS


class ConversionLinkTest(models.TransientModel):
    """Tells at once what a visit would count as: for any link, and the page it was clicked on.

    Link and page are read by the same code as a visitor's request. Nothing is recorded.
    """

    _name = "conversion.link.test"
    _description = "Try a Link"

    link = fields.Char(
        help="Address of a page of yours as the visitor opens it, with all parameters."
    )
    referrer = fields.Char(
        "Referring page",
        help="Page of another site on which the visitor clicked the link. Empty: none, as in a "
        "mail program or an app.",
    )
    rule_id = fields.Many2one("conversion.channel.rule", "By the rule", compute="_compute_result")
    channel = fields.Selection(
        CHANNELS + [(channels.IGNORED, "No touchpoint")], compute="_compute_result"
    )
    source = fields.Char(compute="_compute_result")
    medium = fields.Char(compute="_compute_result")
    campaign = fields.Char(compute="_compute_result")
    click_platform = fields.Selection(PLATFORMS, "Ad click", compute="_compute_result")
    note = fields.Char(compute="_compute_result")

    @api.depends("link", "referrer")
    def _compute_result(self):
        rules, sites = self.env["conversion.channel.rule"]._get_rules()
        for test in self:
            touch = test._read_touch()
            rule = channels.fitting_rule(channels.complete(touch, rules), rules, sites)
            described = channels.describe(touch, rules, sites)
            test.channel, test.source, test.medium = described
            test.rule_id = rule.key if rule else False
            test.campaign = touch.campaign
            test.click_platform = click_platform(touch) or False
            test.note = test._get_note(touch, rule)

    def _read_touch(self):
        referrer = (self.referrer or "").strip()
        if referrer and "://" not in referrer:
            referrer = f"https://{referrer}"
        return parse_landing_url(
            self.link or "",
            referrer=referrer,
            own_hosts=self.env["website"]._get_own_hosts(),
            now=datetime.now(timezone.utc),
        )

    def _get_note(self, touch, rule):
        """What the result means where channel and rule do not say it."""
        if self.channel == channels.IGNORED:
            return self.env._(
                "No touchpoint: a visitor only passes through this site. What brought them before "
                "still counts."
            )
        if touch.is_direct:
            return self.env._(
                "Nothing says where this visitor comes from. A direct visit erases nothing: what "
                "brought them before still counts."
            )
        if not rule and touch.is_tagged:
            return self.env._("No rule fits what the link says. Add a rule, or change the link.")
        if not rule:
            return self.env._("No rule fits: another site that refers visitors.")
        return False
