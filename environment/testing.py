"""Runs the tests: all of them in one run of pytest, or the plain ones without a database."""

import subprocess

from . import build, commands, database, launch, paths, virtualenv
from .console import say

DATABASE = "test"


def run_all(odoo, arguments):
    """Run every test on a fresh clone of the database with the add-on.

    :param arguments: for pytest, such as ``["-k", "touchpoint"]``
    :return: pytest's exit status
    """
    with build.alone("build"):
        origin = database.with_addon(odoo, "plain")
    with build.alone("test"):
        database.clone(origin, DATABASE)
        say("Running the tests")
        return _pytest(
            launch.environment(odoo),
            "--odoo-http",
            f"--odoo-config={launch.CONFIGURATION}",
            f"--odoo-database={DATABASE}",
            "--odoo-log-level=warn",
            "--odoo-extra=log-handler=py.warnings:ERROR",
            *arguments,
        )


def run_plain(arguments):
    """Run the tests that need no Odoo.

    :return: pytest's exit status
    """
    folders = ["conversion_tracking/tests/plain", "environment/tests"]
    return _pytest(commands.base_environment(), "-p", "no:odoo", *folders, *arguments)


def _pytest(environment, *arguments):
    return subprocess.run(
        [virtualenv.PYTHON, "-m", "pytest", *arguments],
        cwd=paths.ROOT,
        # gRPC's remarks would follow the runner's closing line
        env={**environment, "GRPC_VERBOSITY": "ERROR"},
        check=False,
    ).returncode
