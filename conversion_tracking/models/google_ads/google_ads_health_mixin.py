from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...google_ads.lifecycle import ATTENTION, SUCCESS, UNDER_WAY

PERIODS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
# Fewer answers than these say nothing about a share.
ENOUGH_ANSWERS = 10
# Until then conversions of a click still come, and Google still counts them.
SETTLED_AFTER = timedelta(days=7)


def get_settled_days(days):
    """The last ``days`` days of clicks that both sides have done with; first and last, in UTC."""
    last = fields.Date.today() - SETTLED_AFTER
    return last - timedelta(days=days - 1), last


class GoogleAdsHealthMixin(models.AbstractModel):
    """How the deliveries of an account fare, and when its responsible has to know."""

    _name = "google.ads.health.mixin"
    _description = "Health of Deliveries to Google Ads"

    waiting_count = fields.Integer("Waiting", compute="_compute_health")
    attention_count = fields.Integer("Needs attention", compute="_compute_health")
    delivered_24h = fields.Integer("Delivered in 24 hours", compute="_compute_health")
    delivered_7d = fields.Integer("Delivered in 7 days", compute="_compute_health")
    delivered_30d = fields.Integer("Delivered in 30 days", compute="_compute_health")
    person_24h = fields.Integer("By e-mail or phone in 24 hours", compute="_compute_health")
    person_7d = fields.Integer("By e-mail or phone in 7 days", compute="_compute_health")
    person_30d = fields.Integer("By e-mail or phone in 30 days", compute="_compute_health")
    failed_24h = fields.Integer("Failed in 24 hours", compute="_compute_health")
    failed_7d = fields.Integer("Failed in 7 days", compute="_compute_health")
    failed_30d = fields.Integer("Failed in 30 days", compute="_compute_health")

    settled_summary = fields.Char("Google and Odoo", compute="_compute_settled_summary")

    alert_days = fields.Integer(
        "Alert after days without delivery",
        default=3,
        required=True,
        help="The responsible gets an activity when conversions wait and none was delivered for "
        "so many days. 0 switches this off.",
    )
    alert_share = fields.Integer(
        "Alert above errors (%)",
        default=50,
        required=True,
        help="The responsible gets an activity when more than this share of the last 7 days' "
        "conversions was refused. 100 switches this off.",
    )

    _alert_days_possible = models.Constraint(
        "CHECK (alert_days >= 0)", "The number of days cannot be negative."
    )
    _alert_share_possible = models.Constraint(
        "CHECK (alert_share BETWEEN 0 AND 100)", "The share is between 0 and 100 percent."
    )

    def _compute_health(self):
        """Conversions by what became of them; delivered and failed by when Google said so."""
        conversions = self.env["google.ads.conversion"]
        now = fields.Datetime.now()
        ours = [("account_id", "in", self.ids)]
        states = {
            (account, state): count
            for account, state, count in conversions._read_group(
                ours, ["account_id", "state"], ["__count"]
            )
        }
        counts = {}
        for name, period in PERIODS.items():
            for kind, moment, those in (
                ("delivered", "uploaded_at", [("state", "=", SUCCESS)]),
                ("person", "uploaded_at", [("state", "=", SUCCESS), ("matched_by", "=", "person")]),
                ("failed", "error_at", [("state", "in", ATTENTION)]),
            ):
                domain = [*ours, *those, (moment, ">=", now - period)]
                counts[f"{kind}_{name}"] = dict(
                    conversions._read_group(domain, ["account_id"], ["__count"])
                )
        for account in self:
            account.waiting_count = sum(states.get((account, state), 0) for state in UNDER_WAY)
            account.attention_count = sum(states.get((account, state), 0) for state in ATTENTION)
            for name, by_account in counts.items():
                account[name] = by_account.get(account, 0)

    # ------------------------------------------------------------
    # Google's counts beside ours
    # ------------------------------------------------------------

    def _compute_settled_summary(self):
        counts = self._count_settled(30)
        for account in self:
            account.settled_summary = account in counts and self.env._(
                "Google counts %(theirs)s, Odoo delivered %(ours)s",
                theirs=round(counts[account][1]),
                ours=counts[account][0],
            )

    def _count_settled(self, days):
        """What Odoo delivered and what Google counts, of the clicks of settled days.

        :return: ``{account: (delivered, counted by Google)}``, without accounts that are younger
            than these days, or whose numbers are not read
        """
        first, last = get_settled_days(days)
        begin, end = (fields.Datetime.to_datetime(day) for day in (first, last + timedelta(1)))
        known = self.filtered(lambda one: one.report_since <= begin)

        def within(name):
            return Domain(name, ">=", begin) & Domain(name, "<", end)

        clicked = within("click_time") | (Domain("click_time", "=", False) & within("event_time"))
        ours = self.env["google.ads.conversion"]._read_group(
            clicked
            & Domain("account_id", "in", known.ids)
            & Domain("state", "=", SUCCESS)
            & Domain("kind", "=", "conversion"),
            ["account_id"],
            ["__count"],
        )
        theirs = self.env["google.ads.campaign.day"]._read_group(
            [("account_id", "in", known.ids), ("day", ">=", first), ("day", "<=", last)],
            ["account_id"],
            ["conversions:sum"],
        )
        delivered = dict(ours)
        return {account: (delivered.get(account, 0), counted) for account, counted in theirs}

    # ------------------------------------------------------------
    # Alerts
    # ------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Daily: tell the responsible of an account whose login ends, that delivers nothing, or
        mostly errors."""
        for one in self._search_readable():
            account = one._in_responsible_language()
            reason = account._find_login_alarm()
            if not reason and account.state == "connected":
                reason = account._find_alarm()
            if reason:
                account._ask_responsible(reason)

    def _find_alarm(self):
        """What is wrong with this account's deliveries in words; ``None`` when all is well."""
        self.ensure_one()
        if self._is_silent():
            return self.env._(
                "Conversions are waiting, and none was delivered to Google Ads for %(days)s days. "
                "Open the account, press Test connection, then Send now.",
                days=self.alert_days,
            )
        answers = self.delivered_7d + self.failed_7d
        share = 100 * self.failed_7d / answers if answers else 0
        if answers >= ENOUGH_ANSWERS and share > self.alert_share:
            return self.env._(
                "%(share)s%% of the conversions of the last 7 days were not accepted by Google. "
                "Open Conversion Errors: each says what to do.",
                share=round(share),
            )
        return None

    def _is_silent(self):
        """Whether events have been due for days and none got through."""
        if not self.alert_days:
            return False
        since = fields.Datetime.now() - timedelta(days=self.alert_days)
        if self.last_success_at and self.last_success_at > since:
            return False
        return bool(
            self.env["google.ads.conversion"]
            .sudo()
            .search_count(
                [
                    ("account_id", "=", self.id),
                    ("state", "in", UNDER_WAY),
                    ("create_date", "<", since),
                ],
                limit=1,
            )
        )
