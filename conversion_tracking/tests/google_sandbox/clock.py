"""The sandbox's clock: real time until somebody moves it."""

from datetime import datetime, timedelta, timezone


class Clock:
    """Tells the time that every age in the sandbox is measured by."""

    def __init__(self):
        self._offset = timedelta(0)
        self._frozen_at = None

    def now(self):
        """Return the sandbox's time, aware, in UTC."""
        return self._frozen_at or datetime.now(timezone.utc) + self._offset

    def set(self, moment, *, frozen=False):
        """Make ``moment`` (aware) the present; it runs on from there unless ``frozen``."""
        self._offset = moment - datetime.now(timezone.utc)
        self._frozen_at = moment.astimezone(timezone.utc) if frozen else None

    def advance(self, delta):
        """Move the present by ``delta``, which may be negative."""
        self._offset += delta
        if self._frozen_at:
            self._frozen_at += delta

    def real(self):
        """Go back to the machine's own time."""
        self._offset = timedelta(0)
        self._frozen_at = None
