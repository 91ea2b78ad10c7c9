"""Costs are read through Google's own client from the strict sandbox."""

from datetime import timedelta
from decimal import Decimal

from sandbox_world import MANAGER

from google_ads.costs import read_campaign_costs


def test_costs_of_each_campaign_and_day(connect, today):
    costs = list(read_campaign_costs(connect(), today - timedelta(days=6), today))
    by_key = {(cost.campaign_id, cost.day): cost for cost in costs}
    assert len(by_key) == len(costs)
    yesterday = by_key["20111000001", today - timedelta(days=1)]
    assert yesterday.cost == Decimal("20.95")
    assert (yesterday.currency, yesterday.clicks, yesterday.impressions) == ("EUR", 8, 260)
    assert yesterday.campaign_name == "Solar panels - Search NL"
    assert (yesterday.campaign_type, yesterday.campaign_status) == ("Search", "Enabled")
    assert {cost.day for cost in costs} <= {today - timedelta(days=n) for n in range(7)}


def test_a_manager_account_has_no_costs(connect, today, refusal):
    fault = refusal(lambda: list(read_campaign_costs(connect(MANAGER), today, today)))
    assert (fault.code, fault.error_class) == ("REQUESTED_METRICS_FOR_MANAGER", "configuration")


def test_costs_come_in_several_batches(google, connect, today):
    google.switch("stream_batch_rows", 7)
    costs = list(read_campaign_costs(connect(), today - timedelta(days=30), today))
    assert len({(cost.campaign_id, cost.day) for cost in costs}) == len(costs) > 60
