"""Two workers, each with a database connection of its own."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from ..google_ads.batch import Batch
from ..google_ads.events import Outcome

NUMBER = 6


@tagged("post_install", "-at_install")
class TestGoogleAdsWorkers(BaseCase):
    """Committed for real, and removed in the end: workers see only what is committed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.cursors = []
        self.addCleanup(self.remove)
        env = self.worker()
        account = env["google.ads.account"].create(
            {"name": "Workers", "customer_id": "5556667777", "state": "connected"}
        )
        action = account._create_default_actions()[0]
        action.google_id = "6490000002"
        due = fields.Datetime.now() - timedelta(hours=1)
        env["google.ads.conversion"].create(
            [
                {
                    "action_id": action.id,
                    "event": action.event,
                    "res_model": "crm.lead",
                    "res_id": 1_000_000 + number,
                    "event_time": due,
                    "transaction_id": f"odoo-workers-{number}",
                    "gclid": f"Worker-{number}",
                    "next_try_at": due,
                    "out_of_turn": True,
                }
                for number in range(NUMBER)
            ]
        )
        self.account_id = account.id
        env.cr.commit()

    def worker(self):
        cursor = self.registry.cursor()
        self.cursors.append(cursor)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def remove(self):
        for cursor in self.cursors:
            cursor.close()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            account = env["google.ads.account"].browse(self.account_id)
            env["google.ads.conversion"].search([("account_id", "=", account.id)]).unlink()
            account.action_ids.unlink()
            account.unlink()

    def claim(self, env):
        delivery = env["google.ads.delivery"]
        [group] = delivery._get_groups(env["google.ads.account"].browse(self.account_id))
        return env["google.ads.conversion"]._claim(group, NUMBER)

    def test_what_one_worker_claims_the_other_leaves(self):
        one, other = self.worker(), self.worker()
        mine = self.claim(one)
        self.assertEqual(len(mine), NUMBER)
        self.assertFalse(self.claim(other), "locked, not yet committed")
        one.cr.commit()

    def test_a_claim_committed_after_the_other_began_to_look_is_seen(self):
        one, other = self.worker(), self.worker()
        account = other["google.ads.account"].browse(self.account_id)
        [group] = other["google.ads.delivery"]._get_groups(account)
        self.claim(one)
        one.cr.commit()
        self.assertFalse(other["google.ads.conversion"]._claim(group, NUMBER))

    def test_an_answer_does_not_overwrite_what_another_worker_wrote(self):
        one, other = self.worker(), self.worker()
        claimed = self.claim(one)
        rows = one["google.ads.conversion"].browse(row["id"] for row in claimed)
        one.cr.commit()
        theirs = other["google.ads.conversion"].browse(rows[0].id)
        theirs.write({"claim": "theirs"})
        other.cr.commit()
        outcomes = [self.accepted(number) for number in range(NUMBER)]
        batch = Batch(
            claim=claimed[0]["claim"],
            transport="data_manager",
            google_action_id="6490000002",
            rows=claimed,
            events=[],
        )
        account = one["google.ads.account"].browse(self.account_id)
        one["google.ads.delivery"]._save_outcomes(account, batch, outcomes)
        states = rows.mapped("state")
        self.assertEqual(states, ["sending"] + ["sent"] * (NUMBER - 1))

    def accepted(self, index):
        return Outcome("accepted", None, "request-1", index)
