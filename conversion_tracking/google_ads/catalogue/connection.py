"""What can go wrong before Google says anything of its own: network, certificates, login.

Google's token endpoint: https://developers.google.com/identity/protocols/oauth2 (errors);
HTTP statuses of Google's APIs: https://google.aip.dev/193.
"""

from .entry import (
    AUTOMATIC,
    CONFIGURATION,
    CONSENT,
    NOTHING,
    PERMANENT,
    RECONNECT,
    REPORT,
    RETRY,
    UNKNOWN,
    Entry,
    _,
)

_SAME_EVENT = _(
    "Nothing to do: Odoo sends it again with the same id, so that Google counts it only once."
)
_CLOUD_API = _(
    "In the Google Cloud console enable the Google Ads API and the Data Manager API in the project "
    "that the login belongs to, and give a service account the role Service Usage Consumer."
)

CONNECTION_ERRORS = {
    "NOT_REACHABLE": Entry(
        RETRY,
        _("The Odoo server cannot reach Google."),
        _("Odoo tries again by itself. If it lasts, check the server's network and firewall."),
    ),
    "CONNECTION_LOST": Entry(
        RETRY, _("The connection to Google broke before an answer came."), _SAME_EVENT
    ),
    "NO_ANSWER_IN_TIME": Entry(RETRY, _("Google did not answer in time."), _SAME_EVENT),
    "ANSWER_UNREADABLE": Entry(
        RETRY, _("The answer was cut off or did not come from Google."), _SAME_EVENT
    ),
    "SERVICE_UNAVAILABLE": Entry(RETRY, _("Google's service is down for the moment."), AUTOMATIC),
    "TOO_MANY_REQUESTS": Entry(RETRY, _("Too many requests. Google asks for a pause."), AUTOMATIC),
    "OPERATIONS_SPENT": Entry(
        RETRY,
        _("The operations that this account may use in a day are used up."),
        _("Reading goes on by itself when there is room again."),
    ),
    "CREDENTIALS": Entry(CONFIGURATION, _("The credentials cannot be used."), RECONNECT),
    "CERTIFICATE": Entry(
        CONFIGURATION,
        _("The certificate of the other side is not trusted, so nothing was sent."),
        _(
            "Check the server's clock and certificates, and whether a proxy opens encrypted "
            "connections. Behind one, set REQUESTS_CA_BUNDLE and "
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH to its certificate."
        ),
    ),
    "LOGIN_REVOKED": Entry(
        CONFIGURATION,
        _("Google no longer accepts the login: it was revoked or it expired."),
        _(
            "Connect the account again. If this comes back every 7 days, publish the consent "
            "screen of the Google Cloud project, which is still in testing."
        ),
    ),
    "LOGIN_UNKNOWN": Entry(
        CONFIGURATION,
        _("Google does not know this service account or OAuth client."),
        _(
            "Check in the Google Cloud console that the service account or client still exists, "
            "then enter its key again."
        ),
    ),
    "KEY_REFUSED": Entry(
        CONFIGURATION,
        # https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
        _(
            "The key does not belong to this service account, or it was deleted or disabled, or "
            "has expired."
        ),
        _("Create a new key of the service account and upload its file."),
    ),
    "CLOCK_WRONG": Entry(
        CONFIGURATION,
        _("Google refuses the login because the server's clock is wrong."),
        _("Set the clock of the Odoo server (NTP)."),
    ),
    "LOGIN_REFUSED": Entry(CONFIGURATION, _("Google refused the login."), RECONNECT),
    "SCOPE_MISSING": Entry(
        CONFIGURATION,
        _("The login lacks one of the two permissions that Odoo needs."),
        _("Connect the account again and tick both permissions on Google's page."),
    ),
    "API_DISABLED": Entry(
        CONFIGURATION, _("The API is not enabled in the Google Cloud project."), _CLOUD_API
    ),
    "UNAUTHENTICATED": Entry(CONFIGURATION, _("Google does not accept the login."), RECONNECT),
    "PERMISSION_DENIED": Entry(
        CONFIGURATION,
        _("Google does not let this login do this."),
        _(
            "In Google Ads invite the e-mail shown on the account in Odoo as a user (Admin > "
            "Access and security), and check customer id and manager id."
        ),
    ),
    "ENDPOINT_WRONG": Entry(
        CONFIGURATION,
        _("The other side does not know the service that was called."),
        _("Clear the system parameters for Google's endpoints, or update the add-on."),
    ),
    "INVALID_REQUEST": Entry(PERMANENT, _("Google refused the request without a reason."), REPORT),
    "FAILED_WITHOUT_REASON": Entry(
        UNKNOWN,
        _("Google reports that the event failed, and gives no reason."),
        _("Press Retry once. If it stays, ask Google's support with the request id."),
    ),
    "CONSENT_DENIED": Entry(
        CONSENT, _("The person denied consent; nothing was sent to Google."), NOTHING
    ),
    "NOT_ISOLATED": Entry(
        RETRY,
        _("Google refused a batch without naming the event at fault; the search goes on."),
        AUTOMATIC,
    ),
}
