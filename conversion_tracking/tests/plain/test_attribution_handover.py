"""Journeys that other sites hand over: the hostile ones first."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.addresses import HARMLESS_PARAMETERS
from attribution.handover import MAX_LENGTH, find_handover, read_handover
from attribution.parameters import parse_landing_url
from attribution.referrers import OwnHosts
from attribution.touch import MAX_TOUCHES

NOW = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=timezone.utc)
LONGEST = timedelta(days=395)
SHOP = "https://www.shop.example"
AD = f"{SHOP}/?utm_source=linkedin&utm_medium=social&utm_campaign=webinar"
GOOGLE_AD = f"{SHOP}/sofas?gclid=AbC-1_x&color=red&token=secret"


def ago(**duration):
    return int((NOW - timedelta(**duration)).timestamp())


def content(*touches, consent=None, page=f"{SHOP}/contact"):
    consent = ["granted", ago(minutes=5), "call"] if consent is None else consent
    return {"v": 1, "page": page, "consent": consent, "touches": list(touches)}


def encoded(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def read(value, **options):
    text = value if isinstance(value, str) else encoded(value)
    options = {"own_hosts": OwnHosts(), "longest": LONGEST, "now": NOW} | options
    return read_handover(text, harmless=HARMLESS_PARAMETERS, **options)


def touches(value, **options):
    return read(value, **options).journey.touches


# -- What cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "{", "[]", "{}", "null", "NaN", "1", '"text"', "no base64 at all", "\x00", "é"),
        *("\ud800", "=" * 100, "A", "eyJ2Ijox", "[" * 4000, '{"v":' * 600),
        encoded(content()) + "A" * MAX_LENGTH,
        " " * (MAX_LENGTH + 1),
        encoded([1, 2]),
        encoded({**content(), "v": 2}),
        encoded({**content(), "v": True, "page": ""}),
        *(encoded(content(page=page)) for page in (None, 5, [], "", "/contact", "javascript:a()")),
        *(encoded(content(page=page)) for page in ("data:text/html,x", "https://", "https://a b")),
        *(encoded(content(page=page)) for page in ("file:///etc/passwd", "https://<script>/")),
    ],
)
def test_what_is_no_journey_is_none(text):
    assert read(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.sampled_from(["v", "page", "consent", "touches"]), children)
    ),
    max_leaves=12,
)
TIMES = st.integers() | st.floats() | st.integers(ago(days=400), ago(days=-2)) | st.booleans()
LINKS = st.sampled_from([AD, GOOGLE_AD, SHOP, "https://evil.example/?gclid=x"]) | st.text(
    max_size=60
).map(lambda text: f"{SHOP}/{text}")
REFERRERS = st.sampled_from(["", "https://www.google.com/", SHOP]) | st.text(max_size=40)
ROWS = st.tuples(TIMES, LINKS, REFERRERS).map(list) | JSON
CONSENTS = JSON | st.tuples(
    st.sampled_from(["granted", "denied", "unknown", "GRANTED"]),
    TIMES,
    st.sampled_from(["call", "page", "tcf", "google", "", "forged"]),
).map(list)


@given(JSON | st.text() | st.builds(content, consent=CONSENTS) | st.text(max_size=80))
def test_nothing_ends_in_an_error(value):
    read(value)


@given(st.lists(ROWS, max_size=14), CONSENTS)
def test_a_journey_says_no_more_than_links_can(rows, consent):
    visit = read(json.dumps(content(*rows, consent=consent))[:MAX_LENGTH])
    if not visit:
        return
    assert visit.other_site == "shop.example"
    assert visit.tracked == (visit.consent == "granted")
    assert (visit.consent == "granted") <= bool(visit.consent_at and visit.consent_signal)
    found = visit.journey.touches
    assert visit.tracked or not found
    assert len(found) <= MAX_TOUCHES
    assert list(found) == sorted(found, key=lambda touch: touch.occurred_at)
    links = [row[1] for row in rows if isinstance(row, list) and len(row) > 1]
    for touch in found:
        assert NOW - LONGEST <= touch.occurred_at <= NOW
        assert not touch.is_direct
        said = [
            parse_landing_url(link, now=touch.occurred_at).tags
            for link in links
            if isinstance(link, str)
        ]
        assert touch.tags in said


def test_time_to_read_grows_no_faster_than_the_text():
    rows = [[ago(days=1), f"{SHOP}/?utm_source={'%25' * 900}", "https://a.example/" + "-" * 700]]
    assert len(json.dumps(content(*rows))) < MAX_LENGTH
    assert touches(json.dumps(content(*rows))) is not None


# -- Consent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "consent",
    [
        *([], ["granted"], ["granted", None, "call"], ["granted", ago(days=1)], "granted", True),
        *(["granted", ago(days=1), "forged"], ["granted", ago(days=396), "call"]),
        *(["granted", ago(days=-2), "call"], ["granted", True, "call"], ["unknown"], {}),
    ],
)
def test_a_grant_without_time_and_signal_is_none(consent):
    visit = read(content([ago(days=1), AD, ""], consent=consent))
    assert (visit.consent, visit.consent_at, visit.tracked) == ("unknown", None, False)
    assert visit.journey.touches == ()
    assert visit.page == "/contact"


def test_who_refused_is_not_tracked():
    visit = read(content([ago(days=1), AD, ""], consent=["denied", ago(minutes=1), "tcf"]))
    assert (visit.consent, visit.consent_signal) == ("denied", "tcf")
    assert (visit.tracked, visit.journey.touches) == (False, ())


def test_consent_is_told_with_its_time_and_signal():
    visit = read(content(consent=["granted", ago(days=3), "google"]))
    assert (visit.consent, visit.consent_signal) == ("granted", "google")
    assert visit.consent_at == datetime(2026, 11, 17, 9, 30, tzinfo=timezone.utc)


# -- Touches ---------------------------------------------------------------------------------


def test_touches_are_read_like_requests_oldest_first():
    google, linkedin = touches(
        content(
            [ago(days=1), AD, "https://www.linkedin.com/feed?x=1"], [ago(days=9), GOOGLE_AD, ""]
        )
    )
    assert (google.gclid, google.landing_page) == ("AbC-1_x", "/sofas?color=red")
    assert (linkedin.source, linkedin.medium, linkedin.campaign) == (
        "linkedin",
        "social",
        "webinar",
    )
    assert linkedin.referrer == "https://www.linkedin.com/feed"
    assert (google.occurred_at.day, linkedin.occurred_at.day) == (11, 19)


def test_json_is_read_too_and_base64_without_its_end():
    value = content([ago(days=1), AD, ""])
    assert read(json.dumps(value)) == read(value) == read(f" {encoded(value).rstrip('=')}\n")


def test_times_that_cannot_be_are_dropped_and_a_fast_clock_is_set():
    value = content(
        [ago(days=396), f"{SHOP}/?utm_source=old", ""],
        [ago(days=-2), f"{SHOP}/?utm_source=to-come", ""],
        [ago(hours=-3), f"{SHOP}/?utm_source=fast", ""],
        *([moment, AD, ""] for moment in (None, "", "1", True, -5, 1e300, 10**400)),
    )
    [touch] = touches(json.dumps(value))
    assert (touch.source, touch.occurred_at) == ("fast", NOW.replace(microsecond=0))


def test_only_pages_of_the_site_are_landings():
    others = ("https://evil.example/?gclid=x", "/?gclid=x", "ftp://shop.example/?gclid=x", "", 5)
    assert touches(content(*([ago(days=1), link, ""] for link in others))) == ()
    [touch] = touches(content([ago(days=1), "http://shop.example/?gclid=x", ""]))
    assert touch.gclid == "x"


def test_own_pages_and_pages_one_comes_back_from_refer_nobody():
    rows = (
        [ago(days=1), f"{SHOP}/sofas", f"{SHOP}/"],
        [ago(days=1), f"{SHOP}/sofas", "https://blog.example/a"],
        [ago(days=1), f"{SHOP}/sofas", "https://www-shop-example.translate.goog/"],
        [ago(days=1), f"{SHOP}/shop/payment", "https://bank.example/"],
        [ago(days=1), f"{SHOP}/sofas", ""],
    )
    assert touches(content(*rows), own_hosts=OwnHosts.of(["blog.example"])) == ()


def test_a_banner_is_a_link_of_the_own_site_unless_the_settings_say_otherwise():
    banner = [ago(days=1), f"{SHOP}/?utm_source=banner", f"{SHOP}/"]
    [touch] = touches(content(banner))
    assert touch.own_link
    [touch] = touches(content(banner), own_links=True)
    assert not touch.own_link
    [touch] = touches(content([ago(days=1), GOOGLE_AD, f"{SHOP}/"]))
    assert not touch.own_link


def test_what_stands_behind_the_hash_is_read():
    [touch] = touches(content([ago(days=1), f"{SHOP}/#/sofas?utm_source=fair", ""]))
    assert touch.source == "fair"


def test_letters_that_are_none_are_read_as_in_a_request():
    link = f"{SHOP}/\ud800?utm_term=<script>alert(1)</script>&utm_source=fa\x00ir\ud800"
    [touch] = touches(json.dumps(content([ago(days=1), link, "https://a.example/\udfff\x00"])))
    assert (touch.source, touch.term) == ("fair", "alert(1)")
    assert (touch.landing_page, touch.referrer) == ("/", "https://a.example/")


def test_a_page_that_was_loaded_again_is_no_visit():
    rows = [[ago(minutes=minutes), AD, ""] for minutes in (20, 10, 1)]
    assert len(touches(content(*rows))) == 1


def test_of_many_the_first_stays():
    rows = [[ago(days=30 - day), f"{SHOP}/?gclid=c{day}", ""] for day in range(20)]
    found = [touch.gclid for touch in touches(content(*rows))]
    assert found == ["c0", *(f"c{day}" for day in range(11, 20))]


# -- Mails -----------------------------------------------------------------------------------


def test_a_line_of_a_mail():
    text = encoded(content([ago(days=1), AD, ""]))
    for line in (f"conversion_journey: {text}", f"*conversion_journey*: {text}\nRegards"):
        assert read(find_handover(f"Hello\n{line}\n")) == read(text)
    for line in ("", "conversion_journey: none", "the conversion_journey was long and pleasant"):
        assert find_handover(line) == ""
