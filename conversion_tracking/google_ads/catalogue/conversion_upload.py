"""``ConversionUploadError``: why the Google Ads API did not take a conversion.

Meanings: google-ads 34.0.0, ``v26/errors/types/conversion_upload_error.py``. The classes are ours.
"""

from .entry import (
    ACCEPT_TERMS,
    AUTOMATIC,
    CHOOSE_ACTION,
    CONFIGURATION,
    DUPLICATE,
    ENHANCED_CONVERSIONS,
    NOTHING,
    PERMANENT,
    REPORT,
    RETRY,
    RIGHT_ACCOUNT,
    UNKNOWN,
    UNMATCHED,
    WAITING,
    Entry,
    _,
)

_CALLS = _("Google refused a phone call conversion. Odoo sends none.")
_DAMAGED_CLICK = _("The click id is damaged or invented.")
_KEEP_CLICK_ID = _(
    "Check that the web form stores the click id whole and with its capitals. This event cannot "
    "be repaired."
)
_EXTERNAL = _("The conversion action uses an external attribution model.")
_WAIT_SIX_HOURS = _("Nothing to do: Odoo sends it when the six hours are over.")

CONVERSION_UPLOAD_ERROR = {
    "UNSPECIFIED": Entry(UNKNOWN, _("Google gave no reason."), REPORT),
    "UNKNOWN": Entry(UNKNOWN, _("Google gave a reason that this version does not know."), REPORT),
    "TOO_MANY_CONVERSIONS_IN_REQUEST": Entry(
        PERMANENT, _("More than 2,000 conversions were sent in one request."), REPORT
    ),
    "UNPARSEABLE_GCLID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
    "UNPARSEABLE_WBRAID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
    "UNPARSEABLE_GBRAID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
    "UNAUTHORIZED_CUSTOMER": Entry(
        CONFIGURATION,
        _("The click belongs to a Google Ads account that Odoo may not use."),
        RIGHT_ACCOUNT,
    ),
    "INVALID_CUSTOMER_FOR_CLICK": Entry(
        CONFIGURATION, _("The click belongs to another Google Ads account."), RIGHT_ACCOUNT
    ),
    "TOO_RECENT_CONVERSION_ACTION": Entry(
        WAITING, _("The conversion action is younger than six hours."), _WAIT_SIX_HOURS
    ),
    "TOO_RECENT_EVENT": Entry(WAITING, _("The click is younger than six hours."), _WAIT_SIX_HOURS),
    "CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME": Entry(
        PERMANENT,
        _("Conversion tracking was switched off in Google Ads when the ad was clicked."),
        _("Nothing to do for this event. Later clicks are counted."),
    ),
    "EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION": Entry(
        PERMANENT, _("External attribution data was sent to an action that takes none."), REPORT
    ),
    "EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION": Entry(
        CONFIGURATION, _EXTERNAL, CHOOSE_ACTION
    ),
    "ORDER_ID_NOT_PERMITTED_FOR_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION": Entry(
        CONFIGURATION, _EXTERNAL, CHOOSE_ACTION
    ),
    "EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION_NOT_PERMITTED_WITH_USER_IDENTIFIER": Entry(
        CONFIGURATION,
        _("The conversion action uses an external attribution model and takes no e-mail or phone."),
        CHOOSE_ACTION,
    ),
    "ORDER_ID_ALREADY_IN_USE": Entry(DUPLICATE, _("Google has this event already."), NOTHING),
    "DUPLICATE_ORDER_ID": Entry(
        PERMANENT, _("The same event was sent twice in one request; Google took neither."), REPORT
    ),
    "CLICK_CONVERSION_ALREADY_EXISTS": Entry(
        DUPLICATE, _("Google has a conversion of this click at this time already."), NOTHING
    ),
    "DUPLICATE_CLICK_CONVERSION_IN_REQUEST": Entry(
        RETRY,
        _("Two events of the same click and the same second were sent in one request."),
        AUTOMATIC,
    ),
    "CUSTOM_VARIABLE_NOT_ENABLED": Entry(
        CONFIGURATION,
        _("A custom variable is not switched on in Google Ads."),
        _("In Google Ads open Goals > Custom variables and enable it, then press Retry."),
    ),
    "CUSTOM_VARIABLE_VALUE_CONTAINS_PII": Entry(
        PERMANENT, _("A custom variable contains personal data."), REPORT
    ),
    "CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY": Entry(
        PERMANENT,
        _("Apple's privacy rules (App Tracking Transparency) forbid counting this event."),
        NOTHING,
    ),
    "CLICK_NOT_FOUND": Entry(
        UNMATCHED,
        _("E-mail and phone of this person match no ad click."),
        _(
            "Nothing to do; this is normal for people who did not come by an ad. Look into it only "
            "when most events say so."
        ),
    ),
    "INVALID_USER_IDENTIFIER": Entry(
        PERMANENT, _("A hashed e-mail or phone is malformed."), REPORT
    ),
    "UNSUPPORTED_USER_IDENTIFIER": Entry(
        PERMANENT, _("Only hashed e-mail and phone may be sent."), REPORT
    ),
    "GBRAID_WBRAID_BOTH_SET": Entry(
        PERMANENT, _("Two click ids were sent where one is allowed."), REPORT
    ),
    "CONVERSION_PRECEDES_EVENT": Entry(
        PERMANENT,
        _("The event happened before the click on the ad."),
        _(
            "Check whether the lead was dated back or whether an older click id was reused. An "
            "event that really came first cannot be counted."
        ),
    ),
    "EXPIRED_EVENT": Entry(
        PERMANENT,
        _("The click is older than the conversion action's click-through window."),
        _(
            "Nothing to do for this event. For later ones, widen the window of the conversion "
            "action in Google Ads (90 days at most)."
        ),
    ),
    "EVENT_NOT_FOUND": Entry(
        PERMANENT,
        _("Google knows no ad click with this click id."),
        _("Nothing to do; the click id may come from a test or from another company's ad."),
    ),
    "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID": Entry(
        CONFIGURATION,
        _("The click id of an iPhone or iPad cannot be counted by an action that counts one."),
        _(
            "In Google Ads set the action to count Every, or leave these events out, then press "
            "Retry."
        ),
    ),
    "CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS": Entry(
        CONFIGURATION,
        _("Google does not allow this account to send e-mail and phone, even hashed."),
        _(
            "Switch off hashed e-mail and phone on the account in Odoo and press Retry, or ask "
            "Google's support."
        ),
    ),
    "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": Entry(
        CONFIGURATION, _("Nobody has accepted Google's customer data terms."), ACCEPT_TERMS
    ),
    "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": Entry(
        CONFIGURATION, _("Enhanced conversions for leads are switched off."), ENHANCED_CONVERSIONS
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
        CONFIGURATION, _("The conversion action is not one for imported clicks."), CHOOSE_ACTION
    ),
    "TOO_RECENT_CALL": Entry(WAITING, _CALLS, AUTOMATIC),
    "CALL_CONVERSION_ALREADY_EXISTS": Entry(DUPLICATE, _CALLS, NOTHING),
    **dict.fromkeys(
        (
            "EXPIRED_CALL",
            "CALL_NOT_FOUND",
            "CONVERSION_PRECEDES_CALL",
            "CONVERSION_TRACKING_NOT_ENABLED_AT_CALL_TIME",
            "UNPARSEABLE_CALLERS_PHONE_NUMBER",
            "DUPLICATE_CALL_CONVERSION_IN_REQUEST",
            "INVALID_CUSTOMER_FOR_CALL",
        ),
        Entry(PERMANENT, _CALLS, REPORT),
    ),
}
