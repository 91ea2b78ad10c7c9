"""Which e-mail addresses and phone numbers tell who somebody is, and which are filler."""

import re
from dataclasses import dataclass
from functools import cached_property

from .patterns import Patterns

EMAIL_LENGTH = 320  # characters; reading the name before an address takes core long
MAX_STARS = 2  # of a pattern: each more multiplies the time that an address takes

# RFC 5321, section 4.5.3.1.3: the longest address that mail can be sent to
DELIVERABLE_LENGTH = 254

# Both are regular expressions that Python and PostgreSQL read alike. An address has a dot in its
# domain; a number is international, as E.164 has it.
_EMAIL = r"^[^@]+@[^@]+\.[^@.]{2,}$"
_PHONE = r"^\+[1-9][0-9]{6,14}$"

# kinds of patterns: a mailbox of any domain, any mailbox of a domain, and numbers
_MAILBOX = re.compile(r"([^@*]+)@\*")
_DOMAIN = re.compile(r"\*@([^@*]+)")
_NUMBER = re.compile(r"([0-9+*]+)")


@dataclass(frozen=True)
class Filler:
    """E-mail addresses and phone numbers that are nobody's, whoever types them in.

    :param patterns: of addresses and numbers, ``*`` stands for anything, capitals are ignored

    What these patterns do not cover and has the shape of an address or number tells who
    somebody is. Python and SQL decide alike: the shapes and the kinds of patterns are for both.
    Kinds, because to compare an address with all patterns takes a database fifty times as long as
    to look up its mailbox.
    """

    patterns: tuple = ()

    email_shape = _EMAIL
    phone_shape = _PHONE

    @cached_property
    def mailboxes(self):
        """What stands before the @ of addresses that are filler in any domain."""
        return self._pick(_MAILBOX)

    @cached_property
    def domains(self):
        """Domains of which every address is filler."""
        return self._pick(_DOMAIN)

    @cached_property
    def addresses(self):
        """Patterns of other addresses."""
        kinds = (_MAILBOX, _DOMAIN, _NUMBER)
        return frozenset(
            one for one in self._lowered if not any(kind.fullmatch(one) for kind in kinds)
        )

    @cached_property
    def numbers(self):
        """Patterns of phone numbers."""
        return self._pick(_NUMBER)

    @cached_property
    def _lowered(self):
        return frozenset(pattern.lower() for pattern in self.patterns)

    def _pick(self, kind):
        found = map(kind.fullmatch, self._lowered)
        return frozenset(match[1] for match in found if match)

    @cached_property
    def _find_address(self):
        return Patterns(self.addresses).find

    @cached_property
    def _find_number(self):
        return Patterns(self.numbers).find

    def tell_email(self, email):
        """The address, normalised by Odoo, when it is somebody's; else ``""``."""
        if not email or len(email) > DELIVERABLE_LENGTH or not re.fullmatch(_EMAIL, email):
            return ""
        mailbox, domain = email.split("@")
        is_shared = mailbox in self.mailboxes or domain in self.domains
        return "" if is_shared or self._find_address(email) else email

    def tell_phone(self, phone):
        """The number, in E.164, when it is somebody's; else ``""``."""
        if not phone or not re.fullmatch(_PHONE, phone) or self._find_number(phone):
            return ""
        return phone
