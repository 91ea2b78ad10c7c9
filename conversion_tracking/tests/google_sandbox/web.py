"""What passes between the HTTPS server and those who answer its requests."""

import json
from dataclasses import dataclass, field


@dataclass
class Request:
    """One HTTP request: ``target`` is path and query as sent, ``query`` its lists."""

    method: str
    target: str
    path: str
    query: dict
    headers: dict
    body: bytes


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict = field(default_factory=dict)


def json_answer(value, *, status=200, headers=None):
    """Return ``value`` as a JSON answer."""
    return Answer(status, json.dumps(value).encode(), headers=headers or {})
