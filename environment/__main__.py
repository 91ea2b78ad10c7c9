"""The commands: ``python3 -m environment <command> [arguments]``, or ``make <command>``."""

import errno
import os
import sys

from . import (
    bench,
    build,
    database,
    demo,
    launch,
    lint,
    paths,
    postgres,
    testing,
    translations,
    virtualenv,
)
from .console import Problem, say


def demo_(arguments):
    """show the product: one visitor's journey, then Odoo stays running (PORT=8069)"""
    return demo.run(_up(), arguments)


def test(arguments):
    """run every test; ARGS="-k touchpoint" picks some"""
    return testing.run_all(_up(), arguments)


def bench_(arguments):
    """measure what the product promises, side by side; ARGS=deliver_100k picks one"""
    return bench.run_all(_up(), arguments)


def kill(arguments):
    """kill 200 deliveries at random moments; ARGS="--rounds 20 --workers 2" """
    return bench.run_one(_up(), "kill_delivery", arguments)


def torture(arguments):
    """play 500 random histories of deals; ARGS="--seeds 50 --minutes 10" bounds them"""
    return testing.torture(_up(), arguments)


def quick(arguments):
    """run the tests that need no Odoo and no database"""
    with build.alone("build"):
        virtualenv.ensure()
    return testing.run_plain(arguments)


def lint_(_arguments):
    """check the code: ruff, and OCA's rules for Odoo"""
    with build.alone("build"):
        virtualenv.ensure()
    return lint.check()


def format_(_arguments):
    """lay the code out as lint wants it"""
    with build.alone("build"):
        virtualenv.ensure()
    return lint.tidy()


def translations_(_arguments):
    """write the template of the translations, i18n/conversion_tracking.pot"""
    translations.write(_up())


def shell(arguments):
    """open Odoo's Python shell; ARGS=test for the tests' database instead of the demo's"""
    odoo = _up()
    name = arguments[0] if arguments else demo.DATABASE
    if not database.exists(name):
        raise Problem(f"There is no database {name!r} yet: make demo and make test make theirs.")
    command = launch.command(
        "shell", f"--config={launch.CONFIGURATION}", f"--database={name}", "--no-http"
    )
    os.execvpe(command[0], command, launch.environment(odoo))


def up(_arguments):
    """build everything and start PostgreSQL, nothing else"""
    odoo = _up()
    with build.alone("databases"):
        database.template(odoo, "plain")
    say(f"Ready; programs and libraries are in {virtualenv.FOLDER.relative_to(paths.ROOT)}")


def run(arguments):
    """run a program in the environment (ARGS="python -m pytest --version")"""
    if not arguments:
        raise Problem('Name the program to run, as in: make run ARGS="python --version"')
    os.execvpe(arguments[0], arguments, launch.environment(_up()))


def stop(_arguments):
    """stop Odoo, the Google sandbox and PostgreSQL"""
    demo.stop()
    postgres.stop()


def clean(_arguments):
    """stop everything and remove all that was built"""
    demo.stop()
    build.remove()


def help_(_arguments):
    """list the commands"""
    for name, command in COMMANDS.items():
        print(f"  make {name:12} {command.__doc__}")


def _up():
    with build.alone("build"):
        return build.up()


COMMANDS = {
    "demo": demo_,
    "test": test,
    "bench": bench_,
    "kill": kill,
    "torture": torture,
    "quick": quick,
    "lint": lint_,
    "format": format_,
    "translations": translations_,
    "shell": shell,
    "up": up,
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
        print(f"There is no command {name!r}. There are:", file=sys.stderr)
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
        print(f"\nThe disk is full ({paths.STATE}). Free some space first.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
