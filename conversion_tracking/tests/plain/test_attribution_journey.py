"""Journeys of a browser, and their cookie."""

import random
import string
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import cookie
from attribution.addresses import clean_address
from attribution.parameters import parse_request
from attribution.text import clean_text
from attribution.touch import CLICK_HINTS, CLICK_IDS, MAX_TOUCHES, UTM_VALUES, Journey, Touch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
KEY = b"a key nobody knows"


def visit(query, referrer="", path="/", now=NOW):
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    return parse_request(pairs, path=path, referrer=referrer, own_hosts={"example.com"}, now=now)


def journey(*touches):
    result = Journey(renewed_at=NOW)
    for touch in touches:
        result = result.add(touch)
    return result


class TestJourney:
    def test_second_ad_does_not_rewrite_the_first(self):
        path = journey(
            visit("utm_source=linkedin&utm_campaign=webinar"),
            visit("utm_source=facebook", now=NOW + timedelta(days=1)),
        )
        assert (path.first.source, path.first.campaign) == ("linkedin", "webinar")
        assert (path.latest.source, path.latest.campaign) == ("facebook", "")

    def test_reload_and_bookmarked_landing_page_are_the_same_touch(self):
        click = visit("gclid=AbC")
        later = visit("gclid=AbC", now=NOW + timedelta(days=9))
        assert len(journey(click, later).touches) == 1
        newsletter = visit("utm_source=news")
        again = visit("utm_source=news", now=NOW + timedelta(minutes=29))
        next_day = visit("utm_source=news", now=NOW + timedelta(days=1))
        assert len(journey(newsletter, again).touches) == 1
        assert len(journey(newsletter, next_day).touches) == 2

    def test_two_visits_from_one_page_within_seconds_stay_two(self):
        ad, later = "https://www.google.com/", NOW + timedelta(seconds=1)
        clicks = journey(visit("gclid=one", ad), visit("gclid=two", ad, now=later))
        assert [one.gclid for one in clicks.touches] == ["one", "two"]
        both = journey(visit("gclid=one", ad), visit("", ad, now=later))
        assert [one.gclid for one in both.touches] == ["one", ""]
        untagged = journey(visit("", ad), visit("utm_source=flyer", ad, now=later))
        assert [one.source for one in untagged.touches] == ["", "flyer"]

    def test_who_came_back_by_the_first_link_came_by_it_last(self):
        minutes = [NOW + timedelta(minutes=number) for number in range(4)]
        names = ("news", "partner", "news")
        visits = zip(names, minutes[:3], strict=True)
        path = journey(*(visit(f"utm_source={name}", now=now) for name, now in visits))
        assert [touch.source for touch in path.touches] == [*names]
        # loaded again: neither the page of the latest link, nor an older one in another tab
        again = visit("utm_source=news", now=minutes[3])
        assert path.add(again) is path
        older = visit("utm_source=partner", now=minutes[3])
        assert path.add(older, is_reload=True) is path
        assert path.add(older).latest.source == "partner"

    def test_the_same_click_is_no_new_visit_after_another(self):
        path = journey(
            visit("gclid=AbC"),
            visit("utm_source=news", now=NOW + timedelta(minutes=1)),
            visit("gclid=AbC", now=NOW + timedelta(minutes=2)),
        )
        assert path.latest.source == "news"

    def test_the_first_touch_survives_any_number_of_later_ones(self):
        touches = [visit(f"gclid=click{n}", now=NOW + timedelta(hours=n)) for n in range(25)]
        path = journey(*touches)
        assert len(path.touches) == MAX_TOUCHES
        assert path.first.gclid == "click0"
        assert path.latest.gclid == "click24"

    def test_a_landing_known_late_takes_its_place_in_time(self):
        path = journey(visit("gclid=second"), visit("gclid=first", now=NOW - timedelta(hours=1)))
        assert [touch.gclid for touch in path.touches] == ["first", "second"]

    def test_a_page_that_says_later_what_it_was_opened_with(self):
        page = visit("", "https://www.google.com/", path="/shop")
        said = visit("gclid=AbC", "https://www.google.com/", path="/shop", now=NOW + SECOND)
        whole = journey(page).add_late(said)
        assert [(one.gclid, one.occurred_at) for one in whole.touches] == [("AbC", NOW)]
        elsewhere = replace(said, landing_page="/blog")
        assert len(journey(page).add_late(elsewhere).touches) == 2

    def test_what_is_known_is_not_told_twice(self):
        known = visit("utm_source=news", "https://mail.example.org/", path="/shop")
        told = visit("utm_source=news", path="/shop", now=NOW + timedelta(hours=3))
        path = journey(known, visit("utm_source=other", now=NOW + SECOND))
        assert path.add_late(told) is path

    def test_two_cookies_of_one_browser_become_one_journey(self):
        old = journey(visit("gclid=one"), visit("gclid=two", now=NOW + timedelta(days=2)))
        new = replace(journey(visit("gclid=one"), visit("gclid=mid", now=NOW + SECOND)))
        later = new.renewed(NOW + timedelta(days=3))
        both = old.united(later)
        assert [one.gclid for one in both.touches] == ["one", "mid", "two"]
        assert both.renewed_at == later.renewed_at
        assert Journey().united(old) is old
        assert old.united(Journey()) is old


def own_link(query, **options):
    return replace(visit(query, **options), own_link=True)


class TestOwnLinks:
    """A banner on the home page, with UTM values: a visit, but no marketing."""

    def test_it_never_takes_the_place_of_an_ad(self):
        path = journey(visit("gclid=AbC"), own_link("utm_source=banner", now=NOW + SECOND))
        assert [one.own_link for one in path.touches] == [False, True]
        assert path.latest.gclid == "AbC"

    def test_it_counts_when_nothing_else_is_known(self):
        path = journey(own_link("utm_source=banner"))
        assert (path.first.source, path.latest.source) == ("banner", "banner")
        path = path.add(visit("gclid=AbC", now=NOW + SECOND))
        assert (path.first.source, path.latest.gclid) == ("banner", "AbC")

    def test_a_page_that_keeps_the_ads_values_in_its_links_is_no_new_visit(self):
        ad = visit("utm_source=news&utm_medium=email", "https://mail.example.org/")
        path = journey(ad, own_link("utm_source=news&utm_medium=email", now=NOW + SECOND))
        assert path.touches == (ad,)

    def test_the_ad_seen_again_after_a_banner_is_no_new_visit(self):
        ad = visit("utm_source=news")
        path = journey(ad, own_link("utm_source=banner", now=NOW + SECOND))
        assert path.add(replace(ad, occurred_at=NOW + 2 * SECOND)) is path

    def test_any_number_of_them_leaves_the_ads(self):
        banners = (
            own_link(f"utm_source=banner{number}", now=NOW + timedelta(hours=number + 2))
            for number in range(25)
        )
        path = journey(visit("gclid=one"), visit("gclid=two", now=NOW + SECOND), *banners)
        assert len(path.touches) == MAX_TOUCHES
        assert (path.first.gclid, path.latest.gclid) == ("one", "two")

    def test_the_cookie_says_so_and_drops_them_first(self):
        path = journey(visit("gclid=one"), own_link("utm_source=banner", now=NOW + SECOND))
        assert cookie.decode(cookie.encode(path, KEY), KEY) == path
        short = cookie.decode(cookie.encode(path, KEY, len(cookie.encode(path, KEY)) - 1), KEY)
        assert [one.gclid for one in short.touches] == ["one"]


utm_text = st.text(max_size=255).map(clean_text)
click_id = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "-_"), min_size=0, max_size=512
)
address = st.text(max_size=255).map(lambda text: clean_address("https://example.org/" + text))
touches = st.builds(
    Touch,
    occurred_at=st.datetimes(
        min_value=datetime(2020, 1, 1),
        max_value=datetime(2030, 1, 1),
        timezones=st.just(timezone.utc),
    ).map(lambda moment: moment.replace(microsecond=0)),
    landing_page=address,
    referrer=address,
    own_link=st.booleans(),
    **dict.fromkeys(UTM_VALUES, utm_text),
    **dict.fromkeys(CLICK_IDS, click_id),
    **dict.fromkeys(CLICK_HINTS, st.text("0123456789", max_size=20)),
)


class TestCookie:
    @given(st.lists(touches, min_size=1, max_size=14))
    @settings(max_examples=200, deadline=None)
    def test_always_at_most_four_kilobytes_with_first_and_latest(self, made):
        path = journey(*made)
        text = cookie.encode(path, KEY)
        assert len(text) <= cookie.MAX_LENGTH
        kept = cookie.decode(text, KEY)
        assert bool(kept.touches) == bool(path.touches)
        if path.touches:
            assert kept.first.occurred_at == path.first.occurred_at
            assert kept.latest.occurred_at == path.latest.occurred_at
            assert kept.latest.gclid == path.latest.gclid

    def test_the_longest_possible_touches_fit(self):
        dice = random.Random(1)

        def wide():
            return "".join(chr(dice.randrange(0x20000, 0x2A000)) for _ in range(255))

        def click_id(first=""):
            return first + "".join(dice.choices(string.ascii_letters, k=512 - len(first)))

        path = Journey(
            tuple(
                Touch(
                    occurred_at=NOW,
                    landing_page=wide(),
                    referrer=wide(),
                    **{name: wide() for name in UTM_VALUES},
                    **{name: click_id(str(number)) for name in CLICK_IDS},
                    **{name: "".join(dice.choices(string.digits, k=20)) for name in CLICK_HINTS},
                )
                for number in range(MAX_TOUCHES)
            ),
            NOW,
        )
        kept = cookie.decode(cookie.encode(path, KEY), KEY)
        assert [touch.gclid[0] for touch in kept.touches] == ["0", "9"]
        landing = cookie.encode(Journey(path.touches[:1], NOW), KEY, 2000)
        assert len(landing) <= 2000
        assert cookie.decode(landing, KEY).first.gclid[0] == "0"

    @given(touches.filter(lambda touch: not touch.is_direct))
    def test_an_ordinary_journey_comes_back_whole(self, touch):
        small = replace(touch, source=touch.source[:20], term="", content="", landing_page="")
        small = replace(small, **{name: "" for name in CLICK_IDS if name != "gclid"})
        if small.is_direct:
            return
        path = journey(small)
        assert cookie.decode(cookie.encode(path, KEY), KEY) == path

    @given(st.text(max_size=255).map(clean_text).filter(bool))
    def test_a_name_comes_back_as_it_was_written(self, name):
        path = journey(Touch(NOW, campaign=name))
        assert cookie.decode(cookie.encode(path, KEY), KEY).first.campaign == name

    @given(st.text(st.characters(codec=None, exclude_categories=()), max_size=5000))
    def test_garbage_is_an_empty_journey(self, text):
        assert cookie.decode(text, KEY) == Journey()

    @given(st.integers(min_value=0), st.characters(codec="ascii"))
    def test_one_changed_letter_is_a_forgery(self, position, letter):
        text = cookie.encode(journey(visit("gclid=AbC&utm_source=google")), KEY)
        position %= len(text)
        forged = text[:position] + letter + text[position + 1 :]
        assert forged == text or cookie.decode(forged, KEY) == Journey()

    def test_a_cookie_of_another_database_is_not_believed(self):
        text = cookie.encode(journey(visit("gclid=AbC")), KEY)
        assert cookie.decode(text, b"another key") == Journey()
