"""What becomes of an event after it was accepted for processing.

Both APIs ask the same questions of a conversion: does it belong to a click, is the
click's age right, was it counted before? This module answers them; each API has its own
names for the answers.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from .identifiers import is_click_id

CLICK_LIFETIME = timedelta(days=90)
CLICK_KINDS = ("gclid", "gbraid", "wbraid")


@dataclass
class Event:
    """A conversion event in neutral form.

    ``hashes`` are hexadecimal SHA-256 of e-mail and phone; ``consent`` is ``GRANTED``,
    ``DENIED`` or ``None``; ``other_identifier`` tells of an identifier that the sandbox
    cannot match (session attributes, address).
    """

    api: str
    account: str
    action: str
    transaction_id: str
    time: object
    value: float | None
    currency: str | None
    click_ids: dict
    hashes: list = field(default_factory=list)
    consent: str | None = None
    region: str | None = None
    other_identifier: bool = False


class Clicks:
    """Finds the click an event belongs to and judges it.

    Judgements are names shared by both APIs: ``UNPARSEABLE``, ``UNKNOWN``,
    ``NO_MATCH``, ``WRONG_ACCOUNT``, ``TRACKING_OFF``, ``PRECEDES``, ``TOO_RECENT``,
    ``EXPIRED``, ``BRAID_ON_ONE_PER_CLICK``.
    """

    def __init__(self, sandbox):
        self._sandbox = sandbox

    def judge(self, event, action):
        """Return (click id or ``None``, judgement or ``None`` when all is well)."""
        sent = [(kind, event.click_ids[kind]) for kind in CLICK_KINDS if event.click_ids.get(kind)]
        if any(kind != "gclid" for kind, _ in sent) and action["counting"] == "ONE_PER_CLICK":
            return None, "BRAID_ON_ONE_PER_CLICK"
        if not sent:
            click_id = self._matched_click(event)
            if click_id is None:
                return None, None if event.other_identifier else "NO_MATCH"
            lifetime = timedelta(days=self._sandbox.switches.identifier_maximum_days)
            return self._aged(event, action, click_id, lifetime)
        kind, click_id = sent[0]
        click = self._sandbox.world.clicks.get(click_id)
        if click is None or click["kind"] != kind:
            damaged = not is_click_id(click_id)
            if damaged or self._sandbox.switches.unknown_click == "unparseable":
                return None, "UNPARSEABLE"
            return None, "UNKNOWN"
        world = self._sandbox.world
        if world.conversion_customer(click["account"]) != world.conversion_customer(event.account):
            return click_id, "WRONG_ACCOUNT"
        return self._aged(event, action, click_id, CLICK_LIFETIME)

    def _matched_click(self, event):
        """Return the person's latest click before the event, in this account's family."""
        world = self._sandbox.world
        owner = world.conversion_customer(event.account)
        candidates = [
            click_id
            for hashed in event.hashes
            for click_id in world.clicks_of_hash(hashed)
            if world.conversion_customer(world.clicks[click_id]["account"]) == owner
            and world.clicks[click_id]["clicked"] <= event.time
        ]
        return max(candidates, key=lambda known: world.clicks[known]["clicked"], default=None)

    def _aged(self, event, action, click_id, lifetime):
        click = self._sandbox.world.clicks[click_id]
        clicked, now = click["clicked"], self._sandbox.clock.now()
        window = timedelta(days=action.get("window_days", 30))
        if click.get("tracking_off"):
            return click_id, "TRACKING_OFF"
        if event.time < clicked:
            return click_id, "PRECEDES"
        if now - clicked < timedelta(hours=self._sandbox.switches.click_minimum_hours):
            return click_id, "TOO_RECENT"
        if event.time - clicked > window or now - clicked > lifetime:
            return click_id, "EXPIRED"
        return click_id, None


def recorded_value(event, action, account):
    """Return (value, currency) as Google records them, by the action's value settings."""
    currency = action.get("default_currency") or account["currency"]
    if action.get("always_default") or event.value is None:
        return action.get("default_value", 0.0), currency
    return event.value, event.currency or currency
