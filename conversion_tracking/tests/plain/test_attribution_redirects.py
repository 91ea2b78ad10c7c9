"""What a short link carries on to where it leads: attacked first."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirects import carry_on, may_tell

SHOP = "https://shop.example/sofa"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gclid", ""),
        ("gclid", "<script>"),
        ("gclid", "a\r\nSet-Cookie: a=b"),
        ("utm_source", "\x00"),
        ("utm_source", " "),
        ("url", "https://evil.example/"),
        ("ct_page", "/invented"),
        ("access_token", "secret"),
    ],
)
def test_what_is_no_marketing_stays_behind(name, value):
    assert carry_on(SHOP, [(name, value)]) == SHOP


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=30), st.text(max_size=600))))
def test_nothing_leads_to_another_host(target, arguments):
    arguments += [("gclid", "AbC"), ("utm_source", "https://evil.example/")]
    for start in (target, f"{SHOP}?{target}", f"/{target}"):
        longer = carry_on(start, arguments)
        if longer != start:
            assert urlsplit(longer)[:3] == urlsplit(start)[:3]
            assert urlsplit(longer).fragment == urlsplit(start).fragment


@pytest.mark.parametrize(
    ("target", "query", "carried"),
    [
        (SHOP, "gclid=AbC-1", f"{SHOP}?gclid=AbC-1"),
        ("/sofa?page=2#top", "gclid=AbC", "/sofa?page=2&gclid=AbC#top"),
        (SHOP, "GCLID=AbC&amp%3Bfbclid=x", f"{SHOP}?gclid=AbC&fbclid=x"),
        (SHOP, "gclid=one&gclid=two", f"{SHOP}?gclid=one"),
        (f"{SHOP}?gclid=own", "gclid=AbC", f"{SHOP}?gclid=own"),
        (f"{SHOP}?utm_source=flyer", "gclid=AbC", f"{SHOP}?utm_source=flyer&gclid=AbC"),
        # the link's own UTM values are one whole
        (f"{SHOP}?utm_source=flyer", "utm_source=x&utm_campaign=y", f"{SHOP}?utm_source=flyer"),
        (SHOP, "utm_source=a b&utm_campaign=é", f"{SHOP}?utm_source=a+b&utm_campaign=%C3%A9"),
    ],
)
def test_what_is_carried_on(target, query, carried):
    assert carry_on(target, parse_qsl(query)) == carried


def test_a_target_that_cannot_be_read_stays():
    assert carry_on("https://[", [("gclid", "AbC")]) == "https://["
    assert carry_on(SHOP, [("gclid", "AbC")] * 5000) == f"{SHOP}?gclid=AbC"


def test_further_names_go_on_as_they_are():
    arguments = [("ct_landed", "1.x.y")]
    assert carry_on("/sofa", arguments, also=("ct_landed",)) == "/sofa?ct_landed=1.x.y"
    assert carry_on("/sofa", arguments) == "/sofa"


@pytest.mark.parametrize(
    ("query", "may"),
    [
        *(
            (one, True)
            for one in ("utm_source=x", "UTM_Source=x", "a=1&amp;gclid=x", "a=1?gclid=x")
        ),
        *((one, True) for one in ("utm%5Fsource=x",)),
        *((one, False) for one in ("", "page=2", "search=utm", "a=b" * 500)),
    ],
)
def test_whether_a_query_is_read_at_all(query, may):
    assert may_tell(query) is may
