"""The twelve key figures of March 2026, worked out by hand.

======  ==============  ===========  ==============  ========  =======  ===========
name    created         opportunity  closed          status    revenue  salesperson
======  ==============  ===========  ==============  ========  =======  ===========
ann     2 Mar           never        .               open          0    seller
bob     3 Mar           5 Mar        20 Mar          won        1000    seller
cas     10 Mar          direct       .               open        400    seller
dan     10 Feb          12 Feb       12 Mar          won (1)    3000    manager
eve     20 Feb          direct       15 Mar          lost        500    seller
fay     1 Mar           direct       25 Mar          lost          0    manager
gus     4 Mar           never        6 Mar           lost        100    manager
hal     15 Jan          direct       (2)             open        700    manager
ida     2 Mar           direct       (2)             open        250    manager
jon     10 Jan          direct       20 Feb          won        2000    manager
kim     31 Mar 23:30    direct       .               open         60    seller
leo     28 Feb 23:30    direct       .               open         80    manager
max     1 Feb           direct       18 Mar          (3)         900    manager
nat     8 Mar           direct       18 Mar          won        100 (4) company B
oda     9 Mar           never        .               open          0    company B
======  ==============  ===========  ==============  ========  =======  ===========

All at noon UTC where no time is given. (1) archived afterwards, and 50 a month. (2) won (hal) or
lost (ida) once, reopened since. (3) archived, not lost. (4) in B's currency, of which one of A's
is two. March in Amsterdam goes from 28 Feb 23:00 to 31 Mar 22:00 UTC, in New York from 1 Mar
05:00 to 1 Apr 04:00. The 31 days before begin on 29 January.
"""

from odoo.tests import new_test_user, tagged

from .kpi_case import MARCH, KpiCase

TWELVE = (
    *("leads", "lead_qualification_rate", "lead_conversion_rate", "open_deals"),
    *("pipeline_value", "average_deal_size", "deals_won", "average_won_amount"),
    *("days_to_close", "win_rate", "deals_lost", "average_lost_amount"),
)
# ann bob cas fay gus ida leo came in; bob dan won; eve fay lost; cas hal ida leo open
MANAGER = {
    "leads": 7,
    "lead_qualification_rate": 100 / 7,
    "lead_conversion_rate": 100 / 7,
    "open_deals": 4,
    "pipeline_value": 400 + 700 + 250 + 80,
    "average_deal_size": (1000 + 400 + 250 + 80) / 4,
    "deals_won": 2,
    "average_won_amount": (1000 + 3000) / 2,
    "days_to_close": (17 + 30) / 2,
    "win_rate": 50,
    "deals_lost": 2,
    "average_lost_amount": 500,
}
# dan eve max came in from 29 January on; jon won; dan eve hal max were open at the end
BEFORE = {
    "leads": 3,
    "lead_qualification_rate": 100 / 3,
    "lead_conversion_rate": 100 / 3,
    "open_deals": 4,
    "pipeline_value": 3000 + 500 + 700 + 900,
    "average_deal_size": (3000 + 500 + 900) / 3,
    "deals_won": 1,
    "average_won_amount": 2000,
    "days_to_close": 41,
    "win_rate": 100,
    "deals_lost": 0,
    "average_lost_amount": None,
}
SELLER = {
    "leads": 3,
    "lead_qualification_rate": 100 / 3,
    "lead_conversion_rate": 100 / 3,
    "open_deals": 1,
    "pipeline_value": 400,
    "average_deal_size": 700,
    "deals_won": 1,
    "average_won_amount": 1000,
    "days_to_close": 17,
    "win_rate": 50,
    "deals_lost": 1,
    "average_lost_amount": 500,
}
COMPANY_B = {
    "leads": 2,
    "lead_qualification_rate": 0,
    "lead_conversion_rate": 50,
    "open_deals": 0,
    "pipeline_value": 0,
    "average_deal_size": 100,
    "deals_won": 1,
    "average_won_amount": 100,
    "days_to_close": 10,
    "win_rate": 100,
    "deals_lost": 0,
    "average_lost_amount": None,
}


@tagged("post_install", "-at_install")
class TestConversionKpiTwelve(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.env.ref("base.CHF")
        if cls.foreign == cls.company.currency_id:
            cls.foreign = cls.env.ref("base.GBP")
        cls.company_b = cls.env["res.company"].create(
            {"name": "Company B", "currency_id": cls.foreign.id}
        )
        cls.set_rates(cls.foreign, {"2026-03-01": 2.0, "2026-04-01": 8.0})
        cls.manager.company_ids |= cls.company_b
        past, seller = cls.make_past, cls.seller
        past("ann", "2026-03-02 12:00", owner=seller, type="lead")
        bob = past("bob", "2026-03-03 12:00", "won", 1000, seller, won_at="2026-03-20 12:00")
        cls.set_dates(bob, date_conversion="2026-03-05 12:00", qualified_at="2026-03-05 12:00")
        past("cas", "2026-03-10 12:00", "", 400, seller)
        plan = cls.env["crm.recurring.plan"].create({"name": "Monthly", "number_of_months": 1})
        dan = past(
            "dan",
            "2026-02-10 12:00",
            "won",
            3000,
            recurring_revenue=50,
            recurring_plan=plan.id,
        )
        dan.action_archive()
        cls.set_dates(dan, date_conversion="2026-02-12 12:00", won_at="2026-03-12 12:00")
        past("eve", "2026-02-20 12:00", "lost", 500, seller, date_closed="2026-03-15 12:00")
        past("fay", "2026-03-01 12:00", "lost", 0, date_closed="2026-03-25 12:00")
        past(*("gus", "2026-03-04 12:00", "lost", 100), type="lead", date_closed="2026-03-06 12:00")
        hal = past("hal", "2026-01-15 12:00", "won", 700, won_at="2026-02-10 12:00")
        hal.stage_id = cls.open_stage
        ida = past("ida", "2026-03-02 12:00", "lost", 250, date_closed="2026-03-09 12:00")
        ida.action_restore()
        past("jon", "2026-01-10 12:00", "won", 2000, won_at="2026-02-20 12:00")
        past("kim", "2026-03-31 23:30", "", 60, seller)
        past("leo", "2026-02-28 23:30", "", 80)
        past("max", "2026-02-01 12:00", "archived", 900, date_closed="2026-03-18 12:00")
        of_b = {"company_id": cls.company_b.id, "user_id": False}
        nat = past("nat", "2026-03-08 12:00", "won", 100, won_at="2026-03-18 12:00")
        oda = past("oda", "2026-03-09 12:00", type="lead")
        (nat | oda).write(of_b)
        cls.env.flush_all()

    def cards(self, *args, **options):
        shown = self.read_board(*args, **options)
        return {key: card for key, card in shown.items() if key.startswith("kpi_")}

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_a_manager_sees_the_month(self):
        cards = self.cards()
        self.assertEqual(tuple(card["code"] for card in cards.values()), TWELVE)
        self.assertValues(cards, MANAGER)

    def test_a_manager_sees_the_month_before(self):
        self.assertValues(self.cards(), BEFORE, "previous")

    def test_changes_are_ratios_and_of_rates_points(self):
        cards = self.cards()
        self.assertValues(
            cards,
            {
                "leads": 4 / 3,
                "lead_conversion_rate": 100 / 7 - 100 / 3,
                "win_rate": -50,
                "pipeline_value": 1430 / 5100 - 1,
                "average_won_amount": 0,
                "deals_lost": None,
                "average_lost_amount": None,
            },
            "change",
        )

    def test_a_salesperson_sees_their_own(self):
        self.assertValues(self.cards(self.seller), SELLER)

    def test_a_marketer_who_opens_no_leads_sees_the_same_numbers(self):
        marketer = self.people["marketing"]
        marketer.tz = "Europe/Amsterdam"
        cards = self.cards(marketer)
        self.assertValues(cards, MANAGER)
        for card in cards.values():
            self.assertIsNone(card["open"])
            self.assertFalse([part for part in card["parts"] if part["open"]])

    def test_a_salesperson_in_marketing_sees_the_same_numbers_as_in_reports(self):
        """In CRM they open the own leads only, and would count fewer than the charts."""
        self.seller.group_ids |= self.env.ref("conversion_tracking.group_user")
        cards = self.cards(self.seller)
        self.assertValues(cards, MANAGER)
        self.assertFalse([card["code"] for card in cards.values() if card["open"]])
        # what reports do not show is counted of the leads that they may open
        self.make_kpi("sure", domain="[('probability', '>=', 0)]")
        sure = self.read_card("sure", self.seller)
        self.assertEqual((sure["value"], sure["open"]["count"]), (3, 3))

    def test_another_company_sees_its_own(self):
        self.assertValues(self.cards(companies=self.company_b), COMPANY_B)

    def test_amounts_of_two_companies_are_in_the_readers_currency_of_the_day(self):
        cards = self.cards(companies=self.company + self.company_b)
        self.assertValues(
            cards,
            {
                "leads": 9,
                "deals_won": 3,
                "average_won_amount": (1000 + 3000 + 50) / 3,
                "average_deal_size": (1000 + 400 + 250 + 80 + 50) / 5,
                "pipeline_value": 1430,
            },
        )

    def test_an_amount_without_rate_is_left_out_and_said(self):
        self.foreign.rate_ids.unlink()
        cards = self.cards(companies=self.company + self.company_b)
        self.assertValues(cards, {"deals_won": 3, "average_won_amount": 2000})
        self.assertIn(self.foreign.name, cards["kpi_average_won_amount"]["note"])
        self.assertNotIn(self.foreign.name, cards["kpi_deals_won"]["note"])
        self.check_opens(cards, companies=self.company + self.company_b)

    def test_days_are_the_readers(self):
        self.manager.tz = "America/New_York"
        cards = self.cards()
        # kim instead of leo came in, and is open besides
        self.assertValues(
            cards, {"leads": 7, "open_deals": 5, "pipeline_value": 1490, "average_deal_size": 427.5}
        )

    def test_recurring_revenue_is_beside(self):
        self.assertEqual(self.cards()["kpi_average_won_amount"]["parts"][2:], [])
        self.manager.group_ids |= self.env.ref("crm.group_use_recurring_revenues")
        [part] = self.cards()["kpi_average_won_amount"]["parts"][2:]
        self.assertEqual((part["value"], part["unit"]), (50, "money"))

    def test_lost_deals_are_beside_the_time_to_close(self):
        part = self.cards()["kpi_days_to_close"]["parts"][-1]
        self.assertEqual((part["value"], part["unit"]), ((23 + 24) / 2, "days"))

    def test_a_rate_names_what_it_is_made_of(self):
        parts = self.cards()["kpi_win_rate"]["parts"]
        self.assertEqual(
            [(part["label"], part["value"]) for part in parts],
            [("Deals won", 2), ("Deals lost", 2)],
        )

    def test_the_same_as_campaign_roi(self):
        """In the reading by period; in New York as well as in Amsterdam."""
        domain = [("date", ">=", MARCH["from"]), ("date", "<=", MARCH["to"])]
        names = ["lead_count:sum", "won_count:sum", "revenue:sum"]
        for zone in ("Europe/Amsterdam", "America/New_York"):
            self.manager.tz = zone
            for companies in (self.company, self.company + self.company_b):
                cards = self.read_board(
                    companies=companies, keys=["kpi_leads", "kpi_deals_won", "kpi_won_amount"]
                )
                report = self.report.with_user(self.manager).with_context(
                    allowed_company_ids=companies.ids, reading="period", revenue_basis="expected"
                )
                [sums] = report._read_group(domain, [], names)
                self.assertEqual([card["value"] for card in cards.values()], list(sums))

    # ------------------------------------------------------------
    # Trend, records
    # ------------------------------------------------------------

    def test_the_steps_of_a_trend_add_up(self):
        cards = self.cards()
        for code in ("leads", "deals_won", "deals_lost"):
            trend = cards[f"kpi_{code}"]["trend"]
            self.assertEqual(len(trend), 31)
            self.assertEqual(sum(step["value"] for step in trend), MANAGER[code])
        trend = {step["from"]: step["value"] for step in cards["kpi_open_deals"]["trend"]}
        # dan eve hal max leo, then fay; without dan from the 12th, eve the 15th, max the 18th on
        self.assertEqual(trend["2026-03-01"], 6)
        self.assertEqual(trend["2026-03-31"], 4)
        rates = [step["value"] for step in cards["kpi_win_rate"]["trend"]]
        self.assertEqual([rate for rate in rates if rate is not None], [100, 0, 100, 0])

    def test_every_number_opens_as_many_records(self):
        for user, companies in (
            (self.manager, self.company),
            (self.manager, self.company + self.company_b),
            (self.seller, self.company),
        ):
            cards = self.cards(user, companies=companies)
            self.check_opens(cards, user, companies)

    def check_opens(self, cards, user=None, companies=None, least=20):
        checked = 0
        for card in cards.values():
            for place in (card, *card["parts"]):
                opens = place["open"]
                if not opens:
                    self.assertEqual(card["unit"], "percent", card["code"])
                    continue
                checked += 1
                rows = self.env[opens["model"]].with_user(user or self.manager)
                rows = rows.with_context(allowed_company_ids=(companies or self.company).ids)
                rows = rows.with_context(**opens["context"])
                self.assertEqual(rows.search_count(opens["domain"]), opens["count"], card["code"])
                if place["unit"] == "count":
                    self.assertEqual(place["value"], opens["count"], card["code"])
        self.assertGreaterEqual(checked, least)

    # ------------------------------------------------------------
    # Filters
    # ------------------------------------------------------------

    def test_filters_hold_for_every_card(self):
        asked = {**MARCH, "user": [self.seller.id]}
        cards = self.cards(asked=asked)
        self.assertValues(cards, SELLER)
        self.check_opens(cards)

    def test_what_never_ended_is_there(self):
        """A figure of one's own whose end only some records can have."""
        self.make_kpi("unwon", reading="state", date_field="create_date", until_field="won_date")
        self.make_kpi(
            "unopened", reading="state", date_field="create_date", until_field="opened_date"
        )
        cards = self.cards(keys=["kpi_unwon", "kpi_unopened"])
        # all but bob, dan and jon, who were won, and kim, who came later; ann and gus stayed leads
        self.assertValues(cards, {"unwon": 9, "unopened": 2})
        self.check_opens(cards, least=2)

    def test_rates_never_exceed_all(self):
        for day in ("2026-03-12", "2026-03-20", "2026-02-20", "2026-03-05"):
            cards = self.cards(asked={"period": "custom", "from": day, "to": day})
            for code in ("lead_qualification_rate", "lead_conversion_rate", "win_rate"):
                rate = cards[f"kpi_{code}"]["value"]
                self.assertTrue(rate is None or 0 <= rate <= 100)

    def test_people_of_another_company_count_nothing_here(self):
        stranger = new_test_user(
            self.env,
            "kpi_stranger",
            groups="base.group_user,conversion_tracking.group_user",
            company_id=self.company_b.id,
            company_ids=[(6, 0, self.company_b.ids)],
            tz="Europe/Amsterdam",
        )
        self.assertValues(self.cards(stranger, companies=self.company_b), COMPANY_B)
