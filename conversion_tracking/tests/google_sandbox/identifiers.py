"""How Google recognises people and personal data: normalising, hashing, spotting.

Source of the rules:
developers.google.com/data-manager/api/devguides/concepts/formatting
"""

import hashlib
import re

_HEX_SHA256 = re.compile(r"[0-9a-f]{64}")
_CLICK_ID = re.compile(r"[A-Za-z0-9_-]{10,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().-]{9,}")
_GMAIL = ("gmail.com", "googlemail.com")


def hashed_email(email):
    """Return the SHA-256 (hex) under which Google knows an e-mail address."""
    local, _, domain = re.sub(r"\s", "", email).lower().rpartition("@")
    if domain in _GMAIL:
        local = local.partition("+")[0].replace(".", "")
    return hashlib.sha256(f"{local}@{domain}".encode()).hexdigest()


def hashed_phone(phone):
    """Return the SHA-256 (hex) under which Google knows an E.164 phone number."""
    return hashlib.sha256(f"+{re.sub(r'[^0-9]', '', phone)}".encode()).hexdigest()


def hashes_of(person):
    """Return the hashes of ``{"email": ..., "phone": ...}``, either of which may miss."""
    known = []
    if person.get("email"):
        known.append(hashed_email(person["email"]))
    if person.get("phone"):
        known.append(hashed_phone(person["phone"]))
    return known


def is_sha256_hex(text, *, upper_case_allowed=False):
    """Tell whether ``text`` is a SHA-256 in hexadecimal."""
    return bool(_HEX_SHA256.fullmatch(text.lower() if upper_case_allowed else text))


def is_click_id(text):
    """Tell whether Google could decode ``text`` as a click id; it may still be unknown."""
    return bool(_CLICK_ID.fullmatch(text))


def has_email_or_phone(text):
    """Tell whether a free text looks like an e-mail address or a phone number."""
    return bool(_EMAIL.search(text) or _PHONE.fullmatch(text.strip()))
