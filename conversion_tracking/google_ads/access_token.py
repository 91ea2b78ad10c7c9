"""The one kind of credentials that the clients are given. Imports google-auth: import lazily."""

from functools import partial

from google.auth import credentials
from google.auth.transport.requests import Request

TIMEOUT = 15.0  # seconds for one request to the token server


class AccessToken(credentials.Credentials):
    """Access tokens of ``source``, and nothing else of it.

    Given bare service-account credentials, Google's libraries do two things we do not want: sign
    their own tokens instead of asking the token server that the key names, and look up the
    account's "regional access boundary" at iamcredentials.googleapis.com in a background thread
    after each call, with our token, whatever endpoint is configured (google-auth 2.62,
    ``CredentialsWithRegionalAccessBoundary``).
    """

    def __init__(self, source):
        super().__init__()
        self._source = source
        self._request = Request()

    @property
    def granted_scopes(self):
        """Scopes that the token server named, None when it named none."""
        return getattr(self._source, "granted_scopes", None)

    def refresh(self, request=None):
        """Ask the token server for a new access token.

        :raise google.auth.exceptions.GoogleAuthError: refused, or the server did not answer
        """
        # The request that gRPC passes has a time limit of two minutes, far beyond a call's own.
        self._source.refresh(partial(self._request, timeout=TIMEOUT))
        self.token = self._source.token
        self.expiry = self._source.expiry

    def __repr__(self):
        return f"<{type(self).__name__}>"
