"""Where PostgreSQL's files are: remembered in ``.environment/postgres.json``.

When root, the server runs as the user ``postgres``, who may not be able to enter the checkout
(below ``/root``, say), so its folder is under ``/var/lib``. The socket has a short folder of its
own, because a socket's path may not exceed 107 characters.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

from . import cache, paths
from .console import Problem

REMEMBERED = paths.STATE / "postgres.json"
OWNER = "postgres"


def known_home():
    """The cluster's folder, ``None`` when there is none yet."""
    home = _remembered().get("home")
    return Path(home) if home and Path(home).exists() else None


def socket_folder():
    """The folder of the cluster's socket."""
    return Path(_remembered()["socket"])


def prepare():
    """Make the folders that are not there: the cluster's, and the socket's after a reboot.

    :return: the cluster's folder
    :raise Problem: it belongs to another user
    """
    home, as_root = known_home(), os.geteuid() == 0
    if not home and as_root:
        home = Path(tempfile.mkdtemp(prefix="conversion_tracking-", dir="/var/lib"))
        shutil.chown(home, OWNER)
    elif not home:
        home = paths.STATE / "postgres"
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not as_root and home.stat().st_uid != os.geteuid():
        raise Problem(
            f"{home} belongs to {home.owner()}: it was made by a run as another user.\n"
            "Continue as that user, or start afresh with: sudo make clean"
        )
    socket = Path(_remembered().get("socket", "/nowhere"))
    if not socket.is_dir():
        # not where TMPDIR says: that path may be long
        socket = Path(tempfile.mkdtemp(prefix="conversion_tracking-", dir="/tmp"))
        if as_root:
            shutil.chown(socket, home.stat().st_uid)
    REMEMBERED.parent.mkdir(exist_ok=True)
    REMEMBERED.write_text(
        json.dumps({"checkout": str(paths.ROOT), "home": str(home), "socket": str(socket)})
    )
    return home


def remove():
    """Remove the folders, also those outside the checkout."""
    known = _remembered()
    for name in ("home", "socket"):
        if name in known:
            cache.discard(Path(known[name]))
    REMEMBERED.unlink(missing_ok=True)


def _remembered():
    """What is remembered; nothing when it belongs to another checkout.

    A copied checkout must not share the original's cluster; a moved one keeps its own.
    """
    try:
        known = json.loads(REMEMBERED.read_text())
    except FileNotFoundError:
        return {}
    origin = Path(known["checkout"])
    if origin != paths.ROOT and (origin / ".environment" / REMEMBERED.name).exists():
        return {}
    return known
