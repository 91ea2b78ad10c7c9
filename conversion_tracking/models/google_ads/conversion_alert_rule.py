from odoo import api, fields, models

from ...kpi.alarm import Alarm, get_gap
from .google_ads_health_mixin import get_settled_days


class ConversionAlertRule(models.Model):
    """Google and Odoo apart: what was delivered, and what Google says that it counts."""

    _inherit = "conversion.alert.rule"

    kind = fields.Selection(
        selection_add=[("google_apart", "Google and Odoo apart")],
        ondelete={"google_apart": "cascade"},
    )

    @api.model
    def _get_share_kinds(self):
        return super()._get_share_kinds() | {"google_apart"}

    @api.model
    def _get_explanations(self):
        return {
            **super()._get_explanations(),
            "google_apart": lambda numbers: self.env._(
                "Of the clicks of %(days)s days, a week ago and longer, Google counts over "
                "%(share)s%% more or less than Odoo delivered, of %(minimum)s conversions or more.",
                **numbers,
            ),
        }

    @api.model
    def _get_finders(self):
        return {**super()._get_finders(), "google_apart": type(self)._find_google_apart}

    @api.model
    def _get_candidates(self, company):
        """First the responsible of the company's account."""
        accounts = self.env["google.ads.account"].search([("company_id", "=", company.id)])
        responsible = accounts.user_id.filtered(
            lambda user: user.active and company in user.company_ids
        )
        return responsible + (super()._get_candidates(company) - responsible)

    def _find_google_apart(self, company):
        """An account counts other conversions than it was given."""
        accounts = self.env["google.ads.account"].search([("company_id", "=", company.id)])
        first, last = get_settled_days(self.days)
        for account, (ours, theirs) in accounts._count_settled(self.days).items():
            gap = get_gap(ours, theirs)
            if ours < self.minimum or abs(gap) <= self.share:
                continue
            yield Alarm(
                key=str(account.id),
                subject=account.display_name,
                text=self._explain_gap(account, ours, theirs, first, last),
                model="google.ads.campaign.day",
                domain=[
                    ("account_id", "=", account.id),
                    ("day", ">=", fields.Date.to_string(first)),
                    ("day", "<=", fields.Date.to_string(last)),
                ],
            )

    def _explain_gap(self, account, ours, theirs, first, last):
        numbers = {
            "account": account.display_name,
            "ours": ours,
            "theirs": round(theirs),
            "first": fields.Date.to_string(first),
            "last": fields.Date.to_string(last),
        }
        if theirs < ours:
            return self.env._(
                "Of the clicks from %(first)s to %(last)s, %(ours)s conversions were delivered, "
                "and %(account)s counts %(theirs)s. In Google Ads, under Goals > Summary, look "
                "whether Odoo's conversion actions are primary ones: secondary ones are not in "
                "Google's column Conversions.",
                **numbers,
            )
        return self.env._(
            "Of the clicks from %(first)s to %(last)s, %(ours)s conversions were delivered, and "
            "%(account)s counts %(theirs)s. Other conversion actions count, too: a tag of your "
            "website that counts the same leads counts them twice. Make one of the two secondary "
            "in Google Ads, under Goals > Summary. If all of them are meant, raise the limit or "
            "archive the rule.",
            **numbers,
        )
