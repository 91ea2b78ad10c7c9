"""An Odoo database with a full outbox, and the sandbox it is delivered to.

Runs in a process that has loaded Odoo's registry; deliveries run in forked children, as in Odoo's
own server with several workers: each has its connections to the database and to Google.
"""

import json
import os
import pickle
import resource
import signal
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

ACCOUNT, ACTION, CAMPAIGN = "1234567890", "6490000003", "20111000001"
SETTLED = timedelta(hours=1)  # after so long Google has processed what it took
EVENTS = """
INSERT INTO google_ads_conversion (kind, action_id, account_id, company_id, event, res_model,
        res_id, occurrence, transaction_id, gclid, event_time, click_time, next_try_at, state,
        consent, matched_by, value, currency_id, attempts, polls, create_date, write_date)
SELECT 'conversion', a.id, a.account_id, a.company_id, a.event, 'crm.lead', n + 1, 1,
       'odoo-bench-lead-' || n || '-deal_won', 'Click-' || n,
       now() at time zone 'UTC' - interval '1 hour', now() at time zone 'UTC' - interval '8 hours',
       now() at time zone 'UTC' - interval '1 hour', 'waiting', 'granted', 'click',
       n %% 1000 + 0.5,
       c.currency_id, 0, 0, now(), now()
  FROM generate_series(%s, %s - 1) AS n, google_ads_conversion_action a
  JOIN res_company c ON c.id = a.company_id
 WHERE a.id = %s
"""
CORRECTIONS = """
INSERT INTO google_ads_conversion (kind, origin_id, action_id, account_id, company_id, event,
        res_model, res_id, occurrence, transaction_id, event_time, click_time, next_try_at, state,
        out_of_turn, consent, matched_by, value, currency_id, attempts, polls, create_date,
        write_date)
SELECT 'restatement', id, action_id, account_id, company_id, event, res_model, res_id, occurrence,
       transaction_id, now() at time zone 'UTC', click_time, now() at time zone 'UTC', 'waiting',
       TRUE, consent, matched_by, value + %s, currency_id, 0, 0, now(), now()
  FROM google_ads_conversion
 WHERE id = ANY(%s)
"""


class Outbox:
    """The outbox of one database, filled anew for each round.

    :param database: name of a database with the add-on, which is changed for good
    :param configuration: Odoo's configuration file
    :param sandbox: a ``google_sandbox.control.Sandbox``
    """

    def __init__(self, database, configuration, sandbox):
        import odoo.tools
        from odoo.modules.registry import Registry

        odoo.tools.config.parse_config(
            [
                *("--config", str(configuration), "--database", database, "--log-level=error"),
                # two workers that begin at once collide and try again, which Odoo logs as errors
                "--log-handler=odoo.sql_db:CRITICAL",
            ],
            setup_logging=True,
        )
        self.sandbox = sandbox
        self.registry = Registry(database)
        with self.environment() as env:
            self._connect(env)
            self.action_id = (
                env["google.ads.conversion.action"].search([("google_id", "=", ACTION)], limit=1).id
            )

    def environment(self):
        """A context manager of an Odoo environment that commits at its end."""
        return _Environment(self.registry)

    def _connect(self, env):
        parameters = env["ir.config_parameter"]
        for name in ("google_ads_endpoint", "data_manager_endpoint"):
            parameters.set_param(f"conversion_tracking.{name}", getattr(self.sandbox, name))
        account = env["google.ads.account"].search([("customer_id", "=", ACCOUNT)], limit=1)
        values = {
            "customer_id": ACCOUNT,
            "login_customer_id": "1112223333",
            "conversion_customer_id": ACCOUNT,
            "service_account_json": json.dumps(self.sandbox.service_account_info),
            "unknown_consent": "send",
            "state": "connected",
        }
        if not account:
            account = env["google.ads.account"].create(values)
            sales = account._create_default_actions().filtered(lambda one: one.event == "deal_won")
            sales.google_id = ACTION
        account.write(values)
        # The job is called from here and from nowhere else.
        env.ref("conversion_tracking.ir_cron_deliver").active = False
        env.ref("conversion_tracking.ir_cron_poll").active = False

    def fill(self, number):
        """Put ``number`` ready events into an empty outbox, and their clicks into Google's world.

        :return: what Google is to count in the end: values by transaction id
        """
        self.sandbox.reset()
        with self.environment() as env:
            # leads and contacts point at their conversions: TRUNCATE would empty them, too
            env.cr.execute("DELETE FROM google_ads_conversion")
        self._insert(0, number)
        self._vacuum()
        return {_get_id(index): index % 1000 + 0.5 for index in range(number)}

    def fill_with_a_past(self, number, before):
        """As :meth:`fill`; of the events ``before`` were delivered already, and wait once more.

        Half of them have a new value, and somebody pressed Retry on it and on an older one. Of the
        others nobody knows whether Google has them, and they are retried.
        """
        expected = self.fill(before)
        self.deliver()
        self.sandbox.advance(SETTLED)
        self.poll(ahead=SETTLED)
        self._insert(before, number)
        with self.environment() as env:
            rows = env["google.ads.conversion"].search(
                [("transaction_id", "in", list(expected))], order="id"
            )
            corrected, retried = rows[: before // 2], rows[before // 2 :]
            for added in (7_000, 9_000):
                env.cr.execute(CORRECTIONS, [added, corrected.ids or [0]])
            retried.write({"state": "unclear"})
            retried.action_retry()
            expected |= {row.transaction_id: row.value + 9_000 for row in corrected}
        return expected | {_get_id(index): index % 1000 + 0.5 for index in range(before, number)}

    def _insert(self, first, end):
        clicked = (datetime.now(timezone.utc) - timedelta(hours=8)).isoformat()
        names = [f"Click-{index}" for index in range(first, end)]
        for start in range(0, len(names), 10_000):
            self.sandbox.add_clicks(
                {
                    name: {"account": ACCOUNT, "campaign": CAMPAIGN, "clicked": clicked}
                    for name in names[start : start + 10_000]
                }
            )
        with self.environment() as env:
            env.cr.execute(EVENTS, [first, end, self.action_id])
            env.cr.execute(
                "UPDATE google_ads_account SET next_delivery_at = NULL, delivery_resume_at = NULL,"
                " delivery_started_at = NULL, delivery_failures = 0, state = 'connected'"
            )

    def _vacuum(self):
        """Clear away what the rounds before left behind, as the database does in quiet times."""
        with closing(self.registry.cursor()) as cr:
            cr._cnx.autocommit = True  # not possible inside of a transaction
            cr.execute("VACUUM (FULL, ANALYZE) google_ads_conversion")

    def states(self):
        """How many rows are in each state."""
        with self.environment() as env:
            env.cr.execute("SELECT state, count(*) FROM google_ads_conversion GROUP BY state")
            return dict(env.cr.fetchall())

    # -- work in children ------------------------------------------------------------------

    def start(self, work, *, ahead=timedelta(0), **settings):
        """Do ``work(env)`` in a forked child.

        :param ahead: how far the child's clock is ahead
        :param settings: constants of the delivery to change, such as ``LARGEST_BATCH``
        :return: a :class:`Child`
        """
        import odoo.sql_db

        odoo.sql_db.close_all()
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            return Child(process, reading)
        status = 1
        try:
            os.close(reading)
            result = self._work(work, ahead, settings)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(result, pipe)
            status = 0
        finally:
            os._exit(status)  # the parent's exit handlers are not the child's

    def _work(self, work, ahead, settings):
        from odoo.addons.conversion_tracking.models.google_ads import google_ads_delivery

        for name, value in settings.items():
            setattr(google_ads_delivery, name, value)
        with _moved_clock(ahead), self.environment() as env:
            began = time.perf_counter()
            extra = work(env)
            return {
                "seconds": time.perf_counter() - began,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "extra": extra,
            }

    def deliver(self, **options):
        """Deliver everything that is due, in a child, and wait for it."""
        return self.start(deliver, **options).result()

    def poll(self, **options):
        """Ask what became of it, in a child, and wait for it."""
        return self.start(poll, **options).result()


def deliver(env):
    """The work of the scheduled job, which outside of Odoo's scheduler has no limit of time.

    :return: megabytes in use after each batch
    """
    memory = []
    kind = type(env["google.ads.delivery"])
    save = kind._save_when_done

    def measured(*arguments):
        save(*arguments)
        memory.append(_megabytes_now())

    kind._save_when_done = measured
    env["google.ads.delivery"]._cron_deliver()
    return memory


def poll(env):
    """The work of the job that asks Google."""
    env["google.ads.status.poll"]._cron_poll()


def _get_id(index):
    return f"odoo-bench-lead-{index}-deal_won"


class Child:
    """A forked child at work."""

    def __init__(self, process, pipe):
        self.process, self._pipe = process, pipe

    def kill(self):
        """End it as if the power had failed.

        :return: whether it was still at work
        """
        os.kill(self.process, signal.SIGKILL)
        _process, status = os.waitpid(self.process, 0)
        os.close(self._pipe)
        return os.WIFSIGNALED(status)

    def result(self):
        """What the work gave back, with its seconds and megabytes.

        :raise RuntimeError: it failed
        """
        with os.fdopen(self._pipe, "rb") as pipe:
            content = pipe.read()
        _process, status = os.waitpid(self.process, 0)
        if status or not content:
            raise RuntimeError(f"The child ended with {os.waitstatus_to_exitcode(status)}")
        return pickle.loads(content)


class _Environment:
    def __init__(self, registry):
        self._registry = registry

    def __enter__(self):
        from odoo import SUPERUSER_ID, api

        self._cursor = self._registry.cursor()
        return api.Environment(self._cursor, SUPERUSER_ID, {})

    def __exit__(self, kind, *exception):
        with closing(self._cursor):
            if kind is None:
                self._cursor.commit()


def _moved_clock(ahead):
    import freezegun

    if not ahead:
        from contextlib import nullcontext

        return nullcontext()
    moved = datetime.now(timezone.utc).replace(tzinfo=None) + ahead
    return freezegun.freeze_time(moved, tick=True)


def _megabytes_now():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
