"""Reading accounts, clicks and costs through the Google Ads API.

Fields: https://developers.google.com/google-ads/api/fields/v26/overview. ``page_size`` is never
set: Google refuses it since v17.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from .connection import Connection
from .errors import TransportFault
from .names import readable

MAX_OPERANDS = 100  # values in one IN (...); Google does not publish its limit
_NAMES_AT_ONCE = 500  # clicks whose places and ads are looked up together
_MICROS = 1_000_000
_CLICK_ID = re.compile(r"[\w.~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """An account that the login can use.

    :param login_customer_id: the manager through which it is reached; None when directly
    """

    id: str
    name: str
    currency: str
    time_zone: str
    manager: bool
    login_customer_id: str | None


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with everything that delivery depends on.

    :param conversion_customer_id: the account that owns the conversion actions and receives the
        uploads; empty when conversion tracking is off
    """

    id: str
    name: str
    currency: str
    time_zone: str
    manager: bool
    test_account: bool
    status: str
    auto_tagging: bool
    conversion_customer_id: str
    accepted_customer_data_terms: bool
    enhanced_conversions: bool


@dataclass(frozen=True, slots=True)
class Click:
    """One click on an ad, in words. Texts are empty where Google has no value.

    :param day: in the account's time zone
    :param city, region, country: where the person was
    :param interest: the place that the person asked about
    """

    gclid: str
    day: date
    campaign_id: str
    campaign_name: str
    campaign_type: str
    ad_group_id: str
    ad_group_name: str
    ad_id: str
    ad_name: str
    keyword: str
    match_type: str
    network: str
    device: str
    click_type: str
    slot: str
    page_number: int
    city: str
    region: str
    country: str
    interest: str


@dataclass(frozen=True, slots=True)
class CampaignCost:
    """What a campaign cost on one day of the account's time zone.

    :param cost: in units of ``currency``, the account's
    :param conversions, conversions_value: as Google Ads reports them, dated to the click
    """

    campaign_id: str
    campaign_name: str
    campaign_type: str
    campaign_status: str
    day: date
    currency: str
    cost: Decimal
    clicks: int
    impressions: int
    conversions: float
    conversions_value: float


def list_customers(connection: Connection) -> list[ListedCustomer]:
    """Accounts that the login can use, those below its manager accounts included.

    :raise TransportFault: none can be listed; one of several that fails is left out

    An account that is reached both ways is listed as reached directly.
    """
    bare = replace(connection, customer_id="", login_customer_id=None)
    request = bare.ads_type("ListAccessibleCustomersRequest")
    answer = bare.ads_call("CustomerService", "list_accessible_customers", request)
    roots = [_last(name) for name in answer.resource_names]
    found, failures = {}, []
    for root in roots:
        try:
            for client in _clients_of(connection, root):
                if client.id not in found or client.login_customer_id is None:
                    found[client.id] = client
        except TransportFault as failure:  # a closed account among them says nothing of the others
            failures.append(failure)
    bare.close()
    if failures and not found:
        raise failures[0]
    return sorted(found.values(), key=lambda customer: (customer.name.lower(), customer.id))


def read_customer(connection: Connection) -> Customer:
    """The account of the connection.

    :raise TransportFault: no access
    """
    query = """
        SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone,
            customer.manager, customer.test_account, customer.status,
            customer.auto_tagging_enabled,
            customer.conversion_tracking_setting.google_ads_conversion_customer,
            customer.conversion_tracking_setting.accepted_customer_data_terms,
            customer.conversion_tracking_setting.effective_enablement_setting
        FROM customer
    """
    [row] = connection.search(query)
    customer = row.customer
    setting = customer.conversion_tracking_setting
    return Customer(
        id=str(customer.id),
        name=customer.descriptive_name,
        currency=customer.currency_code,
        time_zone=customer.time_zone,
        manager=customer.manager,
        test_account=customer.test_account,
        status=member_name(customer.status),
        auto_tagging=customer.auto_tagging_enabled,
        conversion_customer_id=_last(setting.google_ads_conversion_customer),
        accepted_customer_data_terms=setting.accepted_customer_data_terms,
        enhanced_conversions=member_name(setting.effective_enablement_setting) == "ON",
    )


def account_day(moment: datetime, time_zone: str) -> date:
    """The day of an aware ``moment`` as the account counts days."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def read_clicks(
    connection: Connection, day: date, gclids: Iterable[str] | None = None
) -> Iterator[Click]:
    """Clicks of one day of the account's time zone, of all or of the given click ids.

    :raise TransportFault: refused (a day older than 90 days too), or the stream broke

    A text that cannot be a click id is not asked for.
    """
    fields = """
        SELECT click_view.gclid, click_view.ad_group_ad, click_view.page_number,
            click_view.keyword_info.text, click_view.keyword_info.match_type,
            click_view.area_of_interest.most_specific,
            click_view.location_of_presence.city, click_view.location_of_presence.region,
            click_view.location_of_presence.country,
            campaign.id, campaign.name, campaign.advertising_channel_type,
            ad_group.id, ad_group.name,
            segments.date, segments.ad_network_type, segments.click_type, segments.device,
            segments.slot
        FROM click_view
    """
    one_day = f"{fields} WHERE segments.date = '{day.isoformat()}'"
    if gclids is None:
        queries = [one_day]
    else:
        wanted = sorted({gclid for gclid in gclids if _CLICK_ID.fullmatch(gclid)})
        queries = [
            f"{one_day} AND click_view.gclid IN ({_quoted(chunk)})"
            for chunk in chunks(wanted, MAX_OPERANDS)
        ]
    places: dict[str, str] = {}
    ads: dict[str, str] = {}
    for query in queries:
        for rows in chunks(connection.search(query), _NAMES_AT_ONCE):
            _look_up(connection, rows, places, ads)
            yield from (_click(row, places, ads) for row in rows)


def read_campaign_costs(
    connection: Connection, first_day: date, last_day: date
) -> Iterator[CampaignCost]:
    """Cost of each campaign on each day that has any figure, both days included.

    :raise TransportFault: refused (a manager account has no costs), or the stream broke
    """
    query = f"""
        SELECT customer.currency_code, campaign.id, campaign.name, campaign.status,
            campaign.advertising_channel_type, segments.date, metrics.cost_micros,
            metrics.clicks, metrics.impressions, metrics.conversions, metrics.conversions_value
        FROM campaign
        WHERE segments.date BETWEEN '{first_day.isoformat()}' AND '{last_day.isoformat()}'
    """
    for row in connection.search(query):
        yield CampaignCost(
            campaign_id=str(row.campaign.id),
            campaign_name=row.campaign.name,
            campaign_type=readable(member_name(row.campaign.advertising_channel_type)),
            campaign_status=readable(member_name(row.campaign.status)),
            day=date.fromisoformat(row.segments.date),
            currency=row.customer.currency_code,
            cost=Decimal(row.metrics.cost_micros) / _MICROS,
            clicks=row.metrics.clicks,
            impressions=row.metrics.impressions,
            conversions=row.metrics.conversions,
            conversions_value=row.metrics.conversions_value,
        )


def member_name(member) -> str:
    """Name of an enum member; the number itself of one that the library does not know."""
    return getattr(member, "name", None) or str(int(member))


def chunks(items: Iterable, size: int) -> Iterator[list]:
    """The items in lists of at most ``size``."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _clients_of(connection, root) -> list[ListedCustomer]:
    query = """
        SELECT customer_client.id, customer_client.descriptive_name,
            customer_client.currency_code, customer_client.time_zone, customer_client.manager
        FROM customer_client
        WHERE customer_client.status = 'ENABLED'
    """
    through = replace(connection, customer_id=root, login_customer_id=root)
    try:
        clients = [row.customer_client for row in through.search(query)]
    finally:
        through.close()
    return [
        ListedCustomer(
            id=str(client.id),
            name=client.descriptive_name,
            currency=client.currency_code,
            time_zone=client.time_zone,
            manager=client.manager,
            login_customer_id=None if str(client.id) == root else root,
        )
        for client in clients
    ]


def _look_up(connection, rows, places, ads):
    """Fill the names of places and ads that the rows refer to and that are still missing."""
    view = [row.click_view for row in rows]
    wanted_places = {
        name
        for click in view
        for name in (
            click.area_of_interest.most_specific,
            click.location_of_presence.city,
            click.location_of_presence.region,
            click.location_of_presence.country,
        )
        if name
    }
    for names in chunks(sorted(wanted_places - places.keys()), MAX_OPERANDS):
        query = f"""
            SELECT geo_target_constant.resource_name, geo_target_constant.name
            FROM geo_target_constant
            WHERE geo_target_constant.resource_name IN ({_quoted(names)})
        """
        for row in connection.search(query):
            places[row.geo_target_constant.resource_name] = row.geo_target_constant.name
    wanted_ads = {click.ad_group_ad for click in view if click.ad_group_ad}
    for names in chunks(sorted(wanted_ads - ads.keys()), MAX_OPERANDS):
        query = f"""
            SELECT ad_group_ad.resource_name, ad_group_ad.ad.name,
                ad_group_ad.ad.responsive_search_ad.headlines
            FROM ad_group_ad
            WHERE ad_group_ad.resource_name IN ({_quoted(names)})
        """
        for row in connection.search(query):
            ad = row.ad_group_ad.ad
            # Search ads have no name; people know them by their headlines.
            headlines = " | ".join(text.text for text in ad.responsive_search_ad.headlines)
            ads[row.ad_group_ad.resource_name] = ad.name or headlines


def _click(row, places, ads) -> Click:
    view, segments = row.click_view, row.segments
    presence = view.location_of_presence
    return Click(
        gclid=view.gclid,
        day=date.fromisoformat(segments.date),
        campaign_id=str(row.campaign.id),
        campaign_name=row.campaign.name,
        campaign_type=readable(member_name(row.campaign.advertising_channel_type)),
        # Performance Max has no ad groups and reports the id 0.
        ad_group_id=str(row.ad_group.id or ""),
        ad_group_name=row.ad_group.name,
        ad_id=view.ad_group_ad.rpartition("~")[2],
        ad_name=ads.get(view.ad_group_ad, ""),
        keyword=view.keyword_info.text,
        match_type=readable(member_name(view.keyword_info.match_type)),
        network=readable(member_name(segments.ad_network_type)),
        device=readable(member_name(segments.device)),
        click_type=readable(member_name(segments.click_type)),
        slot=readable(member_name(segments.slot)),
        page_number=view.page_number,
        city=places.get(presence.city, ""),
        region=places.get(presence.region, ""),
        country=places.get(presence.country, ""),
        interest=places.get(view.area_of_interest.most_specific, ""),
    )


def _quoted(values) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _last(resource_name) -> str:
    """The id at the end of ``customers/1234567890``."""
    return resource_name.rpartition("/")[2]
