"""The sandbox as a whole: its parts, and what a test may tell it to do."""

import threading
from datetime import datetime, timedelta

from .ads_access import Access
from .clock import Clock
from .data_manager import DataManager
from .events import Clicks
from .faults import Faults
from .journal import Journal
from .ledger import Ledger, iso
from .oauth import OAuth
from .switches import DEFAULTS, Switches
from .tokens import Tokens
from .world import World


class GoogleSandbox:
    """Holds the state that the servers answer from; ``lock`` guards all of it."""

    def __init__(self, state, addresses, service_account_info):
        """:param state: the world's state, see ``default_state.json``
        :param addresses: the addresses that are printed for clients
        """
        self.lock = threading.RLock()
        self.addresses = addresses
        self._initial_state = state
        self.clock = Clock()
        self.switches = Switches()
        self.faults = Faults()
        # Tokens outlive a reset, as clients that are kept from test to test do.
        self.tokens = Tokens(self, service_account_info)
        self._begin(state)

    def _begin(self, state):
        """Start anew in a world; history and quotas are forgotten."""
        self.world = World(state, self.clock.now())
        self.ledger = Ledger()
        self.journal = Journal()
        self.oauth = OAuth(self)
        self.click_rules = Clicks(self)
        self.data_manager = DataManager(self)
        self.access = Access(self)

    def note(self, api, method, headers, body, render=None):
        """Keep a request for later inspection, unless that is switched off."""
        if self.switches.keep_requests:
            self.journal.add(self.clock.now(), api, method, headers, body, render=render)

    # -- commands of the control interface ------------------------------------------------

    def command_reset(self, state=None):
        """Real clock, default switches, no faults, empty ledger, the world anew."""
        self.clock.real()
        self.switches.reset()
        self.faults.clear()
        self._begin(state or self._initial_state)

    def command_now(self):
        """Return the sandbox's time as ISO 8601."""
        return self.clock.now().isoformat()

    def command_set_clock(self, moment, frozen=False):
        """Move the clock to a time given as ISO 8601 with offset."""
        self.clock.set(datetime.fromisoformat(moment), frozen=frozen)

    def command_advance(self, seconds):
        """Move the clock by seconds."""
        self.clock.advance(timedelta(seconds=seconds))

    def command_real_clock(self):
        """Give the clock the machine's time."""
        self.clock.real()

    def command_fault(self, kind, **options):
        """Inject a fault, see ``faults.py``."""
        self.faults.add(kind, **options)

    def command_clear_faults(self):
        """Forget all injected faults."""
        self.faults.clear()

    def command_switch(self, name, value):
        """Set a switch, see ``switches.py``."""
        self.switches.set(name, value)

    def command_switches(self):
        """Return all switches with their values."""
        return {name: getattr(self.switches, name) for name in DEFAULTS}

    def command_ledger(self, summary=False):
        """Return accepted and refused conversions, or only totals."""
        return self.ledger.summary() if summary else self.ledger.as_dict()

    def command_requests(self):
        """Return all requests received."""
        return self.journal.as_list()

    def command_add_clicks(self, clicks):
        """Add ad clicks: {click id: fields}."""
        for click_id, click in clicks.items():
            self.world.add_click(click_id, click, self.clock.now())

    def command_update(self, path, value):
        """Put a value at a path of the state."""
        self.world.update(path, value, self.clock.now())

    def command_remove(self, path):
        """Delete what is at a path of the state."""
        self.world.remove(path)

    def command_state(self):
        """Return the present state; times become ISO 8601."""
        return _readable(self.world.state)


def _readable(value):
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return iso(value) if isinstance(value, datetime) else value
