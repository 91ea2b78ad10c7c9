"""The accounts of a login are read through Google's own client from the strict sandbox."""

from datetime import date, datetime, timezone

import pytest
from sandbox_world import CUSTOMER, MANAGER, SERVICE_ACCOUNT
from sandbox_world import UK_CUSTOMER as UK

from google_ads.accounts import account_day, list_customers, read_customer
from google_ads.input_error import InputError


def test_accounts_below_a_manager_are_listed_with_the_way_to_them(connect):
    customers = {customer.id: customer for customer in list_customers(connect(""))}
    assert set(customers) == {MANAGER, CUSTOMER, UK}
    assert customers[MANAGER].manager
    assert customers[MANAGER].login_customer_id is None
    tulip = customers[CUSTOMER]
    assert (tulip.name, tulip.currency, tulip.time_zone, tulip.manager) == (
        "Tulip Solar B.V.",
        "EUR",
        "Europe/Amsterdam",
        False,
    )
    assert tulip.login_customer_id == MANAGER


def test_an_account_reached_both_ways_is_reached_directly(google, connect):
    google.update(
        f"identities/{SERVICE_ACCOUNT}/accounts", {MANAGER: "STANDARD", CUSTOMER: "STANDARD"}
    )
    customers = {customer.id: customer for customer in list_customers(connect(""))}
    assert customers[CUSTOMER].login_customer_id is None
    assert customers[UK].login_customer_id == MANAGER


def test_one_closed_account_does_not_hide_the_others(google, connect):
    google.update(f"identities/{SERVICE_ACCOUNT}/accounts", {UK: "STANDARD", CUSTOMER: "STANDARD"})
    google.update(f"accounts/{UK}/status", "CANCELED")
    assert [customer.id for customer in list_customers(connect(""))] == [CUSTOMER]


def test_a_login_that_is_no_user_of_google_ads(google, connect, refusal):
    google.update(f"identities/{SERVICE_ACCOUNT}/accounts", {})
    fault = refusal(lambda: list_customers(connect("")))
    assert (fault.code, fault.error_class) == ("NOT_ADS_USER", "configuration")


def test_everything_that_delivery_depends_on(connect):
    customer = read_customer(connect())
    assert customer.id == CUSTOMER
    assert customer.conversion_customer_id == CUSTOMER
    assert customer.auto_tagging
    assert customer.accepted_customer_data_terms
    assert customer.enhanced_conversions
    assert customer.status == "ENABLED"


def test_conversions_tracked_by_the_manager(google, connect):
    google.update(f"accounts/{CUSTOMER}/conversion_customer", MANAGER)
    assert read_customer(connect()).conversion_customer_id == MANAGER
    google.update(f"accounts/{CUSTOMER}/conversion_customer", None)
    assert read_customer(connect()).conversion_customer_id == ""


@pytest.mark.parametrize(
    ("customer", "manager", "code"),
    [
        ("999-999-9999", MANAGER, "CUSTOMER_NOT_FOUND"),
        (CUSTOMER, None, "USER_PERMISSION_DENIED"),
        (CUSTOMER, UK, None),
    ],
)
def test_wrong_ids_are_explained(connect, customer, manager, code, refusal):
    fault = refusal(lambda: read_customer(connect(customer, login_customer_id=manager)))
    assert fault.error_class == "configuration"
    assert code is None or fault.code == code
    assert fault.remedy


def test_days_are_those_of_the_account():
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
    assert account_day(moment, "Europe/Amsterdam") == date(2026, 11, 21)
    assert account_day(moment, "America/New_York") == date(2026, 11, 20)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "", "\0", "é" * 300])
def test_a_time_zone_that_the_machine_does_not_know_says_what_to_do(zone):
    with pytest.raises(InputError) as caught:
        account_day(datetime(2026, 11, 26, tzinfo=timezone.utc), zone)
    assert "tzdata" in caught.value.text
    assert caught.value.values == {"zone": zone}
