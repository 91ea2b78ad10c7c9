"""The sandbox's Google Ads API: who may call, how often, and how failures arrive."""

from datetime import timedelta

import grpc
import pytest
from google.api_core import exceptions
from sandbox_messages import failure_names
from sandbox_world import CUSTOMER, MANAGER, SERVICE_ACCOUNT, UK_CUSTOMER

QUERY = "SELECT customer.id FROM customer"
ACCESS = f"identities/{SERVICE_ACCOUNT}/accounts"


@pytest.fixture
def search(ads):
    """Search with Google's client; ``login`` is the manager, another account or None."""

    def run(customer_id=CUSTOMER, login=MANAGER, text=QUERY):
        service = ads(login_customer_id=login).get_service("GoogleAdsService")
        return list(service.search(customer_id=customer_id, query=text, timeout=20))

    return run


def raw_call(google, metadata, version="v26", method="GoogleAdsService/Search"):
    """Call without Google's client, to send what it would not."""
    from google.ads.googleads.v26.services.types import google_ads_service

    with grpc.secure_channel(google.google_ads_endpoint, grpc.ssl_channel_credentials()) as channel:
        call = channel.unary_unary(f"/google.ads.googleads.{version}.services.{method}")
        request = google_ads_service.SearchGoogleAdsRequest(customer_id=CUSTOMER, query=QUERY)
        try:
            return call(type(request).serialize(request), metadata=metadata, timeout=10)
        except grpc.RpcError as error:
            return error


def failure_of(error, version="v26"):
    """Return the codes in the trailing metadata that is keyed by the API version."""
    from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure

    key = f"google.ads.googleads.{version}.errors.googleadsfailure-bin"
    trailing = dict(error.trailing_metadata())
    return failure_names(GoogleAdsFailure.deserialize(trailing[key]))


def bearer(sign_in):
    from google.auth.transport.requests import Request

    credentials = sign_in("adwords")
    credentials.refresh(Request())
    return ("authorization", f"Bearer {credentials.token}")


# -- the token -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "name"),
    [
        (None, "AUTHENTICATION_ERROR"),
        ("Basic eA==", "OAUTH_TOKEN_HEADER_INVALID"),
        ("Bearer wrong", "OAUTH_TOKEN_INVALID"),
    ],
)
def test_no_usable_token(google, authorization, name):
    """A missing, malformed or unknown token is unauthenticated."""
    metadata = [("authorization", authorization)] if authorization else []
    error = raw_call(google, metadata)
    assert error.code() == grpc.StatusCode.UNAUTHENTICATED
    assert failure_of(error) == [f"authentication_error.{name}"]


def test_expired_token(google, ads, refused):
    """A token that outlived its hour is told apart; a new client signs in again."""
    service = ads().get_service("GoogleAdsService")
    google.advance(timedelta(minutes=61))
    with refused("authentication_error.OAUTH_TOKEN_EXPIRED"):
        service.search(customer_id=CUSTOMER, query=QUERY, timeout=20)
    fresh = ads().get_service("GoogleAdsService")
    assert list(fresh.search(customer_id=CUSTOMER, query=QUERY, timeout=20))


def test_revoked_access(google, ads, refused):
    """A token of somebody whose access was revoked is refused."""
    service = ads().get_service("GoogleAdsService")
    google.update(f"identities/{SERVICE_ACCOUNT}/revoked", True)
    with refused("authentication_error.OAUTH_TOKEN_REVOKED"):
        service.search(customer_id=CUSTOMER, query=QUERY, timeout=20)


def test_scope_is_needed(google, sign_in):
    """A token for the Data Manager API only is refused before any Ads error."""
    from google.auth.transport.requests import Request

    credentials = sign_in("datamanager")
    credentials.refresh(Request())
    error = raw_call(google, [("authorization", f"Bearer {credentials.token}")])
    assert error.code() == grpc.StatusCode.PERMISSION_DENIED
    assert "insufficient authentication scopes" in error.details()


def test_refresh_token_signs_in(google, sign_in):
    """A user's refresh token works as well as a service account."""
    from google.ads.googleads.client import GoogleAdsClient
    from google.oauth2.credentials import Credentials

    user = Credentials(
        None,
        refresh_token="1//sandbox-refresh-token",
        token_uri=google.token_uri,
        client_id="418209911234-sandbox.apps.googleusercontent.com",
        client_secret="GOCSPX-sandbox-secret",
    )
    client = GoogleAdsClient(
        credentials=user, endpoint=google.google_ads_endpoint, version="v26", use_proto_plus=True
    )
    service = client.get_service("GoogleAdsService")
    [row] = service.search(customer_id=CUSTOMER, query=QUERY, timeout=20)
    assert row.customer.id == int(CUSTOMER)


def test_developer_token_is_ignored(google, ads, sign_in):
    """Developer tokens ended in September 2026: present or not, right or wrong."""
    for settings in ({}, {"developer_token": "anything at all here"}):
        service = ads(**settings).get_service("GoogleAdsService")
        assert list(service.search(customer_id=CUSTOMER, query=QUERY, timeout=20))


# -- the customer --------------------------------------------------------------------------


def test_login_customer_is_needed_through_a_manager(search, refused):
    """A client account is reached by naming the manager, not without."""
    assert search()
    with refused("authorization_error.USER_PERMISSION_DENIED"):
        search(login=None)


def test_wrong_manager(google, search, refused):
    """A manager that does not manage the account cannot be named."""
    google.update(ACCESS, {UK_CUSTOMER: "ADMIN"})
    with refused("authorization_error.INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION"):
        search(login=UK_CUSTOMER)


def test_direct_access_needs_no_manager(google, search):
    """Who has access to the account itself needs no login customer."""
    google.update(ACCESS, {CUSTOMER: "READ_ONLY"})
    assert search(login=None)


def test_unknown_and_malformed_customers(search, refused):
    """An unknown customer is not found; an id with dashes is invalid."""
    with refused("authentication_error.CUSTOMER_NOT_FOUND"):
        search("9999999999")
    with refused("request_error.INVALID_CUSTOMER_ID"):
        search("123-456-7890")


def test_malformed_login_customer(google, sign_in):
    """The header must hold ten digits."""
    error = raw_call(google, [bearer(sign_in), ("login-customer-id", "111-222-3333")])
    assert failure_of(error) == ["header_error.INVALID_LOGIN_CUSTOMER_ID"]


def test_login_without_any_ads_account(google, search, refused):
    """A Google login that belongs to no Ads account is told so."""
    google.update(ACCESS, {})
    with refused("authentication_error.NOT_ADS_USER"):
        search()


def test_closed_account(google, search, refused):
    """A cancelled account cannot be used."""
    google.update(f"accounts/{CUSTOMER}/status", "CANCELED")
    with refused("authorization_error.CUSTOMER_NOT_ENABLED"):
        search()


def test_roles_and_suspension_stop_changes_only(google, search, ads, refused):
    """Reading works with a read-only role or a suspended account, changing does not."""
    service = ads().get_service("ConversionActionService")
    operation = ads().get_type("ConversionActionOperation")
    operation.remove = service.conversion_action_path(CUSTOMER, "6490000003")

    def remove():
        return service.mutate_conversion_actions(
            customer_id=CUSTOMER, operations=[operation], timeout=20
        )

    google.update(ACCESS, {MANAGER: "READ_ONLY"})
    assert search()
    with refused("authorization_error.ACTION_NOT_PERMITTED"):
        remove()
    google.update(ACCESS, {MANAGER: "ADMIN"})
    google.update(f"accounts/{CUSTOMER}/status", "SUSPENDED")
    assert search()
    with refused("authorization_error.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT"):
        remove()


def test_accessible_customers_are_the_direct_ones(google, ads):
    """The list holds what is reached without a manager."""
    service = ads().get_service("CustomerService")
    assert list(service.list_accessible_customers(timeout=20).resource_names) == [
        f"customers/{MANAGER}"
    ]


# -- the project ---------------------------------------------------------------------------


def test_test_access_is_for_test_accounts(google, search, refused):
    """A project with test access is refused production accounts, not test accounts."""
    google.update("project/access_level", "TEST")
    with refused("authorization_error.CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION"):
        search()
    google.update(f"accounts/{CUSTOMER}/test_account", True)
    assert search()


def test_api_must_be_enabled(google, search, refused):
    """A project without the Google Ads API is refused."""
    google.update("project/google_ads_enabled", False)
    with refused("authorization_error.PROJECT_DISABLED"):
        search()


@pytest.mark.parametrize(
    ("level", "limit"), [("EXPLORER", 2880), ("BASIC", 15000), ("STANDARD", None)]
)
def test_operations_a_day_by_access_level(google, level, limit):
    """The published limits by access level are counted over a sliding day."""
    from google_sandbox.ads_access import _OPERATIONS
    from google_sandbox.quota import SlidingWindow

    assert _OPERATIONS[level][0] == limit
    window, now = SlidingWindow(24 * 3600), google.now()
    assert window.take(limit or 10**6, limit, now) is None
    later = now + timedelta(hours=23)
    assert (window.take(1, limit, later) is None) == (limit is None)
    assert window.take(1, limit, now + timedelta(hours=24)) is None


def test_daily_operations_run_out(google, ads):
    """Searches, streams and each mutate operation count; then there is a delay to wait."""
    from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure

    google.switch("ads_operations_per_day", 4)
    client = ads()
    service = client.get_service("GoogleAdsService")
    assert list(service.search(customer_id=CUSTOMER, query=QUERY, timeout=20))
    assert list(service.search_stream(customer_id=CUSTOMER, query=QUERY, timeout=20))
    operations = []
    for number in range(2):
        operation = client.get_type("ConversionActionOperation")
        operation.create.name = f"Action {number}"
        operation.create.type_ = "UPLOAD_CLICKS"
        operations.append(operation)
    actions = client.get_service("ConversionActionService")
    actions.mutate_conversion_actions(customer_id=CUSTOMER, operations=operations, timeout=20)
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        service.search(customer_id=CUSTOMER, query=QUERY, timeout=20)
    error = caught.value.errors[0]
    assert failure_of(error) == ["quota_error.RESOURCE_EXHAUSTED"]
    payload = dict(error.trailing_metadata())[
        "google.ads.googleads.v26.errors.googleadsfailure-bin"
    ]
    details = GoogleAdsFailure.deserialize(payload).errors[0].details.quota_error_details
    assert timedelta(hours=23) < details.retry_delay <= timedelta(hours=24)
    google.advance(timedelta(hours=24))
    assert list(ads().get_service("GoogleAdsService").search(customer_id=CUSTOMER, query=QUERY))


# -- how failures arrive -------------------------------------------------------------------


def test_request_id_is_in_every_answer(google, sign_in, search):
    """The request id is in the failure, in its metadata, and on success in the metadata."""
    from google.ads.googleads.errors import GoogleAdsException

    with pytest.raises(GoogleAdsException) as caught:
        search("9999999999")
    error = caught.value
    assert error.request_id
    assert error.request_id == error.failure.request_id
    trailing = dict(error.error.trailing_metadata())
    assert trailing["request-id"] == error.request_id
    assert "grpc-status-details-bin" in trailing

    with grpc.secure_channel(google.google_ads_endpoint, grpc.ssl_channel_credentials()) as channel:
        path = "/google.ads.googleads.v26.services.CustomerService/ListAccessibleCustomers"
        _, call = channel.unary_unary(path).with_call(b"", metadata=[bearer(sign_in)], timeout=10)
    assert dict(call.initial_metadata())["request-id"]


@pytest.mark.parametrize("version", ["v19", "v22"])
def test_dead_versions(google, sign_in, version):
    """Versions that Google has shut down answer so, under their own metadata key."""
    error = raw_call(google, [bearer(sign_in)], version=version)
    assert failure_of(error, version) == ["request_error.UNSUPPORTED_VERSION"]


def test_what_is_not_spoken_is_unimplemented(google, sign_in):
    """Other services and other live versions are plainly not there."""
    for version, method in (("v26", "BudgetService/Mutate"), ("v25", "GoogleAdsService/Search")):
        error = raw_call(google, [bearer(sign_in)], version, method)
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED
