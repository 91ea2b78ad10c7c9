"""E-mail addresses and phone numbers are normalised and hashed as Google's page says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads.hashing import hashed_identifiers, normalise_email, normalise_phone, sha256_hex

# From Google's own examples (github.com/googleads/data-manager-python)
ALEX = "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"
PHONE = "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"


def test_googles_known_answers():
    assert hashed_identifiers(" AlexZ@example.com", "(800) 555-0100", "US") == [
        {"email_address": ALEX},
        {"phone_number": PHONE},
    ]
    assert sha256_hex("alexz@example.com") == ALEX
    assert sha256_hex("+18005550100") == PHONE


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com"),
        ("Jane.Doe+Shopping@googlemail.com", "janedoe@googlemail.com"),
        ("Jane.Doe+Shopping@Example.com", "jane.doe+shopping@example.com"),
        (" jane @ example.com\n", "jane@example.com"),
        ("jane@gmail.com.example.org", "jane@gmail.com.example.org"),
        ("+shop@gmail.com", ""),
        ("jane", ""),
        ("jane@localhost", ""),
        ("jane@example.com, joe@example.com", ""),
        ("Jane <jane@example.com>", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_email(typed, normalised):
    assert normalise_email(typed) == normalised


@pytest.mark.parametrize(
    ("typed", "country", "normalised"),
    [
        ("0170 1234567", "DE", "+491701234567"),
        ("+49 (0) 170 / 1234567", "", "+491701234567"),
        ("0049 170 1234567", "", "+491701234567"),
        ("0049 170 1234567", "de", "+491701234567"),
        ("+1 800 555 0100 ext. 12", "DE", "+18005550100"),
        ("0170 1234567", "", ""),
        ("0170 1234567", "XX", ""),
        ("1", "DE", ""),
        ("call me", "DE", ""),
        ("", "DE", ""),
        (None, "", ""),
    ],
)
def test_phone(typed, country, normalised):
    assert normalise_phone(typed, country) == normalised


def test_nothing_is_never_hashed():
    assert hashed_identifiers("", "") == []
    assert hashed_identifiers(" ", "n/a", "DE") == []
    with pytest.raises(ValueError):
        sha256_hex("")


@given(st.text())
def test_a_normalised_email_stays_as_it_is(text):
    once = normalise_email(text)
    assert normalise_email(once) == once
    assert not re.search(r"\s", once)


@given(st.text(), st.sampled_from(["", "DE", "US", "??"]))
def test_a_normalised_phone_is_e164_and_stays_as_it_is(text, country):
    once = normalise_phone(text, country)
    assert re.fullmatch(r"(\+[0-9]{5,18})?", once)
    assert normalise_phone(once, country) == once


@given(st.emails(), st.text())
def test_hashes_are_64_lower_case_hex_digits(email, phone):
    for identifier in hashed_identifiers(email, phone, "DE"):
        [digest] = identifier.values()
        assert re.fullmatch("[0-9a-f]{64}", digest)
