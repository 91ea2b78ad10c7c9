from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ...fields import Ratio, UnitCost
from ...groups import LEAD_READERS
from ...models.google_ads.google_ads_conversion import STATES
from ...models.google_ads.google_ads_conversion_action import EVENTS
from ..lead_sql import READS
from .google_ads_comparison_facts_mixin import CLICK, EVENT, OF_CLICK, OF_GOOGLE
from .google_ads_coverage import DELIVERED, OUTCOMES, REASONS

FACTS = [
    ("google", "At Google"),
    ("event", "Event"),
    ("click", "Click of an event"),
]
# The same days as in the report when it is opened; Google's numbers of older ones hardly change.
DAYS = 30
# What a campaign is called here, and the key of the context that says which one is compared.
CAMPAIGNS = {"utm.campaign": "campaign_id", "google.ads.campaign": "google_campaign_id"}
COMPARED = "google_ads_compared"
DIFFERENCES = {
    "difference": ("google_conversions", "delivered_count"),
    "value_difference": ("google_value", "delivered_value"),
}


class GoogleAdsComparison(models.Model):
    """What Google counts beside what Odoo told it, and why that differs.

    By campaign and day: Google's clicks, conversions and their value; leads, events and what became
    of them, won deals and revenue. Every event has one reason, in the words of the coverage. Google
    counts a conversion on the day of the click, Odoo an event on the day it happened: delivered
    events are therefore counted both ways.

    Only campaigns that one of Google's stands for are compared, and whoever clicked a Google ad.
    """

    _name = "google.ads.comparison"
    _description = "Google and Odoo Compared"
    _inherit = ["google.ads.comparison.facts.mixin", "conversion.subject.mixin"]
    _auto = False
    _rec_name = "fact"
    _order = "date desc, id desc"

    fact = fields.Selection(FACTS, "Kind", readonly=True)
    date = fields.Date(
        readonly=True,
        help="Day on which the event happened; of Google's numbers and of clicks, the day of the "
        "click.",
    )
    google_campaign_id = fields.Many2one(
        "google.ads.campaign",
        "Google campaign",
        readonly=True,
        help="Of the ad that was clicked, as Google described it, else the one Google campaign "
        "that stands for the campaign in Odoo.",
    )
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    account_id = fields.Many2one("google.ads.account", "Google Ads account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    # What only events have
    event = fields.Selection(EVENTS, readonly=True)
    status = fields.Selection(
        [*REASONS, *STATES],
        "Reason or status",
        readonly=True,
        help="The one reason why an event cannot be uploaded, or what became of it.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    click_date = fields.Date("Clicked on", readonly=True, help="Day of the click on the ad.")
    lead_id = fields.Many2one("crm.lead", readonly=True, groups=LEAD_READERS)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    conversion_id = fields.Many2one("google.ads.conversion", readonly=True)

    # Google's numbers
    google_clicks = fields.Integer("Clicks at Google", readonly=True)
    google_conversions = Ratio(
        "Conversions at Google",
        digits=(16, 1),
        aggregator="sum",
        readonly=True,
        help="As Google Ads counts them, on the day of the click.",
    )
    google_value = UnitCost(
        "Value at Google",
        currency_field="currency_id",
        aggregator="sum",
        readonly=True,
        help="Value of the conversions at Google, converted at the day's rate.",
    )

    # Ours
    lead_count = fields.Integer(
        "Leads by ads", readonly=True, help="Leads whose person clicked an ad of Google."
    )
    event_count = fields.Integer(
        "Events",
        readonly=True,
        help="Leads created, qualified and won, and contacts made by a form, that could be "
        "reported.",
    )
    delivered_count = fields.Integer(
        "Delivered", readonly=True, help="Events that Google said it counts, on their own day."
    )
    person_count = fields.Integer(
        "Of these by e-mail or phone",
        readonly=True,
        help="Delivered without a click id: Google found the click by hashed e-mail or phone. Only "
        "Google knows by which campaign.",
    )
    clicked_count = fields.Integer(
        "Delivered, by click",
        readonly=True,
        help="Delivered events on the day of their click, as Google counts them.",
    )
    under_way_count = fields.Integer("Under way", readonly=True, help="Not delivered yet.")
    attention_count = fields.Integer("Needs attention", readonly=True)
    left_out_count = fields.Integer(
        "Not uploaded",
        readonly=True,
        help="For the reason shown, or told by e-mail or phone and no ad click known.",
    )
    click_before_count = fields.Integer(
        "Clicked earlier",
        readonly=True,
        help="Delivered events of the days shown whose click was before them: Google counts them "
        "there.",
    )
    event_after_count = fields.Integer(
        "Happened later",
        readonly=True,
        help="Clicks of the days shown whose event was delivered, but happened after them.",
    )
    delivered_value = UnitCost(
        "Value delivered",
        currency_field="currency_id",
        aggregator="sum",
        readonly=True,
        help="What Google was told last of the value of the delivered events.",
    )
    difference = Ratio(
        digits=(16, 1),
        aggregator="sum",
        readonly=True,
        help="Conversions at Google minus events delivered.",
    )
    value_difference = UnitCost(
        "Difference of value",
        currency_field="currency_id",
        aggregator="sum",
        readonly=True,
        help="Value at Google minus value delivered.",
    )
    won_count = fields.Integer("Won deals", readonly=True)
    revenue = fields.Monetary(
        currency_field="currency_id",
        readonly=True,
        help="Revenue of the won deals without tax, as chosen beside the report.",
    )

    _depends = {
        **READS,
        "conversion.touchpoint": [
            *READS["conversion.touchpoint"],
            *("click_platform", "gbraid", "gclid", "google_ads_click_id", "wbraid"),
        ],
        "crm.lead": [*READS["crm.lead"], "consent", "google_touch_id"],
        "google.ads.account": ["active", "company_id", "state"],
        "google.ads.campaign": ["account_id", "campaign_id", "company_id", "google_id"],
        "google.ads.campaign.day": [
            *("account_id", "campaign_id", "clicks", "company_id", "conversions"),
            *("conversions_value", "currency_id", "day", "google_campaign_id"),
        ],
        "google.ads.click": ["account_id", "day", "google_campaign_id"],
        "google.ads.conversion": [
            *("action_id", "click_time", "currency_id", "error_class", "error_code", "event"),
            *("event_time", "form_key", "gclid", "kind", "lead_id", "origin_id", "partner_id"),
            *("matched_by", "state", "value"),
        ],
        "google.ads.conversion.action": ["account_id", "active", "counting", "event", "stage_id"],
        "res.partner": ["form_submitted_at", "google_touch_id", "lead_creation_touch_id"],
    }

    def _read_group_select(self, aggregate_spec, query):
        """What Google counts is nothing rather than empty, where it can be told at all."""
        name, _colon, function = aggregate_spec.partition(":")
        told = self._tells_google()
        if function == "sum" and name in DIFFERENCES:
            if not told:
                return SQL("NULL::numeric")
            above, below = (self._sum(one, query) for one in DIFFERENCES[name])
            return SQL("%s - %s", above, below)
        if function == "sum" and name in (*OF_GOOGLE, *OF_CLICK) and told:
            return self._sum(name, query)
        return super()._read_group_select(aggregate_spec, query)

    def _sum(self, name, query):
        return SQL("COALESCE(SUM(%s), 0)", self._field_to_sql(self._table, name, query))

    # ------------------------------------------------------------
    # Beside the report
    # ------------------------------------------------------------

    @api.model
    def _get_hint(self):
        hint = self.env._(
            "Google counts a conversion on the day of the click, Odoo on the day of the event, and "
            "Google's conversions may include others than Odoo's. By reason, event or lead "
            "Google's numbers stay empty."
        )
        compared = self.env.context.get(COMPARED)
        if not isinstance(compared, dict):
            return hint
        mine = Domain.AND(
            Domain(name, "=", compared[name])
            for name in CAMPAIGNS.values()
            if isinstance(compared.get(name), int)
        )
        return f"{self._explain(mine & self._get_recent())} {hint}"

    @api.model
    def _get_recent(self):
        """Domain of the days that are shown when the report is opened."""
        return Domain("date", ">=", fields.Date.context_today(self) - timedelta(days=DAYS))

    @api.model
    def _explain(self, domain):
        """What Google counted in the last days, what Odoo delivered, and the reasons of the rest,
        in a few words.

        :param domain: of this report
        """
        names = ("google_conversions", "delivered_count", "click_before_count", "event_after_count")
        [(counted, delivered, earlier, later)] = self._read_group(
            domain, [], [f"{name}:sum" for name in names]
        )
        others = Domain("fact", "=", "event") & Domain("outcome", "not in", DELIVERED)
        reasons = self._read_group(
            domain & others, ["status"], ["event_count:sum"], order="event_count:sum desc"
        )
        texts = [
            self.env._(
                "In the last %(days)s days Google counts %(counted)s, Odoo delivered "
                "%(delivered)s.",
                days=DAYS,
                counted=self._show(counted),
                delivered=self._show(delivered),
            )
        ]
        if reasons:
            labels = dict(self._fields["status"]._description_selection(self.env))
            listed = ", ".join(
                f"{labels[status]} ({self._show(count)})" for status, count in reasons
            )
            texts.append(self.env._("Not at Google: %(reasons)s.", reasons=listed))
        if earlier:
            texts.append(
                self.env._(
                    "Delivered, but clicked before these days, where Google counts it: %(number)s.",
                    number=self._show(earlier),
                )
            )
        if later:
            texts.append(
                self.env._(
                    "Clicked in these days, but happened after them: %(number)s.",
                    number=self._show(later),
                )
            )
        return " ".join(texts)

    def _show(self, number):
        return formatLang(self.env, number or 0, digits=0 if not number or number % 1 == 0 else 1)

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _open(self, campaign):
        """Action of the comparison of one campaign, in Odoo or at Google, with a word on it."""
        name = CAMPAIGNS[campaign._name]
        action = self.env["ir.actions.actions"]._for_xml_id(
            "conversion_tracking.google_ads_comparison_action"
        )
        context = {"search_default_last_30_days": 1, COMPARED: {name: campaign.id}}
        return {**action, "domain": [(name, "=", campaign.id)], "context": context}

    def action_open_record(self):
        """Open what the row is about: the lead or contact, else what was reported; or the day."""
        self.ensure_one()
        row = self.sudo()
        if row.fact == "google":
            return self.env["google.ads.campaign.day"]._open(row.google_campaign_id, row.date)
        if row.fact == "click":
            return self.browse(self.id - CLICK + EVENT).action_open_record()
        for record in (row.lead_id or row.partner_id, row.conversion_id):
            record = record.with_user(self.env.uid)
            if record and record.has_access("read"):
                return record.get_formview_action()
        raise UserError(self.env._("Only those who see this lead in CRM can open it."))
