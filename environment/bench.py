"""Runs the programs in ``benchmarks/``, each on a database of its own with the add-on."""

import os
import subprocess

from . import build, database, launch, paths, virtualenv
from .console import Problem, say, step

FOLDER = paths.ROOT / "benchmarks"
# not measured but proven: run by a command of their own
PROOFS = ("kill_delivery",)
SHARED = ("__init__", "outbox", "dataset", "dataset_plan", "dataset_rows", "question")
SHARED += ("board_questions", "report_questions", "screen_questions")
# measured beside a database without the add-on
COMPARED = ("capture",)


def run_all(odoo, arguments):
    """Run the benchmarks named by ``arguments``, or all; options go to each of them.

    :return: 0 when every goal is met
    """
    known = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in PROOFS + SHARED)
    names = [argument for argument in arguments if not argument.startswith("-")] or known
    if unknown := set(names) - set(known):
        raise Problem(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
    options = [argument for argument in arguments if argument.startswith("-")]
    return max([run_one(odoo, name, options) for name in names])


def run_one(odoo, name, arguments):
    """Run one program of ``benchmarks/`` on a fresh clone of the database with the add-on.

    With ``--keep=NAME`` the database stays under that name. Next time it is not filled again, but
    the add-on in it is updated when its files have changed. What is measured beside a database
    without the add-on works on copies of it: it shows what the add-on costs on a large database.

    :return: its exit status
    """
    with build.alone("databases"):
        origin = database.with_addon(odoo, "plain")
    kept = [argument.removeprefix("--keep=") for argument in arguments if "--keep=" in argument]
    arguments = [argument for argument in arguments if "--keep=" not in argument]
    copy = kept[-1] if kept else f"bench_{name}"
    with build.alone("bench"):
        if kept:
            database.keep(odoo, origin, copy)
        else:
            database.clone(origin, copy)
        if name in COMPARED:
            if kept:
                # what is measured makes records: the kept one stays as it is
                kept_copy, copy = copy, f"{copy}_measured"
                database.clone(kept_copy, copy)
            arguments = [f"--without={_without(odoo, copy, kept=bool(kept))}", *arguments]
        say(f"Running {name}")
        environment = launch.environment(odoo)
        folders = [environment["PYTHONPATH"], paths.ROOT, paths.ADDON / "tests"]
        environment["PYTHONPATH"] = os.pathsep.join(map(str, folders))
        try:
            return subprocess.run(
                [
                    virtualenv.PYTHON,
                    *("-m", f"benchmarks.{name}"),
                    f"--database={copy}",
                    f"--configuration={launch.configure(odoo)}",
                    *arguments,
                ],
                cwd=paths.ROOT,
                env=environment,
                check=False,
            ).returncode
        finally:
            if copy not in kept:
                database.drop(copy)
            database.drop(f"{copy}_without")


def _without(odoo, copy, *, kept):
    """The other side of a comparison: a database without the add-on, with the same records where
    they were kept.

    :return: its name
    """
    without = f"{copy}_without"
    if kept:
        database.clone(copy, without)
        with step(f"Uninstalling {paths.ADDON.name} from {without}"):
            database.uninstall(odoo, without, paths.ADDON.name)
    else:
        database.clone(database.template(odoo, "plain"), without)
    return without
