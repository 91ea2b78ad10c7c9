"""Keys and logins: what is wrong with them is said in words that a marketing manager knows."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads import credentials
from google_ads.credentials import CredentialsError, Login, parse_service_account, read_lifetime
from google_ads.json_object import read_json_object


@pytest.fixture(scope="module")
def key_file():
    """A key file as Google's console makes it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "tulip-solar-crm",
        "private_key_id": "0a1b",
        "private_key": pem.decode(),
        "client_email": "odoo@tulip-solar-crm.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    }


def refusal(text):
    with pytest.raises(CredentialsError) as caught:
        parse_service_account(text)
    return str(caught.value)


def test_a_whole_key_file_is_accepted(key_file):
    text = json.dumps(key_file)
    assert parse_service_account(text) == key_file
    assert parse_service_account(f"\ufeff\n {text} \n".encode()) == key_file


@pytest.mark.parametrize(
    ("project", "email"),
    [
        ("example.com:shop", "odoo@shop.example.com.iam.gserviceaccount.com"),
        ("tulip-solar-crm", "418209911234-compute@developer.gserviceaccount.com"),
    ],
)
def test_older_kinds_of_service_accounts_are_accepted(key_file, project, email):
    older = key_file | {"project_id": project, "client_email": email}
    assert parse_service_account(json.dumps(older))["client_email"] == email


@pytest.mark.parametrize("length", [1, 40, 500, -3])
def test_a_truncated_file(key_file, length):
    assert "not complete" in refusal(json.dumps(key_file)[:length])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Upload or paste"),
        ("[]", "not complete"),
        ("null", "not complete"),
        (b"\xff\xfe\x00", "not complete"),
        ("[" * 15_000, "not complete"),
        ('{"a":' * 3_000 + "1" + "}" * 3_000, "not complete"),
        ("9" * 10_000, "not complete"),
        ("x" * 30_000, "too long"),
        ('{"installed": {"client_id": "x"}}', "OAuth"),
        ('{"web": {"client_id": "x"}}', "OAuth"),
        ('{"type": "authorized_user"}', "OAuth"),
        ('{"type": "external_account"}', "Service Accounts"),
    ],
)
def test_another_file(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_email": ""}, "client_email"),
        ({"private_key": None}, "private_key"),
        ({"project_id": 5}, "project_id"),
        ({"token_uri": "  "}, "token_uri"),
        ({"token_uri": "http://oauth2.googleapis.com/token"}, "https://"),
        ({"client_email": "odoo"}, "not an e-mail"),
        ({"project_id": "another-project"}, "does not belong to"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"}, "damaged"),
    ],
)
def test_a_file_that_was_changed(key_file, change, words):
    assert words in refusal(json.dumps(key_file | change))


def test_no_message_quotes_the_key(key_file):
    damaged = key_file | {"private_key": key_file["private_key"][:-200] + "SECRETPART"}
    with pytest.raises(CredentialsError) as caught:
        parse_service_account(json.dumps(damaged))
    assert "SECRETPART" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(CredentialsError) as caught:
        parse_service_account(json.dumps(key_file)[:-1])
    assert caught.value.__context__ is None  # a JSON error holds the whole text


def test_credentials_do_not_show_themselves(key_file):
    assert repr(credentials.service_account(key_file)) == "<AccessToken>"
    assert "secret" not in repr(credentials.oauth("id", "secret", "secret-token"))
    assert "secret" not in repr(Login("secret-token"))


def test_a_login_lasts_as_long_as_google_says():
    assert read_lifetime(604_799) == timedelta(days=7, seconds=-1)
    assert read_lifetime(1) == timedelta(seconds=1)


@pytest.mark.parametrize(
    "text",
    [
        *("null", "0", "-1", "true", "false", "1.5", "604799.0", "1e400", "NaN", "-Infinity"),
        *('"604799"', '"soon"', "[604799]", '{"seconds": 604799}', "315360001", "9" * 4_000),
    ],
)
def test_an_end_that_makes_no_sense_is_no_end(text):
    answer = read_json_object(f'{{"refresh_token_expires_in": {text}}}')
    assert read_lifetime(answer["refresh_token_expires_in"]) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_google_says_of_the_end_is_a_time_to_come_or_nothing(value):
    lasts = read_lifetime(value)
    assert lasts is None or timedelta(0) < lasts <= timedelta(days=3_650)


def test_the_consent_page_is_asked_for_both_permissions_and_a_lasting_login():
    url = credentials.authorization_url("client", "https://shop.example/callback", "bound-state")
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert query["scope"] == [f"{credentials.ADWORDS_SCOPE} {credentials.DATA_MANAGER_SCOPE}"]
    assert query["access_type"] == ["offline"]
    assert query["prompt"] == ["consent"]
    assert query["state"] == ["bound-state"]
    assert query["redirect_uri"] == ["https://shop.example/callback"]
