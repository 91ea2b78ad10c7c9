from odoo import api, fields, models

from ...groups import SYSTEM
from .google_ads_click_reader import PATIENCE


class ConversionTouchpoint(models.Model):
    """What Google says of the ad click that a visit came by."""

    _inherit = "conversion.touchpoint"

    click_info = fields.Selection(
        [
            ("pending", "Pending"),
            ("found", "Found"),
            ("not_found", "Not found"),
            ("not_connected", "Not connected"),
            ("expired", "Expired"),
        ],
        "Google Ads info",
        readonly=True,
        help="Pending: Google is asked once a day and needs some hours itself. Not found: none of "
        "the connected Google Ads accounts has this click. Not connected: the company has no "
        "Google Ads account that can be asked. Expired: older than the 90 days Google looks back.",
    )
    click_asked = fields.Json(
        readonly=True,
        copy=False,
        groups=SYSTEM,
        help="When which account was last asked for this click, in UTC, by the account's id.",
    )
    google_ads_click_id = fields.Many2one(
        "google.ads.click",
        string="Google Ads click",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _unsettled_click_idx = models.Index(
        "(occurred_at) WHERE click_info IN ('pending', 'not_found', 'not_connected')"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Google is asked once for each click: for the visit, not for the forms that followed."""

        def is_click(vals):
            return vals.get("gclid") and vals.get("kind") != "conversion"

        return super().create(
            [{"click_info": "pending", **vals} if is_click(vals) else vals for vals in vals_list]
        )

    def _describe(self):
        """Google's own words where it described the click."""
        click = self.google_ads_click_id
        if name := click.keyword or click.campaign_name:
            return self.env._("the Google ad “%(name)s”", name=name)
        return super()._describe()

    # ------------------------------------------------------------
    # For the reader of clicks
    # ------------------------------------------------------------

    def _get_click_asked_at(self, account):
        """When ``account`` was last asked for this click on all its days; naive UTC, or False."""
        return fields.Datetime.to_datetime((self.click_asked or {}).get(str(account.id)) or False)

    def _note_click_asked(self, account):
        """Remember that ``account`` does not list these clicks so far."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        for touchpoint in self:
            touchpoint.click_asked = {**(touchpoint.click_asked or {}), str(account.id): now}

    def _get_click_search_state(self, accounts):
        """Not found only when every one of ``accounts`` was asked after its lists were complete."""
        if not accounts:
            return "not_connected"
        final = self.occurred_at + PATIENCE
        asked = [self._get_click_asked_at(account) for account in accounts]
        return "not_found" if all(one and one >= final for one in asked) else "pending"
