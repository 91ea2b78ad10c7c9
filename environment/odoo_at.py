"""Starts Odoo, with its clock moved when ``ODOO_CLOCK_OFFSET`` (seconds) is set.

A moved clock ticks on from there. Odoo's own ``ODOO_FAKETIME_TEST_MODE`` moves SQL's ``now()`` with
it, so that records and scheduled jobs agree about the time.
"""

import datetime

# before the clock is moved: its formatter keeps time.localtime as an attribute of a class, where
# freezegun's Python function would be called as a method
import logging  # noqa: F401
import os
import sys


def main():
    """Hand over to Odoo's command line."""
    offset = float(os.environ.get("ODOO_CLOCK_OFFSET") or 0)
    if not offset:
        start()
        return
    import freezegun

    os.environ["ODOO_FAKETIME_TEST_MODE"] = "1"
    moved = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)
    # gRPC hands its deadlines to C code, which keeps the real time
    with freezegun.freeze_time(moved.replace(tzinfo=None), tick=True, ignore=["grpc"]):
        start()


def start():
    """Import Odoo only now: what it imports must see the moved clock."""
    import odoo.cli

    odoo.cli.main()


if __name__ == "__main__":
    # a script's folder comes first on Python's path: the modules here must not hide Odoo's
    sys.path.pop(0)
    main()
