"""A PostgreSQL cluster of this checkout's own, reachable by a Unix socket only.

Never the system's cluster. Nothing is forced to disk (``fsync = off``), which makes databases quick
to build. A killed server loses nothing by that; a machine that goes down does, so what it leaves is
not trusted but built again.
"""

import contextlib
import os
import pwd
import subprocess
import time
from pathlib import Path

from . import cache, commands, packages, postgres_place
from .console import Problem, say, step
from .postgres_place import OWNER, socket_folder

ROLE = "odoo"
PORT = 5432  # names the socket; nothing listens on a network
START_SECONDS = 60
SETTINGS = """\
listen_addresses = ''
fsync = off
max_wal_size = 2GB
shared_buffers = 1GB
work_mem = 16MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
BOOT = Path("/proc/sys/kernel/random/boot_id")


def ensure():
    """Make the cluster if need be and have it running.

    :raise Problem: no space, or the server does not start
    """
    home = postgres_place.prepare()
    if (home / "data").exists() and _went_down_with_the_machine(home):
        say("The machine went down while PostgreSQL was running: its databases are built again")
        cache.discard(home / "data")
    if not (home / "data").exists():
        _create(home)
    if not _answers():
        _start(home)


def stop():
    """Stop the server, if it runs."""
    home = postgres_place.known_home()
    if home and server_process(home):
        _control(home, "stop", "-m", "fast")
        say("PostgreSQL stopped")


def remove():
    """Stop the server and remove the cluster, also what lies outside the checkout."""
    stop()
    postgres_place.remove()


def query(sql, *, database="postgres", superuser=False):
    """Run one SQL statement, or several as one transaction; give the rows as lists of texts.

    :raise Problem: with PostgreSQL's own words
    """
    command = [
        *(_programs() / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"),
        *("--field-separator=\t", f"--host={socket_folder()}", f"--port={PORT}"),
        *(f"--username={OWNER if superuser else ROLE}", f"--dbname={database}", "--command", sql),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, env=commands.base_environment(), check=False
    )
    if result.returncode:
        raise Problem(f"PostgreSQL refused: {result.stderr.strip()}")
    return [line.split("\t") for line in result.stdout.splitlines()]


def client_environment():
    """The variables that lead a PostgreSQL client, and Odoo, to this cluster."""
    return {"PGHOST": str(socket_folder()), "PGUSER": ROLE, "PGPORT": str(PORT)}


def _create(home):
    cache.require_space(1.5, "A PostgreSQL cluster with Odoo's databases")
    with step("Creating a PostgreSQL cluster"):
        partial = home / "data.partial"
        cache.discard(partial)
        program = packages.postgres_folders()[0] / "initdb"
        options = ["--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C.UTF-8"]
        _as_owner(home, [program, f"--pgdata={partial}", "--no-sync", *options])
        partial.rename(home / "data")


def _start(home):
    if server_process(home) and not any(socket_folder().glob(".s.PGSQL.*")):
        stop()  # somebody tidied the temporary folder: a server without its socket is of no use
    _remove_stale_lock(home)
    (home / "boot").write_text(BOOT.read_text())
    (home / "data" / "postgresql.conf").write_text(SETTINGS)
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
                "If its files are damaged: make clean, then run the same again."
            )
        time.sleep(0.1)
    if not query(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'", superuser=True):
        query(f"CREATE ROLE {ROLE} LOGIN CREATEDB", superuser=True)


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
    _lock(home).unlink(missing_ok=True)
    for left in socket_folder().glob(".s.PGSQL.*"):
        left.unlink()


def server_process(home):
    """The number of the server's process, ``None`` when it does not run.

    A server works in its data folder: that tells it from a process that only has its number.
    """
    try:
        process = int(_lock(home).read_text().split()[0])
    except (FileNotFoundError, NotADirectoryError, IndexError):
        return None
    return process if process in _processes_in(home / "data") else None


def _lock(home):
    return home / "data" / "postmaster.pid"


def _went_down_with_the_machine(home):
    boot = home / "boot"
    return _lock(home).exists() and boot.exists() and boot.read_text() != BOOT.read_text()


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
    command = [_programs() / "pg_isready", "--quiet", f"--host={socket_folder()}", f"--port={PORT}"]
    return not subprocess.run(command, check=False, env=commands.base_environment()).returncode


def _programs():
    """The folder of the programs that fit the cluster's version."""
    home = postgres_place.known_home()
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
