"""System packages: installed by apt when root and missing, else named with the command."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

from . import commands
from .console import Problem, step

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# what drives the browser in the demonstration is linked to it
PLAYWRIGHT_LIBRARY = "libatomic.so.1"
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def ensure(*, debian_archive):
    """Make sure the system packages are there.

    :param debian_archive: whether packages of Debian's archive will be fetched
    :raise Problem: something is missing and cannot be installed from here
    """
    missing = _missing(debian_archive)
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() or not shutil.which("apt-get"):
        raise Problem(
            f"These system packages are missing: {', '.join(missing)}.\nInstall them with:\n"
            f"    sudo apt-get update && sudo {' '.join(command)}"
        )
    with step(f"Installing system packages: {', '.join(missing)}"):
        environment = {**commands.base_environment(), "DEBIAN_FRONTEND": "noninteractive"}
        options = ["-o", "DPkg::Lock::Timeout=120"]
        # one unreachable source of the system is no reason to stop: the installation decides
        subprocess.run(
            ["apt-get", *options, "update"], env=environment, capture_output=True, check=False
        )
        commands.logged(
            [command[0], *options, *command[1:]],
            "apt",
            "Installing system packages",
            env=environment,
        )
    if still_missing := _missing(debian_archive):
        raise Problem(
            f"apt installed everything, yet these are not found: {', '.join(still_missing)}"
        )


def _missing(debian_archive):
    missing = []
    if not postgres_folders():
        missing.append("postgresql")
    if not browser():
        missing += ["chromium", "fonts-liberation"]
    if not _loads(PLAYWRIGHT_LIBRARY):
        missing.append("libatomic1")
    if not CERTIFICATES.exists():
        missing.append("ca-certificates")
    if debian_archive and not DEBIAN_KEYRING.exists():
        missing.append("debian-archive-keyring")
    return missing


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def browser():
    """The path of Chromium or Chrome, ``None`` when there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def postgres_folders():
    """The folders of PostgreSQL's programs, newest version first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda program: float(program.parts[4]),
        reverse=True,
    )
    elsewhere = shutil.which("initdb")
    return [program.parent for program in (*debian, *([Path(elsewhere)] if elsewhere else []))]
