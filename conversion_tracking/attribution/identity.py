"""Which e-mail addresses and phone numbers tell who somebody is, and which are filler."""

import re
from dataclasses import dataclass
from functools import cached_property

EMAIL_LENGTH = 320  # characters; reading the name before an address takes core long
MAX_STARS = 2  # of a pattern: each more multiplies the time that an address takes

# Both are regular expressions that Python and PostgreSQL read alike. An address has the lengths of
# RFC 5321, section 4.5.3.1, and a dot in its domain; a number is international, as E.164 has it.
_EMAIL = r"^[^@]{1,64}@[^@]{1,190}\.[^@.]{2,63}$"
_PHONE = r"^\+[1-9][0-9]{6,14}$"


@dataclass(frozen=True)
class Filler:
    """E-mail addresses and phone numbers that are nobody's, whoever types them in.

    :param patterns: of addresses and numbers, ``*`` stands for anything, capitals are ignored

    What these patterns do not cover and has the shape of an address or number tells who
    somebody is. Python and SQL decide alike: ``email_shape``, ``phone_shape`` and ``pattern``
    are for both.
    """

    patterns: tuple = ()

    email_shape = _EMAIL
    phone_shape = _PHONE

    @cached_property
    def pattern(self):
        """Regular expression of what is nobody's."""
        choices = (
            ".*".join(re.escape(piece) for piece in pattern.lower().split("*"))
            for pattern in sorted(set(self.patterns))
        )
        return f"^(?:{'|'.join(choices)})$"

    @cached_property
    def _compiled(self):
        return re.compile(self.pattern, re.DOTALL)

    def tell_email(self, email):
        """The address, normalised by Odoo, when it is somebody's; else ``""``."""
        return self._tell(email, self.email_shape)

    def tell_phone(self, phone):
        """The number, in E.164, when it is somebody's; else ``""``."""
        return self._tell(phone, self.phone_shape)

    def _tell(self, text, shape):
        if not text or not re.fullmatch(shape, text) or self._compiled.fullmatch(text):
            return ""
        return text
