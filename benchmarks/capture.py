"""What the add-on costs visitors and daily work: two databases side by side, with it and without.

A landing page with parameters and a submitted form go to two running Odoo servers in turn; leads
are created, imported, converted, won and merged in batches in this process. What both share, such
as a busy machine, falls out.
"""

import argparse
import socket
import statistics
import sys
import time
from contextlib import closing, contextmanager

import requests

from environment.browser import USER_AGENT
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
        for name, (prepare, work, goal) in BATCHES.items():
            number = options.leads if prepare is None else options.leads // 50
            seconds, queries = _in_batches(registries, prepare, work, number, options.batches)
            met.append(_tell(f"{number} leads {name}", seconds, goal))
            extra = queries["on"] - queries["off"]
            print(f"  queries more than the {queries['off']} without the add-on: {extra}")
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
    with _visitor() as browser:
        return _timed(browser.get, f"{address}/?{LANDING}")


def _submit(address, index):
    with _visitor() as browser:
        browser.get(f"{address}/?{LANDING}")
        values = {
            "contact_name": "Ann",
            "name": "Question",
            "email_from": f"ann{index}@example.com",
        }
        return _timed(browser.post, f"{address}/website/form/crm.lead", data=values)


def _visitor():
    """A browser; under the name of this library it would be taken for a program."""
    browser = requests.Session()
    browser.headers["User-Agent"] = USER_AGENT
    return browser


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


def _in_batches(registries, prepare, work, number, batches):
    """Seconds of each batch, by side, and the queries of the last one."""
    seconds = {side: [] for side in registries}
    queries = {}
    for registry in registries.values():
        _run_batch(registry, prepare, work, min(number, WARM_UP))
    for index in range(batches):
        for side in sorted(registries, reverse=bool(index % 2)):
            taken, queries[side] = _run_batch(registries[side], prepare, work, number)
            seconds[side].append(taken)
    return seconds, queries


def _run_batch(registry, prepare, work, number):
    """Seconds and queries of work on a batch of leads, which is rolled back.

    :param prepare: makes the leads, which is not measured; ``None`` when the work itself does
    """
    from odoo import SUPERUSER_ID, api

    with closing(registry.cursor()) as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        leads = env["crm.lead"]
        rows = _prepare_rows(env, number)
        if prepare:
            leads = prepare(env, rows)
            env.flush_all()
            env.invalidate_all()
        queries = cursor.sql_log_count
        began = time.perf_counter()
        work(leads, rows)
        env.flush_all()
        return time.perf_counter() - began, cursor.sql_log_count - queries


def _prepare_rows(env, number):
    source = env["utm.source"].search([], limit=1)
    return [
        {
            "name": f"Question {row}",
            "contact_name": f"Ann {row}",
            "email_from": f"ann{row}@example.com",
            "source_id": source.id,
        }
        for row in range(number)
    ]


def _make(env, rows):
    return env["crm.lead"].create(rows)


def _make_deals(env, rows):
    leads = env["crm.lead"].create([{**row, "type": "opportunity"} for row in rows])
    leads._handle_partner_assignment()
    return leads


def _create(leads, rows):
    leads.create(rows)


def _import(leads, rows):
    columns = ["name", "contact_name", "email_from"]
    result = leads.load(columns, [[row[name] for name in columns] for row in rows])
    if not result["ids"]:
        raise RuntimeError(f"The import was refused: {result['messages']}")


def _convert(leads, _rows):
    wizard = leads.env["crm.lead2opportunity.partner.mass"].with_context(
        active_model="crm.lead", active_ids=leads.ids
    )
    wizard.create({"deduplicate": False, "user_ids": leads.env.user.ids}).action_mass_convert()


def _win(leads, _rows):
    leads.action_set_won()


def _merge(leads, _rows):
    for index in range(0, len(leads), 2):
        leads[index : index + 2].merge_opportunity()


# What is done with many leads: how they are made before, the work, and how much longer it may take.
BATCHES = {
    "created": (None, _create, 1.15),
    "imported": (None, _import, 1.15),
    "converted": (_make, _convert, 1.15),
    "won": (_make_deals, _win, 1.15),
    "merged in pairs": (_make_deals, _merge, 1.15),
}


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
