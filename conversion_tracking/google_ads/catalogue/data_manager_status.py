"""``ProcessingErrorReason``: what the Data Manager API says later about an accepted event.

Meanings: google-ads-datamanager 0.9.4, ``datamanager_v1/types/processing_errors.py``.
The classes are ours. Google's names are kept whole, with their long prefix.
"""

from .entry import (
    ACCEPT_TERMS,
    AUTOMATIC,
    CHOOSE_ACTION,
    CONFIGURATION,
    CONSENT,
    DUPLICATE,
    NOT_OURS,
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

_PREFIX = "PROCESSING_ERROR_REASON_"
_DAMAGED_CLICK = _("The click id is damaged or invented.")
_KEEP_CLICK_ID = _(
    "Check that the web form stores the click id whole and with its capitals. This event cannot "
    "be repaired."
)

PROCESSING_ERROR_REASON = {
    "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER": Entry(
        CONFIGURATION, _("The click belongs to another Google Ads account."), RIGHT_ACCOUNT
    ),
} | {
    f"{_PREFIX}{name}": entry
    for name, entry in {
        "UNSPECIFIED": Entry(UNKNOWN, _("Google gave no reason."), REPORT),
        "INVALID_CUSTOM_VARIABLE": Entry(
            CONFIGURATION, _("A custom variable is not valid."), REPORT
        ),
        "CUSTOM_VARIABLE_NOT_ENABLED": Entry(
            CONFIGURATION,
            _("A custom variable is not switched on in Google Ads."),
            _("In Google Ads open Goals > Custom variables and enable it, then press Retry."),
        ),
        "EVENT_TOO_OLD": Entry(
            PERMANENT,
            _("The event is older than Google accepts."),
            _("Nothing to do for this event. Deliver more often so that events stay young."),
        ),
        "DENIED_CONSENT": Entry(
            CONSENT,
            _("The person, or the default setting of the Google Ads account, denied consent."),
            NOTHING,
        ),
        "NO_CONSENT": Entry(
            CONSENT,
            _("The account does not let Google Ads services use this data."),
            _(
                "In Google Ads open Admin > Data and privacy and check the consent settings. "
                "Without that consent the event is not counted."
            ),
        ),
        "UNKNOWN_CONSENT": Entry(
            CONSENT,
            _("The consent of this person is not known, and the account has no default for it."),
            _(
                "Show a cookies bar that asks, or set a default consent in Google Ads under Goals "
                "> Settings, if your law allows it."
            ),
        ),
        "DUPLICATE_GCLID": Entry(
            DUPLICATE, _("Google has a conversion of this click at this time already."), NOTHING
        ),
        "DUPLICATE_TRANSACTION_ID": Entry(DUPLICATE, _("Google has this event already."), NOTHING),
        "INVALID_GBRAID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
        "INVALID_GCLID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
        "INVALID_WBRAID": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
        "INVALID_AD_IDENTIFIERS": Entry(PERMANENT, _DAMAGED_CLICK, _KEEP_CLICK_ID),
        "INTERNAL_ERROR": Entry(RETRY, _("Google had a fault of its own."), AUTOMATIC),
        "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED": Entry(
            CONFIGURATION, _("Nobody has accepted the terms of enhanced conversions."), ACCEPT_TERMS
        ),
        "INVALID_EVENT": Entry(PERMANENT, _("Google calls the event not valid."), REPORT),
        "INVALID_FORMAT": Entry(PERMANENT, _("A value of the event is malformed."), REPORT),
        "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID": Entry(
            CONFIGURATION,
            _("The click id of an iPhone or iPad cannot be counted by an action that counts one."),
            _(
                "In Google Ads set the action to count Every, or leave these events out, then "
                "press Retry."
            ),
        ),
        "CONVERSION_PRECEDES_CLICK": Entry(
            PERMANENT,
            _("The event happened before the click on the ad."),
            _(
                "Check whether the lead was dated back or whether an older click id was reused. "
                "An event that really came first cannot be counted."
            ),
        ),
        "TOO_RECENT_CLICK": Entry(
            WAITING,
            _("The click is younger than six hours."),
            _("Nothing to do: Odoo sends it when the six hours are over."),
        ),
        "INVALID_CLICK": Entry(
            PERMANENT,
            _("The event cannot be credited to a click of Google Ads."),
            _("Nothing to do; the click may not come from a Google Ads campaign."),
        ),
        "INVALID_OPERATING_ACCOUNT_FOR_CLICK": Entry(
            CONFIGURATION, _("The click belongs to another Google Ads account."), RIGHT_ACCOUNT
        ),
        "CLICK_NOT_FOUND": Entry(
            UNMATCHED,
            _("Google found no ad click that matches this event."),
            _(
                "Nothing to do; this is normal for people who did not come by an ad. Look into it "
                "only when most events say so."
            ),
        ),
        "EXTERNAL_ATTRIBUTION_DATA_MISSING": Entry(
            CONFIGURATION,
            _("The conversion action uses an external attribution model."),
            CHOOSE_ACTION,
        ),
        # Store sales, encrypted uploads, Merchant Center and Campaign Manager 360: never sent.
        **dict.fromkeys(
            (
                "INVALID_MERCHANT_ID",
                "INSUFFICIENT_MATCHED_TRANSACTIONS",
                "INSUFFICIENT_TRANSACTIONS",
                "DECRYPTION_ERROR",
                "DEK_DECRYPTION_ERROR",
                "INVALID_WIP",
                "INVALID_KEK",
                "WIP_AUTH_FAILED",
                "KEK_PERMISSION_DENIED",
                "AWS_AUTH_FAILED",
                "USER_IDENTIFIER_DECRYPTION_ERROR",
                "MATCH_ID_NOT_FOUND",
                "USER_ID_NOT_FOUND_FOR_MATCH_ID",
                "USER_ID_NOT_FOUND_FOR_GCLID",
                "USER_ID_NOT_FOUND_FOR_DCLID",
                "INVALID_MOBILE_ID_FORMAT",
                "ORIGINAL_CONVERSIONS_NOT_FOUND",
                "EVENT_ID_DECODE_ERROR",
                "USER_ID_NOT_FOUND_FOR_IMPRESSION_ID",
                "USER_ID_NOT_FOUND",
            ),
            Entry(PERMANENT, NOT_OURS, REPORT),
        ),
    }.items()
}
