"""The gRPC server of the Google Ads API.

Google ships no servicer classes; the library's message classes are all a generic handler
needs. Requests pass as bytes, so that they can be kept as they came.
"""

import re
import secrets
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc
from google.ads.googleads.v26.services.types import (
    conversion_action_service,
    conversion_adjustment_upload_service,
    conversion_upload_service,
    customer_service,
    google_ads_service,
)
from google.protobuf import text_format

from . import ads_actions, ads_adjustments, ads_search, ads_upload
from .failures import (
    AdsError,
    PlainRefusal,
    RequestRefused,
    trailing_metadata,
)

_PATH = re.compile(r"/google\.ads\.googleads\.v(\d+)\.services\.(\w+)/(\w+)")
_VERSION = 26
_OLDEST_LIVE = 23
_HTTP_TO_GRPC = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}


@dataclass(frozen=True)
class _Method:
    """One remote method: its handler ``(call, request) -> response`` and request class."""

    name: str
    handler: Callable
    request_class: Any
    streams: bool = False


def _methods():
    services = {
        "GoogleAdsService": [
            _Method("Search", ads_search.search, google_ads_service.SearchGoogleAdsRequest),
            _Method(
                "SearchStream",
                ads_search.search_stream,
                google_ads_service.SearchGoogleAdsStreamRequest,
                streams=True,
            ),
        ],
        "CustomerService": [
            _Method(
                "ListAccessibleCustomers",
                ads_search.list_accessible_customers,
                customer_service.ListAccessibleCustomersRequest,
            ),
        ],
        "ConversionUploadService": [
            _Method(
                "UploadClickConversions",
                ads_upload.upload_click_conversions,
                conversion_upload_service.UploadClickConversionsRequest,
            ),
        ],
        "ConversionAdjustmentUploadService": [
            _Method(
                "UploadConversionAdjustments",
                ads_adjustments.upload_conversion_adjustments,
                conversion_adjustment_upload_service.UploadConversionAdjustmentsRequest,
            ),
        ],
        "ConversionActionService": [
            _Method(
                "MutateConversionActions",
                ads_actions.mutate,
                conversion_action_service.MutateConversionActionsRequest,
            ),
        ],
    }
    return {
        (service, method.name): method
        for service, methods in services.items()
        for method in methods
    }


def start_ads_server(sandbox, port, key, certificate):
    """Serve on 127.0.0.1 over TLS; return (server, port)."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=[("grpc.max_receive_message_length", 64 * 1024 * 1024)],
    )
    server.add_generic_rpc_handlers((_Handlers(sandbox),))
    credentials = grpc.ssl_server_credentials([(key, certificate)])
    port = server.add_secure_port(f"127.0.0.1:{port}", credentials)
    server.start()
    return server, port


class _Handlers(grpc.GenericRpcHandler):
    """Finds the handler of a called method."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._methods = _methods()

    def service(self, handler_call_details):
        """Return the handler; ``None`` (UNIMPLEMENTED) for what the sandbox does not speak."""
        match = _PATH.fullmatch(handler_call_details.method)
        if not match:
            return None
        version = int(match[1])
        method = self._methods.get((match[2], match[3]))
        if version < _OLDEST_LIVE:
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: _refuse_version(context, version)
            )
        if version != _VERSION or method is None:
            return None
        if method.streams:
            return grpc.unary_stream_rpc_method_handler(
                lambda raw, context: _Exchange(self._sandbox, method, context).stream(raw)
            )
        return grpc.unary_unary_rpc_method_handler(
            lambda raw, context: _Exchange(self._sandbox, method, context).answer(raw)
        )


def _refuse_version(context, version):
    _abort(
        context,
        RequestRefused(AdsError("request_error.UNSUPPORTED_VERSION")),
        secrets.token_urlsafe(16),
        f"v{version}",
    )


def _abort(context, refused, request_id, version="v26"):
    context.set_trailing_metadata(trailing_metadata(refused, request_id, version))
    context.abort(refused.status, refused.message)


class _Exchange:
    """One request and its answer, with the injected fault if there is one."""

    def __init__(self, sandbox, method, context):
        self._sandbox, self._method, self._context = sandbox, method, context
        self._request_id = secrets.token_urlsafe(16)
        self._fault = None

    def answer(self, raw):
        """Return the serialized response, or end the call with a failure."""
        self._before(raw)
        with self._refusals(), self._sandbox.lock:
            response = self._method.handler(*self._call(raw)).SerializeToString()
        self._after()
        return response

    def stream(self, raw):
        """Yield serialized responses; a failure may come after some of them."""
        self._before(raw)
        with self._refusals(), self._sandbox.lock:
            responses = [
                response.SerializeToString() for response in self._method.handler(*self._call(raw))
            ]
        options = self._fault.options if self._fault else {}
        if self._kind in ("truncate", "drop_after"):
            responses = responses[: max(1, len(responses) // 2)]
        yield from responses[: options.get("after_batches")]
        self._injected_failure()
        self._after()

    @property
    def _kind(self):
        return self._fault.kind if self._fault else None

    def _before(self, raw):
        self._context.send_initial_metadata((("request-id", self._request_id),))
        metadata = self._context.invocation_metadata()
        with self._sandbox.lock:
            self._sandbox.note(
                "google_ads", self._method.name, _printable(metadata), raw, self._as_text
            )
            self._fault = self._sandbox.faults.take("google_ads", self._method.name)
        if not self._fault:
            return
        options = self._fault.options
        if self._kind == "hang" and not options.get("accept", True):
            time.sleep(options.get("seconds", 30))
        if self._kind == "drop_before" or (
            self._kind == "hang" and not options.get("accept", True)
        ):
            self._context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        elif self._kind == "expire_token":
            with self._sandbox.lock:
                self._sandbox.tokens.expire(dict(metadata).get("authorization"))
        elif "after_batches" not in options:
            self._injected_failure()

    def _injected_failure(self):
        """End the call if the fault is of kind ``status`` or ``error``."""
        if self._kind == "status":
            self._injected_status(self._fault.options)
        elif self._kind == "error":
            options = self._fault.options
            delay = options.get("delay")
            error = AdsError(options["code"], "Injected by the sandbox.", retry_delay=delay)
            _abort(self._context, RequestRefused(error), self._request_id)

    def _injected_status(self, options):
        code, delay = options["code"], options.get("delay")
        if code == 429:
            error = AdsError("quota_error.RESOURCE_TEMPORARILY_EXHAUSTED", retry_delay=delay or 5)
            _abort(self._context, RequestRefused(error), self._request_id)
        if code == 500:
            error = AdsError("internal_error.TRANSIENT_ERROR")
            _abort(self._context, RequestRefused(error), self._request_id)
        status = _HTTP_TO_GRPC.get(code, grpc.StatusCode.UNKNOWN)
        self._context.abort(status, "Injected by the sandbox.")

    def _after(self):
        if self._kind == "hang":
            time.sleep(self._fault.options.get("seconds", 30))
        elif self._kind == "drop_after":
            self._context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        elif self._kind == "truncate":
            # HTTP/2 tells the client that its answer broke off; it never sees half of it.
            message = "Received RST_STREAM with error code 2"
            self._context.abort(grpc.StatusCode.INTERNAL, message)

    def _call(self, raw):
        metadata = dict(self._context.invocation_metadata())
        access = self._sandbox.access
        call = access.authenticate(self._method.name, metadata, self._request_id)
        return call, self._method.request_class.pb().FromString(raw)

    def _refusals(self):
        return _Refusals(self._context, self._request_id)

    def _as_text(self, raw):
        return text_format.MessageToString(self._method.request_class.pb().FromString(raw))


class _Refusals:
    """Turns refusals raised inside into the end of the gRPC call."""

    def __init__(self, context, request_id):
        self._context, self._request_id = context, request_id

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, RequestRefused):
            _abort(self._context, error, self._request_id)
        elif isinstance(error, PlainRefusal):
            self._context.abort(error.status, error.message)


def _printable(metadata):
    return [(name, value) for name, value in metadata if isinstance(value, str)]
