"""A company with two accounts: Google says whose click it is, and the event goes there."""

from odoo.tests import tagged

from ..google_ads.catalogue import WRONG_ACCOUNT_CODES
from .google_case import ACCOUNT, ACTIONS, GoogleCase

OTHER, OTHER_CAMPAIGN = "2345678901", "20222000001"
# Conversion actions of the other account, by those of the first that they are like.
OTHER_ACTIONS = {event: f"65{google_id[2:]}" for event, google_id in ACTIONS.items()}


class TwoAccountsCase(GoogleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.account.copy(
            {
                "name": "Tulip Solar UK",
                "customer_id": OTHER,
                "login_customer_id": cls.account.login_customer_id,
                "conversion_customer_id": OTHER,
                "credential_type": "service_account",
                "service_account_json": cls.account.service_account_json,
                "state": "connected",
            }
        )
        for action in cls.other._create_default_actions():
            action.write({"google_id": OTHER_ACTIONS[action.event], "state": "ready"})

    def setUp(self):
        super().setUp()
        ours = self.google.state()["accounts"][ACCOUNT]["conversion_actions"]
        for event, google_id in OTHER_ACTIONS.items():
            path = f"accounts/{OTHER}/conversion_actions/{google_id}"
            self.google.update(path, ours[ACTIONS[event]])

    def lead_of(self, account, gclid):
        """A lead whose visitor clicked an ad of ``account``."""
        lead = self.lead_from_ad(gclid)
        if account == self.other:
            self.google.add_click(gclid, account=OTHER, campaign=OTHER_CAMPAIGN, clicked=self.now)
        return lead

    def assertOf(self, account, rows):
        """Google counts the rows, and those of ``account`` only."""
        self.assertEqual(rows.account_id, account)
        self.assertCounted(rows)
        ledger = self.google.ledger()["accepted"]
        self.assertEqual({row["account"] for row in ledger}, {account.customer_id})


@tagged("post_install", "-at_install")
class TestNextAccount(TwoAccountsCase):
    def test_the_click_of_the_other_account_is_counted_there_and_only_there(self):
        row = self.rows_of(self.lead_of(self.other, "Theirs-1"))
        self.assertEqual(row.account_id, self.account, "the first account is asked first")
        self.deliver_and_poll()
        self.assertEqual((row.account_id, row.state), (self.other, "waiting"))
        self.assertFalse(row.error_code)
        self.deliver(minutes=1)
        self.poll()
        self.assertOf(self.other, row)

    def test_the_old_way_too(self):
        self.use_google_ads_upload()
        self.other.transport = "google_ads_upload"
        row = self.rows_of(self.lead_of(self.other, "Theirs-1"))
        self.deliver()
        self.deliver(minutes=1)
        self.assertOf(self.other, row)

    def test_what_is_the_first_accounts_stays_there(self):
        row = self.rows_of(self.lead_of(self.account, "Ours-1"))
        self.deliver_and_poll()
        self.assertOf(self.account, row)

    def test_mixed_clicks_are_each_counted_once(self):
        ours = self.rows_of(self.lead_of(self.account, "Ours-1"))
        theirs = self.rows_of(self.lead_of(self.other, "Theirs-1"))
        for _round in range(3):
            self.deliver_and_poll()
        self.assertEqual((ours.account_id, theirs.account_id), (self.account, self.other))
        self.assertCounted(ours | theirs)

    def test_nobodys_click_says_so_at_the_last_account(self):
        row = self.rows_of(self.lead_of(self.other, "Theirs-1"))
        stranger = "3456789012"
        theirs = self.google.state()["accounts"][OTHER]
        theirs.update(conversion_customer=stranger, conversion_actions={})
        self.google.update(f"accounts/{stranger}", theirs)
        self.google.add_click("Theirs-1", account=stranger, campaign="1", clicked=self.now)
        for _round in range(3):
            self.deliver_and_poll()
        self.assertEqual(row.account_id, self.other)
        self.assertIn(row.error_code, WRONG_ACCOUNT_CODES)
        self.assertIn(row.state, ("held", "failed"))
        self.assertFalse(self.google.ledger()["accepted"])

    def test_a_deal_that_moved_is_corrected_where_it_is_counted(self):
        lead = self.lead_of(self.other, "Theirs-1")
        lead.write({"expected_revenue": 100})
        lead.action_set_won()
        for _round in range(3):
            self.deliver_and_poll()
        deal = self.rows_of(lead, "deal_won")
        self.assertEqual((deal.account_id, deal.state), (self.other, "success"))
        lead.expected_revenue = 300
        self.deliver_and_poll()
        key = deal.transaction_id, deal.action_id.google_id
        self.assertEqual(self.delivered()[key], 300)
