"""What the reader sees: progress lines with the seconds since the start, and problems."""

import contextlib
import time

_STARTED = time.monotonic()


class Problem(Exception):
    """A failure the reader can act on: the text says what happened and what to do next."""


def say(text):
    """Print a progress line that begins with the seconds since the command started."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {text}", flush=True)


@contextlib.contextmanager
def step(text):
    """Announce a long step, and its duration once it is done."""
    say(f"{text} ...")
    began = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - began:.0f} s")
