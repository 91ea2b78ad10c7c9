"""The first rule that fits decides the channel, whatever a visitor sends."""

from datetime import datetime, timezone
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.channels import ChannelRule, describe
from attribution.parameters import parse_request
from attribution.touch import Touch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


def visit(query, referrer=""):
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    return parse_request(pairs, path="/", referrer=referrer, own_hosts={"example.com"}, now=NOW)


RULES = (
    ChannelRule("email", mediums=("email", "e-mail", "newsletter*")),
    ChannelRule("paid_social", mediums=("cpc", "paid*"), sources=("facebook", "linkedin")),
    ChannelRule("paid_search", mediums=("cpc", "ppc")),
    ChannelRule("paid_search", click_ids=("gclid",)),
    ChannelRule("organic_search", hosts=("google.*", "bing.com"), medium="organic"),
)


def channel(query, referrer=""):
    return describe(visit(query, referrer), RULES)[0]


def test_first_rule_that_fits_decides():
    assert channel("utm_medium=CPC&utm_source=Facebook") == "paid_social"
    assert channel("utm_medium=cpc&utm_source=other") == "paid_search"
    assert channel("gclid=AbC") == "paid_search"
    assert channel("utm_medium=Newsletter-May") == "email"


def test_hosts_cover_subdomains_and_countries_but_not_lookalikes():
    assert channel("", "https://www.google.co.uk/") == "organic_search"
    assert channel("", "https://cn.bing.com/search") == "organic_search"
    assert channel("", "https://notgoogle.com/") == "referral"
    assert channel("", "https://google.example.org/") == "referral"
    assert channel("", "https://bing.com.evil.org/") == "referral"


def test_untagged_touch_is_described_by_its_site():
    by_search = describe(visit("", "https://www.google.nl/"), RULES)
    assert by_search == ("organic_search", "google", "organic")
    by_link = describe(visit("", "https://www.partner.example/page"), RULES)
    assert by_link == ("referral", "partner.example", "referral")
    by_tag = describe(visit("utm_source=partner", "https://www.google.nl/"), RULES)
    assert by_tag == ("organic_search", "partner", "")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("paid*", "Paid_Social", True),
        ("*ppc", "my ppc", True),
        ("*", "", True),
        ("a*b*c", "a--b--c", True),
        ("ab*ba", "aba", False),
        ("*a*a", "a", False),
        ("[ab]", "a", False),
        ("a?c", "abc", False),
        ("paid*", "unpaid", False),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern, text, fits):
    rule = ChannelRule("email", mediums=(pattern,))
    assert rule.matches(Touch(NOW, medium=text)) is fits


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
@settings(max_examples=1000)
def test_patterns_fit_as_those_of_file_names_do(pattern, text):
    rule = ChannelRule("email", mediums=(pattern,))
    assert rule.matches(Touch(NOW, medium=text)) == fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.google.com", "google"),
        ("google.com.br", "google"),
        ("images.google.co.uk", "google"),
        ("google.example.org", ""),
        ("google", ""),
        ("google.c", ""),
        ("google.123", ""),
        ("a." * 126 + "google.com", ""),
    ],
)
def test_a_site_in_every_country(host, name):
    touch = Touch(NOW, referrer=f"https://{host}/")
    assert describe(touch, RULES)[1] == (name or host.removeprefix("www."))


def test_a_tag_no_rule_knows_is_another_campaign():
    assert channel("utm_source=partner") == "other"


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
