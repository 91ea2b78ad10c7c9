"""The one kind of credentials that the clients are given. Imports google-auth: import lazily."""

from google.auth import credentials
from google.auth.transport.requests import Request

from .json_object import read_json_object

TIMEOUT = 15.0  # seconds for one request to the token server


class AccessToken(credentials.Credentials):
    """Access tokens of ``source``, and nothing else of it.

    Given bare service-account credentials, Google's libraries do two things we do not want: sign
    their own tokens instead of asking the token server that the key names, and look up the
    account's "regional access boundary" at iamcredentials.googleapis.com in a background thread
    after each call, with our token, whatever endpoint is configured (google-auth 2.62,
    ``CredentialsWithRegionalAccessBoundary``).

    :ivar granted_scopes: scopes that the token server named; None when it named none, as Google
        does for service accounts
    """

    def __init__(self, source):
        super().__init__()
        self._source = source
        self._request = Request()
        self.granted_scopes = None

    def refresh(self, request=None):
        """Ask the token server for a new access token.

        :param request: ignored; gRPC passes one that waits for two minutes
        :raise google.auth.exceptions.GoogleAuthError: refused, or the server did not answer
        """
        self._source.refresh(self._ask)
        self.token = self._source.token
        self.expiry = self._source.expiry

    def _ask(self, url, method="GET", body=None, headers=None, **_options):
        response = self._request(url, method, body, headers, timeout=TIMEOUT)
        scope = (read_json_object(response.data) or {}).get("scope")
        self.granted_scopes = frozenset(scope.split()) if isinstance(scope, str) else None
        return response

    def __repr__(self):
        return f"<{type(self).__name__}>"
