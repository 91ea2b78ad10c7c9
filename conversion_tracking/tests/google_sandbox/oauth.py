"""The OAuth endpoints: token, consent and revocation.

Sources: developers.google.com/identity/protocols/oauth2/service-account and
.../oauth2/web-server for the parameters and the wording of errors.

An OAuth client with ``publishing_status`` "testing" in the world's state (else "production")
belongs to an app that is not published: its refresh tokens end after 7 days, and the answer
that gives one names the seconds left as ``refresh_token_expires_in``. Not so where only name,
e-mail and profile are asked for. Published, tokens have no end and the answer names none.
Source: developers.google.com/identity/protocols/oauth2#expiration and .../web-server, "Token
response".
"""

import base64
import hashlib
import html
import secrets
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from .tokens import ADWORDS, DATA_MANAGER, GOOGLE_TOKEN_URI, KNOWN_SCOPES, JwtRefused
from .web import Answer, json_answer

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CODE_LIFETIME = timedelta(minutes=10)
_TESTING_LIFETIME = timedelta(days=7)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class _Refused(Exception):
    """An OAuth error answer: ``error`` code, description, HTTP status."""

    def __init__(self, error, description, status=400):
        super().__init__(error)
        self.answer = json_answer({"error": error, "error_description": description}, status=status)


class OAuth:
    """Grants tokens by the rules of Google's token endpoint."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._codes = {}
        self._consented = set()
        self._ends = {}  # of refresh tokens that have an end

    # -- POST /token ----------------------------------------------------------------------

    def token(self, request):
        """Answer a token request of one of the three grants."""
        form = _single(parse_qs(request.body.decode("utf-8", "replace")))
        grants = {
            _JWT_BEARER: self._service_account_grant,
            "refresh_token": self._refresh_grant,
            "authorization_code": self._code_grant,
        }
        try:
            if form.get("grant_type") not in grants:
                raise _Refused(
                    "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}"
                )
            return json_answer(grants[form["grant_type"]](form))
        except _Refused as refused:
            return refused.answer

    def _service_account_grant(self, form):
        try:
            claims = self._sandbox.tokens.claims_of(
                form.get("assertion", ""),
                audiences={self._sandbox.addresses["token_uri"], GOOGLE_TOKEN_URI},
            )
        except JwtRefused as refused:
            raise _Refused("invalid_grant", refused.reason) from None
        email = claims.get("sub") or claims["iss"]
        identity = self._identity(claims["iss"])
        if email != claims["iss"] and email not in identity.get("may_act_as", ()):
            raise _Refused(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or "
                "client not authorized for any of the scopes requested.",
                401,
            )
        scopes = claims.get("scope", "").split()
        if not scopes or not KNOWN_SCOPES.issuperset(scopes):
            raise _Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._bearer(email, scopes)

    def _refresh_grant(self, form):
        self._check_client(form)
        if self._is_over(form.get("refresh_token")):
            raise _Refused("invalid_grant", "Token has been expired or revoked.")
        for email, identity in self._sandbox.world.state["identities"].items():
            scopes = identity.get("refresh_tokens", {}).get(form.get("refresh_token"))
            if scopes is not None:
                self._identity(email)
                return self._bearer(email, scopes)
        raise _Refused("invalid_grant", "Token has been expired or revoked.")

    def _code_grant(self, form):
        client_id = self._check_client(form)
        code = self._codes.pop(form.get("code"), None)
        if code is None or code["expires"] <= self._sandbox.clock.now():
            raise _Refused("invalid_grant", "Malformed auth code.")
        if code["client_id"] != client_id:
            raise _Refused("invalid_grant", "The code was issued to another client.")
        if code["redirect_uri"] != form.get("redirect_uri"):
            raise _Refused("redirect_uri_mismatch", "Bad Request")
        if code["challenge"] and code["challenge"] != _challenge(form.get("code_verifier", "")):
            raise _Refused("invalid_grant", "Invalid code verifier.")
        granted = self._bearer(code["email"], code["scopes"])
        if code["offline"]:
            refresh_token = "1//sandbox-" + secrets.token_urlsafe(24)
            identity = self._identity(code["email"])
            identity.setdefault("refresh_tokens", {})[refresh_token] = list(code["scopes"])
            granted["refresh_token"] = refresh_token
            if self._is_limited(client_id, code["scopes"]):
                self._ends[refresh_token] = self._sandbox.clock.now() + _TESTING_LIFETIME
                granted["refresh_token_expires_in"] = int(_TESTING_LIFETIME.total_seconds())
        return granted

    def _is_limited(self, client_id, scopes):
        client = self._sandbox.world.state["oauth_clients"][client_id]
        in_testing = client.get("publishing_status") == "testing"
        return in_testing and not {ADWORDS, DATA_MANAGER}.isdisjoint(scopes)

    def _is_over(self, refresh_token):
        end = self._ends.get(refresh_token)
        return end is not None and end <= self._sandbox.clock.now()

    def _bearer(self, email, scopes):
        token, seconds = self._sandbox.tokens.issue(email, scopes)
        return {
            "access_token": token,
            "expires_in": seconds,
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }

    def _identity(self, email):
        identity = self._sandbox.world.state["identities"].get(email)
        if identity is None:
            raise _Refused("invalid_grant", "Invalid grant: account not found")
        if identity.get("revoked"):
            raise _Refused("invalid_grant", "Token has been expired or revoked.")
        return identity

    def _check_client(self, form):
        client = self._sandbox.world.state["oauth_clients"].get(form.get("client_id"))
        if client is None:
            raise _Refused("invalid_client", "The OAuth client was not found.", 401)
        if not secrets.compare_digest(client["secret"], form.get("client_secret", "")):
            raise _Refused("invalid_client", "Unauthorized", 401)
        return form["client_id"]

    # -- GET /o/oauth2/v2/auth ------------------------------------------------------------

    def consent(self, request):
        """Answer the consent page: redirect with a code, with an error, or ask.

        Parameters that Google refuses before it redirects anywhere (unknown client,
        foreign redirect address) give a plain error page.
        """
        query = _single(request.query)
        client = self._sandbox.world.state["oauth_clients"].get(query.get("client_id"))
        if client is None:
            return _page("Error 401: invalid_client", "The OAuth client was not found.", 401)
        redirect_uri = query.get("redirect_uri", "")
        allowed = client.get("redirect_uris")
        if not (
            redirect_uri in allowed if allowed else urlsplit(redirect_uri).hostname in _LOOPBACK
        ):
            return _page("Error 400: redirect_uri_mismatch", html.escape(redirect_uri), 400)
        scopes = query.get("scope", "").split()
        if query.get("response_type") != "code" or not scopes:
            return _page("Error 400: invalid_request", "response_type and scope needed.", 400)
        if not KNOWN_SCOPES.issuperset(scopes):
            return _page("Error 400: invalid_scope", html.escape(query["scope"]), 400)
        decision = query.get("decision") or self._sandbox.switches.consent
        if decision == "ask":
            return self._ask(request)
        answer = (
            {"code": self._new_code(query, scopes), "scope": " ".join(self._kept(scopes))}
            if decision == "grant"
            else {"error": "access_denied"}
        )
        if "state" in query:
            answer["state"] = query["state"]
        joint = "&" if urlsplit(redirect_uri).query else "?"
        return Answer(302, b"", headers={"Location": redirect_uri + joint + urlencode(answer)})

    def _kept(self, scopes):
        ticked = self._sandbox.switches.consent_scopes
        return [scope for scope in scopes if ticked is None or scope in ticked]

    def _new_code(self, query, scopes):
        identities = self._sandbox.world.state["identities"]
        email = next(name for name, entry in identities.items() if entry["kind"] == "user")
        # Google hands out a refresh token at the first consent, later only when the
        # consent page is forced.
        pair = (query["client_id"], email)
        offline = query.get("access_type") == "offline" and (
            pair not in self._consented or "consent" in query.get("prompt", "").split()
        )
        self._consented.add(pair)
        code = "4/sandbox-" + secrets.token_urlsafe(24)
        self._codes[code] = {
            "client_id": query["client_id"],
            "redirect_uri": query["redirect_uri"],
            "scopes": self._kept(scopes),
            "email": email,
            "offline": offline,
            "challenge": query.get("code_challenge"),
            "expires": self._sandbox.clock.now() + _CODE_LIFETIME,
        }
        return code

    def _ask(self, request):
        buttons = "".join(
            f'<a href="{html.escape(request.target)}&amp;decision={decision}">{label}</a> '
            for decision, label in (("grant", "Allow"), ("deny", "Cancel"))
        )
        return _page("Sign in with Google (sandbox)", buttons, 200)

    # -- POST /revoke ---------------------------------------------------------------------

    def revoke(self, request):
        """Withdraw a refresh token."""
        form = _single(parse_qs(request.body.decode("utf-8", "replace")))
        for identity in self._sandbox.world.state["identities"].values():
            if identity.get("refresh_tokens", {}).pop(form.get("token"), None) is not None:
                return json_answer({})
        return json_answer({"error": "invalid_token"}, status=400)


def _single(parameters):
    return {name: values[0] for name, values in parameters.items()}


def _challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _page(title, body, status):
    text = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{body}</p>"
    return Answer(status, text.encode(), content_type="text/html; charset=utf-8")
