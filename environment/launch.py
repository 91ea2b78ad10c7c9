"""Runs Odoo: its configuration, its environment, and commands that end by themselves."""

import os
import re
import tempfile

from . import commands, packages, paths, postgres, virtualenv
from .console import Problem

CONFIGURATION = paths.STATE / "odoo.conf"
LAUNCHER = paths.TOOLS / "odoo_at.py"
PROBLEM_LINE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) ")


def configure(odoo):
    """Write Odoo's configuration file for this checkout.

    :return: its path
    """
    folders = list(odoo.addons_paths)
    if (paths.ADDON / "__manifest__.py").exists():
        folders.append(paths.ROOT)
    if "," in "".join(map(str, folders)):
        raise Problem(f"Odoo cannot use a folder with a comma in its name: {paths.ROOT}. Move it.")
    options = {
        "addons_path": ",".join(map(str, folders)),
        "data_dir": paths.ODOO_DATA,
        "db_host": postgres.socket_folder(),
        "db_port": postgres.PORT,
        "db_user": postgres.ROLE,
        "http_interface": "127.0.0.1",
        "list_db": False,
        # a failing browser test leaves a picture
        "screenshots": paths.SCREENSHOTS / "tests",
    }
    paths.ODOO_DATA.mkdir(parents=True, exist_ok=True)
    text = "[options]\n" + "".join(f"{name} = {value}\n" for name, value in options.items())
    # another Odoo of this checkout may be reading it just now
    if not CONFIGURATION.exists() or CONFIGURATION.read_text() != text:
        CONFIGURATION.write_text(text)
    return CONFIGURATION


def environment(odoo):
    """The environment of Odoo and of everything that imports it."""
    base = commands.base_environment()
    programs = [virtualenv.FOLDER / "bin", packages.postgres_folders()[0]]
    return {
        **base,
        **postgres.client_environment(),
        "PYTHONPATH": str(odoo.python_path),
        "PATH": os.pathsep.join([*map(str, programs), base["PATH"]]),
        "VIRTUAL_ENV": str(virtualenv.FOLDER),
    }


def command(*arguments):
    """Odoo's command line; ``arguments`` begin with a sub-command or an option."""
    return [virtualenv.PYTHON, LAUNCHER, *arguments]


def run(odoo, *arguments, what, log, stdin=None):
    """Run Odoo until it ends by itself, showing only warnings and errors.

    :param stdin: an open file for ``odoo shell``
    :return: the warning and error lines it logged
    :raise Problem: when it fails
    """
    options = {"stdin": stdin} if stdin else {}
    subcommand = [arguments[0]] if not arguments[0].startswith("-") else []
    commands.logged(
        command(
            *subcommand,
            f"--config={configure(odoo)}",
            "--log-level=warn",
            "--log-handler=py.warnings:ERROR",
            "--no-http",
            *arguments[len(subcommand) :],
        ),
        log,
        what,
        env=environment(odoo),
        **options,
    )
    lines = (paths.LOGS / f"{log}.log").read_text(errors="replace").splitlines()
    return [line for line in lines if PROBLEM_LINE.match(line)]


def script(odoo, database, code, *, what, log):
    """Run Python code in ``odoo shell``, with ``env`` as there.

    :return: the warning and error lines Odoo logged
    :raise Problem: when it fails
    """
    with tempfile.TemporaryFile("w+") as file:
        file.write(code)
        file.seek(0)
        return run(odoo, "shell", f"--database={database}", what=what, log=log, stdin=file)
