"""Which campaign in Odoo a campaign of Google Ads stands for, and what people decide about it."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..google_ads.costs import CampaignCost
from ..google_ads.names import readable
from ..models.google_ads.google_ads_campaign import TYPES
from .campaign_case import CampaignCase


class GoogleCampaignCase(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["google.ads.account"].create({"name": "Desks", "state": "connected"})
        cls.account.customer_id = "1234567890"
        cls.google = cls.env["google.ads.campaign"]
        cls.days = cls.env["google.ads.campaign.day"]
        cls.lines = cls.env["utm.campaign.cost"]
        cls.today = fields.Date.today()


@tagged("post_install", "-at_install")
class TestMapping(GoogleCampaignCase):
    def find_many(self, names, *, make=False):
        """What campaigns of Google stand for here, by Google's id."""
        found = self.google.search([("google_id", "in", list(names))])
        for campaign in found:
            campaign.name = names[campaign.google_id]
        found += self.google.create(
            [
                {
                    "account_id": self.account.id,
                    "google_id": google_id,
                    "name": name.strip() or google_id,
                    "channel_type": "Search",
                }
                for google_id, name in names.items()
                if google_id not in found.mapped("google_id")
            ]
        )
        found._map(make=make)
        return {one.google_id: one.campaign_id for one in found}

    def find(self, google_id, name, **options):
        return self.find_many({google_id: name}, **options)[google_id]

    def test_many_google_campaigns_are_found_together(self):
        known = self.make_campaign("Desks", google_campaign_id="501")
        named = self.make_campaign("Chairs")
        names = {"501": "Desks", "502": "chairs", "503": "Lamps", "504": "lamps"}
        found = self.find_many(names, make=True)
        self.assertEqual((found["501"], found["502"]), (known, named))
        self.assertEqual(found["503"], found["504"], "namesakes share the campaign")
        self.assertEqual(found["503"].google_campaign_id, "503")

    def test_campaigns_that_are_merged_stand_for_googles_of_both(self):
        one = self.make_campaign("Desks", google_campaign_id="601")
        two = self.make_campaign("The desks", google_campaign_id="602")
        self.assertEqual(self.find("601", "Desks"), one)
        self.assertEqual(self.find("602", "The desks"), two)
        mapped = self.google.search([("google_id", "in", ("601", "602"))])
        mapped[0].sudo().rejected_campaign_ids = two
        self.env["utm.merger"]._merge(one, two)
        self.assertEqual(mapped[0].rejected_campaign_ids, one)
        self.assertEqual(mapped.campaign_id, one)
        self.assertEqual(len(mapped), 2)
        self.assertEqual(one.google_campaign_id, "601")
        self.assertEqual(self.campaigns._find_by_names(["602"]), {"602": one}, "as links say it")

    def test_a_google_campaign_is_found_by_id_then_by_name(self):
        search = self.make_campaign("Standing_Desks 100%")
        self.make_campaign("StandingXDesks 100%")
        found = self.find("501", " standing_desks 100% ")
        self.assertEqual(found, search)
        self.assertEqual(search.google_campaign_id, "501")
        renamed = self.find("501", "Desks, new name")
        self.assertEqual(renamed, search)

    def test_a_google_campaign_is_found_by_the_name_its_links_left_of_it(self):
        for number, (at_google, here) in enumerate(
            [
                ('"Brand" NL', "Brand NL"),
                ("🔥 Winter sale", "Winter sale"),
                ("-15% sale", "15% sale"),
                ("Sofas 500 EUR", "Sofas <500 EUR"),
                ("promo [0]", "promo [0]"),
            ]
        ):
            campaign = self.make_campaign(here)
            campaign.name = here
            self.assertEqual(self.find(str(700 + number), at_google, make=True), campaign)
        other = self.find("800", "❄ Summer", make=True)
        self.assertEqual(other.name, "❄ Summer")
        self.assertNotEqual(self.find("801", "☀ Summer", make=True), other)

    def test_a_link_names_the_campaign_by_googles_id(self):
        """As ``{campaignid}`` in a tracking template, or as Google adds it by itself."""
        campaign = self.make_campaign("Desks", google_campaign_id="22600456")
        for query in (
            "utm_source=google&utm_medium=cpc&utm_campaign=22600456",
            "gclid=AbC&gad_source=1&gad_campaignid=22600456",
            "gad_campaignid=22600456",
        ):
            lead = self.env["crm.lead"].create({"name": "x", "landing_url": f"/?{query}"})
            self.assertEqual(lead.campaign_id, campaign, query)
        url = "/?utm_campaign=chairs&gad_campaignid=22600456"
        lead = self.env["crm.lead"].create({"name": "x", "landing_url": url})
        self.assertEqual(lead.campaign_id.name, "chairs", "the link's own word counts")

    def test_a_google_campaign_is_found_by_the_id_in_its_links(self):
        tagged_by_id = self.make_campaign("9001")
        self.assertEqual(self.find("9001", "Brand"), tagged_by_id)

    def test_a_namesake_in_another_account_shares_the_campaign(self):
        search = self.make_campaign("Brand", google_campaign_id="501")
        self.assertEqual(self.find("777", "brand"), search)
        self.assertEqual(search.google_campaign_id, "501")

    def test_an_archived_campaign_keeps_its_costs(self):
        search = self.make_campaign("Brand", active=False)
        self.assertEqual(self.find("501", "Brand", make=True), search)

    def test_an_unknown_google_campaign_is_made_on_request_only(self):
        self.assertFalse(self.find("501", "Brand"))
        made = self.find("501", "Brand", make=True)
        self.assertEqual((made.title, made.campaign_type), ("Brand", "search_ads"))
        self.assertEqual(self.find("501", "Other", make=True), made)
        unnamed = self.find("502", " ", make=True)
        self.assertEqual(unnamed.title, "502")

    def test_the_tracking_parameter_comes_before_the_name(self):
        tagged_so = self.make_campaign("spring")
        self.make_campaign("Spring sale NL")
        one = self.google.create(
            {
                "account_id": self.account.id,
                "google_id": "501",
                "name": "Spring sale NL",
                "tracking_name": "spring",
            }
        )
        one._map(make=False)
        self.assertEqual((one.campaign_id, one.mapped_by), (tagged_so, "tracking"))

    def test_every_type_of_campaign_at_google_has_one_here(self):
        from google.ads.googleads.v26.enums.types import advertising_channel_type

        kinds = advertising_channel_type.AdvertisingChannelTypeEnum.AdvertisingChannelType
        told = {readable(kind.name) for kind in kinds} - {""}
        self.assertEqual(set(TYPES), told)
        here = dict(self.env["utm.campaign"]._fields["campaign_type"].selection)
        self.assertLessEqual(set(TYPES.values()), set(here))
        alike = {"Local", "Local services", "Hotel", "Travel"}
        different = [TYPES[kind] for kind in told - alike]
        self.assertEqual(len(different), len(set(different)))

    def test_the_type_follows_googles(self):
        types = {"Search": "search_ads", "Performance Max": "performance_max"}
        types["Unknown (99)"] = False  # newer than Google's library
        for number, (at_google, here) in enumerate(types.items()):
            one = self.google.create(
                {
                    "account_id": self.account.id,
                    "google_id": str(600 + number),
                    "name": f"Type {at_google}",
                    "channel_type": at_google,
                }
            )
            one._map(make=True)
            self.assertEqual(one.campaign_id.campaign_type, here, at_google)
        social = self.make_campaign("Brand video", campaign_type="social_ads")
        self.find("700", "Brand video")
        self.assertEqual(social.campaign_type, "social_ads", "what somebody chose stays")


@tagged("post_install", "-at_install")
class TestCosts(GoogleCampaignCase):
    def cost(self, days_ago, amount, name="Brand", google_id="501", currency=None):
        return CampaignCost(
            campaign_id=google_id,
            campaign_name=name,
            campaign_type="Search",
            campaign_status="Enabled",
            tracking_name="",
            day=self.today - timedelta(days=days_ago),
            currency=currency or self.company.currency_id.name,
            cost=Decimal(amount),
            clicks=7,
            impressions=100,
            conversions=1.5,
            conversions_value=80,
        )

    def receive(self, *costs, days=30):
        """What the job of the day does with Google's answer for the last 30 days."""
        reader = self.env["google.ads.cost.reader"]
        reader._store(self.account, list(costs), self.today - timedelta(days=days))

    def amounts(self, campaign):
        lines = self.lines.search([("campaign_id", "=", campaign.id)])
        return sorted(lines.mapped("actual_amount"))

    def test_costs_are_corrected_in_place_and_never_doubled(self):
        self.receive(self.cost(1, "10"), self.cost(2, "20"))
        [campaign] = self.google.search([("account_id", "=", self.account.id)]).campaign_id
        lines = self.lines.search([("campaign_id", "=", campaign.id)])
        self.receive(self.cost(1, "9"), self.cost(2, "20"))
        self.assertEqual(self.amounts(campaign), [9, 20])
        self.assertEqual(self.lines.search([("campaign_id", "=", campaign.id)]), lines)

    def test_a_day_that_google_no_longer_reports_goes_away(self):
        self.receive(self.cost(1, "10"), self.cost(2, "20"), self.cost(40, "99"), days=60)
        [campaign] = self.google.search([("account_id", "=", self.account.id)]).campaign_id
        by_hand = self.add_cost(campaign, 5)
        self.receive(self.cost(2, "20"))
        self.assertEqual(self.amounts(campaign), [5, 20, 99])
        self.assertTrue(by_hand.exists(), "only the reader's own lines")
        self.receive()
        self.assertEqual(self.amounts(campaign), [5, 99], "days before those asked for stay")
        self.assertEqual(len(self.days.search([("campaign_id", "=", campaign.id)])), 1)

    def test_googles_own_numbers_stay_beside_the_cost(self):
        self.receive(self.cost(1, "10"))
        day = self.days.search([("account_id", "=", self.account.id)])
        self.assertEqual(
            (day.cost, day.clicks, day.impressions, day.conversions, day.conversions_value),
            (10, 7, 100, 1.5, 80),
        )

    def test_what_is_not_mapped_is_counted_and_costs_nothing_until_somebody_maps_it(self):
        self.account.make_campaigns = False
        self.receive(self.cost(1, "10"), self.cost(2, "20"))
        one = self.google.search([("account_id", "=", self.account.id)])
        self.assertFalse(one.campaign_id)
        self.assertEqual(one.cost, 30)
        self.assertFalse(self.lines.search([("google_campaign_line_id", "=", one.id)]))
        campaign = self.make_campaign("Something else")
        one.with_user(self.people["marketing_manager"]).campaign_id = campaign
        self.assertEqual(self.amounts(campaign), [10, 20])
        self.assertEqual(one.mapped_by, "hand")

    def test_another_choice_moves_the_lines_and_is_never_changed_again(self):
        self.receive(self.cost(1, "10"))
        one = self.google.search([("account_id", "=", self.account.id)])
        found, chosen = one.campaign_id, self.make_campaign("Chosen")
        one.with_user(self.people["marketing_manager"]).campaign_id = chosen
        self.receive(self.cost(1, "12"))
        self.assertEqual((self.amounts(found), self.amounts(chosen)), ([], [12]))
        one.with_user(self.people["marketing_manager"]).campaign_id = False
        self.receive(self.cost(1, "12"))
        self.assertEqual(self.amounts(chosen), [])
        self.assertFalse(one.campaign_id, "left out, because somebody said so")
        one.with_user(self.people["marketing_manager"]).action_find_again()
        self.assertEqual(one.campaign_id, found)
        self.assertEqual(self.amounts(found), [12])

    def test_only_managers_decide(self):
        self.receive(self.cost(1, "10"))
        one = self.google.search([("account_id", "=", self.account.id)])
        for name in ("sales_manager", "marketing"):
            with self.subTest(name), self.assertRaises(AccessError):
                one.with_user(self.people[name]).campaign_id = False
        for name in ("employee", "salesperson"):
            with self.subTest(name), self.assertRaises(AccessError):
                one.with_user(self.people[name]).read(["name"])
        with self.assertRaises(AccessError):
            one.with_user(self.people["marketing_manager"]).name = "Renamed"

    def test_a_currency_without_a_rate_waits_and_the_account_says_so(self):
        krone = self.env.ref("base.NOK")
        krone.rate_ids.unlink()
        self.receive(self.cost(1, "10", currency="NOK"))
        line = self.lines.search([("google_campaign_line_id.google_id", "=", "501")])
        self.assertEqual((line.currency_id, line.actual_amount), (krone, 10))
        self.assertEqual(line.actual_company_amount, 0)
        self.assertIn("no rate of NOK", self.account.read_problem)
        self.set_rates(krone, {"2020-01-01": 10})
        self.assertEqual(line.actual_company_amount, 1)
        self.receive(self.cost(1, "10", currency="NOK"))
        self.assertFalse(self.account.read_problem)

    def test_a_currency_that_odoo_does_not_know_is_never_taken_for_another(self):
        self.receive(self.cost(1, "10", currency="XQZ"))
        self.assertFalse(self.lines.search([("google_campaign_line_id.google_id", "=", "501")]))
        self.assertIn("XQZ", self.account.read_problem)
        self.env["res.currency"].create({"name": "XQZ", "symbol": "q"})
        self.receive(self.cost(1, "10", currency="XQZ"))
        self.assertIn("no rate of XQZ", self.account.read_problem)
