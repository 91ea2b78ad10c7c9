"""Runs other programs: their output goes to a log, their failure becomes a problem with its end."""

import os
import subprocess

from . import paths
from .console import Problem

LOG_LINES_SHOWN = 15
CHECK_NETWORK = (
    "Check the network (a proxy is named by http_proxy=... and https_proxy=...), then run the same"
    " again."
)


def logged(command, log, what, *, hint="", **options):
    """Run ``command`` with its output in ``.environment/logs/<log>.log``.

    :param what: the step in words, for the message, as in "Installing the Python packages"
    :param hint: what the reader can do when it fails
    :raise Problem: when the command fails, with the last lines of its output
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_file = paths.LOGS / f"{log}.log"
    options.setdefault("stdin", subprocess.DEVNULL)
    with log_file.open("wb") as output:
        result = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, **options)
    if result.returncode:
        raise Problem(
            f"{what} failed. {hint}\n{last_lines(log_file)}\nThe whole output is in {log_file}"
        )


def last_lines(log_file):
    """The end of a log, indented for a message."""
    lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LOG_LINES_SHOWN:])


def base_environment():
    """The environment of every program started here.

    Settings for another PostgreSQL, Odoo or Python that the user's shell may carry are left out:
    they would silently point this environment at the wrong one. Compiled Python files are kept,
    because without them each start of Odoo takes seconds longer.
    """
    foreign = ("PG", "ODOO", "OPENERP", "PYTEST")
    dropped = {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "PIP_USER"}
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(foreign) and name not in dropped
    }
    environment["LC_ALL"] = "C.UTF-8"
    # a browser or client must reach this machine's own servers without going through a proxy
    for name in ("NO_PROXY", "no_proxy"):
        others = [host for host in environment.get(name, "").split(",") if host]
        environment[name] = ",".join([*others, "127.0.0.1", "localhost"])
    return environment
