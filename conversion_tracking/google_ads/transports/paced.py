"""Keeping to the number of requests that Google allows, before Google has to say so."""

import threading
import time
from collections import deque

from ..catalogue import OUTBOX
from ..errors import TransportFault, make_fault

# Google allows 300 a minute and 100,000 a day for each project
# (https://developers.google.com/data-manager/api/devguides/limits). A delivery and the questions
# about an earlier one can run at the same time, in two processes: each takes less than half.
LIMITS = ((60.0, 140), (86_400.0, 48_000))


class Pace:
    """Counts requests in sliding windows of time.

    :param limits: pairs of seconds and the number of requests allowed in them
    :param clock: seconds that only ever grow

    Threads may share it.
    """

    def __init__(self, limits=LIMITS, clock=time.monotonic):
        self._windows = [(seconds, limit, deque()) for seconds, limit in limits]
        self._clock = clock
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Seconds until the next request is allowed; 0 when it is now, which counts as made."""
        with self._lock:
            return self._take()

    def _take(self):
        now = self._clock()
        longest = 0.0
        for seconds, limit, taken in self._windows:
            while taken and taken[0] <= now - seconds:
                taken.popleft()
            if len(taken) >= limit:
                longest = max(longest, taken[0] + seconds - now)
        if not longest:
            for _seconds, _limit, taken in self._windows:
                taken.append(now)
        return longest


class PacedTransport:
    """A transport that makes no more requests than its pace allows.

    The next one fails without having been sent, with the fault ``PACE`` and the time to wait.
    """

    def __init__(self, transport, pace):
        self._transport, self._pace = transport, pace
        self.max_batch = transport.max_batch
        self.connection = transport.connection

    def send(self, events, validate_only=False):
        """As the transport's own."""
        self._take()
        return self._transport.send(events, validate_only)

    def adjust(self, adjustments, validate_only=False):
        """As the transport's own."""
        self._take()
        return self._transport.adjust(adjustments, validate_only)

    def status(self, request_id, count):
        """As the transport's own."""
        self._take()
        return self._transport.status(request_id, count)

    def _take(self):
        if seconds := self._pace.wait():
            raise TransportFault(make_fault("PACE", OUTBOX, retry_after=seconds))
