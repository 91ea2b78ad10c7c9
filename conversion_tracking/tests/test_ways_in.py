"""Every way a lead can come in, and the table of what is written where."""

from datetime import datetime, timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import ESSENTIALS, FACEBOOK_AD, LINKEDIN_AD, JourneyCase
from .other_site import hand_over

PASSWORD = "seller of the tests"
MAIL = """From: Ann <ann@example.com>
To: questions@mail.example.org
Subject: Question
Message-Id: <1@example.com>

Hello
"""


class WaysIn:
    """One method for each way in; each makes a lead of ann@example.com."""

    def website_form(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.visit(f"/?{FACEBOOK_AD}")
        return visitor.submit_contact_form(**self.company)

    def website_form_without_marketing(self):
        visitor = self.visitor()
        visitor.visit("/contactus")
        return visitor.submit_contact_form(**self.company)

    def website_form_cookies_refused(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        visitor.answer_cookies_bar(ESSENTIALS)
        visitor.visit(f"/?{FACEBOOK_AD}")
        return visitor.submit_contact_form(**self.company)

    def typed_in(self, **values):
        self.authenticate("seller", PASSWORD)
        result = self.make_jsonrpc_request(
            "/web/dataset/call_kw/crm.lead/create",
            {
                "model": "crm.lead",
                "method": "create",
                "args": [[{**self.values, **self.company, **values}]],
                "kwargs": {},
            },
        )
        return self.leads.browse(result)

    def typed_in_with_a_source(self):
        return self.typed_in(source_id=self.env["utm.source"].create({"name": "Trade fair"}).id)

    def imported(self):
        values = {**self.values, **self.company}
        header, row = ",".join(values), ",".join(values.values())
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "crm.lead",
                "file": f"{header}\n{row}\n".encode(),
                "file_type": "text/csv",
                "file_name": "leads.csv",
            }
        )
        names = list(values)
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        result = wizard.execute_import(names, names, options)
        self.assertFalse(result.get("messages"), result)
        return self.leads.browse(result["ids"])

    def email_alias(self):
        lead = self.leads.browse(self.env["mail.thread"].message_process("crm.lead", MAIL))
        lead.write({"contact_name": "Ann", **self.company})
        return lead

    def xml_rpc(self):
        arguments = (self.cr.dbname, self.seller.id, PASSWORD, "crm.lead", "create")
        lead_id = self.xmlrpc_object.execute_kw(*arguments, [{**self.values, **self.company}])
        return self.leads.browse(lead_id)

    def json_2(self, **values):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.seller)
            .sudo()
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )
        response = self.url_open(
            "/json/2/crm.lead/create",
            json={"vals_list": [{**self.values, **self.company, **values}]},
            headers={"Authorization": f"Bearer {key}"},
        )
        self.assertEqual(response.status_code, 200, response.text)
        return self.leads.browse(response.json())

    def api_with_a_landing_url(self):
        return self.json_2(landing_url=f"https://example.com/offer?{FACEBOOK_AD}&gclid=AbC")

    def api_with_a_journey(self):
        return self.json_2(conversion_journey=hand_over(LINKEDIN_AD, f"{FACEBOOK_AD}&gclid=AbC"))

    def scheduled_job(self):
        return self.leads.create({**self.values, **self.company})


WAYS = {
    "Website form, after two ads": WaysIn.website_form,
    "Website form, no marketing": WaysIn.website_form_without_marketing,
    "Website form, cookies refused": WaysIn.website_form_cookies_refused,
    "Typed in": WaysIn.typed_in,
    "Typed in with a source": WaysIn.typed_in_with_a_source,
    "Import": WaysIn.imported,
    "E-mail alias": WaysIn.email_alias,
    "XML-RPC": WaysIn.xml_rpc,
    "JSON-2": WaysIn.json_2,
    "JSON-2 with a landing URL": WaysIn.api_with_a_landing_url,
    "JSON-2 with the journey of another site": WaysIn.api_with_a_journey,
    "Scheduled job": WaysIn.scheduled_job,
}
PERSONS = ("new", "known", "new, new company")
TABLE = Path(__file__).parents[1] / "readme" / "ways_in.md"
HEAD = (
    "way in",
    "person",
    "first touch of the lead",
    "its lead creation",
    "its own UTM fields",
    "touchpoints written",
    "first touch of the contact",
    "its lead creation",
    "company source",
)


@tagged("post_install", "-at_install")
class TestWaysIn(WaysIn, JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman", password=PASSWORD
        )
        cls.values = {
            "name": "Question",
            "contact_name": "Ann",
            "email_from": "ann@example.com",
        }
        domain = cls.env["mail.alias.domain"].create({"name": "mail.example.org"})
        team = cls.env["crm.team"].create({"name": "Mail", "alias_name": "questions"})
        team.alias_id.alias_domain_id = domain

    def test_the_table_of_ways_in(self):
        """What is written where, for the reader: the table in ``readme/ways_in.md``."""
        rows = [HEAD, ("---",) * len(HEAD)]
        for way, come_in in WAYS.items():
            for person in PERSONS:
                with self.subTest(way=way, person=person), self._undone():
                    rows.append((way, person, *self._written(come_in, person)))
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        written = TABLE.read_text()
        self.assertEqual(written[written.index("| way in") :], table)

    def _undone(self):
        """What happens inside is rolled back."""
        return _Undone(self)

    def _written(self, come_in, person):
        known = person == "known"
        self.company = {"partner_name": "Example Ltd"} if person == "new, new company" else {}
        if known:
            newsletter = "https://example.com/?utm_source=newsletter&utm_medium=email"
            earlier = self.leads.create({**self.values, "landing_url": newsletter})
            earlier.lead_creation_touch_id.occurred_at -= timedelta(days=30)
            earlier._handle_partner_assignment()
        before = self.touchpoints.search([])
        lead = come_in(self)
        rows = (self.touchpoints.search([]) - before).sorted("id")
        if not lead.partner_id:
            customer = earlier.partner_id.id if known else False
            lead._handle_partner_assignment(force_partner_id=customer)
        partner = lead.partner_id
        return (
            self._shown(lead.first_touch_id),
            self._shown(lead.lead_creation_touch_id),
            " / ".join(
                one.name for one in (lead.source_id, lead.medium_id, lead.campaign_id) if one
            )
            or "none",
            ", ".join(rows.mapped("role")),
            self._shown(partner.first_touch_id),
            self._shown(partner.lead_creation_touch_id),
            self._shown(partner.parent_id.company_source_touch_id),
        )

    def _shown(self, touchpoint):
        if not touchpoint:
            return "none"
        channel = dict(touchpoint._fields["channel"]._description_selection(self.env))
        source = touchpoint.source_id.name
        label = channel[touchpoint.channel]
        return f"{label}: {source}" if source else label


class _Undone:
    def __init__(self, case):
        self.case = case

    def __enter__(self):
        self.case.env.flush_all()
        self.savepoint = self.case.env.cr.savepoint(flush=False)
        self.savepoint.__enter__()

    def __exit__(self, *exception):
        self.savepoint.rollback()
        self.savepoint.__exit__(None, None, None)
        self.case.env.invalidate_all()
        return False


@tagged("post_install", "-at_install")
class TestExplicitValues(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]

    def make_lead(self, **values):
        return self.leads.create({"name": "Question", "email_from": "ann@example.com", **values})

    def test_a_landing_url_is_read_like_a_visit(self):
        lead = self.make_lead(
            landing_url="https://example.com/a?utm_source=Fair&gclid=AbC-1&x=1&page=2"
        )
        touch = lead.lead_creation_touch_id
        self.assertEqual((touch.source_id.name, touch.gclid), ("Fair", "AbC-1"))
        self.assertEqual((touch.landing_page, lead.landing_url), ("/a?page=2", "/a?page=2"))
        self.assertEqual(touch.channel, "paid_search")
        self.assertEqual(lead.source_id, touch.source_id)
        self.assertEqual(lead.google_touch_id, touch)

    def test_a_landing_url_that_is_none_does_no_harm(self):
        for text in ("no url", "https://[", "javascript:alert(1)", "\x00", "https://example.com"):
            lead = self.make_lead(landing_url=text, email_from=f"{len(text)}@example.com")
            self.assertEqual(lead.lead_creation_channel, "direct", text)

    def test_a_landing_url_does_not_rewrite_a_lead(self):
        lead = self.make_lead(landing_url="https://example.com/?utm_source=fair")
        touch = lead.lead_creation_touch_id
        lead.landing_url = "https://example.com/?utm_source=other"
        self.assertEqual(lead.lead_creation_touch_id, touch)
        self.assertEqual(lead.source_id.name, "fair")

    def test_an_imported_lead_may_say_when_its_click_was(self):
        url, moment = "https://example.com/a?gclid=AbC", datetime(2026, 1, 2, 3, 4, 5)
        for given in (moment, "2026-01-02 03:04:05"):
            lead = self.make_lead(landing_url=url, landed_at=given)
            touch = lead.first_touch_id
            self.assertEqual((touch.occurred_at, touch.time_unknown), (moment, False))
            self.assertEqual((lead.landed_at, lead.landing_url), (moment, "/a"))
        lead.landed_at = "2026-02-02 00:00:00"
        self.assertEqual(touch.occurred_at, moment, "later on it is history")

    def test_a_file_of_leads_may_say_it(self):
        names = ["name", "landing_url", "landed_at"]
        rows = [["a", "/?gclid=A", "2026-01-02 03:04:05"], ["b", "/?gclid=B", ""]]
        result = self.leads.with_context(import_file=True).load(names, rows)
        self.assertFalse(result["messages"])
        told, untold = self.leads.browse(result["ids"])
        self.assertEqual(told.landed_at, datetime(2026, 1, 2, 3, 4, 5))
        self.assertFalse(untold.landed_at)

    def test_without_a_time_nobody_knows_it(self):
        for given in ({}, {"landed_at": False}, {"landed_at": "2999-01-01 00:00:00"}):
            lead = self.make_lead(landing_url="https://example.com/?gclid=AbC", **given)
            touch = lead.first_touch_id
            self.assertTrue(touch.time_unknown)
            self.assertFalse(lead.landed_at)
            self.assertEqual(touch.occurred_at, lead.create_date.replace(microsecond=0))

    def test_chosen_values_may_have_a_time_too(self):
        source = self.env["utm.source"].create({"name": "Trade fair"})
        lead = self.make_lead(source_id=source.id, landed_at="2026-01-02 03:04:05")
        self.assertEqual(lead.first_touch_at, datetime(2026, 1, 2, 3, 4, 5))
        self.assertFalse(self.make_lead(source_id=source.id).first_touch_id.time_unknown)

    def test_only_harmless_parts_of_the_address_are_kept(self):
        url = "https://example.com/survey/1b4e28ba-2fa1-11d2-883f-0016d3cca427?email=a@b.c&page=2"
        self.assertEqual(self.make_lead(landing_url=url).landing_url, "/survey/*?page=2")

    def test_a_site_may_keep_more_of_its_addresses(self):
        http = type(self.env["ir.http"])
        self.patch(http, "_get_harmless_parameters", lambda self: ("model",))
        lead = self.make_lead(landing_url="https://example.com/?model=T4&page=2&token=b")
        self.assertEqual(lead.landing_url, "/?model=T4")

    def test_chosen_values_are_a_touch_of_their_channel(self):
        medium = self.env["utm.medium"]._fetch_or_create_utm_medium("email")
        lead = self.make_lead(medium_id=medium.id)
        self.assertEqual(lead.lead_creation_channel, "email")
        self.assertEqual(lead.medium_id, medium)

    def test_consent_can_be_given_with_the_values(self):
        moment = fields.Datetime.now()
        lead = self.make_lead(
            landing_url="https://example.com/?gclid=A", consent="granted", consent_at=moment
        )
        self.assertEqual(lead.lead_creation_touch_id.consent, "granted")
        self.assertEqual((lead.consent, lead.consent_at), ("granted", moment))

    def test_a_lead_may_bring_its_history(self):
        touch = self.env["conversion.touchpoint"].create(
            {"occurred_at": "2026-01-01", "channel": "email"}
        )
        lead = self.make_lead(first_touch_id=touch.id, lead_creation_touch_id=touch.id)
        self.assertEqual(lead.first_touch_id, touch)
        self.assertEqual(
            self.env["conversion.touchpoint"].search_count([("lead_id", "=", lead.id)]), 0
        )

    def test_a_livechat_is_offline_with_its_own_source(self):
        origin = self.env["conversion.origin"]
        self.assertEqual(origin._get_way_in({"origin_channel_id": 1}).name, "Live chat")
        source = self.env["utm.source"].create({"name": "Helpful robot"})
        rows = origin._get_rows({"origin_channel_id": 1, "source_id": source.id}, None, {})
        self.assertEqual((rows[0]["channel"], rows[0]["source_id"]), ("offline", source.id))

    def test_ten_leads_cost_as_many_queries_as_two(self):
        def queries(number):
            values = [
                {"name": "Question", "email_from": f"{number}-{index}@example.com"}
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
