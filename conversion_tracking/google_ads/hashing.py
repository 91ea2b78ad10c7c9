"""E-mail addresses and phone numbers as Google wants them: normalised, then hashed.

Rules: https://developers.google.com/data-manager/api/devguides/concepts/formatting
(the same for the Data Manager API and the Google Ads API).
"""

import hashlib
import re
import unicodedata

# What comes in is measured before anything looks at it.
_EMAIL_TYPED = 320  # characters
_FORMATTED = 1000  # with a name before the address
_EMAIL_LENGTH = 254  # RFC 5321
_PHONE_TYPED = 64  # characters; E.164 has 15 digits
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_]+(?:-+[^\W_]+)*"
# Each part ends at its dot and holds none, so that there is one way only to read an address.
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
_GMAIL_DOMAINS = ("gmail.com", "googlemail.com")
# A number alone, or with an extension. Words would be read as the letters on the keys.
_PHONE = re.compile(
    r"(?P<international>\(?(?:[+\uff0b]|00))?[\d\s()./\u2010-\u2015-]+"
    r"(?:(?:ext\.?|x|#)\s*\d{1,7})?",
    re.IGNORECASE,
)


def given_address(text: str) -> str:
    """The address of ``Jane Doe <jane@example.com>``, as mail programs write it; any other text
    as it is."""
    if not text or len(text) > _FORMATTED:
        return ""
    name, bracket, address = text.strip().partition("<")
    if bracket and address.endswith(">") and "@" not in name:
        return address[:-1]
    return text


def normalise_email(text: str) -> str:
    """The address without white space, in lower case; empty when it is not one address.

    Nothing else is repaired, or another person's address could come out: no invisible or wide
    letters, no dot at an end. Dots and ``+tags`` are dropped for gmail.com and googlemail.com only:
    elsewhere they can belong to another person's mailbox.
    """
    if not text or len(text) > _EMAIL_TYPED:
        return ""
    email = "".join(text.split())
    lower = email.lower()
    if len(lower) > _EMAIL_LENGTH or not _EMAIL.fullmatch(lower):
        return ""
    if not unicodedata.is_normalized("NFKC", email):
        return ""
    local, domain = lower.split("@")
    if domain in _GMAIL_DOMAINS:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else ""


def normalise_phone(text: str, country_code: str = "") -> str:
    """The number in E.164 (``+491701234567``); empty when it cannot be one, or could be two.

    :param country_code: ISO 3166 code of the country that a national number belongs to; without
        it only numbers in international form are understood
    """
    if not text or len(text) > _PHONE_TYPED:
        return ""
    # Telephones and spreadsheets put invisible marks of direction around numbers.
    number = "".join(one for one in text if unicodedata.category(one) != "Cf").strip()
    read = _PHONE.fullmatch(number)
    if not read:
        return ""
    import phonenumbers

    region = (country_code or "").strip().upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
        if (read["international"] or "").endswith("00"):
            number = number.replace("00", "+", 1)
    parsed = _parse_phone(number, region)
    if not parsed:
        return ""
    if read["international"]:
        is_certain = phonenumbers.is_possible_number(parsed)
    else:
        is_certain = phonenumbers.is_valid_number(parsed) and not _is_ambiguous(parsed, number)
    return _e164(parsed) if is_certain else ""


def _parse_phone(number, region):
    import phonenumbers

    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _is_ambiguous(parsed, number):
    """Whether a national number is also an international one of the country that lacks its plus:
    49 170 1234567 is a telephone in Leer (0491), and the mobile of somebody who forgot the plus.
    """
    import phonenumbers

    digits = "".join(one for one in number if one.isdigit())
    with_plus = _parse_phone(f"+{digits}", None)
    return (
        with_plus is not None
        and with_plus.country_code == parsed.country_code
        and phonenumbers.is_valid_number(with_plus)
        and _e164(with_plus) != _e164(parsed)
    )


def _e164(parsed):
    import phonenumbers

    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 text in lower-case hex, without salt.

    :raise ValueError: nothing to hash; the hash of an empty text would match strangers
    """
    if not text:
        raise ValueError("An empty value must not be hashed.")
    return hashlib.sha256(text.encode()).hexdigest()


def hashed_identifiers(email: str, phone: str, country_code: str = "") -> list[dict[str, str]]:
    """Hashed identifiers of a person, one for each value that is usable.

    :return: dicts with one key each, ``email_address`` or ``phone_number``; Google's messages
        hold one identifier each
    """
    normalised = (
        ("email_address", normalise_email(email)),
        ("phone_number", normalise_phone(phone, country_code) if phone else ""),
    )
    return [{kind: sha256_hex(value)} for kind, value in normalised if value]
