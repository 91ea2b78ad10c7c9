"""Runs the tests: all of them in one run of pytest, or the plain ones without a database."""

import argparse
import os
import subprocess

from . import build, commands, database, launch, paths, postgres, virtualenv
from .console import say

DATABASE = "test"
# tests that meet Odoo's other apps, and the database where these are installed
APPS, LAB = "conversion_tracking/tests/apps", "lab"
# more than there are cores: many tests wait for a browser, the sandbox or a clock
SHARED_OUT = ("--numprocesses=3", "--dist=loadscope", "--no-loadscope-reorder")


def run_all(odoo, arguments):
    """Run every test, those of the lab first, or those that are picked.

    :param arguments: for pytest, such as ``["-k", "touchpoint"]``; with a path into the lab's
        folder they are asked of the lab alone, else of the plain database
    :return: pytest's exit status
    """
    if any(argument.startswith(APPS) for argument in arguments):
        return _run(odoo, "apps", LAB, arguments)
    if not arguments:
        with build.alone("databases"):
            database.with_addon_each(odoo, "apps", "plain")
    lab = 0 if arguments else _run(odoo, "apps", LAB, (*SHARED_OUT, APPS))
    plain = _run(odoo, "plain", DATABASE, arguments or SHARED_OUT)
    if lab:
        say("Tests of the lab failed: they are the first ones above")
    return plain or lab


def _run(odoo, kind, name, arguments):
    """Run pytest on a fresh clone of the database of a kind with the add-on.

    Several processes share the tests out, each with a copy of that database which pytest-odoo
    makes; tests that are picked run in one, where a debugger works.
    """
    with build.alone("databases"):
        origin = database.with_addon(odoo, kind)
    with build.alone("test"):
        _drop_copies(name)
        database.clone(origin, name)
        say(f"Running the tests on the database {name}")
        return _pytest(
            launch.environment(odoo),
            "--odoo-http",
            f"--odoo-config={launch.CONFIGURATION}",
            f"--odoo-database={name}",
            "--odoo-log-level=warn",
            "--odoo-extra=log-handler=py.warnings:ERROR",
            # a browser inherits it, and reserves more than it uses
            "--odoo-extra=limit-memory-hard=0",
            *arguments,
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


def _drop_copies(name):
    """Drop the workers' copies of a database that an interrupted run left behind."""
    left = f"SELECT datname FROM pg_database WHERE datname LIKE '{name}-gw%'"
    for [copy] in postgres.query(left):
        database.drop(copy)


def _pytest(environment, *arguments):
    return subprocess.run(
        [virtualenv.PYTHON, "-m", "pytest", *arguments],
        cwd=paths.ROOT,
        # gRPC's remarks would follow the runner's closing line
        env={**environment, "GRPC_VERBOSITY": "ERROR"},
        check=False,
    ).returncode
