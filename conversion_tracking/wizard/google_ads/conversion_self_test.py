from odoo import models

from ...models.google_ads.google_ads_access_mixin import DELIVERING_STATES


class ConversionSelfTest(models.TransientModel):
    """And whether Google would be told of the lead: a dry run."""

    _inherit = "conversion.self.test"

    def _get_further_steps(self, facts):
        yield from super()._get_further_steps(facts)
        accounts = self.env["google.ads.account"].search(
            [
                ("company_id", "=", self.website_id.company_id.id),
                ("state", "in", DELIVERING_STATES),
            ]
        )
        if not accounts:
            yield {
                "title": self.env._("Google Ads"),
                "state": "not_needed",
                "meaning": self.env._("No Google Ads account of this company is connected."),
                "remedy": self.env._("Connect one under Google Ads > Accounts."),
            }
            return
        if facts:
            yield self._tell_reported(facts)
        for account in accounts:
            yield self._tell_dry_run(account)

    def _tell_reported(self, facts):
        title = self.env._("The lead waits for Google")
        if facts.get("google_reported"):
            return {"title": title, "state": "passed"}
        labels = dict(
            self.env["google.ads.coverage"]._fields["status"]._description_selection(self.env)
        )
        return {
            "title": title,
            "state": "failed",
            "meaning": labels.get(facts.get("google_status")) or self.env._("Nobody counts leads."),
            "remedy": self.env._(
                "Open the Google Ads account and look at its conversion actions: one has to count "
                "new leads."
            ),
        }

    def _tell_dry_run(self, account):
        """What *Test connection* finds, a trial upload that Google forgets among it."""
        account.action_test_connection()
        title = self.env._("%(account)s takes conversions", account=account.display_name)
        failed = account.sudo().check_ids.filtered(lambda check: check.state == "failed")[:1]
        if not failed:
            return {
                "title": title,
                "state": "passed",
                "meaning": self.env._(
                    "A trial upload was checked by Google and forgotten. %(sign_in)s.",
                    sign_in=account.sign_in,
                ),
            }
        return {
            "title": title,
            "state": "failed",
            "meaning": f"{failed.title}: {failed.meaning or ''}",
            "remedy": failed.remedy,
        }
