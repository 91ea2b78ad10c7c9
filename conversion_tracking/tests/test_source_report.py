"""The partner table of SuperOffice's guide to conversion tracking: leads and deals by source."""

from odoo.tests import tagged

from .campaign_case import CampaignCase

# source, medium, leads, deals; what the partners' activities cost
PARTNERS = (
    ("Partner A", "E-mail", 30, 2, 600),
    ("Partner B", "Webinar", 50, 10, 2500),
    ("Partner C", "Referral", 10, 1, 0),
)


@tagged("post_install", "-at_install")
class TestSourceReport(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sources = cls.env["utm.source"]
        for source, medium, leads, deals, cost in PARTNERS:
            campaign = cls.make_campaign(f"Activity of {source}", *filter(None, [cost]))
            values = {
                "source_id": cls.sources.create({"name": source}).id,
                "medium_id": cls.env["utm.medium"].create({"name": f"{medium} (partner)"}).id,
            }
            cls.sources |= cls.sources.browse(values["source_id"])
            for _number in range(leads - deals):
                cls.make_lead(campaign, **values)
            for _number in range(deals):
                cls.win(campaign, 1000, **values)

    def read_report(self, *names, **context):
        """The rows of the report's pivot: source and medium, then what is asked."""
        report = self.report.with_context(**context)
        specs = [f"{name}:{report._fields[name].aggregator}" for name in names]
        _total, rows = report.formatted_read_grouping_sets(
            [("source_id", "in", self.sources.ids)], [[], ["source_id", "medium_id"]], specs
        )
        return {
            row["source_id"][1]: (row["medium_id"][1], *(row[spec] for spec in specs))
            for row in rows
        }

    def test_leads_and_deals_by_source_and_medium(self):
        self.assertEqual(
            self.read_report("lead_count", "won_count"),
            {
                source: (f"{medium} (partner)", leads, deals)
                for source, medium, leads, deals, _cost in PARTNERS
            },
        )

    def test_cost_and_return_stand_beside_them(self):
        for reading in ("period", "cohort"):
            shown = self.read_report(
                "won_rate", "revenue", "cost_actual", "roi_percent", reading=reading
            )
            _medium, rate, revenue, cost, roi = shown["Partner B"]
            self.assertEqual((rate, revenue), (20, 10000))
            self.assertAlmostEqual(cost, 2500, 2)
            self.assertAlmostEqual(roi, 300, 2)
            # no cost was entered: that is not a return of -100 %
            _medium, _rate, revenue, cost, roi = shown["Partner C"]
            self.assertEqual((revenue, cost, roi), (1000, 0, False))

    def test_the_number_opens_as_many_records(self):
        for source, _medium, leads, deals, _cost in PARTNERS:
            rows = self.report.search([("source_id.name", "=", source)])
            self.assertEqual(len(rows.lead_id), leads)
            self.assertEqual(sum(rows.mapped("won_count")), deals)
