"""Takes secrets out of texts that people wrote: click ids, addresses that only one visit had."""

from collections import defaultdict
from html import escape

SHORTEST = 5  # characters of a secret: what is shorter is a word
MARK = "***"


class Redaction:
    """Finds secrets in texts, to the letter, and as HTML spells them.

    The time grows with the length of a text, however many secrets there are: at each place only
    those are compared that begin like it.

    :param secrets: texts; those that are too short to be looked for are left out
    """

    def __init__(self, secrets):
        self._by_start = defaultdict(list)
        spellings = {spelling for one in secrets for spelling in (one, escape(one))}
        # the longest first: one may begin with another
        for one in sorted(spellings, key=lambda text: (-len(text), text)):
            if len(one) >= SHORTEST:
                self._by_start[one[:SHORTEST]].append(one)

    def __bool__(self):
        return bool(self._by_start)

    def redact(self, text):
        """The text with ``MARK`` in the place of each secret."""
        parts, kept, place = [], 0, 0
        while place <= len(text) - SHORTEST:
            alike = self._by_start.get(text[place : place + SHORTEST], ())
            found = next((one for one in alike if text.startswith(one, place)), "")
            if found:
                parts += [text[kept:place], MARK]
                kept = place + len(found)
            place += len(found) or 1
        return "".join([*parts, text[kept:]])
