"""Hostile visitors: whatever they send, pages work and nothing they invent is stored."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ..attribution.cookie import decode
from ..attribution.parameters import CARRIED_PARAMETERS
from ..attribution.query import MARKETING_PARAMETERS
from ..attribution.text import clean_text
from ..models.conversion_cookie_mixin import COOKIE, LATE_COOKIE
from ..models.conversion_landing_mixin import LANDING_PATH
from .common import LINKEDIN_AD, JourneyCase

UTM_MODELS = ("utm.source", "utm.medium", "utm.campaign", "conversion.touchpoint")
ATTACKS = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE crm_lead; --",
        "=HYPERLINK(1)",
        "\x00\r\nSet-Cookie: a=b",
        "%s%n{0}{{7*7}}",
        "\u202eevil",
        " ",
        "x" * 5000,
    ]
)
TEXTS = st.one_of(ATTACKS, st.text(max_size=80), st.text(max_size=20).map(lambda one: one * 30))
NAMES = st.sampled_from([*MARKETING_PARAMETERS, *CARRIED_PARAMETERS, "page", "lang"])
HEADERS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF), max_size=300)


def cases(number):
    """Hypothesis within a test case, which it would otherwise call slow and stateful.

    :param number: of examples when new ones are explored; of the same ones, fewer say as much
    """
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    number = number // 5 if settings.default.derandomize else number
    return settings(max_examples=number, deadline=None, database=None, suppress_health_check=checks)


@tagged("post_install", "-at_install")
class TestFuzz(JourneyCase):
    def test_requests(self):
        counts = [self.env[model].search_count([]) for model in UTM_MODELS]
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        valid = visitor.journey_cookie
        cookies = st.one_of(
            st.just(valid),
            HEADERS.map(lambda text: text.replace(";", "").replace(",", "")),
            st.builds(
                lambda at, letter: valid[:at] + letter + valid[at + 1 :],
                st.integers(0, len(valid) - 1),
                st.sampled_from("A0.-_~"),
            ),
        )

        @cases(1500)
        @given(st.dictionaries(NAMES, TEXTS, max_size=8), cookies, HEADERS)
        def request(parameters, cookie, referrer):
            for name in (COOKIE, LATE_COOKIE):
                visitor.opener.cookies.pop(name, None)
            headers = {
                "Cookie": f"{COOKIE}={cookie}".encode("latin-1"),
                "Referer": f"https://{referrer}".encode("latin-1"),
            }
            response = visitor._open(
                "/conversion_tracking/touch", params=parameters, headers=headers
            )
            self.assertEqual(response.status_code, 204)
            for touch in visitor.touches:
                for text in touch.utm_values.values():
                    # as it was written, for pages and exports to show harmlessly
                    self.assertEqual(clean_text(text), text)
                    self.assertNotIn("<script>", text)
            self.assertLessEqual(len(visitor.journey_cookie or ""), 4000)

        with self.assertNoLogs("odoo.addons.conversion_tracking", "WARNING"):
            request()
        self.assertEqual([self.env[model].search_count([]) for model in UTM_MODELS], counts)

    def test_landings_before_consent(self):
        self.website.cookies_bar = True
        visitor = self.visitor()
        key = self.env["ir.http"]._landing_key(self.website)

        @cases(300)
        @given(st.dictionaries(NAMES, TEXTS, max_size=8))
        def request(parameters):
            response = visitor._open(LANDING_PATH, params=parameters)
            self.assertIn(response.status_code, (200, 204))
            for touch in decode(response.text, key).touches:
                self.assertNotIn(touch.landing_page[:1], ("=", "+", "-", "@"))
                self.assertEqual(touch.term, clean_text(touch.term))
            landed = visitor._open("/contactus", params={"ct_landed": response.text or "x"})
            self.assertEqual(landed.status_code, 200)

        with self.assertNoLogs("odoo.addons.conversion_tracking", "WARNING"):
            request()
        self.assertFalse(visitor.journey_cookie)

    def test_answers_to_the_cookies_bar(self):
        """Every page works, and every list can be grouped by what was stored."""
        self.website.cookies_bar = True
        year = 1000 * 60 * 60 * 24 * 365
        times = (8029 * year, -year, 0, 1, 10**300, "'x'", "[]", "{}", "null", "NaN", "Infinity")
        answers = [f'{{"required": true, "optional": true, "ts": {one}}}' for one in times]
        answers += [
            "[" * 900,
            '{"a":' * 150,
            "[" * 3000 + "]" * 3000,
            "9" * 900,
            '"\\ud800"',
            "1e999",
        ]
        answers += [f'{{"optional": {one}}}' for one in ("[]", "{}", "null", "2", '"\\u0000"')]
        before = self.leads.search([])
        for number, answer in enumerate(answers):
            with self.subTest(answer[:60]):
                visitor = self.visitor()
                visitor.answer_cookies_bar(answer)
                self.assertEqual(visitor.visit(f"/?{LINKEDIN_AD}").status_code, 200)
                lead = visitor.submit_contact_form(email=f"{number}@example.com")
                self.assertFalse(lead.consent_at)
        made = self.leads.search([]) - before
        self.assertEqual(len(made), len(answers))
        made.formatted_read_group([("id", "in", made.ids)], ["consent_at:month"], ["__count"])
        made.export_data(["consent_at", "journey_ids/consent_at", "journey_ids/landing_page"])

    def test_no_page_is_a_formula(self):
        """Of names that visitors send, exports take care, see ``test_export``."""
        fields = ("referrer", "landing_page", "page", "gclid")
        starts = ("=", "+", "-", "@", "%09=", "%0D=", "%EF%BC%9D")
        for number, start in enumerate(starts):
            visitor = self.visitor()
            value = f"{start}HYPERLINK(1)"
            names = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid")
            query = "&".join(f"{name}={value}" for name in (*names, "ct_page", "ct_referrer"))
            visitor.visit(f"/contactus?{query}&x={value}", referrer=f"https://-a.example/{value}")
            lead = visitor.submit_contact_form(email=f"{number}@example.com")
            imported = self.leads.create({"name": "x", "landing_url": f"{start}x?utm_term={value}"})
            rows = (lead | imported).journey_ids.export_data(fields)["datas"]
            for text in [text for row in rows for text in row if text]:
                self.assertFalse(text.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), text)

    def test_pages(self):
        visitor = self.visitor()

        @cases(60)
        @given(st.dictionaries(NAMES, TEXTS, max_size=4), TEXTS)
        def page(parameters, name):
            response = visitor._open("/contactus", params=parameters)
            self.assertEqual(response.status_code, 200)
            self.assertNotIn("alert(1)", response.text)

        page()

    def test_forms(self):
        own_names = [*MARKETING_PARAMETERS, *CARRIED_PARAMETERS, *self._fields_of_ours()]
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")

        @cases(60)
        @given(
            st.dictionaries(
                st.one_of(st.sampled_from(own_names), st.text(min_size=1, max_size=20)),
                st.one_of(TEXTS, st.just("1")),
                max_size=6,
            )
        )
        def submit(values):
            values = {name: value for name, value in values.items() if name.isprintable()}
            values.pop("name", None)
            lead = visitor.submit_contact_form(**values, email="ann@example.com")
            self.assertTouch(lead.first_touch_id, source="linkedin", gclid=False)
            for name in own_names:
                self.assertNotIn(f"{name} :", str(lead.description or ""))

        submit()

    def test_no_field_of_ours_can_be_posted(self):
        fields = self._fields_of_ours()
        self.assertLessEqual({"landing_url", "click_info", "first_touch_source_id"}, {*fields})
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        self.env["ir.model.fields"].formbuilder_whitelist("crm.lead", ["landing_url"])
        values = dict.fromkeys(fields, "1")
        values.update(landing_url="https://example.com/?utm_source=forged&gclid=forged")
        values.update(consent="granted", won_at="2026-01-01 00:00:00")
        lead = visitor.submit_contact_form(**values)
        self.assertTouch(lead.first_touch_id, source="linkedin", gclid=False)
        self.assertEqual((lead.consent, lead.won_at), ("unknown", False))
        self.assertFalse(lead.description)

    def test_no_spelling_of_a_parameter_ends_in_the_description(self):
        values = {"UTM_Source": "forged", "amp;gclid": "Forged", "ScCid": "Forged", "?epik": "x"}
        lead = self.visitor().submit_contact_form(**values)
        self.assertFalse(lead.description)
        self.assertFalse(lead.lead_creation_click_platform)

    def test_a_file_is_a_file_whatever_its_field_is_called(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        names = [*MARKETING_PARAMETERS, *CARRIED_PARAMETERS, *self._fields_of_ours(), "x_unknown"]
        for name in names:
            with self.subTest(name):
                response = visitor._open(
                    "/website/form/crm.lead",
                    data={"name": "Question", "email_from": "ann@example.com"},
                    files={name: ("plan.txt", b"utm_source=forged", "text/plain")},
                )
                self.assertEqual(response.status_code, 200, response.text)
                lead = self.leads.browse(response.json()["id"])
                self.assertTouch(lead.first_touch_id, source="linkedin", gclid=False)
                attachments = self.env["ir.attachment"].search(
                    [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
                )
                self.assertEqual(attachments.mapped("name"), ["plan.txt"])
        self.assertNotIn("plan", visitor.opener.cookies.get("odoo_utm_source"))

    def test_what_is_no_text_in_json_breaks_no_answer(self):
        visitor = self.visitor()
        for value in (5, ["a"], {"a": 1}, None, True):
            parameters = {"utm_source": value, "utm_medium": value, "utm_campaign": value}
            response = visitor._open("/website/get_current_currency", json={"params": parameters})
            self.assertEqual(response.status_code, 200, response.text)
            self.assertFalse(visitor.opener.cookies.get("odoo_utm_source"))

    def test_a_companys_own_field_of_the_same_name_still_works(self):
        self.env["ir.model.fields"].create(
            {
                "name": "x_gclid",
                "field_description": "Click",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "ttype": "char",
            }
        )
        self.env["ir.model.fields"].formbuilder_whitelist("crm.lead", ["x_gclid"])
        lead = self.visitor().submit_contact_form(x_gclid="AbC", gclid="Forged")
        self.assertEqual(lead.x_gclid, "AbC")
        self.assertFalse(lead.google_touch_id)
        self.assertFalse(lead.description)

    def _fields_of_ours(self):
        fields = self.env["ir.model.fields"].search([("model", "=", "crm.lead")])
        return fields.filtered(lambda field: field.modules == "conversion_tracking").mapped("name")
