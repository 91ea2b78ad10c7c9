from odoo import api, fields, models
from odoo.fields import Domain

from ...groups import require_manager

# The type of a campaign in Odoo, by Google's channel in the words of ``google_ads.names``.
TYPES = {
    "Search": "search_ads",
    "Shopping": "shopping_ads",
    "Display": "display_ads",
    "Video": "video_ads",
    "Performance Max": "performance_max",
    "Demand Gen": "demand_gen",
    "Multi channel": "app_ads",  # Google's word for campaigns that advertise an app
    "Local": "local_ads",
    "Local services": "local_ads",
    "Hotel": "travel_ads",
    "Travel": "travel_ads",
    "Smart": "smart_ads",
}


class GoogleAdsCampaign(models.Model):
    """A campaign of a Google Ads account, and the campaign in Odoo that it stands for.

    Costs, clicks and conversions that Google reports are kept by day, whether the campaign is
    mapped or not; cost lines are made of them for mapped ones only. People decide last: what was
    set or emptied by hand stays.
    """

    _name = "google.ads.campaign"
    _description = "Google Ads Campaign"
    _inherit = [
        "google.ads.suggestion.mixin",
        "conversion.reading.mixin",
        "conversion.guard.mixin",
    ]
    _order = "name, id"

    account_id = fields.Many2one(
        "google.ads.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    google_id = fields.Char("Google campaign id", required=True, readonly=True)
    name = fields.Char("Google campaign", required=True, readonly=True)
    channel_type = fields.Char("Type", readonly=True, help="Kind of campaign at Google.")
    status = fields.Char(readonly=True, help="As shown in Google Ads when it was last read.")
    tracking_name = fields.Char(
        "In its links",
        readonly=True,
        help="The utm_campaign that Google Ads puts into the links of this campaign.",
    )
    campaign_id = fields.Many2one(
        "utm.campaign",
        "Campaign in Odoo",
        index="btree_not_null",
        ondelete="set null",
        help="Costs of the Google campaign become cost lines of this one. Choose another, or none "
        "to leave its costs out.",
    )
    mapped_by = fields.Selection(
        [
            ("id", "Google's id"),
            ("tracking", "utm_campaign of its links"),
            ("name", "Name"),
            ("made", "Created for it"),
            ("hand", "By hand"),
        ],
        "Found by",
        readonly=True,
        help="How the campaign in Odoo was found. What somebody chose is never changed again.",
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    cost = fields.Monetary(
        compute="_compute_cost", help="What Google reports for it, in the account's currency."
    )
    day_ids = fields.One2many("google.ads.campaign.day", "google_campaign_id", readonly=True)

    _google_id_uniq = models.UniqueIndex(
        "(account_id, google_id)", "This Google campaign is known already."
    )

    @api.depends("day_ids.cost")
    def _compute_cost(self):
        rows = (
            self.env["google.ads.campaign.day"]
            .sudo()
            ._read_group(
                [("google_campaign_id", "in", self.ids)], ["google_campaign_id"], ["cost:sum"]
            )
        )
        costs = dict(rows)
        for campaign in self:
            campaign.cost = costs.get(campaign, 0)

    def write(self, vals):
        """Whoever chooses a campaign decides for good, and its cost lines move there."""
        if "campaign_id" not in vals or self.env.su:
            return super().write(vals)
        require_manager(self)
        result = super().write(vals)
        chosen = self.sudo()
        chosen.write({"mapped_by": "hand", "suggested_campaign_id": False})
        chosen._write_costs()
        return result

    def action_find_again(self):
        """Undo what was chosen by hand: look for the campaign as if it were new."""
        require_manager(self)
        campaigns = self.sudo()
        campaigns.write({"campaign_id": False, "mapped_by": False})
        for account, members in campaigns.grouped("account_id").items():
            members._map(make=account.make_campaigns)
        campaigns._suggest()
        campaigns._write_costs()

    def action_compare(self):
        """Open the comparison of this campaign: what Google counts, what Odoo told it."""
        self.ensure_one()
        return self.env["google.ads.comparison"]._open(self)

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    def _save(self, account, costs):
        """Keep what Google says of campaigns, the latest of each.

        :param costs: ``google_ads.costs.CampaignCost`` objects
        :return: the campaigns here, by Google's id
        """
        latest = {cost.campaign_id: cost for cost in sorted(costs, key=lambda one: one.day)}
        known = self.search(
            [("account_id", "=", account.id), ("google_id", "in", list(latest))]
        ).grouped("google_id")
        for google_id, campaign in known.items():
            campaign._take_over(self._prepare(latest[google_id]))
        new = self.create(
            [
                {"account_id": account.id, "google_id": google_id, **self._prepare(cost)}
                for google_id, cost in latest.items()
                if google_id not in known
            ]
        )
        return {**known, **new.grouped("google_id")}

    @api.model
    def _find_for(self, account, types):
        """The campaigns in Odoo that campaigns of an account stand for, made where there is none.

        :param types: names and types of campaigns at Google, by Google's id
        :return: by Google's id the campaign, an empty one where somebody decided so
        """
        known = self.search([("account_id", "=", account.id), ("google_id", "in", list(types))])
        missing = types.keys() - set(known.mapped("google_id"))
        known += self.create(
            [
                {
                    "account_id": account.id,
                    "google_id": google_id,
                    "name": types[google_id][0].strip() or google_id,
                    "channel_type": types[google_id][1] or False,
                }
                for google_id in sorted(missing)
            ]
        )
        known._map(make=True)
        return {one.google_id: one.campaign_id for one in known}

    @api.model
    def _prepare(self, cost):
        return {
            "name": cost.campaign_name.strip() or cost.campaign_id,
            "channel_type": cost.campaign_type or False,
            "status": cost.campaign_status or False,
            "tracking_name": cost.tracking_name or False,
        }

    # ------------------------------------------------------------
    # Mapping
    # ------------------------------------------------------------

    def _map(self, *, make):
        """Find the campaigns in Odoo of those that have none and that nobody decided about.

        By Google's id, because campaigns are renamed there; then by the ``utm_campaign`` that their
        links carry; then by their name.

        :param make: make a campaign where there is none
        """
        campaigns = self.env["utm.campaign"]
        unmapped = self.filtered(lambda one: not one.campaign_id and one.mapped_by != "hand")
        by_id = campaigns.with_context(active_test=False).search(
            [("google_campaign_id", "in", unmapped.mapped("google_id"))]
        )
        texts = {text for one in unmapped for text in one._get_texts().values() if text}
        found = campaigns._find_by_names(texts) | by_id.grouped("google_campaign_id")
        for one in unmapped:
            ways = [way for way, text in one._get_texts().items() if text in found]
            if ways:
                campaign = found[one._get_texts()[ways[0]]]
                one.write({"campaign_id": campaign.id, "mapped_by": ways[0]})
        unmapped = unmapped.filtered(lambda one: not one.campaign_id)
        if make and unmapped:
            unmapped._make_campaigns()
        for one in self.filtered(lambda one: one.mapped_by not in (False, "hand")):
            one._follow_google()

    def _get_texts(self):
        """What the campaign in Odoo may be found by, by the way of finding it, the best first."""
        self.ensure_one()
        return {"id": self.google_id, "tracking": self.tracking_name, "name": self.name}

    def _make_campaigns(self):
        """Make the campaigns in Odoo; namesakes of several accounts share one."""
        made = self.env["utm.campaign"]._find_or_make(
            [one.tracking_name or one.name for one in self], is_auto_campaign=False
        )
        for one in self:
            one.write({"campaign_id": made[one.tracking_name or one.name].id, "mapped_by": "made"})

    def _follow_google(self):
        """The campaign in Odoo knows Google's id and type, where it does not say otherwise.

        Of namesakes in several accounts it knows the first.
        """
        campaign = self.campaign_id
        if not campaign.google_campaign_id:
            campaign.google_campaign_id = self.google_id
        if not campaign.campaign_type and (known := TYPES.get(self.channel_type)):
            campaign.campaign_type = known

    # ------------------------------------------------------------
    # Cost lines
    # ------------------------------------------------------------

    def _write_costs(self, since=None):
        """Make the cost lines equal to what Google reports of these campaigns, day by day.

        Lines of days that Google no longer reports go away, and all of those that are not mapped.

        :param since: leave earlier days as they are
        """
        days = Domain("google_campaign_id", "in", self.ids) & Domain("cost", "!=", 0)
        lines = Domain("google_campaign_line_id", "in", self.ids)
        if since:
            days &= Domain("day", ">=", since)
            lines &= Domain("date", ">=", since)
        reported = self.env["google.ads.campaign.day"].search(days)
        costs = self.env["utm.campaign.cost"].sudo()
        kept = costs._upsert(
            [
                {
                    "external_key": day._get_key(),
                    "google_campaign_id": day.google_campaign_id.google_id,
                    "google_campaign_line_id": day.google_campaign_id.id,
                    "campaign_id": day.google_campaign_id.campaign_id.id,
                    "name": day.google_campaign_id.name,
                    "date": day.day,
                    "actual_amount": day.cost,
                    "currency_id": day.currency_id.id,
                    "company_id": day.google_campaign_id.company_id.id,
                }
                for day in reported
                if day.google_campaign_id.campaign_id and day.currency_id
            ]
        )
        (costs.search(lines) - kept)._forget_read()
