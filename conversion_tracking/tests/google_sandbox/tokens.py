"""Bearer tokens: issuing them, and judging the ones that requests carry."""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

ADWORDS = "https://www.googleapis.com/auth/adwords"
DATA_MANAGER = "https://www.googleapis.com/auth/datamanager"
# google-auth names this audience in every assertion, whatever the token_uri.
GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"
KNOWN_SCOPES = {
    *(ADWORDS, DATA_MANAGER, "openid", "email", "profile"),
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
}
_LONGEST_JWT = timedelta(hours=1)
_SKEW = timedelta(minutes=5)


class TokenRefused(Exception):
    """A bearer token is not accepted.

    ``reason`` is one of ``missing``, ``malformed``, ``invalid``, ``expired``, ``revoked``.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class JwtRefused(Exception):
    """A signed assertion is not accepted; ``reason`` is Google's wording."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Token:
    """An access token's owner, scopes and end of life (aware datetime)."""

    email: str
    scopes: frozenset
    expires: datetime


class Tokens:
    """The tokens in circulation."""

    def __init__(self, sandbox, service_account_info):
        """:param service_account_info: content of the service account's JSON file"""
        self._sandbox = sandbox
        self._service_account = service_account_info["client_email"]
        private_key = service_account_info["private_key"].encode()
        self._public_key = serialization.load_pem_private_key(private_key, None).public_key()
        self._issued = {}
        self._ended = set()

    def issue(self, email, scopes):
        """Make an access token; return (token, seconds it lives)."""
        value = "ya29.sandbox-" + secrets.token_urlsafe(24)
        lifetime = timedelta(minutes=self._sandbox.switches.token_minutes)
        self._issued[value] = Token(email, frozenset(scopes), self._sandbox.clock.now() + lifetime)
        return value, int(lifetime.total_seconds())

    def expire(self, authorization):
        """End the life of the token in an ``Authorization`` header."""
        self._ended.add((authorization or "").partition(" ")[2])

    def judge(self, authorization):
        """Return the ``Token`` of an ``Authorization`` header.

        Besides our own tokens, an assertion signed by the service account itself is
        accepted, as Google does (google.aip.dev/auth/4111); its Data Manager client
        library sends those.

        :raise TokenRefused: no token, or one that is not valid now
        """
        if not authorization:
            raise TokenRefused("missing")
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise TokenRefused("malformed")
        token = self._issued.get(value) or self._self_signed(value)
        if value in self._ended or token.expires <= self._sandbox.clock.now():
            raise TokenRefused("expired")
        identity = self._sandbox.world.state["identities"].get(token.email)
        if identity is None or identity.get("revoked"):
            raise TokenRefused("revoked")
        return token

    def _self_signed(self, value):
        try:
            claims = self.claims_of(value)
        except JwtRefused:
            raise TokenRefused("invalid") from None
        # Valid by one of the accepted clocks: let it live on the sandbox's clock.
        left = timedelta(minutes=1)
        scopes = frozenset(claims.get("scope", "").split()) or KNOWN_SCOPES
        return Token(claims["iss"], scopes, self._sandbox.clock.now() + left)

    def claims_of(self, assertion, audiences=None):
        """Return the claims of a JWT signed with the service account's key.

        :param audiences: accepted values of ``aud``; ``None`` for any
        :raise JwtRefused: not a JWT, wrong signature, issuer, audience or times
        """
        try:
            signed, _, signature = assertion.encode("ascii").rpartition(b".")
            header, claims = (json.loads(_base64url(part)) for part in signed.split(b"."))
            signature = _base64url(signature)
        except (UnicodeEncodeError, ValueError, binascii.Error):
            raise JwtRefused("Bad JWT: not three base64url parts of JSON.") from None
        if header.get("alg") != "RS256":
            raise JwtRefused("Invalid JWT: the algorithm must be RS256.")
        if claims.get("iss") != self._service_account:
            raise JwtRefused("Invalid grant: account not found")
        try:
            self._public_key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise JwtRefused("Invalid JWT Signature.") from None
        if audiences and claims.get("aud") not in audiences:
            raise JwtRefused("Invalid JWT: Failed audience check.")
        if not self._times_are_right(claims):
            raise JwtRefused(
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                "reasonable timeframe. Check your iat and exp values in the JWT claim."
            )
        return claims

    def _times_are_right(self, claims):
        try:
            issued = datetime.fromtimestamp(claims["iat"], timezone.utc)
            expires = datetime.fromtimestamp(claims["exp"], timezone.utc)
        except (KeyError, TypeError, ValueError, OverflowError):
            return False
        if not timedelta(0) < expires - issued <= _LONGEST_JWT:
            return False
        clocks = {
            "machine": [datetime.now(timezone.utc)],
            "sandbox": [self._sandbox.clock.now()],
        }
        clocks["either"] = clocks["machine"] + clocks["sandbox"]
        return any(
            issued - _SKEW <= now < expires for now in clocks[self._sandbox.switches.jwt_clock]
        )


def _base64url(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
