"""Errors of the Google Ads API that any of its calls can meet.

Meanings: google-ads 34.0.0, ``v26/errors/types/*.py``; remedies for access:
https://developers.google.com/google-ads/api/docs/get-started/common-errors and
https://developers.google.com/google-ads/api/docs/api-policy/access-levels. The classes are ours.
"""

from .entry import (
    AUTOMATIC,
    CHOOSE_ACTION,
    CONFIGURATION,
    NOTHING,
    PERMANENT,
    RECONNECT,
    REPORT,
    RETRY,
    Entry,
    _,
)

_INVITE = _(
    "In Google Ads invite the e-mail shown on the account in Odoo as a user (Admin > Access and "
    "security). If the access goes through a manager account, enter its id as manager id."
)
_CLOUD_PROJECT = _(
    "In the Google Cloud console open Google Ads API of the project that the login belongs to: "
    "enable it, accept its terms, and apply for Explorer access or higher."
)
_CHECK_IDS = _("Check customer id and manager id on the account in Odoo.")
_ACCOUNT_STATE = _(
    "Sign in to Google Ads with this account: finish its set-up, or ask Google's support."
)
_LOGIN_REFUSED = _("Google does not accept the login.")
_DEVELOPER_TOKEN = _("Google asks for a developer token, which it stopped using in September 2026.")
_MALFORMED = Entry(PERMANENT, _("A value that Odoo sent is malformed or missing."), REPORT)
_SLOW_DOWN = _("Too many requests. Google asks for a pause.")

GOOGLE_ADS_ERRORS = {
    "QuotaError": {
        "RESOURCE_EXHAUSTED": Entry(
            RETRY,
            _("The limit of requests for this Google Cloud project or account is used up."),
            _(
                "Nothing to do: Odoo goes on when Google allows it. If it happens every day, apply "
                "for Basic access in the Google Cloud console."
            ),
        ),
        "RESOURCE_TEMPORARILY_EXHAUSTED": Entry(RETRY, _SLOW_DOWN, AUTOMATIC),
        "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION": Entry(RETRY, _SLOW_DOWN, AUTOMATIC),
        "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION": Entry(RETRY, _SLOW_DOWN, AUTOMATIC),
        "ACCESS_PROHIBITED": Entry(
            CONFIGURATION, _("Google has closed the API to this project."), _CLOUD_PROJECT
        ),
        "PAYMENTS_PROFILE_ACTIVATION_RATE_LIMIT_EXCEEDED": Entry(RETRY, _SLOW_DOWN, AUTOMATIC),
    },
    "AuthenticationError": {
        "OAUTH_TOKEN_EXPIRED": Entry(RETRY, _("The login ran out during the work."), AUTOMATIC),
        **dict.fromkeys(
            (
                "AUTHENTICATION_ERROR",
                "OAUTH_TOKEN_INVALID",
                "OAUTH_TOKEN_DISABLED",
                "OAUTH_TOKEN_REVOKED",
                "OAUTH_TOKEN_HEADER_INVALID",
                "GOOGLE_ACCOUNT_DELETED",
                "GOOGLE_ACCOUNT_COOKIE_INVALID",
                "GOOGLE_ACCOUNT_AUTHENTICATION_FAILED",
                "GOOGLE_ACCOUNT_USER_AND_ADS_USER_MISMATCH",
                "LOGIN_COOKIE_REQUIRED",
                "LOGIN_COOKIE_INVALID",
                "INVALID_EMAIL_ADDRESS",
                "USER_ID_INVALID",
            ),
            Entry(CONFIGURATION, _LOGIN_REFUSED, RECONNECT),
        ),
        "NOT_ADS_USER": Entry(
            CONFIGURATION, _("This login is not a user of any Google Ads account."), _INVITE
        ),
        "CLIENT_CUSTOMER_ID_INVALID": Entry(
            CONFIGURATION, _("The customer id is not a Google Ads customer id."), _CHECK_IDS
        ),
        "CUSTOMER_NOT_FOUND": Entry(
            CONFIGURATION,
            _("Google Ads has no account with this customer id."),
            _(
                "Check the customer id on the account in Odoo. For an account created minutes ago, "
                "wait a little."
            ),
        ),
        "TWO_STEP_VERIFICATION_NOT_ENROLLED": Entry(
            CONFIGURATION,
            _("The Google Ads account demands 2-step verification."),
            _("Switch on 2-step verification for the Google user, then connect again."),
        ),
        "ADVANCED_PROTECTION_NOT_ENROLLED": Entry(
            CONFIGURATION,
            _("The Google Ads account demands Google's Advanced Protection."),
            _("Enrol the Google user in Advanced Protection, then connect again."),
        ),
        "ORGANIZATION_NOT_RECOGNIZED": Entry(
            CONFIGURATION,
            _("Google does not know the organisation of the project."),
            _CLOUD_PROJECT,
        ),
        "ORGANIZATION_NOT_APPROVED": Entry(
            CONFIGURATION,
            _("The organisation of the project is not approved for real accounts."),
            _CLOUD_PROJECT,
        ),
        **dict.fromkeys(
            ("ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN", "DEVELOPER_TOKEN_INVALID"),
            Entry(CONFIGURATION, _DEVELOPER_TOKEN, _CLOUD_PROJECT),
        ),
    },
    "AuthorizationError": {
        "USER_PERMISSION_DENIED": Entry(
            CONFIGURATION, _("This login may not use the Google Ads account."), _INVITE
        ),
        "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION": Entry(
            CONFIGURATION, _("The manager account does not manage this account."), _CHECK_IDS
        ),
        "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": Entry(
            CONFIGURATION,
            _("The Google Cloud project may only use test accounts."),
            _CLOUD_PROJECT,
        ),
        "PROJECT_DISABLED": Entry(
            CONFIGURATION, _("The Google Ads API is off in the project."), _CLOUD_PROJECT
        ),
        "MISSING_TOS": Entry(
            CONFIGURATION, _("The terms of the Google Ads API are not accepted."), _CLOUD_PROJECT
        ),
        "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION": Entry(
            CONFIGURATION, _("The project is outside the required organisation."), _CLOUD_PROJECT
        ),
        "SERVICE_ACCESS_DENIED": Entry(
            CONFIGURATION, _("The project may not use this part of the API."), _CLOUD_PROJECT
        ),
        "METRIC_ACCESS_DENIED": Entry(
            CONFIGURATION, _("The project may not read these figures."), _CLOUD_PROJECT
        ),
        "CUSTOMER_NOT_ENABLED": Entry(
            CONFIGURATION,
            _("The Google Ads account is not active yet, or was closed."),
            _ACCOUNT_STATE,
        ),
        "INCOMPLETE_SIGNUP": Entry(
            CONFIGURATION, _("The set-up of the Google Ads account is unfinished."), _ACCOUNT_STATE
        ),
        "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT": Entry(
            CONFIGURATION, _("The Google Ads account is suspended."), _ACCOUNT_STATE
        ),
        "ACCESS_DENIED_FOR_ACCOUNT_TYPE": Entry(
            CONFIGURATION, _("The customer id does not belong to a Google Ads account."), _CHECK_IDS
        ),
        "ACTION_NOT_PERMITTED": Entry(
            CONFIGURATION,
            _("The access level of this login in Google Ads is too low."),
            _("In Google Ads raise the access level of the user to Standard or Admin."),
        ),
        "AUTHORIZATION_ERROR": Entry(
            CONFIGURATION, _("This login may not do this in the Google Ads account."), _INVITE
        ),
        **dict.fromkeys(
            (
                "DEVELOPER_TOKEN_NOT_ON_ALLOWLIST",
                "DEVELOPER_TOKEN_PROHIBITED",
                "DEVELOPER_TOKEN_NOT_APPROVED",
            ),
            Entry(CONFIGURATION, _DEVELOPER_TOKEN, _CLOUD_PROJECT),
        ),
    },
    "InternalError": {
        "TRANSIENT_ERROR": Entry(RETRY, _("Google had a passing fault."), AUTOMATIC),
        "INTERNAL_ERROR": Entry(RETRY, _("Google had a fault of its own."), AUTOMATIC),
        "DEADLINE_EXCEEDED": Entry(RETRY, _("Google took too long to answer."), AUTOMATIC),
    },
    "RequestError": {
        "UNSUPPORTED_VERSION": Entry(
            CONFIGURATION,
            _("Google has switched off the version of its API that the add-on speaks."),
            _("Update the add-on."),
        ),
        "CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT": Entry(
            CONFIGURATION,
            _("The customer id is the one of a manager account."),
            _("Enter the id of the account that runs the ads; the manager's goes to manager id."),
        ),
        "LOGIN_CUSTOMER_ID_PARAMETER_MISSING": Entry(
            CONFIGURATION, _("Google needs the id of the manager account."), _CHECK_IDS
        ),
        "INVALID_CUSTOMER_ID": Entry(
            CONFIGURATION, _("The customer id is not a Google Ads customer id."), _CHECK_IDS
        ),
        "CLOUD_PROJECT_NOT_FOUND": Entry(
            CONFIGURATION, _("The Google Cloud project of the login is gone."), _CLOUD_PROJECT
        ),
        "EXPIRED_PAGE_TOKEN": Entry(RETRY, _("Reading took too long."), AUTOMATIC),
        "INVALID_PAGE_TOKEN": Entry(RETRY, _("Google lost the place while reading."), AUTOMATIC),
        "RESOURCE_NOT_FOUND": Entry(
            CONFIGURATION, _("What Odoo asked for does not exist in Google Ads."), CHOOSE_ACTION
        ),
    },
    "HeaderError": {
        "INVALID_LOGIN_CUSTOMER_ID": Entry(
            CONFIGURATION, _("The manager id is not a Google Ads customer id."), _CHECK_IDS
        ),
        "INVALID_LINKED_CUSTOMER_ID": _MALFORMED,
    },
    "NotAllowlistedError": {
        "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE": Entry(
            CONFIGURATION,
            _("Google has closed this way of uploading to new users since June 2026."),
            _("On the account in Odoo choose Data Manager API as the way of delivery."),
        ),
    },
    "PartialFailureError": {"PARTIAL_FAILURE_MODE_REQUIRED": _MALFORMED},
    "DateError": {
        "LATER_THAN_MAXIMUM_DATE": Entry(
            PERMANENT,
            _("The time of the event lies in the future."),
            _("Check the date of the lead and the clock of the server."),
        ),
        "EARLIER_THAN_MINIMUM_DATE": Entry(
            PERMANENT, _("The event is older than Google accepts."), NOTHING
        ),
    },
    "DatabaseError": {
        "CONCURRENT_MODIFICATION": Entry(
            RETRY, _("Somebody else changed the same thing at the same moment."), AUTOMATIC
        ),
    },
    "CurrencyCodeError": {
        "UNSUPPORTED": Entry(
            PERMANENT,
            _("Google does not know the currency."),
            _("Check the currency of the order or of the company."),
        ),
    },
    "ConversionActionError": {
        "DUPLICATE_NAME": Entry(
            CONFIGURATION,
            _("Google Ads already has a conversion action of this name."),
            _("Rename the other conversion action in Google Ads, or choose it in Odoo."),
        ),
        "CREATION_NOT_SUPPORTED": Entry(
            CONFIGURATION,
            _("Google Ads does not let this account create the conversion action."),
            _("Create it in the conversion customer, which may be the manager account."),
        ),
        "UPDATE_NOT_SUPPORTED": Entry(
            CONFIGURATION,
            _("Google Ads does not allow changing this conversion action."),
            _("Change it in Google Ads yourself, or press Accept in Odoo."),
        ),
    },
    "ClickViewError": {
        "EXPECTED_FILTER_ON_A_SINGLE_DAY": _MALFORMED,
        "DATE_TOO_OLD": Entry(
            PERMANENT, _("Google keeps clicks for 90 days; this day is gone."), NOTHING
        ),
    },
    "QueryError": {
        "REQUESTED_METRICS_FOR_MANAGER": Entry(
            CONFIGURATION,
            _("A manager account has no clicks and costs of its own."),
            _("Enter the id of the account that runs the ads; the manager's goes to manager id."),
        ),
    },
}

# Faults of building a request: any other member of these kinds means the same to a user.
OTHER_MEMBERS = dict.fromkeys(
    (
        "RequestError",
        "DateError",
        "FieldError",
        "StringLengthError",
        "StringFormatError",
        "RangeError",
        "MutateError",
        "EnumError",
        "CollectionSizeError",
        "DistinctError",
        "ConversionActionError",
        "DatabaseError",
        "QueryError",
    ),
    _MALFORMED,
)
