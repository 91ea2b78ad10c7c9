"""Kills deliveries with SIGKILL at random moments and compares Google's ledger with the outbox.

Each round fills the outbox, lets one worker or two deliver it, and kills one at a random moment.
Hours later another worker finds what was left. In the end Google must count every event once.
"""

import argparse
import random
import sys
import time
from collections import Counter
from datetime import timedelta

from benchmarks.outbox import Outbox, deliver
from google_sandbox.control import Sandbox

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
        outbox.fill(options.events)
        whole = outbox.deliver(**settings)["seconds"]
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
            if found["lost"] or found["twice"] or found["unsettled"]:
                print(f"round {number}: {dict(found)}", flush=True)
            if (number + 1) % 20 == 0:
                print(f"{number + 1:5} rounds: {_summary(total)}", flush=True)
    print(
        f"lost: {total['lost']}, counted twice: {total['twice']}, unsettled: {total['unsettled']}"
    )
    return 1 if total["lost"] or total["twice"] or total["unsettled"] else 0


def _round(outbox, options, moment, settings):
    """One delivery that is killed after ``moment`` seconds, and its recovery."""
    expected = outbox.fill(options.events)
    workers = [outbox.start(deliver, **settings) for _number in range(options.workers)]
    time.sleep(moment)
    found = Counter()
    found["killed"] += workers[0].kill()
    for worker in workers[1:]:
        worker.result()
    found.update({f"left {state}": 1 for state in outbox.states()})
    outbox.sandbox.advance(LATER)
    outbox.deliver(ahead=LATER, **settings)
    outbox.sandbox.advance(LATER)
    outbox.poll(ahead=2 * LATER)
    ledger = outbox.sandbox.ledger()["accepted"]
    counted = Counter(row["transaction_id"] for row in ledger for _count in range(row["count"]))
    found["lost"] = len(expected - counted.keys())
    found["twice"] = sum(number - 1 for number in counted.values())
    found["unsettled"] = options.events - outbox.states().get("success", 0)
    found["sent again"] = sum(row["deliveries"] - 1 for row in ledger)
    return found


def _summary(total):
    states = ", ".join(f"{total[name]} {name}" for name in sorted(total) if name.startswith("left"))
    return (
        f"{total['killed']} killed at work ({states}); {total['sent again']} events sent again; "
        f"lost {total['lost']}, counted twice {total['twice']}"
    )


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--configuration", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=200, help="events in a request")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261121)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
