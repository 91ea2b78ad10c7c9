"""Who is credited with a deal, when it is won and whatever becomes of it."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_case import AccessCase
from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestWhatCounts(CreditCase):
    def test_a_deal_without_a_touch_has_no_rows(self):
        lead = self.make_lead()
        lead.action_set_won()
        self.assertShares(lead, "linear")

    def test_a_lead_that_is_not_won_has_no_rows(self):
        lead = self.make_lead()
        self.touch(lead)
        self.assertShares(lead, "linear")
        lead.action_set_lost()
        self.assertShares(lead, "linear")

    def test_forms_direct_visits_and_what_came_after_the_win_do_not_count(self):
        lead = self.make_lead()
        self.touch(lead, kind="conversion")
        self.touch(lead, channel="direct")
        self.touch(lead, days=-1)
        counted = self.touch(lead, channel="offline")
        lead.action_set_won()
        self.assertEqual(self.credit.search([("lead_id", "=", lead.id)]).touchpoint_id, counted)

    def test_the_touches_of_another_person_or_company_do_not_count(self):
        company = self.env["res.company"].create({"name": "Windmill"})
        lead = self.make_lead(phone="+49 30 123456")
        self.touch(self.make_lead("bob@example.com", phone="+49 30 123456"))
        self.touch(self.make_lead(company_id=company.id, team_id=False, user_id=False))
        lead.action_set_won()
        self.assertShares(lead, "linear")
        self.assertBothAgree()

    def test_every_lead_and_contact_of_the_person_counts(self):
        lead = self.make_lead()
        lost = self.make_lead()
        self.touch(lost, days=5)
        lost.action_set_lost()
        card = self.env["res.partner"].create({"name": "Ann", "email": "Ann@example.com"})
        self.touch(partner=card, days=4)
        lead._handle_partner_assignment(create_missing=True)
        self.touch(partner=lead.partner_id, days=3)
        self.touch(lead, days=2)
        lead.action_set_won()
        self.assertShares(lead, "linear", 0.25, 0.25, 0.25, 0.25)
        self.assertBothAgree()

    def test_somebody_without_an_email_is_known_by_phone(self):
        lead = self.make_lead(email=False, phone="+49 30 123456")
        self.touch(self.make_lead("bob@example.com", phone="+4930123456"))
        lead.action_set_won()
        self.assertShares(lead, "linear", 1)
        self.assertBothAgree()


@tagged("post_install", "-at_install")
class TestShares(CreditCase):
    def setUp(self):
        super().setUp()
        self.lead = self.make_lead(type="opportunity")
        touches = [self.touch(self.lead, days) for days in (28, 21, 14, 7, 0)]
        self.lead.lead_creation_touch_id = touches[2]
        self.lead.qualified_at = self.now - timedelta(days=5)
        self.lead.action_set_won()

    def test_each_model_shares_the_deal(self):
        self.assertShares(self.lead, "position", 1, 2, 3, 4, 5)
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0)
        self.assertShares(self.lead, "last_touch", 0, 0, 0, 0, 1)
        self.assertShares(self.lead, "linear", 0.2, 0.2, 0.2, 0.2, 0.2)
        self.assertShares(self.lead, "position_based", 0.4, 0.067, 0.067, 0.067, 0.4)
        self.assertShares(self.lead, "w_shaped", 0.3, 0.05, 0.3, 0.3, 0.05)
        self.assertShares(self.lead, "time_decay", 0.032, 0.065, 0.129, 0.258, 0.516)

    def test_reopened_lost_and_won_again(self):
        self.lead.stage_id = self.env.ref("crm.stage_lead1")
        self.assertShares(self.lead, "linear")
        self.lead.action_set_lost()
        self.assertShares(self.lead, "linear")
        self.lead.action_restore()
        self.lead.action_set_won()
        self.assertShares(self.lead, "linear", 0.2, 0.2, 0.2, 0.2, 0.2)

    def test_an_archived_deal_is_still_won(self):
        self.lead.action_archive()
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0)
        self.assertBothAgree()

    def test_a_late_touch_is_shared_too(self):
        self.touch(self.make_lead(), days=90)
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0, 0)
        self.assertBothAgree()

    def test_what_is_right_already_stays_as_it_is(self):
        rows = self.credit.search([("lead_id", "=", self.lead.id)])
        self.lead.qualified_at -= timedelta(seconds=1)
        self.touch(self.lead, days=-1)
        self.assertEqual(self.credit.search([("lead_id", "=", self.lead.id)]), rows)

    def test_an_erased_touch_leaves_its_share_to_the_others(self):
        self.lead.journey_ids[1:3].unlink()
        self.assertShares(self.lead, "linear", 0.333, 0.333, 0.333)
        self.assertShares(self.lead, "position", 1, 2, 3)
        self.assertBothAgree()

    def test_a_corrected_email_belongs_to_another_journey(self):
        other = self.make_lead("bob@example.com")
        other.action_set_won()
        self.assertShares(other, "linear")
        other.email_from = "ann@example.com"
        self.assertShares(other, "linear", 0.2, 0.2, 0.2, 0.2, 0.2)
        self.lead.email_from = "eve@example.com"
        self.assertShares(other, "linear")
        self.assertBothAgree()

    def test_an_email_that_follows_its_contact(self):
        self.lead._handle_partner_assignment(create_missing=True)
        other = self.make_lead("bob@example.com")
        other.action_set_won()
        self.lead.partner_id.email = "bob@example.com"
        self.assertShares(other, "linear", 0.2, 0.2, 0.2, 0.2, 0.2)
        self.assertBothAgree()

    def test_merged_leads_are_one_deal(self):
        other = self.make_lead("bob@example.com")
        self.touch(other, days=40)
        merged = (self.lead | other).merge_opportunity()
        self.assertEqual(merged, self.lead)
        self.assertShares(merged, "first_touch", 1, 0, 0, 0, 0, 0)
        self.assertBothAgree()

    def test_merged_contacts_are_one_person(self):
        self.lead._handle_partner_assignment(create_missing=True)
        card = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.org"})
        self.touch(partner=card, days=40)
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.lead.partner_id | card).ids, self.lead.partner_id)
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0, 0)
        self.assertBothAgree()

    def test_a_deleted_lead_or_contact_takes_its_touches_along(self):
        card = self.env["res.partner"].create({"name": "Ann", "email": "ann@example.com"})
        self.touch(partner=card, days=40)
        other = self.make_lead()
        self.touch(other, days=50)
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0, 0, 0)
        card.unlink()
        other.unlink()
        self.assertShares(self.lead, "first_touch", 1, 0, 0, 0, 0)
        self.assertBothAgree()
        self.lead.unlink()
        self.assertBothAgree()


@tagged("post_install", "-at_install")
class TestMany(CreditCase):
    def deals(self, count):
        leads = self.leads
        for number in range(count):
            lead = self.make_lead(f"person{number}@{count}.example.com")
            self.touch(lead, 2)
            self.touch(lead, 1)
            leads |= lead
        leads.action_set_won()
        self.env.flush_all()
        return leads

    def queries(self, count):
        leads = self.deals(count)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.credit._settle()
        queries = self.env.cr.sql_log_count - before
        for lead in leads:
            self.assertShares(lead, "linear", 0.5, 0.5)
        return queries

    def test_forty_deals_take_the_queries_of_ten(self):
        self.queries(1)  # parameters and names of Odoo's are remembered from then on
        few, many = self.queries(10), self.queries(40)
        self.assertEqual(few, many)
        self.assertLess(few, 12)

    def test_nothing_is_asked_where_nothing_changed(self):
        lead = self.deals(1)
        self.credit._settle()
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.credit._settle()
        lead.name = "Another"
        with self.assertQueryCount(1):
            self.credit._settle()


@tagged("post_install", "-at_install")
class TestRebuild(CreditCase):
    def setUp(self):
        super().setUp()
        self.rebuild = self.env["conversion.credit.rebuild"]
        self.cron = self.env.ref("conversion_tracking.ir_cron_rebuild_credit")
        for number in range(5):
            lead = self.make_lead(f"person{number}@example.com")
            self.touch(lead, 8)
            self.touch(lead, 1)
            lead.action_set_won()
        self.kept = self.rows()

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def forget(self):
        self.env.cr.execute("DELETE FROM conversion_credit")
        self.credit.invalidate_model()

    def test_the_first_time_all_that_was_won_before_is_shared(self):
        self.env["ir.config_parameter"].search([("key", "=like", "%.credit_%")]).unlink()
        self.forget()
        self.run_cron()
        self.assertEqual(self.rows(), self.kept)
        self.assertBothAgree()

    def test_it_goes_on_where_it_stopped(self):
        self.rebuild._request_rebuild()
        self.forget()
        remaining = self.rebuild._count_remaining()
        self.assertEqual(self.rebuild._rebuild(2), 2)
        self.assertEqual(self.rebuild._count_remaining(), remaining - 2)
        self.assertEqual(len(self.rows()), 4)
        while self.rebuild._rebuild(2):
            pass
        self.assertEqual(self.rebuild._count_remaining(), 0)
        self.assertEqual(self.rows(), self.kept)

    def test_rows_of_what_is_no_deal_any_more_go(self):
        lead = self.leads.search([], order="id desc", limit=1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET won_status = 'lost' WHERE id = %s", [lead.id])
        self.env.invalidate_all()
        self.rebuild._request_rebuild()
        self.run_cron()
        self.assertShares(lead, "linear")
        self.assertBothAgree()

    def test_another_half_life_shares_all_deals_again(self):
        lead = self.leads.search([], order="id desc", limit=1)
        self.run_cron()
        self.assertShares(lead, "time_decay", 0.333, 0.667)
        settings = self.env["conversion.settings"].create({"conversion_half_life_days": 1})
        settings.action_save()
        self.assertTrue(self.rebuild._count_remaining())
        self.assertIn("to be shared", settings.conversion_credit_progress)
        self.run_cron()
        self.assertShares(lead, "time_decay", 0.008, 0.992)
        settings.invalidate_recordset()
        self.assertIn("All won deals", settings.conversion_credit_progress)
        self.assertBothAgree()

    def test_the_same_half_life_shares_nothing_again(self):
        self.run_cron()
        self.env["conversion.settings"].create({}).action_save()
        self.assertFalse(self.rebuild._count_remaining())


@tagged("post_install", "-at_install")
class TestRoles(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_lead("own", user_id=cls.users["salesperson"].id)
        cls.colleague = cls.make_lead("colleague", user_id=cls.env.user.id)
        cls.env.user.company_ids |= cls.other_company
        cls.foreign = cls.make_lead(
            "foreign", company_id=cls.other_company.id, user_id=cls.env.user.id, team_id=False
        )
        cls.deals = cls.own | cls.colleague | cls.foreign
        cls.deals.action_set_won()
        cls.env["conversion.credit"]._settle()

    def seen(self, role):
        rows = self.as_role(role, self.env["conversion.credit"])
        return rows.search([]).sudo().lead_id & self.deals

    def test_each_sees_the_credit_of_the_deals_that_are_theirs_to_see(self):
        self.assertEqual(self.seen("salesperson"), self.own)
        for role in ("salesperson, all leads", "sales manager", "marketing user"):
            self.assertEqual(self.seen(role), self.own | self.colleague, role)
        for role in ("public", "portal", "employee"):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.seen(role)

    def test_nobody_enters_credit(self):
        row = self.env["conversion.credit"].search([("lead_id", "=", self.own.id)])
        for role in ("salesperson", "sales manager", "administrator"):
            known = self.as_role(role, row)
            with mute_logger("odoo.addons.base.models.ir_model"):
                for act in (
                    lambda known=known: known.write({"linear": 2}),
                    known.unlink,
                    lambda known=known: known.create({"lead_id": self.own.id}),
                ):
                    with self.assertRaises(AccessError):
                        act()

    def test_only_administrators_ask_for_a_rebuild(self):
        with self.assertRaises(AccessError):
            self.as_role("marketing manager", self.env["conversion.settings"]).new(
                {}
            ).action_rebuild_credit()
        settings = self.as_role("administrator", self.env["conversion.settings"]).create({})
        settings.action_rebuild_credit()
        self.assertTrue(self.env["conversion.credit.rebuild"]._count_remaining())
