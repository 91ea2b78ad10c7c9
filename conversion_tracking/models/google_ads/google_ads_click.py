from collections import defaultdict
from datetime import timedelta, timezone

from odoo import api, fields, models

from ...google_ads.accounts import account_day
from ...google_ads.clicks import read_clicks
from ...groups import ACCOUNT_READERS, CLICK_ID_READERS

# click_view goes back 90 days: https://developers.google.com/google-ads/api/fields/v26/click_view
LOOK_BACK = timedelta(days=90)
# Google may need a day to list a click; afterwards it will not appear any more.
PATIENCE = timedelta(days=3)
# What Google said of a click goes with the last touchpoint that came by it, a week later at most.
GRACE = timedelta(days=7)
VACUUM_BATCH = 1_000


class GoogleAdsClick(models.Model):
    """One click on an ad as Google describes it: which campaign, ad, keyword, device, place."""

    _name = "google.ads.click"
    _description = "Google Ads Click"
    _inherit = ["conversion.guard.mixin"]
    _order = "day desc, id desc"
    _rec_name = "campaign_name"

    account_id = fields.Many2one(
        "google.ads.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        groups=ACCOUNT_READERS,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    gclid = fields.Char("Click id", required=True, readonly=True, groups=CLICK_ID_READERS)
    day = fields.Date(
        "Click date", required=True, readonly=True, help="In the account's time zone."
    )
    google_campaign_id = fields.Char("Google campaign id", readonly=True)
    campaign_name = fields.Char("Google campaign", readonly=True)
    campaign_type = fields.Char(readonly=True)
    ad_group_name = fields.Char("Ad group", readonly=True)
    ad_name = fields.Char("Ad", readonly=True)
    keyword = fields.Char(readonly=True)
    match_type = fields.Char(readonly=True)
    network = fields.Char(readonly=True)
    device = fields.Char(readonly=True)
    click_type = fields.Char(readonly=True)
    slot = fields.Char("Ad position", readonly=True)
    location = fields.Char(readonly=True, help="Where the person was.")
    interest = fields.Char("Location of interest", readonly=True)

    touchpoint_ids = fields.One2many(
        "conversion.touchpoint", "google_ads_click_id", "Touchpoints", readonly=True
    )

    _gclid_uniq = models.UniqueIndex("(account_id, gclid)", "This click was read already.")

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    def _cron_read(self):
        """Read what Google knows of the clicks of our leads, each day of each account once."""
        accounts = self.env["google.ads.account"]._search_readable()
        for account in accounts:
            for day, touchpoints in self._get_pending(account).items():
                if not self._read_day(account, day, touchpoints):
                    break
                if not self.env["ir.cron"]._commit_progress(1, remaining=1):
                    return
        self._expire()
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _get_pending(self, account):
        """Touchpoints whose click is to be looked up, by the day of the account's calendar."""
        pending = (
            self.env["conversion.touchpoint"]
            .sudo()
            .search(
                [
                    ("click_info", "=", "pending"),
                    ("company_id", "in", (account.company_id.id, False)),
                    ("occurred_at", ">", fields.Datetime.now() - LOOK_BACK),
                ]
            )
        )
        by_day = defaultdict(pending.browse)
        for touchpoint in pending:
            moment = touchpoint.occurred_at.replace(tzinfo=timezone.utc)
            by_day[account_day(moment, account.timezone or "UTC")] |= touchpoint
        return dict(sorted(by_day.items()))

    @api.model
    def _read_day(self, account, day, touchpoints):
        """Look up the clicks of one day.

        :return: whether reading can go on
        """
        gclids = touchpoints.mapped("gclid")
        clicks = account._ask_in_job(
            "clicks", lambda connection: list(read_clicks(connection, day, gclids))
        )
        if clicks is None:
            return False
        self._settle(touchpoints, self._store(account, clicks))
        return True

    @api.model
    def _store(self, account, clicks):
        """Keep clicks; reading a day again changes nothing.

        :param clicks: ``google_ads.clicks.Click`` objects
        :return: the clicks here, by their click id
        """
        found = {click.gclid: click for click in clicks}
        known = self.sudo().search([("account_id", "=", account.id), ("gclid", "in", list(found))])
        new = [found[gclid] for gclid in found.keys() - set(known.mapped("gclid"))]
        stored = known + self.sudo().create([self._prepare_click(account, one) for one in new])
        return {click.gclid: click for click in stored}

    @api.model
    def _prepare_click(self, account, click):
        return {
            "account_id": account.id,
            "gclid": click.gclid,
            "day": click.day,
            "google_campaign_id": click.campaign_id,
            "campaign_name": click.campaign_name,
            "campaign_type": click.campaign_type,
            "ad_group_name": click.ad_group_name,
            "ad_name": click.ad_name,
            "keyword": click.keyword,
            "match_type": click.match_type,
            "network": click.network,
            "device": click.device,
            "click_type": click.click_type,
            "slot": click.slot,
            "location": ", ".join(filter(None, (click.city, click.region, click.country))),
            "interest": click.interest,
        }

    @api.model
    def _settle(self, touchpoints, stored):
        """Give touchpoints their clicks; give up those that Google will not list any more.

        :param stored: of :meth:`_store`
        """
        found = touchpoints.filtered(lambda one: one.gclid in stored)
        for click_id, members in found.grouped("gclid").items():
            members.write({"click_info": "found", "google_ads_click_id": stored[click_id].id})
        self._complete_campaigns(found)
        patient_since = fields.Datetime.now() - PATIENCE
        lost = (touchpoints - found).filtered(lambda one: one.occurred_at < patient_since)
        lost.click_info = "not_found"

    @api.model
    def _complete_campaigns(self, touchpoints):
        """Give touches that only carried a click id the campaign Google names.

        Auto-tagging adds no UTM values to the link; the campaign of the same click belongs
        to the same touch, and to the lead it created.
        """
        bare = touchpoints.filtered(
            lambda one: not one.campaign_id and one.google_ads_click_id.google_campaign_id
        )
        clicks = bare.google_ads_click_id
        campaigns = (
            self.env["utm.campaign"]
            .sudo()
            ._find_for_google(
                {click.google_campaign_id: click.campaign_name or "" for click in clicks},
                make=True,
            )
        )
        campaign_of = {click.gclid: campaigns[click.google_campaign_id] for click in clicks}
        same_clicks = (
            self.env["conversion.touchpoint"]
            .sudo()
            .search([("gclid", "in", list(campaign_of)), ("campaign_id", "=", False)])
        )
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("lead_creation_touch_id", "in", same_clicks.ids),
                    ("campaign_id", "=", False),
                ]
            )
        )
        for lead in leads:
            lead.campaign_id = campaign_of[lead.lead_creation_touch_id.gclid]
        for gclid, members in same_clicks.grouped("gclid").items():
            members.campaign_id = campaign_of[gclid]

    @api.model
    def _expire(self):
        """Give up clicks that Google does not list any more."""
        self.env["conversion.touchpoint"].sudo().search(
            [
                ("click_info", "=", "pending"),
                ("occurred_at", "<=", fields.Datetime.now() - LOOK_BACK),
            ]
        ).click_info = "expired"

    @api.autovacuum
    def _gc_clicks(self):
        """Forget the clicks of people who were deleted: place and keyword are about them, too.

        :return: rows done and whether there are more, for Odoo to call again
        """
        lonely = self.sudo().search(
            [
                ("touchpoint_ids", "=", False),
                ("create_date", "<", fields.Datetime.now() - GRACE),
            ],
            limit=VACUUM_BATCH,
        )
        lonely.unlink()
        return len(lonely), len(lonely) == VACUUM_BATCH
