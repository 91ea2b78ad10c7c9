"""Reading clicks through the Google Ads API.

Fields: https://developers.google.com/google-ads/api/fields/v26/click_view. ``page_size`` is never
set: Google refuses it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from .connection import Connection
from .names import member_name, readable

MAX_OPERANDS = 100  # values in one IN (...); Google does not publish its limit
_NAMES_AT_ONCE = 500  # clicks whose places and ads are looked up together
_CLICK_ID = re.compile(r"[\w.~-]{1,512}", re.ASCII)


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
class Names:
    """Names that clicks refer to by numbers, by Google's resource names; they grow with reading.

    Handed from one day to the next, so that nothing is asked for twice: what Google does not
    tell, of an ad that was removed long ago, is there with an empty name.
    """

    places: dict[str, str] = field(default_factory=dict)
    ads: dict[str, str] = field(default_factory=dict)


def read_clicks(
    connection: Connection,
    day: date,
    gclids: Iterable[str] | None = None,
    names: Names | None = None,
) -> Iterator[Click]:
    """Clicks of one day of the account's time zone, of all or of the given click ids.

    :param names: what is known of places and ads already; gets what is new
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
    names = names or Names()
    for query in queries:
        for rows in chunks(connection.search(query), _NAMES_AT_ONCE):
            _look_up(connection, rows, names.places, names.ads)
            yield from (_click(row, names.places, names.ads) for row in rows)


def chunks(items: Iterable, size: int) -> Iterator[list]:
    """The items in lists of at most ``size``."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


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
    for some in chunks(sorted(wanted_places - places.keys()), MAX_OPERANDS):
        query = f"""
            SELECT geo_target_constant.resource_name, geo_target_constant.name
            FROM geo_target_constant
            WHERE geo_target_constant.resource_name IN ({_quoted(some)})
        """
        for row in connection.search(query):
            places[row.geo_target_constant.resource_name] = row.geo_target_constant.name
        places.update((name, "") for name in some if name not in places)
    wanted_ads = {click.ad_group_ad for click in view if click.ad_group_ad}
    for some in chunks(sorted(wanted_ads - ads.keys()), MAX_OPERANDS):
        query = f"""
            SELECT ad_group_ad.resource_name, ad_group_ad.ad.name,
                ad_group_ad.ad.responsive_search_ad.headlines
            FROM ad_group_ad
            WHERE ad_group_ad.resource_name IN ({_quoted(some)})
        """
        for row in connection.search(query):
            ad = row.ad_group_ad.ad
            # Search ads have no name; people know them by their headlines.
            headlines = " | ".join(text.text for text in ad.responsive_search_ad.headlines)
            ads[row.ad_group_ad.resource_name] = ad.name or headlines
        ads.update((name, "") for name in some if name not in ads)


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
