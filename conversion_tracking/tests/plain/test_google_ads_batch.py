from datetime import datetime, timezone

import pytest

from google_ads import batch
from google_ads.batch import Batch, Deadline
from google_ads.events import Adjustment, ConversionEvent, Delivery, Outcome

EVENT = ConversionEvent("odoo-1", "6490000003", datetime(2026, 11, 1, tzinfo=timezone.utc))
CORRECTION = Adjustment(EVENT, "retraction", datetime(2026, 11, 2, tzinfo=timezone.utc))


class Listener:
    """A transport that keeps what it was given."""

    max_batch = 2_000

    def __init__(self):
        self.sent, self.adjusted = [], []

    def send(self, events, validate_only=False):
        self.sent += events
        return Delivery("one", [Outcome("accepted", None, "one", 0)])

    def adjust(self, adjustments, validate_only=False):
        self.adjusted += adjustments
        return Delivery("one", [Outcome("accepted", None, "one", 0)])


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(batch.time, "monotonic", lambda: now[0])
    return now


def made(event):
    return Batch("ours", "data_manager", "6490000003", rows=[{"id": 1}], events=[event])


def test_events_are_sent_and_corrections_adjust():
    listener = Listener()
    for event in (EVENT, CORRECTION):
        assert [one.state for one in made(event).send(listener)] == ["accepted"]
    assert (listener.sent, listener.adjusted) == ([EVENT], [CORRECTION])


def test_a_deadline_is_only_ever_shortened(clock):
    unlimited, limited = Deadline(), Deadline(10)
    limited.shorten(60)
    clock[0] += 10
    assert (unlimited.is_over, limited.is_over) == (False, True)
    unlimited.shorten(0.0)
    assert unlimited.is_over


def test_no_personal_data_in_what_a_log_shows():
    assert "odoo-1" not in repr(made(EVENT))
