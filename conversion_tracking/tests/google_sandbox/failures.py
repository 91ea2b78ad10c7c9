"""Google Ads API failures: naming them and putting them on the wire.

A code is written ``family.NAME``, for instance ``conversion_upload_error.CLICK_NOT_FOUND``
(``ConversionUploadError.CLICK_NOT_FOUND`` is accepted too); a number instead of the name
makes an error that the client's library does not know.

Source: ``google.ads.googleads.v26.errors.types.errors``; the trailing metadata key is the
one the library's interceptors look for.
"""

import re
from dataclasses import dataclass

import grpc
from google.ads.googleads.v26.errors.types import errors as errors_module
from google.protobuf import any_pb2
from google.rpc import status_pb2

FAILURE_TYPE_URL = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
_FAILURE = errors_module.GoogleAdsFailure.pb()
_CODES = errors_module.ErrorCode.pb().DESCRIPTOR.fields_by_name
_STATUS_OF_FAMILY = {
    "authentication_error": grpc.StatusCode.UNAUTHENTICATED,
    "authorization_error": grpc.StatusCode.PERMISSION_DENIED,
    "not_allowlisted_error": grpc.StatusCode.PERMISSION_DENIED,
    "quota_error": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "internal_error": grpc.StatusCode.INTERNAL,
}


@dataclass
class AdsError:
    """One error: its code, where it is, and how long to wait.

    ``path`` is a sequence of field names, each a string or a (name, index) pair.
    """

    code: str
    message: str = ""
    path: tuple = ()
    trigger: str | None = None
    retry_delay: float | None = None
    rate_scope: str = "DEVELOPER"

    @property
    def family(self):
        """The name of the error enum, as the field of ``ErrorCode``."""
        family = self.code.partition(".")[0]
        return re.sub(r"(?<!^)(?=[A-Z])", "_", family).lower()

    @property
    def name(self):
        """The enum member's name, or a number as text."""
        return self.code.partition(".")[2]

    def fill(self, message):
        """Write this error into a ``GoogleAdsError`` message."""
        field = _CODES.get(self.family)
        if field is None:
            raise ValueError(f"no error enum {self.family!r} in v26")
        known = field.enum_type.values_by_name.get(self.name)
        if known is None and not self.name.isdigit():
            raise ValueError(f"no error {self.name!r} in {self.family}")
        number = known.number if known else int(self.name)
        setattr(message.error_code, self.family, number)
        message.message = self.message or self.name.replace("_", " ").capitalize() + "."
        if self.trigger is not None:
            message.trigger.string_value = self.trigger
        for element in self.path:
            name, index = element if isinstance(element, tuple) else (element, None)
            part = message.location.field_path_elements.add(field_name=name)
            if index is not None:
                part.index = index
        if self.retry_delay is not None:
            details = message.details.quota_error_details
            scope = type(details).DESCRIPTOR.fields_by_name["rate_scope"].enum_type
            details.rate_scope = scope.values_by_name[self.rate_scope].number
            details.rate_name = "Number of operations for a Google Cloud project"
            details.retry_delay.FromNanoseconds(int(self.retry_delay * 1e9))


class RequestRefused(Exception):
    """A whole request fails, with one or more errors."""

    def __init__(self, *errors, status=None):
        super().__init__(errors[0].code)
        self.errors = errors
        self.message = errors[0].message or errors[0].code
        self.status = status or _STATUS_OF_FAMILY.get(
            errors[0].family, grpc.StatusCode.INVALID_ARGUMENT
        )


class PlainRefusal(Exception):
    """A gRPC status without a ``GoogleAdsFailure``, as Google's front end sends it."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


def refuse(code, message="", path=(), **details):
    """Raise ``RequestRefused`` with one error."""
    raise RequestRefused(AdsError(code, message, path, **details))


def failure_bytes(errors, request_id):
    """Return a serialized ``GoogleAdsFailure``."""
    failure = _FAILURE(request_id=request_id)
    for error in errors:
        error.fill(failure.errors.add())
    return failure.SerializeToString()


def partial_failure(errors, request_id):
    """Return the ``google.rpc.Status`` of row errors: one Any that holds them all."""
    return status_pb2.Status(
        code=grpc.StatusCode.INVALID_ARGUMENT.value[0],
        message="Some rows were refused. First error: " + errors[0].code.partition(".")[2],
        details=[any_pb2.Any(type_url=FAILURE_TYPE_URL, value=failure_bytes(errors, request_id))],
    )


def trailing_metadata(refused, request_id, version="v26"):
    """Return the trailing metadata of a refused request, keyed by the API version."""
    payload = failure_bytes(refused.errors, request_id)
    status = status_pb2.Status(
        code=refused.status.value[0],
        message=refused.message,
        details=[any_pb2.Any(type_url=FAILURE_TYPE_URL, value=payload)],
    )
    return (
        (f"google.ads.googleads.{version}.errors.googleadsfailure-bin", payload),
        ("grpc-status-details-bin", status.SerializeToString()),
        ("request-id", request_id),
    )
