from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ...google_ads.accounts import account_day
from ...google_ads.clicks import MAX_OPERANDS, Names, chunks, read_clicks

# click_view goes back 90 days: https://developers.google.com/google-ads/api/fields/v26/click_view
LOOK_BACK = timedelta(days=90)
# Google may need a day to list a click; afterwards it will not appear any more.
PATIENCE = timedelta(days=3)
# Until then each account is asked again, by the job of every day.
AGAIN = timedelta(hours=20)
ONE_DAY = timedelta(days=1)
# What is known of a click that no account has; another account may be connected one day.
UNSETTLED = ("pending", "not_found", "not_connected")


class GoogleAdsClickReader(models.AbstractModel):
    """Finds the ad clicks of our visits at Google: in whose account, by which campaign and keyword.

    Google lists the clicks of one day of an account's calendar at a time. A visit is looked for on
    the day it landed, then on the day before (a click seconds before midnight, a tab that was
    opened again the next morning) and on the day after (a clock that is wrong). Whose click it is
    nobody can tell, so every account of the company is asked; what an account was asked for is
    noted on the touchpoint, and it is asked again only until Google's lists are complete.
    """

    _name = "google.ads.click.reader"
    _description = "Google Ads Click Reader"

    @api.model
    def _cron_read(self):
        for account in self.env["google.ads.account"]._search_readable():
            due = self._get_due(account)
            if due and self._read(account, due) is False:
                return
        self._conclude()
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    # ------------------------------------------------------------
    # What to look for
    # ------------------------------------------------------------

    @api.model
    def _search_unsettled(self, domain=Domain.TRUE):
        """Touchpoints that came by a click which Google may still list."""
        return (
            self.env["conversion.touchpoint"]
            .sudo()
            .search(
                domain
                & Domain("click_info", "in", UNSETTLED)
                & Domain("occurred_at", ">", fields.Datetime.now() - LOOK_BACK)
            )
        )

    @api.model
    def _get_due(self, account):
        """Touchpoints whose click ``account`` is to be asked for now."""
        now = fields.Datetime.now()
        company = Domain("company_id", "in", (account.company_id.id, False))
        return self._search_unsettled(company).filtered(
            lambda one: (
                not (asked_at := one._get_click_asked_at(account))
                or (asked_at < one.occurred_at + PATIENCE and asked_at <= now - AGAIN)
            )
        )

    # ------------------------------------------------------------
    # Asking one account
    # ------------------------------------------------------------

    @api.model
    def _read(self, account, touchpoints):
        """Ask an account for the clicks of touchpoints, day by day; each day is kept at once.

        :return: whether there was time for all; ``None`` when Google could not be asked
        """
        return account._ask_in_job(
            "clicks", lambda connection: self._read_days(account, connection, touchpoints)
        )

    @api.model
    def _read_days(self, account, connection, touchpoints):
        """Ask for each day that a touchpoint may have been clicked on.

        :return: whether there was time for all of them
        """
        known = self.env["google.ads.place"]._get_names()
        names = Names(dict(known))
        time_zone = account.timezone or "UTC"
        landed = touchpoints.grouped(
            lambda one: account_day(one.occurred_at.replace(tzinfo=timezone.utc), time_zone)
        )
        today = account_day(datetime.now(timezone.utc), time_zone)

        def ask(day, wanted):
            """Those of ``wanted`` that Google did not list on ``day``."""
            if not wanted or not today - LOOK_BACK <= day <= today:
                return wanted
            none, found = wanted.browse(), []
            of_gclid = wanted.grouped("gclid")
            # What one question found is kept at once: the next one may meet a stream that breaks
            # or the end of the day's operations, and a busy day would begin anew for ever.
            for gclids in chunks(sorted(of_gclid), MAX_OPERANDS):
                clicks = list(read_clicks(connection, day, gclids, names))
                asked = none.union(*map(of_gclid.get, gclids))
                found.append(self._settle(account, asked, clicks))
                if len(gclids) == MAX_OPERANDS:
                    self.env["ir.cron"]._commit_progress()
            return wanted - none.union(*found)

        # Those of the day before wait for the day after them, which is asked only once.
        carried = touchpoints.browse()
        for day in sorted({*landed, *(day + ONE_DAY for day in landed)}):
            arrived = landed.get(day, touchpoints.browse())
            missing = ask(day, arrived | carried)
            (missing & carried)._note_click_asked(account)
            carried = ask(day - ONE_DAY, missing & arrived)
            new = {code: name for code, name in names.places.items() if name and code not in known}
            self.env["google.ads.place"]._learn(new)
            known |= new
            if not self.env["ir.cron"]._commit_progress(1, remaining=1):
                return False
        return True

    @api.model
    def _settle(self, account, touchpoints, clicks):
        """Give touchpoints the clicks that an account has, and everything that follows.

        :param clicks: ``google_ads.clicks.Click`` objects
        :return: the touchpoints found
        """
        stored = self.env["google.ads.click"]._store(account, clicks).grouped("gclid")
        found = touchpoints.filtered(lambda one: one.gclid in stored)
        for gclid, members in found.grouped("gclid").items():
            members.write({"click_info": "found", "google_ads_click_id": stored[gclid].id})
        self._complete_campaigns(found)
        self.env["google.ads.conversion"]._move_to_owner(account, found.mapped("gclid"))
        return found

    @api.model
    def _complete_campaigns(self, touchpoints):
        """Give touches that only carried a click id the campaign Google names, all of one account.

        Auto-tagging adds no UTM values to the link; the campaign of the same click belongs
        to the same touch, and to the lead it created.
        """
        bare = touchpoints.filtered(
            lambda one: not one.campaign_id and one.google_ads_click_id.google_campaign_id
        )
        clicks = bare.google_ads_click_id
        if not clicks:
            return
        at_google = {
            one.google_campaign_id: (one.campaign_name or "", one.campaign_type) for one in clicks
        }
        campaigns = self.env["google.ads.campaign"].sudo()._find_for(clicks.account_id, at_google)
        campaign_of = {
            click.gclid: campaign
            for click in clicks
            if (campaign := campaigns[click.google_campaign_id])
        }
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

    # ------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------

    @api.model
    def _conclude(self):
        """Say of every click that is still looked for how that stands."""
        accounts = self.env["google.ads.account"]._search_readable()
        of_company = accounts.grouped("company_id")
        now = {
            one: one._get_click_search_state(
                of_company.get(one.company_id, accounts.browse()) if one.company_id else accounts
            )
            for one in self._search_unsettled()
        }
        changed = self.env["conversion.touchpoint"].union(
            *(one for one, state in now.items() if state != one.click_info)
        )
        for state, touchpoints in changed.sudo().grouped(now.get).items():
            touchpoints.click_info = state
        self._expire()

    @api.model
    def _expire(self):
        """Give up clicks that Google does not list any more."""
        self.env["conversion.touchpoint"].sudo().search(
            [
                ("click_info", "in", ("pending", "not_connected")),
                ("occurred_at", "<=", fields.Datetime.now() - LOOK_BACK),
            ]
        ).click_info = "expired"
