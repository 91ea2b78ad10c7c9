"""One prerequisite of a working account, and how it stands."""

from dataclasses import dataclass
from datetime import datetime

from .catalogue import _
from .errors import Fault

PASSED, FAILED, UNCERTAIN, NOT_NEEDED = "passed", "failed", "unknown", "not_needed"
TOO_EARLY = "waiting"
NOT_READ = _("This could not be read from Google Ads.")
SEE_ABOVE = _("Put right what failed above first. Uploading works without reading.")
ACTION_KEY = "action:"  # followed by the action's id or name


@dataclass(frozen=True, slots=True)
class Check:
    """One prerequisite and how it stands.

    :param state: ``passed``, ``failed``, ``waiting`` (too early), ``unknown`` (could not be found
        out) or ``not_needed``
    :param title, meaning, remedy: plain English, translatable in Odoo by these very texts; the
        title of a conversion action's check is its name
    :param detail: names, ids and Google's own words, the same in each language
    :param link: Google's page on the matter
    :param usable_at: aware; when too early, what ``%(moment)s`` in the meaning stands for
    """

    key: str
    title: str
    state: str
    meaning: str
    remedy: str = ""
    detail: str = ""
    link: str = ""
    usable_at: datetime | None = None

    @property
    def is_of_action(self) -> bool:
        """Whether it is about one conversion action, whose name is its title."""
        return self.key.startswith(ACTION_KEY)


def failed_check(key, title, fault: Fault | None, link) -> Check | None:
    """The check that ``fault`` makes fail; unknown when trying again may be all it takes."""
    if fault is None:
        return None
    state = UNCERTAIN if fault.error_class in ("retry", "waiting") else FAILED
    return Check(key, title, state, fault.meaning, fault.remedy, fault.raw, link)
