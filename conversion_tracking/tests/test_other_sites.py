"""Leads of sites that are not Odoo's: what the script there hands over."""

from odoo.tests import TransactionCase, new_test_user, tagged

from ..attribution.handover import MAX_LENGTH
from ..wizard.conversion_other_site import SCRIPT_PATH
from .common import FACEBOOK_AD, LINKEDIN_AD, JourneyCase
from .other_site import SHOP, hand_over

UNREADABLE = ("no journey", "{}", "A" * (MAX_LENGTH + 1), "\x00", 5, ["a"], {"v": 1})


@tagged("post_install", "-at_install")
class TestHandover(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]

    def make_lead(self, email="ann@example.com", **values):
        return self.leads.create({"name": "Question", "email_from": email, **values})

    def assertSource(self, touchpoint, source):
        self.assertEqual((touchpoint.source_id.name or "").lower(), source)

    # ------------------------------------------------------------
    # What cannot be read
    # ------------------------------------------------------------

    def test_without_a_readable_journey_the_lead_comes_in_all_the_same(self):
        for number, text in enumerate(UNREADABLE):
            with self.subTest(text=str(text)[:20]):
                lead = self.make_lead(f"{number}@example.com", conversion_journey=text)
                self.assertEqual(lead.lead_creation_channel, "offline")
                self.assertFalse(any(lead.journey_ids.mapped("other_site")))

    def test_without_a_readable_journey_the_landing_url_counts(self):
        for number, text in enumerate(UNREADABLE):
            lead = self.make_lead(
                f"{number}@example.com",
                conversion_journey=text,
                landing_url=f"{SHOP}/?{FACEBOOK_AD}",
            )
            self.assertSource(lead.first_touch_id, "facebook")

    # ------------------------------------------------------------
    # Consent
    # ------------------------------------------------------------

    def test_who_refused_or_never_answered_is_a_lead_without_a_journey(self):
        for consent in ("denied", "unknown"):
            lead = self.make_lead(
                f"{consent}@example.com",
                conversion_journey=hand_over(LINKEDIN_AD, consent=consent),
                landing_url=f"{SHOP}/?{FACEBOOK_AD}",
            )
            self.assertFalse(lead.first_touch_id | lead.lead_creation_touch_id)
            self.assertEqual(lead.consent, consent)
            [form] = lead.journey_ids
            self.assertEqual((form.kind, form.page), ("conversion", "/contact"))
            self.assertEqual(form.other_site, "shop-elsewhere.example")

    # ------------------------------------------------------------
    # As from the cookie
    # ------------------------------------------------------------

    def test_a_lead_knows_its_journey(self):
        lead = self.make_lead(conversion_journey=hand_over(LINKEDIN_AD, "gclid=AbC-1&page=2"))
        self.assertSource(lead.first_touch_id, "linkedin")
        creation = lead.lead_creation_touch_id
        self.assertEqual((creation.gclid, creation.landing_page), ("AbC-1", "/?page=2"))
        self.assertEqual(lead.google_touch_id, creation)
        self.assertEqual(lead.source_id, creation.source_id)
        self.assertEqual(
            lead.journey_ids.mapped("role"), ["conversion", "lead_creation", "first_touch"]
        )
        self.assertEqual(set(lead.journey_ids.mapped("other_site")), {"shop-elsewhere.example"})
        self.assertFalse(lead.journey_ids.website_id)
        self.assertEqual((lead.consent, creation.consent_signal), ("granted", "tcf"))
        self.assertEqual(lead.consent_at, lead.first_touch_at)
        self.assertFalse(lead.conversion_journey, "it is not kept as it is")

    def test_who_came_directly_is_direct(self):
        lead = self.make_lead(conversion_journey=hand_over())
        self.assertEqual((lead.lead_creation_channel, lead.consent), ("direct", "granted"))
        self.assertEqual(lead.lead_creation_touch_id.landing_page, "/contact")

    def test_what_the_api_chooses_counts_and_the_journey_stays(self):
        source = self.env["utm.source"].create({"name": "Trade fair"})
        lead = self.make_lead(source_id=source.id, conversion_journey=hand_over(LINKEDIN_AD))
        self.assertSource(lead.first_touch_id, "linkedin")
        self.assertEqual(lead.lead_creation_source_id, source)

    def test_a_second_form_repeats_nothing(self):
        first = self.make_lead(conversion_journey=hand_over(LINKEDIN_AD))
        again = self.make_lead(conversion_journey=hand_over(LINKEDIN_AD, FACEBOOK_AD))
        self.assertEqual(again.first_touch_id, first.first_touch_id)
        self.assertSource(again.lead_creation_touch_id, "facebook")
        roles = (first | again).journey_ids.mapped("role")
        self.assertEqual(roles.count("conversion"), 2)
        self.assertEqual(len(roles), 4)

    def test_later_it_is_history(self):
        lead = self.make_lead(conversion_journey=hand_over(LINKEDIN_AD))
        before = lead.journey_ids
        lead.conversion_journey = hand_over(FACEBOOK_AD)
        self.assertEqual(lead.journey_ids, before)

    def test_leads_of_two_companies_are_two_persons(self):
        other = self.env["res.company"].create({"name": "Windmill"})
        ours = self.make_lead(conversion_journey=hand_over(LINKEDIN_AD))
        theirs = self.make_lead(
            conversion_journey=hand_over(FACEBOOK_AD), company_id=other.id, team_id=False
        )
        self.assertSource(ours.first_touch_id, "linkedin")
        self.assertSource(theirs.first_touch_id, "facebook")
        self.assertEqual(theirs.journey_ids.company_id, other)

    # ------------------------------------------------------------
    # Ways in
    # ------------------------------------------------------------

    def test_a_file_of_leads(self):
        names = ["name", "email_from", "conversion_journey"]
        rows = [
            ["a", "a@example.com", hand_over(LINKEDIN_AD)],
            ["b", "b@example.com", "damaged"],
            ["c", "c@example.com", hand_over(FACEBOOK_AD)],
        ]
        result = self.leads.with_context(import_file=True).load(names, rows)
        self.assertFalse(result["messages"])
        leads = self.leads.browse(result["ids"])
        sources = [lead.lead_creation_source_id.name.lower() for lead in leads]
        self.assertEqual(sources, ["linkedin", "import", "facebook"])

    def test_a_salesperson_of_the_api_may_hand_it_over(self):
        seller = new_test_user(self.env, "api", groups="sales_team.group_sale_salesman")
        lead = self.leads.with_user(seller).create(
            {"name": "Question", "conversion_journey": hand_over(LINKEDIN_AD)}
        )
        self.assertSource(lead.first_touch_id, "linkedin")

    def test_a_mail_to_an_alias(self):
        mail = (
            "From: Ann <ann@example.com>\nTo: sales@example.org\nSubject: Question\n"
            "Message-Id: <{number}@example.com>\nContent-Type: text/{kind}\n\n{body}\n"
        )
        line = f"conversion_journey: {hand_over(LINKEDIN_AD)}"
        bodies = (("plain", f"Hello\n{line}\nBye"), ("html", f"<p>Hello</p><p>{line}</p>"))
        for number, (kind, body) in enumerate(bodies):
            text = mail.format(number=number, kind=kind, body=body)
            lead = self.leads.browse(self.env["mail.thread"].message_process("crm.lead", text))
            self.assertSource(lead.first_touch_id, "linkedin")
        text = mail.format(number=9, kind="plain", body="conversion_journey: nothing")
        lead = self.leads.browse(self.env["mail.thread"].message_process("crm.lead", text))
        self.assertEqual(lead.lead_creation_channel, "offline")

    def test_ten_leads_cost_as_many_queries_as_two(self):
        def queries(number):
            values = [
                {
                    "name": "Question",
                    "email_from": f"{number}-{index}@example.com",
                    "conversion_journey": hand_over(LINKEDIN_AD, FACEBOOK_AD, days=index + 1),
                }
                for index in range(number)
            ]
            recorder = self.env["conversion.recorder"].sudo()
            recorder._prepare_leads([dict(one) for one in values])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            recorder._prepare_leads(values)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(10), queries(2))


@tagged("post_install", "-at_install")
class TestOtherSites(JourneyCase):
    def form(self, **values):
        """Send a form of another site to Odoo itself, as a browser does; returns the lead."""
        visitor = self.visitor()
        visitor.page = f"{SHOP}/contact"
        return visitor.submit_contact_form(**values)

    # ------------------------------------------------------------
    # The script
    # ------------------------------------------------------------

    def test_the_script_is_small_and_can_be_cached(self):
        response = self.visitor()._open(SCRIPT_PATH)
        self.assertLess(len(response.content), 4096)
        self.assertIn("conversionTracking", response.text)
        self.assertEqual(response.headers["Content-Type"], "text/javascript; charset=utf-8")
        self.assertIn("max-age=86400", response.headers["Cache-Control"])
        self.assertNotIn("Set-Cookie", response.headers)
        again = self.visitor()._open(
            SCRIPT_PATH, headers={"If-None-Match": response.headers["ETag"]}
        )
        self.assertEqual(again.status_code, 304)
        file = self.visitor()._open(f"{SCRIPT_PATH}?download=1")
        self.assertIn("attachment", file.headers["Content-Disposition"])
        self.assertEqual(file.text, response.text)

    # ------------------------------------------------------------
    # A form that goes to Odoo itself
    # ------------------------------------------------------------

    def test_nobody_posts_a_journey_unless_it_is_accepted(self):
        lead = self.form(conversion_journey=hand_over(LINKEDIN_AD))
        self.assertFalse(any(lead.journey_ids.mapped("other_site")))
        self.assertFalse(lead.description, "it is no text of the visitor's")

    def test_a_journey_that_is_accepted(self):
        page = self.env["conversion.other.site"].create({})
        page.action_accept_forms()
        self.assertTrue(page.accepts_forms)
        lead = self.form(conversion_journey=hand_over(LINKEDIN_AD))
        self.assertTouch(lead.first_touch_id, source="linkedin", consent="granted")
        self.assertEqual(lead.journey_ids.mapped("page"), ["/contact", False])
        for text in UNREADABLE[:4]:
            lead = self.form(email=f"{len(text)}@example.com", conversion_journey=text)
            self.assertTrue(lead)
        forged = self.form(
            email="eve@example.com",
            conversion_journey=hand_over(LINKEDIN_AD),
            landing_url=f"{SHOP}/?{FACEBOOK_AD}",
            consent="denied",
            first_touch_id="1",
        )
        self.assertTouch(forged.first_touch_id, source="linkedin", consent="granted")
        page.action_refuse_forms()
        self.assertFalse(page.accepts_forms)
        lead = self.form(email="eva@example.com", conversion_journey=hand_over(LINKEDIN_AD))
        self.assertFalse(any(lead.journey_ids.mapped("other_site")))

    def test_a_journey_says_the_same_as_the_cookie(self):
        ads = (LINKEDIN_AD, "gclid=AbC-1&utm_campaign=Spring")
        visitor = self.visitor()
        for ad in ads:
            visitor.visit(f"/?{ad}")
        by_cookie = visitor.submit_contact_form()
        by_script = self.leads.create(
            {
                "name": "Question",
                "email_from": "eva@example.com",
                "conversion_journey": hand_over(*ads),
            }
        )
        names = ("role", "channel", "source_id", "medium_id", "campaign_id", "gclid")
        names += ("click_platform", "landing_page", "referrer", "form")
        shown = [
            [[touch[name] for name in names] for touch in lead.journey_ids]
            for lead in (by_cookie, by_script)
        ]
        self.assertEqual(*shown)
        for name in ("source_id", "medium_id", "campaign_id"):
            self.assertEqual(by_cookie[name], by_script[name])
