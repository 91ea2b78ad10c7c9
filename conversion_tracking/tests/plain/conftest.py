"""Fixtures of the tests that need no Odoo: the Google sandbox and clients for it.

Whatever of Google's may open a channel is imported inside the fixtures, after the sandbox
has set the environment: gRPC reads its trusted certificates once a process.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sandbox_messages import ads_account, failure_names
from sandbox_world import CUSTOMER, GCLID, MANAGER, SALES


@pytest.fixture
def google():
    """The sandbox as it was when it started, whatever a test before did to it."""
    from google_sandbox.control import shared

    sandbox = shared()
    sandbox.reset()
    return sandbox


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
def today(google):
    """Today in the account's time zone, on the sandbox's clock."""
    from google_ads.accounts import account_day

    return account_day(google.now(), "Europe/Amsterdam")


@pytest.fixture
def refusal():
    """The fault that a call ends with."""
    from google_ads.errors import TransportFault

    def of(call):
        with pytest.raises(TransportFault) as caught:
            call()
        return caught.value.fault

    return of


@pytest.fixture
def event(google):
    """Make a conversion event of a click in the sandbox, an hour ago, each in its own second."""
    from google_ads.events import ConversionEvent

    an_hour_ago = google.now() - timedelta(hours=1)

    def make(number=1, **values):
        defaults = {
            "transaction_id": f"odoo-3f9a1c2b-lead-{number}-won",
            "conversion_action_id": SALES,
            "occurred_at": an_hour_ago - timedelta(seconds=number % 1800),
            "gclid": GCLID,
            "value": 1200.0,
            "currency": "EUR",
            "consent": "granted",
        }
        return ConversionEvent(**defaults | values)

    return make


# -- Google's own clients, unmodified, for the contract tests of the sandbox itself --------


@pytest.fixture(scope="session")
def _signers():
    return {}


@pytest.fixture
def sign_in(google, _signers):
    """Give the service account's credentials for some scopes; default both APIs.

    They are made once a session: reading the private key takes a tenth of a second.
    """
    from google.oauth2 import service_account

    def give(*names):
        names = names or ("adwords", "datamanager")
        if names not in _signers:
            _signers[names] = service_account.Credentials.from_service_account_info(
                google.service_account_info,
                scopes=[f"https://www.googleapis.com/auth/{name}" for name in names],
            )
        return _signers[names]

    return give


@pytest.fixture
def web(sign_in):
    """An HTTPS session of the service account."""
    from google.auth.transport.requests import AuthorizedSession

    with AuthorizedSession(sign_in()) as session:
        yield session


@pytest.fixture
def ads(google):
    """Make a Google Ads client; through the manager unless ``login_customer_id`` is None."""
    from google.ads.googleads.client import GoogleAdsClient

    def make(login_customer_id=MANAGER, **settings):
        settings = {
            "json_key_file_path": google.service_account,
            "use_proto_plus": True,
            "endpoint": google.google_ads_endpoint,
        } | settings
        if login_customer_id:
            settings["login_customer_id"] = login_customer_id
        return GoogleAdsClient.load_from_dict(settings, version="v26")

    return make


@pytest.fixture
def uploads(google, ads):
    """Uploads with Google's client, for a project that may still use the old service."""
    from sandbox_uploads import Uploads

    return Uploads(google, ads)


@pytest.fixture
def query(ads):
    """Run a query with ``SearchStream`` and return all rows."""
    services = []

    def run(text, customer_id=CUSTOMER):
        if not services:
            services.append(ads().get_service("GoogleAdsService"))
        stream = services[0].search_stream(customer_id=customer_id, query=text, timeout=20)
        return [row for batch in stream for row in batch.results]

    return run


@pytest.fixture
def query_error(query):
    """Run a query that must fail; return the code's name."""

    from google.ads.googleads.errors import GoogleAdsException

    def run(text, customer_id=CUSTOMER):
        with pytest.raises(GoogleAdsException) as caught:
            query(text, customer_id)
        code = caught.value.failure.errors[0].error_code
        return code.query_error.name if code.query_error else code.click_view_error.name

    return run


@pytest.fixture
def refused():
    """Expect a ``GoogleAdsException`` with exactly these codes, as ``family.NAME``."""
    from google.ads.googleads.errors import GoogleAdsException

    @contextmanager
    def expect(*names):
        with pytest.raises(GoogleAdsException) as caught:
            yield caught
        assert failure_names(caught.value.failure) == list(names)

    return expect


@pytest.fixture
def body(google):
    """Make a request's JSON; arguments replace parts of the single event."""

    def make(events=None, **values):
        event = {
            "transactionId": "odoo-3f9a1c2b-lead-42-won",
            "eventTimestamp": (google.now() - timedelta(hours=1)).isoformat(),
            "eventSource": "WEB",
            "adIdentifiers": {"gclid": GCLID},
            "consent": {"adUserData": "CONSENT_GRANTED"},
            "conversionValue": 1200.0,
            "currency": "EUR",
        } | values
        event = {name: value for name, value in event.items() if value is not None}
        return {
            "destinations": [
                {
                    "operatingAccount": ads_account(CUSTOMER),
                    "loginAccount": ads_account(MANAGER),
                    "productDestinationId": SALES,
                }
            ],
            "events": [event] if events is None else [event | part for part in events],
        }

    return make


@pytest.fixture
def ingest(google, web):
    """Post a request; return the answer."""
    return lambda request: web.post(
        f"{google.data_manager_endpoint}/v1/events:ingest", json=request, timeout=20
    )


@pytest.fixture
def violations(ingest, google):
    """Post a request that must be refused; return its (field, reason) pairs."""

    def post(request):
        answer = ingest(request)
        assert answer.status_code == 400, answer.text
        assert not google.ledger()["accepted"]
        details = {d["@type"].rpartition(".")[2]: d for d in answer.json()["error"]["details"]}
        return [(v["field"], v.get("reason")) for v in details["BadRequest"]["fieldViolations"]]

    return post


@pytest.fixture
def status(google, web):
    """Retrieve a status; return the answer's JSON, or its list of destinations."""

    def get(request_id, **parameters):
        answer = web.get(
            f"{google.data_manager_endpoint}/v1/requestStatus:retrieve",
            params={"requestId": request_id, **parameters},
            timeout=10,
        )
        return answer.json().get("requestStatusPerDestination", answer.json())

    return get


@pytest.fixture
def outcome(google, ingest, status):
    """Ingest, wait half an hour, and return the single destination's status."""

    def run(request):
        answer = ingest(request)
        assert answer.status_code == 200, answer.text
        google.advance(timedelta(minutes=30))
        [destination] = status(answer.json()["requestId"])
        return destination

    return run


@pytest.fixture
def reason(outcome, google):
    """Ingest one event that fails; return the reason without its prefix."""

    def run(request):
        result = outcome(request)
        assert result["requestStatus"] == "FAILED", result
        [count] = result["errorInfo"]["errorCounts"]
        return count["reason"].removeprefix("PROCESSING_ERROR_REASON_")

    return run
