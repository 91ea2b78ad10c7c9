"""Every error code of both Google APIs: what it means, and what a user does about it.

Tables only. :mod:`..errors` looks codes up here. A test compares the tables with the enums of
the installed libraries, so that a code Google adds fails the build until somebody has read it.
"""

from .connection import CONNECTION_ERRORS
from .conversion_adjustment import CONVERSION_ADJUSTMENT_UPLOAD_ERROR
from .conversion_upload import CONVERSION_UPLOAD_ERROR
from .data_manager import ERROR_REASON
from .data_manager_status import PROCESSING_ERROR_REASON
from .entry import ERROR_CLASSES, REPORT, UNKNOWN, WARNING, Entry, _
from .google_ads import GOOGLE_ADS_ERRORS, OTHER_MEMBERS
from .outbox import OUTBOX_REASONS

# The sources of codes that are ours: nobody at Google gave them.
CONNECTION = "Connection"
OUTBOX = "Outbox"

CATALOGUE = {
    CONNECTION: CONNECTION_ERRORS,
    OUTBOX: OUTBOX_REASONS,
    "ConversionUploadError": CONVERSION_UPLOAD_ERROR,
    "ConversionAdjustmentUploadError": CONVERSION_ADJUSTMENT_UPLOAD_ERROR,
    "ErrorReason": ERROR_REASON,
    "ProcessingErrorReason": PROCESSING_ERROR_REASON,
    **GOOGLE_ADS_ERRORS,
}
# Faults of configuration that concern the click of one event and say nothing of the others.
WRONG_ACCOUNT_CODES = (
    "INVALID_AD_IDENTIFIER_FOR_ACCOUNT",
    "INVALID_CUSTOMER_FOR_CLICK",
    "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER",
    "PROCESSING_ERROR_REASON_INVALID_OPERATING_ACCOUNT_FOR_CLICK",
    "UNAUTHORIZED_CUSTOMER",
)
IOS_CLICK_CODES = (
    "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID",
    "PROCESSING_ERROR_REASON_ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID",
)
# Faults of configuration that concern one conversion action and say nothing of the others.
ACTION_CODES = (
    "CANNOT_RESTATE_CONVERSION_ACTION_THAT_ALWAYS_USES_DEFAULT_CONVERSION_VALUE",
    "EVENT_SOURCE_AND_DESTINATION_MISMATCH",
    "EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION_NOT_PERMITTED_WITH_USER_IDENTIFIER",
    "EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION",
    "INVALID_CONVERSION_ACTION_ID",
    "INVALID_CONVERSION_ACTION_TYPE",
    "NO_CONVERSION_ACTION_FOUND",
    "ORDER_ID_NOT_PERMITTED_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION",
    "PROCESSING_ERROR_REASON_EXTERNAL_ATTRIBUTION_DATA_MISSING",
)
# Google may have acted on the request, and its answer did not arrive.
LOST_ANSWER_CODES = (
    "ANSWER_UNREADABLE",
    "CONNECTION_LOST",
    "DEADLINE_EXCEEDED",
    "INTERNAL_ERROR",
    "NO_ANSWER_IN_TIME",
    "SERVICE_UNAVAILABLE",
    "TRANSIENT_ERROR",
)
# Google has forgotten the request whose status it was asked for, or never knew it.
STATUS_GONE_CODES = ("INVALID_REQUEST_ID", "REQUEST_TOO_OLD")
# Remarks about optional fields; none of them keeps an event from being counted.
_REMARK = Entry(WARNING, _("Google took the event and left out an optional value."), REPORT)
_NEW_CODE = Entry(
    UNKNOWN,
    _("Google gave a code that this version of the add-on does not know."),
    _("Look at Google's own text below. Press Retry when the cause is gone, or update the add-on."),
)


def entry(source: str, code: str) -> Entry:
    """The entry of ``code`` in the enum ``source``; class ``unknown`` for a code not read yet."""
    if source == "WarningReason":
        return _REMARK
    if known := CATALOGUE.get(source, {}).get(code):
        return known
    if code.isdigit() or code in ("UNSPECIFIED", "UNKNOWN"):  # a number is a member of tomorrow
        return _NEW_CODE
    return OTHER_MEMBERS.get(source, _NEW_CODE)


__all__ = (
    "ACTION_CODES",
    "CATALOGUE",
    "CONNECTION",
    "ERROR_CLASSES",
    "IOS_CLICK_CODES",
    "LOST_ANSWER_CODES",
    "OUTBOX",
    "STATUS_GONE_CODES",
    "WRONG_ACCOUNT_CODES",
    "Entry",
    "entry",
)
