"""What people see of deliveries: on leads and contacts, in lists, and when there is nothing."""

import re
from ast import literal_eval

from lxml import etree

from odoo.tests import new_test_user, tagged

from ..google_ads import lifecycle
from .google_case import GoogleCase

EVENT = {"action_id", "event_time", "state", "uploaded_at", "error_meaning"}


@tagged("post_install", "-at_install")
class TestGoogleAdsScreens(GoogleCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(
            self.env,
            "ct_screens",
            groups="conversion_tracking.group_manager,sales_team.group_sale_salesman_all_leads",
        )

    def view(self, model, kind="form", name=None):
        """The view's tree as the manager gets it."""
        view = self.env.ref(f"conversion_tracking.{name}") if name else self.env["ir.ui.view"]
        arch = self.env[model].with_user(self.manager).get_view(view.id or None, kind)["arch"]
        return etree.fromstring(arch)

    def columns(self, tree, path):
        return {field.get("name") for field in tree.xpath(f"{path}/field")}

    def assertGroups(self, records, expected):
        """These records, grouped by their upload, are ``{state: number}``."""
        groups = records.with_user(self.manager).formatted_read_group(
            [("id", "in", records.ids)], ["google_upload_state"], ["__count"]
        )
        self.assertEqual(
            {group["google_upload_state"]: group["__count"] for group in groups}, expected
        )

    # On the records

    def test_lead_and_contact_tell_status_time_and_reason_of_each_event(self):
        for model in ("crm.lead", "res.partner"):
            form = self.view(model)
            self.assertLessEqual(
                EVENT, self.columns(form, "//field[@name='google_conversion_ids']//list"), model
            )

    def test_leads_and_contacts_are_found_and_grouped_by_their_upload(self):
        partners = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        sent = self.lead_from_ad(partner_id=partners[0].id)
        refused = self.lead_from_ad("AbC-2", partner_id=partners[1].id)
        self.google.fault(
            "error",
            code="ErrorReason.INVALID_EVENT",
            transaction_id=self.rows_of(refused).transaction_id,
        )
        self.deliver_and_poll()
        self.assertGroups(sent | refused, {"success": 1, "failed": 1})
        self.assertGroups(partners, {"success": 1, "failed": 1})
        for records, found in ((sent | refused, refused), (partners, partners[1])):
            search = self.view(records._name, "search")
            [wanted] = search.xpath("//filter[@name='not_reported']")
            self.assertTrue(search.xpath("//filter[@name='group_google_upload']"))
            domain = [("id", "in", records.ids), ("google_conversion_ids.state", "=", "failed")]
            self.assertIn("failed", wanted.get("domain"))
            self.assertEqual(records.with_user(self.manager).search(domain), found)

    def test_a_contact_made_later_shows_what_was_reported_of_its_lead(self):
        lead = self.lead_from_ad()
        self.deliver_and_poll()
        lead.partner_id = self.env["res.partner"].create({"name": "Ann"})
        self.assertEqual(lead.partner_id.google_conversion_ids, self.rows_of(lead))
        self.assertEqual(lead.partner_id.google_upload_state, "success")

    # Lists

    def test_errors_are_listed_by_account_with_reason_and_remedy(self):
        row = self.rows_of(self.lead_from_ad())
        self.google.fault(
            "error", code="ErrorReason.INVALID_EVENT", transaction_id=row.transaction_id
        )
        self.deliver()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "conversion_tracking.google_ads_conversion_error_action"
        )
        self.assertIn("search_default_group_account", action["context"])
        errors = self.conversions.with_user(self.manager)
        domain = [("error_code", "!=", False), ("account_id", "=", self.account.id)]
        self.assertEqual(errors.search(domain), row)
        shown = self.view("google.ads.conversion", "list", "google_ads_conversion_view_error_list")
        self.assertLessEqual(
            {"subject", "action_id", "error_at", "error_code", "error_meaning", "error_remedy"},
            self.columns(shown, "."),
        )
        self.assertTrue(shown.xpath("./button[@name='action_retry']"))

    def test_groups_come_in_the_order_of_a_conversion_s_life(self):
        rows = self.conversions.browse()
        for number, state in enumerate(("failed", "success", "cancelled", "waiting")):
            row = self.rows_of(self.lead_from_ad(f"AbC-{number}"))
            row.state = state
            rows |= row
        groups = rows.with_context(read_group_expand=True).web_read_group(
            [("id", "in", rows.ids)], ["state"], ["__count"]
        )["groups"]
        self.assertEqual(
            [group["state"] for group in groups], ["waiting", "success", "failed", "cancelled"]
        )

    def test_views_know_the_groups_of_states_that_the_engine_has(self):
        """Badges and buttons stay right when a state is added to a group."""
        named = {
            frozenset(group)
            for group in (
                lifecycle.UNDER_WAY,
                lifecycle.ATTENTION,
                lifecycle.GIVEN_TO_GOOGLE,
                (*lifecycle.GIVEN_TO_GOOGLE, lifecycle.CANCELLED),
                # a badge of its own colour for what Google refused for good
                set(lifecycle.ATTENTION) - {lifecycle.FAILED},
                # Google has said nothing bad
                set(lifecycle.GIVEN_TO_GOOGLE) - {lifecycle.SENDING},
            )
        }
        views = self.env["ir.ui.view"].search(
            [("model", "in", ("google.ads.conversion", "crm.lead", "res.partner"))]
        )
        views = views.filtered(lambda view: view.xml_id.startswith("conversion_tracking."))
        groups = [
            frozenset(literal_eval(group))
            for view in views
            for group in re.findall(r"state'?,? '?in'?,? (\([^)]*\))", view.arch)
        ]
        self.assertGreater(len(groups), 10)
        for group in groups:
            self.assertIn(group, named)

    def test_the_account_opens_what_its_health_line_counts(self):
        row = self.rows_of(self.lead_from_ad())
        self.rows_of(self.lead_from_ad("AbC-2"))
        self.assertEqual(self.account.waiting_count, 2)
        row._stop("failed", "UNTELLABLE")
        self.account.invalidate_recordset()
        self.assertEqual((self.account.waiting_count, self.account.attention_count), (1, 1))
        account = self.account.with_user(self.manager).with_context(search_default_attention=1)
        action = account.action_view_conversions()
        self.assertEqual(action["context"], {"search_default_attention": 1})
        search = self.view("google.ads.conversion", "search")
        [attention] = search.xpath("//filter[@name='attention']")
        domain = [*action["domain"], *literal_eval(attention.get("domain"))]
        self.assertEqual(self.conversions.search(domain), row)

    def test_an_empty_screen_says_what_will_be_there(self):
        for name in (
            "google_ads_conversion_action",
            "google_ads_conversion_error_action",
            "google_ads_coverage_action",
            "google_ads_account_action",
        ):
            help_text = self.env.ref(f"conversion_tracking.{name}").help
            title, *more = etree.fromstring(f"<div>{help_text}</div>")
            self.assertEqual(title.get("class"), "o_view_nocontent_smiling_face", name)
            self.assertTrue(more, name)
