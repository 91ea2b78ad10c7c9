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

    def test_a_click_that_went_through_a_redirect_is_one_touch(self):
        ad = "https://www.google.com/"
        later = NOW + timedelta(seconds=1)
        short_link = visit("gclid=AbC", ad, path="/r/x")
        dropped = journey(short_link, visit("", ad, path="/shop", now=later))
        assert [(one.gclid, one.landing_page) for one in dropped.touches] == [("AbC", "/shop")]
        tagged = journey(short_link, visit("utm_source=flyer", ad, path="/shop", now=later))
        assert [(one.gclid, one.source) for one in tagged.touches] == [("AbC", "flyer")]
        untagged = journey(visit("", ad), visit("utm_source=flyer", ad, now=later))
        assert [one.source for one in untagged.touches] == ["flyer"]

    def test_two_clicks_within_seconds_are_not_a_redirect(self):
        later = NOW + timedelta(seconds=1)
        assert len(journey(visit("gclid=one"), visit("gclid=two", now=later)).touches) == 2
        two_links = journey(visit("utm_source=one"), visit("utm_source=two", now=later))
        assert [one.source for one in two_links.touches] == ["one", "two"]
        much_later = NOW + timedelta(minutes=1)
        ad = "https://www.google.com/"
        assert len(journey(visit("gclid=one", ad), visit("", ad, now=much_later)).touches) == 2

    def test_the_first_touch_survives_any_number_of_later_ones(self):
        touches = [visit(f"gclid=click{n}", now=NOW + timedelta(hours=n)) for n in range(25)]
        path = journey(*touches)
        assert len(path.touches) == MAX_TOUCHES
        assert path.first.gclid == "click0"
        assert path.latest.gclid == "click24"

    def test_a_landing_known_late_takes_its_place_in_time(self):
        path = journey(visit("gclid=second"), visit("gclid=first", now=NOW - timedelta(hours=1)))
        assert [touch.gclid for touch in path.touches] == ["first", "second"]


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
