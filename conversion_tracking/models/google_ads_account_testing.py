from contextlib import closing
from datetime import timezone
from itertools import islice

from odoo import fields, models
from odoo.tools import format_datetime

from ..google_ads.credentials import CredentialsError
from ..google_ads.errors import TransportFault
from ..google_ads.prerequisites import ACTION_MINIMUM_AGE, run_checks
from .google_patience import CALL_SECONDS, answer_in_time

ACTION_KEY = "action:"  # followed by the action's id or name, in the key of its check
LOGIN_CHECKS = 2  # the first ones of run_checks need no account: credentials and permissions


class GoogleAdsAccountTesting(models.Model):
    """*Test connection*: each prerequisite by itself, with what to do about it."""

    _inherit = "google.ads.account"

    check_ids = fields.One2many(
        "google.ads.account.check", "account_id", string="Checks", readonly=True
    )
    tested_at = fields.Datetime("Last test", readonly=True, copy=False)

    def action_test_connection(self):
        """Find out about every prerequisite that can be found out in time."""
        for account in self:
            account.check_access("write")
            account._store_checks(account._run_checks())
            account._draw_conclusion()

    def _run_checks(self):
        """What was found out, as values of ``google.ads.account.check``."""
        self.ensure_one()
        try:
            connection = self._get_connection(timeout=CALL_SECONDS)
            transport = self._get_transport(timeout=CALL_SECONDS)
        except CredentialsError as error:
            return [self._prepare_unusable_credentials(error)]
        read = []
        checks = run_checks(
            connection,
            transport,
            [action._to_specification() for action in self.action_ids],
            sends_hashes=self.send_identifiers,
            now=fields.Datetime.now().replace(tzinfo=timezone.utc),
            learn=read.append,
        )
        if not self.customer_id:
            checks = islice(checks, LOGIN_CHECKS)
        made = []

        def make():
            with closing(connection), closing(transport.connection):
                for check in checks:
                    made.append(check)

        try:
            answer_in_time(make)
        except TransportFault as failure:
            in_time = list(made)  # what is late still arrives in it
            return [*map(self._prepare_check, in_time), self._prepare_unfinished(failure.fault)]
        for infos in read:
            # Then Repair and Accept stand beside the action that a check speaks of.
            self._take_over_actions(infos)
        return [*map(self._prepare_check, made)]

    def _prepare_check(self, check):
        """Values for a check of the engine, in the user's language."""
        values = {
            "key": check.key,
            "title": self.env._(check.title),
            "state": check.state,
            "meaning": self.env._(check.meaning),
            "remedy": self.env._(check.remedy) if check.remedy else False,
            "detail": check.detail,
            "link": check.link,
        }
        if check.key.startswith(ACTION_KEY):
            values["title"] = check.title  # the action's name, never translated
        usable_at = self._get_usable_at(check)
        if usable_at:
            moment = format_datetime(self.env, usable_at, dt_format="short")
            values |= {
                "state": "waiting",
                "meaning": self.env._("It is new: Google takes conversions from %s on.", moment),
                "remedy": self.env._("Nothing to do: Odoo sends what is waiting by then."),
            }
        return values

    def _get_usable_at(self, check):
        """When Google takes conversions for the action that ``check`` is about; None for now.

        The trial upload is made with the first action, and Google cannot judge it before.
        """
        actions = self.action_ids.filtered("google_id")
        if check.key.startswith(ACTION_KEY) and check.state == "passed":
            action = actions.filtered(lambda one: check.key == f"{ACTION_KEY}{one.google_id}")
        elif check.key == "trial" and check.state == "unknown":
            action = actions
        else:
            return None
        made_at = action[:1].created_at_google
        usable_at = made_at and made_at + ACTION_MINIMUM_AGE
        return usable_at if usable_at and usable_at > fields.Datetime.now() else None

    def _prepare_unusable_credentials(self, error):
        return {
            "key": "credentials",
            "title": self.env._("Login"),
            "state": "failed",
            "meaning": self.env._("The credentials cannot be used."),
            "remedy": str(error),
        }

    def _prepare_unfinished(self, fault):
        return {
            "key": "unfinished",
            "title": self.env._("All other checks"),
            "state": "unknown",
            "meaning": self.env._(fault.meaning),
            "remedy": self.env._("Test again in a few minutes. Nothing was changed."),
        }

    def _store_checks(self, values_list):
        self.ensure_one()
        account = self.sudo()
        account.check_ids.unlink()
        account.check_ids = [
            fields.Command.create({**values, "sequence": number})
            for number, values in enumerate(values_list)
        ]
        account.tested_at = fields.Datetime.now()

    def _draw_conclusion(self):
        """Set the state by what the test found out.

        Delivering needs a login and either half of Google's API: reading shows that the account
        is the right one, a trial upload that it takes conversions. A paused account stays paused:
        only a person resumes it.
        """
        states = {check.key: check.state for check in self.check_ids}
        halves = [states.get("access"), states.get("trial")]
        if self.state == "paused":
            return
        if "failed" in (states.get("credentials"), states.get("client_account")):
            self.state = "error"
        elif "passed" in halves:
            self._mark_connected()
        elif "failed" in halves:
            self.state = "error"
