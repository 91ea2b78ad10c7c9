"""The Data Manager API over REST: ``events:ingest`` and ``requestStatus:retrieve``.

Sources: ``google.ads.datamanager_v1`` (messages, ``ErrorReason``);
developers.google.com/data-manager/api/devguides/concepts/understand-errors (all or
nothing; BadRequest, ErrorInfo and RequestInfo in ``error.details``) and .../limits.
"""

import secrets
from datetime import timedelta

from google.ads import datamanager_v1

from . import strict_json
from .data_manager_destinations import check_destinations
from .data_manager_events import EventRules
from .data_manager_processing import Processing
from .findings import Findings
from .quota import SlidingWindow
from .tokens import DATA_MANAGER, TokenRefused
from .web import json_answer

_DOMAIN = "datamanager.googleapis.com"
_INGEST = datamanager_v1.IngestEventsRequest.pb().DESCRIPTOR
_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
# HTTP status of an injected ErrorReason; every other is a 400.
_HTTP_OF_REASON = {
    "INTERNAL_ERROR": 500,
    "DEADLINE_EXCEEDED": 504,
    "RESOURCE_EXHAUSTED": 429,
    "NOT_FOUND": 404,
    "PERMISSION_DENIED": 403,
}
_TOKEN_REASONS = {
    "missing": "CREDENTIALS_MISSING",
    "malformed": "CREDENTIALS_MISSING",
    "invalid": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
    "expired": "ACCESS_TOKEN_EXPIRED",
    "revoked": "ACCESS_TOKEN_EXPIRED",
}


class ApiError(Exception):
    """A ``google.rpc`` error answer.

    :param reason: ``ErrorInfo.reason``; ``None`` where Google's front end answers itself
    :param violations: list of (field, reason or ``None``, description)
    :param delay: seconds the client is asked to wait
    """

    def __init__(self, http, message, reason, *, domain=_DOMAIN, violations=(), delay=None):
        super().__init__(message)
        self.http, self.message, self.reason, self.domain = http, message, reason, domain
        self.violations, self.delay = violations, delay

    def answer(self, request_id):
        """Return the HTTP answer."""
        details = []
        if self.reason:
            details += [
                _detail("ErrorInfo", reason=self.reason, domain=self.domain),
                _detail("RequestInfo", requestId=request_id),
            ]
        if self.violations:
            entries = [
                {"field": path, "description": description} | ({"reason": why} if why else {})
                for path, why, description in self.violations
            ]
            details.append(_detail("BadRequest", fieldViolations=entries))
        headers = {}
        if self.delay is not None:
            details.append(_detail("RetryInfo", retryDelay=f"{self.delay:g}s"))
            headers["Retry-After"] = str(int(self.delay))
        if self.http == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
        error = {
            "code": self.http,
            "message": self.message,
            "status": _STATUS_NAMES.get(self.http, "UNKNOWN"),
            "details": details,
        }
        return json_answer({"error": error}, status=self.http, headers=headers)


def _detail(name, **fields):
    return {"@type": f"type.googleapis.com/google.rpc.{name}", **fields}


class DataManager:
    """Answers the API's two methods."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._processing = Processing(sandbox)
        self._requests = {}
        self._minute = SlidingWindow(60)
        self._day = SlidingWindow(24 * 3600)

    def answer(self, method, request, fault=None):
        """Answer ``ingest`` or ``status``.

        :param fault: injected fault of kind ``status`` or ``error``, or ``None``
        """
        request_id = secrets.token_urlsafe(16)
        try:
            token = self._authenticate(request.headers.get("authorization"))
            self._count_request()
            if fault:
                raise fault_error(fault)
            if method == "status":
                return json_answer(self._status(request))
            return json_answer(self._ingest(request.body, request_id, token))
        except ApiError as error:
            return error.answer(request_id)

    def _authenticate(self, authorization):
        try:
            token = self._sandbox.tokens.judge(authorization)
        except TokenRefused as refused:
            raise ApiError(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, "
                "login cookie or other valid authentication credential.",
                _TOKEN_REASONS[refused.reason],
                domain="googleapis.com",
            ) from None
        if not self._sandbox.world.project.get("data_manager_enabled", True):
            project = self._sandbox.world.project["number"]
            raise ApiError(
                403,
                f"Data Manager API has not been used in project {project} before or it is "
                "disabled.",
                "SERVICE_DISABLED",
                domain="googleapis.com",
            )
        if DATA_MANAGER not in token.scopes:
            raise ApiError(
                403,
                "Request had insufficient authentication scopes.",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                domain="googleapis.com",
            )
        return token

    def _count_request(self):
        now, switches = self._sandbox.clock.now(), self._sandbox.switches
        for window, limit in (
            (self._minute, switches.data_manager_per_minute),
            (self._day, switches.data_manager_per_day),
        ):
            wait = window.take(1, limit, now)
            if wait is not None:
                raise ApiError(429, "Too many requests.", "RESOURCE_EXHAUSTED", delay=round(wait))

    # -- POST /v1/events:ingest -----------------------------------------------------------

    def _ingest(self, body, request_id, token):
        try:
            request = strict_json.read(body, _INGEST)
        except strict_json.BadJson as error:
            violations = [(path, None, description) for path, description in error.violations]
            raise ApiError(400, str(error), None, violations=violations) from None
        forced = self._injected(request)
        findings = Findings()
        check_destinations(self._sandbox, request, token, findings)
        if findings.denied:
            raise ApiError(
                403,
                "The caller does not have permission, or the account does not exist.",
                "PERMISSION_DENIED",
            )
        EventRules(self._sandbox, request, findings).check()
        if findings.violations:
            self._note_refusals(request, findings.violations)
            raise ApiError(
                400,
                "There was a problem with the request.",
                "INVALID_ARGUMENT",
                violations=findings.violations,
            )
        if not request.get("validate_only"):
            self._requests[request_id] = self._processing.run(request, forced)
        answer = {"requestId": request_id}
        if findings.warnings:
            answer["fieldWarnings"] = [
                {"field": path, "reason": reason, "description": description}
                for path, reason, description in findings.warnings
            ]
        return answer

    def _injected(self, request):
        """Apply faults meant for single events; return {row: processing reason}."""
        ids = [event.get("transaction_id", "") for event in request.get("events", ())]
        forced = {}
        for row, fault in self._sandbox.faults.for_events("data_manager", "ingest", ids):
            family, _, name = fault.options["code"].rpartition(".")
            if family == "ProcessingErrorReason":
                forced[row] = name if name.isdigit() else _processing_reason(name)
            else:
                self._sandbox.ledger.refuse(
                    "data_manager", None, None, ids[row], name, self._sandbox.clock.now()
                )
                raise fault_error(fault, row)
        return forced

    def _note_refusals(self, request, violations):
        """Put the refused request into the ledger: one entry, by its first violation."""
        now = self._sandbox.clock.now()
        destination = next(iter(request.get("destinations", ())), {})
        self._sandbox.ledger.refuse(
            "data_manager",
            destination.get("operating_account", {}).get("account_id"),
            destination.get("product_destination_id"),
            None,
            f"{violations[0][1]} at {violations[0][0]}",
            now,
        )

    # -- GET /v1/requestStatus:retrieve ---------------------------------------------------

    def _status(self, request):
        request_id = next(iter(request.query.get("requestId", ())), "")
        processed = self._requests.get(request_id)
        if processed is None:
            raise _bad_request_id("INVALID_REQUEST_ID", "The request ID is not valid.")
        kept = timedelta(days=self._sandbox.switches.status_kept_days)
        if self._sandbox.clock.now() - processed.received > kept:
            raise _bad_request_id("REQUEST_TOO_OLD", "The request is too old.")
        as_numbers = any("enum-encoding=int" in value for value in request.query.get("$alt", ()))
        return self._processing.status(processed, enums_as_numbers=as_numbers)


def fault_error(fault, row=None):
    """Return the ``ApiError`` of an injected fault of kind ``status`` or ``error``."""
    options = fault.options
    if fault.kind == "status":
        reasons = {429: "RESOURCE_EXHAUSTED", 504: "DEADLINE_EXCEEDED"}
        reason = reasons.get(options["code"], "INTERNAL_ERROR")
        return ApiError(
            options["code"], "Injected by the sandbox.", reason, delay=options.get("delay")
        )
    reason = options["code"].rpartition(".")[2]
    if reason.isdigit():
        reason = f"NEWER_THAN_CLIENT_{reason}"
    http = _HTTP_OF_REASON.get(reason, 400)
    message = "There was a problem with the request."
    if http != 400:
        return ApiError(http, message, reason, delay=options.get("delay"))
    violations = []
    if options.get("indexed", True):
        path = options.get("field") or (f"events.events[{row}]" if row is not None else "events")
        violations = [(path, reason, "Injected by the sandbox.")]
    return ApiError(400, message, "INVALID_ARGUMENT", violations=violations)


def _processing_reason(name):
    full_name = f"PROCESSING_ERROR_REASON_{name}"
    members = datamanager_v1.ProcessingErrorReason.__members__
    return full_name if full_name in members else name


def _bad_request_id(reason, description):
    return ApiError(
        400,
        "There was a problem with the request.",
        "INVALID_ARGUMENT",
        violations=[("request_id", reason, description)],
    )
