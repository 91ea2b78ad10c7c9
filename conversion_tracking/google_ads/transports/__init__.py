"""Ways of delivery: one file for each of Google's APIs, behind the interface of :mod:`.base`."""
