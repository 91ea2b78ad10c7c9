"""Credentials for both APIs: a service account's key, or a user's consent (OAuth).

https://developers.google.com/identity/protocols/oauth2/service-account and
https://developers.google.com/identity/protocols/oauth2/web-server. Messages of
:class:`CredentialsError` are shown to whoever pasted the file; they never quote it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from .catalogue import _
from .input_error import InputError
from .json_object import MAX_LENGTH, read_json_object

ADWORDS_SCOPE = "https://www.googleapis.com/auth/adwords"
DATA_MANAGER_SCOPE = "https://www.googleapis.com/auth/datamanager"
SCOPES = (ADWORDS_SCOPE, DATA_MANAGER_SCOPE)
SCOPE_NAMES = {
    ADWORDS_SCOPE: "Manage your AdWords campaigns",
    DATA_MANAGER_SCOPE: "Manage your data with the Data Manager API",
}
AUTHORIZATION_URI = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN_URI = "https://oauth2.googleapis.com/token"
_UNKNOWN_CLIENT = _(
    "Google does not know this client id and secret. Copy both again from the Google Cloud console."
)
_SERVICE_ACCOUNT_DOMAIN = ".iam.gserviceaccount.com"
# Nobody waits for what is said to be later: it is as good as no end.
_LONGEST_LOGIN = timedelta(days=3_650)


class CredentialsError(InputError):
    """Credentials that cannot work."""


@dataclass(frozen=True)
class Login:
    """The lasting login that a user's consent gave.

    ``lasts`` is how long from the answer on; None when Google names no end.
    """

    refresh_token: str = field(repr=False)
    lasts: timedelta | None = None


def parse_service_account(text: str | bytes) -> dict:
    """Check the JSON key file of a service account.

    :return: the file's content
    :raise CredentialsError: it is not such a file, not whole, or of mixed origin
    """
    info = _read_json(text)
    kind = info.get("type")
    if kind == "authorized_user" or "installed" in info or "web" in info:
        raise CredentialsError(
            _(
                "This is the file of an OAuth client or user. Use the key file of a service "
                "account, or choose OAuth as the way to sign in."
            )
        )
    if kind != "service_account":
        raise CredentialsError(
            _(
                "This is not the key file of a service account. In the Google Cloud console open "
                "IAM & Admin > Service Accounts > Keys, add a key of the type JSON and use its "
                "file."
            )
        )
    for name in ("client_email", "private_key", "project_id", "token_uri"):
        if not isinstance(info.get(name), str) or not info[name].strip():
            raise CredentialsError(
                _("The key file lacks %(name)s. Download the key again and use the whole file."),
                name=name,
            )
    _check_email(info["client_email"], info["project_id"])
    if not info["token_uri"].startswith("https://"):
        raise CredentialsError(_("The token_uri of the key file must start with https://."))
    _check_private_key(info)
    return info


def service_account(info: dict):
    """google-auth credentials of a key file that :func:`parse_service_account` accepted."""
    from google.oauth2 import service_account as google_service_account

    from .access_token import AccessToken

    return AccessToken(
        google_service_account.Credentials.from_service_account_info(info, scopes=list(SCOPES))
    )


def oauth(client_id: str, client_secret: str, refresh_token: str, token_uri: str = TOKEN_URI):
    """google-auth credentials of a user who gave consent.

    The refresh asks for no scopes: Google then grants those of the consent, and a user who gave
    one of the two can still use its half.
    """
    from google.oauth2.credentials import Credentials

    from .access_token import AccessToken

    return AccessToken(
        Credentials(
            token=None,
            refresh_token=refresh_token,
            token_uri=token_uri,
            client_id=client_id,
            client_secret=client_secret,
        )
    )


def authorization_url(
    client_id: str, redirect_uri: str, state: str, authorization_uri: str = AUTHORIZATION_URI
) -> str:
    """Address of Google's consent page.

    ``access_type=offline`` with ``prompt=consent`` makes Google give a refresh token each time,
    also to a user who has agreed before.
    """
    parameters = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
    }
    return f"{authorization_uri}?{urlencode(parameters)}"


def exchange_code(
    client_id: str,
    client_secret: str,
    code: str,
    redirect_uri: str,
    token_uri: str = TOKEN_URI,
    timeout: float = 15.0,
) -> Login:
    """Trade the code of the consent page for a lasting login.

    :raise CredentialsError: refused, or the user did not tick both permissions
    :raise errors.TransportFault: the token server could not be reached
    """
    import requests

    from .errors import TransportFault, make_fault
    from .library_errors import translated

    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": client_secret,
        "code": code,
        "redirect_uri": redirect_uri,
    }
    with translated():
        # A redirect is followed nowhere: the form holds the client's secret.
        response = requests.post(token_uri, data=form, timeout=timeout, allow_redirects=False)
        if response.status_code >= 500:
            raise TransportFault(make_fault("SERVICE_UNAVAILABLE"))
    answer = read_json_object(response.content)
    if answer is None:
        raise TransportFault(make_fault("ANSWER_UNREADABLE"))
    if response.status_code != 200:
        raise CredentialsError(_refusal(answer.get("error")))
    missing = set(SCOPES) - set(str(answer.get("scope")).split())
    if missing:
        names = " and ".join(SCOPE_NAMES[scope] for scope in SCOPES if scope in missing)
        raise CredentialsError(
            _(
                "The permission “%(names)s” was not ticked on Google's page. Connect again and "
                "tick both permissions."
            ),
            names=names,
        )
    refresh_token = answer.get("refresh_token")
    if not refresh_token or not isinstance(refresh_token, str):
        raise CredentialsError(
            _(
                "Google gave no lasting login. Remove Odoo at myaccount.google.com/permissions, "
                "then connect again."
            )
        )
    return Login(refresh_token, read_lifetime(answer.get("refresh_token_expires_in")))


def read_lifetime(seconds) -> timedelta | None:
    """How long a login lasts, as a token server says it; None for no end, or nonsense.

    Google names the seconds where the user gave access for a time only
    (https://developers.google.com/identity/protocols/oauth2/web-server), and for 7 days while
    the app of the consent page is in testing (.../oauth2#expiration).
    """
    if type(seconds) is not int:  # JSON also has true, fractions and NaN
        return None
    if not 0 < seconds <= _LONGEST_LOGIN.total_seconds():
        return None
    return timedelta(seconds=seconds)


def _refusal(error) -> str:
    remedies = {
        "invalid_grant": _("Google's page was left open too long or used twice. Connect again."),
        "invalid_client": _UNKNOWN_CLIENT,
        "unauthorized_client": _UNKNOWN_CLIENT,
        "redirect_uri_mismatch": _(
            "Add the address of this Odoo that is shown on the account to the authorised redirect "
            "URIs of the OAuth client in the Google Cloud console."
        ),
    }
    return remedies.get(
        str(error), _("Google refused the login. Check client id and secret, then connect again.")
    )


def _read_json(text) -> dict:
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise CredentialsError(_("Upload or paste the key file of the service account."))
    if len(text) > MAX_LENGTH:
        raise CredentialsError(_("This file is too long for a key file of a service account."))
    info = read_json_object(text)
    if info is None:
        raise CredentialsError(
            _(
                "The key file is not complete. Copy everything from the first { to the last }, or "
                "upload the file itself."
            )
        )
    return info


def _check_email(email, project):
    """Refuse a file put together from two: Google names an account after its project."""
    name, _separator, domain = email.partition("@")
    if not name or not domain:
        raise CredentialsError(_("The client_email of the key file is not an e-mail address."))
    # "example.com:shop" is a project of a domain; its accounts end in shop.example.com
    expected = ".".join(reversed(project.split(":", 1)))
    if domain.endswith(_SERVICE_ACCOUNT_DOMAIN) and domain != expected + _SERVICE_ACCOUNT_DOMAIN:
        raise CredentialsError(
            _(
                "The key file names a project that its service account does not belong to. "
                "Download the key again and use the file unchanged."
            )
        )


def _check_private_key(info):
    from google.auth import crypt

    try:
        crypt.RSASigner.from_service_account_info(info)
    except Exception:  # every library behind it has its own; none of their texts helps a user
        raise CredentialsError(
            _(
                "The private key in the file is damaged. Download the key again and use the file "
                "unchanged."
            )
        ) from None
