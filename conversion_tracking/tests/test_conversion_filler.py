"""Filler text and shared mailboxes are nobody: two leads that have one in common are strangers."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..attribution.identity import MAX_STARS
from .access_case import AccessCase
from .test_capture_fuzz import cases

AD = "https://example.com/?utm_source=google&utm_medium=cpc&utm_campaign=roof&gclid=AbC-{}"
NOBODYS = (
    {"phone": "-"},
    {"phone": "n/a"},
    {"phone": "0"},
    {"phone": "+31"},
    {"phone": "call me"},
    {"phone": "+31 20 0000000"},
    {"email_from": "none@none"},
    {"email_from": "n/a"},
    {"email_from": "-"},
    {"email_from": "noreply@firm.com"},
    {"email_from": "No-Reply@Firm.com"},
    {"email_from": '"Firm" <info@firm.com>'},
    {"email_from": "test@test.com"},
    {"email_from": "sales@firm.com", "phone": "-"},
)


class FillerCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        cls.fillers = cls.env["conversion.filler"]
        cls.env.company.country_id = cls.env.ref("base.nl")

    def arrive(self, number=0, **values):
        url = AD.format(number)
        return self.leads.create({"name": "Roof", "landing_url": url, **values})

    def assertStrangers(self, one, other):
        self.assertNotEqual(one.google_touch_id, other.google_touch_id)
        self.assertNotEqual(one.first_touch_id, other.first_touch_id)
        self.assertEqual(one.journey_ids.lead_id, one)
        self.assertEqual(other.journey_ids.lead_id, other)

    def assertOnePerson(self, one, other):
        self.assertEqual(one.first_touch_id, other.first_touch_id)
        self.assertEqual(one.journey_ids, other.journey_ids)


@tagged("post_install", "-at_install")
class TestConversionFiller(FillerCase):
    def test_imported_rows_with_filler_are_strangers(self):
        for values in NOBODYS:
            with self.subTest(values):
                rows = [
                    {"name": "Roof", "landing_url": AD.format(number), **values}
                    for number in range(2)
                ]
                self.assertStrangers(*self.leads.create(rows))

    def test_so_are_leads_that_come_one_after_the_other(self):
        for values in NOBODYS:
            with self.subTest(values):
                self.assertStrangers(self.arrive(1, **values), self.arrive(2, **values))

    def test_a_contact_with_a_shared_mailbox_is_not_everybody_who_writes_from_it(self):
        firm = self.env["res.partner"].create({"name": "Firm", "email": "info@firm.com"})
        lead = self.arrive(email_from="info@firm.com")
        self.assertTrue(lead.first_touch_id)
        self.assertFalse(lead.journey_ids.partner_id)
        self.assertFalse(firm.journey_ids)

    def test_what_an_earlier_version_stored_is_nobody_either(self):
        leads = self.arrive(1) | self.arrive(2)
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET phone_sanitized = '-' WHERE id IN %s", leads._ids)
        )
        leads.invalidate_recordset()
        self.assertStrangers(*leads)

    def test_a_person_without_an_address_of_their_own_is_known_by_phone(self):
        for one, other in (
            ("none@none", ""),
            ("", "info@firm.com"),
            ("ann@example.com", "none@none"),
            ("noreply@firm.com", "bob@example.com"),
        ):
            phone = f"+31 20 555 01{len(one) + len(other):02}"
            with self.subTest(one=one, other=other):
                self.assertEqual(
                    self.arrive(1, email_from=one, phone=phone).first_touch_id,
                    self.arrive(2, email_from=other, phone=phone).first_touch_id,
                )

    def test_a_person_is_known_by_an_address_of_their_own(self):
        one = self.arrive(1, email_from="ann@example.com", phone="n/a")
        self.assertOnePerson(one, self.arrive(2, email_from="ANN@example.com", phone="-"))

    def test_the_companys_own_addresses_are_nobody(self):
        company = self.env["res.company"].create({"name": "Other"})
        company.partner_id.email = "Roofs@Other.nl"
        self.env.company.write({"email": "we@ours.nl", "phone": "020 555 0199"})
        self.env["mail.alias.domain"].create({"name": "ours.example.org"})
        self.env.flush_all()
        for values in (
            {"email_from": "we@ours.nl"},
            {"email_from": "roofs@other.nl"},
            {"email_from": "jan@ours.example.org"},
            {"phone": "+31 20 5550199"},
        ):
            with self.subTest(values):
                self.assertStrangers(self.arrive(1, **values), self.arrive(2, **values))
        self.assertOnePerson(
            self.arrive(1, email_from="jan@ours.nl"), self.arrive(2, email_from="jan@ours.nl")
        )

    def test_deals_with_filler_share_no_credit(self):
        deals = self.leads.create(
            [
                {
                    **{"name": "Roof", "type": "opportunity", "landing_url": AD.format(number)},
                    **NOBODYS[number],
                }
                for number in [*range(len(NOBODYS))] * 2
            ]
        )
        deals.action_set_won()
        rows = self.env["conversion.credit"].search([("lead_id", "in", deals.ids)])
        self.assertEqual(len(rows), len(deals))
        self.assertEqual(rows.mapped("linear"), [1.0] * len(deals))

    def test_python_and_sql_decide_alike(self):
        persons, filler = self.env["conversion.person"], self.fillers._get_filler()
        known = ["ann@example.com", "info@firm.com", "none@none", "+31205550100", "+31200000000"]
        signs = st.text(st.sampled_from("ab.@+*1-_ \n\\('é"), max_size=12)

        @cases(200)
        @given(st.one_of(st.sampled_from(known), signs, signs.map(lambda text: f"a@{text}.com")))
        def compare(text):
            query = SQL(
                "SELECT %s, %s FROM (SELECT %s AS email_normalized, %s AS phone_sanitized) lead",
                persons._select_email("lead"),
                persons._select_phone("lead"),
                text,
                text,
            )
            [(email, phone)] = self.env.execute_query(query)
            self.assertEqual(email or "", filler.tell_email(text))
            self.assertEqual(phone or "", filler.tell_phone(text))

        compare()

    def test_many_rows_need_no_more_queries(self):
        def count(number):
            rows = [
                {"name": "Roof", "email_from": f"info@firm{row}.com", "phone": "-"}
                for row in range(number)
            ]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["conversion.recorder"]._prepare_leads(rows)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(10), count(100))


@tagged("post_install", "-at_install")
class TestFillerSetting(FillerCase, AccessCase):
    def test_what_makes_no_sense_is_refused(self):
        for name in ("*", "*@*", "@", "a b@firm.com", "*a" * (MAX_STARS + 1), "a" * 400):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.fillers.create({"name": name})

    def test_an_administrator_extends_and_shortens_the_list(self):
        fillers = self.as_role("administrator", self.fillers)
        one, other = (self.arrive(number, email_from="kitchen@firm.com") for number in range(2))
        self.assertOnePerson(one, other)
        added = fillers.create({"name": "Kitchen@*"})
        one.invalidate_recordset(["journey_ids"])
        self.assertStrangers(self.arrive(1, email_from="kitchen@firm.com"), one)
        added.active = False
        self.assertEqual(
            self.arrive(2, email_from="kitchen@firm.com").first_touch_id, one.first_touch_id
        )
        added.active = True
        added.unlink()
        self.assertEqual(
            self.arrive(3, email_from="kitchen@firm.com").first_touch_id, one.first_touch_id
        )

    def test_deals_are_shared_anew_when_the_list_changes(self):
        deals = self.arrive(1, email_from="kitchen@firm.com", type="opportunity")
        deals |= self.arrive(2, email_from="kitchen@firm.com", type="opportunity")
        deals.action_set_won()
        rows = self.env["conversion.credit"].search([("lead_id", "in", deals.ids)])
        self.assertEqual(len(rows), 4)
        self.as_role("administrator", self.fillers).create({"name": "kitchen@*"})
        self.env["conversion.credit.rebuild"]._rebuild(1000)
        rows = self.env["conversion.credit"].search([("lead_id", "in", deals.ids)])
        self.assertEqual(len(rows), 2)

    def test_others_change_nothing(self):
        for role in self.users:
            if role not in ("administrator", "system administrator"):
                with self.subTest(role), self.assertRaises(AccessError):
                    self.as_role(role, self.fillers).create({"name": "kitchen@*"})
