"""The accounts that a login can use, and how the one in use is set up."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .catalogue import _
from .connection import Connection
from .errors import TransportFault
from .input_error import InputError
from .names import member_name


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """An account that the login can use.

    :param login_customer_id: the manager through which it is reached; None when directly
    """

    id: str
    name: str
    currency: str
    time_zone: str
    manager: bool
    login_customer_id: str | None


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with everything that delivery depends on.

    :param conversion_customer_id: the account that owns the conversion actions and receives the
        uploads; empty when conversion tracking is off
    """

    id: str
    name: str
    currency: str
    time_zone: str
    manager: bool
    test_account: bool
    status: str
    auto_tagging: bool
    conversion_customer_id: str
    accepted_customer_data_terms: bool
    enhanced_conversions: bool


def list_customers(connection: Connection) -> list[ListedCustomer]:
    """Accounts that the login can use, those below its manager accounts included.

    :raise TransportFault: none can be listed; one of several that fails is left out

    An account that is reached both ways is listed as reached directly.
    """
    with closing(replace(connection, customer_id="", login_customer_id=None)) as bare:
        request = bare.ads_type("ListAccessibleCustomersRequest")
        answer = bare.ads_call("CustomerService", "list_accessible_customers", request)
    roots = [_last(name) for name in answer.resource_names]
    found, failures = {}, []
    for root in roots:
        try:
            for client in _clients_of(connection, root):
                if client.id not in found or client.login_customer_id is None:
                    found[client.id] = client
        except TransportFault as failure:  # a closed account among them says nothing of the others
            failures.append(failure)
    if failures and not found:
        raise failures[0]
    return sorted(found.values(), key=lambda customer: (customer.name.lower(), customer.id))


def read_customer(connection: Connection) -> Customer:
    """The account of the connection.

    :raise TransportFault: no access
    """
    query = """
        SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone,
            customer.manager, customer.test_account, customer.status,
            customer.auto_tagging_enabled,
            customer.conversion_tracking_setting.google_ads_conversion_customer,
            customer.conversion_tracking_setting.accepted_customer_data_terms,
            customer.conversion_tracking_setting.effective_enablement_setting
        FROM customer
    """
    [row] = connection.search(query)
    customer = row.customer
    setting = customer.conversion_tracking_setting
    return Customer(
        id=str(customer.id),
        name=customer.descriptive_name,
        currency=customer.currency_code,
        time_zone=customer.time_zone,
        manager=customer.manager,
        test_account=customer.test_account,
        status=member_name(customer.status),
        auto_tagging=customer.auto_tagging_enabled,
        conversion_customer_id=_last(setting.google_ads_conversion_customer),
        accepted_customer_data_terms=setting.accepted_customer_data_terms,
        enhanced_conversions=member_name(setting.effective_enablement_setting) == "ON",
    )


def account_day(moment: datetime, time_zone: str) -> date:
    """The day of an aware ``moment`` as the account counts days.

    :raise InputError: see :func:`account_zone`
    """
    return moment.astimezone(account_zone(time_zone)).date()


def account_zone(time_zone: str) -> ZoneInfo:
    """The time zone of an account, by its name such as ``Europe/Amsterdam``.

    :raise InputError: this machine does not know it, with what to do
    """
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder such as "Europe"
        raise InputError(
            _(
                "This server does not know the time zone “%(zone)s” of the account. Correct it on "
                "the account, as in Europe/Amsterdam. If it is written as Google Ads writes it, "
                "have the server's time zones (tzdata) updated."
            ),
            zone=time_zone,
        ) from None


def _clients_of(connection, root) -> list[ListedCustomer]:
    query = """
        SELECT customer_client.id, customer_client.descriptive_name,
            customer_client.currency_code, customer_client.time_zone, customer_client.manager
        FROM customer_client
        WHERE customer_client.status = 'ENABLED'
    """
    with closing(replace(connection, customer_id=root, login_customer_id=root)) as through:
        clients = [row.customer_client for row in through.search(query)]
    return [
        ListedCustomer(
            id=str(client.id),
            name=client.descriptive_name,
            currency=client.currency_code,
            time_zone=client.time_zone,
            manager=client.manager,
            login_customer_id=None if str(client.id) == root else root,
        )
        for client in clients
    ]


def _last(resource_name) -> str:
    """The id at the end of ``customers/1234567890``."""
    return resource_name.rpartition("/")[2]
