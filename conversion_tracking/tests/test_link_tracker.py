"""What came over a tagged link: clicks, leads, deals won and revenue, each with its records."""

from odoo.tests import new_test_user, tagged

from .link_case import LinkCase


@tagged("post_install", "-at_install")
class TestLinkResults(LinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.won_stage = cls.env["crm.stage"].create({"name": "Signed", "is_won": True})
        cls.marketing = new_test_user(cls.env, "link_user", groups="conversion_tracking.group_user")

    def lead_over(self, path, email, revenue=0):
        """The lead of a visitor who follows ``path`` and sends the form; won with a revenue."""
        visitor = self.visitor()
        visitor.visit(path, referrer="https://www.facebook.com/")
        lead = visitor.submit_contact_form(email)
        if revenue:
            lead.write({"expected_revenue": revenue, "stage_id": self.won_stage.id})
        return lead

    def shown(self, links):
        links.invalidate_recordset()
        return [(one.count, one.lead_count, one.won_count, one.revenue) for one in links]

    def test_the_leads_of_each_link(self):
        blue, red, home = (
            self.build(content="Blue", term="x"),
            self.build(content="red"),
            self.build(page="/"),
        )
        first = self.lead_over(f"/r/{blue.code}", "a@x.example", 700)
        second = self.lead_over(blue.tagged_url, "b@x.example")
        third = self.lead_over(f"/r/{red.code}?gclid=AbC", "c@x.example", 300)
        self.lead_over("/?utm_source=facebook", "d@x.example", 50)
        self.assertEqual(first.source_id, blue.source_id)
        self.assertEqual(first.lead_creation_touch_id.landing_page, blue.landing_page)
        self.assertEqual(third.google_touch_id.gclid, "AbC", "the short link keeps the ad's click")
        links = blue | red | home
        self.assertEqual(self.shown(links), [(1, 2, 1, 700), (1, 1, 1, 300), (0, 0, 0, 0)])
        self.assertEqual(
            self.shown(links.with_user(self.marketing)), self.shown(links), "also without CRM"
        )
        leads = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(leads.search(blue.action_open_leads()["domain"]), first | second)
        self.assertEqual(leads.search(blue.action_open_won()["domain"]), first)
        report = self.env["campaign.roi.report"]
        action = blue.with_user(self.marketing).action_open_leads()
        self.assertEqual(action["res_model"], report._name, "who cannot open leads sees the facts")
        rows = report.with_context(**action["context"]).search(action["domain"])
        self.assertEqual((sum(rows.mapped("lead_count")), sum(rows.mapped("revenue"))), (2, 700))
        # a lost lead came in, all the same
        second.action_set_lost()
        self.assertEqual(self.shown(blue), [(1, 2, 1, 700)])
        self.assertIn(second, leads.search(blue.action_open_leads()["domain"]))

    def test_the_number_of_queries_does_not_grow_with_the_links(self):
        links = self.build(rows="\n".join(f"fb;cpc;;c{number}" for number in range(40)))

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            some = some.browse(some.ids)
            before = self.env.cr.sql_log_count
            some.mapped("revenue")
            return self.env.cr.sql_log_count - before

        count(links[:2])
        self.assertEqual(count(links), count(links[:2]))

    def test_of_another_company_only_its_own_leads_count(self):
        link = self.build()
        lead = self.lead_over(link.tagged_url, "a@x.example", 10)
        other_company = self.env["res.company"].create({"name": "Windmill"})
        lead.write({"user_id": False, "team_id": False, "company_id": other_company.id})
        self.assertEqual(self.shown(link.with_user(self.marketing)), [(0, 0, 0, 0)])

    def test_who_is_erased_came_over_no_link_and_counts_for_the_campaign(self):
        """A link may be one person's own, such as the code on a letter: it would tell on them."""
        link = self.build(content="letter_to_ann")
        lead = self.lead_over(link.tagged_url, "ann@x.example", 10)
        self.assertEqual(self.shown(link), [(0, 1, 1, 10)])
        lead._erase_attribution()
        self.assertEqual(self.shown(link), [(0, 0, 0, 0)])
        self.assertEqual((link.campaign_id.lead_count, link.campaign_id.revenue), (1, 10))

    def test_a_visitor_in_another_language_counts(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        link = self.build(page="/fr/contactus")
        self.assertEqual(link.landing_page, "/contactus")

    def test_another_site_is_told_nothing_where_the_company_wants_it_so(self):
        link = self.build(page="https://other.example/a")
        self.assertEqual(link.redirected_url, link.tagged_url)
        self.env["ir.config_parameter"].set_param("link_tracker.no_external_tracking", "1")
        link.invalidate_recordset()
        self.assertEqual(link.redirected_url, "https://other.example/a")

    def test_a_marketing_user_makes_twelve_links_and_opens_the_report_of_one(self):
        self.marketing.password = "link_user"
        self.start_tour("/odoo", "conversion_tracking.utm_builder", login="link_user")
        links = self.env["link.tracker"].search([("company_id", "!=", False)])
        self.assertEqual(len(links), 12)
        self.assertEqual(links.campaign_id.mapped("name"), ["spring_sale"])
