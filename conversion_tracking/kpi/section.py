"""What a section of the board is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """:ivar type: how it is drawn: ``card``, ``funnel``, ``series``, ``result``, ``ranking`` or
        ``status``
    :ivar group: ``kpi`` for a card, ``chart`` for what lies below
    :ivar read: function of the question that gives what is drawn, a dictionary
    :ivar is_shown: to readers who chose no layout, as long as there is no other default
    :ivar is_read: function of the question: whether others have read all that it shows
    :ivar together: those of the same name are best asked for by one request
    """

    key: str
    title: str
    type: str
    group: str
    read: Callable
    is_shown: bool = True
    is_read: Callable = lambda _question: False
    together: str = ""
