"""Where the Google Ads library hides the failure that the server sent."""

from importlib import import_module

API_VERSION = "v26"  # the one place that pins it: https://developers.google.com/google-ads/api
_ROW_FIELDS = ("conversions", "conversion_adjustments", "operations")


def failure_class():
    """Google's ``GoogleAdsFailure`` message of the pinned version."""
    return import_module(f"google.ads.googleads.{API_VERSION}.errors").GoogleAdsFailure


def failure_of(error):
    """The ``GoogleAdsFailure`` inside ``error``, None when it holds none.

    ``GoogleAdsException`` carries it ready. For RESOURCE_EXHAUSTED and INTERNAL the library's
    interceptor does not make one (``interceptors/interceptor.py``, ``_RETRY_STATUS_CODES``): there
    the bytes stay in the trailing metadata of the call inside the ``api_core`` exception.
    """
    if (failure := getattr(error, "failure", None)) is not None:
        return failure
    key = f"google.ads.googleads.{API_VERSION}.errors.googleadsfailure-bin"
    for call in getattr(error, "errors", None) or ():
        read_metadata = getattr(call, "trailing_metadata", None)
        for name, value in (read_metadata() if read_metadata else None) or ():
            if name == key:
                return failure_class().deserialize(value)
    return None


def row_index(location) -> int | None:
    """The row that an ``ErrorLocation`` names; row 0 is a row, an absent index is none."""
    for element in location.field_path_elements:
        if element.field_name in _ROW_FIELDS and "index" in element:
            return element.index
    return None


def partial_failures(response) -> list:
    """The ``GoogleAdsError`` messages of the rows that failed.

    Ask for them when ``response.partial_failure_error.code`` is not 0: the message itself is
    always there and always true.
    """
    message = failure_class()
    details = response.partial_failure_error.details
    return [error for detail in details for error in message.deserialize(detail.value).errors]
