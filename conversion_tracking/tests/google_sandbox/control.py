"""Starting and steering the sandbox from a test or a script (standard library only).

One sandbox serves a whole test session: gRPC reads its trusted certificates once a
process, so a second certificate authority would not be trusted. ``shared()`` gives that
one; ``Sandbox.start()`` a further one for a client in another process.
"""

import atexit
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

# Where ``shared()`` leaves the addresses for other imports of this module (the add-on's
# tests import it under another name) and for child processes.
_SHARED = "GOOGLE_SANDBOX_ADDRESSES"
_PACKAGE_FOLDER = Path(__file__).resolve().parent.parent


class SandboxError(RuntimeError):
    """The sandbox did not start, or refused a command."""


class Sandbox:
    """A running sandbox; also a context manager that stops it.

    Attributes: ``google_ads_endpoint`` (host:port), ``data_manager_endpoint``,
    ``token_uri``, ``auth_uri`` (URLs), ``ca`` and ``service_account`` (paths),
    ``service_account_info`` (dict).
    """

    def __init__(self, addresses, output=None):
        self._output, self._starter = output, os.getpid()
        self.addresses = addresses
        self.google_ads_endpoint = addresses["google_ads_endpoint"]
        self.data_manager_endpoint = addresses["data_manager_endpoint"]
        self.token_uri = addresses["token_uri"]
        self.auth_uri = addresses["auth_uri"]
        self.ca = addresses["ca"]
        self.service_account = addresses["service_account"]
        self.service_account_info = json.loads(Path(self.service_account).read_text())
        self._tls = ssl.create_default_context(cafile=self.ca)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._tls)
        )

    # -- life -----------------------------------------------------------------------------

    @classmethod
    def start(cls, directory=None, state=None):
        """Start a sandbox in a process of its own, which ends with this one at the latest.

        It is no child of this process: after each test class, Odoo ends all children.

        :param directory: for certificates and keys; default a temporary one
        :param state: the world, as a dict or the path of a JSON file
        :raise SandboxError: it ended before it was ready
        """
        command = [sys.executable, "-m", "google_sandbox", "--watch", str(os.getpid())]
        if directory is None:
            directory = tempfile.mkdtemp(prefix="google-sandbox-")
            command.append("--temporary")
        command += ["--directory", str(directory)]
        if isinstance(state, dict):
            path = Path(directory) / "state.json"
            path.write_text(json.dumps(state))
            state = path
        if state is not None:
            command += ["--state", str(state)]
        path = os.pathsep.join([str(_PACKAGE_FOLDER), os.environ.get("PYTHONPATH", "")])
        log = Path(directory) / "sandbox.log"
        with log.open("wb") as errors:
            shell = subprocess.Popen(
                ["sh", "-c", '"$@" &', "sh", *command],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep)},
            )
        line = shell.stdout.readline()
        shell.wait()
        if not line:
            raise SandboxError(f"the sandbox did not start: {log.read_text()}")
        return cls(json.loads(line), shell.stdout)

    @classmethod
    def attach(cls, source):
        """Control a sandbox that runs already.

        :param source: the JSON line it printed, or the path of a file with that line
        """
        text = str(source)
        if not text.lstrip().startswith("{"):
            text = Path(text).read_text()
        return cls(json.loads(text.splitlines()[0]))

    def stop(self):
        """End the process, if this object started it; a forked child does not own it."""
        if self._output is None or os.getpid() != self._starter:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.addresses["pid"], signal.SIGTERM)
        self._output.read()  # ends when the process has
        self._output.close()
        self._output = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def environment(self):
        """Return the environment variables that make a client process trust the sandbox."""
        return {
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": self.ca,
            "REQUESTS_CA_BUNDLE": self.ca,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    # -- commands -------------------------------------------------------------------------

    def _call(self, command, **arguments):
        request = urllib.request.Request(
            f"{self.addresses['control']}/{command}", data=json.dumps(arguments).encode()
        )
        try:
            with self._opener.open(request, timeout=120) as response:
                return json.load(response)["result"]
        except urllib.error.HTTPError as error:
            with error:
                reason = error.read().decode("utf-8", "replace")
            raise SandboxError(f"{command}: {reason}") from None

    def reset(self, state=None):
        """Begin anew: the world (the first one, or ``state``), clock, switches, no faults.

        Ledger, requests and quota counters are forgotten; tokens that are still good stay.
        """
        self._call("reset", state=state)

    def now(self):
        """Return the sandbox's time, aware."""
        return datetime.fromisoformat(self._call("now"))

    def set_clock(self, moment, *, frozen=False):
        """Move the clock to an aware datetime; it runs on from there unless ``frozen``."""
        self._call("set_clock", moment=moment.isoformat(), frozen=frozen)

    def advance(self, delta):
        """Move the clock by a timedelta."""
        self._call("advance", seconds=delta.total_seconds())

    def real_clock(self):
        """Give the clock the machine's time again."""
        self._call("real_clock")

    def fault(self, kind, **options):
        """Inject a fault; ``faults.py`` lists kinds and options."""
        self._call("fault", kind=kind, **options)

    def clear_faults(self):
        """Forget all injected faults."""
        self._call("clear_faults")

    def switch(self, name, value):
        """Set a switch; ``switches.py`` lists them."""
        self._call("switch", name=name, value=value)

    def switches(self):
        """Return all switches with their values."""
        return self._call("switches")

    def ledger(self, *, summary=False):
        """Return what Google has now: ``{"accepted": [...], "refused": [...]}``.

        Accepted: api, account, action, transaction_id, value, currency, time, click_id,
        count, adjustments and more. Refused: account, action, transaction_id, reason.
        With ``summary``, totals only.
        """
        return self._call("ledger", summary=summary)

    def requests(self):
        """Return every request received, as text, without its token."""
        return self._call("requests")

    def add_click(self, click_id, **click):
        """Add an ad click.

        :param click: ``account``, ``campaign``, ``kind`` (gclid, gbraid, wbraid),
            ``clicked`` (aware datetime or ``{"hours_ago": 8}``; default now), ``ad_group``,
            ``ad``, ``keyword``, ``person`` ({"email", "phone"}) and more, see the clicks in
            ``default_state.json``
        """
        self.add_clicks({click_id: click})

    def add_clicks(self, clicks):
        """Add many ad clicks at once: {click id: fields as for ``add_click``}."""
        for click in clicks.values():
            if isinstance(click.get("clicked"), datetime):
                click["clicked"] = click["clicked"].isoformat()
        self._call("add_clicks", clicks=clicks)

    def update(self, path, value):
        """Change the world: put ``value`` at a path such as ``accounts/123/auto_tagging``."""
        self._call("update", path=path, value=value)

    def remove(self, path):
        """Change the world: delete what is at a path."""
        self._call("remove", path=path)

    def state(self):
        """Return the present world as a dict."""
        return self._call("state")


def shared():
    """Return the one sandbox of this process, started at first use.

    Its environment variables are put into ``os.environ`` at that moment, which must be
    before the first gRPC channel is made. It is stopped when the process ends.
    """
    line = os.environ.get(_SHARED)
    if line:
        # What the variable names may have ended; then another is started.
        with contextlib.suppress(OSError, SandboxError):
            sandbox = Sandbox.attach(line)
            sandbox.now()
            return sandbox
    sandbox = Sandbox.start()
    atexit.register(sandbox.stop)
    os.environ.update(sandbox.environment())
    os.environ[_SHARED] = json.dumps(sandbox.addresses)
    return sandbox
