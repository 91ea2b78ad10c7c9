"""A touch (one marketing contact of a browser) and the journey that touches form."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

GOOGLE_CLICK_IDS = ("gclid", "gbraid", "wbraid")
CLICK_IDS = (
    *(*GOOGLE_CLICK_IDS, "dclid", "msclkid", "fbclid", "li_fat_id"),
    *("ttclid", "twclid", "rdt_cid", "epik", "sccid"),
)
# What Google says of a click beside its id: whose the id is, kind and campaign of the ad.
CLICK_HINTS = ("gclsrc", "gad_source", "gad_campaignid")
UTM_VALUES = ("source", "medium", "campaign", "term", "content")

MAX_TOUCHES = 10
# A reload, the back button or a second tab of the same visit is not a new touch.
# Thirty minutes is the session length of Google Analytics and Matomo.
SAME_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Touch:
    """One marketing contact: when, from where, through which click, to which page.

    ``occurred_at`` is an aware UTC datetime in whole seconds; every other value but
    ``own_link`` is a string, empty when unknown. ``referrer`` is ``scheme://host/path`` of
    another site, ``landing_page`` a path with its harmless parameters.
    """

    occurred_at: datetime
    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""
    gclid: str = ""
    gbraid: str = ""
    wbraid: str = ""
    dclid: str = ""
    msclkid: str = ""
    fbclid: str = ""
    li_fat_id: str = ""
    ttclid: str = ""
    twclid: str = ""
    rdt_cid: str = ""
    epik: str = ""
    sccid: str = ""
    gclsrc: str = ""
    gad_source: str = ""
    gad_campaignid: str = ""
    landing_page: str = ""
    referrer: str = ""
    # A link with UTM values on a page of the own site, such as a banner: no marketing brought it.
    own_link: bool = False

    @property
    def click_ids(self):
        """Click ids that are set, as ``{parameter: value}``."""
        return {name: value for name in CLICK_IDS if (value := getattr(self, name))}

    @property
    def click_hints(self):
        """What is said of the click beside its ids, as ``{parameter: value}``."""
        return {name: value for name in CLICK_HINTS if (value := getattr(self, name))}

    @property
    def utm_values(self):
        """UTM values that are set, as ``{name: value}``."""
        return {name: value for name in UTM_VALUES if (value := getattr(self, name))}

    @property
    def tags(self):
        """All that the link itself carried, as ``{name: value}``."""
        return {**self.utm_values, **self.click_ids, **self.click_hints}

    @property
    def is_tagged(self):
        """Whether the link itself carried marketing values."""
        return bool(self.tags)

    @property
    def is_direct(self):
        """Whether nothing at all says where the visitor came from."""
        return not self.is_tagged and not self.referrer

    @property
    def referrer_host(self):
        return urlsplit(self.referrer).hostname or ""

    def repeats(self, earlier):
        """Whether this is the same marketing contact as ``earlier`` seen again.

        The same click id is the same click at any time (a bookmarked landing page);
        the same values without a click id are the same visit for half an hour. Pages keep the
        parameters of their address in links, to another language for one.
        """
        if self.click_ids:
            return self.click_ids == earlier.click_ids
        if abs(self.occurred_at - earlier.occurred_at) > SAME_VISIT:
            return False
        if self.own_link:
            return self.utm_values == earlier.utm_values
        same_page = replace(
            self, occurred_at=earlier.occurred_at, landing_page=earlier.landing_page
        )
        return same_page == earlier

    def completes(self, earlier):
        """Whether a page tells by this touch what its address says behind ``#``, of which the
        server, which noted ``earlier``, knows nothing."""
        return (
            self.is_tagged
            and not earlier.is_tagged
            and self.referrer == earlier.referrer
            and self.landing_page == earlier.landing_page
            and abs(self.occurred_at - earlier.occurred_at) <= SAME_VISIT
        )


@dataclass(frozen=True, slots=True)
class Journey:
    """Touches of one browser, oldest first; none of them direct."""

    touches: tuple[Touch, ...] = ()
    # When the cookie's lifetime was last extended: aware UTC datetime in whole seconds.
    renewed_at: datetime | None = None

    @property
    def first(self):
        return self.touches[0] if self.touches else None

    @property
    def latest(self):
        """Latest touch that counts: direct visits are no touches and erase nothing, and a link
        on an own page counts only when nothing else brought the visitor."""
        marketing = [touch for touch in self.touches if not touch.own_link]
        return (marketing or self.touches or (None,))[-1]

    def add(self, touch, *, is_reload=False):
        """Journey with ``touch`` appended; itself when the touch brings nothing new.

        The values of an earlier touch, seen again after another one, are a new visit: who came
        back by the first ad came by it last. Unless the page was only loaded again.
        """
        known = self.touches
        if known and not (is_reload or touch.own_link or touch.click_ids):
            known = (self.latest,)
        if touch.is_direct or any(touch.repeats(earlier) for earlier in known):
            return self
        return self._with(*self.touches, touch)

    def add_late(self, touch):
        """Journey with a touch that became known after its page was answered.

        A page tells of its landing when cookies are accepted, or what its address says behind
        ``#``; the page after it, by its referrer, what the link to the page before said. All of
        that may be known already.
        """
        if touch.is_tagged and any(touch.tags == earlier.tags for earlier in self.touches):
            return self
        *others, last = self.touches or (None,)
        if last and touch.completes(last):
            return self._with(*others, replace(touch, occurred_at=last.occurred_at))
        return self.add(touch, is_reload=True)

    def united(self, other):
        """Journey of a browser that keeps two cookies, one for this host and one for a domain."""
        if not (self.touches and other.touches):
            return self if self.touches else other
        renewed_at = max(self.renewed_at, other.renewed_at)
        touches = dict.fromkeys((*self.touches, *other.touches))
        return replace(self, renewed_at=renewed_at)._with(*touches)

    def _with(self, *touches):
        """Journey with ``touches`` in their order of time, at most ``MAX_TOUCHES``.

        The first one is never dropped, nor the latest one that counts: the oldest links of the
        own site make room, then the oldest touches.
        """
        first, *later = sorted(touches, key=lambda one: one.occurred_at)
        while len(later) >= MAX_TOUCHES:
            later.remove(next((one for one in later if one.own_link), later[0]))
        return replace(self, touches=(first, *later))

    def renewed(self, now):
        """Journey whose lifetime starts again ``now``."""
        return replace(self, renewed_at=now)

    def expires_at(self, lifetime, longest):
        """When a browser forgets this journey, aware UTC.

        ``lifetime`` after the last visit, but at most ``longest`` after the first
        touch (13 months: the limit European authorities put on such a cookie).
        """
        return min(self.renewed_at + lifetime, self.first.occurred_at + longest)
