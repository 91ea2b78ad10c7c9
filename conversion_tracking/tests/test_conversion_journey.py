"""The journeys of many persons are found together."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestConversionJourney(TransactionCase):
    def arrive(self, number, **values):
        """A lead that came by an ad."""
        return self.env["crm.lead"].create(
            {
                "name": f"Question {number}",
                "email_from": f"ann{number}@example.com",
                "landing_url": f"https://shop.example/?utm_source=ad-{number}",
                **values,
            }
        )

    def count_queries(self, leads):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(all(leads.mapped(lambda lead: bool(lead.journey_ids))))
        return self.env.cr.sql_log_count - before

    def test_many_leads_take_no_more_queries_than_a_few(self):
        leads = self.env["crm.lead"].union(*(self.arrive(number) for number in range(12)))
        self.count_queries(leads[:3])  # warms up
        self.assertEqual(self.count_queries(leads), self.count_queries(leads[:3]))

    def test_each_of_many_gets_its_own_latest_first(self):
        ann, bob = self.arrive(1), self.arrive(2)
        again = self.arrive(3, email_from="Ann1@example.com")
        again.journey_ids.filtered(lambda one: one.lead_id == again).occurred_at = "2030-01-01"
        self.env.invalidate_all()
        leads = ann | bob | again
        names = [lead.journey_ids.mapped("source_id.name") for lead in leads]
        self.assertEqual(names, [["ad-3", "ad-1"], ["ad-2"], ["ad-3", "ad-1"]])

    def test_a_touchpoint_of_another_company_stays_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        ours = self.arrive(1, company_id=self.env.company.id)
        theirs = self.arrive(2, email_from="ann1@example.com", company_id=other.id)
        self.assertFalse(ours.journey_ids & theirs.journey_ids)
