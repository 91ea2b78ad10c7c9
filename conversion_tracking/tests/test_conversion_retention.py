"""What is older than the settings allow is forgotten, and nothing else."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..models import conversion_retention
from ..models.conversion_retention import DAYS


@tagged("post_install", "-at_install")
class TestConversionRetention(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.retention = cls.env["conversion.retention"]
        cls.touchpoints = cls.env["conversion.touchpoint"]
        cls.touchpoints.search([]).unlink()

    def touch(self, days, **values):
        values = {
            "gclid": f"AbC-{days}",
            "landing_page": "/roofs",
            "channel": "paid_search",
            **values,
        }
        occurred_at = fields.Datetime.now() - timedelta(days=days)
        return self.touchpoints.create({"occurred_at": occurred_at, **values})

    def of_contact(self, days=DAYS["people"] + 1, **values):
        contact = self.env["res.partner"].create({"name": "Ann", **values})
        return self.touch(days, partner_id=contact.id)

    def run_all(self):
        """As Odoo's clean-up does; returns how often it had to be called."""
        calls = 0
        names = ("_gc_click_ids", "_gc_pages", "_gc_people", "_gc_reported_click_ids")
        for name in (*names, "_gc_described_click_ids", "_gc_deleted"):
            remaining = True
            while remaining:
                _done, remaining = getattr(self.retention, name)()
                calls += 1
        self.env.invalidate_all()
        return calls

    def test_odoo_calls_each(self):
        found = [name for name in dir(type(self.retention)) if name.startswith("_gc_")]
        self.assertEqual(len(found), 6)
        for name in found:
            self.assertTrue(getattr(type(self.retention), name)._autovacuum)

    def test_each_kind_has_its_days(self):
        young, old, oldest = self.touch(DAYS["click_id"] - 1), self.touch(181), self.touch(761)
        self.run_all()
        self.assertEqual((young.gclid, young.landing_page), ("AbC-179", "/roofs"))
        self.assertEqual((old.gclid, old.landing_page), (False, "/roofs"))
        self.assertEqual((oldest.gclid, oldest.landing_page), (False, False))
        self.assertEqual(oldest.channel, "paid_search")

    def test_settings_decide_and_nonsense_does_not(self):
        touch = self.touch(100)
        parameters = self.env["ir.config_parameter"]
        for text in ("soon", "-5", "0", "٣٠", "9" * 30):
            parameters.set_param("conversion_tracking.click_id_days", text)
            self.run_all()
            self.assertTrue(touch.gclid, text)
        parameters.set_param("conversion_tracking.click_id_days", "90")
        self.run_all()
        self.assertFalse(touch.gclid)

    def test_people_who_are_somebody_stay(self):
        gone, young = self.of_contact(), self.of_contact(days=100)
        customer, lead_contact = self.of_contact(), self.of_contact()
        self.env["sale.order"].create({"partner_id": customer.partner_id.id})
        self.env["crm.lead"].create({"name": "A", "partner_id": lead_contact.partner_id.id})
        alike = self.of_contact(email="Ann@example.com")
        self.env["crm.lead"].create({"name": "B", "email_from": "ann@example.com"})
        by_phone = self.of_contact(phone="+31 20 123 4567")
        self.env["crm.lead"].create({"name": "C", "phone": "+31201234567"})
        of_lead = self.touch(800, lead_id=self.env["crm.lead"].create({"name": "D"}).id)
        anonymous = self.touch(800, is_anonymous=True)
        self.run_all()
        self.assertFalse(gone.exists())
        stays = young + customer + lead_contact + alike + by_phone + of_lead + anonymous
        self.assertEqual(stays.exists(), stays)

    def test_in_batches_to_the_end(self):
        self.touchpoints.browse([self.touch(800 + number).id for number in range(7)])
        people = [self.of_contact(days=900 + number) for number in range(7)]
        self.env["sale.order"].create({"partner_id": people[3].partner_id.id})
        with (
            patch.object(conversion_retention, "BATCH", 3),
            patch.object(conversion_retention, "WINDOW", 2),
        ):
            self.assertGreater(self.run_all(), 10)
            self.assertEqual(self.run_all(), 6, "nothing is left to do")
        left = self.touchpoints.search([])
        self.assertEqual(len(left), 8)
        self.assertFalse(any(left.mapped("gclid")) or any(left.mapped("landing_page")))
        self.assertEqual(left.partner_id, people[3].partner_id)

    def test_clicks_in_the_outbox_and_of_google(self):
        account = self.env["google.ads.account"].create({"name": "Tulip", "state": "connected"})
        account._create_default_actions()
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "landing_url": "https://example.com/?gclid=AbC", "consent": "granted"}
        )
        [row] = lead.google_conversion_ids
        click = self.env["google.ads.click"].create(
            {"account_id": account.id, "gclid": "AbC", "day": row.event_time, "location": "Delft"}
        )
        self.env["ir.config_parameter"].set_param("conversion_tracking.click_id_days", "1")

        def age(days):
            row.event_time = fields.Datetime.now() - timedelta(days=days)
            click.day = row.event_time
            self.run_all()

        row.state = "success"
        age(53)
        self.assertTrue(row.gclid, "a correction may still need it")
        self.assertFalse(click.gclid or click.location)
        row.state = "waiting"
        age(400)
        self.assertTrue(row.gclid, "it is still to be sent")
        row.state = "success"
        age(55)
        self.assertFalse(row.gclid)

    def test_the_settings_say_what_goes_next(self):
        def shown():
            return Form(self.env["conversion.settings"]).conversion_retention_due

        self.assertIn("Nothing", shown())
        self.touch(200)
        self.of_contact()
        self.assertIn("click ids of 2 visits", shown())
        self.assertIn("pages of 1 visits", shown())
        self.assertIn("1 visits of contacts", shown())
        with patch.object(conversion_retention, "MOST", 1):
            self.assertIn("more than 1 visits", shown())
        self.run_all()
        self.assertIn("Nothing", shown())

    def test_what_makes_no_sense_is_refused(self):
        for kind in DAYS:
            for days in (0, -1, 4000):
                with self.assertRaises(ValidationError):
                    self.env["conversion.settings"].create({f"conversion_{kind}_days": days})
