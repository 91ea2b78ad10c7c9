"""What the add-on costs visitors and imports: two databases side by side, with it and without.

A landing page with parameters and a submitted form go to two running Odoo servers in turn; leads
are created in batches in this process. What both share, such as a busy machine, falls out.
"""

import argparse
import socket
import statistics
import sys
import time
from contextlib import closing, contextmanager

import requests

from environment.server import OdooServer

LANDING = "utm_source=linkedin&utm_medium=cpc&utm_campaign=autumn&gclid=Cj0KCQiA-bench"
WARM_UP = 100


def main():
    """Measure and print.

    :return: exit status: 0 when the goals are met
    """
    options = _arguments()
    databases = {"on": options.database, "off": options.without}
    met = []
    with _servers(databases) as addresses:
        visits = _in_turn(addresses, _land, options.visits)
        met.append(_tell("landing page with parameters", visits, 1.03))
        forms = _in_turn(addresses, _submit, options.visits)
        met.append(_tell("form submission", forms, 1.2))
    with _registries(databases, options.configuration) as registries:
        batches, queries = _create_batches(registries, options)
        met.append(_tell(f"{options.leads} leads in a batch", batches, 1.15))
        extra = (queries["on"] - queries["off"]) * 1000 / options.leads
        print(f"queries for 1,000 of these leads more than without the add-on: {extra:.1f}")
    return 0 if all(met) else 1


# ------------------------------------------------------------
# Visitors
# ------------------------------------------------------------


@contextmanager
def _servers(databases):
    servers = {
        side: OdooServer(database, _free_port(), name=f"bench_{side}")
        for side, database in databases.items()
    }
    try:
        for server in servers.values():
            server.start()
        yield {side: server.url for side, server in servers.items()}
    finally:
        for server in servers.values():
            server.stop()


def _in_turn(addresses, work, number):
    """Seconds of each repetition of ``work``, by side; the first tenth warms up and is left out."""
    seconds = {side: [] for side in addresses}
    for index in range(number):
        # in turn also in which of the two comes first
        for side in sorted(addresses, reverse=bool(index % 2)):
            seconds[side].append(work(addresses[side], index))
    return {side: times[number // 10 :] for side, times in seconds.items()}


def _land(address, _index):
    with requests.Session() as browser:
        return _timed(browser.get, f"{address}/?{LANDING}")


def _submit(address, index):
    with requests.Session() as browser:
        browser.get(f"{address}/?{LANDING}")
        values = {
            "contact_name": "Ann",
            "name": "Question",
            "email_from": f"ann{index}@example.com",
        }
        return _timed(browser.post, f"{address}/website/form/crm.lead", data=values)


def _timed(send, url, **options):
    began = time.perf_counter()
    response = send(url, timeout=60, **options)
    seconds = time.perf_counter() - began
    response.raise_for_status()
    if "website/form" in url and "id" not in response.json():
        raise RuntimeError(f"The form was refused: {response.text}")
    return seconds


# ------------------------------------------------------------
# Batches
# ------------------------------------------------------------


@contextmanager
def _registries(databases, configuration):
    import odoo.sql_db
    import odoo.tools
    from odoo.modules.registry import Registry

    arguments = ["--config", configuration, "--log-level=error"]
    odoo.tools.config.parse_config(arguments, setup_logging=True)
    try:
        yield {side: Registry(name) for side, name in databases.items()}
    finally:
        odoo.sql_db.close_all()


def _create_batches(registries, options):
    """Seconds of each batch, by side, and the queries of the last one."""
    seconds = {side: [] for side in registries}
    queries = {}
    for registry in registries.values():
        _create_leads(registry, WARM_UP)
    for index in range(options.batches):
        for side in sorted(registries, reverse=bool(index % 2)):
            taken, queries[side] = _create_leads(registries[side], options.leads)
            seconds[side].append(taken)
    return seconds, queries


def _create_leads(registry, number):
    """Seconds and queries of a batch of leads, which is rolled back."""
    from odoo import SUPERUSER_ID, api

    with closing(registry.cursor()) as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        source = env["utm.source"].search([], limit=1)
        values = [
            {
                "name": f"Question {row}",
                "contact_name": f"Ann {row}",
                "email_from": f"ann{row}@example.com",
                "source_id": source.id,
            }
            for row in range(number)
        ]
        queries = cursor.sql_log_count
        began = time.perf_counter()
        env["crm.lead"].create(values)
        env.flush_all()
        return time.perf_counter() - began, cursor.sql_log_count - queries


def _tell(what, seconds, goal):
    """Print one line.

    :return: whether the goal is met
    """
    ratio = statistics.median(seconds["on"]) / statistics.median(seconds["off"])
    pairs = sorted(on / off for on, off in zip(seconds["on"], seconds["off"], strict=True))
    low, high = pairs[len(pairs) // 4], pairs[-1 - len(pairs) // 4]
    times = ", ".join(
        f"{statistics.median(times) * 1000:.1f} ms {side}" for side, times in seconds.items()
    )
    print(
        f"{what}: ratio {ratio:.3f} (goal {goal}; half of the pairs from {low:.3f} to {high:.3f}); "
        f"median {times}; {len(pairs)} pairs",
        flush=True,
    )
    return ratio <= goal


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--without", required=True, help="database without the add-on")
    parser.add_argument("--configuration", required=True)
    parser.add_argument("--visits", type=int, default=400)
    parser.add_argument("--leads", type=int, default=10_000, help="in a batch")
    parser.add_argument("--batches", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
