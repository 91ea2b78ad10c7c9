"""Made-up deals and questions: the cards say what counting the leads one by one says."""

import random
from datetime import date, timedelta, timezone

from odoo.tests import new_test_user, tagged

from ..kpi.period import PRESETS
from ..models.conversion_board import FILTERS
from .kpi_case import KpiCase

LEADS = 70
QUESTIONS = 12  # of each reader
DAY = timedelta(days=1)
ZONES = ("Europe/Amsterdam", "America/New_York", "Pacific/Auckland")


@tagged("post_install", "-at_install")
class TestBoardWorlds(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(20261127)
        cls.swiss = cls.env["res.company"].create(
            {"name": "Swiss", "currency_id": cls.env.ref("base.CHF").id}
        )
        for company, rates in ((cls.company, (2, 3)), (cls.swiss, (0.5, 0.25))):
            other = (cls.swiss if company == cls.company else cls.company).currency_id
            for first, rate in zip(("2020-01-01", "2026-02-01"), rates, strict=True):
                cls.env["res.currency.rate"].create(
                    {
                        "currency_id": other.id,
                        "company_id": company.id,
                        "name": first,
                        "rate": rate,
                    }
                )
        cls.manager.company_ids |= cls.swiss
        cls.readers = [
            cls.manager,
            cls.seller,
            cls.people["marketing"],
            new_test_user(
                cls.env,
                "seller_in_marketing",
                groups="base.group_user,sales_team.group_sale_salesman,"
                "conversion_tracking.group_user",
            ),
        ]
        cls.campaigns = [cls.make_campaign(name) for name in ("Search", "Social")]
        for number in range(LEADS):
            cls.make_any_lead(number)
        cls.env.flush_all()

    @classmethod
    def make_any_lead(cls, number):
        chance = cls.chance
        created = date(2026, 1, 1) + timedelta(chance.randrange(150))
        moments = [
            f"{created + timedelta(days)} 22:30" for days in (0, *chance.choices(range(60), k=3))
        ]
        lead = cls.make_past(
            f"Lead {number}",
            moments[0],
            chance.choice(("", "won", "lost", "archived")),
            chance.choice((0, 0.1, 0.2, 33.33, 1000)),
            chance.choice(cls.readers),
            type=chance.choice(("lead", "opportunity")),
            **dict(zip(("won_at", "date_closed", "date_conversion"), moments[1:], strict=True)),
        )
        lead.campaign_id = chance.choice((cls.env["utm.campaign"], *cls.campaigns))
        if chance.random() < 0.4:
            company = chance.choice((cls.swiss.id, False))
            lead.write({"company_id": company, "user_id": False, "team_id": False})
        if chance.random() < 0.2:
            lead.stage_id = cls.open_stage

    def make_any_question(self):
        chance = self.chance
        asked = {"period": chance.choice(PRESETS)}
        if chance.random() < 0.8:
            first = date(2026, 1, 1) + timedelta(chance.randrange(150))
            last = first + timedelta(chance.choice((0, 6, 30, 90)))
            asked = {"period": "custom", "from": str(first), "to": str(last)}
        choices = {
            "campaign": [False, *(campaign.id for campaign in self.campaigns)],
            "user": [False, *(user.id for user in self.readers)],
            "company": [False, self.company.id, self.swiss.id],
        }
        for name, values in choices.items():
            if chance.random() < 0.3:
                asked[name] = chance.sample(values, 2)
        return asked

    def test_cards_say_what_the_leads_say(self):
        for reader in self.readers:
            for number in range(QUESTIONS):
                reader.tz = self.chance.choice(ZONES)
                companies = self.chance.choice((reader.company_ids, reader.company_id))
                asked = self.make_any_question()
                with self.subTest(reader=reader.login, number=number, asked=asked):
                    self.check(reader, companies, asked)

    def check(self, reader, companies, asked):
        self.env.invalidate_all()
        cards = self.read_board(reader, asked, companies)
        board = self.board.with_user(reader).with_context(allowed_company_ids=companies.ids)
        self.assertValues(cards, self.count(board, board._read_asked(asked)))
        for card in cards.values():
            for shown in (card, *card["parts"]):
                if opens := shown["open"]:
                    rows = board.env[opens["model"]].with_context(**opens["context"])
                    self.assertEqual(rows.search_count(opens["domain"]), opens["count"])

    def count(self, board, question):
        """The twelve, of the leads that the reader counts, one by one."""
        env = board.env
        leads = env["crm.lead"].with_context(active_test=False)
        domain = [(FILTERS[name], "in", values) for name, values in question.filters.items()]
        if not board._opens_leads():
            leads = leads.sudo()
            domain.append(("company_id", "in", [*env.companies.ids, False]))
        first, end = board._get_moments(question.period)
        known = [Deal(lead) for lead in leads.search(domain)]

        def within(name, deals=known):
            return [
                one for one in deals if getattr(one, name) and first <= getattr(one, name) < end
            ]

        def average_worth(name, deals=known):
            worths = [one.worth(env, name) for one in within(name, deals)]
            return average([worth for worth in worths if worth])

        came, won = within("came"), within("won")
        deals = [one for one in known if one.lead.type == "opportunity"]
        lost = within("lost", deals)
        there = [one for one in deals if one.opened < end and not (one.closed and one.closed < end)]
        qualified = [one for one in came if one.lead.qualified_at or one.lead.date_conversion]
        return {
            "leads": len(came),
            "lead_qualification_rate": rate(qualified, came),
            "lead_conversion_rate": rate([one for one in came if one.won], came),
            "open_deals": len(there),
            "pipeline_value": sum(one.worth(env, "opened") for one in there),
            "average_deal_size": average_worth("opened", deals),
            "deals_won": len(won),
            "average_won_amount": average_worth("won"),
            "days_to_close": average([max((one.won - one.came) / DAY, 0) for one in won]),
            "win_rate": rate(won, won + lost),
            "deals_lost": len(lost),
            "average_lost_amount": average_worth("lost", deals),
        }


class Deal:
    """A lead and the days on which something became of it, by the written definitions."""

    def __init__(self, lead):
        ended = lead.date_closed or lead.create_date
        is_lost = lead.won_status == "lost"
        self.lead = lead
        self.came = lead.create_date
        self.opened = lead.date_conversion or lead.create_date
        self.won = lead.won_status == "won" and (lead.won_at or ended)
        self.lost = is_lost and ended
        self.closed = self.won or ((is_lost or not lead.active) and ended)

    def worth(self, env, name):
        """Expected revenue in the reader's currency, on the day of a milestone."""
        lead, own = self.lead, env.company.currency_id
        moment = getattr(self, name).replace(tzinfo=timezone.utc)
        currency = lead.sudo().company_id.currency_id or own
        return currency._convert(
            lead.expected_revenue, own, env.company, moment.astimezone(env.tz).date(), round=False
        )


def average(numbers):
    return sum(numbers) / len(numbers) if numbers else None


def rate(part, whole):
    return 100 * len(part) / len(whole) if whole else None
