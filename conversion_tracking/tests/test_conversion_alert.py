"""Somebody is told once when leads, forms or campaigns go wrong, and no more when it is over."""

from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

AD = "https://shop.example/?utm_source=linkedin&utm_campaign=webinar"
BARE = "https://shop.example/"


@tagged("post_install", "-at_install")
class TestConversionAlert(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].search([], order="id", limit=1)
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})
        cls.responsible = new_test_user(
            cls.env, "al_resp", groups="conversion_tracking.group_user", email="r@al.example"
        )
        cls.rules = cls.env["conversion.alert.rule"]
        cls.rules.search([]).user_id = cls.responsible
        cls.alerts = cls.env["conversion.alert"]
        cls.now = fields.Datetime.now()

    def rule(self, name):
        return self.env.ref(f"conversion_tracking.alert_rule_{name}")

    def watch(self):
        """Run the daily job; returns what is open then."""
        with self.enter_registry_test_mode():
            self.env.ref("conversion_tracking.ir_cron_watch_alerts").method_direct_trigger()
        self.env.invalidate_all()
        return self.alerts.search([("ended_at", "=", False)])

    def leads_of(self, number, url=AD, days_ago=1, company=None, **values):
        """Leads that came from the website some days ago."""
        values = {"name": "Roof", "landing_url": url, "user_id": False, "team_id": False, **values}
        company = company or self.company
        leads = self.env["crm.lead"].create([{**values, "company_id": company.id}] * number)
        self.set_created(leads, days_ago)
        return leads

    def set_created(self, leads, days_ago):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            (self.now - timedelta(days=days_ago), leads.ids),
        )
        leads.invalidate_recordset()

    def forms_of(self, number, days_ago, page="/contactus", company=None, **values):
        return self.env["conversion.touchpoint"].create(
            [
                {
                    "kind": "conversion",
                    "form": self.env["conversion.submission"]._get_form_name("crm.lead"),
                    "page": page,
                    "occurred_at": self.now - timedelta(days=days_ago),
                    "company_id": (company or self.company).id,
                    **values,
                }
            ]
            * number
        )

    def spend(self, amount, days_ago=5, company=None, campaign=None):
        campaign = campaign or self.env["utm.campaign"].create({"title": "Solar"})
        self.env["utm.campaign.cost"].create(
            {
                "campaign_id": campaign.id,
                "name": "Ads",
                "actual_amount": amount,
                "date": fields.Date.today() - timedelta(days=days_ago),
                "company_id": (company or self.company).id,
            }
        )
        return campaign

    def opened(self, alert, user=None):
        action = alert.with_user(user or self.env.user).action_open_records()
        records = self.env[action["res_model"]].with_context(**action["context"])
        return records.search(action["domain"])

    # Nothing to tell

    def test_an_empty_database_and_healthy_leads_tell_nothing(self):
        self.assertFalse(self.watch())
        self.leads_of(40, days_ago=10)
        self.leads_of(12, days_ago=1)
        self.forms_of(30, days_ago=10)
        self.forms_of(1, days_ago=6)
        self.assertFalse(self.watch())

    def test_small_numbers_tell_nothing(self):
        self.leads_of(40, days_ago=10)
        self.leads_of(9, BARE)
        self.forms_of(19, days_ago=10)
        self.spend(99)
        self.assertFalse(self.watch())

    def test_what_was_always_so_tells_nothing(self):
        self.leads_of(20, BARE, days_ago=10)
        self.leads_of(12, BARE)
        self.leads_of(20, days_ago=10, landing_url=False)  # typed in: no website, no tag
        self.assertFalse(self.watch())

    def test_money_of_yesterday_may_still_bring_somebody(self):
        self.spend(500, days_ago=1)
        self.spend(500, days_ago=20)
        self.assertFalse(self.watch())

    # Told once, and over

    def test_leads_that_lose_their_source_are_told_once_and_end(self):
        self.leads_of(36, days_ago=10)
        self.leads_of(4, BARE, days_ago=10)
        lost = self.leads_of(9, BARE) | self.leads_of(3, BARE, active=False)
        alert = self.watch()
        self.assertEqual(alert.kind, "sourceless")
        self.assertIn("100% of the leads", alert.text)
        self.assertIn("it was 10%", alert.text)
        self.assertEqual(self.opened(alert), lost)
        activity = alert.activity_ids
        self.assertEqual(activity.user_id, self.responsible)
        self.assertEqual(activity.summary, "Leads without a source rise: Website")

        self.leads_of(1, BARE)
        self.assertEqual(self.watch(), alert, "told again")
        self.assertEqual(alert.activity_ids, activity)
        self.assertIn("13 of 13", activity.note)

        lost.source_id = self.env["utm.source"].create({"name": "Flyer"})
        self.assertFalse(self.watch())
        self.assertFalse(alert.activity_ids)
        self.assertTrue(alert.ended_at)

    def test_what_comes_again_is_told_again(self):
        campaign = self.spend(150)
        first = self.watch()
        lead = self.leads_of(1, BARE, campaign_id=campaign.id)
        lead.campaign_id = campaign
        self.assertFalse(self.watch())
        lead.unlink()
        second = self.watch()
        self.assertEqual(len(second.activity_ids), 1)
        self.assertNotEqual(first, second)

    def test_an_activity_that_is_done_is_not_made_again(self):
        self.spend(150)
        alert = self.watch()
        alert.with_user(self.responsible).activity_ids.action_feedback(feedback="I looked.")
        self.assertEqual(self.watch(), alert)
        self.assertFalse(alert.activity_ids)

    def test_a_form_that_falls_silent(self):
        sent = self.forms_of(20, days_ago=10)
        self.forms_of(20, days_ago=10, page="/quote")
        self.forms_of(1, days_ago=2, page="/quote")
        self.forms_of(30, days_ago=10, page="/jobs", form="Applicant")
        alert = self.watch()
        self.assertEqual((alert.kind, alert.name), ("silent_form", "/contactus"))
        self.assertIn("20 leads in 4 weeks", alert.text)
        self.assertEqual(self.opened(alert, self.responsible), sent)
        self.forms_of(1, days_ago=0)
        self.assertFalse(self.watch())

    def test_spend_that_brings_nobody(self):
        campaign = self.spend(60)
        self.spend(60, days_ago=7, campaign=campaign)
        busy = self.spend(500)
        self.leads_of(1, BARE, active=False).campaign_id = busy
        alert = self.watch()
        self.assertEqual((alert.kind, alert.name), ("idle_spend", "Solar"))
        self.assertIn("120", alert.text)
        self.assertEqual(self.opened(alert, self.responsible), campaign.cost_ids)

    def test_a_rule_that_is_switched_off_ends_its_alerts(self):
        self.spend(150)
        self.assertTrue(self.watch())
        self.rule("idle_spend").active = False
        self.assertFalse(self.watch())

    # Companies

    def test_each_company_has_alerts_and_people_of_its_own(self):
        stranger = new_test_user(
            self.env,
            "al_other",
            groups="conversion_tracking.group_administrator",
            company_id=self.other_company.id,
            company_ids=[fields.Command.set(self.other_company.ids)],
        )
        self.forms_of(20, days_ago=10, company=self.other_company)
        self.forms_of(20, days_ago=10)
        self.forms_of(1, days_ago=1)
        alert = self.watch()
        self.assertEqual(alert.company_id, self.other_company)
        self.assertEqual(alert.user_id, stranger, "who was chosen is not in that company")
        self.assertEqual(alert.with_user(stranger).name, "/contactus")
        with self.assertRaises(AccessError):
            alert.with_user(self.responsible).read(["name"])

    def test_what_is_nobodys_is_told_to_the_main_company_only(self):
        self.forms_of(20, days_ago=10, company_id=False)
        self.assertEqual(self.watch().company_id, self.company)

    def test_a_company_with_a_rule_of_its_own_follows_that(self):
        self.spend(150)
        self.spend(150, company=self.other_company)
        self.rule("idle_spend").copy({"company_id": self.other_company.id, "minimum": 1000})
        self.assertEqual(self.watch().company_id, self.company)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.rule("idle_spend").copy({"company_id": self.other_company.id})

    # People

    def test_nobody_changes_alerts_and_administrators_change_rules(self):
        self.spend(150)
        alert = self.watch()
        boss = new_test_user(self.env, "al_boss", groups="conversion_tracking.group_administrator")
        seller = new_test_user(self.env, "al_seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            alert.with_user(seller).read(["name"])
        for user in (boss, self.responsible):
            with self.assertRaises(AccessError):
                alert.with_user(user).text = "All is well"
        with self.assertRaises(AccessError):
            self.rule("idle_spend").with_user(self.responsible).minimum = 5
        self.rule("idle_spend").with_user(boss).minimum = 5

    def test_who_sees_no_leads_is_told_so(self):
        self.leads_of(40, days_ago=10)
        self.leads_of(12, BARE)
        alert = self.watch()
        with self.assertRaisesRegex(UserError, "who see leads in CRM"):
            self.opened(alert, self.responsible)

    def test_a_rule_says_in_words_what_it_means(self):
        with Form(self.rule("sourceless")) as form:
            form.days, form.share, form.minimum = 5, 33, 21
            self.assertRegex(form.meaning, "last 5 days, 21 at least.* 33 percentage points")

    def test_numbers_that_make_no_sense_are_refused(self):
        for values in ({"days": 0}, {"days": 91}, {"share": 0}, {"minimum": 0}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self.rule("sourceless").write(values)
