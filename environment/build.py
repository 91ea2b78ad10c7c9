"""Brings the whole environment up, one run at a time."""

import contextlib
import fcntl

from . import cache, launch, odoo_source, packages, paths, postgres, virtualenv
from .console import say


def up():
    """Make sure that everything but the databases is built and PostgreSQL runs.

    :return: the :class:`odoo_source.Odoo` to run
    :raise Problem: something is missing or fails
    """
    packages.ensure(debian_archive=not odoo_source.wanted_checkout())
    odoo = odoo_source.ensure()
    virtualenv.ensure()
    postgres.ensure()
    launch.configure(odoo)
    return odoo


@contextlib.contextmanager
def alone(purpose):
    """Wait until no other run in this checkout holds the lock for a purpose, then hold it."""
    paths.RUN.mkdir(parents=True, exist_ok=True)
    with (paths.RUN / f"{purpose}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another run in this checkout ({purpose})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove():
    """Remove everything that was built, also what lies outside the checkout."""
    postgres.remove()
    cache.discard(paths.STATE)
