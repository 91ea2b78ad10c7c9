"""Requests keep to the limits of Google's project, and none is made above them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from google_ads.errors import TransportFault
from google_ads.transports.paced import LIMITS, Pace, PacedTransport


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Counting:
    """A transport that counts what reaches it."""

    max_batch = 2000
    connection = object()

    def __init__(self):
        self.calls = []

    def send(self, events, validate_only=False):
        self.calls.append(("send", validate_only))
        return "delivery"

    def adjust(self, adjustments, validate_only=False):
        self.calls.append(("adjust", validate_only))
        return "delivery"

    def status(self, request_id, count):
        self.calls.append(("status", request_id))
        return "status"


def test_a_window_that_is_full_tells_how_long_to_wait():
    clock = Clock()
    pace = Pace(((60.0, 2),), clock)
    assert pace.wait() == 0
    clock.now = 10
    assert pace.wait() == 0
    clock.now = 15
    assert pace.wait() == 45
    clock.now = 59
    assert pace.wait() == 1
    clock.now = 60
    assert pace.wait() == 0
    assert pace.wait() == 10


def test_the_longest_of_several_windows_counts_and_a_refusal_takes_nothing():
    clock = Clock()
    pace = Pace(((60.0, 1), (3600.0, 2)), clock)
    assert pace.wait() == 0
    assert pace.wait() == 60
    clock.now = 60
    assert pace.wait() == 0
    clock.now = 120
    assert pace.wait() == 3480


def test_threads_that_ask_at_once_get_no_more_than_the_limit():
    def clock():
        time.sleep(0.001)  # lets another thread ask meanwhile
        return 0.0

    pace = Pace(((60.0, 5),), clock)
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _number: pace.wait(), range(16)))
    assert sorted(waits) == [0.0] * 5 + [60.0] * 11


def test_two_processes_together_stay_below_google_s_limits():
    allowed = {60.0: 300, 86_400.0: 100_000}
    for seconds, number in LIMITS:
        assert 2 * number < allowed[seconds]


@pytest.mark.parametrize(
    "call",
    [
        lambda transport: transport.send(["event"]),
        lambda transport: transport.adjust(["correction"]),
        lambda transport: transport.status("request-1", 1),
    ],
)
def test_nothing_is_sent_above_the_pace(call):
    transport = Counting()
    paced = PacedTransport(transport, Pace(((60.0, 1),), Clock()))
    call(paced)
    with pytest.raises(TransportFault) as caught:
        call(paced)
    assert len(transport.calls) == 1
    fault = caught.value.fault
    assert (fault.code, fault.error_class, fault.retry_after) == ("PACE", "waiting", 60)


def test_it_is_the_transport_for_everything_else():
    transport = Counting()
    paced = PacedTransport(transport, Pace())
    assert paced.send(["event"], validate_only=True) == "delivery"
    assert transport.calls == [("send", True)]
    assert (paced.max_batch, paced.connection) == (2000, transport.connection)
