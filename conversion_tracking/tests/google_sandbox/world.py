"""The state of the imagined Google: accounts, people with access, campaigns, clicks.

The state is one nested dict, as read from JSON. A time in it is written absolutely
(ISO 8601 with offset) or relatively (``{"hours_ago": 8}``, ``{"days_ago": 30}``,
``{"minutes_ago": 5}``), so that a state file never ages; it is turned into an aware
datetime when the state is loaded.
"""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .identifiers import hashes_of

DEFAULT_STATE = Path(__file__).with_name("default_state.json")
_TIME_KEYS = {"clicked", "created"}
_AGO = {"minutes_ago": "minutes", "hours_ago": "hours", "days_ago": "days"}


def load_state(path=None):
    """Read a state file; without a path, the default world."""
    return json.loads(Path(path or DEFAULT_STATE).read_text())


class World:
    """Answers questions about the state and changes it."""

    def __init__(self, state, now):
        """:param state: nested dict as in ``default_state.json``; it is copied
        :param now: aware datetime that relative times are measured from
        """
        self.loaded_at = now
        self.state = _with_times(state, now)
        for section in ("identities", "oauth_clients", "accounts", "geo_targets", "clicks"):
            self.state.setdefault(section, {})
        self._index()

    def _index(self):
        self._actions = {
            action_id: (account_id, action)
            for account_id, account in self.accounts.items()
            for action_id, action in account.setdefault("conversion_actions", {}).items()
        }
        self._people = defaultdict(list)
        for click_id, click in self.clicks.items():
            self._index_person(click_id, click)

    def _index_person(self, click_id, click):
        for known_hash in hashes_of(click.get("person", {})):
            self._people[known_hash].append(click_id)

    # -- reading --------------------------------------------------------------------------

    @property
    def project(self):
        return self.state["project"]

    @property
    def accounts(self):
        return self.state["accounts"]

    @property
    def clicks(self):
        return self.state["clicks"]

    def action(self, action_id):
        """Return (owning account id, action); ``(None, None)`` if there is none."""
        return self._actions.get(action_id, (None, None))

    def conversion_customer(self, account_id):
        """Return the id of the account that holds this account's conversion actions."""
        return self.accounts[account_id].get("conversion_customer")

    def clicks_of_hash(self, hashed):
        """Return the click ids of the person with this hashed e-mail or phone."""
        return self._people.get(hashed, ())

    def manages(self, manager_id, account_id):
        """Tell whether ``manager_id`` is, or is above, ``account_id``."""
        if manager_id == account_id:
            return True
        above = self.accounts.get(account_id, {}).get("managers", ())
        return any(self.manages(manager_id, parent) for parent in above)

    def clients(self, account_id, level=0):
        """Yield (account id, level) of the account itself and all below it."""
        yield account_id, level
        for child_id, child in self.accounts.items():
            if account_id in child.get("managers", ()):
                yield from self.clients(child_id, level + 1)

    def local_date(self, account_id, moment):
        """Return the calendar day of ``moment`` in the account's time zone."""
        return self.local_time(account_id, moment).date()

    def local_time(self, account_id, moment):
        """Return ``moment`` as the account's clock shows it."""
        return moment.astimezone(ZoneInfo(self.accounts[account_id]["time_zone"]))

    # -- changing -------------------------------------------------------------------------

    def add_click(self, click_id, click, now):
        """Add one ad click; see ``clicks`` in ``default_state.json`` for its fields."""
        click = _with_times(click, now)
        click.setdefault("kind", "gclid")
        click.setdefault("clicked", now)
        self.clicks[click_id] = click
        self._index_person(click_id, click)

    def update(self, path, value, now):
        """Put ``value`` at a ``/``-separated path such as ``accounts/123/auto_tagging``.

        :raise KeyError: a part of the path other than the last does not exist
        """
        parent, key = self._parent(path)
        parent[key] = _with_times({key: value}, now)[key]
        self._index()

    def remove(self, path):
        """Delete what is at a path.

        :raise KeyError: nothing is there
        """
        parent, key = self._parent(path)
        del parent[key]
        self._index()

    def _parent(self, path):
        *parts, key = path.split("/")
        place = self.state
        for part in parts:
            place = place[int(part)] if isinstance(place, list) else place[part]
        return place, int(key) if isinstance(place, list) else key


def _with_times(value, now, key=None):
    """Copy a JSON value, its times turned into aware datetimes."""
    if isinstance(value, dict):
        if value and value.keys() <= _AGO.keys():
            return now - timedelta(**{_AGO[unit]: number for unit, number in value.items()})
        return {name: _with_times(item, now, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_times(item, now) for item in value]
    if key in _TIME_KEYS and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
