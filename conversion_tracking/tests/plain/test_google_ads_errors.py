"""Whatever Google's libraries raise becomes one fault with a class, a meaning and a remedy."""

import pickle

import pytest

from google_ads.errors import TransportFault, make_fault, scrub, worst
from google_ads.library_errors import classify, translated


def rest_error(status, details=(), headers=None, body=None):
    """What api_core makes of an HTTP answer."""
    import json

    import requests
    from google.api_core.exceptions import from_http_response

    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.request = requests.Request("POST", "https://datamanager.googleapis.com/").prepare()
    payload = {"error": {"code": status, "message": "refused", "details": list(details)}}
    response._content = json.dumps(payload).encode() if body is None else body
    return from_http_response(response)


def violations(*fields):
    return {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [
            {"field": field, "reason": reason, "description": "no"} for field, reason in fields
        ],
    }


def raised(error):
    with pytest.raises(TransportFault) as caught, translated():
        raise error
    return caught.value


def test_field_violations_name_the_events():
    failure = raised(
        rest_error(
            400,
            [
                violations(
                    ("events.events[3].event_source", "REQUIRED_FIELD_MISSING"),
                    ("events[0]", "INVALID_EVENT"),
                    ("destinations[1].operating_account", "INVALID_DESTINATION"),
                )
            ],
        )
    )
    assert [fault.index for fault in failure.faults] == [3, 0, None]
    assert [fault.code for fault in failure.faults] == [
        "REQUIRED_FIELD_MISSING",
        "INVALID_EVENT",
        "INVALID_DESTINATION",
    ]
    assert failure.fault.code == "INVALID_DESTINATION"  # what somebody has to act on comes first


@pytest.mark.parametrize(
    ("status", "details", "code", "error_class"),
    [
        (302, (), "ANSWER_UNREADABLE", "retry"),
        (400, (), "INVALID_REQUEST", "permanent"),
        (401, (), "UNAUTHENTICATED", "configuration"),
        (403, (), "PERMISSION_DENIED", "configuration"),
        (403, [{"reason": "SERVICE_DISABLED"}], "API_DISABLED", "configuration"),
        (403, [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}], "SCOPE_MISSING", "configuration"),
        (404, (), "ENDPOINT_WRONG", "configuration"),
        (418, (), "UNKNOWN", "unknown"),
        (429, (), "TOO_MANY_REQUESTS", "retry"),
        (429, [{"reason": "RESOURCE_EXHAUSTED"}], "RESOURCE_EXHAUSTED", "retry"),
        (500, (), "SERVICE_UNAVAILABLE", "retry"),
        (502, (), "SERVICE_UNAVAILABLE", "retry"),
        (503, (), "SERVICE_UNAVAILABLE", "retry"),
        (504, (), "NO_ANSWER_IN_TIME", "retry"),
    ],
)
def test_http_statuses(status, details, code, error_class):
    fault = classify(rest_error(status, details))
    assert (fault.code, fault.error_class) == (code, error_class)


def test_a_proxy_that_answers_in_html():
    assert classify(rest_error(502, body=b"<html>Bad gateway")).code == "SERVICE_UNAVAILABLE"


def test_googles_pause_is_kept():
    assert classify(rest_error(429, [{"retryDelay": "17.5s"}])).retry_after == 17.5
    assert classify(rest_error(429, headers={"Retry-After": "40"})).retry_after == 40
    assert classify(rest_error(503)).retry_after is None


def test_the_network():
    from requests import exceptions

    cases = {
        "CERTIFICATE": exceptions.SSLError("certificate verify failed"),
        "NO_ANSWER_IN_TIME": exceptions.ReadTimeout(),
        "NOT_REACHABLE": exceptions.ConnectTimeout(),
        "CONNECTION_LOST": exceptions.ConnectionError("Connection aborted."),
        "ANSWER_UNREADABLE": exceptions.ChunkedEncodingError(),
    }
    for code, error in cases.items():
        assert classify(error).code == code
    refused = exceptions.ConnectionError("Max retries exceeded (Caused by NewConnectionError(...))")
    assert classify(refused).code == "NOT_REACHABLE"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("invalid_grant: Token has been expired or revoked.", "LOGIN_REVOKED"),
        ("invalid_grant: Invalid JWT Signature.", "KEY_REFUSED"),
        (
            "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
            "reasonable timeframe.",
            "CLOCK_WRONG",
        ),
        ("invalid_grant: Invalid grant: account not found", "LOGIN_UNKNOWN"),
        ("invalid_client: The OAuth client was not found.", "LOGIN_UNKNOWN"),
        ("something new", "LOGIN_REFUSED"),
    ],
)
def test_the_login(words, code):
    from google.auth.exceptions import RefreshError

    fault = classify(RefreshError(words))
    assert (fault.code, fault.error_class) == (code, "configuration")


def test_a_token_server_that_is_down_or_unreachable_is_no_revoked_login():
    import requests
    from google.auth.exceptions import RefreshError, TransportError

    assert classify(RefreshError("backend", retryable=True)).error_class == "retry"
    assert classify(TransportError(requests.exceptions.ReadTimeout())).code == "NO_ANSWER_IN_TIME"


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ("failed to connect to all addresses; Ssl handshake failed", "CERTIFICATE"),
        ("failed to connect to all addresses; Connection refused", "NOT_REACHABLE"),
        ("DNS resolution failed for googleads", "NOT_REACHABLE"),
        ("Socket closed", "CONNECTION_LOST"),
        ("Getting metadata from plugin failed with error: invalid_grant", "LOGIN_REFUSED"),
        ("try later", "SERVICE_UNAVAILABLE"),
    ],
)
def test_what_grpc_only_says_in_words(details, code):
    from google.api_core.exceptions import ServiceUnavailable

    assert classify(ServiceUnavailable(details)).code == code


def test_faults_of_our_own_code_pass_unchanged():
    with pytest.raises(KeyError), translated():
        raise KeyError("our bug")
    inner = TransportFault(make_fault("CERTIFICATE"))
    with pytest.raises(TransportFault) as caught, translated():
        raise inner
    assert caught.value is inner


def test_the_librarys_exception_does_not_reach_a_traceback():
    failure = raised(rest_error(400, [violations(("events[0]", "INVALID_EVENT"))]))
    assert failure.__cause__ is None
    assert failure.__suppress_context__


@pytest.mark.parametrize(
    "secret",
    [
        "ann.smith+x@example.com",
        "+49 170 1234567",
        "(0170) 123-4567",
        "ya29.a0AfB_byC-long.token",
        "1//0gLongRefreshToken-x",
        "Bearer abc.def",
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJh.c2ln",
        "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a",
        "-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----",
    ],
)
def test_raw_text_keeps_no_secret(secret):
    assert scrub(f"field x: {secret} is bad") == "field x: [removed] is bad"


@pytest.mark.parametrize(
    "harmless",
    ["customers/1234567890/conversionActions/6490000002", "at 2026-11-20 10:00:00+01:00", "1,200"],
)
def test_raw_text_keeps_what_helps(harmless):
    assert scrub(harmless) == harmless


def test_raw_text_is_short():
    assert len(make_fault("UNKNOWN", raw="x" * 1_000_000).raw) == 2_000


def test_worst_first():
    warning = make_fault("CLICK_NOT_FOUND", "ConversionUploadError")
    expired = make_fault("EXPIRED_EVENT", "ConversionUploadError")
    assert worst([warning, expired]) is expired


def test_a_fault_survives_pickling():
    failure = TransportFault(make_fault("CERTIFICATE"), make_fault("NO_ANSWER_IN_TIME", index=3))
    assert pickle.loads(pickle.dumps(failure)).faults == failure.faults
