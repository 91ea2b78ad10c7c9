"""Everything that must be right before conversions arrive, each with what to do when it is not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .accounts import Customer, read_customer
from .actions import (
    ActionSpecification,
    ConversionActionInfo,
    drift,
    read_conversion_actions,
)
from .catalogue import _
from .connection import Connection
from .credentials import SCOPE_NAMES, SCOPES
from .errors import Fault, TransportFault, make_fault
from .events import ConversionEvent
from .transport import Transport

PASSED, FAILED, UNCERTAIN, NOT_NEEDED = "passed", "failed", "unknown", "not_needed"
ACTION_MINIMUM_AGE = timedelta(hours=6)  # https://support.google.com/google-ads/answer/15081888
# Shaped like a click id and known to nobody. A trial asks whether we may upload, not what.
_TRIAL_CLICK_ID = "Cj0KCQiA-connection-test"

_CONVERSION_TRACKING = "https://support.google.com/google-ads/answer/1722022"
_CROSS_ACCOUNT = "https://support.google.com/google-ads/answer/3030657"
_AUTO_TAGGING = "https://support.google.com/google-ads/answer/3095550"
_CUSTOMER_DATA_TERMS = "https://support.google.com/adspolicy/answer/7475709"
_ENHANCED_CONVERSIONS = "https://support.google.com/google-ads/answer/15713840"
_CONVERSION_IMPORT = "https://support.google.com/google-ads/answer/15081888"
_CREDENTIALS = "https://developers.google.com/google-ads/api/docs/oauth/overview"
_ACCESS = "https://developers.google.com/google-ads/api/docs/concepts/call-structure#cid"
_DATA_MANAGER = "https://developers.google.com/data-manager/api/devguides/quickstart/set-up-access"
_NOT_READ = _("This could not be read from Google Ads.")
_SEE_ABOVE = _("Put right what failed above first. Uploading works without reading.")


@dataclass(frozen=True, slots=True)
class Check:
    """One prerequisite and how it stands.

    :param state: ``passed``, ``failed``, ``unknown`` (could not be found out) or ``not_needed``
    :param title, meaning, remedy: plain English, translatable in Odoo by these very texts; the
        title of a conversion action's check is its name
    :param detail: names, ids and Google's own words, the same in each language
    :param link: Google's page on the matter
    """

    key: str
    title: str
    state: str
    meaning: str
    remedy: str = ""
    detail: str = ""
    link: str = ""


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
    """
    yield _credentials(connection)
    yield _scopes(connection)
    customer, fault = _ask(read_customer, connection)
    yield _fault_check("access", _("Access to the account"), fault, _ACCESS) or Check(
        "access",
        _("Access to the account"),
        PASSED,
        _("The login may read the Google Ads account."),
        detail=customer.name,
        link=_ACCESS,
    )
    yield from _account_checks(connection, transport.connection, customer, sends_hashes)
    found, fault = _ask(read_conversion_actions, transport.connection)
    if found is not None and learn:
        learn(found)
    for specification in actions:
        yield _action_check(specification, found, fault, now)
    yield _trial(transport, actions, now)


def _credentials(connection) -> Check:
    title = _("Login")
    fault = _ask(Connection.refresh, connection)[1]
    return _fault_check("credentials", title, fault, _CREDENTIALS) or Check(
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
        return Check("scopes", title, UNCERTAIN, _NOT_READ, _SEE_ABOVE, link=_CREDENTIALS)
    missing = [SCOPE_NAMES[scope] for scope in SCOPES if scope not in (granted or SCOPES)]
    if missing:
        fault = make_fault("SCOPE_MISSING", raw=", ".join(missing))
        return _fault_check("scopes", title, fault, _CREDENTIALS)
    return Check("scopes", title, PASSED, _("The login has both permissions."), link=_CREDENTIALS)


def _account_checks(reading, uploading, customer: Customer | None, sends_hashes) -> Iterator[Check]:
    if customer is None:
        for key, title in _ACCOUNT_TITLES.items():
            needless = key in _FOR_HASHES and not sends_hashes
            yield (
                _not_needed(key)
                if needless
                else Check(key, title, UNCERTAIN, _NOT_READ, _SEE_ABOVE)
            )
        return
    yield _account(
        "client_account",
        not customer.manager,
        _("The customer id is the one of a client account."),
        _("The customer id is the one of a manager account, which has no clicks and costs."),
        _("Enter the id of the account that runs the ads; the manager's goes to manager id."),
        _ACCESS,
        customer.name,
    )
    yield _conversion_customer(customer, uploading)
    yield _account(
        "auto_tagging",
        customer.auto_tagging,
        _("Google Ads adds its click id to the address of each ad."),
        _("Auto-tagging is off: no click id ever reaches your website."),
        _("In Google Ads open Admin > Account settings > Auto-tagging and switch it on."),
        _AUTO_TAGGING,
    )
    if not sends_hashes:
        yield from map(_not_needed, _FOR_HASHES)
        return
    yield _account(
        "customer_data_terms",
        customer.accepted_customer_data_terms,
        _("The customer data terms are accepted."),
        _("Nobody has accepted Google's customer data terms."),
        _("In Google Ads open Goals > Settings > Customer data terms and accept them."),
        _CUSTOMER_DATA_TERMS,
    )
    yield _account(
        "enhanced_conversions",
        customer.enhanced_conversions,
        _("Enhanced conversions are on."),
        _("Enhanced conversions are off, so hashed e-mail and phone are refused."),
        _(
            "In Google Ads open Goals > Settings > Enhanced conversions for leads and switch it "
            "on, or switch off hashed e-mail and phone on the account in Odoo."
        ),
        _ENHANCED_CONVERSIONS,
    )


_ACCOUNT_TITLES = {
    "client_account": _("Client account"),
    "conversion_customer": _("Conversion customer"),
    "auto_tagging": _("Auto-tagging"),
    "customer_data_terms": _("Customer data terms"),
    "enhanced_conversions": _("Enhanced conversions"),
}
_FOR_HASHES = ("customer_data_terms", "enhanced_conversions")


def _account(key, passed, good, bad, remedy, link, detail="") -> Check:
    title = _ACCOUNT_TITLES[key]
    if passed:
        return Check(key, title, PASSED, good, detail=detail, link=link)
    return Check(key, title, FAILED, bad, remedy, detail, link)


def _not_needed(key) -> Check:
    meaning = _("Not needed, since hashed e-mail and phone are not sent.")
    return Check(key, _ACCOUNT_TITLES[key], NOT_NEEDED, meaning, link=_ENHANCED_CONVERSIONS)


def _conversion_customer(customer, uploading) -> Check:
    if not customer.conversion_customer_id:
        return _account(
            "conversion_customer",
            False,
            "",
            _("Conversion tracking is not set up in this Google Ads account."),
            _("Press Create conversion actions: that sets it up."),
            _CONVERSION_TRACKING,
        )
    return _account(
        "conversion_customer",
        customer.conversion_customer_id == uploading.customer_id,
        _("Uploads go to the account that tracks the conversions."),
        _("Another account tracks the conversions of this one; Google refuses uploads here."),
        _("Enter the id shown here as conversion customer on the account in Odoo."),
        _CROSS_ACCOUNT,
        customer.conversion_customer_id,
    )


def _action_check(specification, found, fault, now) -> Check:
    key = f"action:{specification.id or specification.name}"
    base = Check(key, specification.name, PASSED, "", link=_CONVERSION_IMPORT)
    if fault:
        return replace(base, state=UNCERTAIN, meaning=_NOT_READ, remedy=_SEE_ABOVE)
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
    if specification.made_at and now - specification.made_at < ACTION_MINIMUM_AGE:
        return replace(
            base,
            state=FAILED,
            meaning=_("It is younger than six hours; Google does not accept uploads yet."),
            remedy=_("Nothing to do: Odoo sends the events when the six hours are over."),
        )
    return replace(base, meaning=_("It exists, is enabled, and counts as it should."))


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
        return _fault_check("trial", title, fault, _DATA_MANAGER)
    return Check("trial", title, PASSED, _("Google would take uploads."), link=_DATA_MANAGER)


def _ask(question, *arguments):
    """Answer and fault of ``question``, one of them None."""
    try:
        return question(*arguments), None
    except TransportFault as failure:
        return None, failure.fault


def _fault_check(key, title, fault: Fault | None, link) -> Check | None:
    """The check that ``fault`` makes fail; unknown when trying again may be all it takes."""
    if fault is None:
        return None
    state = UNCERTAIN if fault.error_class in ("retry", "waiting") else FAILED
    return Check(key, title, state, fault.meaning, fault.remedy, fault.raw, link)
