"""Asks the reports what the web client asks, beside hand-written SQL that answers the same.

On a large database (see ``dataset``), which ``--keep=NAME`` keeps for the next time. Each question
is asked several times, ours and plain SQL in turn, each in a transaction of its own as a request of
the web client is; medians are compared. Where both give a table, the tables must agree.
"""

import argparse
import statistics
import sys
import time
from contextlib import closing

from benchmarks import dataset
from benchmarks.board_questions import BOARD
from benchmarks.report_questions import REPORTS
from benchmarks.screen_questions import SCREENS


def main():
    """Measure and print.

    :return: exit status: 0 when the goals are met
    """
    options = _arguments()
    registry = _open(options)
    with closing(registry.cursor()) as cr:
        env = _environment(cr, "__system__")
        if not dataset.is_filled(env):
            began = time.perf_counter()
            dataset.fill(env, options.leads)
            print(f"generated in {time.perf_counter() - began:.0f} s: {dataset.describe(env)}")
    asked = [one for one in (*REPORTS, *SCREENS, *BOARD) if options.only in one.name]
    met = [_ask(registry, question, options) for question in asked]
    return 0 if all(met) else 1


def _ask(registry, question, options):
    """Ask one question often enough and print a line.

    :return: whether its goals are met
    """
    sides = {"ours": question.ours, "plain": question.plain}
    seconds = {side: [] for side, ask in sides.items() if ask}
    answers = {}
    for number in range(options.repetitions + 1):
        # in turn also in which of the two comes first
        for side in sorted(seconds, reverse=bool(number % 2)):
            with closing(registry.cursor()) as cr:
                env = _environment(cr, question.login)
                env.user.has_group("base.group_user")  # who asks is known before, as in a session
                began = time.perf_counter()
                answers[side] = sides[side](env)
                taken = time.perf_counter() - began
            if number:  # the first warms up
                seconds[side].append(taken)
    return _tell(question, seconds, answers)


def _tell(question, seconds, answers):
    ours = statistics.median(seconds["ours"])
    met = ours <= question.seconds
    parts = [f"{ours * 1000:.1f} ms (goal {question.seconds * 1000:.0f})"]
    if "plain" in seconds:
        ratio = ours / statistics.median(seconds["plain"])
        pairs = sorted(one / other for one, other in zip(*seconds.values(), strict=True))
        low, high = pairs[len(pairs) // 4], pairs[-1 - len(pairs) // 4]
        goal = f"goal {question.ratio}" if question.ratio else "no goal"
        parts.append(
            f"ratio {ratio:.2f} ({goal}; half of the pairs from {low:.2f} to {high:.2f}) "
            f"to {statistics.median(seconds['plain']) * 1000:.1f} ms"
        )
        met = met and (not question.ratio or ratio <= question.ratio)
    if None not in answers.values() and len({_normalise(one) for one in answers.values()}) > 1:
        met = False
        parts.append("THE ANSWERS DIFFER")
    print(f"{'met   ' if met else 'MISSED'} {question.name}: {', '.join(parts)}", flush=True)
    return met


def _normalise(rows):
    """Rows in an order of their own, numbers to the cent, with nothing for zero."""
    return tuple(
        sorted(
            tuple(
                str(round(float(value), 2) or 0) if isinstance(value, (int, float)) else str(value)
                for value in (value or 0 for value in row)
            )
            for row in rows
        )
    )


def _open(options):
    import odoo.tools
    from odoo.modules.registry import Registry

    arguments = ["--config", options.configuration, "--log-level=error"]
    odoo.tools.config.parse_config(arguments, setup_logging=True)
    return Registry(options.database)


def _environment(cr, login):
    from odoo import SUPERUSER_ID, api

    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tz": "Europe/Amsterdam"})
    user = env["res.users"].with_context(active_test=False).search([("login", "=", login)])
    return env(user=user.id, su=False) if login != "__system__" else env


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--configuration", required=True)
    parser.add_argument("--leads", type=int, default=1_000_000, help="when it is generated")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--only", default="", help="questions with this in their name")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
