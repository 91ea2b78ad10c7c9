"""A conversion event carries one click id, keeps its secrets and refuses what Google refuses."""

from datetime import datetime, timezone

import pytest

from google_ads.events import Adjustment, ConversionEvent

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)


def event(**values):
    return ConversionEvent(
        **{"transaction_id": "odoo-1", "conversion_action_id": "7", "occurred_at": NOON} | values
    )


@pytest.mark.parametrize(
    ("ids", "sent"),
    [
        ({"gclid": "Gg", "wbraid": "Ww", "gbraid": "Bb"}, ("gclid", "Gg")),
        ({"wbraid": "Ww", "gbraid": "Bb"}, ("wbraid", "Ww")),
        ({"gbraid": "Bb"}, ("gbraid", "Bb")),
        ({}, None),
    ],
)
def test_exactly_one_click_id_is_sent(ids, sent):
    assert event(**ids).click_id == sent


def test_personal_data_is_not_in_the_repr():
    text = repr(
        event(email="ann@example.com", phone="+491701234567", gclid="Cj0K", consent="granted")
    )
    assert "odoo-1" in text
    for personal in ("ann", "1234567", "Cj0K"):
        assert personal not in text


@pytest.mark.parametrize("consent", ["denied", "unknown"])
def test_email_and_phone_need_consent(consent):
    assert not event(consent=consent).identifies_person
    assert event(consent="granted").identifies_person


@pytest.mark.parametrize(
    "values",
    [
        {"transaction_id": ""},
        {"conversion_action_id": "customers/1/conversionActions/7"},
        {"conversion_action_id": "٣"},
        {"conversion_action_id": ""},
        {"occurred_at": NOON.replace(tzinfo=None)},
        {"value": float("nan")},
        {"consent": "yes"},
        {"event_source": "FAX"},
    ],
)
def test_what_google_can_never_accept_is_refused_at_once(values):
    with pytest.raises(ValueError):
        event(**values)


def test_only_a_restatement_has_a_value():
    assert Adjustment(event(), "restatement", NOON, value=0).value == 0
    with pytest.raises(ValueError):
        Adjustment(event(), "restatement", NOON)
    with pytest.raises(ValueError):
        Adjustment(event(), "retraction", NOON, value=5)
    with pytest.raises(ValueError):
        Adjustment(event(), "undo", NOON)
    with pytest.raises(ValueError):
        Adjustment(event(), "retraction", NOON.replace(tzinfo=None))
