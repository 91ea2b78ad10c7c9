"""E-mail addresses and phone numbers are normalised and hashed as Google's page says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_ads.hashing import (
    given_address,
    hashed_identifiers,
    normalise_email,
    normalise_phone,
    sha256_hex,
)

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
        ("jane@example.com joe@example.com", ""),
        # Google removes the white space between, too
        ("jane doe@example.org", "janedoe@example.org"),
        ("jane\u00a0@example.org", "jane@example.org"),
        # what nobody sees would be hashed with the rest
        ("ja\u200bne@example.org", ""),
        ("\ufeffjane@example.org", ""),
        ("jane@example.org\u200e", ""),
        ("jane@exam\u00adple.org", ""),
        ("jane\x00@example.org", ""),
        ("jane\ud800@example.org", ""),
        # dots at an end, and two of them
        ("jane@example.org.", ""),
        ("jane.@example.org", ""),
        (".jane@example.org", ""),
        ("jane..doe@example.org", ""),
        ("jane@example..org", ""),
        ("jane@.example.org", ""),
        ("jane@-example.org", ""),
        ("jane@exam_ple.org", ""),
        # letters that look like others, or become others in lower case
        ("\uff4a\uff41\uff4e\uff45@example.org", ""),
        ("jane@example\uff0eorg", ""),
        ("jane\uff20example.org", ""),
        ("\u212aane@example.org", ""),
        ("jo\u0308rg@example.org", ""),
        ("\u0130pek@example.org", ""),
        # letters of a language are letters
        ("J\u00d6rg@m\u00fcller.example", "j\u00f6rg@m\u00fcller.example"),
        ("o'neil_%&*@sub-domain.example.org", "o'neil_%&*@sub-domain.example.org"),
        ("mailto:jane@example.org", ""),
        ("<jane@example.org>", ""),
        ("jane@example.org (home)", ""),
        ('"jane doe"@example.org', ""),
        (f"{'a' * 243}@example.org", ""),
        (" " * 320 + "jane@example.org", ""),
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
        ("(+49) 170 / 123-45-67", "", "+491701234567"),
        ("\u202a+49\u00a0170\u00a01234567\u202c", "NL", "+491701234567"),
        ("+49\u2011170\u20111234567", "", "+491701234567"),
        ("\u0660\u0661\u0667\u0660 1234567", "DE", "+491701234567"),
        # forgotten plus: either of two numbers, or one only
        ("49 170 1234567", "DE", ""),
        ("491701234567", "NL", ""),
        ("491701234567", "", ""),
        ("49 30 901820", "DE", "+4930901820"),
        ("31 6 12345678", "NL", "+31612345678"),
        ("1 800 555 0100", "US", "+18005550100"),
        ("39 347 1234567", "IT", "+393471234567"),
        ("8 912 345-67-89", "RU", "+79123456789"),
        # a number of another country than the one that is known
        ("0170 1234567", "NL", ""),
        ("0170 1234567", "US", ""),
        # words are read as the letters on a telephone's keys
        ("0170 1234567 (mobil)", "DE", ""),
        ("+49 170 1234567 (mobil)", "", ""),
        ("Tel. 0170 1234567", "DE", ""),
        ("0800 FLOWERS", "DE", ""),
        ("0170 1234567 ext. 4", "DE", "+491701234567"),
        ("0170 1234567 x4", "DE", "+491701234567"),
        # two numbers, or none
        ("0170 1234567 / 0171 7654321", "DE", ""),
        ("0170 1234567, 0171 7654321", "DE", ""),
        ("+49 170 1234567 +49 171 7654321", "", ""),
        ("tel:+49-170-1234567;phone-context=+1", "", ""),
        ("+0170 1234567", "DE", ""),
        ("++49 170 1234567", "DE", ""),
        ("0170\x001234567", "DE", ""),
        ("+", "DE", ""),
        ("-", "DE", ""),
        ("+49" + " " * 62 + "1701234567", "DE", ""),
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


@pytest.mark.parametrize(
    ("stored", "address"),
    [
        ('"Jane Doe" <jane@example.org>', "jane@example.org"),
        ("<jane@example.org>", "jane@example.org"),
        ("jane@example.org", "jane@example.org"),
        ("jane doe@example.org", "jane doe@example.org"),
        (
            "Jane <jane@example.org>, Joe <joe@example.org>",
            "jane@example.org>, Joe <joe@example.org",
        ),
        ("joe@example.org <jane@example.org>", "joe@example.org <jane@example.org>"),
        ("Jane <jane@example.org", "Jane <jane@example.org"),
        ("", ""),
        (None, ""),
        (False, ""),
    ],
)
def test_the_address_beside_a_name(stored, address):
    assert given_address(stored) == address


@given(st.from_regex(r"[\w .+-]{1,9}@[\w. -]{1,9}\.[\w. ]{1,5}", fullmatch=True))
def test_an_email_loses_white_space_and_capitals_only(text):
    normalised = normalise_email(text)
    if normalised and "gmail" not in normalised and "googlemail" not in normalised:
        assert normalised == "".join(text.split()).lower()


@given(st.from_regex(r"\+?[0-9 ()/.-]{4,20}", fullmatch=True), st.sampled_from(["DE", "NL", "US"]))
def test_a_phone_keeps_the_digits_that_were_given(text, country):
    digits = re.sub("[^0-9]", "", text)
    normalised = normalise_phone(text, country)
    # national numbers begin with 0, or 1 in America, before which the country is put
    assert not normalised or normalised.lstrip("+").endswith(digits.lstrip("0")[-6:])


@given(st.text())
def test_a_normalised_email_stays_as_it_is(text):
    once = normalise_email(text)
    assert normalise_email(once) == once
    assert not re.search(r"\s", once)


@given(st.text(), st.sampled_from(["", "DE", "US", "??"]))
def test_a_normalised_phone_is_e164_and_stays_as_it_is(text, country):
    once = normalise_phone(text, country)
    assert re.fullmatch(r"(\+[0-9]{5,17})?", once)
    assert normalise_phone(once, country) == once


@given(st.emails(), st.text())
def test_hashes_are_64_lower_case_hex_digits(email, phone):
    for identifier in hashed_identifiers(email, phone, "DE"):
        [digest] = identifier.values()
        assert re.fullmatch("[0-9a-f]{64}", digest)
