"""Channel of a touch: the first rule that fits decides."""

from dataclasses import dataclass, replace
from functools import lru_cache
from operator import eq

from .patterns import NOTHING, Patterns, clean, covers, covers_words, fits, has_words
from .sites import AddressBook, Sites, covers_address, short_name
from .touch import CLICK_HINTS, CLICK_IDS

DIRECT, OFFLINE, REFERRAL, OTHER = "direct", "offline", "referral", "other"
# Channel of sites a visitor passes through, such as a payment page: not a touch at all.
IGNORED = "ignored"

# What Google Analytics takes for paid, ^(.*cp.*|ppc|retargeting|paid.*)$, then what others write.
PAID_MEDIUMS = (
    *("*cp*", "ppc", "retargeting", "paid*"),
    *("*ppc*", "*_paid", "*-paid", "remarketing", "sponsored*", "sem", "ads", "adwords"),
)
# Parameters that only the click of an advertisement brings; the hints come without an id, too.
CLICK_PARAMETERS = (*CLICK_IDS, *CLICK_HINTS)
NO_SITES = Sites()


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """Conditions that must all hold, and the channel they lead to.

    ``mediums`` are patterns of the link's medium, see :mod:`.patterns`; ``(none)`` fits a link
    that names none. ``campaigns`` are words of its campaign. A visitor comes from where the link
    says, or else from the site that referred them: ``sources`` are addresses of
    :class:`.sites.AddressBook`, ``site_category`` adds those of a category. One of
    ``click_ids``, names of parameters, must be present. An empty condition always holds.

    ``source`` and ``medium`` describe a touch whose link names neither. ``key`` is whatever the
    owner of the rule knows it by.
    """

    channel: str
    mediums: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    site_category: str = ""
    campaigns: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    source: str = ""
    medium: str = ""
    key: int = 0

    def __post_init__(self):
        for name in ("mediums", "sources", "campaigns"):
            object.__setattr__(self, name, tuple(clean(one) for one in getattr(self, name)))

    def matches(self, touch, sites=NO_SITES):
        """Whether all conditions hold for a touch."""
        return self._fits(_Asked(touch, sites))

    def _fits(self, asked):
        return (
            (self.channel != IGNORED or not asked.is_tagged)
            and (not self.click_ids or self.has_click(asked.touch))
            and (not self.mediums or asked.has_medium(self.mediums))
            and (not self.has_source_condition or self._knows_source(asked))
            and (not self.campaigns or has_words(asked.campaign, self.campaigns))
        )

    def _knows_source(self, asked):
        if self.site_category and self.site_category == asked.site_category:
            return True
        return bool(self.sources) and self.find_address(asked.origin) is not None

    @property
    def has_condition(self):
        """Whether there is any condition; without one, a rule would take every touch."""
        return bool(self.has_source_condition or self.mediums or self.campaigns or self.click_ids)

    @property
    def has_source_condition(self):
        return bool(self.sources or self.site_category)

    def has_click(self, touch):
        """Whether the touch has one of ``click_ids``."""
        return any(getattr(touch, name) for name in self.click_ids)

    def find_address(self, source):
        """Which of ``sources`` the host or source fits, or ``None``."""
        return _address_book(self.sources).find(source)


class _Asked:
    """What rules ask of a touch, found out once for all of them.

    Where a visitor comes from, Google Analytics' *source*, is what the link says, or else the
    site that referred them: the link's author knows better than the page it was placed on.
    """

    __slots__ = ("_mediums", "campaign", "is_tagged", "medium", "origin", "site_category", "touch")

    def __init__(self, touch, sites):
        self.touch = touch
        self.is_tagged = touch.is_tagged
        self.medium = clean(touch.medium) or NOTHING
        self.campaign = clean(touch.campaign)
        self.origin = touch.source or touch.referrer_host
        site = sites.find(self.origin)
        self.site_category = site.category if site else ""
        self._mediums = {}

    def has_medium(self, patterns):
        """Whether the medium is one of these; many rules ask for the same."""
        if patterns not in self._mediums:
            self._mediums[patterns] = _patterns(patterns).find(self.medium) is not None
        return self._mediums[patterns]


def describe(touch, rules, sites=NO_SITES):
    """Channel, source and medium of ``touch`` by the first rule that fits.

    What the link says of source and medium is one whole, see :func:`complete`; one without any
    UTM value has those of the rule, or else the site that referred the visitor.
    """
    touch = complete(touch, rules)
    rule = fitting_rule(touch, rules, sites)
    if rule:
        channel = rule.channel
    elif touch.is_tagged:
        channel = OTHER
    else:
        channel = REFERRAL if touch.referrer else DIRECT
    if touch.utm_values or channel == DIRECT:
        return channel, touch.source, touch.medium
    host = touch.referrer_host.removeprefix("www.")
    if not rule:
        return channel, host, "referral"
    return channel, rule.source or _site_name(host, rule, sites), rule.medium


def fitting_rule(touch, rules, sites=NO_SITES):
    """The first of ``rules`` that fits the completed ``touch``, or ``None``."""
    asked = _Asked(touch, sites)
    return next((rule for rule in rules if rule._fits(asked)), None)


def complete(touch, rules):
    """``touch`` with what its link says of source and medium, completed by its paid click.

    A link that names neither has those of the first rule for its click that has some; one that
    names half of that very pair gets the other half. Any other half stays alone: nobody knows
    what belongs to it. A click id that is put on every link, as Meta does, says less than the
    page that the link was on.
    """
    given = touch.source, touch.medium
    if all(given):
        return touch
    for rule in rules:
        if rule.has_click(touch) and rule.source and fits(clean(rule.medium), PAID_MEDIUMS):
            own = rule.source, rule.medium
            if any(
                one and clean(one) != clean(other) for one, other in zip(given, own, strict=True)
            ):
                return touch
            return replace(touch, source=given[0] or own[0], medium=given[1] or own[1])
    return touch


def read_paid_mediums(text):
    """Patterns in a text, separated by commas; without those that would fit every medium."""
    patterns = tuple(clean(one) for one in text.split(","))
    return tuple(one for one in patterns if one.strip("*"))


def never_reached(rules, sites=NO_SITES):
    """``{rule: rule above it that takes all it could get}``, where that is certain."""
    found = {}
    for number, rule in enumerate(rules):
        above = next((one for one in rules[:number] if _takes_all(one, rule, sites)), None)
        if above:
            found[rule] = above
    return found


def _takes_all(rule, other, sites):
    """Whether whatever fits ``other`` surely fits ``rule``."""
    return (
        (rule.channel != IGNORED or other.channel == IGNORED)
        and _all_covered(rule.click_ids, other.click_ids, eq)
        and _all_covered(rule.mediums, other.mediums, covers)
        and _all_covered(rule.campaigns, other.campaigns, covers_words)
        and _takes_all_sources(rule, other, sites)
    )


def _all_covered(patterns, others, is_covered):
    if not patterns:
        return True
    return bool(others) and all(
        any(is_covered(pattern, other) for pattern in patterns) for other in others
    )


def _takes_all_sources(rule, other, sites):
    if not rule.has_source_condition:
        return True
    if not other.has_source_condition:
        return False
    if other.site_category and other.site_category != rule.site_category:
        return False
    return all(
        any(covers_address(one, address) for one in rule.sources)
        or (rule.site_category and _is_of(address, rule.site_category, sites))
        for address in other.sources
    )


def _is_of(address, category, sites):
    """Whether an address without a star is a site of the category, however it is written."""
    if "*" in address:
        return False
    spellings = (address, f"www.{address}", f"m.{address}") if "." in address else (address,)
    found = [sites.find(one) for one in spellings]
    return all(site and site.category == category for site in found)


def _site_name(host, rule, sites):
    """What reports call the site of a touch whose link says nothing."""
    site = sites.find(host)
    if site and site.category == rule.site_category:
        return site.name
    address = rule.find_address(host) if rule.sources else None
    return short_name(address, host) if address else host


@lru_cache(maxsize=256)
def _patterns(patterns):
    return Patterns(patterns)


@lru_cache(maxsize=256)
def _address_book(addresses):
    return AddressBook((one, one) for one in addresses)
