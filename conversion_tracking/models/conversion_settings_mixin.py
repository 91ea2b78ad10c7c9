from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..attribution.channels import PAID_MEDIUMS, read_paid_mediums
from ..attribution.credit import HALF_LIFE_DAYS
from ..attribution.referrers import is_host
from ..groups import ADMINISTRATOR
from .conversion_channel_rule import PAID_MEDIUMS_KEY
from .conversion_credit import HALF_LIFE, MAX_HALF_LIFE, MIN_HALF_LIFE
from .conversion_retention import DAYS
from .website import (
    DEFAULT_JOURNEY_DAYS,
    MAX_JOURNEY_DAYS,
    MIN_JOURNEY_DAYS,
    OWN_HOSTS,
    OWN_LINKS,
    split_hosts,
)

LONGEST_DAYS = 3653  # ten years


class ConversionSettingsMixin(models.AbstractModel):
    """The settings of this add-on, each a system parameter."""

    _name = "conversion.settings.mixin"
    _description = "Settings of Conversion Tracking"

    def _valid_field_parameter(self, field, name):
        return name == "config_parameter" or super()._valid_field_parameter(field, name)

    @api.model
    def _get_parameters(self):
        """``{name of a setting: key of the system parameter}``."""
        return {
            name: field.config_parameter
            for name, field in self.env["conversion.settings.mixin"]._fields.items()
            if getattr(field, "config_parameter", None)
        }

    conversion_journey_days = fields.Integer(
        "Remember a journey for",
        default=DEFAULT_JOURNEY_DAYS,
        config_parameter="conversion_tracking.journey_days",
        help="Days after the last visit for which the visitor's browser keeps the journey. "
        "Google accepts conversions up to 90 days after the click.",
    )

    conversion_paid_mediums = fields.Char(
        "Paid media",
        default=", ".join(PAID_MEDIUMS),
        config_parameter=PAID_MEDIUMS_KEY,
        help="Values of utm_medium that are advertising, separated by commas; * stands for "
        "anything. Channel rules for paid media ask for these. Empty: those of Google Analytics "
        "and some more.",
    )
    conversion_own_hosts = fields.Char(
        "Your other sites",
        config_parameter=OWN_HOSTS,
        help="Hosts of your company that are no websites of this database, such as a shop on "
        "another platform or your own sign-in page: shop.example.com, login.example.com. Visitors "
        "who come from there were brought by nobody; hosts below them count, too.",
    )
    conversion_own_links = fields.Selection(
        [
            ("visit", "Keep the ad; the link is a visit"),
            ("touch", "The link replaces the ad"),
        ],
        string="Links with UTM values on your own pages",
        default="visit",
        config_parameter=OWN_LINKS,
        help="What a click on them, like a banner, does to a visitor whom an ad brought. As a "
        "visit it is in the journey, but never becomes lead creation or last touch after an ad.",
    )

    conversion_revenue_basis = fields.Selection(
        [
            ("expected", "Expected revenue of won deals"),
            ("orders", "Confirmed orders of won deals, without tax"),
            ("invoiced", "Posted invoices of won deals, less credit notes"),
        ],
        string="Revenue of campaigns",
        default="expected",
        config_parameter="conversion_tracking.revenue_basis",
        help="What counts as revenue in campaign ROI. The report can show the others too.",
    )

    conversion_half_life_days = fields.Integer(
        "Half-life of a touch",
        default=HALF_LIFE_DAYS,
        config_parameter=HALF_LIFE,
        help="Days after which a touch counts half as much, in the attribution model 'time decay'. "
        "When you change it, the credit of all won deals is shared again.",
    )
    conversion_credit_progress = fields.Char(
        "Credit of won deals", compute="_compute_conversion_credit_progress"
    )

    conversion_click_id_days = fields.Integer(
        "Keep click ids for",
        default=DAYS["click_id"],
        config_parameter="conversion_tracking.click_id_days",
        help="Days after the click. Google takes conversions of a click for 90 days, corrections "
        "of them for another 54: with fewer days, what comes later cannot be reported.",
    )
    conversion_page_days = fields.Integer(
        "Keep landing pages and referring pages for",
        default=DAYS["page"],
        config_parameter="conversion_tracking.page_days",
        help="Days after the visit. The report of landing pages and forms then counts it without "
        "its page; channel, source, medium and campaign stay.",
    )
    conversion_people_days = fields.Integer(
        "Keep visits of contacts who never became a lead for",
        default=DAYS["people"],
        config_parameter="conversion_tracking.people_days",
        help="Days after the visit. Visits of leads and customers stay.",
    )
    conversion_retention_due = fields.Char(
        "Next clean-up", compute="_compute_conversion_retention_due"
    )

    @api.depends_context("uid")
    def _compute_conversion_retention_due(self):
        due = self.env["conversion.retention"]._describe_due()
        text = (
            self.env._("Forgets by what is set now: %s.", ", ".join(due))
            if due
            else self.env._("Nothing is old enough to be forgotten.")
        )
        for settings in self:
            settings.conversion_retention_due = text

    @api.constrains(*(f"conversion_{kind}_days" for kind in DAYS))
    def _check_conversion_retention_days(self):
        for settings in self:
            days = [settings[f"conversion_{kind}_days"] for kind in DAYS]
            if not all(1 <= one <= LONGEST_DAYS for one in days):
                raise ValidationError(
                    self.env._(
                        "Personal data is kept for 1 to %(maximum)s days: who keeps it has to say "
                        "for how long.",
                        maximum=LONGEST_DAYS,
                    )
                )

    @api.depends_context("uid")
    def _compute_conversion_credit_progress(self):
        remaining = self.env["conversion.credit.rebuild"]._count_remaining()
        for settings in self:
            settings.conversion_credit_progress = (
                self.env._("%(count)s won deals are still to be shared.", count=remaining)
                if remaining
                else self.env._("All won deals are shared over their touches.")
            )

    def action_rebuild_credit(self):
        """Share all won deals over their touches again, in the background."""
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only administrators of Conversion Tracking can share the credit of all deals "
                    "again. Ask one of them."
                )
            )
        self.env["conversion.credit.rebuild"]._request_rebuild()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The credit of all won deals is being shared again. Reports follow deal by "
                    "deal, the newest first; open the settings again to see how many remain."
                ),
            },
        }

    @api.constrains("conversion_half_life_days")
    def _check_conversion_half_life_days(self):
        for settings in self:
            if not MIN_HALF_LIFE <= settings.conversion_half_life_days <= MAX_HALF_LIFE:
                raise ValidationError(
                    self.env._(
                        "The half-life of a touch is %(minimum)s to %(maximum)s days.",
                        minimum=MIN_HALF_LIFE,
                        maximum=MAX_HALF_LIFE,
                    )
                )

    @api.constrains("conversion_paid_mediums")
    def _check_conversion_paid_mediums(self):
        for settings in self:
            patterns = [one for one in (settings.conversion_paid_mediums or "").split(",") if one]
            if len(read_paid_mediums(",".join(patterns))) < len(patterns):
                raise ValidationError(
                    self.env._(
                        "A paid medium needs at least one letter: * alone would make every medium "
                        "a paid one. Separate the values by commas, such as *cp*, ppc, paid*."
                    )
                )

    @api.constrains("conversion_own_hosts")
    def _check_conversion_own_hosts(self):
        for settings in self:
            for host in split_hosts(settings.conversion_own_hosts or ""):
                if host and not is_host(host):
                    raise ValidationError(
                        self.env._(
                            "%(text)s is no host of a site. Write only what stands between "
                            "https:// and the next slash, such as shop.example.com, and a comma "
                            "between two of them.",
                            text=host[:60],
                        )
                    )

    @api.constrains("conversion_journey_days")
    def _check_conversion_journey_days(self):
        for settings in self:
            if not MIN_JOURNEY_DAYS <= settings.conversion_journey_days <= MAX_JOURNEY_DAYS:
                raise ValidationError(
                    self.env._(
                        "A journey can be remembered for %(minimum)s to %(maximum)s days: "
                        "European authorities do not accept longer.",
                        minimum=MIN_JOURNEY_DAYS,
                        maximum=MAX_JOURNEY_DAYS,
                    )
                )
