"""Every request as it arrived, kept compressed, to look for personal data in it."""

import zlib

from .ledger import iso


class Journal:
    """The requests received since the last reset, tokens left out."""

    def __init__(self):
        self._entries = []

    def add(self, moment, api, method, headers, body, *, render=None):
        """Keep one request.

        :param headers: iterable of (name, value); ``authorization`` is dropped
        :param body: bytes as received
        :param render: turns the bytes into text when asked for; default UTF-8
        """
        kept = {name: value for name, value in headers if name.lower() != "authorization"}
        self._entries.append((moment, api, method, kept, zlib.compress(body, 1), render))

    def as_list(self):
        """Return dicts with ``time``, ``api``, ``method``, ``headers`` and ``body``."""
        return [
            {
                "time": iso(moment),
                "api": api,
                "method": method,
                "headers": headers,
                "body": (render or _text)(zlib.decompress(packed)),
            }
            for moment, api, method, headers, packed, render in self._entries
        ]


def _text(body):
    return body.decode("utf-8", "replace")
