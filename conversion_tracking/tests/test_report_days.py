"""Days that are asked for: found by an index, and still exactly these."""

from datetime import date, timedelta

from odoo.fields import Domain

from ..report.conversion_report_mixin import FEW
from .campaign_case import CampaignCase

DAY = date(2026, 3, 29)  # clocks change in Europe on this Sunday
DOMAINS = (
    [("date", "=", "2026-03-29")],
    [("date", "in", ["2026-03-28", "2026-03-30"])],
    [("date", "!=", "2026-03-29")],
    [("date", "not in", ["2026-03-28", "2026-03-30"])],
    [("date", ">", "2026-03-28"), ("date", "<", "2026-03-30")],
    [("date", ">=", "2026-03-29"), ("date", "<=", "2026-03-29")],
    [("date", ">=", "2026-03-30"), ("date", "<=", "2026-03-28")],
    ["|", ("date", "<", "2026-03-29"), ("date", ">", "2026-03-29")],
    ["|", ("date", "<", "2026-03-29"), ("fact", "=", "won")],
    ["!", ("date", "<", "2026-03-29")],
    ["!", "&", ("date", ">=", "2026-03-29"), ("fact", "=", "lead")],
    ["&", ("fact", "!=", "cost"), ("date", ">=", "2026-03-29")],
    [("date.month_number", "=", 3), ("date", ">=", "2026-03-29")],
    [("date", ">=", False)],
    [("date", "=", False)],
    [("date", ">=", "9999-12-31")],
    [("date", "<=", "0001-01-01")],
    [("date", ">=", "0001-01-01"), ("date", "<=", "9999-12-31")],
    [("lead_date", "=", "2026-03-29"), ("date", ">", "2026-03-29")],
)
ZONES = ("UTC", "Europe/Amsterdam", "Pacific/Auckland", "America/Los_Angeles")
MEASURES = ("lead_count", "won_count", "revenue", "cost_actual")


class TestReportDays(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.make_campaign("Search")
        for number in range(-3, 4):
            day = DAY + timedelta(days=number)
            cls.add_cost(cls.campaign, 10 + number, date=day)
            for hour in (0, 1, 11, 12, 22, 23):
                lead = cls.win(cls.campaign, 100 + hour)
                cls.set_created(lead, f"{day} {hour:02}:30:00")
                won = DAY - timedelta(days=number)
                cls.env.cr.execute(
                    "UPDATE crm_lead SET won_at = %s WHERE id = %s",
                    (f"{won} {hour:02}:59:59", lead.id),
                )
        cls.of_campaign = Domain("campaign_id", "=", cls.campaign.id)
        # days of many are found in another way than those of a few
        others = [cls.make_campaign(f"Other {number}").id for number in range(FEW)]
        cls.of_many = Domain("campaign_id", "in", [cls.campaign.id, *others])

    def _sum_of_rows(self, report, domain):
        """The same from all rows, looked at one by one."""
        rows = report.search(self.of_campaign & Domain("date", ">=", "1900-01-01"))
        # in a cache, days know no time zone: everybody has one
        rows.invalidate_recordset()
        rows = rows.filtered_domain(domain)
        return [round(sum(rows.mapped(name)), 2) for name in MEASURES]

    def test_every_way_to_ask_for_days_gives_these_days(self):
        for zone in ZONES:
            for reading in ("period", "cohort"):
                report = self.report.with_context(tz=zone, reading=reading)
                for domain in DOMAINS:
                    with self.subTest(zone=zone, reading=reading, domain=domain):
                        expected = self._sum_of_rows(report, domain)
                        for of_campaign in (self.of_campaign, self.of_many):
                            [sums] = report._read_group(
                                of_campaign & Domain(domain), [], [f"{n}:sum" for n in MEASURES]
                            )
                            self.assertEqual([round(value or 0, 2) for value in sums], expected)
                        rows = report.search(self.of_campaign & Domain(domain))
                        self.assertEqual(
                            len(rows), report.search_count(self.of_campaign & Domain(domain))
                        )

    def test_responses_and_credits_of_a_day(self):
        for model, measure in (
            ("campaign.response.report", "count"),
            ("conversion.deal.report", "revenue"),
        ):
            for zone in ZONES:
                report = self.env[model].with_context(tz=zone)
                for domain in DOMAINS:
                    if {"fact", "lead_date"} & {one[0] for one in domain if len(one) == 3}:
                        continue
                    with self.subTest(model=model, zone=zone, domain=domain):
                        rows = report.search(self.of_campaign)
                        rows.invalidate_recordset()
                        expected = sum(rows.filtered_domain(domain).mapped(measure))
                        for of_campaign in (self.of_campaign, self.of_many):
                            [(found,)] = report._read_group(
                                of_campaign & Domain(domain), [], [f"{measure}:sum"]
                            )
                            self.assertEqual(found or 0, expected)

    def test_a_list_sorted_by_a_measure_sorts_by_what_it_shows(self):
        other = self.make_campaign("Fair", 5000)
        cheap = self.make_campaign("Letters", 1)
        self.win(cheap, 90000)
        domain = Domain("id", "in", (self.campaign + other + cheap).ids)
        for name in ("cost_actual", "lead_count", "revenue", "profit", "cost_per_lead"):
            with self.subTest(name=name):
                sorted_by = self.campaigns.search(domain, order=f"{name} desc, id")
                values = [campaign[name] for campaign in sorted_by if campaign[name]]
                self.assertEqual(values, sorted(values, reverse=True))
