"""A connected Google Ads account, and Google's side of it: the sandbox."""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from freezegun import freeze_time

from odoo import api
from odoo.tests import TransactionCase

from ..google_ads.transports.paced import Pace
from ..models.google_ads import google_ads_delivery, google_ads_status_poll
from .google_sandbox.control import shared

ACCOUNT = "1234567890"
# Conversion actions of the sandbox's default world, made there long ago.
ACTIONS = {"lead_created": "6490000002", "lead_qualified": "6490000005", "deal_won": "6490000003"}


class GoogleCase(TransactionCase):
    """Time stands where :meth:`at` puts it, here and at Google."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.google = shared()
        parameters = cls.env["ir.config_parameter"]
        for name in ("google_ads_endpoint", "data_manager_endpoint"):
            parameters.set_param(f"conversion_tracking.{name}", getattr(cls.google, name))
        cls.account = cls.env["google.ads.account"].create(
            {
                "name": "Tulip Solar",
                "customer_id": ACCOUNT,
                "login_customer_id": "1112223333",
                "conversion_customer_id": ACCOUNT,
                "credential_type": "service_account",
                "service_account_json": json.dumps(cls.google.service_account_info),
                "unknown_consent": "send",
                "timezone": "Europe/Amsterdam",
                "user_id": cls.env.ref("base.user_admin").id,
                "state": "connected",
            }
        )
        for action in cls.account._create_default_actions():
            action.write({"google_id": ACTIONS[action.event], "state": "ready"})
        cls.conversions = cls.env["google.ads.conversion"]
        cls.delivery = cls.env["google.ads.delivery"]

    def setUp(self):
        super().setUp()
        self.google.reset()
        self.setUpQualification()
        # Tests make more requests in a minute than Google allows.
        self.startPatcher(patch.object(google_ads_delivery, "DELIVERY_PACE", Pace(limits=())))
        self.startPatcher(patch.object(google_ads_status_poll, "POLL_PACE", Pace(limits=())))
        now = datetime.now(timezone.utc).replace(microsecond=0)
        # once a test, then only moved: freezing looks through every module there is
        self._clock = self.startPatcher(freeze_time(now))
        self.set_now(now)

    def set_now(self, moment):
        """Stop the clock at an aware datetime, also for what Odoo dates by the database."""
        self.now = moment
        self._clock.move_to(moment)
        self.env.cr._now = moment.replace(tzinfo=None)

    def setUpQualification(self):
        """The world's third action: a copy of the one for leads."""
        world = self.google.state()["accounts"][ACCOUNT]["conversion_actions"]
        self.google.update(
            f"accounts/{ACCOUNT}/conversion_actions/{ACTIONS['lead_qualified']}",
            {**world["6490000002"], "name": "Qualified leads", "category": "QUALIFIED_LEAD"},
        )

    def later(self, **delta):
        """Let time pass, here and at Google."""
        self.env.flush_all()  # what happened until now is dated now
        self.set_now(self.now + timedelta(**delta))
        self.google.set_clock(self.now)

    def lead_from_ad(self, gclid="AbC-1", consent="granted", **values):
        """A lead whose visitor clicked an ad just now; Google knows the click."""
        self.google.add_click(gclid, account=ACCOUNT, campaign="20111000001", clicked=self.now)
        url = f"https://shop.example/?gclid={gclid}"
        return self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": url, "consent": consent, "type": "lead", **values}
        )

    @contextmanager
    def worker(self, user=None):
        """Environment of another worker, whose commits are kept apart as in tests of jobs."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield api.Environment(cr, (user or self.env.user).id, {})

    def run_cron(self, name):
        """Run a scheduled job as Odoo does."""
        cron = self.env.ref(f"conversion_tracking.{name}")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def use_google_ads_upload(self):
        """Deliver by the old way, which Google has open for this project."""
        self.google.update("project/old_upload_allowed", True)
        self.account.transport = "google_ads_upload"

    def deliver(self, **later):
        """Let time pass, by default until every click of today is settled; then deliver."""
        self.later(**(later or {"hours": 30}))
        self.run_cron("ir_cron_deliver")

    def poll(self, **later):
        """Let time pass, by default until Google has processed everything; then ask it."""
        self.later(**(later or {"minutes": 40}))
        self.run_cron("ir_cron_poll")

    def deliver_and_poll(self):
        self.deliver()
        self.poll()

    def delivered(self):
        """What Google counts: ``{(transaction id, action): value}``."""
        return {
            (row["transaction_id"], row["action"]): row["value"]
            for row in self.google.ledger()["accepted"]
        }

    def rows_of(self, record, event=None):
        """The rows of a record's events in the outbox, corrections left out."""
        rows = record.google_conversion_ids.filtered(lambda row: row.kind == "conversion")
        return rows.filtered(lambda row: row.event == event) if event else rows

    def assertCounted(self, rows):
        """Google counts just these rows, once each, and they know it."""
        ledger = self.google.ledger()["accepted"]
        self.assertEqual(
            sorted((row["transaction_id"], row["action"]) for row in ledger),
            sorted((row.transaction_id, row.action_id.google_id) for row in rows),
        )
        self.assertEqual(set(rows.mapped("state")) or {"success"}, {"success"})
