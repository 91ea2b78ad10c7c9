"""The demonstration's records say what its story says, and who earns and who loses."""

from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from ..demo import story
from ..models.conversion_channel_rule import CHANNELS

FILES = ("utm_campaign", "utm_campaign_cost", "crm_lead")
EARN = {"search", "newsletter", "partners", "profile", "paper", "calls"}
LOSE = {"linkedin", "fair", "retargeting"}
# Channels of which the story has no visitor.
NOT_TOLD = (
    *("paid_video", "paid_shopping", "paid_other", "affiliates", "audio", "sms", "mobile_push"),
    *("organic_video", "organic_shopping"),
)
# Kinds of ads that the story's company does not buy.
KINDS_NOT_TOLD = {
    *("shopping_ads", "video_ads", "demand_gen", "app_ads", "local_ads", "travel_ads", "smart_ads")
}


def told_day(days):
    """The moment so many days ago."""
    return fields.Datetime.now() - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for file in FILES:
            convert_file(
                cls.env(su=True), "conversion_tracking", f"demo/{file}.xml", {}, "init", True
            )
        cls.told = story.tell(cls.env.cr.now())
        cls.leads = cls.named("crm.lead")
        cls.campaigns = cls.named("utm.campaign")

    @classmethod
    def named(cls, model):
        """The demonstration's records of a model, in the order of their numbers."""
        names = cls.env["ir.model.data"].search(
            [
                ("module", "=", "conversion_tracking"),
                ("name", "=like", "demo\\_%"),
                ("model", "=", model),
            ],
            order="res_id",
        )
        return cls.env[model].with_context(active_test=False).browse(names.mapped("res_id"))

    def in_story(self, *states):
        return sum(lead.state in states for lead in self.told)

    # ------------------------------------------------------------
    # Leads
    # ------------------------------------------------------------

    def test_leads_are_in_every_state(self):
        found = Counter((lead.won_status, lead.type) for lead in self.leads)
        expected = {
            ("won", "opportunity"): self.in_story("won"),
            ("lost", "opportunity"): self.in_story("lost"),
            ("pending", "lead"): self.in_story("lead"),
            ("pending", "opportunity"): self.in_story("new", "qualified", "quoted", "reopened"),
        }
        self.assertEqual(found, expected)
        self.assertGreaterEqual(len(self.leads), 300)
        self.assertTrue(all(expected.values()))

    def test_what_is_lost_has_a_reason_and_what_was_reopened_none(self):
        lost = self.leads.filtered(lambda lead: lead.won_status == "lost")
        self.assertTrue(all(lead.lost_reason_id and not lead.active for lead in lost))
        self.assertFalse((self.leads - lost).lost_reason_id)

    def test_leads_are_dated_back(self):
        told = {lead.email: lead for lead in self.told}
        for lead in self.leads:
            one = told[lead.email_from]
            self.assertEqual(lead.create_date.date(), one.created.date(), lead.name)
            self.assertEqual(bool(lead.qualified_at), bool(one.qualified), lead.name)
            if lead.won_status == "won":
                self.assertEqual(lead.won_at.date(), one.closed.date(), lead.name)
                self.assertEqual(lead.day_close, (one.closed - one.created).days, lead.name)

    def test_odoo_knows_how_long_they_stayed_in_each_stage(self):
        won = self.leads.filtered(lambda lead: lead.won_status == "won")[:1]
        day = 24 * 60 * 60
        before = sum(
            seconds
            for stage, seconds in won.duration_tracking.items()
            if stage.isdigit() and int(stage) != won.stage_id.id
        )
        self.assertAlmostEqual(before / day, (won.won_at - won.create_date).days, delta=1)

    # ------------------------------------------------------------
    # Touchpoints
    # ------------------------------------------------------------

    def test_every_channel_and_every_kind_of_campaign_is_there(self):
        channels = {name for name, _label in CHANNELS if name not in NOT_TOLD}
        self.assertEqual(set(self.leads.mapped("lead_creation_channel")) - {False}, channels)
        kinds = {name for name, _label in self.campaigns._fields["campaign_type"].selection}
        self.assertEqual(kinds - KINDS_NOT_TOLD, set(self.campaigns.mapped("campaign_type")))
        self.assertEqual(len(self.campaigns), 13)

    def test_links_name_the_campaigns_and_sources_of_the_files(self):
        touchpoints = self.named("conversion.touchpoint")
        self.assertLessEqual(touchpoints.campaign_id, self.campaigns)
        for records in (touchpoints.source_id, touchpoints.medium_id):
            names = records.get_external_id()
            self.assertTrue(all(names.values()), records.mapped("name"))

    def test_who_refused_cookies_left_no_touch(self):
        refused = self.leads.filtered(lambda lead: lead.consent == "denied")
        self.assertEqual(len(refused), 8)
        self.assertFalse(refused.lead_creation_touch_id | refused.first_touch_id)

    def test_won_deals_have_credit(self):
        won = self.leads.filtered(lambda lead: lead.won_status == "won")
        credit = self.env["conversion.credit"].search([("lead_id", "in", won.ids)])
        without = won.filtered(lambda lead: lead.lead_creation_channel in (False, "direct"))
        self.assertLessEqual(won - credit.lead_id, without)

    def test_a_contact_made_of_a_lead_has_its_first_touch(self):
        won = self.leads.filtered(lambda lead: lead.won_status == "won" and lead.first_touch_id)
        self.assertTrue(all(one.partner_id.first_touch_id == one.first_touch_id for one in won))

    # ------------------------------------------------------------
    # Every day
    # ------------------------------------------------------------

    def test_the_list_of_links_says_which_brought_what(self):
        links = self.named("link.tracker")
        shown = self.env["link.tracker"].search([("company_id", "!=", False)])
        self.assertLessEqual(links, shown)
        self.assertLessEqual(links.campaign_id, self.campaigns, "none is made beside them")
        for link, told in zip(links, story.read_links(), strict=True):
            self.assertEqual(link.title, told.note)
            self.assertEqual(link.count, told.clicks, told.note)
            self.assertEqual(bool(link.lead_count), told.way.name != "heatpump", told.note)
            self.assertLess(link.lead_count, link.count / 3, told.note)
        self.assertGreater(sum(links.mapped("revenue")), 10000)
        self.assertGreaterEqual(min(links.link_click_ids.mapped("create_date")), told_day(180))
        self.assertGreater(len(set(links.mapped("won_count"))), 2, "some are better than others")

    def test_the_watch_has_found_the_campaign_that_costs_and_brings_nobody(self):
        alerts = self.env["conversion.alert"].search([("ended_at", "=", False)])
        alert = alerts.filtered(lambda one: "Heat Pumps" in one.name)
        self.assertEqual(alert.kind, "idle_spend")
        self.assertEqual(len(alert.activity_ids), 1)
        costs = self.env[alert.res_model].search(alert.res_domain)
        self.assertAlmostEqual(sum(costs.mapped("actual_amount")), 498.15)
        self.assertEqual(alerts, alert, "nothing else is wrong")

    def test_no_tag_is_odd(self):
        tags = self.env["conversion.tag"]
        lines = tags.search(tags.action_open()["domain"])
        self.assertIn("Solar panels - Search NL", lines.mapped("name"))
        self.assertFalse(lines.filtered("advice").mapped("name"))

    # ------------------------------------------------------------
    # Money
    # ------------------------------------------------------------

    def test_a_manager_sees_who_earns_and_who_loses(self):
        for name in EARN:
            campaign = self.env.ref(f"conversion_tracking.demo_campaign_{name}")
            self.assertGreater(campaign.roi_percent, 50, name)
        for name in LOSE:
            campaign = self.env.ref(f"conversion_tracking.demo_campaign_{name}")
            self.assertLess(campaign.roi_percent, -25, name)

    def test_the_report_has_the_revenue_of_the_story(self):
        report = self.env["campaign.roi.report"]
        domain = [("lead_id", "in", self.leads.ids)]
        rows = report._read_group(domain, ["channel"], ["lead_count:sum", "revenue:sum"])
        found = {channel: (count, revenue) for channel, count, revenue in rows}
        mail = [lead for lead in self.told if lead.way.name == "newsletter"]
        revenue = sum(lead.value for lead in mail if lead.state == "won")
        self.assertEqual(found["email"], (len(mail), revenue))
        self.assertEqual(sum(count for count, _revenue in found.values()), len(self.told))

    def test_costs_are_of_every_kind(self):
        costs = self.named("utm.campaign.cost")
        self.assertEqual(set(costs.mapped("source")), {"manual", "staff"})
        self.assertEqual(
            costs.filtered("is_overdue").mapped("campaign_id.campaign_type"), ["telephone"]
        )
        self.assertEqual(costs.filtered("corrects_id").mapped("actual_amount"), [-300])
        over = self.campaigns.filtered("is_over_budget").mapped("campaign_type")
        self.assertEqual(sorted(over), ["event", "social_ads"])

    def test_orders_are_confirmed_cancelled_and_waiting(self):
        orders = self.named("sale.order")
        states = Counter(orders.mapped("state"))
        self.assertEqual(states["sale"], self.in_story("won"))
        self.assertEqual(states["sent"], self.in_story("quoted", "reopened"))
        self.assertGreater(states["cancel"], 20)
        won = orders.filtered(lambda order: order.state == "sale")
        self.assertEqual(
            sum(won.mapped("amount_untaxed")), sum(won.opportunity_id.mapped("expected_revenue"))
        )

    def test_invoices_follow_where_there_are_accounts(self):
        if not self.env["account.journal"].search_count([("type", "=", "sale")]):
            return
        moves = self.named("account.move")
        kinds = Counter(moves.mapped("move_type"))
        self.assertEqual(kinds["out_refund"], 2)
        self.assertGreater(kinds["out_invoice"], 40)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
