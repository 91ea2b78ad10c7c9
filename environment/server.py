"""A running Odoo, with the clock where one wants it.

    server = OdooServer("demo", 8069, clock_offset=timedelta(hours=-8))
    server.start()      # answers at server.url when this returns
    ...
    server.stop()

A server that is not stopped runs on; ``make stop`` ends it.
"""

import datetime
import os
import socket
import urllib.error
import urllib.request

from . import launch, odoo_source
from .console import Problem
from .processes import BackgroundProcess

DEFAULT_PORT = 8069
START_SECONDS = 90
NO_OFFSET = datetime.timedelta(0)


class OdooServer:
    """One Odoo server on one database.

    :param clock_offset: how far its clock is ahead (or, negative, behind); it ticks on from there,
        in Python and in SQL's ``now()``
    :param scheduled_jobs: whether it runs scheduled jobs by itself
    :param environment: further variables, such as the certificates it is to trust
    :param name: of its process; a second server beside the first needs one of its own
    """

    def __init__(
        self,
        database,
        port=None,
        clock_offset=NO_OFFSET,
        *,
        scheduled_jobs=False,
        environment=None,
        name="odoo",
    ):
        self.database = database
        self.port = port or wanted_port()
        self.clock_offset = clock_offset
        self.scheduled_jobs = scheduled_jobs
        self.environment = environment or {}
        self._process = BackgroundProcess(name)

    @property
    def url(self):
        """The address of the server, without a slash at the end."""
        return f"http://localhost:{self.port}"

    @property
    def log(self):
        """The file with the server's log."""
        return self._process.log

    def start(self):
        """Start the server and wait until it answers; one started earlier is stopped first.

        :raise Problem: the port is in use, or the server does not start
        """
        self.stop()
        require_port(self.port)
        odoo = odoo_source.ensure()
        command = launch.command(
            f"--config={launch.configure(odoo)}",
            f"--database={self.database}",
            f"--db-filter=^{self.database}$",
            f"--http-port={self.port}",
            f"--max-cron-threads={2 if self.scheduled_jobs else 0}",
            "--log-handler=py.warnings:ERROR",
        )
        environment = {
            **launch.environment(odoo),
            **self.environment,
            "ODOO_CLOCK_OFFSET": str(self.clock_offset.total_seconds()),
        }
        self._process.start(command, env=environment)
        self._process.wait_until(self._answers, seconds=START_SECONDS, what="Odoo")

    def stop(self):
        """Stop the server, also one that an earlier command started.

        :return: whether there was one
        """
        return self._process.stop()

    def _answers(self):
        try:
            # this machine's own server is not reached through a proxy
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{self.url}/web/login", timeout=START_SECONDS) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def wanted_port():
    """The port of the demonstration: ``PORT=...``, else 8069."""
    named = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not named.isdigit() or not 0 < int(named) < 65536:
        raise Problem(f"PORT={named} is not a port: it must be a number from 1 to 65535.")
    return int(named)


def require_port(port):
    """Stop with a clear message when another program listens on a port.

    :raise Problem: naming the port and how to choose another
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"Port {port} cannot be used: {error.strerror}.\n"
                f"Choose another, as in: make demo PORT={port + 1}"
            ) from error
