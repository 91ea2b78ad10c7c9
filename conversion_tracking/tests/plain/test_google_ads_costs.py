"""Costs are read through Google's own client from the strict sandbox."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from sandbox_world import MANAGER

from google_ads.costs import read_ad_group_costs, read_campaign_costs


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
    for read in (read_campaign_costs, read_ad_group_costs):
        fault = refusal(lambda read=read: list(read(connect(MANAGER), today, today)))
        assert fault.code == "REQUESTED_METRICS_FOR_MANAGER"
        assert fault.error_class == "configuration"


def test_costs_come_in_several_batches(google, connect, today):
    google.switch("stream_batch_rows", 7)
    costs = list(read_campaign_costs(connect(), today - timedelta(days=30), today))
    assert len({(cost.campaign_id, cost.day) for cost in costs}) == len(costs) > 60


def test_ad_groups_add_up_to_their_campaigns(google, connect, today):
    """Day by day; Performance Max has none."""
    google.switch("stream_batch_rows", 7)
    days = (today - timedelta(days=9), today)
    of_campaigns = {
        (cost.campaign_id, cost.day): (cost.cost, cost.clicks, cost.impressions)
        for cost in read_campaign_costs(connect(), *days)
        if cost.campaign_type != "Performance Max"
    }
    groups = list(read_ad_group_costs(connect(), *days))
    sums = {key: Counter() for key in of_campaigns}
    for group in groups:
        sums[group.campaign_id, group.day].update(
            cost=group.cost, clicks=group.clicks, impressions=group.impressions
        )
    assert {key: tuple(numbers.values()) for key, numbers in sums.items()} == of_campaigns
    names = {(group.ad_group_name, group.ad_group_status, group.currency) for group in groups}
    assert ("Home battery", "Enabled", "EUR") in names
    assert len({(group.ad_group_id, group.day) for group in groups}) == len(groups) > 20
