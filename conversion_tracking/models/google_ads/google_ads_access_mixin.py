import contextlib
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...google_ads.connection import Connection
from ...google_ads.errors import TransportFault, make_fault
from ...google_ads.input_error import InputError
from ...google_ads.operations import Operations
from ...google_ads.patience import CALL_SECONDS, JOB_SECONDS, answer_in_time
from ...google_ads.transports.data_manager import DataManagerTransport
from ...google_ads.transports.google_ads_upload import GoogleAdsUploadTransport
from ...google_ads.transports.paced import PacedTransport

_logger = logging.getLogger(__name__)

# States of an account that events are collected for.
DELIVERING_STATES = ("connected", "paused", "error")
# What passes by itself is told when it has not passed by then: jobs read once a day.
PASSING = timedelta(days=3)
TRANSPORTS = {
    "data_manager": DataManagerTransport,
    "google_ads_upload": GoogleAdsUploadTransport,
}


class GoogleAdsAccessMixin(models.AbstractModel):
    """How an account reaches Google, and the two seams through which everybody asks.

    :meth:`_ask_google` is for people: they wait, and read on the page what went wrong.
    :meth:`_ask_in_job` is for scheduled jobs: what goes wrong is noted on the account, and the
    job goes on with the others.
    """

    _name = "google.ads.access.mixin"
    _description = "Access to Google Ads"

    read_problems = fields.Json(
        readonly=True, copy=False, help="What could not be read, and why, by what it is."
    )
    read_problem = fields.Text(
        "Reading failed",
        compute="_compute_read_problem",
        help="What could not be read from Google Ads, and why. Deliveries go on.",
    )

    read_outages = fields.Json(
        readonly=True, copy=False, help="Since when something passing keeps what from being read."
    )

    @api.depends("read_problems")
    def _compute_read_problem(self):
        names = self._get_read_names()
        for account in self:
            problems = sorted((account.read_problems or {}).items())
            account.read_problem = (
                "\n".join(f"{names.get(what, what)}: {text}" for what, text in problems) or False
            )

    @api.model
    def _get_read_names(self):
        """What is read, in words, by what jobs call it."""
        return {
            "actions": self.env._("Conversion actions"),
            "ad_groups": self.env._("Costs of ad groups"),
            "clicks": self.env._("Clicks"),
            "costs": self.env._("Costs"),
            "currency": self.env._("Costs"),
            "uploads": self.env._("Upload diagnostics"),
        }

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def _ask_google(self, question, **options):
        """The answer of ``question(connection)``; for buttons.

        :param options: as for :meth:`_get_connection`
        :raise UserError: no usable credentials, or what Google refused, each with what to do
        """
        self.ensure_one()
        try:
            operations = Operations()
            connection = self._get_connection(
                **{"timeout": CALL_SECONDS, "operations": operations, **options}
            )

            def ask():
                with contextlib.closing(connection):
                    return question(connection)

            answer = answer_in_time(ask)
            self._note_operations(operations)
            return answer
        except InputError as error:
            raise UserError(self._explain_input(error)) from None
        except TransportFault as failure:
            _logger.info("Google Ads account %s: %s", self.id, failure)
            raise UserError(self._explain(failure.fault)) from None

    def _ask_in_job(self, what, question, **options):
        """The answer of ``question(connection)``, ``None`` when there is none; for jobs.

        Nothing is raised: reading is not needed for delivering, nor for other accounts. The
        responsible is asked for help; when the problem passes by itself, only if it has not done
        so for days.

        :param what: a word for what is read; its problem ends when it is read again
        :param options: as for :meth:`_get_connection`
        """
        self.ensure_one()
        account = self._in_responsible_language()
        operations = self._get_operations(what)
        options = {"timeout": JOB_SECONDS, "operations": operations, **options}
        try:
            with contextlib.closing(self._get_connection(**options)) as connection:
                answer = question(connection)
        except InputError as error:
            account._note_read_problem(what, account._explain_input(error))
        except TransportFault as failure:
            _logger.warning("%s of Google Ads account %s: %s", what, self.id, failure)
            if failure.fault.error_class != "retry" or account._note_outage(what):
                account._note_read_problem(what, account._explain(failure.fault))
        else:
            account._note_read_problem(what, None)
            account._forget_outage(what)
            return answer
        finally:
            account._note_operations(operations)
        return None

    def _note_outage(self, what):
        """Remember since when something passing keeps ``what`` from being read.

        :return: whether that is so for days
        """
        account, now = self.sudo(), fields.Datetime.now()
        outages = dict(account.read_outages or {})
        if what not in outages:
            account.read_outages = {**outages, what: fields.Datetime.to_string(now)}
            return False
        return fields.Datetime.to_datetime(outages[what]) <= now - PASSING

    def _forget_outage(self, what):
        account = self.sudo()
        if what in (outages := dict(account.read_outages or {})):
            del outages[what]
            account.read_outages = outages or False

    def _note_read_problem(self, what, text):
        """Say on the account why ``what`` is not read, and ask the responsible to mend it.

        :param text: what is wrong and what to do; ``None`` when it is read again
        """
        account = self.sudo()
        problems = dict(account.read_problems or {})
        if problems.get(what) == text:
            return
        problems[what] = text
        account.read_problems = {key: value for key, value in problems.items() if value} or False
        if text:
            account._ask_responsible(text)

    # ------------------------------------------------------------
    # What went wrong, in the user's language
    # ------------------------------------------------------------

    @api.model
    def _explain(self, fault):
        """Meaning and remedy of a fault."""
        return "\n".join(self.env._(text) for text in (fault.meaning, fault.remedy) if text)

    @api.model
    def _explain_input(self, error):
        """What is wrong with something that somebody typed or pasted.

        :param error: a ``google_ads.input_error.InputError``
        """
        return self.env._(error.text, **error.values)  # pylint: disable=translation-not-lazy

    def _pause_for_credentials(self, error):
        """Stop deliveries, because nobody can sign in.

        :param error: a ``google_ads.credentials.CredentialsError``
        """
        self._pause(
            make_fault("CREDENTIALS"), self._in_responsible_language()._explain_input(error)
        )

    def _in_responsible_language(self):
        return self.with_context(lang=self.user_id.lang)

    # ------------------------------------------------------------
    # Connections
    # ------------------------------------------------------------

    def _get_connection(self, customer_id=None, timeout=30.0, operations=None):
        """Access to this account, with its credentials; the caller closes it.

        :param customer_id: another account to reach with the same login
        :param timeout: seconds for one call
        :param operations: counts what the Google Ads API is asked; without it nobody does
        :raise google_ads.credentials.CredentialsError: no credentials, or unusable ones
        """
        self.ensure_one()
        account = self.sudo()
        parameters = self.env["ir.config_parameter"].sudo()
        return Connection(
            account._get_credentials(),
            customer_id=account.customer_id or "" if customer_id is None else customer_id,
            login_customer_id=account.login_customer_id or None,
            google_ads_endpoint=parameters.get_param("conversion_tracking.google_ads_endpoint")
            or None,
            data_manager_endpoint=parameters.get_param("conversion_tracking.data_manager_endpoint")
            or None,
            timeout=timeout,
            operations=operations or Operations(),
        )

    def _get_upload_customer_id(self):
        """The account that owns the conversion actions and receives the conversions."""
        self.ensure_one()
        return self.conversion_customer_id or self.customer_id or ""

    def _get_transport(self, timeout=30.0):
        """How conversions travel: an object of ``google_ads.transports.base.Transport``.

        Its ``connection`` is to be closed when the work is done.

        :param timeout: seconds for one call
        :raise google_ads.credentials.CredentialsError: no credentials, or unusable ones
        """
        self.ensure_one()
        connection = self._get_connection(self._get_upload_customer_id(), timeout)
        return TRANSPORTS[self.transport](connection)

    def _get_paced_transport(self, pace):
        """The same, keeping to Google's limits."""
        return PacedTransport(self._get_transport(), pace)

    def _get_poll_transport(self, pace):
        """The way to ask about requests: only the Data Manager API answers later, also after
        the account was switched to the other way."""
        connection = self._get_connection(self._get_upload_customer_id())
        return PacedTransport(DataManagerTransport(connection), pace)
