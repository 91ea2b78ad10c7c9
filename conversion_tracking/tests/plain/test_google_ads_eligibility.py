"""The first rule that applies is the reason; the order tells the one that helps most."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from google_ads.eligibility import (
    CLICK_LIFETIME,
    LABELS,
    PERSON_LIFETIME,
    RULES,
    Candidate,
    find_obstacle,
)

NOW = datetime(2026, 11, 20, 12)
GOOD = Candidate(
    consent="granted",
    event_time=NOW,
    now=NOW,
    click_time=NOW - timedelta(days=1),
    has_gclid=True,
    has_braid=False,
)
NO_CLICK = replace(GOOD, click_time=None, has_gclid=False)
PERSON = replace(NO_CLICK, sends_identity=True, has_identity=True)
SECOND = timedelta(seconds=1)


def test_a_lead_by_an_ad_may_be_uploaded():
    assert find_obstacle(GOOD) is None
    assert find_obstacle(replace(GOOD, consent="unknown")) is None


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (replace(GOOD, consent="denied"), "no_consent"),
        (replace(NO_CLICK, consent="denied"), "no_consent"),
        (NO_CLICK, "no_click_id"),
        (replace(NO_CLICK, other_platform=True), "other_platform"),
        (replace(GOOD, other_platform=True), None),
        (replace(GOOD, click_time=NOW + timedelta(hours=1)), "event_before_click"),
        (replace(GOOD, click_time=NOW + timedelta(hours=1) - SECOND), None),
        (replace(GOOD, click_time=NOW - CLICK_LIFETIME), None),
        (replace(GOOD, click_time=NOW - CLICK_LIFETIME - SECOND), "click_too_old"),
        (replace(GOOD, has_action=False), "not_configured"),
        (replace(GOOD, has_gclid=False, has_braid=True), None),
        (replace(GOOD, has_gclid=False, has_braid=True, counts_one=True), "ios_click"),
        (replace(GOOD, counted_already=True), None),
        (replace(GOOD, counted_already=True, counts_one=True), "counted_once"),
        (replace(GOOD, now=NOW + CLICK_LIFETIME), "click_too_old"),
        (PERSON, None),
        (replace(PERSON, other_platform=True), None),
        (replace(PERSON, counts_one=True), None),
        (replace(PERSON, sends_identity=False), "no_click_id"),
        (replace(PERSON, consent="denied"), "no_consent"),
        (replace(PERSON, consent="unknown"), "no_click_no_consent"),
        (replace(PERSON, has_identity=False), "no_click_no_identity"),
        (replace(PERSON, has_action=False), "not_configured"),
        (replace(PERSON, now=NOW + PERSON_LIFETIME), None),
        (replace(PERSON, now=NOW + PERSON_LIFETIME + SECOND), "no_click_too_old"),
    ],
)
def test_each_reason(event, reason):
    assert find_obstacle(event) == reason


def test_an_event_of_before_that_nobody_counted_says_what_can_be_done():
    late = replace(GOOD, now=NOW + CLICK_LIFETIME, has_action=False)
    assert find_obstacle(late) == "not_configured"


def test_every_reason_has_one_label():
    assert all(LABELS[rule.code] == rule.label for rule in RULES)
