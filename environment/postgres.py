"""A PostgreSQL cluster of this checkout's own, reachable by a Unix socket only.

Never the system's cluster. Nothing is flushed to disk (``fsync=off``), which makes databases quick
to build and worthless after a power cut: all of it can be built again.

When root, the server runs as the user ``postgres``, who may not be able to enter the checkout
(below ``/root``, say), so its folder is under ``/var/lib``. The socket has a short folder of its
own, because a socket's path may not exceed 107 characters. Both are remembered in
``.environment/postgres.json``.
"""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import cache, commands, packages, paths
from .console import Problem, say, step

REMEMBERED = paths.STATE / "postgres.json"
ROLE = "odoo"
OWNER = "postgres"
START_SECONDS = 60
SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0777
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
shared_buffers = 256MB
work_mem = 16MB
max_connections = 100
jit = off
log_min_messages = warning
"""


def ensure():
    """Make the cluster if need be and have it running.

    :return: the folder of its socket, to be given as the host to connect to
    :raise Problem: no space, or the server does not start
    """
    home = _home()
    if not (home / "data" / "PG_VERSION").exists():
        _create(home)
    if not _answers():
        _start(home)
    return socket_folder()


def socket_folder():
    """The folder of the cluster's socket."""
    return Path(remembered()["socket"])


def stop():
    """Stop the server, if it runs."""
    home = _known_home()
    if home and server_process(home):
        _control(home, "stop", "-m", "fast")
        say("PostgreSQL stopped")


def remove():
    """Stop the server and remove the cluster, also what lies outside the checkout."""
    stop()
    known = remembered()
    for name in ("home", "socket"):
        if name in known:
            cache.discard(Path(known[name]))
    REMEMBERED.unlink(missing_ok=True)


def query(sql, *, database="postgres", superuser=False):
    """Run one SQL statement, or several as one transaction; give the rows as lists of texts.

    :raise Problem: with PostgreSQL's own words
    """
    options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t"]
    result = subprocess.run(
        [
            _programs() / "psql",
            *_connection(superuser),
            *options,
            f"--dbname={database}",
            "-c",
            sql,
        ],
        capture_output=True,
        text=True,
        env=commands.base_environment(),
        check=False,
    )
    if result.returncode:
        raise Problem(f"PostgreSQL refused: {result.stderr.strip()}")
    return [line.split("\t") for line in result.stdout.splitlines()]


def client_environment():
    """The variables that lead a PostgreSQL client, and Odoo, to this cluster."""
    return {"PGHOST": str(socket_folder()), "PGUSER": ROLE, "PGPORT": "5432"}


def _connection(superuser):
    user = OWNER if superuser else ROLE
    return ["--host", str(socket_folder()), "--port", "5432", "--username", user]


def remembered():
    """What is remembered of the cluster; nothing when it belongs to another checkout.

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


def _known_home():
    home = remembered().get("home")
    return Path(home) if home and Path(home).exists() else None


def _home():
    """The cluster's folder, made when there is none; likewise the socket's, emptied at reboots."""
    home, known = _known_home(), remembered()
    as_root = os.geteuid() == 0
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
    socket = Path(known.get("socket", "/nowhere"))
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


def _create(home):
    cache.require_space(1.5, "A PostgreSQL cluster with Odoo's databases")
    with step("Creating a PostgreSQL cluster"):
        data, partial = home / "data", home / "data.partial"
        cache.discard(partial)
        cache.discard(data)
        program = packages.postgres_folders()[0] / "initdb"
        options = ["--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C.UTF-8"]
        _as_owner(home, [program, f"--pgdata={partial}", "--no-sync", *options])
        with (partial / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        partial.rename(data)
    _start(home)
    query(f"CREATE ROLE {ROLE} LOGIN CREATEDB", superuser=True)


def _start(home):
    _remove_stale_lock(home)
    if not server_process(home):
        _control(
            home,
            "start",
            "--no-wait",
            f"--log={home / 'postgres.log'}",
            f"--options=-c unix_socket_directories={socket_folder()}",
        )
    give_up = time.monotonic() + START_SECONDS
    while not _answers():
        if time.monotonic() > give_up or not _starting(home):
            log = home / "postgres.log"
            end = commands.last_lines(log) if log.exists() else ""
            raise Problem(
                f"PostgreSQL did not start. The end of {log}:\n{end}\n"
                "After a power cut its files can be damaged: make clean, then run the same again."
            )
        time.sleep(0.1)


def _starting(home):
    """Whether the server's process is there; it appears a moment after it was asked to start."""
    for _attempt in range(20):
        if server_process(home):
            return True
        time.sleep(0.1)
    return False


def _remove_stale_lock(home):
    """Forget a server that was killed, whose number another process may have by now.

    Its workers end a moment after it; a new server beside them would damage the data.
    """
    if server_process(home):
        return
    give_up = time.monotonic() + START_SECONDS
    while workers := _processes_in(home / "data"):
        if time.monotonic() > give_up:
            raise Problem(
                f"PostgreSQL was killed, but its processes {workers} go on. End them:"
                f" kill {' '.join(map(str, workers))}"
            )
        time.sleep(0.1)
    (home / "data" / "postmaster.pid").unlink(missing_ok=True)
    for left in socket_folder().glob(".s.PGSQL.*"):
        left.unlink()


def server_process(home):
    """The number of the server's process, ``None`` when it does not run.

    A server works in its data folder: that tells it from a process that only has its number.
    """
    try:
        process = int((home / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, NotADirectoryError, IndexError):
        return None
    return process if process in _processes_in(home / "data") else None


def _processes_in(folder):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # processes end while one looks, and those of other users may not be looked at
            with contextlib.suppress(OSError):
                is_server = (entry / "comm").read_text() == "postgres\n"
                if is_server and (entry / "cwd").readlink() == folder.resolve():
                    found.append(int(entry.name))
    return found


def _answers():
    return not subprocess.run(
        [_programs() / "pg_isready", "--quiet", "--host", str(socket_folder()), "--port", "5432"],
        check=False,
        env=commands.base_environment(),
    ).returncode


def _programs():
    """The folder of the programs that fit the cluster's version."""
    home = _known_home()
    folders = packages.postgres_folders()
    version_file = home / "data" / "PG_VERSION" if home else None
    if not version_file or not version_file.exists():
        return folders[0]
    version = version_file.read_text().strip()
    for folder in folders:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
        if answer.stdout.split()[2].split(".")[0] == version:
            return folder
    raise Problem(
        f"The databases were made by PostgreSQL {version}, which is no longer installed.\n"
        "Build them again with: make clean, then the same again."
    )


def _control(home, *arguments):
    _as_owner(home, [_programs() / "pg_ctl", "--pgdata", home / "data", "--silent", *arguments])


def _as_owner(home, command):
    """Run one of PostgreSQL's programs as the user whose cluster it is: it refuses root."""
    owner = pwd.getpwuid(home.stat().st_uid)
    user = {}
    if os.geteuid() == 0:
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    commands.logged(
        command,
        "postgres",
        f"PostgreSQL's {Path(command[0]).name}",
        cwd=home,
        env=commands.base_environment(),
        **user,
    )
