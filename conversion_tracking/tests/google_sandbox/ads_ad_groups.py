"""The rows of ad groups and their ads."""

from datetime import timedelta

from .ads_rows import (
    ad_group_fields,
    campaign_fields,
    customer_fields,
    day_fields,
    reported_conversions,
)


def ad_groups(call, account_id, plan):
    """Yield ad groups, and one row a day when the query names a date or a metric.

    Performance Max has none. What a campaign cost is shared evenly over its ad groups unless they
    have ``days`` of their own, so that they add up to the campaign.
    """
    world, customer = call.world, customer_fields(call, account_id)
    today = world.local_date(account_id, world.loaded_at)
    reported = reported_conversions(call, account_id, "ad_group") if plan.uses_days else {}
    for campaign_id, campaign in world.accounts[account_id].get("campaigns", {}).items():
        groups = campaign.get("ad_groups", {})
        for place, (group_id, group) in enumerate(groups.items()):
            row = {
                **customer,
                **campaign_fields(account_id, campaign_id, campaign),
                **ad_group_fields(account_id, group_id, group["name"]),
                "ad_group.status": group.get("status", "ENABLED"),
                "ad_group.campaign": f"customers/{account_id}/campaigns/{campaign_id}",
            }
            yield row
            if not plan.uses_days:
                continue
            days = group.get("days")
            if days is None:
                days = _shares(campaign.get("days", ()), place, len(groups))
            numbers = {
                (today - timedelta(days=ago)).isoformat(): tuple(rest) for ago, *rest in days
            }
            for day in sorted(numbers.keys() | {d for g, d in reported if g == group_id}):
                counted = reported.get((group_id, day), (0, 0.0))
                yield row | day_fields(day, *numbers.get(day, (0, 0, 0)), *counted)


def _shares(days, place, number):
    """Yield the days with one ad group's share; the first ones get what is left over."""

    def share(amount):
        return amount // number + (place < amount % number)

    for ago, cost, clicks, impressions in days:
        micros = round(cost * 1_000_000)
        yield ago, share(micros) / 1_000_000, share(clicks), share(impressions)


def ad_group_ads(call, account_id, plan):
    """Yield the ads with their ad groups and campaigns."""
    for campaign_id, campaign in call.world.accounts[account_id].get("campaigns", {}).items():
        for group_id, group in campaign.get("ad_groups", {}).items():
            for ad_id, ad in group.get("ads", {}).items():
                yield {
                    **customer_fields(call, account_id),
                    **campaign_fields(account_id, campaign_id, campaign),
                    **ad_group_fields(account_id, group_id, group["name"]),
                    "ad_group_ad.resource_name": (
                        f"customers/{account_id}/adGroupAds/{group_id}~{ad_id}"
                    ),
                    "ad_group_ad.status": "ENABLED",
                    "ad_group_ad.ad_group": f"customers/{account_id}/adGroups/{group_id}",
                    "ad_group_ad.ad.resource_name": f"customers/{account_id}/ads/{ad_id}",
                    "ad_group_ad.ad.id": int(ad_id),
                    "ad_group_ad.ad.name": ad.get("name", ""),
                    "ad_group_ad.ad.type": ad["type"],
                    "ad_group_ad.ad.final_urls": [ad["final_url"]],
                    "ad_group_ad.ad.responsive_search_ad.headlines": [
                        {"text": text} for text in ad.get("headlines", ())
                    ],
                }
