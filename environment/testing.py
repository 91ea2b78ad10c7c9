"""Runs the tests: all of them in one run of pytest, or the plain ones without a database."""

import argparse
import os
import subprocess

from . import build, commands, database, launch, paths, postgres, virtualenv
from .console import say

DATABASE = "test"
# more than there are cores: many tests wait for a browser, the sandbox or a clock
SHARED_OUT = ("--numprocesses=3", "--dist=loadscope", "--no-loadscope-reorder")


def run_all(odoo, arguments):
    """Run every test on a fresh clone of the database with the add-on.

    Several processes share them out, each with a copy of that database which pytest-odoo makes;
    tests that are picked run in one, where a debugger works.

    :param arguments: for pytest, such as ``["-k", "touchpoint"]``
    :return: pytest's exit status
    """
    with build.alone("build"):
        origin = database.with_addon(odoo, "plain")
    with build.alone("test"):
        _drop_copies()
        database.clone(origin, DATABASE)
        say("Running the tests")
        return _pytest(
            launch.environment(odoo),
            "--odoo-http",
            f"--odoo-config={launch.CONFIGURATION}",
            f"--odoo-database={DATABASE}",
            "--odoo-log-level=warn",
            "--odoo-extra=log-handler=py.warnings:ERROR",
            *(arguments or SHARED_OUT),
        )


def torture(odoo, arguments):
    """Play many random histories of deals, each compared with what Google counts in the end.

    :param arguments: ``--seeds`` of each kind of history, ``--minutes`` for each kind at most
    :return: pytest's exit status
    """
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--seeds", type=int, default=250)
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args(arguments)
    os.environ |= {"SEEDS": str(options.seeds), "SECONDS": str(options.minutes * 60)}
    # no single test of the suite may take as long as this one is meant to
    endless = "--override-ini=faulthandler_timeout=0"
    return run_all(odoo, ["-k", "test_google_ads_histories", "-rP", endless])


def run_plain(arguments):
    """Run the tests that need no Odoo.

    :return: pytest's exit status
    """
    folders = ["conversion_tracking/tests/plain", "environment/tests"]
    return _pytest(commands.base_environment(), "-p", "no:odoo", *folders, *arguments)


def _drop_copies():
    """Drop the workers' databases that an interrupted run left behind."""
    left = f"SELECT datname FROM pg_database WHERE datname LIKE '{DATABASE}-gw%'"
    for [name] in postgres.query(left):
        database.drop(name)


def _pytest(environment, *arguments):
    return subprocess.run(
        [virtualenv.PYTHON, "-m", "pytest", *arguments],
        cwd=paths.ROOT,
        # gRPC's remarks would follow the runner's closing line
        env={**environment, "GRPC_VERBOSITY": "ERROR"},
        check=False,
    ).returncode
