"""Where things are: the checkout, and the git-ignored folder that holds all that is built."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "conversion_tracking"
TOOLS = ROOT / "environment"
STATE = ROOT / ".environment"

LOGS = STATE / "logs"
RUN = STATE / "run"
SCREENSHOTS = STATE / "screenshots"
ODOO_DATA = STATE / "odoo_data"
FILESTORE = ODOO_DATA / "filestore"
SANDBOX = STATE / "sandbox"


def downloads():
    """The folder of downloaded files; ``DOWNLOADS=path`` lets several checkouts share one."""
    return Path(os.environ.get("DOWNLOADS") or STATE / "downloads").resolve()
