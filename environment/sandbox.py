"""The project's own Google, started for the demonstration."""

import json
import shutil

from . import commands, paths, virtualenv
from .processes import BackgroundProcess

START_SECONDS = 30


class GoogleSandbox:
    """One Google sandbox, with its certificates and keys in ``.environment/sandbox``."""

    def __init__(self):
        self.folder = paths.SANDBOX
        self._process = BackgroundProcess("sandbox")

    @property
    def trust(self):
        """The variables by which Google's clients trust the sandbox's certificate."""
        authority = str(self.folder / "ca.pem")
        return {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": authority, "REQUESTS_CA_BUNDLE": authority}

    def start(self, state=None):
        """Start an empty sandbox; one started earlier is stopped first.

        :param state: a file with accounts, clicks, campaigns and costs instead of the default's
        :return: what the sandbox says of itself: its addresses
        :raise Problem: when it does not start
        """
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        command = [virtualenv.PYTHON, "-m", "google_sandbox", "--keep-running"]
        command += ["--directory", self.folder]
        if state:
            command += ["--state", state]
        tests = paths.ADDON / "tests"
        self._process.start(command, env={**commands.base_environment(), "PYTHONPATH": str(tests)})
        self._process.wait_until(
            lambda: self._announced() is not None,
            seconds=START_SECONDS,
            what="The Google sandbox",
        )
        return self._announced()

    def stop(self):
        """Stop the sandbox, also one that an earlier command started.

        :return: whether there was one
        """
        return self._process.stop()

    def _announced(self):
        for line in self._process.log.read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                return json.loads(line)
        return None
