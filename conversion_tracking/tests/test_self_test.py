"""The self-test and the set-up: what an administrator sees of a site that works, and of others."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.conversion_trial_mixin import HEADER
from .google_account_case import CUSTOMER, GoogleMixin

TRACES = ("crm.lead", "res.partner", "conversion.touchpoint", "website.visitor", "mail.mail")
TRACES += ("google.ads.conversion", "utm.source", "utm.campaign")


class SelfTestCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.cookies_bar = True
        cls.administrator = new_test_user(
            cls.env,
            "ct_admin",
            groups="conversion_tracking.group_administrator,website.group_website_designer",
        )

    def self_test(self, user=None):
        test = self.env["conversion.self.test"].with_user(user or self.administrator).create({})
        self.env.flush_all()  # another connection reads what is written
        with self.requests_from_here():
            test.action_run()
        return test

    def requests_from_here(self):
        """Those of the self-test come from this very process, without the cookie of tests."""
        return patch.object(self, "http_request_allow_all", True)

    def states(self, test):
        return {line.title: line.state for line in test.line_ids}

    def failure(self, test):
        """The first step that failed."""
        self.assertEqual(test.state, "failed", test.line_ids.mapped("title"))
        return test.line_ids.filtered(lambda line: line.state == "failed")[0]

    def count_traces(self):
        self.env.flush_all()
        return {name: self.env[name].sudo().search_count([]) for name in TRACES}

    def mend(self):
        self.website._mend_forms("/contactus")


@tagged("post_install", "-at_install")
class TestSelfTest(SelfTestCase):
    def test_the_form_of_a_new_website_makes_no_lead(self):
        test = self.self_test()
        failure = self.failure(test)
        self.assertIn("/contactus", failure.title)
        self.assertIn("e-mail", failure.meaning)
        with self.requests_from_here():
            failure.action_mend()
        self.assertEqual(test.state, "passed", test.conclusion)
        self.assertEqual(set(self.states(test).values()), {"passed", "not_needed"})
        self.assertTrue(self.website.conversion_test_passed)

    def test_nothing_stays(self):
        self.mend()
        before = self.count_traces()
        self.assertEqual(self.self_test().state, "passed")
        self.assertEqual(self.count_traces(), before)

    def test_a_form_that_was_broken_on_purpose(self):
        self.mend()
        view = self.website._get_website_pages([("url", "=", "/contactus")]).view_id
        view.arch = view.arch.replace('name="email_from"', 'name="email_from_old" data-x=""')
        view.arch = view.arch.replace('name="name"', 'name="priority"')
        with mute_logger("odoo.sql_db"):
            failure = self.failure(self.self_test())
        self.assertIn("/contactus", failure.title)
        self.assertTrue(failure.meaning and failure.remedy)
        self.assertFalse(self.website.conversion_test_passed)

    def test_no_form_at_all(self):
        view = self.website._get_website_pages([("url", "=", "/contactus")]).view_id
        view.arch = view.arch.replace("data-model_name", "data-other")
        failure = self.failure(self.self_test())
        self.assertIn("No published page", failure.meaning)

    def test_a_site_that_does_not_ask(self):
        self.mend()
        self.website.cookies_bar = False
        test = self.self_test()
        self.assertEqual(self.states(test)["Consent is asked for first"], "unknown")
        self.assertEqual(test.state, "passed")

    def test_cookies_that_get_lost(self):
        self.mend()
        self.patch(type(self.env["ir.http"]), "_save_journey", classmethod(lambda *_args: None))
        failure = self.failure(self.self_test())
        self.assertEqual(failure.title, "A visit by an ad is remembered")

    def test_two_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.website.language_ids = self.env["res.lang"].search([])
        self.mend()
        self.assertEqual(self.self_test().state, "passed")

    def test_only_administrators(self):
        for group in ("group_user", "group_manager"):
            user = new_test_user(self.env, group, groups=f"conversion_tracking.{group}")
            with self.assertRaises(AccessError):
                self.self_test(user)

    def test_nobody_else_can_send_a_trial(self):
        """A forged signature is no trial: the form is kept like any other."""
        self.mend()
        values = {"name": "Roof", "contact_name": "Ann", "email_from": "ann@home.example"}
        for header in ("", "1-abc", "99999999999-abc", "x", "²-é", "1" * 5000):
            leads = self.env["crm.lead"].search_count([])
            self.url_open(
                "/website/form/crm.lead",
                data={**values, "description": "Hello"},
                headers={HEADER: header.encode("latin-1").decode("latin-1")},
            )
            self.assertEqual(self.env["crm.lead"].search_count([]), leads + 1, header[:20])


@tagged("post_install", "-at_install")
class TestSelfTestGoogle(GoogleMixin, SelfTestCase):
    def setUp(self):
        super().setUp()
        self.mend()

    def test_the_dry_run(self):
        self.ready_account()
        test = self.self_test()
        self.assertEqual(test.state, "passed", test.line_ids.mapped("meaning"))
        self.assertIn("The lead waits for Google", self.states(test))
        [trial] = test.line_ids.filtered(lambda line: "takes conversions" in line.title)
        self.assertIn("Service account, key entered", trial.meaning)
        self.assertFalse(self.google.ledger()["accepted"])
        self.assertFalse(self.env["google.ads.conversion"].search([]))

    def test_leads_that_nobody_counts(self):
        account = self.ready_account()
        account.action_ids.filtered(lambda one: one.event == "lead_created").active = False
        failure = self.failure(self.self_test())
        self.assertEqual(failure.title, "The lead waits for Google")
        self.assertEqual(failure.meaning, "Not configured")

    def test_what_google_refuses(self):
        account = self.ready_account()
        sales = account.action_ids.filtered(lambda one: one.event == "deal_won")
        self.google.remove(f"accounts/{CUSTOMER}/conversion_actions/{sales.google_id}")
        failure = self.failure(self.self_test())
        self.assertIn("takes conversions", failure.title)
        self.assertTrue(failure.remedy)


@tagged("post_install", "-at_install")
class TestSetup(GoogleMixin, SelfTestCase):
    def page(self):
        setup = self.env["conversion.setup"].with_user(self.env.ref("base.user_admin"))
        return setup.browse(setup.action_open()["res_id"])

    def test_from_a_fresh_database_to_green(self):
        self.website.cookies_bar = False
        self.env["conversion.touchpoint"].search([]).unlink()
        self.administrator.active = False
        page = self.page()
        self.assertFalse(page.done_step_ids.mapped("title"))
        for step in page.open_step_ids:
            self.assertTrue(step.meaning and step.who, step.title)
            self.assertTrue(step.action_open()["name"])
        self.website.cookies_bar = True
        account = self.ready_account()
        # Mend, test: as the administrator does it on the screen
        with self.requests_from_here():
            self.start_tour(
                "/odoo/conversion-setup", "conversion_setup", login="admin", timeout=120
            )
        self.assertTrue(self.website.conversion_test_passed)
        new_test_user(self.env, "marketer", groups="conversion_tracking.group_user")
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": "https://shop.example/?gclid=Setup-1"}
        )
        lead.google_conversion_ids.state = "success"
        campaign = self.env["utm.campaign"].create({"title": "Roofs"})
        self.env["utm.campaign.cost"].create({"campaign_id": campaign.id, "name": "Flyer"})
        self.env["link.tracker"]._build(
            [{"url": "https://shop.example/", "tagged_url": "https://shop.example/?utm_source=a"}],
            self.env.company,
        )
        page.action_refresh()
        self.assertFalse(page.open_step_ids.mapped("title"))
        self.assertEqual(page.progress, 100)
        self.assertIn(account.display_name, page.done_step_ids.mapped("meaning"))

    def test_what_breaks_is_open_again(self):
        self.mend()
        self.assertIn("Let a form make leads", self.page().done_step_ids.mapped("title"))
        self.website._get_website_pages([("url", "=", "/contactus")]).is_published = False
        self.assertIn("Let a form make leads", self.page().open_step_ids.mapped("title"))
