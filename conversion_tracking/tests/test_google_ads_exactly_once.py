"""One deal is one sale at Google: after retries, repairs, merges, and with several accounts."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.google_ads import google_ads_delivery
from .google_account_case import CUSTOMER
from .google_case import ACTIONS, GoogleCase

OTHER_CUSTOMER = "2345678901"
SALES = f"accounts/{CUSTOMER}/conversion_actions/{ACTIONS['deal_won']}"


class DealCase(GoogleCase):
    def deal(self, gclid="AbC-1", value=100, **values):
        """A deal that an ad brought and that was won."""
        lead = self.lead_from_ad(gclid, type="opportunity", expected_revenue=value, **values)
        lead.action_set_won()
        return lead

    def row(self, lead):
        return self.rows_of(lead, "deal_won").filtered(lambda row: row.res_id == lead.id)

    def sales(self, action=ACTIONS["deal_won"]):
        """What Google counts as sales: list of (count, value), the largest value first."""
        return sorted(
            (
                (row["count"], row["value"])
                for row in self.google.ledger()["accepted"]
                if row["action"] == action
            ),
            reverse=True,
        )

    def settle(self):
        """Let everything that is to be told be told."""
        for _number in range(3):
            self.deliver(hours=25)
            self.poll()


@tagged("post_install", "-at_install")
class TestRetries(DealCase):
    def correct(self, lead, value):
        """A new value, told once by a delivery and not confirmed yet; the correction."""
        lead.expected_revenue = value
        self.deliver(hours=25)
        return self.row(lead).correction_ids.sorted("id")[-1:]

    def test_two_corrections_of_one_deal_can_be_retried_together(self):
        lead = self.deal()
        self.settle()
        first = self.correct(lead, 200)
        first._stop("held", "UNTELLABLE")
        second = self.correct(lead, 300)
        self.assertNotEqual(first, second)
        second._stop("held", "UNTELLABLE")
        (first | second).action_retry()
        self.settle()
        self.assertEqual(self.sales(), [(1, 300)])
        self.assertNotEqual(first.state, "sending")
        self.assertEqual(second.state, "success")

    def test_of_two_corrections_that_wait_together_the_newest_is_told(self):
        """Whatever brought both into the queue: a request never carries two of one deal."""
        lead = self.deal()
        self.settle()
        first = self.correct(lead, 200)
        second = first.copy({"value": 300, "event_time": first.event_time + timedelta(hours=1)})
        (first | second)._queue(self.now.replace(tzinfo=None))
        self.settle()
        self.assertEqual((first.state, first.error_code), ("cancelled", "REPLACED"))
        self.assertEqual(second.state, "success")

    def test_two_corrections_in_two_requests_cannot_overtake_each_other(self):
        lead = self.deal()
        self.settle()
        first = self.correct(lead, 200)
        second = first.copy({"value": 300, "event_time": first.event_time + timedelta(hours=1)})
        (first | second)._queue(self.now.replace(tzinfo=None))
        with patch.object(google_ads_delivery, "LARGEST_BATCH", 1):
            self.deliver(hours=1)
        self.assertEqual((first.state, first.error_code), ("cancelled", "REPLACED"))
        self.assertEqual(self.sales(), [(1, 300)])

    def test_an_outdated_correction_never_overwrites_a_newer_one(self):
        lead = self.deal()
        self.settle()
        old = self.correct(lead, 200)
        old.write({"state": "unclear", "next_poll_at": False})
        lead.expected_revenue = 300
        self.settle()
        self.assertEqual(self.sales(), [(1, 300)])
        with self.assertRaisesRegex(Exception, "newer correction"):
            old.action_retry()
        self.assertEqual(self.sales(), [(1, 300)])

    def test_an_older_way_of_delivery_corrects_what_it_told_and_nothing_else(self):
        self.use_google_ads_upload()
        lead = self.deal()
        self.deliver()
        lead.expected_revenue = 200
        self.later(hours=25)
        self.account._start_delivery()
        [correction] = self.row(lead).correction_ids
        self.account.transport = "data_manager"
        self.settle()
        self.assertEqual((correction.state, correction.error_code), ("cancelled", "OTHER_WAY"))
        self.assertEqual(self.sales(), [(1, 100)], "no second sale by the other way")
        self.account.transport = "google_ads_upload"
        self.settle()
        self.assertEqual(self.sales(), [(1, 200)])

    def test_a_deal_won_again_before_delivery_keeps_its_time(self):
        lead = self.lead_from_ad(type="opportunity", expected_revenue=100)
        stage = lead.stage_id
        lead.action_set_won()
        row = self.row(lead)
        won_at = row.event_time
        self.later(hours=1)
        lead.stage_id = stage
        self.assertEqual(row.state, "cancelled")
        self.later(hours=1)
        lead.expected_revenue = 150
        lead.action_set_won()
        self.assertEqual((row.state, row.value, row.event_time), ("waiting", 150, won_at))
        self.settle()
        self.assertEqual(self.sales(), [(1, 150)])

    def test_no_negative_value_is_told(self):
        lead = self.deal(value=-50)
        self.assertEqual(self.row(lead).value, 0)
        self.settle()
        self.assertEqual(self.sales(), [(1, 0)])

    def test_a_lead_deleted_after_a_lost_answer_does_not_say_it_was_never_reported(self):
        lead = self.lead_from_ad()
        row = self.rows_of(lead)
        self.google.fault("drop_after", method="ingest")
        self.deliver(hours=7)
        self.assertTrue(row.may_have_arrived)
        lead.unlink()
        self.assertEqual((row.state, row.error_code), ("cancelled", "DELETED_UNCONFIRMED"))
        other = self.lead_from_ad("AbC-2")
        of_other = self.rows_of(other)
        other.unlink()
        self.assertEqual(of_other.error_code, "RECORD_DELETED")

    def test_two_events_of_one_iphone_click_in_one_second_are_two(self):
        action = self.account.action_ids.filtered(lambda one: one.event == "deal_won")
        self.assertEqual(action.counting, "every")
        leads = self.env["crm.lead"]
        for number in range(2):
            leads |= self.env["crm.lead"].create(
                {
                    "name": f"Roof {number}",
                    "type": "opportunity",
                    "landing_url": "https://shop.example/?wbraid=Braid-1",
                    "consent": "granted",
                    "expected_revenue": 10,
                }
            )
        leads.action_set_won()
        times = leads.google_conversion_ids.mapped("event_time")
        self.assertEqual(len(set(times)), 2)

    def test_counting_one_holds_for_every_event_of_a_click(self):
        first, second = self.lead_from_ad(), self.lead_from_ad()
        for lead in (first, second):
            lead.convert_opportunity(False)
        self.assertTrue(self.rows_of(first, "lead_qualified"))
        self.assertFalse(self.rows_of(second, "lead_qualified"))
        self.env.flush_all()
        line = self.env["google.ads.coverage"].search(
            [("lead_id", "=", second.id), ("event", "=", "lead_qualified")]
        )
        self.assertEqual(line.status, "counted_once")


@tagged("post_install", "-at_install")
class TestRepairs(DealCase):
    def repaired(self):
        """The sales action was removed at Google and made anew."""
        action = self.account.action_ids.filtered(lambda one: one.event == "deal_won")
        self.google.update(f"{SALES}/status", "REMOVED")
        self.account.action_read_actions()
        self.assertEqual(action.state, "removed")
        action.action_repair()
        self.assertNotEqual(action.google_id, ACTIONS["deal_won"])
        return action

    def test_corrections_never_go_to_the_action_that_took_the_place(self):
        lead = self.deal()
        self.settle()
        self.assertEqual(self.row(lead).google_action_id, ACTIONS["deal_won"])
        action = self.repaired()
        lead.expected_revenue = 200
        self.settle()
        self.assertFalse(self.sales(action.google_id))

    def test_a_correction_that_waits_when_the_action_is_replaced_says_so(self):
        lead = self.deal()
        self.settle()
        lead.expected_revenue = 200
        self.later(hours=25)
        self.account._start_delivery()
        [correction] = self.row(lead).correction_ids
        action = self.repaired()
        self.later(hours=7)
        self.settle()
        self.assertEqual(correction.error_code, "ACTION_REPLACED")
        self.assertFalse(self.sales(action.google_id))

    def test_new_deals_go_to_the_new_action(self):
        action = self.repaired()
        self.later(hours=7)
        self.deal("AbC-2", 70)
        self.settle()
        self.assertEqual(self.sales(action.google_id), [(1, 70)])


@tagged("post_install", "-at_install")
class TestMerges(DealCase):
    def total(self):
        return sum(value for _count, value in self.sales())

    def test_two_won_deals_that_are_merged_are_one_sale(self):
        for transport in ("data_manager", "google_ads_upload"):
            with self.subTest(transport):
                self.google.reset()
                self.setUpQualification()
                self.google.set_clock(self.now)
                if transport == "google_ads_upload":
                    self.use_google_ads_upload()
                one = self.deal(f"One-{transport}", 100)
                other = self.deal(f"Other-{transport}", 70)
                self.settle()
                self.assertEqual(self.sales(), [(1, 100), (1, 70)])
                merged = (one | other).merge_opportunity()
                self.settle()
                value = merged.expected_revenue
                gone = 0 if transport == "google_ads_upload" else 1
                self.assertEqual(self.sales(), [(1, value), (gone, 0)])

    def test_won_deals_merged_before_delivery_are_one_sale(self):
        merged = (self.deal("One", 100) | self.deal("Other", 70)).merge_opportunity()
        self.settle()
        self.assertEqual(self.sales(), [(1, merged.expected_revenue)])

    def test_a_won_deal_merged_into_an_open_one_is_no_sale_until_that_is_won(self):
        won = self.deal("One", 100)
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.settle()
        open_one = self.lead_from_ad("Other", type="opportunity", expected_revenue=70)
        merged = (won | open_one).merge_opportunity()
        merged.stage_id = stage
        self.settle()
        self.assertEqual(self.total(), 0)
        merged.action_set_won()
        self.settle()
        self.assertEqual(self.sales(), [(1, merged.expected_revenue)])

    def test_a_merged_deal_that_is_won_again_by_the_old_way_is_counted_once(self):
        self.use_google_ads_upload()
        won = self.deal("One", 100)
        open_one = self.lead_from_ad("Other", type="opportunity", expected_revenue=70)
        self.settle()
        merged = (won | open_one).merge_opportunity()
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        for _number in range(2):
            merged.stage_id = stage
            self.settle()
            self.assertEqual(self.total(), 0)
            merged.action_set_won()
            self.settle()
            self.assertEqual(
                [pair for pair in self.sales() if pair[0]], [(1, merged.expected_revenue)]
            )


@tagged("post_install", "-at_install")
class TestAccounts(DealCase):
    def second_account(self, **values):
        """Another Google Ads account of the same company, which owns other clicks."""
        other = self.account.copy(
            {
                "name": "A second account",
                "customer_id": OTHER_CUSTOMER,
                "login_customer_id": False,
                "conversion_customer_id": OTHER_CUSTOMER,
                **values,
            }
        )
        other.write(
            {"state": "connected", "service_account_json": self.account.service_account_json}
        )
        return other

    def test_events_wait_for_their_account_while_it_pauses(self):
        other = self.second_account()
        other._create_default_actions()
        self.account.action_pause()
        lead = self.lead_from_ad()
        row = self.rows_of(lead)
        self.assertEqual(row.account_id, self.account)
        self.settle()
        self.assertEqual(row.state, "waiting")
        self.account.action_resume()
        self.settle()
        self.assertCounted(row)

    def test_the_click_of_another_account_goes_there(self):
        other = self.second_account()
        for action in other._create_default_actions():
            action.write({"google_id": ACTIONS[action.event], "state": "ready"})
        lead = self.lead_from_ad()
        row = self.rows_of(lead)
        self.google.fault(
            "error",
            code="ErrorReason.INVALID_CUSTOMER_FOR_CLICK",
            transaction_id=row.transaction_id,
        )
        code = "PROCESSING_ERROR_REASON_INVALID_OPERATING_ACCOUNT_FOR_CLICK"
        self.deliver()
        if row.account_id == self.account:
            outbox = self.conversions
            row.write({"state": "held", "error_code": code, "next_try_at": False})
            outbox._move_to_next_account(self.account, [({"error_code": code}, {row.id: None})])
        self.assertEqual((row.account_id, row.state), (other, "waiting"))
        self.assertFalse(row.error_code)
        # the last account is not left for another one: it says why
        row.write({"state": "held", "error_code": code, "next_try_at": False})
        self.conversions._move_to_next_account(other, [({"error_code": code}, {row.id: None})])
        self.assertEqual((row.account_id, row.state, row.error_code), (other, "held", code))

    def test_what_moved_is_not_reported_anew_to_the_first_account(self):
        other = self.second_account()
        actions = other._create_default_actions()
        lead = self.deal()
        row = self.row(lead)
        row.action_id = actions.filtered(lambda one: one.event == "deal_won")
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        lead.stage_id = stage
        lead.action_set_won()
        self.assertEqual(self.rows_of(lead, "deal_won"), row)
        self.assertEqual((row.account_id, row.state), (other, "waiting"))

    def test_a_lead_without_a_company_goes_to_the_same_account_whoever_works(self):
        company = self.env["res.company"].create({"name": "Another"})
        self.env.user.company_ids |= company
        for env_company in (self.env.company, company):
            lead = (
                self.env["crm.lead"]
                .with_company(env_company)
                .create(
                    {
                        "name": "Roof",
                        "company_id": False,
                        "team_id": False,
                        "user_id": False,
                        "landing_url": f"https://shop.example/?gclid=Of-{env_company.id}",
                        "consent": "granted",
                    }
                )
            )
            main = self.env["res.company"].search([], order="id", limit=1)
            self.assertEqual(self.env["google.ads.reporter"]._get_company(lead), main)
            self.assertEqual(
                lead.google_conversion_ids.account_id, self.accounts_of(main), env_company.name
            )

    def accounts_of(self, company):
        return self.env["google.ads.account"]._find_for(company)

    def test_reading_goes_on_when_uploading_is_refused(self):
        lead = self.lead_from_ad()
        self.later(hours=30)
        self.account.write({"state": "paused", "pause_reason": "Terms"})
        self.run_cron("ir_cron_read_clicks")
        self.run_cron("ir_cron_read_costs")
        lead.invalidate_recordset()
        self.assertEqual(lead.click_info, "found")
        self.assertTrue(self.env["utm.campaign.cost"].search([("source", "=", "google_ads")]))
