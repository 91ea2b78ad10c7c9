"""Reading what campaigns and their ad groups cost through the Google Ads API.

Fields: https://developers.google.com/google-ads/api/fields/v26/campaign and .../ad_group
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

from .connection import Connection
from .names import member_name, readable

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class CampaignCost:
    """What a campaign cost on one day of the account's time zone.

    :param tracking_name: the ``utm_campaign`` that Google puts into the campaign's links by its
        final URL suffix or tracking template; empty where it is filled in for each click
    :param cost: in units of ``currency``, the account's
    :param conversions, conversions_value: as Google Ads reports them, dated to the click
    """

    campaign_id: str
    campaign_name: str
    campaign_type: str
    campaign_status: str
    tracking_name: str
    day: date
    currency: str
    cost: Decimal
    clicks: int
    impressions: int
    conversions: float
    conversions_value: float


@dataclass(frozen=True, slots=True)
class AdGroupCost:
    """What an ad group cost on one day of the account's time zone.

    :param cost: in units of ``currency``, the account's
    """

    campaign_id: str
    ad_group_id: str
    ad_group_name: str
    ad_group_status: str
    day: date
    currency: str
    cost: Decimal
    clicks: int
    impressions: int


def read_campaign_costs(
    connection: Connection, first_day: date, last_day: date
) -> Iterator[CampaignCost]:
    """Cost of each campaign on each day that has any figure, both days included.

    :raise TransportFault: refused (a manager account has no costs), or the stream broke
    """
    query = f"""
        SELECT customer.currency_code, campaign.id, campaign.name, campaign.status,
            campaign.advertising_channel_type, campaign.final_url_suffix,
            campaign.tracking_url_template, segments.date, metrics.cost_micros, metrics.clicks,
            metrics.impressions, metrics.conversions, metrics.conversions_value
        FROM campaign
        WHERE segments.date BETWEEN '{first_day.isoformat()}' AND '{last_day.isoformat()}'
    """
    for row in connection.search(query):
        yield CampaignCost(
            campaign_id=str(row.campaign.id),
            campaign_name=row.campaign.name,
            campaign_type=readable(member_name(row.campaign.advertising_channel_type)),
            campaign_status=readable(member_name(row.campaign.status)),
            tracking_name=read_tracking_name(
                row.campaign.final_url_suffix, row.campaign.tracking_url_template
            ),
            day=date.fromisoformat(row.segments.date),
            currency=row.customer.currency_code,
            cost=_amount(row.metrics.cost_micros),
            clicks=row.metrics.clicks,
            impressions=row.metrics.impressions,
            conversions=row.metrics.conversions,
            conversions_value=row.metrics.conversions_value,
        )


def read_ad_group_costs(
    connection: Connection, first_day: date, last_day: date
) -> Iterator[AdGroupCost]:
    """Cost of each ad group on each day that has any figure, both days included.

    Performance Max has no ad groups; its cost is that of the campaign only.

    :raise TransportFault: as :func:`read_campaign_costs`
    """
    query = f"""
        SELECT customer.currency_code, campaign.id, ad_group.id, ad_group.name, ad_group.status,
            segments.date, metrics.cost_micros, metrics.clicks, metrics.impressions
        FROM ad_group
        WHERE segments.date BETWEEN '{first_day.isoformat()}' AND '{last_day.isoformat()}'
    """
    for row in connection.search(query):
        yield AdGroupCost(
            campaign_id=str(row.campaign.id),
            ad_group_id=str(row.ad_group.id),
            ad_group_name=row.ad_group.name,
            ad_group_status=readable(member_name(row.ad_group.status)),
            day=date.fromisoformat(row.segments.date),
            currency=row.customer.currency_code,
            cost=_amount(row.metrics.cost_micros),
            clicks=row.metrics.clicks,
            impressions=row.metrics.impressions,
        )


def _amount(micros: int) -> Decimal:
    return Decimal(micros) / _MICROS


def read_tracking_name(*texts: str) -> str:
    """The first fixed ``utm_campaign`` in URL suffixes and tracking templates, or ``""``.

    ``{campaignid}`` and the like are filled in by Google for each click.
    https://support.google.com/google-ads/answer/6305348
    """
    for text in texts:
        for name, value in parse_qsl(text.rpartition("?")[2]):
            if name.lower() == "utm_campaign" and "{" not in value:
                return value.strip()
    return ""
