"""A person who has everything is erased: nothing of theirs is found, all totals stay."""

import time
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, config

from ..attribution.credit import MODELS
from .common import LINKEDIN_AD, JourneyCase
from .google_case import ACTIONS

CLICK, LATER_CLICK = "SecretClick-Ann_1", "SecretClick-Ann_2"
META_CLICK = "SecretMeta-Ann_3"
REFERRER = "https://secret-forum.example/threads/ann"
LANDING = "/contactus?category=secretpage"
PLACE = "Secretville"
# the site that referred them is the source of a visit, and stays; the page there goes
SECRETS = (CLICK, LATER_CLICK, META_CLICK, "/threads/ann", "secretpage", PLACE)
EMAIL = "ann@example.com"


@tagged("post_install", "-at_install")
class TestConversionEraser(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["google.ads.account"].create(
            {"name": "Tulip", "customer_id": "1234567890", "state": "connected"}
        )
        for action in cls.account._create_default_actions():
            action.write({"google_id": ACTIONS[action.event], "state": "ready"})
        cls.roof = cls.env["product.product"].create({"name": "Roof", "list_price": 1234.56})
        cls.began = time.time()

    def come_back_and_buy(self):
        """Ann comes four times, becomes three leads of which two are merged, and buys."""
        ann = self.visitor()
        ann.visit(f"/?{LINKEDIN_AD}")
        ann.wait(days=9)
        ann.visit("/", referrer=REFERRER)
        ann.wait(days=3)
        ann.visit(f"{LANDING}&utm_source=google&utm_medium=cpc&gclid={CLICK}")
        first = ann.submit_contact_form(EMAIL, description=f"Hidden field gclid: {CLICK}")
        ann.wait(days=2)
        ann.visit(f"/?utm_campaign=retarget&fbclid={META_CLICK}")
        ann.visit(f"/?utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid={LATER_CLICK}")
        deal = ann.submit_contact_form(EMAIL)
        merged = ann.submit_contact_form(EMAIL)
        (deal | merged).write({"type": "opportunity"})
        deal = (deal | merged)._merge_opportunity()
        deal._handle_partner_assignment()
        order = self.env["sale.order"].create(
            {
                "partner_id": deal.partner_id.id,
                "opportunity_id": deal.id,
                "order_line": [Command.create({"product_id": self.roof.id})],
            }
        )
        order.action_confirm()
        order.last_touch_id = deal.google_touch_id
        deal.expected_revenue = 999.99
        deal.action_set_won()
        deal.message_post(body=f"The campaign said gclid={CLICK}, asked Ann about it")
        self.describe_click(deal.google_touch_id)
        deal.visitor_ids = self.env["website.visitor"].create(
            {
                "access_token": "f" * 32,
                "website_track_ids": [
                    Command.create({"url": f"https://shop.example/?gclid={CLICK}"})
                ],
            }
        )
        rows = (first | deal).google_conversion_ids
        won = rows.filtered(lambda row: row.event == "deal_won")
        won.write({"state": "success", "error_raw": f"{LATER_CLICK} took long", "note": CLICK})
        return first, deal

    def describe_click(self, touchpoint):
        touchpoint.google_ads_click_id = self.env["google.ads.click"].create(
            {
                "account_id": self.account.id,
                "gclid": touchpoint.gclid,
                "day": touchpoint.occurred_at,
                "keyword": "solar roof",
                "location": PLACE,
            }
        )

    def find_everywhere(self, secrets):
        """Tables with a row, of any column, and files of Odoo's that have one of these texts."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        patterns = [f"%{secret.replace('_', chr(92) + '_')}%" for secret in secrets]
        found = {
            name
            for (name,) in tables
            if self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s line WHERE line::text ILIKE ANY(%s) LIMIT 1",
                    SQL.identifier(name),
                    patterns,
                )
            )
        }
        store = Path(config.filestore(self.env.cr.dbname))
        texts = [secret.encode() for secret in secrets]
        for path in store.rglob("*"):
            if path.is_file() and path.stat().st_mtime >= self.began:
                content = path.read_bytes()
                found.update(str(path) for text in texts if text in content)
        return found

    def read_totals(self):
        """What reports say, by everything that a campaign is judged by."""
        self.env.flush_all()
        self.env.invalidate_all()
        totals = {}
        for model in ("lead_creation", "first_touch", "time_decay"):
            report = self.env["campaign.roi.report"].with_context(
                attribution_model=model, revenue_basis="orders"
            )
            totals["roi", model] = report._read_group(
                [],
                ["campaign_id", "source_id", "medium_id", "channel", "date:day"],
                ["lead_count:sum", "won_count:sum", "revenue:sum", "cost_actual:sum"],
            )
        for basis in ("expected", "orders"):
            report = self.env["conversion.credit.report"].with_context(revenue_basis=basis)
            totals["models", basis] = report._read_group(
                [],
                ["attribution_model", "channel", "campaign_id", "position"],
                ["deals:sum", "revenue:sum"],
            )
        totals["touches"] = self.touchpoints._read_group(
            [], ["kind", "channel", "source_id", "campaign_id", "occurred_at:day"], ["__count"]
        )
        return totals

    def read_coverage(self):
        coverage = self.env["google.ads.coverage"]
        groups = coverage._read_group([], ["event", "campaign_id", "outcome"], ["__count"])
        return {(event, campaign.id, outcome): count for event, campaign, outcome, count in groups}

    def test_nothing_of_theirs_is_found_and_totals_stay(self):
        first, deal = self.come_back_and_buy()
        places = self.find_everywhere(SECRETS)
        self.assertLessEqual(
            {
                *("conversion_touchpoint", "google_ads_conversion", "google_ads_click"),
                *("mail_message", "crm_lead", "website_track"),
            },
            places,
            "the search finds nothing even while it is there",
        )
        totals, coverage = self.read_totals(), self.read_coverage()
        self.assertGreater(len(totals["models", "orders"]), len(MODELS))

        deal.partner_id._erase_attribution()

        self.assertEqual(self.find_everywhere(SECRETS), set())
        self.assertEqual(self.read_totals(), totals)
        after = self.read_coverage()
        self.assertEqual(sum(after.values()), sum(coverage.values()))
        delivered = {key for key in coverage if key[2] == "delivered"}
        self.assertTrue(delivered)
        self.assertEqual(
            {key: after.get(key) for key in delivered}, {k: coverage[k] for k in delivered}
        )
        self.assertFalse([key for key in after if key[2] == "under_way"])
        self.assertShowsNothing(first | deal)

    def assertShowsNothing(self, leads):
        contact = leads.partner_id
        for record in (*leads, *contact):
            self.assertTrue(record.attribution_erased_at)
            self.assertFalse(record.first_touch_id or record.google_touch_id or record.journey_ids)
            self.assertFalse(record.attribution_summary)
            self.assertIn("erased", record.message_ids[0].body)
        self.assertFalse(contact.lead_creation_touch_id)
        self.assertFalse(leads.order_ids.last_touch_id)
        self.assertEqual(leads.mapped("consent"), ["denied"] * len(leads))
        known = [("lead_id", "in", leads.ids)], [("partner_id", "in", contact.ids)]
        for domain in known:
            self.assertFalse(self.touchpoints.search(domain))
        # e-mail and name stay on the lead, the deal and its order
        self.assertEqual(set(leads.mapped("email_from")), {EMAIL})
        admin = self.env.ref("base.user_admin")
        audit = self.env["conversion.deal.report"].with_user(admin)
        self.assertFalse(audit.search([("lead_id", "in", leads.ids)]).credit_ids)
        rows = self.env["conversion.credit.report"].search(
            [("attribution_model", "=", "linear"), ("lead_id", "in", leads.ids)]
        )
        self.assertFalse(rows, "a credit that names the deal")

    def test_the_order_of_touches_stays_and_who_comes_back_begins_anew(self):
        _first, deal = self.come_back_and_buy()
        journey = deal.journey_ids.sorted(lambda one: (one.occurred_at, one.id))
        days = [one.occurred_at.date() for one in journey]
        self.assertEqual(deal.partner_id._erase_attribution(), len(journey))
        self.assertGreater(len(journey), 6)
        self.assertEqual([one.occurred_at.date() for one in journey], days)
        self.assertEqual(journey.sorted(lambda one: (one.occurred_at, one.id)), journey)
        for touchpoint in journey:
            self.assertLess(touchpoint.occurred_at.hour + touchpoint.occurred_at.minute, 1)
            self.assertEqual(touchpoint.create_date.date(), touchpoint.occurred_at.date())
        totals = self.read_totals()
        self.assertEqual(deal._erase_attribution(), 0)
        self.env["conversion.credit"]._refresh(deal)
        self.assertEqual(self.read_totals(), totals)
        ann = self.visitor()
        ann.visit(f"/?{LINKEDIN_AD}")
        again = ann.submit_contact_form(EMAIL)
        self.assertTouch(again.lead_creation_touch_id, source="linkedin")
        self.assertFalse(again.attribution_erased_at)
        self.assertEqual(len(again.journey_ids), 2)
        self.assertFalse(deal.partner_id.lead_creation_touch_id)
