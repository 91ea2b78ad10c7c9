"""The sandbox's OAuth endpoints, driven by google-auth and by plain requests."""

import json
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth import crypt, exceptions, jwt
from google.auth.transport.requests import Request
from google.oauth2 import credentials as user_credentials

CLIENT = {
    "client_id": "418209911234-sandbox.apps.googleusercontent.com",
    "client_secret": "GOCSPX-sandbox-secret",
}
ADWORDS = "https://www.googleapis.com/auth/adwords"
DATA_MANAGER = "https://www.googleapis.com/auth/datamanager"
REDIRECT = "http://localhost:8069/google_ads/callback"


@pytest.fixture
def assertion(google):
    """Make a signed assertion; arguments replace its claims."""

    def make(signer_info=None, **claims):
        now = int(time.time())
        signer = crypt.RSASigner.from_service_account_info(
            signer_info or google.service_account_info
        )
        defaults = {
            "iss": google.service_account_info["client_email"],
            "aud": google.token_uri,
            "iat": now,
            "exp": now + 3600,
            "scope": ADWORDS,
        }
        return jwt.encode(signer, defaults | claims).decode()

    return make


@pytest.fixture
def token_answer(google):
    """Post a form to the token endpoint; return status and JSON."""

    def post(**form):
        answer = requests.post(google.token_uri, data=form, timeout=10)
        return answer.status_code, answer.json()

    return post


@pytest.fixture
def jwt_answer(token_answer, assertion):
    """Ask for a token with a signed assertion."""

    def post(**claims):
        return token_answer(
            grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer",
            assertion=assertion(**claims),
        )

    return post


@pytest.fixture
def consent(google):
    """Open the consent page; return the answer, or the parameters of its redirect."""

    def open_page(**parameters):
        parameters = {
            "client_id": CLIENT["client_id"],
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": f"{ADWORDS} {DATA_MANAGER}",
            "state": "bound-to-the-browser",
            "access_type": "offline",
        } | parameters
        answer = requests.get(google.auth_uri, params=parameters, allow_redirects=False, timeout=10)
        if answer.status_code != 302:
            return answer
        return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    return open_page


def test_service_account_signs_in(sign_in):
    """A service account's signed assertion is exchanged for a bearer token."""
    credentials = sign_in("adwords")
    credentials.refresh(Request())
    assert credentials.valid
    assert credentials.token.startswith("ya29.")


def test_token_lists_what_it_is_for(jwt_answer):
    """The answer names type, scopes and lifetime."""
    status, answer = jwt_answer(scope=f"{ADWORDS} {DATA_MANAGER}")
    assert status == 200
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600
    assert answer["scope"] == f"{ADWORDS} {DATA_MANAGER}"


def test_signature_is_checked(jwt_answer, google):
    """An assertion signed with another key is refused."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    from google_sandbox.certificates import pem

    other_key = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    forged = google.service_account_info | {"private_key": other_key}
    assert jwt_answer(signer_info=forged) == (
        400,
        {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
    )


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "https://example.com/token"}, id="audience"),
        pytest.param({"iss": "somebody@example.com"}, id="issuer"),
        pytest.param({"exp": int(time.time()) - 10}, id="expired"),
        pytest.param({"iat": int(time.time()) + 3000}, id="clock ahead"),
        pytest.param({"iat": int(time.time()) - 7200}, id="clock behind"),
        pytest.param({"exp": int(time.time()) + 8000}, id="too long"),
        pytest.param({"exp": None}, id="no expiry"),
    ],
)
def test_wrong_claims_are_refused(jwt_answer, claims):
    """Audience, issuer and both times of an assertion must be right."""
    status, answer = jwt_answer(**claims)
    assert (status, answer["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("scope", ["", "https://www.googleapis.com/auth/unknown"])
def test_scopes_must_be_known(jwt_answer, scope):
    """Without a known scope there is no token."""
    status, answer = jwt_answer(scope=scope)
    assert (status, answer["error"]) == (400, "invalid_scope")


def test_acting_as_somebody_needs_delegation(jwt_answer, google):
    """A subject other than the service account needs domain-wide delegation."""
    status, answer = jwt_answer(sub="marketing@example.com")
    assert (status, answer["error"]) == (401, "unauthorized_client")
    email = google.service_account_info["client_email"]
    google.update(f"identities/{email}/may_act_as", ["marketing@example.com"])
    assert jwt_answer(sub="marketing@example.com")[0] == 200


@pytest.mark.parametrize("nonsense", ["", "a.b", "a.b.c", "Ω.Ω.Ω", "e30.e30.e30"])
def test_damaged_assertion_is_refused(token_answer, nonsense):
    """Whatever is no signed assertion gives an OAuth error, never a server error."""
    status, answer = token_answer(
        grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=nonsense
    )
    assert (status, answer["error"]) == (400, "invalid_grant")


def test_client_with_a_wrong_clock_is_refused_by_the_strict_switch(jwt_answer, google):
    """A client whose clock is hours behind Google's gets no token."""
    google.advance(timedelta(hours=3))
    assert jwt_answer()[0] == 200  # the sandbox's clock moved, the client's could not
    google.switch("jwt_clock", "sandbox")
    status, answer = jwt_answer()
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert "reasonable timeframe" in answer["error_description"]


def test_removed_service_account_cannot_sign_in(google, sign_in):
    """google-auth reports a deleted account as a refresh error."""
    google.remove(f"identities/{google.service_account_info['client_email']}")
    with pytest.raises(exceptions.RefreshError, match="account not found"):
        sign_in().refresh(Request())


def test_refresh_token_gives_an_access_token(google):
    """google-auth exchanges a refresh token of a known OAuth client."""
    credentials = user_credentials.Credentials(
        None,
        refresh_token="1//sandbox-refresh-token",
        token_uri=google.token_uri,
        scopes=[ADWORDS],
        **CLIENT,
    )
    credentials.refresh(Request())
    assert credentials.valid
    assert set(credentials.granted_scopes) == {ADWORDS, DATA_MANAGER}


def test_revoked_refresh_token_is_an_invalid_grant(google, token_answer):
    """After a revocation the refresh token is worth nothing."""
    revoke = google.token_uri.replace("/token", "/revoke")
    form = {"token": "1//sandbox-refresh-token"}
    assert requests.post(revoke, data=form, timeout=10).status_code == 200
    assert requests.post(revoke, data=form, timeout=10).status_code == 400
    status, answer = token_answer(
        grant_type="refresh_token", refresh_token="1//sandbox-refresh-token", **CLIENT
    )
    assert (status, answer["error"]) == (400, "invalid_grant")


def test_oauth_client_must_be_right(token_answer):
    """An unknown client or a wrong secret is refused."""
    wrong_secret = CLIENT | {"client_secret": "wrong"}
    unknown = CLIENT | {"client_id": "somebody"}
    for client in (wrong_secret, unknown):
        status, answer = token_answer(
            grant_type="refresh_token", refresh_token="1//sandbox-refresh-token", **client
        )
        assert (status, answer["error"]) == (401, "invalid_client")


def test_other_grants_are_unsupported(token_answer):
    """Only the three grants are spoken."""
    assert token_answer(grant_type="password")[1]["error"] == "unsupported_grant_type"


def test_consent_leads_to_a_refresh_token(consent, token_answer):
    """Consent redirects with code and state; the code is exchanged once."""
    redirect = consent()
    assert redirect["state"] == "bound-to-the-browser"
    form = {"grant_type": "authorization_code", "code": redirect["code"], **CLIENT}
    status, answer = token_answer(redirect_uri=REDIRECT, **form)
    assert status == 200
    again = token_answer(
        grant_type="refresh_token", refresh_token=answer["refresh_token"], **CLIENT
    )
    assert again[0] == 200
    assert token_answer(redirect_uri=REDIRECT, **form)[1]["error"] == "invalid_grant"


def test_second_consent_has_no_refresh_token_unless_forced(consent, token_answer):
    """Google gives a refresh token at the first consent, later only with prompt=consent."""

    def exchange(**parameters):
        code = consent(**parameters)["code"]
        return token_answer(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT, **CLIENT
        )[1]

    assert "refresh_token" in exchange()
    assert "refresh_token" not in exchange()
    assert "refresh_token" in exchange(prompt="consent")
    assert "refresh_token" not in exchange(prompt="consent", access_type="online")


@pytest.fixture
def login(consent, token_answer):
    """Agree on the consent page; return the token endpoint's answer to the code."""

    def agree(**parameters):
        code = consent(prompt="consent", **parameters)["code"]
        return token_answer(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT, **CLIENT
        )[1]

    return agree


def test_a_login_to_an_app_in_testing_ends_after_seven_days(google, login, token_answer):
    """The answer says so in seconds; the token then is worth nothing."""
    lasting = login()
    assert "refresh_token_expires_in" not in lasting
    google.update(f"oauth_clients/{CLIENT['client_id']}/publishing_status", "testing")
    ending = login()
    assert ending["refresh_token_expires_in"] == 7 * 24 * 3600
    form = {"grant_type": "refresh_token", **CLIENT}
    google.advance(timedelta(days=6, hours=23))
    assert token_answer(refresh_token=ending["refresh_token"], **form)[0] == 200
    google.advance(timedelta(hours=1))
    status, answer = token_answer(refresh_token=ending["refresh_token"], **form)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert token_answer(refresh_token=lasting["refresh_token"], **form)[0] == 200


def test_a_login_for_name_and_email_only_has_no_end(google, login):
    """Google exempts what asks for no more than who somebody is."""
    google.update(f"oauth_clients/{CLIENT['client_id']}/publishing_status", "testing")
    assert "refresh_token_expires_in" not in login(scope="openid email profile")


def test_code_is_bound_to_redirect_address_and_time(google, consent, token_answer):
    """A code works only with its own redirect address, and for ten minutes."""
    form = {"grant_type": "authorization_code", **CLIENT}
    status, answer = token_answer(
        code=consent()["code"], redirect_uri="http://localhost/other", **form
    )
    assert (status, answer["error"]) == (400, "redirect_uri_mismatch")
    code = consent()["code"]
    google.advance(timedelta(minutes=11))
    assert token_answer(code=code, redirect_uri=REDIRECT, **form)[1]["error"] == "invalid_grant"


def test_code_challenge_is_checked(consent, token_answer):
    """With PKCE, only the holder of the verifier can use the code."""
    import base64
    import hashlib

    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, **CLIENT}
    for given, status in (("w" * 43, 400), (verifier, 200)):
        code = consent(code_challenge=challenge, code_challenge_method="S256")["code"]
        assert token_answer(code=code, code_verifier=given, **form)[0] == status


def test_user_may_refuse(google, consent):
    """A refused consent redirects with an error and the state."""
    google.switch("consent", "deny")
    assert consent() == {"error": "access_denied", "state": "bound-to-the-browser"}


def test_user_may_tick_only_some_scopes(google, consent, token_answer):
    """The granted scopes can be fewer than those asked for."""
    google.switch("consent_scopes", [ADWORDS])
    redirect = consent()
    assert redirect["scope"] == ADWORDS
    answer = token_answer(
        grant_type="authorization_code", code=redirect["code"], redirect_uri=REDIRECT, **CLIENT
    )[1]
    assert answer["scope"] == ADWORDS


def test_consent_page_can_be_looked_at(google, consent):
    """Asked to, the consent page shows two links that decide."""
    google.switch("consent", "ask")
    page = consent()
    assert page.status_code == 200
    assert "decision=grant" in page.text
    assert "decision=deny" in page.text
    assert "code" in consent(decision="grant")
    assert consent(decision="deny")["error"] == "access_denied"


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "invalid_request"),
        ({"scope": "https://www.googleapis.com/auth/unknown"}, "invalid_scope"),
    ],
)
def test_wrong_consent_request_is_not_redirected(consent, parameters, title):
    """Google shows an error page rather than sending anything to a foreign address."""
    answer = consent(**parameters)
    assert answer.status_code >= 400
    assert title in answer.text


def test_token_dies_by_the_sandbox_clock(google, web):
    """After an hour of the sandbox's time a token is refused; google-auth gets another."""
    status_url = f"{google.data_manager_endpoint}/v1/requestStatus:retrieve?requestId=x"
    web.credentials.refresh(Request())
    old = web.credentials.token
    google.advance(timedelta(minutes=61))
    plain = requests.get(status_url, headers={"Authorization": f"Bearer {old}"}, timeout=10)
    assert plain.status_code == 401
    assert plain.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_EXPIRED"
    assert web.get(status_url).status_code == 400  # signed in again; only the id is wrong
    assert web.credentials.token != old


def test_tokens_are_not_kept_in_the_requests(google, web):
    """The record of requests leaves bearer tokens out."""
    web.get(f"{google.data_manager_endpoint}/v1/requestStatus:retrieve?requestId=x")
    kept = json.dumps([entry for entry in google.requests() if entry["api"] != "oauth"])
    assert web.credentials.token not in kept
