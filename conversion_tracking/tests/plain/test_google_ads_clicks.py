"""Clicks are read through Google's own client from the strict sandbox."""

from datetime import datetime, timedelta, timezone

import pytest
from sandbox_world import CUSTOMER, GCLID

from google_ads.accounts import account_day
from google_ads.clicks import chunks, read_clicks

PERFORMANCE_MAX = "Cj0KCQiA-demo-PMax_4"  # clicked three days ago


def test_a_click_in_words(connect, google):
    day = account_day(google.now() - timedelta(hours=8), "Europe/Amsterdam")
    [click] = read_clicks(connect(), day, [GCLID])
    assert click.gclid == GCLID
    assert click.day == day
    assert (click.campaign_id, click.campaign_name) == ("20111000001", "Solar panels - Search NL")
    assert (click.ad_group_id, click.ad_group_name) == ("150111000001", "Solar panels price")
    assert click.ad_id == "680111000001"
    assert click.ad_name == "Solar panels from 2,990 | Installed in 3 weeks"
    assert (click.keyword, click.match_type) == ("solar panels price", "Phrase")
    assert (click.network, click.device, click.slot) == ("Search", "Desktop", "Search top")
    assert (click.campaign_type, click.click_type, click.page_number) == ("Search", "Headline", 1)
    assert (click.city, click.region, click.country) == (
        "Amsterdam",
        "North Holland",
        "Netherlands",
    )
    assert click.interest == "Amsterdam"


def test_performance_max_has_no_ad_group(connect, today):
    [click] = read_clicks(connect(), today - timedelta(days=3), [PERFORMANCE_MAX])
    assert click.campaign_type == "Performance Max"
    assert (click.ad_group_id, click.ad_group_name, click.ad_id, click.keyword) == ("",) * 4


def test_the_whole_day(connect, today):
    clicks = list(read_clicks(connect(), today - timedelta(days=3)))
    assert PERFORMANCE_MAX in [click.gclid for click in clicks]


def test_many_click_ids_are_asked_for_in_portions(google, connect, today):
    day = today - timedelta(days=10)
    noon = datetime(day.year, day.month, day.day, 11, tzinfo=timezone.utc)
    known = [f"Cj0KCQiA-many_{number}" for number in range(250)]
    google.add_clicks(
        {
            gclid: {
                "kind": "gclid",
                "account": CUSTOMER,
                "campaign": "20111000001",
                "clicked": noon.isoformat(),
                "ad_group": "150111000001",
                "ad": "680111000001",
            }
            for gclid in known
        }
    )
    found = list(read_clicks(connect(), day, [*known[:220], "Cj0KCQiA-unknown"]))
    assert sorted(click.gclid for click in found) == sorted(known[:220])
    assert {click.ad_name for click in found} == {"Solar panels from 2,990 | Installed in 3 weeks"}


@pytest.mark.parametrize("nasty", ["x' OR '1'='1", "a,b", "a\nb", "", "é"])
def test_what_cannot_be_a_click_id_is_never_part_of_a_query(google, connect, today, nasty):
    assert list(read_clicks(connect(), today, [nasty])) == []
    assert google.requests() == []


def test_nothing_asked_nothing_sent(google, connect, today):
    assert list(read_clicks(connect(), today, [])) == []
    assert google.requests() == []


def test_a_day_that_google_has_forgotten(connect, today, refusal):
    fault = refusal(lambda: list(read_clicks(connect(), today - timedelta(days=120), [GCLID])))
    assert (fault.code, fault.error_class) == ("DATE_TOO_OLD", "permanent")


def test_chunks():
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
