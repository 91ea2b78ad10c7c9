"""The first rule that fits decides the channel, whatever a visitor sends."""

from datetime import datetime, timezone
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.channels import ChannelRule, describe, never_reached, read_paid_mediums
from attribution.parameters import parse_request
from attribution.sites import Site, Sites
from attribution.touch import Touch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


def visit(query, referrer=""):
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    return parse_request(pairs, path="/", referrer=referrer, own_hosts={"example.com"}, now=NOW)


SITES = Sites(
    (
        Site("google", "search", ("google.*",)),
        Site("bing", "search", ("*.bing.com",)),
        Site("facebook", "social", ("*.facebook.com", "fb", "facebook*")),
        Site("paypal", "passing", ("paypal.com",)),
    )
)
RULES = (
    ChannelRule("ignored", site_category="passing"),
    ChannelRule("email", mediums=("email", "e-mail", "newsletter*")),
    ChannelRule("paid_social", mediums=("cpc", "paid*"), site_category="social"),
    ChannelRule("paid_search", mediums=("cpc", "ppc")),
    ChannelRule("paid_search", click_ids=("gclid",), source="google", medium="cpc"),
    ChannelRule("organic_search", site_category="search", medium="organic"),
    ChannelRule("affiliates", sources=("partner*", "*.partner.example"), medium="affiliate"),
    ChannelRule("organic_social", click_ids=("fbclid",), source="facebook", medium="social"),
)


def channel(query, referrer=""):
    return describe(visit(query, referrer), RULES, SITES)[0]


def test_first_rule_that_fits_decides():
    assert channel("utm_medium=CPC&utm_source=Facebook") == "paid_social"
    assert channel("utm_medium=cpc&utm_source=other") == "paid_search"
    assert channel("gclid=AbC") == "paid_search"
    assert channel("utm_medium=Newsletter-May") == "email"


def test_hosts_in_countries_but_not_lookalikes():
    assert channel("", "https://www.google.co.uk/") == "organic_search"
    assert channel("", "https://cn.bing.com/search") == "organic_search"
    assert channel("", "https://notgoogle.com/") == "referral"
    assert channel("", "https://google.example.org/") == "referral"
    assert channel("", "https://bing.com.evil.org/") == "referral"
    assert channel("", "https://facebook.evil.org/") == "referral"


def test_a_site_is_the_same_as_source_and_as_referrer():
    for source in ("facebook.com", "facebook", "fb", "FB", "l.facebook.com", "facebook_ads"):
        assert channel(f"utm_source={source}&utm_medium=cpc") == "paid_social", source
    assert channel("utm_medium=cpc", "https://l.facebook.com/") == "paid_social"


def test_untagged_touch_is_described_by_its_site():
    def described(query, referrer):
        return describe(visit(query, referrer), RULES, SITES)

    assert described("", "https://www.google.nl/") == ("organic_search", "google", "organic")
    by_link = described("", "https://www.other.example/page")
    assert by_link == ("referral", "other.example", "referral")
    by_rule = described("", "https://shop.partner.example/page")
    assert by_rule == ("affiliates", "partner.example", "affiliate")
    by_tag = described("utm_source=spring", "https://www.google.nl/")
    assert by_tag == ("other", "spring", "")


def test_a_page_passed_through_is_no_touch_but_its_link_is():
    assert channel("", "https://www.paypal.com/checkout") == "ignored"
    assert channel("utm_source=paypal", "https://www.paypal.com/checkout") == "other"
    assert channel("gclid=AbC", "https://www.paypal.com/checkout") == "paid_search"


def test_an_advertisements_click_says_more_than_the_page_it_was_on():
    def described(**values):
        return describe(Touch(NOW, **values), RULES, SITES)

    google = ("paid_search", "google", "cpc")
    assert described(gclid="a", referrer="https://www.bing.com/") == google
    assert described(gclid="a", campaign="spring") == google
    assert described(gclid="a", source="spring") == ("paid_search", "spring", "")
    # Meta puts its id on every link
    on_bing = described(fbclid="a", referrer="https://www.bing.com/")
    assert on_bing == ("organic_search", "bing", "organic")
    assert described(fbclid="a") == ("organic_social", "facebook", "social")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("paid*", "Paid_Social", True),
        ("*ppc", "my ppc", True),
        ("*", "", True),
        ("(none)", "", True),
        ("(none)", "cpc", False),
        ("a*b*c", "a--b--c", True),
        ("ab*ba", "aba", False),
        ("*a*a", "a", False),
        ("[ab]", "a", False),
        ("a?c", "abc", False),
        ("paid*", "unpaid", False),
        ("*cp*", "c p", False),
        ("cpc", "cpc" + " " * 300, False),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern, text, fits):
    rule = ChannelRule("email", mediums=(pattern,))
    assert rule.matches(Touch(NOW, medium=text)) is fits


@given(st.text("ab*", min_size=1, max_size=8), st.text("ab", min_size=1, max_size=12))
@settings(max_examples=1000)
def test_patterns_fit_as_those_of_file_names_do(pattern, text):
    rule = ChannelRule("email", mediums=(pattern,))
    assert rule.matches(Touch(NOW, medium=text)) == fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("word", "campaign", "fits"),
    [
        ("shop", "Summer-shop", True),
        ("shop", "24shop", True),
        ("shop", "shopping", True),
        ("shop", "workshop shop", True),
        ("shop", "workshop", False),
        ("shop", "", False),
        ("*shop", "workshop", True),
        ("shop*nl", "shop: nl", True),
        ("shop*nl", "nl shop", False),
    ],
)
def test_a_word_of_a_campaign(word, campaign, fits):
    rule = ChannelRule("email", campaigns=(word,))
    assert rule.matches(Touch(NOW, campaign=campaign)) is fits


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.google.com", "google"),
        ("google.com.br", "google"),
        ("m.google.nl", "google"),
        ("images.google.co.uk", ""),
        ("google.example.org", ""),
        ("google", ""),
        ("google.c", ""),
        ("google.123", ""),
        ("google.co.uk.", ""),
        ("a." * 126 + "google.com", ""),
    ],
)
def test_a_site_in_every_country(host, name):
    site = SITES.find(host) if "." in host else None
    assert (site.name if site else "") == name


@pytest.mark.parametrize(
    ("address", "fitting", "others"),
    [
        ("partner.com", ["partner.com", "www.partner.com", "m.partner.com", "PARTNER.com "],
         ["shop.partner.com", "partner.com.evil.org", "apartner.com", "partner", ""]),
        ("*.partner.com", ["partner.com", "a.b.partner.com"], ["apartner.com", "partner.de"]),
        ("partner.*", ["partner.com", "partner.co.uk", "www.partner.de"], ["partner.evil.org"]),
        ("*.partner.*", ["partner.de", "nl.partner.com"], ["partner.evil.org"]),
        ("acs.*.*", ["acs.bank.com", "acs.bank.co.uk"], ["acs.org.au", "x.acs.bank.com"]),
        ("*.acs.*.*", ["acs.bank.com", "x.acs.bank.com"], ["acs.com"]),
        ("secure*.bank.com", ["secure5.bank.com"], ["secure5.bank.com.evil.org"]),
        ("fb*", ["fb", "FB_ads", "fb 1.5"], ["fb.com", "afb"]),
    ],
)  # fmt: skip
def test_what_an_address_means(address, fitting, others):
    rule = ChannelRule("email", sources=(address,))
    found = [one for one in fitting + others if rule.matches(Touch(NOW, source=one))]
    assert found == fitting


def test_the_most_exact_address_decides():
    sites = Sites(
        (
            Site("mails", "webmail", ("mail.*.*",)),
            Site("google", "search", ("google.*", "google*")),
            Site("gmail", "webmail", ("mail.google.com",)),
            Site("all of google", "social", ("*.google.com",)),
        )
    )
    names = {
        "www.google.com": "google",
        "mail.google.com": "gmail",
        "docs.google.com": "all of google",
        "mail.other.com": "mails",
        "google_ads": "google",
    }
    assert {host: sites.find(host).name for host in names} == names


def test_a_tag_no_rule_knows_is_another_campaign():
    assert channel("utm_source=spring") == "other"


CLICK_RULES = (
    ChannelRule("email", mediums=("email",)),
    ChannelRule("paid_search", mediums=("cpc",)),
    ChannelRule("paid_search", click_ids=("gclid", "gad_source"), source="google", medium="cpc"),
    ChannelRule("paid_search", click_ids=("msclkid",), source="bing", medium="cpc"),
    ChannelRule("paid_search", click_ids=("gclsrc",), medium="cpc"),
)


@pytest.mark.parametrize(
    ("query", "source", "medium"),
    [
        ("gclid=A", "google", "cpc"),
        ("gad_source=1", "google", "cpc"),
        ("utm_campaign=x&gclid=A", "google", "cpc"),
        ("utm_term=x&msclkid=A", "bing", "cpc"),
        ("utm_source=Google&gclid=A", "Google", "cpc"),
        ("utm_medium=CPC&gclid=A", "google", "CPC"),
        ("utm_source=google&utm_medium=cpc&gclid=A", "google", "cpc"),
        # of another pair nobody knows the other half
        ("utm_source=newsletter&gclid=A", "newsletter", ""),
        ("utm_medium=email&gclid=A", "", "email"),
        ("utm_source=google&utm_medium=email&gclid=A", "google", "email"),
        # no click tells anything
        ("utm_campaign=x", "", ""),
        ("utm_source=google", "google", ""),
        # Search Ads 360 says that it was an ad, the referring site which engine's
        ("gclid=A&gclsrc=3p.ds", "search.yahoo.com", "cpc"),
    ],
)
def test_a_click_completes_source_and_medium_as_one_whole(query, source, medium):
    touch = visit(query, "https://search.yahoo.com/" if "gclsrc" in query else "")
    assert describe(touch, CLICK_RULES)[1:] == (source, medium)


def test_paid_media_are_read_without_what_would_fit_all():
    assert read_paid_mediums(" *CP*, ppc,, * ,**") == ("*cp*", "ppc")


# ------------------------------------------------------------
# What is never reached
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below", "taken"),
    [
        ({"mediums": ("paid*",)}, {"mediums": ("paid_social", "paid*x")}, True),
        ({"mediums": ("paid*",)}, {"mediums": ("paid", "cpc")}, False),
        ({"mediums": ("paid*",)}, {"sources": ("fb",)}, False),
        ({"mediums": ("paid_*",)}, {"mediums": ("paid*",)}, False),
        ({"mediums": ("paid*",)}, {"mediums": ("paid*",), "site_category": "social"}, True),
        ({"mediums": ("paid*",), "site_category": "social"}, {"mediums": ("paid*",)}, False),
        ({"site_category": "social"}, {"site_category": "social", "mediums": ("x",)}, True),
        ({"site_category": "social"}, {"site_category": "search"}, False),
        ({"site_category": "social"}, {"sources": ("fb", "facebook.com")}, True),
        ({"site_category": "social"}, {"sources": ("fb", "partner.com")}, False),
        ({"site_category": "social"}, {"sources": ("f*",)}, False),
        ({"sources": ("fb",)}, {"site_category": "social"}, False),
        ({"sources": ("*.partner.com",)}, {"sources": ("a.partner.com", "partner.com")}, True),
        ({"sources": ("partner.com",)}, {"sources": ("*.partner.com",)}, False),
        ({"campaigns": ("shop",)}, {"campaigns": ("shopping", "shop nl")}, True),
        ({"campaigns": ("shop",)}, {"campaigns": ("*shop",)}, False),
        ({"campaigns": ("*shop",)}, {"campaigns": ("shop",)}, True),
        ({"click_ids": ("gclid", "fbclid")}, {"click_ids": ("gclid",)}, True),
        ({"click_ids": ("gclid",)}, {"click_ids": ("gclid", "fbclid")}, False),
        ({"click_ids": ("gclid",)}, {"mediums": ("x",)}, False),
        ({"channel": "ignored", "sources": ("fb",)}, {"sources": ("fb",)}, False),
        (
            {"channel": "ignored", "sources": ("fb",)},
            {"channel": "ignored", "sources": ("fb",)},
            True,
        ),
    ],
)
def test_a_rule_above_takes_everything_only_when_that_is_certain(above, below, taken):
    rules = (
        ChannelRule(**{"channel": "email", "key": 1, **above}),
        ChannelRule(**{"channel": "other", "key": 2, **below}),
    )
    assert bool(never_reached(rules, SITES)) is taken


WORDS = st.sampled_from(("", "paid", "paid_x", "xpaid", "cpc", "cpc_brand", "shop", "workshop"))
PATTERNS = st.sets(
    st.sampled_from(("paid*", "*paid", "paid", "cp*", "cpc", "*", "shop", "*shop")), max_size=2
).map(tuple)
PLACES = st.sampled_from(
    ("fb", "facebook.com", "l.facebook.com", "google.com", "google.nl", "bing.com", "x.bing.com")
)
ADDRESSES = st.sets(
    st.sampled_from(
        ("fb", "f*", "facebook.com", "*.facebook.com", "google.*", "google.nl", "*.bing.com")
    ),
    max_size=2,
).map(tuple)
ANY_RULE = st.builds(
    ChannelRule,
    channel=st.sampled_from(("email", "ignored")),
    mediums=PATTERNS,
    campaigns=PATTERNS,
    sources=ADDRESSES,
    site_category=st.sampled_from(("", "social", "search")),
    click_ids=st.sets(st.sampled_from(("gclid", "fbclid")), max_size=2).map(tuple),
)
ANY_TOUCH = st.builds(
    Touch,
    occurred_at=st.just(NOW),
    medium=WORDS,
    campaign=WORDS,
    source=st.just("") | PLACES,
    referrer=st.just("") | PLACES.map("https://{}/".format),
    gclid=st.sampled_from(("", "a")),
    fbclid=st.sampled_from(("", "a")),
)


@given(ANY_RULE, ANY_RULE, st.lists(ANY_TOUCH, min_size=20, max_size=20))
@settings(max_examples=400, deadline=None)
def test_what_is_never_reached_is_never_reached(above, below, touches):
    if above != below and never_reached((above, below), SITES):
        for touch in touches:
            assert above.matches(touch, SITES) or not below.matches(touch, SITES)
