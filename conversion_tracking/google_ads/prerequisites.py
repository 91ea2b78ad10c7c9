"""Everything that must be right before conversions arrive, each with what to do when it is not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .account_prerequisites import ACCESS_PAGE, account_checks
from .accounts import read_customer
from .actions import (
    ActionSpecification,
    ConversionActionInfo,
    drift,
    read_conversion_actions,
)
from .catalogue import _
from .check import (
    ACTION_KEY,
    FAILED,
    NOT_READ,
    PASSED,
    SEE_ABOVE,
    TOO_EARLY,
    UNCERTAIN,
    Check,
    failed_check,
)
from .connection import Connection
from .credentials import SCOPE_NAMES, SCOPES
from .errors import TransportFault, make_fault
from .events import ConversionEvent
from .transports.base import Transport

ACTION_MINIMUM_AGE = timedelta(hours=6)  # https://support.google.com/google-ads/answer/15081888
# Shaped like a click id and known to nobody. A trial asks whether we may upload, not what.
_TRIAL_CLICK_ID = "Cj0KCQiA-connection-test"

_CONVERSION_IMPORT = "https://support.google.com/google-ads/answer/15081888"
_CREDENTIALS = "https://developers.google.com/google-ads/api/docs/oauth/overview"
_DATA_MANAGER = "https://developers.google.com/data-manager/api/devguides/quickstart/set-up-access"


def run_checks(
    connection: Connection,
    transport: Transport,
    actions: Sequence[ActionSpecification],
    *,
    sends_hashes: bool,
    now: datetime,
    learn: Callable[[list[ConversionActionInfo]], None] | None = None,
) -> Iterator[Check]:
    """Find out about every prerequisite, one after the other.

    :param connection: to the account that runs the ads, for reading
    :param transport: the way of delivery; its connection is to the conversion customer
    :param actions: the conversion actions that events are sent to
    :param sends_hashes: whether hashed e-mail and phone are sent
    :param now: aware
    :param learn: is given the account's conversion actions when they were read

    Nothing is raised for what Google answers, and no failure keeps a later check from being made:
    uploading can work while reading does not, and the other way round. Checks come as they are
    made, at most a connection's timeout apart, so that a caller can show progress and stop.
    Without an account only the login is looked at.
    """
    yield _credentials(connection)
    yield _scopes(connection)
    if not connection.customer_id:
        return
    customer, fault = _ask(read_customer, connection)
    yield failed_check("access", _("Access to the account"), fault, ACCESS_PAGE) or Check(
        "access",
        _("Access to the account"),
        PASSED,
        _("The login may read the Google Ads account."),
        detail=customer.name,
        link=ACCESS_PAGE,
    )
    yield from account_checks(transport.connection, customer, sends_hashes)
    found, fault = _ask(read_conversion_actions, transport.connection)
    if found is not None and learn:
        learn(found)
    for specification in actions:
        yield _action_check(specification, found, fault, now)
    yield _trial(transport, actions, now)


def _credentials(connection) -> Check:
    title = _("Login")
    fault = _ask(Connection.refresh, connection)[1]
    return failed_check("credentials", title, fault, _CREDENTIALS) or Check(
        "credentials", title, PASSED, _("Google accepts the login."), link=_CREDENTIALS
    )


def _scopes(connection) -> Check:
    """Whether both permissions were given.

    Google names the granted ones for a user's login. For a service account it names none, and
    refuses the login if it may not have them.
    """
    title = _("Permissions")
    granted = connection.credentials.granted_scopes
    if granted is None and not connection.credentials.valid:
        return Check("scopes", title, UNCERTAIN, NOT_READ, SEE_ABOVE, link=_CREDENTIALS)
    missing = [SCOPE_NAMES[scope] for scope in SCOPES if scope not in (granted or SCOPES)]
    if missing:
        fault = make_fault("SCOPE_MISSING", raw=", ".join(missing))
        return failed_check("scopes", title, fault, _CREDENTIALS)
    return Check("scopes", title, PASSED, _("The login has both permissions."), link=_CREDENTIALS)


def _action_check(specification, found, fault, now) -> Check:
    key = f"{ACTION_KEY}{specification.id or specification.name}"
    base = Check(key, specification.name, PASSED, "", link=_CONVERSION_IMPORT)
    if fault:
        return replace(base, state=UNCERTAIN, meaning=NOT_READ, remedy=SEE_ABOVE)
    action = next((info for info in found if info.id == specification.id), None)
    differences = drift(specification, action)
    if differences:
        first = differences[0]
        detail = "; ".join(f"{d.field}: {d.expected} → {d.found}" for d in differences)
        return replace(
            base,
            state=FAILED,
            meaning=_DRIFT[first.field],
            remedy=_("Press Repair to put it back, or Accept to go on with it as it is."),
            detail=detail,
        )
    if _is_too_young(specification, now):
        return _too_early(base, specification)
    return replace(base, meaning=_("It exists, is enabled, and counts as it should."))


def _is_too_young(specification, now) -> bool:
    return bool(specification.made_at) and now - specification.made_at < ACTION_MINIMUM_AGE


def _too_early(check, specification) -> Check:
    return replace(
        check,
        state=TOO_EARLY,
        meaning=_("It is new: Google takes conversions from %(moment)s on."),
        remedy=_("Nothing to do: Odoo sends what is waiting by then."),
        usable_at=specification.made_at + ACTION_MINIMUM_AGE,
    )


_DRIFT = {
    "exists": _("Google Ads does not have this conversion action, or no longer."),
    "name": _("It was renamed in Google Ads."),
    "status": _("It was removed or hidden in Google Ads."),
    "type": _("It is not an action of the type Import from clicks."),
    "counting": _("It counts differently in Google Ads: one or every conversion of a click."),
}


def _trial(transport, actions, now) -> Check:
    """An upload that Google only checks, for the first action that has an id."""
    title = _("Trial upload")
    known = [specification for specification in actions if specification.id]
    if not known:
        return Check(
            "trial",
            title,
            UNCERTAIN,
            _("There is no conversion action yet that a trial could be sent to."),
            _("Press Create conversion actions first."),
            link=_DATA_MANAGER,
        )
    event = ConversionEvent(
        "odoo-connection-test",
        known[0].id,
        now - timedelta(minutes=5),
        gclid=_TRIAL_CLICK_ID,
        consent="granted",
    )
    delivery, fault = _ask(transport.send, [event], True)
    fault = fault or delivery.outcomes[0].fault
    # That Google does not know the click means that everything before it was right.
    about_the_event = fault and fault.index is not None and fault.error_class != "configuration"
    if fault and not about_the_event:
        check = failed_check("trial", title, fault, _DATA_MANAGER)
        # Google cannot judge an action that is too young.
        if check.state == UNCERTAIN and _is_too_young(known[0], now):
            return _too_early(check, known[0])
        return check
    return Check("trial", title, PASSED, _("Google would take uploads."), link=_DATA_MANAGER)


def _ask(question, *arguments):
    """Answer and fault of ``question``, one of them None."""
    try:
        return question(*arguments), None
    except TransportFault as failure:
        return None, failure.fault
