"""A user's login: the consent page, its code, and what comes back, against the sandbox."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sandbox_world import CUSTOMER, UK_CUSTOMER

from google_ads.accounts import list_customers
from google_ads.credentials import (
    ADWORDS_SCOPE,
    DATA_MANAGER_SCOPE,
    CredentialsError,
    authorization_url,
    exchange_code,
    oauth,
)
from google_ads.errors import TransportFault

SECRET = "GOCSPX-sandbox-secret"
CALLBACK = "http://localhost:8069/conversion_tracking/google_ads/callback"


@pytest.fixture
def client_id(google):
    [client] = google.state()["oauth_clients"]
    return client


def visit(google, client_id):
    """Agree on the consent page; the parameters that Google sends back."""
    import requests

    url = authorization_url(client_id, CALLBACK, "state-1", google.auth_uri)
    url += "&login_hint=marketing%40example.com"
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    return {
        name: value
        for name, [value] in parse_qs(urlsplit(answer.headers["Location"]).query).items()
    }


def test_a_user_connects_and_sees_the_accounts(google, client_id, connect):
    sent_back = visit(google, client_id)
    assert sent_back["state"] == "state-1"
    given = exchange_code(client_id, SECRET, sent_back["code"], CALLBACK, google.token_uri)
    assert given.lasts is None
    login = oauth(client_id, SECRET, given.refresh_token, google.token_uri)
    accounts = [customer.id for customer in list_customers(connect("", credentials=login))]
    assert sorted(accounts) == [CUSTOMER, UK_CUSTOMER]
    assert login.granted_scopes == {ADWORDS_SCOPE, DATA_MANAGER_SCOPE}


def test_a_login_to_an_app_in_testing_ends(google, client_id, connect):
    google.update(f"oauth_clients/{client_id}/publishing_status", "testing")
    code = visit(google, client_id)["code"]
    given = exchange_code(client_id, SECRET, code, CALLBACK, google.token_uri)
    assert given.lasts == timedelta(days=7)
    login = oauth(client_id, SECRET, given.refresh_token, google.token_uri)
    google.advance(given.lasts)
    with pytest.raises(TransportFault) as caught:
        list_customers(connect("", credentials=login))
    assert caught.value.fault.code == "LOGIN_REVOKED"


def refusal(*arguments):
    with pytest.raises(CredentialsError) as caught:
        exchange_code(*arguments)
    return str(caught.value)


def test_a_code_is_good_once(google, client_id):
    code = visit(google, client_id)["code"]
    exchange_code(client_id, SECRET, code, CALLBACK, google.token_uri)
    assert "Connect again" in refusal(client_id, SECRET, code, CALLBACK, google.token_uri)


@pytest.mark.parametrize(
    ("scope", "missing"),
    [(ADWORDS_SCOPE, "Data Manager"), (DATA_MANAGER_SCOPE, "AdWords")],
)
def test_a_user_who_ticks_one_permission_only(google, client_id, scope, missing):
    google.switch("consent_scopes", [scope])
    code = visit(google, client_id)["code"]
    message = refusal(client_id, SECRET, code, CALLBACK, google.token_uri)
    assert missing in message
    assert "tick both" in message


def test_a_user_who_refuses(google, client_id):
    google.switch("consent", "deny")
    assert visit(google, client_id)["error"] == "access_denied"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_id": "nobody"}, "client id and secret"),
        ({"secret": "wrong"}, "client id and secret"),
        ({"code": "invented"}, "Connect again"),
        ({"callback": "https://elsewhere.example/callback"}, "redirect URIs"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(google, client_id, change, words):
    values = {
        "client_id": client_id,
        "secret": SECRET,
        "code": visit(google, client_id)["code"],
        "callback": CALLBACK,
    } | change
    message = refusal(*values.values(), google.token_uri)
    assert words in message
    assert SECRET not in message


@pytest.mark.parametrize("fault", ["drop_before", "truncate", "status"])
def test_a_token_server_in_trouble_is_no_wrong_login(google, client_id, fault):
    code = visit(google, client_id)["code"]
    google.fault(fault, api="oauth", method="token", code=503)
    with pytest.raises(TransportFault) as caught:
        exchange_code(client_id, SECRET, code, CALLBACK, google.token_uri)
    assert caught.value.fault.error_class == "retry"


def test_an_expired_refresh_token(google, client_id, connect):
    login = oauth(client_id, SECRET, "1//long-gone", google.token_uri)
    with pytest.raises(TransportFault) as caught:
        list_customers(connect("", credentials=login))
    assert caught.value.fault.code == "LOGIN_REVOKED"
    assert "1//long-gone" not in caught.value.fault.raw
