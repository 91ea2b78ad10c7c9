"""Delivers a full outbox and, in the same run, sends the same bytes with a bare client.

The bare client has everything ready: it posts the bodies one after the other and reads the
answers. What Odoo needs more is what claiming, reading, building and saving cost.
"""

import argparse
import os
import statistics
import sys
import time

import requests

from benchmarks.outbox import Outbox
from google_sandbox.control import Sandbox


def main():
    """Measure and print.

    :return: exit status: 0 when the goals are met
    """
    options = _arguments()
    with Sandbox.start() as sandbox:
        os.environ.update(sandbox.environment())
        outbox = Outbox(options.database, options.configuration, sandbox)
        small, large = options.events // 10, options.events
        _deliver(outbox, small)  # warms the disk's and the sandbox's caches
        ratios, times = [], {small: [], large: []}
        for _number in range(options.repetitions):
            result = _deliver(outbox, large)
            times[large].append(result["seconds"])
            bare = _bare(outbox, large)
            ratios.append(result["seconds"] / bare)
            memory = result["extra"]
            print(
                f"{large} events: Odoo {result['seconds']:.2f} s, bare client {bare:.2f} s, ratio "
                f"{ratios[-1]:.2f}; memory {memory[0]:.0f} MB after the first request, "
                f"{memory[-1]:.0f} MB after the last",
                flush=True,
            )
            times[small].append(_deliver(outbox, small)["seconds"])
        growth = statistics.median(times[large]) / statistics.median(times[small])
        ratio = statistics.median(ratios)
        print(
            f"time against a bare client: {ratio:.2f} (from {min(ratios):.2f} to "
            f"{max(ratios):.2f}; goal 1.5)"
        )
        print(f"10 times the events take {growth:.1f} times the time (goal 11)")
        grown = memory[-1] - memory[len(memory) // 10]
        print(f"memory grows by {grown:.1f} MB over the last nine tenths (goal: flat, 10 MB)")
    return 0 if ratio <= 1.5 and growth <= 11 and grown <= 10 else 1


def _deliver(outbox, number):
    expected = outbox.fill(number)
    outbox.sandbox.switch("keep_requests", False)
    result = outbox.deliver()
    summary = outbox.sandbox.ledger(summary=True)
    if summary["counted"] != len(expected) or outbox.states() != {"sent": number}:
        raise RuntimeError(f"Not everything was delivered: {summary}, {outbox.states()}")
    return result


def _bare(outbox, number):
    """Seconds of a client that has the bodies of all requests ready.

    The bodies are those that Odoo sends, built beforehand; Google's ledger begins anew.
    """
    bodies, token = _bodies(outbox, number)
    outbox.fill(number)
    outbox.sandbox.switch("keep_requests", False)
    with requests.Session() as session:
        session.headers["Content-Type"] = "application/json"
        token(session)
        began = time.perf_counter()
        for body in bodies:
            url = f"{outbox.sandbox.data_manager_endpoint}/v1/events:ingest"
            response = session.post(url, data=body, timeout=60)
            response.raise_for_status()
            response.json()
        seconds = time.perf_counter() - began
    summary = outbox.sandbox.ledger(summary=True)
    if summary["counted"] != number:
        raise RuntimeError(f"The bare client did not deliver everything: {summary}")
    return seconds


def _bodies(outbox, number):
    """The bodies that Odoo sends, and a function that signs a session in."""
    import json

    from odoo.addons.conversion_tracking.google_ads.transports.base import LARGEST_BATCH
    from odoo.addons.conversion_tracking.google_ads.transports.data_manager import ingest_request

    outbox.fill(number)
    bodies = []
    with outbox.environment() as env:
        outbox_rows = env["google.ads.conversion"]
        account = env["google.ads.account"].search([("state", "=", "connected")], limit=1)
        connection = account._get_transport().connection
        last = 0
        while found := outbox_rows.search([("id", ">", last)], order="id", limit=LARGEST_BATCH):
            last = found[-1].id
            rows = found.read(found._get_claimed_fields(), load=None)
            batch = env["google.ads.delivery"]._make_batch(account, rows)
            body = ingest_request(connection, batch.events)
            bodies.append(json.dumps(body, separators=(",", ":")))
            env.invalidate_all()

    def sign_in(session):
        connection.credentials.refresh()
        session.headers["Authorization"] = f"Bearer {connection.credentials.token}"

    return bodies, sign_in


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--configuration", required=True)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--repetitions", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
