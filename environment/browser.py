"""Chromium for the demonstration, driven by Playwright and kept quiet."""

import shutil

# Odoo ignores robots, and Chromium without a window calls itself one.
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0 Safari/537.36"
)
_QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def launch(playwright):
    """Start the system's Chromium without a window."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET)
