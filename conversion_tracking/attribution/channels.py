"""Channel of a touch: the first rule that fits decides."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cache

from .touch import UTM_VALUES

DIRECT, OFFLINE, REFERRAL, OTHER = "direct", "offline", "referral", "other"
# Channel of sites a visitor passes through, such as a payment page: not a touch at all.
IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Conditions that must all hold, and the channel they lead to.

    ``mediums`` and ``sources`` are patterns (``*`` stands for anything, case ignored),
    ``hosts`` referrer hosts (a host also covers its subdomains; ``google.*`` every
    country of Google), ``click_ids`` names of parameters of which one must be present.
    An empty condition always holds. ``source`` and ``medium`` describe a touch whose
    link carried no UTM values.
    """

    channel: str
    mediums: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    source: str = ""
    medium: str = ""

    def matches(self, touch):
        return (
            (not self.mediums or _fits(touch.medium, self.mediums))
            and (not self.sources or _fits(touch.source, self.sources))
            and (not self.hosts or bool(_fitting_host(touch.referrer_host, self.hosts)))
            and (not self.click_ids or any(name in touch.click_ids for name in self.click_ids))
        )


def describe(touch, rules):
    """Channel, source and medium of ``touch`` by the first rule that fits.

    UTM values of the link are kept as one whole; only a touch without any gets the
    rule's source and medium, or else the site that referred it.
    """
    rule = next((rule for rule in rules if rule.matches(touch)), None)
    if rule:
        channel = rule.channel
    elif touch.is_tagged:
        channel = OTHER
    else:
        channel = REFERRAL if touch.referrer else DIRECT
    if any(getattr(touch, name) for name in UTM_VALUES) or channel == DIRECT:
        return channel, touch.source, touch.medium
    host = touch.referrer_host.removeprefix("www.")
    source = rule.source or _fitting_host(touch.referrer_host, rule.hosts) if rule else host
    return channel, source or host, rule.medium if rule else "referral"


def _fits(value, patterns):
    return any(_pattern(one).match(value.strip().lower()) for one in patterns)


def _fitting_host(host, patterns):
    """The pattern ``host`` fits, without its ``.*``: a short name of the site."""
    labels = host.lower().split(".")
    parents = [".".join(labels[start:]) for start in range(len(labels))]
    for one in patterns:
        if any(_host_pattern(one).match(parent) for parent in parents):
            return one.removesuffix(".*")
    return ""


@cache
def _pattern(text):
    return re.compile(translate(text.strip().lower()))


@cache
def _host_pattern(text):
    # ``google.*`` is google.com and google.co.uk, but not google.example.org.
    escaped = re.escape(text.strip().lower()).replace(r"\*", r"(?:[a-z]{2,3}\.)?[a-z]{2,}")
    return re.compile(rf"{escaped}\Z")
