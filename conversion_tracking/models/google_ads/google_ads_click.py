from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...groups import ACCOUNT_READERS, CLICK_ID_READERS, LEAD_READERS, RESULT_READERS

# What Google said of a click goes with the last touchpoint that came by it, a week later at most.
GRACE = timedelta(days=7)
VACUUM_BATCH = 1_000


class GoogleAdsClick(models.Model):
    """One click on an ad as Google describes it: which campaign, ad, keyword, device, place.

    Read by ``google.ads.click.reader``.
    """

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
    gclid = fields.Char(
        "Click id",
        readonly=True,
        groups=CLICK_ID_READERS,
        help="Empty when the click is older than the settings keep its id.",
    )
    day = fields.Date(
        "Click date", required=True, readonly=True, help="In the account's time zone."
    )
    google_campaign_id = fields.Char("Google campaign id", readonly=True)
    campaign_name = fields.Char("Google campaign", readonly=True)
    campaign_type = fields.Char(readonly=True)
    google_ad_group_id = fields.Char("Google ad group id", readonly=True)
    ad_group_name = fields.Char("Ad group", readonly=True)
    ad_name = fields.Char("Ad", readonly=True)
    keyword = fields.Char(readonly=True)
    match_type = fields.Char("Match type", readonly=True)
    network = fields.Char(readonly=True)
    device = fields.Char(readonly=True)
    click_type = fields.Char(readonly=True)
    slot = fields.Char("Ad position", readonly=True)
    location = fields.Char(readonly=True, help="Where the person was.")
    interest = fields.Char("Location of interest", readonly=True)

    touchpoint_ids = fields.One2many(
        "conversion.touchpoint", "google_ads_click_id", "Touchpoints", readonly=True
    )

    lead_ids = fields.Many2many(
        "crm.lead",
        string="Leads",
        compute="_compute_lead_ids",
        groups=LEAD_READERS,
        help="Leads whose person clicked this ad last, as far as you may see them.",
    )
    won_revenue = fields.Monetary(
        "Won revenue",
        compute="_compute_won_revenue",
        groups=RESULT_READERS,
        help="Expected revenue of the won deals among them.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _gclid_uniq = models.UniqueIndex("(account_id, gclid)", "This click was read already.")

    @api.depends("touchpoint_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_lead_ids(self):
        by_click = self._get_leads()
        for click in self:
            click.lead_ids = by_click.get(click)

    @api.depends("touchpoint_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_won_revenue(self):
        by_click = self._get_leads()
        for click in self:
            leads = by_click.get(click, self.env["crm.lead"])
            won = leads.filtered(lambda lead: lead.won_status == "won")
            click.won_revenue = sum(won.mapped("expected_revenue"))

    def _get_leads(self):
        """The leads of each click that the reader may see."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.has_access("read"):
            return {}
        found = leads.search([("google_touch_id.google_ads_click_id", "in", self.ids)])
        return found.grouped(lambda lead: lead.google_touch_id.google_ads_click_id)

    def action_open_leads(self):
        """Open the lead, or the leads, that came by this click."""
        self.ensure_one()
        if not self.env["crm.lead"].has_access("read") or not self.lead_ids:
            raise UserError(self.env._("No lead that you may see came by this click."))
        if len(self.lead_ids) == 1:
            return self.lead_ids.get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leads of the Click"),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [("id", "in", self.lead_ids.ids)],
            "context": {"active_test": False},
        }

    @api.model
    def _store(self, account, clicks):
        """Keep clicks; reading a day again changes nothing.

        :param clicks: ``google_ads.clicks.Click`` objects
        :return: the clicks here
        """
        found = {click.gclid: click for click in clicks}
        known = self.sudo().search([("account_id", "=", account.id), ("gclid", "in", list(found))])
        new = [found[gclid] for gclid in found.keys() - set(known.mapped("gclid"))]
        return known + self.sudo().create([self._prepare_click(account, one) for one in new])

    @api.model
    def _prepare_click(self, account, click):
        """Values of a click; what Google does not say is empty, so that groups call it none."""
        texts = {
            "google_campaign_id": click.campaign_id,
            "campaign_name": click.campaign_name,
            "campaign_type": click.campaign_type,
            "google_ad_group_id": click.ad_group_id,
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
        return {
            "account_id": account.id,
            "gclid": click.gclid,
            "day": click.day,
            **{name: text or False for name, text in texts.items()},
        }

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
