"""JSON that somebody else wrote: a file that was pasted, a variable, a token server's answer."""

import json

MAX_LENGTH = 20_000  # characters; Google's key files and tokens have about 2,400


def read_json_object(text: str | bytes, max_length: int = MAX_LENGTH) -> dict | None:
    """The object in ``text``; None when it is none, damaged or too long. Never raises.

    The decoder's exception is not chained: it holds the whole text, private key included.
    """
    if len(text) > max_length:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
