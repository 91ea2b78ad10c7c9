"""What one request of a visitor tells about where they came from."""

from dataclasses import dataclass
from datetime import datetime

from .touch import Journey


@dataclass(frozen=True)
class Visit:
    """The journey behind a form submission.

    ``tracked`` tells whether the visitor's journey may be known at all: not without
    consent. ``consent`` is ``granted``, ``denied`` or ``unknown``; ``consent_at`` aware
    UTC. ``page`` is the path of the page that was submitted, ``partner_id`` the contact
    of a visitor who is logged in, else 0. ``other_site`` is the host of a site that is not
    Odoo's and handed the journey over, ``consent_signal`` how it learned of the consent.
    """

    journey: Journey
    tracked: bool
    consent: str
    consent_at: datetime | None
    website_id: int
    page: str
    partner_id: int = 0
    other_site: str = ""
    consent_signal: str = ""
