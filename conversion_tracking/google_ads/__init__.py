"""What the add-on says to Google and understands of its answers, in plain Python.

Nothing here imports Odoo. Google's libraries cost about 100 MB of memory, so they are imported
inside the functions that need them, never when this package is imported.
"""
