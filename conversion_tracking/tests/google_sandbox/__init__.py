"""A strict stand-in for Google, for tests and for the demo: tokens, both APIs, a ledger.

One process on 127.0.0.1 speaks TLS with a throw-away certificate: the OAuth token
endpoint and the Data Manager API over HTTPS, the Google Ads API over gRPC, each with
the message classes of Google's own libraries. Tests drive it with Google's unmodified
clients and steer it through ``control.Sandbox``.

Rules that Google documents, or that others observed, are always enforced. Where
Google says nothing, the behaviour is a named switch (``switches.py``).

This package imports nothing of Odoo and uses relative imports only, so that it runs
alone (``python -m google_sandbox --directory DIR``) and inside the add-on's tests.
"""
