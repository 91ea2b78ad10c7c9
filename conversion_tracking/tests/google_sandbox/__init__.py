"""A strict stand-in for Google, for tests and for the demo: tokens, both APIs, a ledger.

One process on 127.0.0.1 speaks TLS with a throw-away certificate: the OAuth token
endpoint and the Data Manager API over HTTPS, the Google Ads API over gRPC, each with
the message classes of Google's own libraries. Tests drive it with Google's unmodified
clients and steer it through ``control.Sandbox``.

Rules that Google documents, or that others observed, are always enforced. Where
Google says nothing, the behaviour is a named switch (``switches.py``).

Start it with ``python -m google_sandbox --directory DIR`` or from a test with
``control.shared()``; ``default_state.json`` is the world it begins with, ``faults.py`` lists
the faults that can be injected, ``switches.py`` the assumptions that can be changed.

This package imports nothing of Odoo and uses relative imports only, so that it runs alone
and inside the add-on's tests.
"""
