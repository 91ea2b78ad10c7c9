"""What ad groups cost: read from Google, corrected, and part of what their campaigns cost."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .google_case import ACCOUNT, GoogleCase

CAMPAIGN = "20111000001"  # of the sandbox's world, with two ad groups
GROUP = f"accounts/{ACCOUNT}/campaigns/{CAMPAIGN}/ad_groups/150111000001"


@tagged("post_install", "-at_install")
class TestGoogleAdsAdGroups(GoogleCase):
    def setUp(self):
        super().setUp()
        self.days = self.env["google.ads.ad.group.day"]
        euro = {"currency_id": self.env.ref("base.EUR").id, "name": "2020-01-01", "rate": 0.9}
        self.env["res.currency.rate"].create(euro)

    def read_costs(self):
        self.run_cron("ir_cron_read_costs")
        self.env.invalidate_all()
        return self.days.search([("account_id", "=", self.account.id)])

    def group_days(self):
        return self.days.search([("ad_group_id.google_id", "=", "150111000001")])

    def test_ad_groups_add_up_to_their_campaigns_and_performance_max_has_none(self):
        days = self.read_costs()
        of_groups = dict(days._read_group([], ["ad_group_id.google_campaign_id"], ["cost:sum"]))
        of_campaigns = self.env["google.ads.campaign.day"]._read_group(
            [("account_id", "=", self.account.id)], ["google_campaign_id"], ["cost:sum"]
        )
        without = [campaign for campaign, _cost in of_campaigns if campaign not in of_groups]
        self.assertEqual([one.channel_type for one in without], ["Performance Max"])
        for campaign, cost in of_campaigns:
            if campaign in of_groups:
                self.assertAlmostEqual(of_groups[campaign], cost, 2)
        self.assertEqual(days.company_id, self.account.company_id)

    def test_days_are_corrected_in_place_and_go_away_again(self):
        self.google.update(f"{GROUP}/days", [[1, 10, 4, 90], [2, 20, 5, 80]])
        self.read_costs()
        before = self.group_days()
        self.assertEqual(before.mapped("cost"), [10, 20])
        self.google.update(f"{GROUP}/days", [[1, 9.5, 4, 90]])
        self.google.update(f"{GROUP}/name", "Renamed")
        self.read_costs()
        after = self.group_days()
        self.assertEqual((after, after.cost), (before[0], 9.5))
        self.assertEqual(after.ad_group_id.name, "Renamed")

    def test_days_before_those_asked_for_stay_until_google_forgot_them_too(self):
        self.google.update(f"{GROUP}/days", [[1, 10, 4, 90]])
        self.read_costs()
        self.google.update(f"{GROUP}/days", [])
        [day] = self.group_days()
        day.day -= timedelta(days=40)
        self.read_costs()
        self.assertEqual(self.group_days(), day)
        day.day = fields.Date.today() - timedelta(days=38 * 31)
        self.days._gc_days()
        self.assertFalse(day.exists())

    def test_what_is_the_same_is_not_written(self):
        days = self.read_costs()
        stamps = days.mapped("write_date")
        self.later(hours=24)
        self.read_costs()
        self.assertEqual(days.mapped("write_date"), stamps)

    def test_campaigns_come_first_when_little_may_be_asked(self):
        self.account.daily_operations = 22
        self.assertTrue(self.read_costs(), "one for campaigns, one for ad groups")
        self.assertEqual(self.account.operations_used, 2)
        self.days.search([]).unlink()
        self.later(hours=25)
        self.account.daily_operations = 21
        self.assertFalse(self.read_costs())
        self.assertEqual(self.account.operations_used, 1)
        days = self.env["google.ads.campaign.day"].search([("account_id", "=", self.account.id)])
        self.assertIn((self.now - timedelta(days=1)).date(), days.mapped("day"))

    def test_a_refusal_is_noted_on_the_account_and_campaigns_are_read_all_the_same(self):
        self.google.fault("error", code="AuthorizationError.USER_PERMISSION_DENIED", skip=1)
        self.assertFalse(self.read_costs())
        self.assertEqual(set(self.account.read_problems), {"ad_groups"})
        self.assertTrue(
            self.env["google.ads.campaign.day"].search([("account_id", "=", self.account.id)])
        )
        self.assertTrue(self.read_costs())
        self.assertFalse(self.account.read_problems)
