"""Click ids are kept to the letter, and their platform is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_attribution_parameters import NOW

from attribution.click_ids import PLATFORMS, clean_click_id, clean_hint, click_platform
from attribution.parameters import parse_landing_url
from attribution.touch import CLICK_HINTS, CLICK_IDS, Touch


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "a b", "a" * 513, "a%00", "<x>", "é", "=A1", "-A1", "\x00", "\ud800", "a" * 9999),
        *("null", "undefined", "None", "{gclid}", "{{gclid}}", "[gclid", "__CLICKID__", "a&b"),
    ],
)
def test_damaged_click_id_is_refused_not_repaired(damaged):
    assert clean_click_id(damaged) == ""


def test_click_id_is_kept_to_the_letter():
    assert clean_click_id("Cj0KCQiA-demo_CLICK") == "Cj0KCQiA-demo_CLICK"
    assert clean_click_id("a" * 512) == "a" * 512
    assert clean_click_id("E.C.P.x~y==") == "E.C.P.x~y=="


@pytest.mark.parametrize("stray", ["/", " ", "\n", '"', "'", ">", ")", ",", ");", '">'])
def test_what_stands_after_a_click_id_is_no_part_of_it(stray):
    assert clean_click_id(f"AbC-1{stray}") == "AbC-1"


@given(st.text(max_size=600))
def test_cleaned_once_is_clean(text):
    assert clean_click_id(clean_click_id(text)) == clean_click_id(text)
    for name in CLICK_HINTS:
        assert clean_hint(name, clean_hint(name, text)) == clean_hint(name, text)


def platform(query):
    return click_platform(parse_landing_url(f"https://shop.example/?{query}", now=NOW))


def test_every_click_id_names_its_platform():
    assert tuple(PLATFORMS) == CLICK_IDS
    for name in CLICK_IDS:
        assert click_platform(Touch(NOW, **{name: "x"})) == PLATFORMS[name]
    assert platform("ScCid=AbC") == "snapchat"
    assert platform("utm_source=google&utm_medium=cpc") == ""


@pytest.mark.parametrize("gclsrc", ["ds", "3p.ds", "DS"])
def test_a_gclid_of_another_engine_is_not_googles(gclsrc):
    touch = parse_landing_url(f"https://a.example/?gclid=AbC&gclsrc={gclsrc}", now=NOW)
    assert (touch.gclid, click_platform(touch)) == ("", "search_ads_360")
    assert touch.is_tagged
    assert platform(f"gclid=AbC&msclkid=x&gclsrc={gclsrc}") == "microsoft"


@pytest.mark.parametrize("gclsrc", ["aw.ds", "", "null", "something"])
def test_any_other_gclid_is(gclsrc):
    touch = parse_landing_url(f"https://a.example/?gclid=AbC&gclsrc={gclsrc}", now=NOW)
    assert (touch.gclid, click_platform(touch)) == ("AbC", "google")


def test_google_tells_its_click_also_without_an_id():
    touch = parse_landing_url("https://a.example/?gad_source=1&gad_campaignid=226", now=NOW)
    assert (touch.gad_source, touch.gad_campaignid) == ("1", "226")
    assert touch.is_tagged
    assert click_platform(touch) == "google"
    assert platform("gad_source=x&gad_campaignid={campaignid}") == ""
    # click trackers of Campaign Manager 360 have it, too
    assert platform("gad_source=7&dclid=AbC") == "display_video_360"
