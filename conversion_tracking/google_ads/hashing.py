"""E-mail addresses and phone numbers as Google wants them: normalised, then hashed.

Rules: https://developers.google.com/data-manager/api/devguides/concepts/formatting
(the same for the Data Manager API and the Google Ads API).
"""

import hashlib
import re

# What comes in is measured before anything looks at it.
_EMAIL_LENGTH = 320  # characters as typed; RFC 5321 allows 64 before and 255 after the @
_PHONE_LENGTH = 64  # characters as typed, E.164 has 15 digits
# Each label ends at its dot and holds none, so that there is one way only to read an address.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\\]+@(?:[^\s@<>,;:\"()\\.]+\.)+[^\s@<>,;:\"()\\.]+")
_GMAIL_DOMAINS = ("gmail.com", "googlemail.com")


def normalise_email(text: str) -> str:
    """The address without white space, in lower case; empty when it is not one address.

    Dots and ``+tags`` are dropped for gmail.com and googlemail.com only: elsewhere they can
    belong to another person's mailbox.
    """
    if not text or len(text) > _EMAIL_LENGTH:
        return ""
    email = "".join(text.split()).lower()
    if not _EMAIL.fullmatch(email):
        return ""
    local, domain = email.split("@")
    if domain in _GMAIL_DOMAINS:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local else ""


def normalise_phone(text: str, country_code: str = "") -> str:
    """The number in E.164 (``+491701234567``); empty when it cannot be one.

    :param country_code: ISO 3166 code of the country that a national number belongs to; without
        it only numbers in international form are understood
    """
    if not text or len(text) > _PHONE_LENGTH:
        return ""
    import phonenumbers

    number = text.strip()
    region = (country_code or "").strip().upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
        if number.startswith("00"):
            number = f"+{number[2:]}"
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
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
