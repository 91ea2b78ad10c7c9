"""The commands: ``python3 -m environment <command> [arguments]``."""

import errno
import os
import subprocess
import sys

from . import build, database, launch, odoo_source, packages, paths, postgres, testing, virtualenv
from .console import Problem, say


def up(_arguments):
    """build everything and start PostgreSQL"""
    with build.alone("build"):
        odoo = build.up()
        database.template(odoo, "plain")
    say(f"Ready; programs and libraries are in {virtualenv.FOLDER.relative_to(paths.ROOT)}")


def test(arguments):
    """run every test (make test ARGS="-k touchpoint")"""
    return testing.run_all(_up(), arguments)


def quick(arguments):
    """run the tests that need no database"""
    return testing.run_plain(_up(), arguments)


def run(arguments):
    """run a program in the environment, as in: run python -m pytest --version"""
    os.execvpe(arguments[0], arguments, launch.environment(_up()))


def stop(_arguments):
    """stop PostgreSQL"""
    postgres.stop()


def clean(_arguments):
    """stop everything and remove all that was built"""
    build.remove()


def help_(_arguments):
    """list the commands"""
    for name, command in COMMANDS.items():
        print(f"  make {name:8} {command.__doc__}")


def _up():
    with build.alone("build"):
        return build.up()


COMMANDS = {
    "up": up,
    "test": test,
    "quick": quick,
    "run": run,
    "stop": stop,
    "clean": clean,
    "help": help_,
}


def main():
    """Run the command named on the command line.

    :return: the exit status
    """
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print(f"There is no command {name!r}.", file=sys.stderr)
        help_([])
        return 2
    try:
        return COMMANDS[name](arguments) or 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command continues where this one stopped.", file=sys.stderr)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"\nThe disk is full ({paths.STATE}). Free some space, then run it again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
