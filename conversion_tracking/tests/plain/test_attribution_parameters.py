"""Links as they really come, the damaged ones first."""

from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.addresses import clean_address, clean_landing_page, page_path
from attribution.parameters import parse_landing_url, parse_request
from attribution.query import MARKETING_PARAMETERS, divide_query, says_marketing
from attribution.text import clean_text

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


def visit(query, referrer="", path="/", now=NOW):
    """The touch of a request, as a server reads it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return parse_request(pairs, path=path, referrer=referrer, own_hosts={"example.com"}, now=now)


def values(touch):
    names = ("source", "medium", "campaign", "gclid")
    return tuple(getattr(touch, name) for name in names) if touch else None


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=a&utm_medium=b&utm_campaign=c&gclid=D",
        "UTM_Source=a&Utm_medium=b&UTM_CAMPAIGN=c&GCLID=D",
        "utm_source=a&amp;utm_medium=b&amp;utm_campaign=c&amp;gclid=D",
        "utm_source=a&amp%3Butm_medium=b&amp;amp;utm_campaign=c&gclid=D",
        "utm_source=a?utm_medium=b&utm_campaign=c?gclid=D",
        "?utm_source=a&utm_medium=b&utm_campaign=c&gclid=D/",
        "page=2?utm_source=a&utm_medium=b&utm_campaign=c&gclid=D%22",
        "utm_source=a;utm_medium=b;utm_campaign=c;gclid=D",
        quote("utm_source=a&utm_medium=b&utm_campaign=c&gclid=D"),
        "utm_source=a%26utm_medium%3Db%26utm_campaign%3Dc%26gclid%3DD",
        "utm%5Fsource=a&utm%255Fmedium=b&utm_campaign=c&gclid=D",
        "%20utm_source=a&utm_medium%20=b&utm_campaign=c%20&gclid=D%20",
        "utm_source=&utm_source=null&utm_source=a&utm_medium={m}&utm_medium=b&utm_campaign=c&gclid=D"
        "&gclid=E&utm_source=z",
        "gclid=null&gclid=undefined&utm_source=a&utm_medium=b&utm_campaign=c&gclid=D",
        "utm_source=a&utm_medium=b&utm_campaign=c?page=2&gclid=D",
        "utm_source=a&utm_medium=b&utm_campaign=c&gclid=D#utm_source=z",
    ],
)
def test_a_damaged_link_is_read_as_it_was_meant(query):
    query = query.partition("#")[0]
    assert values(visit(query)) == ("a", "b", "c", "D")
    assert says_marketing(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize(
    "query",
    [
        *("", "utm_source=%20&page=2", "gclid=null", "utm_source=(direct)&utm_medium=(none)"),
        *("utm_campaign={campaignname}&utm_source=undefined", "gclid={gclid}", "=", "&&", "?", "a"),
        *("utm_source", "utm_source=%2525252541", "gad_source=&gclsrc="),
    ],
)
def test_nothing_to_tell_is_no_touch(query):
    assert visit(query) is None


def test_a_link_without_marketing_is_seen_at_once():
    assert not says_marketing([("page", "2"), ("q", "utm_source"), ("", "")])


def test_a_name_with_signs_of_a_query_stays_whole():
    assert visit("utm_campaign=Q%26A+%233%3B+who%3F+me").campaign == "Q&A #3; who? me"
    assert visit("utm_campaign=Rock%26Roll%3Dfun").campaign == "Rock&Roll=fun"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/a?utm_source=fair&gclid=X1",
        " shop.example/a?utm_source=fair&gclid=X1\n",
        "<https://shop.example/a?utm_source=fair&gclid=X1>",
        "https://shop.example/a#utm_source=fair&gclid=X1",
        "https://shop.example/a?page#/room?utm_source=fair&gclid=X1",
        "https://shop.example/a?utm_source=fair#gclid=X1",
        "https://shop.example/a?email=ann@example.com&utm_source=fair&amp;gclid=X1#top",
    ],
)
def test_a_landing_url_is_read_like_a_visit(url):
    touch = parse_landing_url(url, now=NOW)
    assert (touch.source, touch.gclid, touch.landing_page) == ("fair", "X1", "/a")


def test_a_landing_url_of_any_kind_is_a_touch():
    for url in ("not a [url", "", "#", "x" * 9999, "/a?page=2"):
        assert parse_landing_url(url, now=NOW).is_direct
    assert parse_landing_url("/a?token=b&page=2", now=NOW).landing_page == "/a?page=2"


def test_own_pages_refer_nobody():
    assert visit("", referrer="https://www.example.com/shop") is None


def test_tags_click_id_and_page_belong_together():
    touch = visit("utm_source=google&utm_medium=cpc&gclid=AbC-1&color=red", path="/shoes")
    assert values(touch) == ("google", "cpc", "", "AbC-1")
    assert touch.landing_page == "/shoes?color=red"


@pytest.mark.parametrize("start", [*"=+-@\t\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ud800"])
def test_no_page_is_a_formula_of_a_spreadsheet(start):
    """Names are as they were written: an export takes care of them."""
    formula = f"{start}HYPERLINK(1)"
    assert clean_landing_page(formula) == ""
    assert page_path(formula) in ("", "/HYPERLINK(1)")
    assert clean_address(formula) == ""
    assert clean_address(f"https://{start}sum.example/") in ("", "https://sum.example/")
    assert parse_landing_url(formula, now=NOW).landing_page in ("/", "")


names = st.one_of(
    st.sampled_from([*MARKETING_PARAMETERS, "amp;utm_source", "?gclid", "ct_page", "page"]),
    st.text(max_size=20),
)


@given(
    st.lists(st.tuples(names, st.text(max_size=700))), st.text(max_size=99), st.text(max_size=99)
)
@settings(max_examples=1000)
def test_no_request_can_break_it(pairs, path, referrer):
    parse_request(pairs, path=path, referrer=referrer, own_hosts=(), now=NOW)
    divided = divide_query(pairs)
    assert divide_query(divided) == divided or len(divided) == 100


@given(st.text(max_size=3000))
def test_no_landing_url_can_break_it(url):
    assert parse_landing_url(url, now=NOW)


@given(st.text(max_size=200).map(clean_text).filter(bool))
@settings(max_examples=500)
def test_a_name_comes_through_a_link_as_it_was_written(name):
    read = visit(urlencode({"utm_campaign": name, "gclid": "A"})).campaign
    assert read == name or "?" in name or "&" in name or "#" in name
