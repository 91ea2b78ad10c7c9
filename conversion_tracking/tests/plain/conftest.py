"""Fixtures for the contract tests that drive the Google sandbox with Google's own clients."""

from datetime import timedelta

import pytest

LEADS = "6490000002"  # counts one, in the sandbox's first world
SALES = "6490000003"  # counts every
CUSTOMER = "1234567890"
MANAGER = "1112223333"
GCLID = "Cj0KCQiA-demo-Click_1"  # clicked eight hours ago


@pytest.fixture
def google():
    """The sandbox, as it was when it started."""
    from google_sandbox.control import shared

    sandbox = shared()
    sandbox.reset()
    yield sandbox
    sandbox.reset()


@pytest.fixture
def connect(google):
    """Make a connection to the sandbox; arguments replace what the service account would use."""
    from google_ads.connection import Connection
    from google_ads.credentials import service_account

    made = []

    def make(customer_id=CUSTOMER, credentials=None, **options):
        options = {
            "login_customer_id": MANAGER,
            "google_ads_endpoint": google.google_ads_endpoint,
            "data_manager_endpoint": google.data_manager_endpoint,
            "timeout": 10,
        } | options
        connection = Connection(
            credentials or service_account(google.service_account_info), customer_id, **options
        )
        made.append(connection)
        return connection

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def event(google):
    """Make a conversion event of a click in the sandbox, an hour ago on its clock."""
    from google_ads.events import ConversionEvent

    def make(number=1, **values):
        defaults = {
            "transaction_id": f"odoo-3f9a1c2b-lead-{number}-won",
            "conversion_action_id": SALES,
            "occurred_at": google.now() - timedelta(hours=1, seconds=number % 1800),
            "gclid": GCLID,
            "value": 1200.0,
            "currency": "EUR",
            "consent": "granted",
        }
        return ConversionEvent(**defaults | values)

    return make
