"""``ErrorReason``: why the Data Manager API refused a whole request.

Meanings: google-ads-datamanager 0.9.4, ``datamanager_v1/types/error.py``. The classes are ours.
"""

from .entry import (
    ACCEPT_TERMS,
    AUTOMATIC,
    CHOOSE_ACTION,
    CONFIGURATION,
    ENHANCED_CONVERSIONS,
    NOT_OURS,
    NOTHING,
    PERMANENT,
    REPORT,
    RETRY,
    RIGHT_ACCOUNT,
    UNKNOWN,
    WAITING,
    Entry,
    _,
)

_ACCESS = _(
    "In Google Ads invite the e-mail shown on the account in Odoo as a user (Admin > Access and "
    "security), check customer id and manager id, and enable the Data Manager API in the Google "
    "Cloud project."
)
_MALFORMED = _("A value that Odoo sent is malformed or missing.")

ERROR_REASON = {
    "ERROR_REASON_UNSPECIFIED": Entry(UNKNOWN, _("Google gave no reason."), REPORT),
    "INTERNAL_ERROR": Entry(RETRY, _("Google had a fault of its own."), AUTOMATIC),
    "DEADLINE_EXCEEDED": Entry(RETRY, _("Google took too long to answer."), AUTOMATIC),
    "RESOURCE_EXHAUSTED": Entry(RETRY, _("Too many requests in a short time."), AUTOMATIC),
    "CONVERSION_ACTION_TOO_RECENTLY_CREATED": Entry(
        WAITING,
        _("The conversion action is younger than six hours."),
        _("Nothing to do: Odoo sends it when the six hours are over."),
    ),
    "NOT_FOUND": Entry(
        CONFIGURATION, _("Google does not find the account or the conversion action."), _ACCESS
    ),
    "PERMISSION_DENIED": Entry(
        CONFIGURATION, _("Google does not let this login use the account."), _ACCESS
    ),
    "INVALID_DESTINATION": Entry(
        CONFIGURATION, _("Google does not accept the account or the conversion action."), _ACCESS
    ),
    "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH": Entry(
        CONFIGURATION, _("The manager account does not manage the account."), _ACCESS
    ),
    "DESTINATION_ACCOUNT_TYPE_MISMATCH": Entry(
        CONFIGURATION, _("The customer id does not belong to a Google Ads account."), _ACCESS
    ),
    "MISMATCHED_ACCOUNT_TYPE": Entry(
        CONFIGURATION, _("The customer id does not belong to a Google Ads account."), _ACCESS
    ),
    "NOT_ALLOWLISTED": Entry(
        CONFIGURATION,
        _("Google has not released this function for the account."),
        _("Ask Google's support to release the Data Manager API for this account."),
    ),
    "TERMS_AND_CONDITIONS_NOT_SIGNED": Entry(
        CONFIGURATION, _("Terms that Google requires are not accepted."), ACCEPT_TERMS
    ),
    "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED": Entry(
        CONFIGURATION, _("Nobody has accepted the terms of enhanced conversions."), ACCEPT_TERMS
    ),
    "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": Entry(
        CONFIGURATION, _("Enhanced conversions for leads are switched off."), ENHANCED_CONVERSIONS
    ),
    "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS": Entry(
        CONFIGURATION,
        _("Google does not allow this account to send e-mail and phone, even hashed."),
        _(
            "Switch off hashed e-mail and phone on the account in Odoo and press Retry, or ask "
            "Google's support."
        ),
    ),
    "INVALID_CONVERSION_ACTION_ID": Entry(
        CONFIGURATION,
        _("The conversion action was removed or belongs to another account."),
        CHOOSE_ACTION,
    ),
    "INVALID_CONVERSION_ACTION_TYPE": Entry(
        CONFIGURATION, _("The conversion action is not one for imported clicks."), CHOOSE_ACTION
    ),
    "EVENT_SOURCE_AND_DESTINATION_MISMATCH": Entry(
        CONFIGURATION,
        _("The conversion action does not take events of this source."),
        CHOOSE_ACTION,
    ),
    "CUSTOM_VARIABLE_NOT_ENABLED": Entry(
        CONFIGURATION,
        _("A custom variable is not switched on in Google Ads."),
        _("In Google Ads open Goals > Custom variables and enable it, then press Retry."),
    ),
    "CUSTOM_VARIABLE_NOT_FOUND": Entry(
        CONFIGURATION,
        _("Google Ads has no custom variable of this name."),
        _("In Google Ads open Goals > Custom variables and create it, then press Retry."),
    ),
    "INVALID_AD_IDENTIFIER_FOR_ACCOUNT": Entry(
        CONFIGURATION, _("The click belongs to another Google Ads account."), RIGHT_ACCOUNT
    ),
    "INVALID_EVENT": Entry(PERMANENT, _("Google calls the event not valid."), REPORT),
    "NO_IDENTIFIERS_PROVIDED": Entry(
        PERMANENT,
        _("The event has neither a click id nor an e-mail or phone that may be sent."),
        NOTHING,
    ),
    "EVENT_TIME_INVALID": Entry(
        PERMANENT,
        _("The time of the event is too old or lies in the future."),
        _("Check the date of the lead and the clock of the server."),
    ),
    "INVALID_CURRENCY_CODE": Entry(
        PERMANENT,
        _("Google does not know the currency."),
        _("Check the currency of the order or of the company."),
    ),
    "CUSTOM_VARIABLE_VALUE_CONTAINS_PII": Entry(
        PERMANENT, _("A custom variable contains personal data."), REPORT
    ),
    "INVALID_CUSTOM_VARIABLE_VALUE": Entry(
        PERMANENT, _("The value of a custom variable is not valid."), REPORT
    ),
    "INVALID_REQUEST_ID": Entry(
        PERMANENT, _("Google has no result for this request; it was only a check."), NOTHING
    ),
    "REQUEST_TOO_OLD": Entry(
        PERMANENT,
        _("Google keeps results for 50 days; this one is gone."),
        _("Press Retry to send the event again: the same event is not counted twice."),
    ),
    **dict.fromkeys(
        (
            "INVALID_ARGUMENT",
            "REQUIRED_FIELD_MISSING",
            "INVALID_FORMAT",
            "INVALID_HEX_ENCODING",
            "INVALID_BASE64_ENCODING",
            "INVALID_SHA256_FORMAT",
            "INVALID_ENUM_VALUE",
            "TOO_MANY_USER_IDENTIFIERS",
            "TOO_MANY_DESTINATIONS",
            "INVALID_NUMBER_FORMAT",
            "TOO_MANY_EVENTS",
            "DUPLICATE_DESTINATION_REFERENCE",
            "FIELD_VALUE_TOO_LONG",
            "FIELD_VALUE_TOO_SHORT",
            "TOO_MANY_ELEMENTS",
            "TOO_FEW_ELEMENTS",
            "THIRD_PARTY_USER_DATA_NOT_ALLOWED",
            "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
        ),
        Entry(PERMANENT, _MALFORMED, REPORT),
    ),
    # Audiences, licences, Google Analytics, store sales, insights: requests that are never made.
    **dict.fromkeys(
        (
            "INVALID_POSTAL_CODE",
            "INVALID_COUNTRY_CODE",
            "INVALID_USER_LIST_TYPE",
            "INVALID_AUDIENCE_MEMBER",
            "TOO_MANY_AUDIENCE_MEMBERS",
            "DATA_PARTNER_USER_LIST_MUTATE_NOT_ALLOWED",
            "INVALID_MOBILE_ID_FORMAT",
            "INVALID_USER_LIST_ID",
            "MULTIPLE_DATA_TYPES_NOT_ALLOWED",
            "DIFFERENT_LOGIN_ACCOUNTS_NOT_ALLOWED_FOR_DATA_PARTNER",
            "UNSUPPORTED_OPERATING_ACCOUNT_FOR_DATA_PARTNER",
            "UNSUPPORTED_LINKED_ACCOUNT_FOR_DATA_PARTNER",
            "INVALID_PROPERTY_TYPE",
            "INVALID_STREAM_TYPE",
            "RESERVED_NAME_USED",
            "INVALID_EVENT_NAME",
            "MULTIPLE_DESTINATIONS_FOR_GOOGLE_ANALYTICS_EVENT",
            "ALREADY_EXISTS",
            "IMMUTABLE_FIELD_FOR_UPDATE",
            "INVALID_RESOURCE_NAME",
            "INVALID_FILTER",
            "INVALID_UPDATE_MASK",
            "INVALID_PAGE_TOKEN",
            "CANNOT_UPDATE_DISABLED_LICENSE",
            "CANNOT_CREATE_LICENSE_FOR_SENSITIVE_USERLIST",
            "INSUFFICIENT_COST",
            "CANNOT_DISABLE_LICENSE",
            "INVALID_CLIENT_ACCOUNT_ID",
            "PRICING_ONLY_ZERO_COST_ALLOWED",
            "PRICE_TOO_HIGH",
            "CUSTOMER_NOT_ALLOWED_TO_CREATE_LICENSE",
            "INVALID_PRICING_END_DATE",
            "CANNOT_LICENSE_LOGICAL_LIST_WITH_LICENSED_OR_SHARED_SEGMENT",
            "MEDIA_SHARE_COST_NOT_ALLOWED_FOR_LICENSE_TYPE",
            "MEDIA_SHARE_COST_NOT_ALLOWED_FOR_CLIENT_CUSTOMER",
            "INVALID_MEDIA_SHARE_COST",
            "INVALID_COST_TYPE",
            "MEDIA_SHARE_COST_NOT_ALLOWED_FOR_NON_COMMERCE_USER_LIST",
            "MAX_COST_NOT_ALLOWED",
            "COMMERCE_AUDIENCE_CAN_ONLY_BE_DIRECTLY_LICENSED",
            "INVALID_DESCRIPTION",
            "INVALID_DISPLAY_NAME",
            "DISPLAY_NAME_ALREADY_USED",
            "OWNERSHIP_REQUIRED_FOR_UPDATE",
            "USER_LIST_MUTATION_NOT_SUPPORTED",
            "SENSITIVE_USER_LIST_IMMUTABLE",
            "BILLABLE_RECORD_COUNT_IMMUTABLE",
            "USER_LIST_NAME_RESERVED",
            "ADVERTISER_NOT_ALLOWLISTED_FOR_UPLOADED_DATA",
            "UNSUPPORTED_PARTNER_AUDIENCE_SOURCE",
            "COMMERCE_PARTNER_NOT_ALLOWED",
            "UNSUPPORTED_PARTNER_AUDIENCE_INFO",
            "PARTNER_MATCH_FOR_MANAGER_ACCOUNT_DISALLOWED",
            "DATA_PARTNER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA",
            "ADVERTISER_TOS_NOT_ACCEPTED",
            "ADVERTISER_NOT_ALLOWLISTED_FOR_THIRD_PARTY_PARTNER_DATA",
            "USER_LIST_TYPE_NOT_SUPPORTED_FOR_ACCOUNT",
            "INVALID_COMMERCE_PARTNER",
            "CUSTOMER_NOT_ALLOWLISTED_FOR_COMMERCE_AUDIENCE",
            "UNSUPPORTED_USER_LIST_UPLOAD_KEY_TYPES",
            "UNSUPPORTED_INGESTED_USER_LIST_INFO_CONFIG",
            "UNSUPPORTED_ACCOUNT_TYPES_FOR_USER_LIST_TYPE",
            "UNSUPPORTED_ACCOUNT_TYPE_FOR_PARTNER_LINK",
            "MEMBERSHIP_DURATION_TOO_LONG",
            "INVALID_MERCHANT_ID",
            "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED",
            "ACCOUNT_INELIGIBLE_FOR_STORE_SALES",
            "INVALID_MERCHANT_FEED_LANGUAGE_CODE",
            "INVALID_REGION_CODE",
            "INVALID_SUBDIVISION_CODE",
            "INVALID_SUBCONTINENT_CODE",
            "INVALID_CONTINENT_CODE",
            "INVALID_DEVICE_CATEGORY",
            "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED",
            "GOOGLE_ANALYTICS_SUBPROPERTY_OR_ROLLUP_PROPERTY_NOT_ALLOWED",
            "INVALID_COUPON_CODE",
            "TOO_MANY_USERS",
            "BASELINE_LOCATION_AUTO_DETECTION_FAILED",
            "INSIGHTS_MISSING_FOR_DIMENSION",
            "REQUIRED_PREREQUISITE_LINK_MISSING",
            "INVALID_REMOVE_AS_OF_TIME",
        ),
        Entry(PERMANENT, NOT_OURS, REPORT),
    ),
}
