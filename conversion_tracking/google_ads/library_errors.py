"""Reads what Google's libraries raise as faults.

How each library says what went wrong is known here and nowhere else; measured with google-ads
34.0.0, google-ads-datamanager 0.9.4, google-auth 2.62.
"""

import re
import traceback
from contextlib import contextmanager

from . import catalogue
from .ads_failure import failure_of, row_index
from .errors import RAW_LIMIT, Fault, TransportFault, make_fault, worst

_UNREACHABLE = ("NewConnectionError", "NameResolution", "Max retries")
# Python refuses numbers of some thousand digits.
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_EVENT = re.compile(r"\bevents\[([0-9]{1,9})\]")


@contextmanager
def translated():
    """Raise what Google's libraries raise inside the block as :class:`TransportFault`.

    The original is not chained: its text can hold identifiers, and a traceback ends in a log.
    Faults of our own code pass unchanged.
    """
    try:
        yield
    except Exception as error:
        if not _from_google_libraries(error):
            raise
        raise TransportFault(*faults_of(error)) from None


def classify(error: Exception) -> Fault:
    """The one fault that ``error`` stands for."""
    return error.fault if isinstance(error, TransportFault) else worst(faults_of(error))


def faults_of(error: Exception) -> tuple[Fault, ...]:
    """Every fault that ``error`` names, with the index of the event where Google gives it."""
    import requests
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import GoogleAuthError

    if failure := failure_of(error):
        return ads_faults(failure.errors, raw=f"request id {_request_id(error)}")
    if isinstance(error, GoogleAPICallError):
        return _http_faults(error)
    if isinstance(error, GoogleAuthError):
        return (_login_fault(error),)
    if isinstance(error, requests.exceptions.RequestException):
        return (make_fault(_network_code(error), raw=type(error).__name__),)
    if isinstance(error, TypeError) or type(error).__module__.startswith("google.protobuf"):
        return (make_fault("ANSWER_UNREADABLE", raw=type(error).__name__),)
    return (make_fault("UNKNOWN", raw=f"{type(error).__name__}: {error}"),)


def ads_faults(errors, raw="") -> tuple[Fault, ...]:
    """Faults of ``GoogleAdsError`` messages; ``index`` is the row each of them names."""
    faults = []
    for error in errors:
        kind = type(error.error_code).pb(error.error_code).WhichOneof("error_code")
        if kind is None:  # a kind of error that this version of the library does not know
            source, code = "GoogleAdsError", "UNKNOWN"
        else:
            source = "".join(word.capitalize() for word in kind.split("_"))
            member = getattr(error.error_code, kind)
            code = getattr(member, "name", None) or str(int(member))
        delay = error.details.quota_error_details.retry_delay
        faults.append(
            make_fault(
                code,
                source,
                retry_after=delay.total_seconds() or None if delay else None,
                index=row_index(error.location),
                raw="\n".join(
                    filter(None, (error.message, error.details.unpublished_error_code, raw))
                ),
            )
        )
    return tuple(faults) or (make_fault("UNKNOWN", "GoogleAdsError", raw=raw),)


def _request_id(error) -> str:
    return getattr(error, "request_id", "") or "unknown"


def _from_google_libraries(error) -> bool:
    if isinstance(error, TypeError):
        # google-ads 34.0.0 trips over its own logging when it cannot decode an answer.
        frames = traceback.walk_tb(error.__traceback__)
        modules = {frame.f_globals.get("__name__") for frame, _line in frames}
        return "google.ads.googleads.interceptors.logging_interceptor" in modules
    families = {parent.__module__.partition(".")[0] for parent in type(error).__mro__}
    return bool(families & {"google", "grpc", "requests", "urllib3"})


def _http_faults(error) -> tuple[Fault, ...]:
    """Faults of an answer in Google's common error format (https://google.aip.dev/193)."""
    details = [detail for detail in error.details or () if isinstance(detail, dict)]
    raw = str(getattr(error, "message", "") or "")
    delay = _retry_delay(details, getattr(error, "response", None))
    violations = [v for d in details for v in d.get("fieldViolations") or ()]
    if violations:
        return tuple(
            make_fault(
                str(violation.get("reason") or "INVALID_ARGUMENT"),
                "ErrorReason",
                index=event_index(violation.get("field")),
                raw=f"{violation.get('field')}: {violation.get('description')}",
            )
            for violation in violations
        )
    reasons = [str(d.get("reason") or "") for d in details]
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons:
        return (make_fault("SCOPE_MISSING", raw=raw),)
    if "SERVICE_DISABLED" in reasons:
        return (make_fault("API_DISABLED", raw=raw),)
    for reason in reasons:
        if reason in catalogue.CATALOGUE["ErrorReason"]:
            return (make_fault(reason, "ErrorReason", retry_after=delay, raw=raw),)
    return (make_fault(_status_code(error, raw), retry_after=delay, raw=raw),)


def _status_code(error, raw) -> str:
    """Our code for an answer that has a status and no reason."""
    if "CERTIFICATE_VERIFY_FAILED" in raw or "Ssl handshake failed" in raw:
        return "CERTIFICATE"
    # gRPC tells these apart in words only, all of them with the status UNAVAILABLE.
    if "metadata from plugin failed" in raw:
        return "LOGIN_REFUSED"
    if "failed to connect" in raw or "DNS resolution failed" in raw:
        return "NOT_REACHABLE"
    if "Socket closed" in raw or "reset by peer" in raw:
        return "CONNECTION_LOST"
    by_status = {
        400: "INVALID_REQUEST",
        401: "UNAUTHENTICATED",
        403: "PERMISSION_DENIED",
        404: "ENDPOINT_WRONG",
        408: "NO_ANSWER_IN_TIME",
        429: "TOO_MANY_REQUESTS",
        501: "ENDPOINT_WRONG",
        504: "NO_ANSWER_IN_TIME",
    }
    status = int(error.code or 500)  # gRPC's UNKNOWN and DATA_LOSS have no HTTP status
    if 300 <= status < 400:
        return "ANSWER_UNREADABLE"
    return by_status.get(status) or ("SERVICE_UNAVAILABLE" if status >= 500 else "UNKNOWN")


def _retry_delay(details, response) -> float | None:
    """Seconds that Google asks to wait: its RetryInfo, else the HTTP header."""
    for detail in details:
        if match := _SECONDS.fullmatch(str(detail.get("retryDelay") or "").removesuffix("s")):
            return float(match[0])
    header = getattr(response, "headers", {}).get("Retry-After", "")
    return float(header) if _SECONDS.fullmatch(header) else None


def event_index(field) -> int | None:
    """The event that a field path such as ``events.events[1].event_source`` names."""
    match = _EVENT.search(str(field or "")[:RAW_LIMIT])
    return int(match[1]) if match else None


def _login_fault(error) -> Fault:
    """The fault of a token request; see the errors of Google's token endpoint."""
    import requests

    cause = error.args[0] if error.args else None
    if isinstance(cause, requests.exceptions.RequestException):
        return make_fault(_network_code(cause), raw=type(cause).__name__)
    text = str(error)
    if getattr(error, "retryable", False):
        return make_fault("SERVICE_UNAVAILABLE", raw=text)
    codes = (
        ("Invalid JWT Signature", "KEY_REFUSED"),
        ("Token must be a short-lived token", "CLOCK_WRONG"),
        ("account not found", "LOGIN_UNKNOWN"),
        ("invalid_client", "LOGIN_UNKNOWN"),
        ("invalid_scope", "SCOPE_MISSING"),
        ("invalid_grant", "LOGIN_REVOKED"),
    )
    code = next((code for words, code in codes if words in text), "LOGIN_REFUSED")
    return make_fault(code, raw=text)


def _network_code(error) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return "CERTIFICATE"
    if isinstance(error, exceptions.ReadTimeout):
        return "NO_ANSWER_IN_TIME"
    if isinstance(error, exceptions.ConnectTimeout):
        return "NOT_REACHABLE"
    if isinstance(error, exceptions.ConnectionError):
        # requests tells both apart in words only: no connection, or one that broke.
        unreachable = any(words in str(error) for words in _UNREACHABLE)
        return "NOT_REACHABLE" if unreachable else "CONNECTION_LOST"
    return "ANSWER_UNREADABLE"
