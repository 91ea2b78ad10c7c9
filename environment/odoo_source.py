"""Odoo 19: a checkout named by ``ODOO=path``, else Debian's package unpacked into the state.

Odoo is on neither PyPI nor in Debian 12. Debian unstable ships it as ``odoo-19``; the package is
only unpacked, never installed, because installing it would replace the system's libc and Python.
"""

import dataclasses
import os
import re
import subprocess
from pathlib import Path

from . import cache, commands, paths
from .console import Problem, step

SERIES = (19, 0)
PACKAGES = (
    "odoo-19/sid",
    # what the package's relative links lead to
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-roboto-unhinted/sid",
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    # unstable's Font Awesome 7 has other file names than the ones linked to
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
)
# Debian strips this file for its licence, and without it every backend page logs an error
SEGMENTATION = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
STAND_IN = "// Blurs the background of video calls, which nobody here makes; Debian strips it.\n"


@dataclasses.dataclass(frozen=True)
class Odoo:
    """Odoo's sources: what to put on Python's path, where its add-ons are, and which it is."""

    python_path: Path
    addons_paths: tuple
    key: str


def wanted_checkout():
    """The checkout the user named by ``ODOO=path``, else ``None``."""
    named = os.environ.get("ODOO")
    return Path(named).expanduser().resolve() if named else None


def ensure():
    """Find or fetch Odoo.

    :return: an :class:`Odoo`
    :raise Problem: wrong version, no network, no space
    """
    checkout = wanted_checkout()
    return _from_checkout(checkout) if checkout else _from_debian()


def _from_checkout(checkout):
    series = read_series(checkout)
    if series is None:
        raise Problem(
            f"ODOO={checkout} is not a checkout of Odoo: it has no odoo/release.py.\n"
            "Name the folder that holds odoo-bin, or leave ODOO out to use Debian's package."
        )
    _require_series(series, f"ODOO={checkout}", f"git -C {checkout} checkout 19.0")
    addons = (checkout / "odoo" / "addons", checkout / "addons")
    return Odoo(checkout, addons, cache.key_of(str(checkout), _commit(checkout)))


def _commit(checkout):
    """The commit of a git checkout, as far as it can be told: databases are built anew with it."""
    try:
        command = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def read_series(folder):
    """The series of the Odoo in a folder as in ``(19, 0)``; ``None`` when there is no Odoo."""
    try:
        release = (folder / "odoo" / "release.py").read_text()
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = re.search(r"^version_info = \('?(?:saas~)?(\d+)'?, (\d+)", release, re.MULTILINE)
    return tuple(map(int, found.groups())) if found else None


def _require_series(series, where, remedy):
    if series != SERIES:
        raise Problem(
            f"{where} is Odoo {'.'.join(map(str, series))}, but conversion_tracking needs 19.0.\n"
            f"Try: {remedy}"
        )


def _from_debian():
    folder = paths.STATE / "odoo"
    key = cache.key_of(*PACKAGES, STAND_IN)
    if not cache.is_built(folder, key):
        cache.require_space(2, "Unpacking Odoo")
        packages = _download_packages()
        with step("Unpacking Odoo"), cache.building(folder, key) as partial:
            for package in sorted(packages.glob("*.deb")):
                commands.logged(
                    ["dpkg-deb", "--extract", package, partial], "unpack", f"Unpacking {package}"
                )
            target = _python_path(partial) / "odoo" / SEGMENTATION
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(STAND_IN)
            _require_series(
                read_series(_python_path(partial)),
                "Debian's package odoo-19",
                "name a checkout of Odoo 19.0 instead, as in: make ODOO=~/odoo ...",
            )
    python_path = _python_path(folder)
    # dist-packages/addons is a partial duplicate of odoo/addons and must not be listed
    return Odoo(python_path, (python_path / "odoo" / "addons",), key)


def _python_path(folder):
    return folder / "usr" / "lib" / "python3" / "dist-packages"


def _download_packages():
    """Fetch the packages with apt, but with its own sources and lists: the system's stay as is."""
    folder, key = paths.downloads() / "debian", cache.key_of(*PACKAGES)
    if cache.is_built(folder, key):
        return folder
    mirror = find_mirror()
    with (
        step(f"Downloading Odoo 19 from {mirror} (130 MB)"),
        cache.building(folder, key) as partial,
    ):
        lists = partial / "lists"
        (lists / "partial").mkdir(parents=True)
        sources = partial / "sources.list"
        signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        sources.write_text(
            "".join(f"deb {signed} {mirror} {suite} main\n" for suite in ("sid", "bookworm"))
        )
        options = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": lists,
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            # a mirror that lags behind, or a snapshot, will do; its signature is still checked
            "Acquire::Check-Valid-Until": "false",
            # apt's own user may not enter the checkout
            "APT::Sandbox::User": "root",
        }
        apt = ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]
        for arguments in (["update", "--error-on=any"], ["download", *PACKAGES]):
            commands.logged(
                [*apt, *arguments],
                "odoo",
                f"Downloading Odoo's package from {mirror}",
                hint=f"{commands.CHECK_NETWORK} Or name a checkout of Odoo 19.0 by ODOO=path.",
                cwd=partial,
                env=commands.base_environment(),
            )
        cache.discard(lists)
    return folder


def find_mirror():
    """The address of Debian's mirror: ``DEBIAN_MIRROR``, else what the system's apt sources name.

    :raise Problem: they name none, as on another system
    """
    if named := os.environ.get("DEBIAN_MIRROR"):
        return named
    # other archives, such as the one of security updates, have no suite "sid"
    archive = ("Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main")
    command = ["apt-get", "indextargets", "--format", "$(SITE)", *archive]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, env=commands.base_environment(), check=False
        ).stdout
    except FileNotFoundError:
        answer = ""
    for site in answer.splitlines():
        if not site.startswith("cdrom:"):
            return site
    raise Problem(
        "Odoo 19 comes from Debian's archive, but this system's apt knows no mirror of it.\n"
        "On Debian: sudo apt-get update. Elsewhere name a mirror by DEBIAN_MIRROR=address,\n"
        "or a checkout of Odoo 19.0 by ODOO=path. Then run the same again."
    )
