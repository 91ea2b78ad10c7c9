"""A touch (one marketing contact of a browser) and the journey that touches form."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

GOOGLE_CLICK_IDS = ("gclid", "gbraid", "wbraid")
CLICK_IDS = (
    *GOOGLE_CLICK_IDS,
    *("dclid", "msclkid", "fbclid", "li_fat_id"),
    *("ttclid", "twclid", "rdt_cid", "epik", "sccid"),
)
UTM_VALUES = ("source", "medium", "campaign", "term", "content")

MAX_TOUCHES = 10
# A reload, the back button or a second tab of the same visit is not a new touch.
# Thirty minutes is the session length of Google Analytics and Matomo.
SAME_VISIT = timedelta(minutes=30)
# A short link answers at once with the next address: the browser asks for it within seconds.
REDIRECTED_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Touch:
    """One marketing contact: when, from where, through which click, to which page.

    ``occurred_at`` is an aware UTC datetime in whole seconds; every other value is a
    string, empty when unknown. ``referrer`` is ``scheme://host/path`` of another site,
    ``landing_page`` a path with its query, marketing parameters removed.
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
    msclkid: str = ""
    fbclid: str = ""
    li_fat_id: str = ""
    dclid: str = ""
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

    @property
    def click_ids(self):
        """Click ids that are set, as ``{parameter: value}``."""
        return {name: value for name in CLICK_IDS if (value := getattr(self, name))}

    @property
    def utm_values(self):
        """UTM values that are set, as ``{name: value}``."""
        return {name: value for name in UTM_VALUES if (value := getattr(self, name))}

    @property
    def is_tagged(self):
        """Whether the link itself carried marketing values."""
        return bool(self.click_ids or self.utm_values)

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
        the same values without a click id are the same visit for half an hour.
        """
        if self.click_ids:
            return self.click_ids == earlier.click_ids
        return (
            replace(self, occurred_at=earlier.occurred_at, landing_page=earlier.landing_page)
            == earlier
            and self.occurred_at - earlier.occurred_at <= SAME_VISIT
        )

    def redirected_from(self, earlier):
        """Whether this is the click of ``earlier`` after a redirect, which may have dropped
        its parameters or added some: same referring page, nothing known twice."""
        return (
            self.referrer == earlier.referrer
            and timedelta(0) <= self.occurred_at - earlier.occurred_at <= REDIRECTED_WITHIN
            and not (self.click_ids and earlier.click_ids)
            and not (self.utm_values and earlier.utm_values)
        )

    def joined_with(self, earlier):
        """The whole click of which ``earlier`` is the part before a redirect."""
        known = {**earlier.utm_values, **earlier.click_ids}
        return replace(self, occurred_at=earlier.occurred_at, **known)


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
        """Latest non-direct touch: direct visits are no touches and erase nothing."""
        return self.touches[-1] if self.touches else None

    def add(self, touch):
        """Journey with ``touch`` appended; itself when the touch brings nothing new.

        At most ``MAX_TOUCHES`` are kept: the oldest after the first one makes room.
        """
        if touch.is_direct or any(touch.repeats(earlier) for earlier in self.touches):
            return self
        if self.touches and touch.redirected_from(self.latest):
            return replace(self, touches=(*self.touches[:-1], touch.joined_with(self.latest)))
        first, later = self.touches[:1], self.touches[1:]
        if first and touch.occurred_at < first[0].occurred_at:
            # Consent given late: the page carried the time of the landing along.
            first, later = (touch,), first + later
        else:
            later = (*later, touch)
        touches = first + tuple(sorted(later, key=lambda one: one.occurred_at))
        excess = len(touches) - MAX_TOUCHES
        if excess > 0:
            touches = touches[:1] + touches[1 + excess :]
        return replace(self, touches=touches)

    def renewed(self, now):
        """Journey whose lifetime starts again ``now``."""
        return replace(self, renewed_at=now)

    def expires_at(self, lifetime, longest):
        """When a browser forgets this journey, aware UTC.

        ``lifetime`` after the last visit, but at most ``longest`` after the first
        touch (13 months: the limit European authorities put on such a cookie).
        """
        return min(self.renewed_at + lifetime, self.first.occurred_at + longest)
