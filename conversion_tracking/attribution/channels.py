"""Channel of a touch: the first rule that fits decides."""

from dataclasses import dataclass
from functools import lru_cache

DIRECT, OFFLINE, REFERRAL, OTHER = "direct", "offline", "referral", "other"
# Channel of sites a visitor passes through, such as a payment page: not a touch at all.
IGNORED = "ignored"

MAX_LENGTH = 255  # of a pattern, and of what is compared with it


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Conditions that must all hold, and the channel they lead to.

    ``mediums`` and ``sources`` are patterns (``*`` stands for anything, case ignored),
    ``hosts`` referrer hosts (a host also covers its subdomains; ``google.*`` every
    country of Google), ``click_ids`` names of parameters of which one must be present.
    An empty condition always holds. ``source`` and ``medium`` describe a touch whose
    link names neither.
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
            and (not self.click_ids or self.names_click(touch))
        )

    def names_click(self, touch):
        """Whether the click of ``touch`` came with one of the parameters of this rule."""
        return any(name in touch.click_ids or name in touch.click_hints for name in self.click_ids)


def describe(touch, rules):
    """Channel, source and medium of ``touch`` by the first rule that fits.

    What the link says of source and medium is kept as one whole, see :func:`_name_origin`.
    """
    rule = next((rule for rule in rules if rule.matches(touch)), None)
    if rule:
        channel = rule.channel
    elif touch.is_tagged:
        channel = OTHER
    else:
        channel = REFERRAL if touch.referrer else DIRECT
    return channel, *_name_origin(touch, rule, rules)


def _name_origin(touch, rule, rules):
    """Source and medium of ``touch``, which ``rule`` fits, or no rule does.

    Of a link without UTM values the rule tells them, else the site that referred the visitor.
    """
    if touch.utm_values:
        return _complete(touch, rules)
    host = touch.referrer_host.removeprefix("www.")
    if not rule:
        return host, "referral" if host else ""
    return rule.source or _fitting_host(touch.referrer_host, rule.hosts) or host, rule.medium


def _complete(touch, rules):
    """What a link says of source and medium, completed by its click id.

    A link that names neither has those of the click, by the first rule that asks for its click
    id; one that names half of that very pair gets the other half. Any other half stays alone:
    nobody knows what belongs to it.
    """
    given = touch.source, touch.medium
    click = next((one for one in rules if one.names_click(touch) and one.matches(touch)), None)
    of_click = (click.source, click.medium) if click else ("", "")
    fits = all(one.lower() in ("", own.lower()) for one, own in zip(given, of_click, strict=True))
    return (given[0] or of_click[0], given[1] or of_click[1]) if fits else given


def _fits(value, patterns):
    if len(value) > MAX_LENGTH:
        return False
    text = value.strip().lower()
    return any(_fits_one(_pieces(one), (text,)) for one in patterns)


def _fitting_host(host, patterns):
    """The pattern ``host`` fits, without its ``.*``: a short name of the site."""
    if not host or len(host) > MAX_LENGTH:
        return ""
    labels = host.lower().split(".")
    parents = [".".join(labels[start:]) for start in range(len(labels))]
    without_country = _without_country(labels, parents)
    for one in patterns:
        site = one.removesuffix(".*")
        candidates = parents if site == one else without_country
        if _fits_one(_pieces(site), candidates):
            return site
    return ""


def _without_country(labels, parents):
    """``parents`` without what ``.*`` stands for: google of google.com and google.co.uk,
    but not of google.example.org."""
    *_others, second, top = ("", "", *labels)
    if len(top) < 2 or not top.isalpha():
        return []
    endings = [f".{top}"]
    if second.isalpha() and len(second) in (2, 3):
        endings.append(f".{second}.{top}")
    return [
        parent.removesuffix(ending)
        for ending in endings
        for parent in parents
        if parent.endswith(ending)
    ]


@lru_cache(maxsize=4096)
def _pieces(pattern):
    """What stands between the stars of a pattern."""
    return tuple(pattern.strip().lower().split("*"))


def _fits_one(pieces, texts):
    if len(pieces) == 1:  # no star, as most
        return pieces[0] in texts
    return any(_stands_for(pieces, text) for text in texts)


def _stands_for(pieces, text):
    """Whether ``text`` is the pieces, with anything between them.

    Each piece is taken where it comes first, so that nothing is ever tried twice: a regular
    expression of six stars takes seconds for a text of sixty letters.
    """
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end
