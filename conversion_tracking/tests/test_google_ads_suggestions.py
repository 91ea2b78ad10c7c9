"""Campaigns in Odoo that a Google campaign may stand for: suggested, and a person decides."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_google_ads_campaign import GoogleCampaignCase


@tagged("post_install", "-at_install")
class TestSuggestions(GoogleCampaignCase):
    def setUp(self):
        super().setUp()
        self.account.make_campaigns = False
        self.manager = self.people["marketing_manager"]
        self.desks = self.make_campaign("NL Desks Antwerp")
        self.number = 500

    def at_google(self, name, **values):
        """A campaign of Google, mapped and suggested for as after reading costs."""
        self.number += 1
        one = self.google.create(
            {
                "account_id": self.account.id,
                "google_id": str(self.number),
                "name": name,
                **values,
            }
        )
        one._map(make=self.account.make_campaigns)
        one._suggest()
        return one

    def add_day(self, one, cost=10):
        self.days.create(
            {
                "google_campaign_id": one.id,
                "day": self.today,
                "cost": cost,
                "currency_id": self.company.currency_id.id,
            }
        )

    def lines_of(self, campaign):
        return self.lines.search([("campaign_id", "=", campaign.id)])

    def test_a_suggestion_is_never_applied_by_itself(self):
        one = self.at_google("Search - desks_antwerp_NL")
        self.assertEqual(one.suggested_campaign_id, self.desks)
        self.assertFalse(one.campaign_id)
        self.add_day(one)
        one._write_costs()
        self.assertFalse(self.lines_of(self.desks))

    def test_nothing_is_suggested_for_what_is_like_nothing(self):
        self.assertFalse(self.at_google("Lamps").suggested_campaign_id)
        self.assertFalse(self.at_google("DE Desks Antwerp").suggested_campaign_id)

    def test_the_word_in_the_links_counts_before_the_name(self):
        lamps = self.make_campaign("Lamps Ghent")
        one = self.at_google("Desks Antwerp NL pmax", tracking_name="ghent_lamps_2026")
        self.assertEqual(one.suggested_campaign_id, lamps)

    def test_confirmed_is_chosen_by_hand_and_costs_move(self):
        one = self.at_google("Search - desks_antwerp_NL")
        self.add_day(one)
        one.with_user(self.manager).action_confirm_suggestion()
        self.assertEqual((one.campaign_id, one.mapped_by), (self.desks, "hand"))
        self.assertFalse(one.suggested_campaign_id)
        self.assertEqual(self.lines_of(self.desks).mapped("actual_amount"), [10])

    def test_many_are_confirmed_together_and_those_without_stay(self):
        some = self.at_google("Search - desks_antwerp_NL") | self.at_google("Antwerp NL desks pmax")
        lamps = self.at_google("Lamps")
        (some | lamps).with_user(self.manager).action_confirm_suggestion()
        self.assertEqual(some.campaign_id, self.desks)
        self.assertEqual(set(some.mapped("mapped_by")), {"hand"})
        self.assertFalse(lamps.campaign_id)
        self.assertFalse(lamps.mapped_by)
        with self.assertRaisesRegex(UserError, "no suggestion"):
            lamps.with_user(self.manager).action_confirm_suggestion()

    def test_rejected_stays_rejected_and_the_next_takes_its_place(self):
        one = self.at_google("Search - desks_antwerp_NL")
        other = self.make_campaign("Desks Antwerp")
        one.with_user(self.manager).action_reject_suggestion()
        self.assertEqual(one.suggested_campaign_id, other)
        one.with_user(self.manager).action_reject_suggestion()
        self.assertFalse(one.suggested_campaign_id)
        one._suggest()
        self.assertFalse(one.suggested_campaign_id)
        self.assertEqual(one.rejected_campaign_ids, self.desks | other)

    def test_what_was_emptied_by_hand_is_left_alone(self):
        one = self.at_google("Search - desks_antwerp_NL")
        one.with_user(self.manager).campaign_id = False
        self.assertFalse(one.suggested_campaign_id)
        one._suggest()
        self.assertFalse(one.suggested_campaign_id)
        one.with_user(self.manager).action_find_again()
        self.assertEqual(one.suggested_campaign_id, self.desks)

    def test_one_that_was_made_may_be_the_double_of_another(self):
        self.account.make_campaigns = True
        one = self.at_google("Search - desks_antwerp_NL")
        self.assertEqual(one.mapped_by, "made")
        self.assertEqual(one.suggested_campaign_id, self.desks)
        again = self.at_google("desks_antwerp_NL video")
        self.assertEqual(again.suggested_campaign_id, self.desks, "not what was made for the other")
        one.with_user(self.manager).action_confirm_suggestion()
        self.assertEqual(one.campaign_id, self.desks)

    def test_a_name_that_is_found_needs_no_suggestion(self):
        one = self.at_google("Search - desks_antwerp_NL")
        self.make_campaign("Search - desks_antwerp_NL")
        one._map(make=False)
        one._suggest()
        self.assertEqual(one.mapped_by, "name")
        self.assertFalse(one.suggested_campaign_id)

    def test_a_suggestion_that_is_deleted_leaves_nothing_behind(self):
        one = self.at_google("Search - desks_antwerp_NL")
        self.desks.unlink()
        one.invalidate_recordset()
        self.assertFalse(one.suggested_campaign_id)

    def test_only_managers_decide(self):
        one = self.at_google("Search - desks_antwerp_NL")
        for name in ("sales_manager", "marketing"):
            with self.subTest(name), self.assertRaises(AccessError):
                one.with_user(self.people[name]).action_confirm_suggestion()
            with self.subTest(name), self.assertRaises(AccessError):
                one.with_user(self.people[name]).action_reject_suggestion()
        with self.assertRaises(AccessError):
            one.with_user(self.manager).suggested_campaign_id = False

    def test_the_account_counts_what_is_not_mapped_and_opens_it(self):
        self.at_google("Search - desks_antwerp_NL")
        self.at_google("Lamps")
        mapped = self.at_google("NL Desks Antwerp")
        self.assertEqual(mapped.campaign_id, self.desks)
        account = self.account.with_user(self.people["marketing"])
        self.assertEqual((account.unmapped_count, account.suggested_count), (2, 1))
        action = account.action_view_unmapped()
        self.assertEqual(self.google.search_count(action["domain"]), 3)
        self.assertIn("search_default_unmapped", action["context"])

    def test_the_form_shows_the_suggestion(self):
        one = self.at_google("Search - desks_antwerp_NL").with_user(self.manager)
        with Form(one) as form:
            self.assertEqual(form.suggested_campaign_id, self.desks)
            form.campaign_id = self.make_campaign("Another")
        self.assertEqual(one.mapped_by, "hand")
        self.assertFalse(one.suggested_campaign_id)
