"""``ConversionAdjustmentUploadError``: why the Google Ads API did not take a correction.

Meanings: google-ads 34.0.0, ``v26/errors/types/conversion_adjustment_upload_error.py``.
The classes are ours.
"""

from .entry import (
    ACCEPT_TERMS,
    AUTOMATIC,
    CHOOSE_ACTION,
    CONFIGURATION,
    DUPLICATE,
    NOTHING,
    PERMANENT,
    REPORT,
    RETRY,
    UNKNOWN,
    WAITING,
    Entry,
    _,
)

_ENHANCEMENT = _("Google refused an enhancement of a website conversion. Odoo sends none.")

CONVERSION_ADJUSTMENT_UPLOAD_ERROR = {
    "UNSPECIFIED": Entry(UNKNOWN, _("Google gave no reason."), REPORT),
    "UNKNOWN": Entry(UNKNOWN, _("Google gave a reason that this version does not know."), REPORT),
    "TOO_RECENT_CONVERSION_ACTION": Entry(
        WAITING,
        _("The conversion action is younger than six hours."),
        _("Nothing to do: Odoo sends it when the six hours are over."),
    ),
    "CONVERSION_ALREADY_RETRACTED": Entry(
        DUPLICATE, _("The conversion is already cancelled in Google Ads."), NOTHING
    ),
    "CONVERSION_NOT_FOUND": Entry(
        RETRY,
        _("Google does not know the conversion that is to be corrected, or not yet."),
        _(
            "Nothing to do: Odoo tries again for some time. If it stays, the conversion action was "
            "changed after the conversion was counted."
        ),
    ),
    "CONVERSION_EXPIRED": Entry(
        PERMANENT,
        _("The conversion is older than 54 days and can no longer be corrected."),
        _("Nothing to do. Google Ads keeps the old value; Odoo's own reports show the new one."),
    ),
    "ADJUSTMENT_PRECEDES_CONVERSION": Entry(
        PERMANENT, _("The correction is dated before the conversion."), REPORT
    ),
    "MORE_RECENT_RESTATEMENT_FOUND": Entry(
        DUPLICATE, _("Google already has a newer correction of this conversion."), NOTHING
    ),
    "TOO_RECENT_CONVERSION": Entry(
        WAITING,
        _("The conversion is younger than 24 hours."),
        _("Nothing to do: Odoo sends the correction later."),
    ),
    "CANNOT_RESTATE_CONVERSION_ACTION_THAT_ALWAYS_USES_DEFAULT_CONVERSION_VALUE": Entry(
        CONFIGURATION,
        _("The conversion action always uses its default value."),
        _(
            "In Google Ads edit the action, choose Use different values for each conversion, then "
            "press Retry."
        ),
    ),
    "TOO_MANY_ADJUSTMENTS_IN_REQUEST": Entry(
        PERMANENT, _("More than 2,000 corrections were sent in one request."), REPORT
    ),
    "TOO_MANY_ADJUSTMENTS": Entry(
        PERMANENT,
        _("This conversion was corrected too often."),
        _("Nothing to do. Google Ads keeps the last value it accepted."),
    ),
    "RESTATEMENT_ALREADY_EXISTS": Entry(
        DUPLICATE, _("Google already has this correction."), NOTHING
    ),
    "DUPLICATE_ADJUSTMENT_IN_REQUEST": Entry(
        RETRY, _("Two corrections of one conversion were sent in one request."), AUTOMATIC
    ),
    "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": Entry(
        CONFIGURATION, _("Nobody has accepted Google's customer data terms."), ACCEPT_TERMS
    ),
    "INVALID_USER_IDENTIFIER": Entry(
        PERMANENT, _("A hashed e-mail or phone is malformed."), REPORT
    ),
    "UNSUPPORTED_USER_IDENTIFIER": Entry(
        PERMANENT, _("Only hashed e-mail and phone may be sent."), REPORT
    ),
    "GCLID_DATE_TIME_PAIR_AND_ORDER_ID_BOTH_SET": Entry(
        PERMANENT, _("The conversion to correct was named in two ways."), REPORT
    ),
    "MISSING_ORDER_ID_FOR_WEBPAGE": Entry(
        PERMANENT, _("A website conversion can only be corrected by its order id."), REPORT
    ),
    "ORDER_ID_CONTAINS_PII": Entry(
        PERMANENT, _("Google takes our event id for an e-mail or a phone number."), REPORT
    ),
    "INVALID_JOB_ID": Entry(PERMANENT, _("The number of the request is out of range."), REPORT),
    "NO_CONVERSION_ACTION_FOUND": Entry(
        CONFIGURATION,
        _("The conversion action was removed or belongs to another account."),
        CHOOSE_ACTION,
    ),
    "INVALID_CONVERSION_ACTION_TYPE": Entry(
        CONFIGURATION, _("Conversions of this kind of action cannot be corrected."), CHOOSE_ACTION
    ),
    "CONVERSION_ALREADY_ENHANCED": Entry(DUPLICATE, _ENHANCEMENT, NOTHING),
    **dict.fromkeys(
        (
            "CONVERSION_ACTION_NOT_ELIGIBLE_FOR_ENHANCEMENT",
            "DUPLICATE_ENHANCEMENT_IN_REQUEST",
            "CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCEMENT",
        ),
        Entry(PERMANENT, _ENHANCEMENT, REPORT),
    ),
}
