"""The sandbox's injected faults: what Google's clients see, and what the ledger says."""

import time
from datetime import timedelta

import pytest
import requests
from google.api_core import exceptions
from google.auth.exceptions import RefreshError
from sandbox_messages import failure_names
from sandbox_world import CUSTOMER

QUERY = "SELECT customer.id FROM customer"


@pytest.fixture
def conversions(google):
    """Return how many conversions the ledger counts, and how often they were delivered."""

    def read():
        summary = google.ledger(summary=True)
        return summary["counted"], summary["deliveries"]

    return read


@pytest.fixture
def search(ads):
    """Search with Google's client."""
    service = ads().get_service("GoogleAdsService")
    return lambda **options: list(
        service.search(customer_id=CUSTOMER, query=QUERY, **{"timeout": 10} | options)
    )


# -- the Data Manager API ------------------------------------------------------------------


def test_connection_lost_before_acceptance(google, ingest, body, conversions):
    """The client sees a lost connection and nothing was recorded; the next try works."""
    google.fault("drop_before", method="ingest")
    with pytest.raises(requests.ConnectionError):
        ingest(body())
    assert conversions() == (0, 0)
    assert ingest(body()).status_code == 200


def test_connection_lost_after_acceptance(google, ingest, body, conversions):
    """The answer is lost although the event was taken; sending it again counts it once."""
    google.fault("drop_after", method="ingest")
    with pytest.raises(requests.ConnectionError):
        ingest(body())
    assert conversions() == (1, 1)
    assert ingest(body()).status_code == 200
    assert conversions() == (1, 2)


def test_truncated_answer(google, ingest, body, conversions):
    """Half an answer is a lost connection, or unreadable (requests 2.31); the event was taken."""
    google.fault("truncate", method="ingest")
    with pytest.raises(requests.RequestException):
        ingest(body()).json()
    assert conversions() == (1, 1)


def test_rate_limit_with_delay(google, ingest, body):
    """429 tells in header and details how long to wait."""
    google.fault("status", code=429, delay=17)
    answer = ingest(body())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")
    details = answer.json()["error"]["details"]
    assert {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"} in details


@pytest.mark.parametrize(
    ("code", "status"),
    [(500, "INTERNAL"), (503, "UNAVAILABLE"), (504, "DEADLINE_EXCEEDED")],
)
def test_server_errors(google, ingest, body, conversions, code, status):
    """Server errors come as google.rpc errors and leave nothing behind."""
    google.fault("status", code=code)
    answer = ingest(body())
    assert (answer.status_code, answer.json()["error"]["status"]) == (code, status)
    assert conversions() == (0, 0)


def test_google_client_retries_unavailable_by_itself(google, sign_in, conversions):
    """Google's client sends again after 503: the same event arrives twice, counted once."""
    from google.ads.datamanager_v1.services.ingestion_service import IngestionServiceClient
    from google.api_core.retry import Retry, if_exception_type
    from test_google_sandbox_ingest import library_request

    client = IngestionServiceClient(transport=rest_transport(google, sign_in))
    retry = Retry(predicate=if_exception_type(exceptions.ServiceUnavailable), initial=0.01)
    request = library_request(google)
    google.fault("status", code=503, times=2)
    assert client.ingest_events(request=request, retry=retry).request_id
    assert conversions() == (1, 1)


def rest_transport(google, sign_in):
    from google.ads.datamanager_v1.services.ingestion_service.transports import (
        IngestionServiceRestTransport,
    )

    host = google.data_manager_endpoint.removeprefix("https://")
    return IngestionServiceRestTransport(host=host, credentials=sign_in("datamanager"))


@pytest.mark.parametrize(("accept", "expected"), [(True, (1, 1)), (False, (0, 0))])
def test_silence(google, web, body, conversions, accept, expected):
    """A client that gives up waiting cannot know whether the event was taken."""
    google.fault("hang", seconds=2, accept=accept, method="ingest")
    url = f"{google.data_manager_endpoint}/v1/events:ingest"
    with pytest.raises(requests.Timeout):
        web.post(url, json=body(), timeout=0.5, max_allowed_time=0.5)
    assert conversions() == expected


def test_slow_answer(google, ingest, body):
    """Silence shorter than the client's patience is only slow."""
    google.fault("hang", seconds=0.3)
    start = time.monotonic()
    assert ingest(body()).status_code == 200
    assert time.monotonic() - start >= 0.3


def test_token_expires_in_mid_run(google, ingest, body, web):
    """google-auth signs in again when its token dies, and the request passes."""
    assert ingest(body()).status_code == 200
    before = web.credentials.token
    google.fault("expire_token", method="ingest")
    assert ingest(body()).status_code == 200
    assert web.credentials.token != before


def test_error_of_a_request_by_name(google, ingest, body):
    """Any reason of the library's enum can be asked for, and ones it does not know."""
    for reason, status in (
        ("INVALID_ARGUMENT", 400),
        ("PERMISSION_DENIED", 403),
        ("NOT_FOUND", 404),
        ("RESOURCE_EXHAUSTED", 429),
        ("INTERNAL_ERROR", 500),
        ("DEADLINE_EXCEEDED", 504),
        ("999", 400),
    ):
        google.fault("error", code=f"ErrorReason.{reason}")
        answer = ingest(body())
        assert answer.status_code == status
        assert reason in answer.text


def test_poisoned_event_by_id(google, ingest, body, conversions):
    """An event can be made to refuse every request it is in, with or without its index."""
    events = [{"transactionId": "odoo-good"}, {"transactionId": "odoo-bad"}]
    google.fault("error", code="ErrorReason.INVALID_EVENT", transaction_id="odoo-bad", times=None)
    [details] = [
        d
        for d in ingest(body(events=events)).json()["error"]["details"]
        if d["@type"].endswith("BadRequest")
    ]
    assert details["fieldViolations"][0]["field"] == "events.events[1]"
    google.clear_faults()
    google.fault(
        "error",
        code="ErrorReason.INVALID_EVENT",
        transaction_id="odoo-bad",
        times=None,
        indexed=False,
    )
    answer = ingest(body(events=events))
    assert answer.status_code == 400
    assert "events[1]" not in answer.text
    assert conversions() == (0, 0)
    assert ingest(body(events=events[:1])).status_code == 200
    assert ingest(body(events=events[1:])).status_code == 400
    assert conversions() == (1, 1)


@pytest.mark.parametrize(
    ("code", "name", "number"),
    [
        ("INVALID_GCLID", "PROCESSING_ERROR_REASON_INVALID_GCLID", 10),
        ("999", "PROCESSING_ERROR_REASON_NEWER_THAN_CLIENT_999", 999),
    ],
)
def test_processing_error_by_name(google, web, ingest, body, code, name, number):
    """A reason for the status can be given, also one newer than the library."""
    google.fault("error", code=f"ProcessingErrorReason.{code}", row=0)
    request_id = ingest(body()).json()["requestId"]
    google.advance(timedelta(minutes=30))
    url = f"{google.data_manager_endpoint}/v1/requestStatus:retrieve"
    for extra, expected in (({}, name), ({"$alt": "json;enum-encoding=int"}, number)):
        answer = web.get(url, params={"requestId": request_id} | extra).json()
        [entry] = answer["requestStatusPerDestination"]
        assert entry["errorInfo"]["errorCounts"][0]["reason"] == expected
    assert google.ledger()["refused"][0]["reason"] in (name, code)


def test_every_processing_reason_of_the_library_can_be_given(google, ingest, body):
    """No member of the enum is refused by the sandbox."""
    from google.ads.datamanager_v1 import ProcessingErrorReason

    for member in list(ProcessingErrorReason)[1:]:
        short = member.name.removeprefix("PROCESSING_ERROR_REASON_")
        google.fault("error", code=f"ProcessingErrorReason.{short}")
        assert ingest(body()).status_code == 200
    refused = google.ledger()["refused"]
    assert [entry["reason"] for entry in refused] == [
        member.name for member in list(ProcessingErrorReason)[1:]
    ]


# -- the Google Ads API --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_lost_connection_over_grpc(google, search, kind):
    """A lost connection is UNAVAILABLE, without any failure of Google's."""
    google.fault(kind)
    with pytest.raises(exceptions.ServiceUnavailable):
        search()
    assert search()


def test_truncated_answer_over_grpc(google, search):
    """An answer that breaks off is an internal error to the client."""
    google.fault("truncate")
    with pytest.raises(exceptions.InternalServerError):
        search()


def test_silence_over_grpc(google, search):
    """The client's own timeout ends the wait."""
    google.fault("hang", seconds=2)
    with pytest.raises(exceptions.DeadlineExceeded):
        search(timeout=0.5)


def test_rate_limit_over_grpc(google, search):
    """A rate limit arrives as ResourceExhausted with Google's delay in its failure."""
    from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure

    google.fault("status", code=429, delay=17)
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        search()
    trailing = dict(caught.value.errors[0].trailing_metadata())
    payload = trailing["google.ads.googleads.v26.errors.googleadsfailure-bin"]
    failure = GoogleAdsFailure.deserialize(payload)
    assert failure_names(failure) == ["quota_error.RESOURCE_TEMPORARILY_EXHAUSTED"]
    delay = failure.errors[0].details.quota_error_details.retry_delay
    assert delay == timedelta(seconds=17)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (500, exceptions.InternalServerError),
        (503, exceptions.ServiceUnavailable),
        (504, exceptions.DeadlineExceeded),
    ],
)
def test_server_errors_over_grpc(google, search, code, error):
    """HTTP codes have their gRPC equivalents."""
    google.fault("status", code=code)
    with pytest.raises(error):
        search()


def test_token_expires_in_mid_run_over_grpc(google, search, refused):
    """The Ads client does not sign in again by itself."""
    google.fault("expire_token")
    with refused("authentication_error.OAUTH_TOKEN_EXPIRED"):
        search()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AuthorizationError.USER_PERMISSION_DENIED", "authorization_error.USER_PERMISSION_DENIED"),
        ("RequestError.UNSUPPORTED_VERSION", "request_error.UNSUPPORTED_VERSION"),
        ("ConversionUploadError.9999", "conversion_upload_error.9999"),
    ],
)
@pytest.mark.filterwarnings("ignore:Unrecognized")
def test_error_by_name_over_grpc(google, search, refused, code, expected):
    """Any code of the library can be asked for; a number is newer than the library."""
    google.fault("error", code=code)
    with refused(expected):
        search()


def test_every_error_enum_of_the_library_can_be_named(google):
    """Each error enum of v26 has its family in the sandbox, by the class's own name."""
    from google.ads.googleads.v26.errors.types.errors import ErrorCode, GoogleAdsError

    from google_sandbox.failures import AdsError

    for field in ErrorCode.pb().DESCRIPTOR.fields:
        message = GoogleAdsError.pb()()
        AdsError(f"{field.enum_type.name}.1").fill(message)
        assert message.error_code.WhichOneof("error_code") == field.name


# -- how faults are chosen -----------------------------------------------------------------


def test_faults_hit_what_they_are_meant_for(google, ingest, body, search):
    """A fault for one method or API leaves the others alone; signing in is left alone."""
    google.fault("status", code=503, api="google_ads", method="Search")
    assert ingest(body()).status_code == 200
    with pytest.raises(exceptions.ServiceUnavailable):
        search()
    assert search()


def test_faults_can_skip_and_repeat(google, ingest, body):
    """A fault may let requests pass first, and hit several times."""
    google.fault("status", code=503, skip=1, times=2)
    codes = [ingest(body()).status_code for _ in range(4)]
    assert codes == [200, 503, 503, 200]


def test_sign_in_can_fail(google, sign_in):
    """The token endpoint fails when it is named."""
    from google.auth.transport.requests import Request

    google.fault("error", code="invalid_grant")
    with pytest.raises(RefreshError, match="invalid_grant"):
        sign_in().refresh(Request())


def test_faults_are_checked_when_they_are_injected(google):
    """A misspelt fault is an error at once, not a test that passes for nothing."""
    from google_sandbox.control import SandboxError

    for kind, options in (("drop", {}), ("error", {}), ("status", {})):
        with pytest.raises(SandboxError, match="fault"):
            google.fault(kind, **options)
