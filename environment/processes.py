"""Programs that run on in the background after the command that started them has ended."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from . import commands, paths
from .console import Problem

STOP_SECONDS = 20


class BackgroundProcess:
    """One background program of this checkout, known by its name.

    Its process number is kept in ``.environment/run/<name>.json`` together with the moment the
    process started, so that another process which later gets the same number is left alone.
    Its output is in ``.environment/logs/<name>.log``.
    """

    def __init__(self, name):
        self.name = name
        self.log = paths.LOGS / f"{name}.log"
        self._record = paths.RUN / f"{name}.json"
        self._child = None

    def start(self, command, *, env):
        """Start the program; one of that name that still runs is stopped first."""
        self.stop()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._child = subprocess.Popen(
                command,
                cwd=paths.ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        identity = {"process": self._child.pid, "started": _started(self._child.pid)}
        self._record.parent.mkdir(parents=True, exist_ok=True)
        self._record.write_text(json.dumps(identity))

    def running(self):
        """Whether the program runs."""
        if self._child:
            self._child.poll()
        return self._process() is not None

    def stop(self):
        """End the program and what it started, by force if it does not within 20 s.

        :return: whether there was anything to stop
        """
        process = self._process()
        if process is None:
            self._record.unlink(missing_ok=True)
            return False
        for sign, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            os.killpg(process, sign)
            give_up = time.monotonic() + seconds
            while self.running() and time.monotonic() < give_up:
                time.sleep(0.05)
            if not self.running():
                self._record.unlink(missing_ok=True)
                return True
        raise Problem(f"{self.name} (process {process}) cannot be stopped.")

    def wait_until(self, ready, *, seconds, what):
        """Wait until ``ready()`` is true.

        :raise Problem: when the program ends, or is not ready in time; with the end of its log
        """
        give_up = time.monotonic() + seconds
        while not ready():
            running = self.running()
            if not running or time.monotonic() > give_up:
                self.stop()
                reason = f"was not ready after {seconds} s" if running else "ended at once"
                raise Problem(
                    f"{what} {reason}.\n{commands.last_lines(self.log)}\n"
                    f"The whole output is in {self.log}"
                )
            time.sleep(0.1)

    def _process(self):
        try:
            record = json.loads(self._record.read_text())
        except FileNotFoundError:
            return None
        started = _started(record["process"])
        return record["process"] if started and started == record["started"] else None


def _started(process):
    """When a process started, in the system's ticks; ``None`` when it does not run (any more)."""
    try:
        # the program's name, in parentheses, may hold spaces
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    return None if state in "ZX" else started
