"""E-mail and phone leave the house hashed, with consent, or not at all."""

import io
import logging

from odoo.tests import tagged

from ..google_ads.hashing import hashed_identifiers, sha256_hex
from .google_case import GoogleCase

EMAIL, PHONE = "ann.secret@example.com", "+31 20 123 4567"
CLEAR = (EMAIL, "ann.secret", "+31201234567", "20 123 4567")
HASHES = (sha256_hex(EMAIL), sha256_hex("+31201234567"))


@tagged("post_install", "-at_install")
class TestGoogleAdsPrivacy(GoogleCase):
    def setUp(self):
        super().setUp()
        self.account.send_identifiers = True

    def logged(self):
        """Everything that is logged from here on, as a stream, at DEBUG."""
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        root = logging.getLogger()
        names = ("google", "urllib3", "grpc", "odoo.addons.conversion_tracking")
        loggers = [root, *map(logging.getLogger, names)]
        before = [(logger, logger.level) for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        # SQL at DEBUG shows every value of every query: that is the database, not a log of ours.
        logging.getLogger("odoo.sql_db").setLevel(logging.INFO)
        root.addHandler(handler)

        def restore():
            root.removeHandler(handler)
            for logger, level in before:
                logger.setLevel(level)

        self.addCleanup(restore)
        return stream

    def lead(self, gclid="AbC-1", **values):
        return self.lead_from_ad(
            gclid, email_from=EMAIL, phone=PHONE, country_id=self.env.ref("base.nl").id, **values
        )

    def sent_text(self):
        return "\n".join(str(one["body"]) for one in self.google.requests())

    def assertNothingClear(self, text):
        for clear in CLEAR:
            self.assertNotIn(clear, text)

    def table_text(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT c::text FROM google_ads_conversion c")
        return "\n".join(line for (line,) in self.env.cr.fetchall())

    def test_nothing_clear_in_requests_log_and_table(self):
        for transport in ("data_manager", "google_ads_upload"):
            with self.subTest(transport):
                if transport == "google_ads_upload":
                    self.use_google_ads_upload()
                log = self.logged()
                lead = self.lead(f"Private-{transport}".replace("_", "-"))
                self.google.fault("drop_after", method="ingest")
                self.google.fault("error", code="ErrorReason.INVALID_EVENT", row=0)
                lead.action_set_won()
                for _number in range(3):
                    self.deliver_and_poll()
                sent = self.sent_text()
                self.assertIn(HASHES[0], sent)
                self.assertIn(HASHES[1], sent)
                self.assertNothingClear(sent)
                self.assertNothingClear(log.getvalue())
                for digest in HASHES:
                    self.assertNotIn(digest, log.getvalue())
                table = self.table_text()
                self.assertNothingClear(table)
                for digest in HASHES:
                    self.assertNotIn(digest, table, "hashed when sent, never stored")

    def test_without_consent_or_setting_no_identifiers(self):
        self.google.switch("consent_countries", "")
        self.lead("Unknown-1", consent="unknown")
        self.deliver()
        self.account.send_identifiers = False
        self.lead("Off-1")
        self.deliver()
        sent = self.sent_text()
        self.assertIn("Unknown-1", sent)
        self.assertIn("Off-1", sent)
        for digest in HASHES:
            self.assertNotIn(digest, sent)

    def test_what_is_nobodys_is_not_sent(self):
        """The company's own address, typed in for somebody without one, finds strangers there."""
        lead = self.lead("Walk-in-1")
        lead.write({"email_from": "info@example.com", "phone": "+31 20 123 4567"})
        self.deliver()
        sent = self.sent_text()
        self.assertIn("Walk-in-1", sent)
        self.assertNotIn(sha256_hex("info@example.com"), sent)

    def test_what_is_hashed_is_what_the_person_gave(self):
        german = {"country_id": self.env.ref("base.de").id}
        cases = [
            ({"email_from": "jane doe@example.org"}, ["janedoe@example.org"]),
            ({"email_from": '"Jane Doe" <Jane@example.org>'}, ["jane@example.org"]),
            ({"email_from": "jane@example.org, joe@example.org"}, []),
            ({"email_from": "ja\u200bne@example.org"}, []),
            ({"email_from": "jane@example.org."}, []),
            ({"email_from": "\uff4aane@example.org"}, []),
            ({"phone": "0170 1234567", **german}, ["+491701234567"]),
            ({"phone": "49 170 1234568", **german}, []),
            ({"phone": "0170 1234569 (mobil)", **german}, []),
            ({"phone": "0170 1234560", "country_id": self.env.ref("base.nl").id}, []),
        ]
        for number, (values, given) in enumerate(cases):
            with self.subTest(values):
                lead = self.lead_from_ad(f"Given-{number}", **{"email_from": False, **values})
                row = self.env["google.ads.conversion"].search([("lead_id", "=", lead.id)])
                hashed = hashed_identifiers(**row[:1]._get_identifiers())
                digests = [digest for one in hashed for digest in one.values()]
                self.assertEqual(digests, [sha256_hex(one) for one in given])
