"""Counting requests in a sliding window of time."""

from collections import deque


class SlidingWindow:
    """Counts units over the last ``seconds``, by the times it is given."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._taken = deque()
        self._total = 0

    def take(self, units, limit, now):
        """Take ``units`` if the window still holds them.

        :param limit: largest total in the window; ``None`` for no limit
        :param now: aware datetime
        :return: ``None`` when taken, else the seconds until they would fit
        """
        stamp = now.timestamp()
        while self._taken and self._taken[0][0] <= stamp - self.seconds:
            self._total -= self._taken.popleft()[1]
        if limit is not None and self._total + units > limit:
            oldest = self._taken[0][0] if self._taken else stamp
            return max(1.0, oldest + self.seconds - stamp)
        self._taken.append((stamp, units))
        self._total += units
        return None
