"""Channel of a touch: the first rule that fits decides."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cache

DIRECT, OFFLINE, IGNORED = "direct", "offline", "ignored"

# Click ids only ads carry. ``fbclid`` is added by Facebook to every outgoing link,
# so it proves the network but not that the click was paid for.
PAID_CLICK_IDS = ("gclid", "gbraid", "wbraid", "msclkid", "li_fat_id")


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Conditions that must all hold, and the channel they lead to.

    ``mediums`` and ``sources`` are patterns (``*`` stands for anything, case ignored),
    ``hosts`` referrer hosts (a host also covers its subdomains; ``google.*`` every
    country of Google), ``click_ids`` names of parameters of which one must be present.
    An empty condition always holds. ``default_source`` and ``default_medium`` fill a
    touch whose link was not tagged.
    """

    channel: str
    mediums: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    default_source: str = ""
    default_medium: str = ""

    def matches(self, touch):
        return (
            (not self.mediums or _fits(touch.medium, self.mediums))
            and (not self.sources or _fits(touch.source, self.sources))
            and (not self.hosts or _fits_host(touch.referrer_host, self.hosts))
            and (not self.click_ids or any(name in touch.click_ids for name in self.click_ids))
        )


def find_rule(touch, rules):
    """First of ``rules`` that matches ``touch``, or ``None``."""
    return next((rule for rule in rules if rule.matches(touch)), None)


def _fits(value, patterns):
    return any(_pattern(one).match(value.strip().lower()) for one in patterns)


def _fits_host(host, patterns):
    labels = host.lower().split(".")
    parents = [".".join(labels[start:]) for start in range(len(labels))]
    return any(_pattern(one).match(parent) for one in patterns for parent in parents)


@cache
def _pattern(text):
    return re.compile(translate(text.strip().lower()))
