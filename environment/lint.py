"""Checks the code: ruff's rules and layout everywhere, OCA's rules for Odoo on the add-on."""

import subprocess

from . import commands, paths, virtualenv
from .console import say


def check():
    """Run all checks.

    :return: the exit status: 0 when every check passed
    """
    checks = {
        "ruff's rules": ["ruff", "check", "--output-format=concise", "."],
        "ruff's layout": ["ruff", "format", "--check", "."],
        "OCA's rules": ["pylint", "--rcfile=pyproject.toml", paths.ADDON.name],
    }
    failed = [name for name, command in checks.items() if _run(name, command)]
    say(f"Not clean: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


def tidy():
    """Lay the code out, and repair what ruff can repair safely.

    :return: the exit status
    """
    return _run("Repairing", ["ruff", "check", "--fix", "."]) or _run(
        "Laying out", ["ruff", "format", "."]
    )


def _run(name, command):
    say(name)
    return subprocess.run(
        [virtualenv.PYTHON, "-m", *command],
        cwd=paths.ROOT,
        env=commands.base_environment(),
        check=False,
    ).returncode
