"""What one thread hands to another: events ready to be sent, and until when to make more."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .events import Adjustment, ConversionEvent, Outcome
from .transports.base import Transport, deliver, deliver_adjustments


class Deadline:
    """Until when a delivery may take more.

    :param seconds: from now on; unlimited by default
    """

    def __init__(self, seconds: float | None = None):
        self._at = time.monotonic() + (seconds or math.inf)

    def shorten(self, seconds: float):
        """Let it be over in ``seconds`` from now at the latest."""
        self._at = min(self._at, time.monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._at


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of the outbox that one worker has claimed, ready to be sent.

    :param claim: the worker's token on the rows
    :param transport: name of the way of delivery
    :param google_action_id: Google's number of the conversion action that counts them
    :param rows: the rows' values when they were claimed
    :param events: what is sent for each of them, all of one kind
    """

    claim: str
    transport: str
    google_action_id: str
    rows: Sequence[dict] = field(repr=False)
    events: Sequence[ConversionEvent] | Sequence[Adjustment] = field(repr=False)

    def send(self, transport: Transport) -> list[Outcome]:
        """Send it, as :func:`.transports.base.deliver`."""
        corrects = isinstance(self.events[0], Adjustment)
        return (deliver_adjustments if corrects else deliver)(transport, self.events)
