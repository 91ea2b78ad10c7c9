from contextlib import closing
from datetime import timezone

from odoo import fields, models
from odoo.tools import format_datetime

from ...google_ads.credentials import CredentialsError
from ...google_ads.errors import TransportFault
from ...google_ads.patience import CALL_SECONDS, answer_in_time
from ...google_ads.prerequisites import run_checks


class GoogleAdsConnectionTestMixin(models.AbstractModel):
    """*Test connection*: each prerequisite by itself, with what to do about it."""

    _name = "google.ads.connection.test.mixin"
    _description = "Connection Test of Google Ads"

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
        return {
            "key": check.key,
            # the name of a conversion action is never translated
            "title": check.title if check.is_of_action else self.env._(check.title),
            "state": check.state,
            "meaning": self._explain_check(check),
            "remedy": self.env._(check.remedy) if check.remedy else False,
            "detail": check.detail,
            "link": check.link,
        }

    def _explain_check(self, check):
        if not check.usable_at:
            return self.env._(check.meaning) if check.meaning else False
        usable_at = check.usable_at.replace(tzinfo=None)
        moment = format_datetime(self.env, usable_at, dt_format="short")
        return self.env._(check.meaning, moment=moment)

    def _prepare_unusable_credentials(self, error):
        return {
            "key": "credentials",
            "title": self.env._("Login"),
            "state": "failed",
            "meaning": self.env._("The credentials cannot be used."),
            "remedy": self._explain_input(error),
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
        account = self.sudo()
        states = {check.key: check.state for check in account.check_ids}
        halves = [states.get("access"), states.get("trial")]
        if account.state == "paused":
            return
        if "failed" in (states.get("credentials"), states.get("client_account")):
            account.state = "error"
        elif "passed" in halves:
            account._mark_connected()
        elif "failed" in halves:
            account.state = "error"
