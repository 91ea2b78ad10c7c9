"""Builds the demonstration's database, then lets one visitor's journey happen in it."""

import subprocess

from . import build, database, launch, paths, postgres, server, virtualenv
from .console import say
from .sandbox import GoogleSandbox

DATABASE = "demo"


def run(odoo, arguments):
    """Start the demonstration afresh; Odoo and the sandbox run on when it ends.

    :param arguments: passed on to the journey
    :return: the exit status: 0 when every step of the journey came out
    """
    port = server.wanted_port()
    odoo_server = server.OdooServer(DATABASE, port)
    odoo_server.stop()
    GoogleSandbox().stop()
    # found out now rather than after minutes of building
    server.require_port(port)
    with build.alone("databases"):
        origin = database.with_addon(odoo, "demo")
    database.clone(origin, DATABASE)
    postgres.query(
        f"UPDATE ir_config_parameter SET value = '{odoo_server.url}' WHERE key = 'web.base.url'",
        database=DATABASE,
    )
    say("Starting the journey")
    return subprocess.run(
        [virtualenv.PYTHON, "-m", "environment.journey", *arguments],
        cwd=paths.ROOT,
        env=launch.environment(odoo),
        check=False,
    ).returncode


def stop():
    """Stop the demonstration's Odoo and Google sandbox, if they run."""
    for name, program in (
        ("Odoo", server.OdooServer(DATABASE)),
        ("Google sandbox", GoogleSandbox()),
    ):
        if program.stop():
            say(f"{name} stopped")
