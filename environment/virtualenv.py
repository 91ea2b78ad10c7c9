"""The virtual environment: Odoo's own Python pins, the add-on's libraries and the test tools."""

import os
import sys

from . import cache, commands, paths
from .console import Problem, step

FOLDER = paths.STATE / "venv"
PYTHON = FOLDER / "bin" / "python"
REQUIREMENTS = (paths.TOOLS / "requirements.txt", paths.TOOLS / "requirements-dev.txt")
SUPPORTED = ((3, 11), (3, 13))


def key():
    """What the packages are made from: the pins, this Python, and the place (scripts name it)."""
    return cache.key_of(*REQUIREMENTS, sys.version, os.path.realpath(sys.executable), str(FOLDER))


def ensure():
    """Create the virtual environment and install the pinned packages, once for each set of pins.

    Unlike other cached folders it is built in place, because its scripts name their own path.

    :raise Problem: an unsupported Python, no network, no space
    """
    if cache.is_built(FOLDER, key()):
        return
    oldest, newest = SUPPORTED
    if not oldest <= sys.version_info[:2] <= newest:
        raise Problem(
            f"Python 3.11 to 3.13 is needed, but python3 is {sys.version.split()[0]}.\n"
            "Put a supported python3 first on PATH and run the same again."
        )
    cache.require_space(1.5, "Installing the Python packages")
    with step("Installing the Python packages"):
        cache.discard(FOLDER)
        environment = commands.base_environment()
        what = "Installing the Python packages"
        commands.logged([sys.executable, "-m", "venv", FOLDER], "pip", what, env=environment)
        files = [argument for file in REQUIREMENTS for argument in ("--requirement", file)]
        commands.logged(
            [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *files],
            "pip",
            what,
            hint=commands.CHECK_NETWORK,
            env=environment,
        )
        (FOLDER / cache.KEY_FILE).write_text(key())
