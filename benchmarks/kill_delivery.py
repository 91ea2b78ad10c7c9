"""Kills deliveries with SIGKILL at random moments and compares Google's ledger with the outbox.

Each round fills the outbox, retries and corrections among the events, lets one worker or two
deliver it, and kills one at a random moment. Hours later another worker finds what was left. In the
end Google must count every event once, with its newest value, and nothing may be stuck.
"""

import argparse
import random
import sys
import time
from collections import Counter
from datetime import timedelta

from benchmarks.outbox import SETTLED, Outbox, deliver
from google_sandbox.control import Sandbox

FAULTS = ("lost", "twice", "wrong", "stuck")  # "twice": counted twice; "wrong": an old value
LATER = timedelta(hours=2)  # a claim of a dead worker is given up after one


def main():
    """Run the rounds.

    :return: exit status: 0 when nothing was lost and nothing counted twice
    """
    options = _arguments()
    chance = random.Random(options.seed)
    with Sandbox.start() as sandbox:
        import os

        os.environ.update(sandbox.environment())
        outbox = Outbox(options.database, options.configuration, sandbox)
        settings = {"LARGEST_BATCH": options.batch}
        outbox.fill_with_a_past(options.events, _get_before(options))
        whole = outbox.deliver(ahead=SETTLED, **settings)["seconds"]
        print(
            f"{options.rounds} deliveries of {options.events} events in requests of "
            f"{options.batch}, {options.workers} worker(s); undisturbed: {whole:.2f} s; "
            f"seed {options.seed}",
            flush=True,
        )
        total = Counter()
        for number in range(options.rounds):
            found = _round(outbox, options, chance.uniform(0, whole), settings)
            total.update(found)
            if any(found[name] for name in FAULTS):
                print(f"round {number}: {dict(found)}", flush=True)
            if (number + 1) % 20 == 0:
                print(f"{number + 1:5} rounds: {_summary(total)}", flush=True)
    print(", ".join(f"{name}: {total[name]}" for name in FAULTS))
    return 1 if any(total[name] for name in FAULTS) else 0


def _round(outbox, options, moment, settings):
    """One delivery that is killed after ``moment`` seconds, and its recovery."""
    before = _get_before(options)
    expected = outbox.fill_with_a_past(options.events, before)
    ahead = SETTLED  # as far as the past has moved Google's clock
    workers = [outbox.start(deliver, ahead=ahead, **settings) for _number in range(options.workers)]
    time.sleep(moment)
    found = Counter()
    found["killed"] += workers[0].kill()
    for worker in workers[1:]:
        worker.result()
    found.update({f"left {state}": 1 for state in outbox.states()})
    outbox.sandbox.advance(LATER)
    outbox.deliver(ahead=ahead + LATER, **settings)
    outbox.sandbox.advance(LATER)
    outbox.poll(ahead=ahead + 2 * LATER)
    ledger = outbox.sandbox.ledger()["accepted"]
    counted = Counter(row["transaction_id"] for row in ledger for _count in range(row["count"]))
    values = {row["transaction_id"]: row["value"] for row in ledger}
    found["lost"] = len(expected.keys() - counted.keys())
    found["twice"] = sum(number - 1 for number in counted.values())
    found["wrong"] = sum(values.get(name) != value for name, value in expected.items())
    states = outbox.states()
    found["stuck"] = sum(states.values()) - states.get("success", 0) - states.get("cancelled", 0)
    found["stuck"] += abs(states.get("cancelled", 0) - before // 2)  # the outdated corrections
    found["sent again"] = sum(row["deliveries"] - 1 for row in ledger)
    return found


def _get_before(options):
    return int(options.events * options.before)


def _summary(total):
    states = ", ".join(f"{total[name]} {name}" for name in sorted(total) if name.startswith("left"))
    return (
        f"{total['killed']} killed at work ({states}); {total['sent again']} events sent again; "
        f"{', '.join(f'{name} {total[name]}' for name in FAULTS)}"
    )


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--configuration", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=200, help="events in a request")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--before", type=float, default=0.2, help="share of the events that were delivered before"
    )
    parser.add_argument("--seed", type=int, default=20261121)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
